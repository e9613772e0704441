//! What both versions of X's interface write alike, under the names of either.

use serde::Deserialize;

use super::super::json::{Text, filled, list, owned};

/// A hashtag: `tag` in version 2, `text` before.
#[derive(Deserialize)]
pub(in crate::exports) struct Tag<'a> {
    #[serde(borrow, alias = "text")]
    pub(in crate::exports) tag: Option<Text<'a>>,
}

/// An address in a post. Version 1.1 knows the first two.
#[derive(Deserialize)]
pub(in crate::exports) struct Url<'a> {
    #[serde(borrow)]
    pub(in crate::exports) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(in crate::exports) expanded_url: Option<Text<'a>>,
    #[serde(borrow)]
    unwound_url: Option<Text<'a>>,
    #[serde(borrow)]
    display_url: Option<Text<'a>>,
    #[serde(borrow)]
    media_key: Option<Text<'a>>,
}

impl Url<'_> {
    /// Where it leads in the end, as far as the source says; `None` for the address of a picture in the post itself.
    pub(in crate::exports) fn leads_to(&self) -> Option<&str> {
        if self.media_key.is_some() || filled(&self.display_url).is_some_and(super::shows_media) {
            return None;
        }
        let address = filled(&self.unwound_url).or_else(|| filled(&self.expanded_url));
        address.or_else(|| filled(&self.url))
    }
}

/// Of accounts: the entities of the profile.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::exports) struct Profile<'a> {
    #[serde(borrow)]
    url: Option<Urls<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Urls<'a> {
    #[serde(borrow, deserialize_with = "list")]
    urls: Vec<Url<'a>>,
}

impl Profile<'_> {
    /// The account's website, not shortened.
    pub(in crate::exports) fn website(&self) -> Option<String> {
        owned(&self.url.as_ref()?.urls.first()?.expanded_url)
    }
}

/// An id from its text, or where that is missing from its number.
pub(in crate::exports) fn either<'t>(
    text: &'t Option<Text<'_>>,
    number: &'t Option<Text<'_>>,
) -> Option<&'t str> {
    filled(text).or_else(|| filled(number))
}
