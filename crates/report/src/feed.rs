//! The Atom feed of editions and corrections. Its instants are those of the data and of corrections: the same
//! edition gives the same feed.

use maud::{Markup, PreEscaped, html};

use crate::File;
use crate::number::count;
use crate::pages::changes::{closed_since, counted};
use crate::site::{CHANGES, FEED, HEADLINES, Site};
use crate::text::{name, note, web_address};
use crate::when::day;

/// A feed tells so many closures; the page has all.
const MOST_CLOSURES: usize = 20;

struct Item {
    id: String,
    title: String,
    /// RFC 3339.
    at: String,
    path: &'static str,
    words: String,
}

pub(crate) fn file(site: &Site<'_>) -> File {
    let edition = site.edition;
    let root = edition.publication.url.as_deref().and_then(web_address).map(|url| url.trim_end_matches('/'));
    let title = name(&edition.title);
    let author = edition.publication.publisher.as_deref().map_or_else(|| title.clone(), name);
    let as_at = edition.as_at.to_string();
    // Without an address of its own, a feed still needs names that last.
    let base = root.map_or_else(|| "urn:someasure".to_owned(), str::to_owned);
    let id = |of: &str| {
        let plain = |text: &str| {
            text.chars()
                .map(|c| if c.is_ascii_alphanumeric() || ".-".contains(c) { c } else { '-' })
                .collect::<String>()
        };
        format!("{base}{}{}:{}", if root.is_some() { "/#" } else { ":" }, plain(&edition.edition), plain(of))
    };
    let address = |path: &str| root.map_or_else(|| path.to_owned(), |root| format!("{root}/{path}"));
    let mut items = vec![Item {
        id: id("edition"),
        title: format!("Edition {} of {title}", name(&edition.edition)),
        at: as_at.clone(),
        path: if site.stage.is_collected() { HEADLINES } else { "index.html" },
        words: format!(
            "{}, data as at {}.",
            count(edition.organisations.len() as u64, "organisations"),
            crate::when::day_of(edition.as_at, &site.zone)
        ),
    }];
    if let Some(words) = edition.revision.as_ref().and_then(counted) {
        items.push(Item {
            id: id("revision"),
            title: "What changed since the last edition".to_owned(),
            at: as_at.clone(),
            path: CHANGES,
            words,
        });
    }
    for (nth, erratum) in edition.errata.iter().enumerate() {
        items.push(Item {
            id: id(&format!("erratum-{}-{nth}", erratum.on)),
            title: format!("Correction of {}", day(erratum.on)),
            at: format!("{}T00:00:00Z", erratum.on),
            path: CHANGES,
            words: note(&erratum.what),
        });
    }
    for body in closed_since(site).1.into_iter().take(MOST_CLOSURES) {
        items.push(Item {
            id: id(&format!("closed-{}", body.organisation_id.slug())),
            title: format!("Closed: {}", name(&body.name)),
            at: as_at.clone(),
            path: CHANGES,
            words: format!("Closed on {}.", day(body.closed)),
        });
    }
    let updated = items.iter().map(|item| item.at.clone()).max().unwrap_or(as_at);
    let feed = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" {
            title { (title) }
            id { (id("feed")) }
            updated { (updated) }
            author { name { (author) } }
            @if let Some(root) = root { link rel="self" type="application/atom+xml" href={ (root) "/" (FEED) } {} }
            link rel="alternate" type="text/html" href=(address("index.html")) {}
            @for item in &items { (entry(item, &address(item.path))) }
        }
    };
    File { path: format!("site/{FEED}"), bytes: feed.into_string().into_bytes() }
}

fn entry(item: &Item, address: &str) -> Markup {
    html! {
        entry {
            title { (item.title) }
            id { (item.id) }
            updated { (item.at) }
            link rel="alternate" type="text/html" href=(address) {}
            summary { (item.words) }
        }
    }
}
