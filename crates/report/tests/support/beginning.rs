//! Editions at their beginning, made from the invented one: four invented nations, and nothing collected.

use someasure_model::{Account, Edition, PeerGroup};

use super::invented;

/// Nation, its type of body, and how many.
const BODIES: [(&str, &str, usize); 7] = [
    ("Eastland", "hospital trust", 205),
    ("Eastland", "commissioning board", 42),
    ("Eastland", "regional office", 7),
    ("Northland", "health board", 14),
    ("Westland", "health board", 7),
    ("Westland", "hospital trust", 3),
    ("Isles", "health and social care trust", 5),
];

/// Four nations, no account of anybody, nothing collected.
pub(crate) fn beginning() -> Edition {
    let mut edition = invented();
    let model = edition.organisations[2].clone();
    edition.title = "Invented health bodies of four nations".to_owned();
    edition.services =
        ["Eastland", "Northland", "Westland", "Isles"].map(|n| format!("Health in {n}")).to_vec();
    edition.figures.clear();
    edition.group_figures.clear();
    edition.organisations.clear();
    edition.provenance.withdrawn = 0;
    edition.peer_groups.clear();
    let regions = ["North", "Middle", "South"];
    for (kind_of, (nation, kind, n)) in BODIES.iter().enumerate() {
        let group = format!("group-{kind_of}");
        edition.peer_groups.push(PeerGroup {
            id: group.clone(),
            title: format!("{kind}s of {nation}"),
            reason: "They do the same kind of work under the same law".to_owned(),
            size: *n,
        });
        for i in 0..*n {
            let mut entry = model.clone();
            let organisation = &mut entry.organisation;
            organisation.organisation_id = format!("invented:{kind_of}{i:03}").parse().unwrap();
            organisation.name = format!("{nation} {kind} {} (invented)", i + 1);
            organisation.kind = (*kind).to_owned();
            organisation.nation = Some((*nation).to_owned());
            organisation.region = (kind_of < 2).then(|| regions[i % 3].to_owned());
            organisation.website = None;
            entry.accounts.clear();
            entry.coverage.clear();
            entry.denominators.clear();
            entry.shared_with.clear();
            entry.peer_groups = vec![group.clone()];
            edition.organisations.push(entry);
        }
    }
    edition.organisations.sort_by(|a, b| a.organisation.name.cmp(&b.organisation.name));
    edition
}

/// The same with an account entered for each of the first `n` organisations, and nothing collected.
pub(crate) fn entered(n: usize) -> Edition {
    let mut edition = beginning();
    for (i, entry) in edition.organisations.iter_mut().take(n).enumerate() {
        entry.accounts.push(Account {
            organisation_id: entry.organisation.organisation_id.clone(),
            platform: "bluesky".parse().unwrap(),
            account_id: None,
            handle: Some(format!("body{i}.example.org").parse().unwrap()),
            role: Some("main".to_owned()),
            from: None,
            to: None,
            reason_for_leaving: None,
        });
    }
    edition
}
