//! What one cell may hold: text of a sane length without hidden characters, ISO dates, plain numbers,
//! addresses. Each refusal says what would be right.

use jiff::civil::Date;

use crate::problem::{Kind, is_hidden, shown};
use crate::sheet::Row;

/// Longest text that stands on one line: a name, a type, a person.
pub(crate) const LONGEST_TEXT: usize = 500;
/// Longest running text: a source, a reason, a carried column.
pub(crate) const LONGEST_PROSE: usize = 10_000;
/// Longest web address.
pub(crate) const LONGEST_URL: usize = 2_048;

/// Why a cell is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) what: String,
    pub(crate) todo: String,
}

impl Fault {
    pub(crate) fn new(kind: Kind, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { kind, what: what.into(), todo: todo.into() }
    }
}

/// What is wrong with a text, if anything. Running text may have tabs and line ends.
pub(crate) fn text_fault(text: &str, longest: usize, lines: bool) -> Option<Fault> {
    if text.len() > longest && text.chars().count() > longest {
        let what = format!("longer than {longest} characters");
        return Some(Fault::new(Kind::TooLong, what, "shorten it"));
    }
    // Nearly every text is printable ASCII; only the others are looked at character by character.
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return None;
    }
    let plain = |c: char| lines && matches!(c, '\n' | '\t');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let pair = lines && c == '\r' && chars.peek() == Some(&'\n');
        if is_hidden(c) && !plain(c) && !pair {
            let what = format!("contains {}, which nobody can see", name_of(c));
            let todo =
                if matches!(c, '\n' | '\r') { "write it on one line" } else { "delete that character" };
            return Some(Fault::new(Kind::HiddenCharacter, what, todo));
        }
    }
    None
}

fn name_of(c: char) -> String {
    match c {
        '\n' | '\r' => "a line end".to_owned(),
        '\t' => "a tab".to_owned(),
        _ => format!("the character U+{:04X}", u32::from(c)),
    }
}

/// An ISO date, and nothing else: every other way of writing one is read differently by somebody.
pub(crate) fn date(text: &str) -> Result<Date, Fault> {
    let parts: Vec<&str> = text.split('-').collect();
    if let [year, month, day] = parts[..]
        && [year.len(), month.len(), day.len()] == [4, 2, 2]
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        let number = |text: &str| text.parse::<i16>().unwrap_or(-1);
        return Date::new(number(year), number(month) as i8, number(day) as i8)
            .map_err(|_| Fault::new(Kind::BadDate, "there is no such day", "write a day that exists"));
    }
    Err(not_iso(text))
}

fn not_iso(text: &str) -> Fault {
    let like = "write it like 2014-04-07";
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            4 => Fault::new(Kind::BadDate, "a year is not a date", "write the day, or leave it empty"),
            5 => Fault::new(
                Kind::BadDate,
                "looks like the number that a spreadsheet keeps instead of a date",
                "format the column as YYYY-MM-DD and save again",
            ),
            _ => Fault::new(Kind::BadDate, "not a date", like),
        };
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    let numbers: Vec<u16> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    if let ([first, second, third], true) = (&numbers[..], parts.len() == 3) {
        let iso = |year: u16, month: u16, day: u16| {
            let day = Date::new(year as i16, month as i8, day as i8);
            (year >= 1000 && month <= 12).then_some(day.ok()).flatten()
        };
        if let Some(date) = iso(*first, *second, *third) {
            return Fault::new(Kind::BadDate, "not written as an ISO date", format!("write {date}"));
        }
        return match (iso(*third, *second, *first), iso(*third, *first, *second)) {
            (Some(one), Some(other)) if one != other => Fault::new(
                Kind::AmbiguousDate,
                "an ambiguous date: day and month cannot be told apart",
                format!("write {one} or {other}"),
            ),
            (Some(date), _) | (_, Some(date)) => {
                Fault::new(Kind::BadDate, "not written as an ISO date", format!("write {date}"))
            }
            _ if *third < 100 => Fault::new(
                Kind::AmbiguousDate,
                "an ambiguous date: day, month and year cannot be told apart",
                like,
            ),
            _ => Fault::new(Kind::BadDate, "not a date", like),
        };
    }
    Fault::new(Kind::BadDate, "not a date", like)
}

/// A finite number written with digits and a decimal point.
pub(crate) fn number(text: &str) -> Result<f64, Fault> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let value = if plain { text.parse::<f64>().ok() } else { None };
    match value {
        Some(value) if value.is_finite() => Ok(value),
        Some(_) => Err(Fault::new(Kind::BadNumber, "too large a number", "write a finite number")),
        None => {
            let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\'' | '\u{A0}')).collect();
            let todo = match digits.parse::<f64>() {
                Ok(value) if value.is_finite() && digits != text => {
                    format!("write {digits}, if that is what it means: only digits and '.'")
                }
                _ => {
                    "write it with digits and '.', like 1234.5; without a value, leave the row out".to_owned()
                }
            };
            Err(Fault::new(Kind::BadNumber, "not a number", todo))
        }
    }
}

/// What is wrong with a web address, if anything.
pub(crate) fn url_fault(text: &str) -> Option<Fault> {
    if let Some(fault) = text_fault(text, LONGEST_URL, false) {
        return Some(fault);
    }
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let rest = match (lower.starts_with("http://"), lower.starts_with("https://")) {
        (true, _) => &text[7..],
        (_, true) => &text[8..],
        _ => {
            let bare = !text.contains(':') && text.contains('.') && !text.contains(char::is_whitespace);
            let todo = if bare {
                format!("write https://{}", shown(text))
            } else {
                "write the whole address".to_owned()
            };
            return Some(Fault::new(
                Kind::BadUrl,
                "not an address that begins with http:// or https://",
                todo,
            ));
        }
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || text.chars().any(|c| c.is_whitespace() || "<>\"\\`{}|^".contains(c)) {
        return Some(Fault::new(
            Kind::BadUrl,
            "not a web address: it needs a host and no white space, quotes or brackets",
            "copy it again from the browser",
        ));
    }
    if host.contains('@') {
        return Some(Fault::new(
            Kind::BadUrl,
            "the address holds a user name",
            "write it without what precedes the '@'",
        ));
    }
    None
}

impl Row<'_> {
    /// Reports the fault at the column.
    pub(crate) fn fault(&mut self, column: &str, fault: Fault) {
        self.fail(fault.kind, column, fault.what, fault.todo);
    }

    /// A text on one line, or none when the cell is empty.
    pub(crate) fn text(&mut self, column: &str) -> Option<String> {
        self.checked(column, LONGEST_TEXT, false)
    }

    /// A text on one line that must not be empty.
    pub(crate) fn needed_text(&mut self, column: &str) -> Option<String> {
        self.text(column).or_else(|| self.need(column))
    }

    /// Running text, or none when the cell is empty.
    pub(crate) fn prose(&mut self, column: &str) -> Option<String> {
        self.checked(column, LONGEST_PROSE, true)
    }

    /// Running text that must not be empty.
    pub(crate) fn needed_prose(&mut self, column: &str) -> Option<String> {
        self.prose(column).or_else(|| self.need(column))
    }

    /// An ISO date, or none when the cell is empty.
    pub(crate) fn date(&mut self, column: &str) -> Option<Date> {
        self.value(column, date)
    }

    /// A value of another kind, or none when the cell is empty.
    pub(crate) fn value<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Option<T> {
        let text = self.get(column);
        if text.is_empty() {
            return None;
        }
        let value = match text_fault(text, LONGEST_URL, false) {
            Some(fault) => Err(fault),
            None => read(text),
        };
        value.map_err(|fault| self.fault(column, fault)).ok()
    }

    /// A value of another kind that must be there.
    pub(crate) fn needed<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Option<T> {
        self.value(column, read).or_else(|| self.need(column))
    }

    /// The carried columns hold anything that can be written back.
    pub(crate) fn check_carried(&mut self) {
        let faults: Vec<(String, Fault)> = self
            .carried()
            .filter_map(|(name, text)| {
                text_fault(text, LONGEST_PROSE, true).map(|fault| (name.to_owned(), fault))
            })
            .collect();
        for (name, fault) in faults {
            self.fault(&name, fault);
        }
    }

    fn checked(&mut self, column: &str, longest: usize, lines: bool) -> Option<String> {
        let text = self.get(column);
        if text.is_empty() {
            return None;
        }
        match text_fault(text, longest, lines) {
            None => Some(text.to_owned()),
            Some(fault) => {
                self.fault(column, fault);
                None
            }
        }
    }

    fn need<T>(&mut self, column: &str) -> Option<T> {
        if self.get(column).is_empty() {
            let todo = if column == "source" { "say where the row comes from" } else { "fill it" };
            self.fail(Kind::EmptyCell, column, "the cell is empty", todo);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let fault = date(text).unwrap_err();
        format!("{}; {}", fault.what, fault.todo)
    }

    #[test]
    fn only_an_iso_date_is_a_date() {
        assert_eq!(date("2014-04-07").unwrap(), jiff::civil::date(2014, 4, 7));
        assert_eq!(
            refusal("07/04/2014"),
            "an ambiguous date: day and month cannot be told apart; write 2014-04-07 or 2014-07-04"
        );
        assert_eq!(refusal("25.12.2014"), "not written as an ISO date; write 2014-12-25");
        assert_eq!(refusal("2014/4/7"), "not written as an ISO date; write 2014-04-07");
        assert_eq!(
            refusal("04-05-14"),
            "an ambiguous date: day, month and year cannot be told apart; write it like 2014-04-07"
        );
        assert_eq!(refusal("2014-02-30"), "there is no such day; write a day that exists");
        assert_eq!(refusal("2014"), "a year is not a date; write the day, or leave it empty");
        assert!(refusal("41736").contains("spreadsheet"));
        assert!(refusal("2014-04-07T00:00:00").contains("not a date"));
    }

    #[test]
    fn a_number_with_a_comma_is_refused_with_the_number_it_may_mean() {
        assert_eq!(number("1234.5").unwrap(), 1234.5);
        assert!(number("1,234").unwrap_err().todo.starts_with("write 1234"));
        for text in ["NaN", "inf", "1e999", "0x10", "about 5", "1_000"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_http_addresses_can_become_links() {
        for good in ["http://a.example", "https://a.example/b?c=d#e", "HTTPS://A.example"] {
            assert_eq!(url_fault(good), None, "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "ftp://a.example",
            "https://",
            "https://a b",
            "https://u:p@a.example",
            "é",
        ] {
            assert!(url_fault(bad).is_some(), "{bad}");
        }
        assert_eq!(url_fault("www.a.example").unwrap().todo, "write https://www.a.example");
    }

    #[test]
    fn a_character_that_nobody_sees_is_named() {
        assert_eq!(text_fault("ok – é", 500, false), None);
        assert!(text_fault("a\u{200B}b", 500, false).unwrap().what.contains("U+200B"));
        assert!(text_fault("a\nb", 500, false).is_some());
        assert_eq!(text_fault("a\r\nb\tc", 500, true), None);
        assert!(text_fault("a\rb", 500, true).is_some());
    }
}
