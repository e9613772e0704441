//! What is wrong with a register, in one line that names file, line, column, value and what to do.
//!
//! All problems are collected, never only the first; [`tidy`] puts them in the order of the files and
//! cuts a flood of one kind short, saying how many more there are.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::columns::FILES;

/// How many problems of one kind in one file are shown before the rest is only counted.
pub const SHOWN_OF_A_KIND: usize = 20;

/// Whether an edition can be built in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing may be built, and the file may not be rewritten, before it is mended.
    Error,
    /// Worth a look; nothing is lost.
    Warning,
}

/// The kinds of problem, for programs and for counting; people read the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each name is the definition; the texts are where they are raised")]
pub enum Kind {
    MissingFile,
    UnreadableFile,
    UnknownFile,
    EmptyFile,
    WrongEncoding,
    WrongSeparator,
    UnknownColumn,
    RepeatedColumn,
    MissingColumn,
    BrokenQuotes,
    WrongCellCount,
    EmptyRow,
    EmptyCell,
    HiddenCharacter,
    TooLong,
    BadId,
    BadHandle,
    RoundedId,
    BadDate,
    AmbiguousDate,
    BadInstant,
    BadNumber,
    BadUrl,
    NoAccount,
    PlatformMismatch,
    HandleMismatch,
    HandleNotKept,
    DuplicateOrganisation,
    UnknownOrganisation,
    OwnParent,
    ParentCycle,
    DatesReversed,
    SelfSuccession,
    SuccessionCycle,
    UnknownSuccessionKind,
    BadDenominator,
    ContradictoryDenominator,
    RepeatedRow,
    UnknownPlatform,
    DuplicateAccount,
    ContradictoryHandle,
    TwoHandles,
    IdKnownElsewhere,
    ReasonWithoutEnd,
    EndWithoutReason,
    CaseDiffers,
    SuccessorOfTheLiving,
    ExpiredEvidence,
    EvidenceWithoutAccount,
    ObjectedAccount,
}

/// One thing that is wrong, where it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether it stops a build.
    pub severity: Severity,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The file, from the project's directory: `register/accounts.csv`.
    pub file: String,
    /// Physical line where the row begins, counted from 1; none for a whole file or a row made in memory.
    pub line: Option<u64>,
    /// The column.
    pub column: Option<String>,
    /// The cell as it was written.
    pub value: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub todo: String,
}

impl Problem {
    pub(crate) fn error(kind: Kind, file: &str, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            kind,
            file: file.to_owned(),
            line: None,
            column: None,
            value: None,
            what: what.into(),
            todo: todo.into(),
        }
    }

    pub(crate) fn warning(kind: Kind, file: &str, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(kind, file, what, todo) }
    }

    pub(crate) fn at(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    pub(crate) fn cell(mut self, column: &str, value: impl Into<String>) -> Self {
        self.column = Some(column.to_owned());
        self.value = Some(value.into());
        self
    }

    pub(crate) fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// Whether it stops a build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    /// `register/accounts.csv:12: platform 'twiter': not a platform we know; did you mean …` in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if let Some(column) = &self.column {
            f.write_str(&shown(column))?;
            if let Some(value) = &self.value {
                write!(f, " '{}'", shown(value))?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}; {}", self.what, self.todo)
    }
}

/// A value from a file, safe to stand in one line of a message: hidden characters spelt out, cut at 80.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == 80 {
            out.push('…');
            break;
        }
        if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Characters that nobody sees but that make two texts differ or turn a line around: control
/// characters, line separators, zero-width spaces and direction overrides. The joiners that Persian
/// and emoji need are not among them.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// `12345` as `12,345`.
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Sorts by file (in the order of reading) and line; what is found first stays first within a line.
pub(crate) fn in_order(problems: &mut [Problem]) {
    let rank = |file: &str| FILES.iter().position(|known| file.ends_with(known)).unwrap_or(FILES.len());
    problems.sort_by(|a, b| (rank(&a.file), &a.file, a.line).cmp(&(rank(&b.file), &b.file, b.line)));
}

/// In the order of the files and lines, with at most [`SHOWN_OF_A_KIND`] of one kind in one file: after
/// those, one more says how many are not shown, and where.
pub fn tidy(mut problems: Vec<Problem>) -> Vec<Problem> {
    struct Flood {
        count: usize,
        last_shown: Option<u64>,
        first_hidden: Option<u64>,
        last_hidden: Option<u64>,
    }
    in_order(&mut problems);
    let mut floods: BTreeMap<(String, Kind, Severity), Flood> = BTreeMap::new();
    problems.retain(|problem| {
        let key = (problem.file.clone(), problem.kind, problem.severity);
        let none = Flood { count: 0, last_shown: None, first_hidden: None, last_hidden: None };
        let flood = floods.entry(key).or_insert(none);
        flood.count += 1;
        let is_shown = flood.count <= SHOWN_OF_A_KIND;
        if is_shown {
            flood.last_shown = problem.line;
        } else {
            flood.first_hidden = flood.first_hidden.or(problem.line);
            flood.last_hidden = problem.line;
        }
        is_shown
    });
    for ((file, kind, severity), flood) in floods {
        if flood.count <= SHOWN_OF_A_KIND {
            continue;
        }
        let more = thousands(flood.count - SHOWN_OF_A_KIND);
        let what = match (flood.last_shown, flood.last_hidden) {
            (Some(shown), Some(last)) => {
                format!("and {more} more like that of line {shown}, up to line {last}")
            }
            _ => format!("and {more} more like those before"),
        };
        let rest = Problem::error(kind, &file, what, "mend those shown and check again");
        problems.push(Problem { severity, line: flood.first_hidden, ..rest });
    }
    in_order(&mut problems);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_even_when_its_value_is_not() {
        let problem = Problem::error(Kind::BadId, "register/accounts.csv", "not an id", "write x:1")
            .at(Some(12))
            .cell("account_id", "a\nb\u{202E}");
        assert_eq!(
            problem.to_string(),
            r"register/accounts.csv:12: account_id 'a\nb\u{202e}': not an id; write x:1"
        );
    }

    #[test]
    fn a_flood_is_cut_short_and_says_how_many_more() {
        let many = (2..=1_502)
            .rev()
            .map(|line| Problem::error(Kind::BadDate, "register/names.csv", "bad", "mend it").at(Some(line)));
        let other = Problem::warning(Kind::EmptyRow, "register/names.csv", "empty", "delete it").at(Some(3));
        let tidied = tidy(many.chain([other]).collect());
        assert_eq!(tidied.len(), SHOWN_OF_A_KIND + 2);
        assert_eq!(
            tidied.last().unwrap().to_string(),
            "register/names.csv:22: and 1,481 more like that of line 21, up to line 1502; mend those shown and check again"
        );
    }
}
