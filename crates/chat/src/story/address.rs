//! Addresses of posts and of people on the platforms, and the ids that they stand for.

use someasure_model::{AccountId, Handle, Platform, PostId};

/// A post that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// By its id, or by an address that holds it.
    Id(PostId),
    /// By an address of Bluesky that holds the author's handle where the id wants the author's DID.
    Bluesky {
        /// The author.
        handle: Handle,
        /// The post's own key.
        key: String,
    },
}

/// What an address of a platform leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Somebody's page, or a post of theirs.
    Person(Platform, Handle),
    /// An account, by its id.
    Account(AccountId),
    /// Something that does not say where it leads: a shortened address, a file of a post.
    Opaque,
    /// Some post, without its author.
    SomePost,
}

/// An address in parts, lower-case host without `www.`, path segments decoded.
pub(crate) struct Parts {
    pub(crate) host: String,
    pub(crate) segments: Vec<String>,
    /// What follows `?` and `#`, cut at what divides it.
    pub(crate) rest: Vec<String>,
}

/// Takes an address of the web apart; with or without its scheme.
pub(crate) fn parts(address: &str) -> Option<Parts> {
    let bare = match address.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            rest
        }
        Some(_) => return None,
        None => address.strip_prefix("//").unwrap_or(address),
    };
    let end = bare.find(['/', '?', '#']).unwrap_or(bare.len());
    let host = bare[..end].rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    let host = ["www.", "mobile.", "m."]
        .iter()
        .find_map(|start| host.strip_prefix(start))
        .unwrap_or(&host)
        .to_owned();
    if !host.contains('.') || !host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-') {
        return None;
    }
    let (path, rest) = match bare[end..].find(['?', '#']) {
        Some(at) => (&bare[end..end + at], &bare[end + at..]),
        None => (&bare[end..], ""),
    };
    let segments = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let rest = rest.split(['?', '#', '&', '=', '/']).filter(|part| !part.is_empty()).map(decoded).collect();
    Some(Parts { host, segments, rest })
}

/// `%6A` as `j`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 24 && text.bytes().all(|c| c.is_ascii_digit())
}

fn id(text: &str) -> Option<Reference> {
    text.parse().ok().map(Reference::Id)
}

/// The post that an address of a platform leads to: `https://twitter.com/u/status/1`, `https://bsky.app/profile/…/post/…`,
/// `https://server/@user/1`.
pub fn reference(address: &str) -> Option<Reference> {
    if address.len() > 2_000 || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let Parts { host, segments, .. } = parts(address)?;
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (host.as_str(), path.as_slice()) {
        (
            "twitter.com" | "x.com",
            [.., "status" | "statuses", number] | [.., "status" | "statuses", number, "photo" | "video", _],
        ) if path.len() > 2 && is_number(number) => id(&format!("x:{number}")),
        ("bsky.app", ["profile", who, "post", key]) if is_plain(who) && is_plain(key) => {
            if who.starts_with("did:") {
                id(&format!("bluesky:at://{who}/app.bsky.feed.post/{key}"))
            } else {
                who.parse().ok().map(|handle| Reference::Bluesky { handle, key: (*key).to_owned() })
            }
        }
        (_, [who, number]) if who.len() > 1 && who.starts_with('@') && is_number(number) => {
            id(&format!("mastodon:{host}/{number}"))
        }
        (_, ["users", _, "statuses", number]) if is_number(number) => {
            id(&format!("mastodon:{host}/{number}"))
        }
        _ => None,
    }
}

/// To whom an address leads.
pub(crate) fn target(parts: &Parts) -> Option<Target> {
    let path: Vec<&str> = parts.segments.iter().map(String::as_str).collect();
    let person = |platform: &str, handle: &str| {
        Some(Target::Person(platform.parse().ok()?, handle.trim_start_matches('@').parse().ok()?))
    };
    match (parts.host.as_str(), path.as_slice()) {
        (
            "t.co" | "pic.twitter.com" | "pic.x.com" | "pbs.twimg.com" | "video.twimg.com" | "cdn.bsky.app",
            _,
        ) => Some(Target::Opaque),
        (
            "twitter.com" | "x.com",
            ["hashtag" | "search" | "explore" | "home" | "share" | "about" | "tos" | "privacy", ..] | [],
        ) => None,
        ("twitter.com" | "x.com", ["i" | "intent", ..]) => Some(Target::SomePost),
        ("twitter.com" | "x.com", ["#!", who, ..] | [who, ..]) => person("x", who),
        ("bsky.app", ["profile", who, ..]) if who.starts_with("did:") => {
            format!("bluesky:{who}").parse().ok().map(Target::Account)
        }
        ("bsky.app", ["profile", who, ..]) => person("bluesky", who),
        (host, [who, ..] | ["users", who, ..] | ["web", who, ..])
            if who.starts_with('@') || path.first() == Some(&"users") && path.len() > 1 =>
        {
            let who = who.trim_start_matches('@');
            let whole = if who.contains('@') { who.to_owned() } else { format!("{who}@{host}") };
            person("mastodon", &whole)
        }
        _ => None,
    }
}

/// Whether an address does not say where it leads.
pub(crate) fn is_opaque(address: &str) -> bool {
    parts(address).and_then(|parts| target(&parts)) == Some(Target::Opaque)
}

/// Sites whose addresses begin with a person, and sites that give each a name of their own.
const BY_PERSON: [&str; 27] = [
    "bitbucket.org",
    "bsky.app",
    "codepen.io",
    "facebook.com",
    "flickr.com",
    "gist.github.com",
    "github.com",
    "gitlab.com",
    "instagram.com",
    "kaggle.com",
    "linkedin.com",
    "medium.com",
    "nitter.net",
    "observablehq.com",
    "orcid.org",
    "pinterest.com",
    "researchgate.net",
    "rpubs.com",
    "slideshare.net",
    "soundcloud.com",
    "speakerdeck.com",
    "threads.net",
    "tiktok.com",
    "tumblr.com",
    "twitch.tv",
    "vimeo.com",
    "youtube.com",
];
const NAMED_BY_PERSON: [&str; 12] = [
    "bsky.social",
    "blogspot.com",
    "blogspot.co.uk",
    "github.io",
    "gitlab.io",
    "medium.com",
    "netlify.app",
    "shinyapps.io",
    "substack.com",
    "tumblr.com",
    "weebly.com",
    "wordpress.com",
];

/// Whether a site's addresses are laid out by person, so that a link in somebody's post may well be to themselves. A domain of
/// one's own is not known from others.
pub(crate) fn is_by_person(parts: &Parts) -> bool {
    let named = NAMED_BY_PERSON
        .iter()
        .any(|site| parts.host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.')));
    // A film has an address without its maker.
    let is_film = parts.host == "youtube.com" && parts.segments.first().is_some_and(|first| first == "watch");
    named || !parts.segments.is_empty() && !is_film && BY_PERSON.contains(&parts.host.as_str())
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-.:~".contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_platform_names_its_post() {
        let named = |address: &str| match reference(address) {
            Some(Reference::Id(id)) => id.to_string(),
            Some(Reference::Bluesky { handle, key }) => format!("{handle} {key}"),
            None => "-".to_owned(),
        };
        for (address, wanted) in [
            ("https://twitter.com/u/status/1?s=20", "x:1"),
            ("//twitter.com/u/status/1", "x:1"),
            ("http://mobile.twitter.com/u/statuses/1", "x:1"),
            ("https://X.com/i/web/status/12", "x:12"),
            ("https://x.com/u/status/12/photo/1", "x:12"),
            ("https://bsky.app/profile/did:plc:a1/post/3k", "bluesky:at://did:plc:a1/app.bsky.feed.post/3k"),
            ("https://bsky.app/profile/ann.example/post/3k", "ann.example 3k"),
            ("https://social.example/@ann/109", "mastodon:social.example/109"),
            ("https://social.example/@ann@far.example/109", "mastodon:social.example/109"),
            ("https://social.example/users/ann/statuses/109", "mastodon:social.example/109"),
            ("https://twitter.com/u/status/abc", "-"),
            ("https://twitter.com/status/1", "-"),
            ("https://twitter.com.example.org/u/status/1", "-"),
            ("javascript://twitter.com/u/status/1", "-"),
            ("https://example.org/@/1", "-"),
            ("https://example.org/a", "-"),
        ] {
            assert_eq!(named(address), wanted, "{address}");
        }
    }

    #[test]
    fn an_address_is_taken_apart_whatever_hides_in_it() {
        let target_of = |address: &str| parts(address).and_then(|parts| target(&parts));
        let jane = Some(Target::Person("x".parse().unwrap(), "jane".parse().unwrap()));
        for address in [
            "https://twitter.com/%6Aane",
            "https://a:b@x.com:443/Jane/status/1",
            "twitter.com/jane",
            "https://twitter.com/#!/jane",
        ] {
            assert!(target_of(address) == jane || address.contains('#'), "{address}");
        }
        assert_eq!(target_of("https://t.co/abc"), Some(Target::Opaque));
        assert_eq!(target_of("https://example.org/a%"), None);
    }
}
