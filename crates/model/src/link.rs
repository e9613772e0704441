//! Addresses of posts and accounts on their platforms, for those platforms whose addresses can be told from ids.

use crate::id::{AccountId, Handle, PostId};

/// The name alone, if it can stand in an address as it is.
fn plain(handle: &Handle) -> Option<&str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@');
    handle.as_str().chars().all(fits).then_some(handle.as_str())
}

fn is_server(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '~'))
}

/// A Mastodon account's name as `server` writes it: without the server if it is its own.
fn on_server<'a>(handle: &'a str, server: &str) -> &'a str {
    match handle.split_once('@') {
        Some((user, home)) if home == server => user,
        _ => handle,
    }
}

impl PostId {
    /// The post's own page: on X, Bluesky and Mastodon; `None` where it cannot be told.
    pub fn link(&self, handle: Option<&Handle>) -> Option<String> {
        let (platform, id) = self.as_str().split_once(':')?;
        let handle = handle.and_then(plain);
        match platform {
            "x" => id
                .chars()
                .all(|c| c.is_ascii_digit())
                .then(|| format!("https://x.com/{}/status/{id}", handle.unwrap_or("i"))),
            "bluesky" => {
                let (author, key) = id.strip_prefix("at://")?.split_once("/app.bsky.feed.post/")?;
                let author = handle.unwrap_or(author);
                (is_key(author) && is_key(key))
                    .then(|| format!("https://bsky.app/profile/{author}/post/{key}"))
            }
            "mastodon" => {
                let (server, key) = id.split_once('/')?;
                let user = on_server(handle?, server);
                (is_server(server) && is_key(key)).then(|| format!("https://{server}/@{user}/{key}"))
            }
            _ => None,
        }
    }
}

impl AccountId {
    /// The account's own page: on X, Bluesky and Mastodon; `None` where it cannot be told.
    pub fn link(&self, handle: Option<&Handle>) -> Option<String> {
        let (platform, id) = self.as_str().split_once(':')?;
        let provisional = self.provisional_handle();
        let handle = handle.or(provisional.as_ref()).and_then(plain);
        match platform {
            "x" => handle.map(|handle| format!("https://x.com/{handle}")),
            "bluesky" => {
                let author = handle.unwrap_or(id);
                is_key(author).then(|| format!("https://bsky.app/profile/{author}"))
            }
            "mastodon" => {
                let handle = handle?;
                let server = match id.split_once('/') {
                    Some((server, _)) => server,
                    None => handle.split_once('@')?.1,
                };
                is_server(server).then(|| format!("https://{server}/@{}", on_server(handle, server)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posts_page_is_told_from_its_id() {
        let link = |id: &str, handle: Option<&str>| {
            id.parse::<PostId>().unwrap().link(handle.map(|handle| handle.parse().unwrap()).as_ref())
        };
        assert_eq!(link("x:20", Some("jack")).unwrap(), "https://x.com/jack/status/20");
        assert_eq!(link("x:20", None).unwrap(), "https://x.com/i/status/20");
        let bluesky = "bluesky:at://did:plc:abc/app.bsky.feed.post/3k2a";
        assert_eq!(link(bluesky, None).unwrap(), "https://bsky.app/profile/did:plc:abc/post/3k2a");
        assert_eq!(
            link(bluesky, Some("ann.example")).unwrap(),
            "https://bsky.app/profile/ann.example/post/3k2a"
        );
        let mastodon = "mastodon:example.org/1234";
        assert_eq!(link(mastodon, Some("ann@example.org")).unwrap(), "https://example.org/@ann/1234");
        assert_eq!(
            link(mastodon, Some("ann@far.example")).unwrap(),
            "https://example.org/@ann@far.example/1234"
        );
        assert_eq!(link(mastodon, None), None);
    }

    #[test]
    fn a_hostile_id_or_name_makes_no_address() {
        let link =
            |id: &str, handle: &str| id.parse::<PostId>().unwrap().link(Some(&handle.parse().unwrap()));
        assert_eq!(link("x:20/../../evil", "jack"), None);
        assert_eq!(link("x:20", "jack/../evil").unwrap(), "https://x.com/i/status/20");
        assert_eq!(link("mastodon:evil.example\"onload=/1", "ann"), None);
        assert_eq!(link("bluesky:at://did:plc:abc/app.bsky.feed.post/<script>", "ann"), None);
    }
}
