//! What all exports of X (Twitter) have in common: ids that carry their time, accounts, addresses of
//! posts, which of a post's links are its own, and what both versions of its interface write alike.

pub(super) mod wire;

use someasure_model::{AccountId, Handle, Instant, Post, PostId, PostKind};

use super::{times, words};

/// An id of X as it should be: digits. A leading `x`, `'` or quotation mark protects it in spreadsheets.
fn digits<'t>(id: &'t str, what: &str) -> Result<&'t str, String> {
    let bare = id.trim().trim_matches(['"', '\'']).trim_start_matches(['x', 'X', '\'']);
    if bare.is_empty() || bare.len() > 20 || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        let hint = if bare.contains(['.', 'e', 'E', ',']) && bare.starts_with(|c: char| c.is_ascii_digit()) {
            ": a spreadsheet has rounded it; get the file from its source again"
        } else {
            ""
        };
        let shown: String = id.chars().take(40).collect();
        return Err(format!("'{shown}' is no id of {what} on X{hint}"));
    }
    Ok(bare)
}

pub(super) fn post_id(id: &str) -> Result<PostId, String> {
    let id = digits(id, "a post")?;
    format!("x:{id}").parse().map_err(|error: someasure_model::IdError| error.to_string())
}

pub(super) fn account_id(id: &str) -> Result<AccountId, String> {
    let id = digits(id, "an account")?;
    format!("x:{id}").parse().map_err(|error: someasure_model::IdError| error.to_string())
}

/// An account of which only the name is known.
pub(super) fn account_named(name: &str) -> Result<AccountId, String> {
    let name = name.trim().trim_start_matches('@');
    format!("x:@{name}").parse().map_err(|error: someasure_model::IdError| error.to_string())
}

/// An account by its id, else by its name.
pub(super) fn account(id: Option<&str>, name: Option<&str>) -> Result<AccountId, String> {
    match (id, name) {
        (Some(id), _) => account_id(id),
        (None, Some(name)) => account_named(name),
        (None, None) => Err("neither the id nor the name of its author is given".to_owned()),
    }
}

pub(super) fn handle(name: &str) -> Option<Handle> {
    name.parse().ok()
}

/// When a post was posted: as stated, else as its id says.
pub(super) fn posted_at(stated: Option<&str>, id: &PostId) -> Result<Instant, String> {
    match stated {
        Some(text) => times::any_with_offset(text)
            .ok_or_else(|| format!("created_at '{text}' is not a time with an offset")),
        None => id.given_out().ok_or_else(|| "neither created_at nor an id that carries its time".to_owned()),
    }
}

/// A post that answers and quotes is a reply.
pub(super) fn kind(repost: bool, reply: bool, quote: bool) -> PostKind {
    match (repost, reply, quote) {
        (true, ..) => PostKind::Repost,
        (_, true, _) => PostKind::Reply,
        (.., true) => PostKind::Quote,
        _ => PostKind::Original,
    }
}

/// What the source lists of a post's words.
#[derive(Default)]
pub(super) struct Listed<'e> {
    pub(super) hashtags: Vec<&'e str>,
    /// By id and name.
    pub(super) mentions: Vec<(Option<&'e str>, Option<&'e str>)>,
    pub(super) links: Vec<&'e str>,
}

/// Hashtags as the source lists them, else from the text.
pub(super) fn hashtags(listed: Option<&Listed<'_>>, text: &str) -> Vec<String> {
    let Some(listed) = listed else { return words::hashtags(text) };
    let mut tags = Vec::new();
    listed.hashtags.iter().for_each(|tag| words::add(&mut tags, tag));
    tags
}

/// Hashtags, mentions and links: as the source lists them, else from the text.
pub(super) fn words_of(post: &mut Post, listed: Option<&Listed<'_>>, text: &str) {
    post.hashtags = Some(hashtags(listed, text));
    let (mut mentions, mut links) = (Vec::new(), Vec::new());
    match listed {
        Some(listed) => {
            for account in listed.mentions.iter().filter_map(|(id, name)| account(*id, *name).ok()) {
                words::add(&mut mentions, account.as_str());
            }
            for address in &listed.links {
                let of = post_of_link(address);
                // A text that was cut off ends in the address of its own post.
                let own = of.is_some() && (of == post.quoted_post_id || of.as_ref() == Some(&post.post_id));
                if !own && !shows_media(address) {
                    words::add(&mut links, address);
                }
            }
        }
        None => {
            for account in words::mentions(text).iter().filter_map(|name| account_named(name).ok()) {
                words::add(&mut mentions, account.as_str());
            }
            links = words::links(text);
        }
    }
    (post.mentions, post.links) = (Some(mentions), Some(links));
}

/// The post that an address on X shows.
pub(super) fn post_of_link(link: &str) -> Option<PostId> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").or_else(|| rest.strip_prefix("mobile.")).unwrap_or(rest);
    let rest = rest.strip_prefix("twitter.com/").or_else(|| rest.strip_prefix("x.com/"))?;
    let mut parts = rest.split(['/', '?', '#']);
    let (_, status, id) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some_and(|part| matches!(part, "photo" | "video")) {
        return None;
    }
    matches!(status, "status" | "statuses").then(|| post_id(id).ok()).flatten()
}

/// Whether an address is that of a picture or film in the post itself.
pub(super) fn shows_media(address: &str) -> bool {
    address.starts_with("pic.twitter.com/") || address.starts_with("pic.x.com/") || {
        let on_x = address.contains("//twitter.com/") || address.contains("//x.com/");
        on_x && address.contains("/status/") && (address.contains("/photo/") || address.contains("/video/"))
    }
}

/// Our word for a kind of media.
pub(super) fn media_kind(kind: &str) -> String {
    match kind {
        "photo" => "image",
        "animated_gif" => "animation",
        "" => "unknown",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_carries_its_millisecond() {
        let id = post_id("1394735776701816833").unwrap();
        assert_eq!(id.given_out().unwrap().to_string(), "2021-05-18T19:24:56.76Z");
        assert_eq!(post_id("20").unwrap().given_out(), None);
        assert_eq!(post_id("18446744073709551615").unwrap().given_out(), None);
    }

    #[test]
    fn an_id_that_a_spreadsheet_rounded_is_refused() {
        assert!(post_id("1.25195E+18").unwrap_err().contains("rounded"));
        assert!(post_id("12a").is_err());
        assert_eq!(post_id("x123").unwrap().as_str(), "x:123");
    }

    #[test]
    fn the_address_of_a_post_is_told_from_that_of_its_picture() {
        assert_eq!(post_of_link("https://twitter.com/ann/status/12?s=20").unwrap().as_str(), "x:12");
        assert_eq!(post_of_link("https://x.com/i/status/12").unwrap().as_str(), "x:12");
        assert_eq!(post_of_link("https://twitter.com/ann/status/12/photo/1"), None);
        assert_eq!(post_of_link("https://nottwitter.com/ann/status/12"), None);
        assert!(shows_media("https://twitter.com/ann/status/12/photo/1"));
    }
}
