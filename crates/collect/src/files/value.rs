//! From a value in a file to a value of ours, or to the reason why not. "Not given" is `None` and never
//! zero; nothing is guessed: an id that a spreadsheet has destroyed, a time without its offset or a
//! count with a comma in it is refused with what to do.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use someasure_model::{AccountId, Handle, Media, OrganisationId, Platform, PostId, PostKind};

use super::lists;
use super::mapping::{Column, Condition, Origin, Test, post_kind};
use super::row::{Cell, Row};

/// No platform counts so much of anything; what is larger is another column's number, and its sums would be nonsense.
const LARGEST: i64 = 1_000_000_000_000_000;

/// What is wrong with one value, or with a row as a whole.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) column: Option<String>,
    pub(super) value: Option<String>,
    pub(super) why: String,
}

impl Fault {
    pub(super) fn row(why: impl Into<String>) -> Self {
        Self { column: None, value: None, why: why.into() }
    }
}

/// A column of the mapping, found in a file.
pub(super) struct Col {
    pub(super) column: Column,
    slot: Option<usize>,
    /// How many codes got back the zeros that they had lost, in all columns of the file.
    filled: Rc<std::cell::Cell<u64>>,
}

pub(super) struct Scalar<'r> {
    pub(super) text: Cow<'r, str>,
    /// JSON's number, or true or false.
    bare: bool,
}

/// The handle in the address of a profile's page: `https://x.com/name`, `https://bsky.app/profile/name`. An address
/// with more in it is no profile's.
fn of_address(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let (_, path) = rest.split_once('/')?;
    let path = path.split(['?', '#']).next()?.trim_end_matches('/');
    let name = path.strip_prefix("profile/").unwrap_or(path);
    (!name.is_empty() && !name.contains('/')).then(|| name.trim_start_matches('@'))
}

impl Col {
    pub(super) fn new(column: Column, slot: Option<usize>, filled: &Rc<std::cell::Cell<u64>>) -> Self {
        Self { column, slot, filled: Rc::clone(filled) }
    }

    /// A fault of this column's value, named in the file's words and in ours.
    pub(super) fn fault(&self, value: &str, why: impl std::fmt::Display) -> Fault {
        let column = match &self.column.origin {
            Origin::Column(name) => name.clone(),
            Origin::Value(_) => format!("(constant of {})", self.column.field),
        };
        Fault {
            column: Some(column),
            value: Some(value.to_owned()),
            why: format!("{}: '{}' {why}", self.column.field, shortened(value)),
        }
    }
    /// The fault that a value is not given where one must be.
    pub(super) fn not_given(&self) -> Fault {
        let fault = self.fault("", "");
        Fault { why: format!("{}: not given", self.column.field), ..fault }
    }

    fn cell<'r>(&'r self, row: &Row<'r>) -> Cell<'r> {
        match (&self.column.origin, self.slot) {
            (Origin::Value(text), _) => Cell::Text(Cow::Borrowed(text)),
            (Origin::Column(_), Some(slot)) => row.cell(slot),
            (Origin::Column(_), None) => Cell::Absent,
        }
    }

    /// The value as a text: not given, translated, filled up and with its prefix.
    pub(super) fn scalar<'r>(&'r self, row: &Row<'r>) -> Result<Option<Scalar<'r>>, Fault> {
        let settings = &self.column;
        let (mut text, bare) = match self.cell(row) {
            Cell::Absent => return Ok(None),
            Cell::Text(text) => (text, false),
            Cell::Bare(text) => (Cow::Borrowed(text), true),
            Cell::Nested(raw) => return Err(self.fault(raw, "is a list or an object, not a single value")),
            Cell::Broken(raw) => return Err(self.fault(raw, "has a broken escape")),
        };
        if is_missing(&text, &settings.missing) {
            return Ok(None);
        }
        if let Some(values) = &settings.values {
            let translated = values.get(text.trim()).or_else(|| values.get(text.as_ref()));
            text = match translated.or(settings.otherwise.as_ref()) {
                Some(translated) if translated.is_empty() => return Ok(None),
                Some(translated) => Cow::Borrowed(translated.as_str()),
                None => {
                    let why = "is not among the values of the mapping: add it to values, or say otherwise";
                    return Err(self.fault(&text, why));
                }
            };
        }
        if let Some(digits) = settings.digits {
            let code = text.trim();
            if code.len() < digits && code.bytes().all(|byte| byte.is_ascii_digit()) {
                text = Cow::Owned(format!("{code:0>digits$}"));
                self.filled.set(self.filled.get() + 1);
            }
        }
        if let Some(prefix) = &settings.prefix {
            let trimmed = text.trim();
            self.refuse_destroyed(trimmed, bare)?;
            text = Cow::Owned(format!("{prefix}{trimmed}"));
        }
        if let Some(suffix) = &settings.suffix {
            text = Cow::Owned(format!("{}{suffix}", text.trim()));
        }
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return Err(self.fault(&text, "contains a NUL character"));
        }
        Ok(Some(Scalar { text, bare }))
    }

    /// Refuses what a spreadsheet or a data frame leaves of a long number.
    fn refuse_destroyed(&self, text: &str, bare: bool) -> Result<(), Fault> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        };
        let (whole, fraction) = match mantissa.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let signed = |text: &str| text.strip_prefix(['+', '-']).is_some_and(|d| !d.is_empty() && digits(d));
        if whole.is_empty() || !digits(whole) || !fraction.is_none_or(digits) {
            return Ok(());
        }
        match exponent {
            Some(exponent)
                if signed(exponent)
                    || (!exponent.is_empty() && digits(exponent) && (bare || fraction.is_some())) =>
            {
                let why = "is not an id any more: a spreadsheet has turned it into a rounded number, and its \
                           last digits are lost. Get the file from its source again, and import the column as \
                           text";
                Err(self.fault(text, why))
            }
            None if fraction.is_some() => {
                let why = "is not an id: a program has read it as a number with decimals and has probably \
                           rounded it. Write the column as text";
                Err(self.fault(text, why))
            }
            _ => Ok(()),
        }
    }

    fn id<'r>(&'r self, row: &Row<'r>) -> Result<Option<Cow<'r, str>>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trimmed(scalar.text);
        self.refuse_destroyed(&text, scalar.bare)?;
        if scalar.bare && (text == "true" || text == "false") {
            return Err(self.fault(&text, "is not an id"));
        }
        Ok(Some(text))
    }

    pub(super) fn text(&self, row: &Row<'_>) -> Result<Option<String>, Fault> {
        Ok(self.scalar(row)?.map(|scalar| scalar.text.into_owned()))
    }

    pub(super) fn organisation(&self, row: &Row<'_>) -> Result<Option<OrganisationId>, Fault> {
        let Some(text) = self.id(row)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error| {
            let more =
                if text.contains(':') { "" } else { "; put the register before it: prefix = \"ods:\"" };
            Fault { why: format!("{}: {error}{more}", self.column.field), ..self.fault(&text, "") }
        })
    }

    pub(super) fn platform(&self, row: &Row<'_>, memory: &mut Memory) -> Result<Option<Platform>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        if let Some((text, platform)) = &memory.platform
            && *text == scalar.text
        {
            return Ok(Some(platform.clone()));
        }
        let platform: Platform =
            Platform::from_word(&scalar.text).map_err(|error| self.said(&scalar.text, error))?;
        memory.platform = Some((scalar.text.into_owned(), platform.clone()));
        Ok(Some(platform))
    }

    fn said(&self, value: &str, error: impl std::fmt::Display) -> Fault {
        Fault { why: format!("{}: {error}", self.column.field), ..self.fault(value, "") }
    }

    pub(super) fn account(
        &self,
        row: &Row<'_>,
        platform: &Platform,
        memory: &mut Memory,
    ) -> Result<Option<AccountId>, Fault> {
        let Some(text) = self.id(row)? else { return Ok(None) };
        self.refuse_other_platform(platform, &text)?;
        memory.account(platform, &text).map(Some).map_err(|error| self.said(&text, error))
    }

    /// An id that says that it is of another platform.
    fn refuse_other_platform(&self, platform: &Platform, id: &str) -> Result<(), Fault> {
        let other = id.split_once(':').and_then(|(name, _)| name.parse::<Platform>().ok());
        match other.filter(|other| other.is_known() && !names(platform.as_str(), id)) {
            Some(other) => Err(self.fault(
                id,
                format!("is an id of {other}, and the row is of {platform}: correct one of them"),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn handle(&self, row: &Row<'_>, memory: &mut Memory) -> Result<Option<Handle>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        let text = of_address(text).unwrap_or(text);
        memory.handle(text).map(Some).map_err(|error| self.said(text, error))
    }

    pub(super) fn post(
        &self,
        row: &Row<'_>,
        platform: &Platform,
        memory: &mut Memory,
    ) -> Result<Option<PostId>, Fault> {
        let Some(text) = self.id(row)? else { return Ok(None) };
        self.refuse_other_platform(platform, &text)?;
        let id = memory.whole(platform, &text);
        id.parse().map(Some).map_err(|error| self.said(&text, error))
    }

    /// A whole number from zero; true and false are 1 and 0; with `times`, any number is multiplied.
    pub(super) fn count(&self, row: &Row<'_>) -> Result<Option<i64>, Fault> {
        match self.whole_number(row)? {
            Some(count) if count > LARGEST => Err(self.fault(
                &count.to_string(),
                "is larger than any count can be (1,000,000,000,000,000): is it an id, or a time?",
            )),
            count => Ok(count),
        }
    }

    fn whole_number(&self, row: &Row<'_>) -> Result<Option<i64>, Fault> {
        if self.column.field.ends_with("_count")
            && let Cell::Nested(raw) = self.cell(row)
            && raw.starts_with('[')
        {
            let list: Vec<serde::de::IgnoredAny> =
                serde_json::from_str(raw).map_err(|error| self.fault(raw, error))?;
            return Ok(i64::try_from(list.len()).ok());
        }
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        if let Some(factor) = self.column.times {
            let number: f64 = match text.parse() {
                Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => {
                    number
                }
                _ => return Err(self.fault(text, "is not a number")),
            };
            let product = (number * factor).round();
            return match product {
                p if p < 0.0 => Err(self.fault(text, "is negative, which a count cannot be")),
                p if p <= 9_007_199_254_740_992.0 => Ok(Some(p as i64)),
                _ => Err(self.fault(text, "is too large")),
            };
        }
        if let Ok(count) = text.parse::<i64>() {
            return match count {
                0.. => Ok(Some(count)),
                _ => Err(self.fault(text, "is negative, which a count cannot be")),
            };
        }
        if text.eq_ignore_ascii_case("true") {
            return Ok(Some(1));
        }
        if text.eq_ignore_ascii_case("false") {
            return Ok(Some(0));
        }
        self.odd_count(text)
    }

    /// A number from zero, with `times` multiplied.
    pub(super) fn number(&self, row: &Row<'_>) -> Result<Option<f64>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        match text.parse::<f64>() {
            Ok(number) if plain => match number * self.column.times.unwrap_or(1.0) {
                product if product < 0.0 => Err(self.fault(text, "is negative, which a size cannot be")),
                product if product.is_finite() => Ok(Some(product)),
                _ => Err(self.fault(text, "is too large")),
            },
            _ => Err(self.fault(text, "is not a number; write it with digits and a point, like 1234.5")),
        }
    }

    fn odd_count(&self, text: &str) -> Result<Option<i64>, Fault> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((whole, zeros)) = text.split_once('.')
            && digits(whole)
            && zeros.bytes().all(|byte| byte == b'0')
            && let Ok(count) = whole.parse()
        {
            return Ok(Some(count));
        }
        let grouped: String =
            text.chars().filter(|c| !matches!(c, ',' | '.' | '\'' | ' ' | '\u{a0}' | '\u{202f}')).collect();
        let why = if digits(text) {
            "is too large for a count".to_owned()
        } else if let Some((whole, fraction)) = text.split_once('.')
            && digits(whole)
            && digits(fraction)
            && fraction.len() != 3
        {
            "is not a whole number, which a count must be".to_owned()
        } else if digits(&grouped) {
            format!("is not a count: write it without separators, if it means {grouped}")
        } else if text.starts_with('-') && digits(&text[1..]) {
            "is negative, which a count cannot be".to_owned()
        } else {
            "is not a count (a whole number from 0); if it means that nothing is given, add it to missing"
                .to_owned()
        };
        Err(self.fault(text, why))
    }

    pub(super) fn post_kind(&self, row: &Row<'_>) -> Result<Option<PostKind>, Fault> {
        let Some(scalar) = self.scalar(row)? else { return Ok(None) };
        let text = trim(&scalar.text);
        post_kind(text).map(Some).ok_or_else(|| {
            let why = "is not original, reply, repost or quote: translate it with \
                       values = { RT = \"repost\" }";
            self.fault(text, why)
        })
    }

    /// Several texts; an empty list where the file says that there are none.
    pub(super) fn list(&self, row: &Row<'_>) -> Result<Option<Vec<String>>, Fault> {
        let settings = &self.column;
        let text = match self.cell(row) {
            Cell::Absent => return Ok(None),
            Cell::Broken(raw) => return Err(self.fault(raw, "has a broken escape")),
            Cell::Bare(raw) => return Err(self.fault(raw, "is not a list")),
            Cell::Nested(raw) => Cow::Borrowed(raw),
            Cell::Text(text) => text,
        };
        if is_missing(&text, &settings.missing) {
            return Ok(None);
        }
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return Err(self.fault(&text, "contains a NUL character"));
        }
        let list: Vec<String> = match &settings.split {
            Some(separator) if !text.starts_with('[') => text
                .split(separator.as_str())
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            _ => {
                let mut list = Vec::new();
                for element in lists::elements(&text).map_err(|why| self.fault(&text, why))? {
                    let item = lists::text_of(&element, settings.item.as_deref());
                    list.extend(item.map_err(|why| self.fault(&text, why))?);
                }
                list
            }
        };
        if settings.field == "hashtags" {
            let bare = |tag: String| match tag.strip_prefix(['#', '＃']) {
                Some(bare) => bare.to_owned(),
                None => tag,
            };
            return Ok(Some(list.into_iter().map(bare).collect()));
        }
        Ok(Some(list))
    }

    /// Objects with a kind and perhaps an alternative text, or kinds alone.
    pub(super) fn media(&self, row: &Row<'_>) -> Result<Option<Vec<Media>>, Fault> {
        let settings = &self.column;
        let text = match self.cell(row) {
            Cell::Absent => return Ok(None),
            Cell::Broken(raw) | Cell::Bare(raw) => return Err(self.fault(raw, "is not a list of media")),
            Cell::Nested(raw) => Cow::Borrowed(raw),
            Cell::Text(text) => text,
        };
        if is_missing(&text, &settings.missing) {
            return Ok(None);
        }
        let elements = lists::elements(&text).map_err(|why| self.fault(&text, why))?;
        let mut media = Vec::with_capacity(elements.len());
        for element in &elements {
            let one = if element.is_string() {
                lists::text_of(element, None).map(|kind| (kind, None))
            } else {
                lists::text_of(element, Some(&settings.item_kind)).and_then(|kind| {
                    lists::text_of(element, Some(&settings.item_alt_text)).map(|alt_text| (kind, alt_text))
                })
            };
            match one {
                Ok((Some(kind), alt_text)) => media.push(Media { kind, alt_text }),
                Ok((None, _)) => {
                    let why = format!("has an item without '{}': say item_kind = \"…\"", settings.item_kind);
                    return Err(self.fault(&text, why));
                }
                Err(why) => return Err(self.fault(&text, why)),
            }
        }
        Ok(Some(media))
    }
}

fn is_missing(text: &str, missing: &[String]) -> bool {
    let bare = trim(text);
    missing.iter().any(|word| word == text || word == bare)
}

/// The text without white space around it; nearly always it has none.
pub(super) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
        Cow::Owned(text) if trim(&text).len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// At most 80 characters, for messages.
fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// A condition of the mapping, found in a file.
pub(super) struct Rule {
    pub(super) condition: Condition,
    pub(super) slot: Option<usize>,
}

impl Rule {
    pub(super) fn holds(&self, row: &Row<'_>) -> bool {
        let value = match self.slot.map_or(Cell::Absent, |slot| row.cell(slot)) {
            Cell::Absent => None,
            Cell::Nested("[]" | "{}") => None,
            Cell::Text(text) => Some(text),
            Cell::Bare(raw) | Cell::Nested(raw) | Cell::Broken(raw) => Some(Cow::Borrowed(raw)),
        };
        let given = value.as_deref().filter(|value| !is_missing(value, &self.condition.missing));
        match &self.condition.test {
            Test::Given(wanted) => given.is_some() == *wanted,
            Test::Equals(texts) => value.is_some_and(|value| texts.iter().any(|text| text == value.trim())),
            Test::StartsWith(text) => {
                given.is_some_and(|value| value.trim_start().starts_with(text.as_str()))
            }
        }
    }
}

/// Ids and handles seen before, so that the rows of one account do not check them again and again.
#[derive(Default)]
pub(super) struct Memory {
    platform: Option<(String, Platform)>,
    accounts: HashMap<String, AccountId>,
    handles: HashMap<String, Handle>,
    key: String,
}

/// More are not kept, so that memory stays bounded.
const REMEMBERED: usize = 100_000;

/// Whether an id begins with its platform.
fn names(platform: &str, id: &str) -> bool {
    let says_it = |name: &str| id.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    says_it(platform) || (platform == "x" && says_it("twitter"))
}

impl Memory {
    /// `platform:id`, unless the id says its platform itself.
    fn whole(&mut self, platform: &Platform, id: &str) -> &str {
        let platform = platform.as_str();
        self.key.clear();
        let said = names(platform, id);
        if !said {
            self.key.push_str(platform);
            self.key.push(':');
        }
        self.key.push_str(id);
        &self.key
    }
    fn account(&mut self, platform: &Platform, id: &str) -> Result<AccountId, someasure_model::IdError> {
        self.whole(platform, id);
        if let Some(known) = self.accounts.get(&self.key) {
            return Ok(known.clone());
        }
        let account: AccountId = self.key.parse()?;
        if self.accounts.len() >= REMEMBERED {
            self.accounts.clear();
        }
        self.accounts.insert(self.key.clone(), account.clone());
        Ok(account)
    }
    /// The provisional id of a handle.
    pub(super) fn provisional(&mut self, platform: &Platform, handle: &Handle) -> AccountId {
        let id = format!("@{handle}");
        self.account(platform, &id).unwrap_or_else(|_| AccountId::provisional(platform, handle))
    }
    fn handle(&mut self, text: &str) -> Result<Handle, someasure_model::IdError> {
        if let Some(known) = self.handles.get(text) {
            return Ok(known.clone());
        }
        let handle: Handle = text.parse()?;
        if self.handles.len() >= REMEMBERED {
            self.handles.clear();
        }
        self.handles.insert(text.to_owned(), handle.clone());
        Ok(handle)
    }
}
