//! The website of a body, from a list of addresses at which it is spoken of.

use std::collections::BTreeMap;

use someasure_model::OrganisationId;
use someasure_model::register::Organisation;

use super::Merge;

/// A body whose addresses name several sites, and none of them more often than all others together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Undecided {
    /// The body.
    pub organisation_id: OrganisationId,
    /// The hosts, the most frequent first, with how many addresses each has.
    pub sites: Vec<(String, usize)>,
}

/// Gives bodies without a website the site that more than half of their addresses name, and says for
/// which there is no such site. `addresses` are a body, an address of any of the site's pages, and where
/// it stands; those of bodies that the register does not have are passed over.
pub fn merge_websites(
    existing: &[Organisation],
    addresses: &[(OrganisationId, String, String)],
) -> (Merge<Organisation>, Vec<Undecided>) {
    let mut sites: BTreeMap<&OrganisationId, BTreeMap<String, (usize, bool, &str)>> = BTreeMap::new();
    for (id, address, source) in addresses {
        if let Some((secure, host)) = host_of(address) {
            let site = sites.entry(id).or_default().entry(host).or_insert((0, false, source));
            site.0 += 1;
            site.1 |= secure;
        }
    }
    let mut merge = Merge::nothing(existing);
    let mut undecided = Vec::new();
    for row in &mut merge.rows {
        let Some(sites) = sites.get(&row.organisation_id) else { continue };
        let all: usize = sites.values().map(|(times, ..)| times).sum();
        let mut order: Vec<(&String, &(usize, bool, &str))> = sites.iter().collect();
        order.sort_by_key(|(host, (times, ..))| (std::cmp::Reverse(*times), host.as_str()));
        let (host, (times, secure, source)) = order[0];
        if row.website.is_some() {
            merge.unchanged += 1;
        } else if 2 * times > all {
            row.website = Some(format!("http{}://{host}/", if *secure { "s" } else { "" }));
            row.source = format!("{}; {source}", row.source);
            merge.updated += 1;
        } else {
            let sites = order.iter().map(|(host, (times, ..))| ((*host).clone(), *times)).collect();
            undecided.push(Undecided { organisation_id: row.organisation_id.clone(), sites });
        }
    }
    (merge, undecided)
}

/// The host of an address, and whether it is reached by https.
fn host_of(address: &str) -> Option<(bool, String)> {
    let address = address.trim();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme.to_lowercase(), rest),
        None => ("http".to_owned(), address),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    let fits = host.contains('.')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
        && !host.starts_with('.');
    (fits && matches!(scheme.as_str(), "http" | "https")).then_some((scheme == "https", host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    fn addresses(rows: &[(&str, &str)]) -> Vec<(OrganisationId, String, String)> {
        rows.iter()
            .map(|(id, site)| (id.parse().unwrap(), (*site).to_owned(), "list, line 2".to_owned()))
            .collect()
    }

    #[test]
    fn the_site_that_most_hospitals_name_is_the_website_and_a_tie_is_left_open() {
        let text = "organisation_id,name,type,website,source\n\
                    ods:A,A,trust,,s\nods:B,B,trust,,s\nods:C,C,trust,https://c.example/,s\n";
        let ours = read::organisations("f", text.as_bytes()).rows;
        let (merge, undecided) = merge_websites(
            &ours,
            &addresses(&[
                ("ods:A", "https://a.example/one"),
                ("ods:A", "https://A.example/two?x=1"),
                ("ods:A", "http://charity.example"),
                ("ods:B", "www.b.example"),
                ("ods:B", "http://other.example/b"),
                ("ods:C", "https://new.example/"),
                ("ods:Z", "https://z.example/"),
                ("ods:A", "see reception"),
            ]),
        );
        let sites: Vec<_> = merge.rows.iter().map(|row| row.website.as_deref()).collect();
        assert_eq!(sites, [Some("https://a.example/"), None, Some("https://c.example/")]);
        assert_eq!(merge.rows[0].source, "s; list, line 2");
        assert_eq!((merge.updated, merge.unchanged, undecided.len()), (1, 1, 1));
        assert_eq!(undecided[0].sites[0], ("other.example".to_owned(), 1));
    }
}
