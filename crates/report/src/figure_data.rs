//! The open data of figures: rows of CSV and objects of JSON. They come by the million, each much like the one before, so
//! a text that several share is made once, and numbers are written where they stand.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write as _;

use serde::Serialize;
use someasure_model::{Answer, Edition, Figure, Instant, Interval, Measure, MeasureId, Missing};

use crate::data::{ROWS_A_PIECE, SHEETS, measures_by_id, text};
use crate::sentences::counts_in;
use crate::text::{clean, sentence};
use crate::view::View;

/// The figures as CSV, header first, so many at a time.
pub(crate) fn pieces<'a>(
    edition: &'a Edition,
    mut figures: impl Iterator<Item = &'a Figure>,
) -> impl Iterator<Item = Vec<u8>> {
    let mut writer = FigureWriter::of(edition);
    let mut header = Some(SHEETS[0].columns.iter().map(|(name, ..)| name));
    std::iter::from_fn(move || {
        let mut rows = Cells::default();
        if let Some(header) = header.take() {
            header.for_each(|name| rows.text(name));
            rows.end();
        }
        figures.by_ref().take(ROWS_A_PIECE).for_each(|figure| writer.row(figure, &mut rows));
        (!rows.out.is_empty()).then_some(rows.out)
    })
}

/// The same in one piece.
pub(crate) fn csv<'a>(edition: &'a Edition, figures: impl Iterator<Item = &'a Figure>) -> Vec<u8> {
    pieces(edition, figures).collect::<Vec<_>>().concat()
}

/// The figures as a list of JSON: numbers are numbers, and what is missing is null.
pub(crate) fn json<'a>(edition: &'a Edition, figures: impl Iterator<Item = &'a Figure>) -> Vec<u8> {
    let mut writer = FigureWriter::of(edition);
    let mut out = vec![b'['];
    for (at, figure) in figures.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        writer.object(figure, &mut out);
    }
    out.push(b']');
    out
}

/// Nothing where the text is empty.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// What was made last, and from what.
struct Last<K, V>(Option<(K, V)>);

impl<K: PartialEq, V> Last<K, V> {
    /// The same again, or what `make` makes.
    fn or_make(&mut self, key: K, make: impl FnOnce(&K) -> V) -> &V {
        if self.0.as_ref().is_none_or(|(known, _)| *known != key) {
            self.0 = None;
        }
        &self
            .0
            .get_or_insert_with(|| {
                let value = make(&key);
                (key, value)
            })
            .1
    }
}

/// Why there is no value: the measure, whether the period is the edition's, and the answer.
type Why<'a> = (&'a MeasureId, bool, &'a Missing);

struct FigureWriter<'a> {
    edition: &'a str,
    measures: BTreeMap<&'a MeasureId, &'a Measure>,
    period: Last<&'a str, String>,
    reason: Last<Why<'a>, [String; 2]>,
    collected: Last<Instant, String>,
}

/// A figure as files have it, its keys in their order.
#[derive(Serialize)]
struct Row<'w> {
    collected_at: Option<&'w str>,
    cut_off: bool,
    edition: Option<&'w str>,
    level: Option<f64>,
    lower: Option<f64>,
    measure_id: &'w str,
    measure_version: u32,
    n: u64,
    organisation_id: &'w str,
    period: Option<&'w str>,
    platform: &'w str,
    reason: Option<&'w str>,
    status: &'static str,
    upper: Option<f64>,
    value: Option<f64>,
    /// The reason as a text cell.
    #[serde(skip)]
    reason_cell: &'w str,
}

impl<'a> FigureWriter<'a> {
    fn of(edition: &'a Edition) -> Self {
        Self {
            edition: &edition.edition,
            measures: measures_by_id(edition),
            period: Last(None),
            reason: Last(None),
            collected: Last(None),
        }
    }

    fn figure(&mut self, figure: &'a Figure) -> Row<'_> {
        let measures = &self.measures;
        let view = View::without_reason(&figure.answer);
        let [reason, reason_cell] = match (&figure.answer, &view) {
            (Answer::Missing(missing), _) => {
                let why = (&figure.measure_id, figure.period.contains('/'), missing);
                let found = self.reason.or_make(why, |(measure, ..)| {
                    let counts = measures
                        .get(measure)
                        .map_or_else(|| "units".to_owned(), |measure| counts_in(measure, &figure.period));
                    let reason = sentence(&missing.reason(&counts));
                    [clean(&reason), text(&reason)]
                });
                [found[0].as_str(), found[1].as_str()]
            }
            (_, View::Missing(..)) => [View::NOT_COMPUTABLE; 2],
            _ => [""; 2],
        };
        let end = |pick: fn(&Interval) -> f64| {
            view.interval().map(|interval| pick(&interval) + 0.0).filter(|end| end.is_finite())
        };
        let period = self.period.or_make(&figure.period, |period| text(period));
        let collected_at =
            figure.collected_at.map(|at| self.collected.or_make(at, Instant::to_string).as_str());
        Row {
            collected_at,
            cut_off: figure.cut_off,
            edition: some(self.edition),
            level: end(|interval| interval.level),
            lower: end(|interval| interval.lower),
            measure_id: figure.measure_id.as_str(),
            measure_version: figure.measure_version,
            n: figure.n,
            organisation_id: figure.organisation_id.as_str(),
            period: some(period),
            platform: figure.platform.as_str(),
            reason: some(reason),
            status: view.status(),
            upper: end(|interval| interval.upper),
            value: view.value(),
            reason_cell,
        }
    }

    fn object(&mut self, figure: &'a Figure, out: &mut Vec<u8>) {
        // Texts and numbers in memory: there is nothing that could fail.
        let _ = serde_json::to_writer(out, &self.figure(figure));
    }

    fn row(&mut self, figure: &'a Figure, cells: &mut Cells) {
        let row = self.figure(figure);
        cells.text(row.edition.unwrap_or_default());
        cells.text(row.organisation_id);
        cells.text(row.measure_id);
        cells.number(Some(row.measure_version));
        cells.text(row.platform);
        cells.text(row.period.unwrap_or_default());
        for number in [row.value, row.lower, row.upper, row.level] {
            cells.number(number);
        }
        cells.number(Some(row.n));
        cells.text(row.status);
        cells.text(row.reason_cell);
        cells.text(if row.cut_off { "true" } else { "false" });
        cells.text(row.collected_at.unwrap_or_default());
        cells.end();
    }
}

/// Rows of CSV under way, quoted where RFC 4180 asks for it.
#[derive(Default)]
struct Cells {
    out: Vec<u8>,
    /// Whether the row has a cell.
    begun: bool,
}

impl Cells {
    fn next(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            self.out.push(b',');
        }
    }
    fn text(&mut self, text: &str) {
        self.next();
        if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        self.out.push(b'"');
        self.out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        self.out.push(b'"');
    }
    /// A finite number: the shortest text that reads back as the same.
    fn number(&mut self, number: Option<impl Display>) {
        self.next();
        if let Some(number) = number {
            // Writing to memory does not fail.
            let _ = write!(self.out, "{number}");
        }
    }
    fn end(&mut self) {
        self.out.push(b'\n');
        self.begun = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_what_others_read_and_write_as_csv() {
        let texts = ["", "a", "a,b", "\"", "say \"x\", twice", "two\nlines", "\r", " é 😀 ", "'=1+1"];
        let mut rows = Cells::default();
        let mut theirs = csv::Writer::from_writer(Vec::new());
        for row in texts.windows(3) {
            row.iter().for_each(|text| rows.text(text));
            rows.number(Some(0.1 + 0.2));
            rows.number(None::<f64>);
            rows.end();
            theirs.write_record(row.iter().chain(&["0.30000000000000004", ""])).unwrap();
        }
        assert_eq!(rows.out, theirs.into_inner().unwrap());
    }
}
