//! Ids that say whose they are: `ods:RJ1`, `x:12345`, `mastodon:server/id`, and provisional `x:@handle`.
//!
//! An id is a string from end to end, because spreadsheets round 64-bit integers. Two kinds of id are
//! two types, so that they cannot be swapped. Those of which there are few, and which each of an edition's millions of
//! figures or of a chat's posts names, are shared and not copied.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::{EARLIEST_POST, Instant};

/// Why a text is not an id of the kind asked for. The message names the text and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {wanted}: {why}")]
pub struct IdError {
    /// The text as it was given.
    pub text: String,
    /// The kind of id, with an article: "an organisation id (like ods:RJ1)".
    pub wanted: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

/// One platform under two names.
const TWITTER: &str = "twitter";
const X: &str = "x";

fn scheme_of<'a>(text: &'a str, wanted: &'static str) -> Result<(&'a str, &'a str), IdError> {
    let fail = |why| Err(IdError { text: text.to_owned(), wanted, why });
    let Some((scheme, rest)) = text.split_once(':') else {
        return fail("it has no ':' after the name of its register or platform");
    };
    if !is_slug(scheme) {
        return fail("the part before ':' must be lower-case letters, digits and '-'");
    }
    if rest.is_empty() {
        return fail("nothing follows the ':'");
    }
    if rest.len() > 512 {
        return fail("it is longer than 512 bytes");
    }
    // Nearly all ids are of visible ASCII, which is checked faster.
    if !rest.bytes().all(|byte| byte.is_ascii_graphic())
        && rest.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return fail("it contains white space or a control character");
    }
    Ok((scheme, rest))
}

/// An id that has been checked, with one name for each platform.
fn on_platform(text: &str, scheme: &str, rest: &str) -> String {
    match scheme {
        TWITTER => format!("{X}:{rest}"),
        _ => text.to_owned(),
    }
}

fn is_slug(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && text.len() <= 32
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// The id as it is written in files.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.as_str().to_owned()
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

/// The order of the texts; one that is shared is not read to find that it equals itself.
macro_rules! shared_order {
    ($name:ident) => {
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                if Arc::ptr_eq(&self.0, &other.0) {
                    return std::cmp::Ordering::Equal;
                }
                self.0.cmp(&other.0)
            }
        }
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
    };
}

/// An organisation's code in a national register, with the register's name: `ods:RJ1`, `fips:01001`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationId(Arc<str>);
text_id!(OrganisationId);
shared_order!(OrganisationId);

impl FromStr for OrganisationId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        scheme_of(text, "an organisation id (like ods:RJ1)")?;
        Ok(Self(text.into()))
    }
}

impl OrganisationId {
    /// The register's name, before the colon.
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }
    /// The code within the register, after the colon.
    pub fn code(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, code)| code)
    }
    /// A name for a file or an address: letters, digits, '-', '_' and '.' stay as they are, the rest
    /// is written as `~` and two hex digits a byte, so that two ids never share one.
    pub fn slug(&self) -> String {
        let mut slug = String::with_capacity(self.0.len());
        let scheme = self.scheme().len();
        for (at, byte) in self.0.bytes().enumerate() {
            match byte {
                b':' if at == scheme => slug.push('-'),
                b'-' if at < scheme => slug.push_str("~2d"), // the first '-' is always the colon
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => slug.push(byte as char),
                other => slug.push_str(&format!("~{other:02x}")),
            }
        }
        slug
    }
}

/// Where an account lives: `bluesky`, `mastodon`, `x`, `youtube`… Twitter is `x` throughout its life.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Platform(Arc<str>);
text_id!(Platform);
shared_order!(Platform);

/// The platforms that need no declaration in `someasure.toml`, with the name that readers know.
pub const KNOWN_PLATFORMS: [(&str, &str); 20] = [
    ("bluesky", "Bluesky"),
    ("facebook", "Facebook"),
    ("feed", "News feed"),
    ("flickr", "Flickr"),
    ("google-plus", "Google+"),
    ("instagram", "Instagram"),
    ("linkedin", "LinkedIn"),
    ("mastodon", "Mastodon"),
    ("nextdoor", "Nextdoor"),
    ("peertube", "PeerTube"),
    ("pinterest", "Pinterest"),
    ("reddit", "Reddit"),
    ("snapchat", "Snapchat"),
    ("threads", "Threads"),
    ("tiktok", "TikTok"),
    ("tumblr", "Tumblr"),
    ("vimeo", "Vimeo"),
    ("whatsapp", "WhatsApp Channels"),
    ("x", "X (Twitter)"),
    ("youtube", "YouTube"),
];

impl FromStr for Platform {
    type Err = IdError;
    /// `twitter` is read as `x`: one platform under two names.
    fn from_str(text: &str) -> Result<Self, IdError> {
        if !is_slug(text) {
            return Err(IdError {
                text: text.to_owned(),
                wanted: "a platform (like bluesky, mastodon, x)",
                why: "it must be lower-case letters, digits and '-'",
            });
        }
        Ok(Self(if text == TWITTER { X } else { text }.into()))
    }
}

impl Platform {
    /// The platform that people mean: its id or its title in any letters' case, `X (Twitter)` like `x`.
    pub fn from_word(text: &str) -> Result<Self, IdError> {
        let word = text.trim().to_lowercase();
        let titled = KNOWN_PLATFORMS.iter().find(|(_, title)| title.to_lowercase() == word);
        match (titled, word.as_str()) {
            (Some((id, _)), _) => id.parse(),
            (None, "x (twitter)" | "x/twitter" | "twitter/x" | "twitter (x)") => "x".parse(),
            (None, word) => word.parse(),
        }
    }
    /// The name that readers know; the id itself for a platform that is not in [`KNOWN_PLATFORMS`].
    pub fn title(&self) -> &str {
        KNOWN_PLATFORMS.iter().find(|(id, _)| *id == self.as_str()).map_or(self.as_str(), |(_, title)| title)
    }
    /// Whether the platform is in [`KNOWN_PLATFORMS`].
    pub fn is_known(&self) -> bool {
        KNOWN_PLATFORMS.iter().any(|(id, _)| *id == self.as_str())
    }
}

/// A name on a platform without its leading `@`, in lower case: handles are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);
text_id!(Handle);

impl FromStr for Handle {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let bare = text.strip_prefix('@').unwrap_or(text);
        let fail = |why| Err(IdError { text: text.to_owned(), wanted: "a handle (like @nhsengland)", why });
        if bare.is_empty() {
            return fail("it is empty");
        }
        if bare.len() > 256 {
            return fail("it is longer than 256 bytes");
        }
        if bare.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',') {
            return fail("it contains white space, a comma or a control character");
        }
        if bare.contains("://") {
            return fail("it is an address; give the name alone");
        }
        // Written out and read again, a second '@' would be taken for the first.
        if bare.starts_with('@') {
            return fail("it begins with more than one '@'");
        }
        Ok(Self(bare.to_lowercase()))
    }
}

/// One identity on one platform: `x:12345`, `bluesky:did:plc:…`, `mastodon:server/id`; where only a
/// handle is known, the provisional `x:@handle`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(Arc<str>);
text_id!(AccountId);
shared_order!(AccountId);

impl FromStr for AccountId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        const WANTED: &str = "an account id (like x:12345 or x:@handle)";
        let (platform, rest) = scheme_of(text, WANTED)?;
        match rest.strip_prefix('@') {
            Some(handle) => Ok(Self::provisional(&platform.parse()?, &handle.parse()?)),
            None => Ok(Self(on_platform(text, platform, rest).into())),
        }
    }
}

impl AccountId {
    /// The id that stands in until the platform's own is learnt: `x:@handle`.
    pub fn provisional(platform: &Platform, handle: &Handle) -> Self {
        Self(format!("{platform}:@{handle}").into())
    }
    /// The platform's own id, given as the platform writes it.
    pub fn native(platform: &Platform, id: &str) -> Result<Self, IdError> {
        format!("{platform}:{id}").parse()
    }
    /// Whether only the handle is known so far.
    pub fn is_provisional(&self) -> bool {
        self.after_platform().starts_with('@')
    }
    /// The platform.
    pub fn platform(&self) -> Platform {
        Platform(self.on().into())
    }
    /// The platform's id.
    pub fn on(&self) -> &str {
        self.0.split_once(':').map_or("", |(platform, _)| platform)
    }
    /// The handle of a provisional id.
    pub fn provisional_handle(&self) -> Option<Handle> {
        self.after_platform().strip_prefix('@').and_then(|handle| handle.parse().ok())
    }
    fn after_platform(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, rest)| rest)
    }
}

/// One post on one platform: `x:453163981939941376`, `bluesky:at://did:plc:…/app.bsky.feed.post/…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostId(Box<str>);
text_id!(PostId);

impl FromStr for PostId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (platform, rest) = scheme_of(text, "a post id (like x:453163981939941376)")?;
        Ok(Self(on_platform(text, platform, rest).into()))
    }
}

impl PostId {
    /// The platform's own id, given as the platform writes it.
    pub fn native(platform: &Platform, id: &str) -> Result<Self, IdError> {
        format!("{platform}:{id}").parse()
    }

    /// When the id was given out, where the platform writes that into its ids: X since November 2010, Bluesky in the key of a
    /// record, Mastodon in its numbers. It is close to when the post was posted, and all that is known of one that is gone.
    pub fn given_out(&self) -> Option<Instant> {
        const X_FIRST: u64 = 29_700_859_247;
        const X_EPOCH: u64 = 1_288_834_974_657;
        const LETTERS: &[u8] = b"234567abcdefghijklmnopqrstuvwxyz";
        let (platform, rest) = self.as_str().split_once(':')?;
        let last = rest.rsplit('/').next()?;
        let micros = match platform {
            "x" => {
                let id: u64 = last.parse().ok().filter(|id| (X_FIRST..1 << 63).contains(id))?;
                ((id >> 22) + X_EPOCH) * 1000
            }
            "mastodon" => (last.parse::<u64>().ok()? >> 16) * 1000,
            "bluesky" if last.len() == 13 => {
                let digit = |byte| LETTERS.iter().position(|letter| *letter == byte);
                let number =
                    last.bytes().try_fold(0_u64, |sum, byte| Some((sum << 5) | digit(byte)? as u64))?;
                (number & (u64::MAX >> 1)) >> 10
            }
            _ => return None,
        };
        Some(Instant::from_micros(i64::try_from(micros).ok()?)).filter(|at| *at >= EARLIEST_POST)
    }
}

/// A post's id as a key of a map. Those of X are numbers, which are compared without a look at their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostKey<'a> {
    /// `x:453163981939941376`.
    X(u64),
    /// Any other, as it is written.
    Text(&'a str),
}

impl fmt::Display for PostKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X(number) => write!(f, "{X}:{number}"),
            Self::Text(id) => f.write_str(id),
        }
    }
}

impl<'a> From<&'a str> for PostKey<'a> {
    fn from(id: &'a str) -> Self {
        // So many digits always fit; a number that begins with a zero is another id than the one without.
        let digits = id.strip_prefix("x:").filter(|digits| (1..=19).contains(&digits.len()));
        let number = digits.filter(|digits| !digits.starts_with('0')).and_then(|digits| {
            digits.bytes().try_fold(0_u64, |number, byte| {
                byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
            })
        });
        number.map_or(Self::Text(id), Self::X)
    }
}

/// A measure's id: `posts_per_week`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeasureId(Arc<str>);
text_id!(MeasureId);
shared_order!(MeasureId);

impl FromStr for MeasureId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let well_formed = text.chars().next().is_some_and(|c| c.is_ascii_lowercase())
            && text.len() <= 64
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !well_formed {
            return Err(IdError {
                text: text.to_owned(),
                wanted: "a measure id (like posts_per_week)",
                why: "it must be lower-case letters, digits and '_', starting with a letter",
            });
        }
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_without_its_register_is_refused_with_what_would_be_right() {
        let error = "RJ1".parse::<OrganisationId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "'RJ1' is not an organisation id (like ods:RJ1): it has no ':' after the name of its register or platform"
        );
    }

    #[test]
    fn twitter_is_x_wherever_it_is_written() {
        assert_eq!("twitter:12345".parse::<AccountId>().unwrap().as_str(), "x:12345");
        assert_eq!("twitter:9".parse::<PostId>().unwrap().as_str(), "x:9");
        assert_eq!("twitter".parse::<Platform>().unwrap().title(), "X (Twitter)");
    }

    #[test]
    fn an_id_that_carries_its_time_gives_it() {
        for (id, wanted) in [
            ("x:1394735776701816833", Some("2021-05-18T19:24:56.76Z")),
            ("x:20", None),
            ("mastodon:social.example/109348684382961408", Some("2022-11-15T16:08:29")),
            ("bluesky:at://did:plc:a1/app.bsky.feed.post/3kxyzabc2222a", Some("2024-07-24T05:46:24")),
            ("bluesky:at://did:plc:a1/app.bsky.feed.post/1", None),
            ("library:5", None),
        ] {
            let at = id.parse::<PostId>().unwrap().given_out().map(|at| at.to_string());
            match (at, wanted) {
                (None, None) => {}
                (Some(at), Some(wanted)) => {
                    assert!(at.starts_with(wanted.trim_end_matches('Z')), "{id}: {at}")
                }
                (at, _) => panic!("{id}: {at:?}"),
            }
        }
    }

    #[test]
    fn handles_are_compared_without_case_and_without_the_at_sign() {
        assert_eq!("@NHSEngland".parse::<Handle>().unwrap(), "nhsengland".parse().unwrap());
        assert_eq!("x:@NHSEngland".parse::<AccountId>().unwrap().as_str(), "x:@nhsengland");
    }

    #[test]
    fn a_handle_reads_back_as_itself() {
        assert!("@@nhsengland".parse::<Handle>().is_err());
        let handle: Handle = "@user@example.org".parse().unwrap();
        assert_eq!(handle.as_str().parse::<Handle>().unwrap(), handle);
    }

    #[test]
    fn a_long_number_stays_the_string_it_was() {
        let id: PostId = "x:453163981939941376".parse().unwrap();
        assert_eq!(id.as_str(), "x:453163981939941376");
    }

    #[test]
    fn two_posts_never_share_a_key() {
        assert_eq!(PostKey::from("x:453163981939941376"), PostKey::X(453_163_981_939_941_376));
        assert_eq!(PostKey::X(20).to_string(), "x:20");
        assert_eq!(PostKey::from("x:9999999999999999999"), PostKey::X(9_999_999_999_999_999_999));
        for id in
            ["x:", "x:0", "x:01", "x:+1", "x:1a", "x:10000000000000000000", "mastodon:1", "bluesky:at://a"]
        {
            assert_eq!(PostKey::from(id), PostKey::Text(id));
            assert_eq!(PostKey::from(id).to_string(), id);
        }
    }

    #[test]
    fn two_organisations_never_share_a_page() {
        let slug = |text: &str| text.parse::<OrganisationId>().unwrap().slug();
        assert_eq!(slug("ods:RJ1"), "ods-RJ1");
        assert_ne!(slug("a:b/c"), slug("a:b-c"));
        assert_ne!(slug("a:b~2fc"), slug("a:b/c"));
    }

    #[test]
    fn only_the_handle_makes_an_account_provisional() {
        let id: AccountId = "mastodon:example.org/@someone".parse().unwrap();
        assert!(!id.is_provisional());
        let id: AccountId = "mastodon:@someone@example.org".parse().unwrap();
        assert_eq!(id.provisional_handle().unwrap().as_str(), "someone@example.org");
    }
}
