//! The account that a row means: full ids (`x:12345`), bare ones (`12345` beside a platform), handles.

use someasure_model::{AccountId, Handle, OrganisationId, Platform};

use crate::cell::Fault;
use crate::problem::{Kind, shown};
use crate::sheet::Row;
use crate::suggest;

/// Reads an organisation's id.
pub(crate) fn organisation_id(text: &str) -> Result<OrganisationId, Fault> {
    text.parse().map_err(|error: someasure_model::IdError| {
        let what = format!("not an organisation id: {}", error.why);
        Fault::new(Kind::BadId, what, "write it with its register, like ods:RJ1")
    })
}

/// Reads a platform's name. Whether anybody knows it is for `check` to say.
pub(crate) fn platform(text: &str) -> Result<Platform, Fault> {
    text.parse().map_err(|error: someasure_model::IdError| {
        let what = format!("not a platform: {}", error.why);
        let close = suggest::platform(text);
        Fault::new(
            Kind::BadId,
            what,
            suggest::did_you_mean(close.as_deref(), "write it like bluesky, mastodon or x"),
        )
    })
}

/// Reads a handle; `x:@name` is read as `@name` beside the platform x.
pub(crate) fn handle(text: &str, platform: Option<&Platform>) -> Result<Handle, Fault> {
    let full = platform.and_then(|platform| text.strip_prefix(platform.as_str())?.strip_prefix(":@"));
    full.unwrap_or(text).parse().map_err(|error: someasure_model::IdError| {
        Fault::new(Kind::BadHandle, format!("not a handle: {}", error.why), "write it like @nhsengland")
    })
}

/// Reads an account's id: in full, bare beside its platform, or a handle with its `@`.
pub(crate) fn account_id(text: &str, platform: Option<&Platform>) -> Result<AccountId, Fault> {
    if was_rounded(text) {
        return Err(Fault::new(
            Kind::RoundedId,
            "a spreadsheet has rounded this id, and its last digits are lost",
            "copy it again from the source into a column formatted as text",
        ));
    }
    let bad = |error: someasure_model::IdError| {
        let what = format!("not an account id: {}", error.why);
        Fault::new(Kind::BadId, what, "write it like x:12345, or x:@handle while the id is not known")
    };
    let written = text.split_once(':').and_then(|(scheme, _)| scheme.parse::<Platform>().ok());
    match (platform, written) {
        (Some(platform), Some(written)) if *platform == written => text.parse().map_err(bad),
        (Some(platform), Some(written)) if written.is_known() => Err(mismatch(&written, platform)),
        (Some(platform), _) => AccountId::native(platform, text).map_err(bad),
        (None, _) => text.parse().map_err(bad),
    }
}

pub(crate) fn mismatch(written: &Platform, platform: &Platform) -> Fault {
    Fault::new(
        Kind::PlatformMismatch,
        format!("the id is of '{written}' and the platform column says '{platform}'"),
        "correct one of the two",
    )
}

/// `4.53164E+17`: what a spreadsheet makes of a long number.
fn was_rounded(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    power.starts_with('+') && digits(&power[1..]) && digits(whole) && digits(fraction)
}

impl Row<'_> {
    /// An organisation's id that must be there.
    pub(crate) fn organisation(&mut self, column: &str) -> Option<OrganisationId> {
        self.needed(column, organisation_id)
    }

    /// The id and the handle of the row; a handle in the id's column is moved to where it belongs.
    pub(crate) fn account(&mut self, platform: Option<&Platform>) -> (Option<AccountId>, Option<Handle>) {
        let id = self.value("account_id", |text| account_id(text, platform));
        let written = self.value("handle", |text| handle(text, platform));
        let Some(provisional) = id.as_ref().and_then(AccountId::provisional_handle) else {
            return (id, written);
        };
        if let Some(written) = &written
            && *written != provisional
        {
            let what = format!(
                "the row names two handles: '@{}' and '@{}'",
                shown(provisional.as_str()),
                shown(written.as_str())
            );
            self.fail(
                Kind::HandleMismatch,
                "account_id",
                what,
                "leave account_id empty until the platform's id is known",
            );
        }
        (None, Some(provisional))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, platform: &str) -> Result<String, Kind> {
        let platform: Platform = platform.parse().unwrap();
        account_id(text, Some(&platform)).map(String::from).map_err(|fault| fault.kind)
    }

    #[test]
    fn an_id_may_be_bare_beside_its_platform() {
        assert_eq!(read("12345", "x").unwrap(), "x:12345");
        assert_eq!(read("twitter:12345", "x").unwrap(), "x:12345");
        assert_eq!(read("did:plc:abc", "bluesky").unwrap(), "bluesky:did:plc:abc");
        assert_eq!(read("example.org/7", "mastodon").unwrap(), "mastodon:example.org/7");
        assert_eq!(read("https://a.example/feed.xml", "feed").unwrap(), "feed:https://a.example/feed.xml");
        assert_eq!(read("@Name", "x").unwrap(), "x:@name");
    }

    #[test]
    fn an_id_of_another_platform_is_refused() {
        assert_eq!(read("facebook:1", "x"), Err(Kind::PlatformMismatch));
    }

    #[test]
    fn an_id_that_a_spreadsheet_rounded_is_refused() {
        assert_eq!(read("4.53164E+17", "x"), Err(Kind::RoundedId));
        assert_eq!(read("UC4e+Ab", "youtube").unwrap(), "youtube:UC4e+Ab");
    }
}
