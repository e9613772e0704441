//! The open data: what pages show, in full precision, as UTF-8 CSV, with a dictionary of every column.
//!
//! A text that a spreadsheet would run as a formula gets a leading apostrophe; ids and numbers stay as
//! they are. Control and direction characters are taken out of texts.

use std::collections::BTreeMap;

use someasure_model::{Edition, GroupFigure, Measure, MeasureId, Platform, Table};

use crate::File;
use crate::comparison_data;
use crate::number::exact;
use crate::register_data;
use crate::simulated::{columns, marked_rows};
use crate::text::clean;
use crate::view::View;

/// A file of the open data: its columns with what they mean.
pub(crate) struct Sheet {
    /// `figures.csv`
    pub(crate) file: &'static str,
    /// What a row is.
    pub(crate) row: &'static str,
    /// Name, type and meaning of each column.
    pub(crate) columns: &'static [(&'static str, &'static str, &'static str)],
}

const STATUS: &str = "shown, too_few, not_collected, not_offered, not_covered, not_reached or not_computable";

/// Every file of the open data, in the order in which pages list them.
pub(crate) const SHEETS: [Sheet; 12] = [
    Sheet {
        file: "figures.csv",
        row: "One measure’s answer for one organisation, platform and period",
        columns: &[
            ("edition", "id", "The edition"),
            ("organisation_id", "id", "The organisation: organisations.csv"),
            ("measure_id", "id", "The measure: measures.csv"),
            ("measure_version", "whole number", "The version of its definition"),
            ("platform", "id", "The platform"),
            (
                "period",
                "id",
                "2014-03 is a month, 2014-Q1 a quarter, 2014 a year; two days with / are the first and last of the edition; the last days of it only where measures.csv has window_days",
            ),
            (
                "value",
                "number",
                "In the measure’s unit; a proportion is a share from 0 to 1; empty where there is none",
            ),
            ("lower", "number", "Lower end of the interval; empty where there is none or it is open"),
            ("upper", "number", "Upper end of the interval; empty where there is none or it is open"),
            ("level", "number", "Confidence level of the interval, 0 to 1"),
            (
                "n",
                "whole number",
                "How many units the value rests on; what they are is in measures.csv under counts; a week that the ends of a period cut counts as one",
            ),
            ("status", "code", STATUS),
            ("reason", "text", "Why there is no value"),
            ("cut_off", "true or false", "Whether what was seen was cut off within the period"),
            ("collected_at", "instant", "When the latest of what it rests on was collected, in UTC"),
        ],
    },
    Sheet {
        file: "group_figures.csv",
        row: "One measure’s answer for one peer group, platform and period",
        columns: &[
            ("edition", "id", "The edition"),
            ("peer_group", "id", "The peer group; all is everyone"),
            ("measure_id", "id", "The measure: measures.csv"),
            ("measure_version", "whole number", "The version of its definition"),
            ("platform", "id", "The platform"),
            ("period", "id", "As in figures.csv"),
            ("value", "number", "As in figures.csv"),
            ("lower", "number", "As in figures.csv"),
            ("upper", "number", "As in figures.csv"),
            ("level", "number", "As in figures.csv"),
            ("n", "whole number", "How many organisations it rests on"),
            ("status", "code", STATUS),
            ("reason", "text", "Why there is no value"),
        ],
    },
    Sheet {
        file: "organisations.csv",
        row: "One organisation",
        columns: &[
            ("edition", "id", "The edition"),
            ("organisation_id", "id", "Its code, with the name of the register"),
            ("name", "text", "Its name"),
            ("type", "text", "What kind of body it is"),
            ("nation", "text", "Nation"),
            ("region", "text", "Region or place"),
            ("opened", "day", "First day, where the register states it"),
            ("closed", "day", "Last day, where the register states it"),
            ("website", "text", "Official site"),
            ("source", "text", "Where the register’s row comes from"),
            ("peer_groups", "ids", "Peer groups it belongs to, separated by |"),
            ("accounts", "whole number", "How many accounts are known to be its own"),
            ("parent_id", "id", "The body that it is part of, where the register states it"),
            (
                "list",
                "text",
                "A list that named it and whose newest issue does not, which closes nothing; else empty",
            ),
            ("last_listed", "day", "Day of the last issue of that list that names it"),
            ("newest_list", "day", "Day of the newest issue of that list"),
        ],
    },
    register_data::CLOSED,
    register_data::NAMES,
    register_data::SUCCESSIONS,
    register_data::DISAGREEMENTS,
    Sheet {
        file: "coverage.csv",
        row: "What was seen of one account of one organisation in one table",
        columns: &[
            ("edition", "id", "The edition"),
            ("organisation_id", "id", "Whose account; a shared account has a row for each organisation"),
            ("account_id", "id", "The account; accounts of people are left out"),
            ("table", "code", "What was asked for: observation, post, reading, follow"),
            (
                "outcome",
                "code",
                "How the latest try ended: ok, unchanged, not_found, suspended, protected, rate_limited, not_offered, failed",
            ),
            ("detail", "text", "What is said about it"),
            ("attempted_at", "instant", "When the latest try was made, in UTC"),
            ("covers", "spans", "Seen from/to in UTC, separated by |; .. is the account’s beginning"),
            ("rows", "whole number", "Rows in all answers together"),
            ("share_of_period", "number", "Share of the edition’s period that was seen, 0 to 1"),
            ("cut_off", "true or false", "Whether something was cut off within the period"),
            (
                "truncated",
                "true or false",
                "Whether the source cut off what came before seen_from, be that within the period or before it",
            ),
            (
                "seen_from",
                "instant",
                "First instant seen, in UTC; empty: the account’s beginning, or nothing was seen",
            ),
        ],
    },
    Sheet {
        file: "measures.csv",
        row: "One measure, as it was asked",
        columns: &[
            ("measure_id", "id", "Its name in files"),
            ("measure_version", "whole number", "Rises with every change of what is computed"),
            ("status", "code", "experimental or standard"),
            ("title", "text", "As pages call it"),
            ("question", "text", "What it asks"),
            ("domain", "code", "What it is about"),
            ("level", "code", "organisation or group: whose answer it is"),
            ("kind", "code", "proportion, rate, value, sample or duration"),
            ("statistic", "code", "median, mean or gini, for a sample"),
            ("unit", "text", "Unit of the values; a proportion in % is stored as a share from 0 to 1"),
            ("decimals", "whole number", "How many decimals pages show"),
            ("counts", "text", "What n counts"),
            ("polarity", "code", "higher or lower is better; none; contested"),
            ("polarity_reason", "text", "Why"),
            ("interval_method", "code", "How the interval is computed"),
            ("interval_level", "number", "Its confidence level"),
            ("min_denominator", "whole number", "With a smaller n no value is shown"),
            ("counter_age_days", "whole number", "Engagement is read at least so many days after the post"),
            (
                "window_days",
                "whole number",
                "The answer is of the last so many days of its period, or of all of it where that is shorter; empty: of the whole period",
            ),
            ("period", "code", "How long the parts of the series are"),
            ("platforms", "ids", "Where it makes sense, separated by |; empty: everywhere"),
            ("nations", "text", "Asked only of organisations in these, separated by |; empty: of all"),
            ("what_it_cannot_tell_you", "text", "What it is silent about"),
        ],
    },
    comparison_data::COMPARISONS,
    comparison_data::CHANGES,
    Sheet {
        file: "dictionary.csv",
        row: "One column of one of these files",
        columns: &[
            ("file", "text", "The file"),
            ("column", "text", "The column"),
            (
                "type",
                "code",
                "id, code, text, number, whole number, day, instant, true or false; a text that would run as a formula begins with an apostrophe that is not part of it",
            ),
            ("meaning", "text", "What it says"),
        ],
    },
];

/// Measures by id, for the words of a figure.
pub(crate) fn measures_by_id(edition: &Edition) -> BTreeMap<&MeasureId, &Measure> {
    edition.measures.iter().map(|measure| (&measure.id, measure)).collect()
}

fn view(
    measures: &BTreeMap<&MeasureId, &Measure>,
    id: &MeasureId,
    answer: &someasure_model::Answer,
    period: &str,
) -> View {
    let counts =
        measures.get(id).map_or_else(|| "units".to_owned(), |m| crate::sentences::counts_in(m, period));
    View::of(answer, &counts)
}

/// A file that may be too large to be held: its bytes, piece by piece.
pub struct InPieces<'a> {
    /// Where, with `/`: `data/…`.
    pub path: String,
    /// What.
    pub pieces: Pieces<'a>,
}

type Pieces<'a> = Box<dyn Iterator<Item = Vec<u8>> + 'a>;

/// Rows of a piece.
pub(crate) const ROWS_A_PIECE: usize = 1 << 13;

/// The data files of the edition.
pub fn data(edition: &Edition) -> impl Iterator<Item = File> {
    data_in_pieces(edition)
        .into_iter()
        .map(|file| File { path: file.path, bytes: file.pieces.flatten().collect() })
}

/// The same, for editions of millions of figures.
pub fn data_in_pieces(edition: &Edition) -> Vec<InPieces<'_>> {
    let measures = measures_by_id(edition);
    let sheets: [Pieces<'_>; SHEETS.len()] = [
        Box::new(crate::figure_data::pieces(edition, edition.figures.iter())),
        pieces(&SHEETS[1], edition.group_figures.iter().map(move |f| group_row(edition, &measures, f))),
        pieces(&SHEETS[2], edition.organisations.iter().map(|entry| organisation_row(edition, entry))),
        pieces(&SHEETS[3], edition.closed.iter().map(|body| register_data::closed(edition, body))),
        pieces(&SHEETS[4], register_data::names(edition)),
        pieces(&SHEETS[5], register_data::successions(edition).into_iter()),
        pieces(&SHEETS[6], register_data::disagreements(edition)),
        pieces(&SHEETS[7], coverage_rows(edition)),
        pieces(&SHEETS[8], edition.measures.iter().map(measure_row)),
        pieces(&SHEETS[9], comparison_data::comparisons(edition)),
        pieces(
            &SHEETS[10],
            edition.changes.iter().map(|change| comparison_data::change_row(edition, change)),
        ),
        pieces(
            &SHEETS[11],
            SHEETS.iter().flat_map(|sheet| {
                columns(edition, sheet)
                    .map(|(column, kind, meaning)| [sheet.file, column, kind, meaning].map(str::to_owned))
            }),
        ),
    ];
    SHEETS
        .iter()
        .zip(sheets)
        .map(|(sheet, pieces)| InPieces {
            path: format!("data/{}", sheet.file),
            pieces: marked_rows(edition, pieces),
        })
        .collect()
}

fn group_row(
    edition: &Edition,
    measures: &BTreeMap<&MeasureId, &Measure>,
    figure: &GroupFigure,
) -> [String; 13] {
    let view = view(measures, &figure.measure_id, &figure.answer, &figure.period);
    let end = |pick: fn(&someasure_model::Interval) -> f64| {
        view.interval().map_or_else(String::new, |i| exact(pick(&i)))
    };
    [
        edition.edition.clone(),
        text(&figure.peer_group),
        figure.measure_id.to_string(),
        figure.measure_version.to_string(),
        figure.platform.to_string(),
        text(&figure.period),
        view.value().map_or_else(String::new, exact),
        end(|i| i.lower),
        end(|i| i.upper),
        end(|i| i.level),
        figure.n.to_string(),
        view.status().to_owned(),
        text(view.reason()),
    ]
}

fn organisation_row(edition: &Edition, entry: &someasure_model::Entry) -> [String; 16] {
    let organisation = &entry.organisation;
    let optional = |value: &Option<String>| value.as_deref().map_or_else(String::new, text);
    let missing = entry.past.not_listed.as_ref();
    [
        edition.edition.clone(),
        organisation.organisation_id.to_string(),
        text(&organisation.name),
        text(&organisation.kind),
        optional(&organisation.nation),
        optional(&organisation.region),
        day_or_empty(organisation.opened),
        day_or_empty(organisation.closed),
        optional(&organisation.website),
        text(&organisation.source),
        text(&entry.peer_groups.join("|")),
        entry.accounts.len().to_string(),
        organisation.parent_id.as_ref().map_or_else(String::new, ToString::to_string),
        missing.map_or_else(String::new, |missing| text(&missing.list)),
        day_or_empty(missing.map(|missing| missing.last)),
        day_or_empty(missing.map(|missing| missing.newest)),
    ]
}

fn coverage_rows(edition: &Edition) -> impl Iterator<Item = [String; 13]> {
    edition.organisations.iter().flat_map(|entry| {
        let people: Vec<_> = entry
            .accounts
            .iter()
            .filter(|account| crate::coverage::is_person(account))
            .flat_map(crate::coverage::ids)
            .collect();
        entry
            .coverage
            .iter()
            .filter(move |seen| !people.contains(&seen.account_id) && seen.table != Table::Batch)
            .map(|seen| {
                let spans: Vec<String> = seen
                    .spans
                    .iter()
                    .map(|span| {
                        let from = span.from.map_or_else(|| "..".to_owned(), |from| from.to_string());
                        format!("{from}/{}", span.to)
                    })
                    .collect();
                [
                    edition.edition.clone(),
                    entry.organisation.organisation_id.to_string(),
                    seen.account_id.to_string(),
                    seen.table.as_str().to_owned(),
                    seen.outcome.as_str().to_owned(),
                    seen.detail.as_deref().map_or_else(String::new, text),
                    seen.attempted_at.to_string(),
                    spans.join("|"),
                    seen.rows.to_string(),
                    exact(seen.share_of_period),
                    seen.cut_off.to_string(),
                    crate::coverage::is_truncated(seen).to_string(),
                    crate::coverage::seen_from(seen).map_or_else(String::new, |from| from.to_string()),
                ]
            })
    })
}

fn measure_row(measure: &Measure) -> [String; 23] {
    let platforms: Vec<&str> = measure.platforms.iter().map(Platform::as_str).collect();
    [
        measure.id.to_string(),
        measure.version.to_string(),
        code(&measure.status),
        text(&measure.title),
        text(&measure.question),
        measure.domain.as_str().to_owned(),
        code(&measure.level),
        measure.kind.as_str().to_owned(),
        measure.statistic.map_or_else(String::new, |statistic| code(&statistic)),
        text(&measure.unit),
        measure.decimals.to_string(),
        text(&measure.counts),
        code(&measure.polarity),
        text(&measure.polarity_reason),
        code(&measure.interval_method()),
        exact(measure.level_of_interval()),
        measure.min_denominator.to_string(),
        measure.counter_age_days.to_string(),
        measure.window_days.map_or_else(String::new, |days| days.to_string()),
        measure.period.as_str().to_owned(),
        platforms.join("|"),
        text(&measure.nations.join("|")),
        text(&measure.what_it_cannot_tell_you),
    ]
}

/// A word of the model as files write it.
pub(crate) fn code(word: &impl serde::Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// A day as files write it; empty where it is not known.
pub(crate) fn day_or_empty(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// A text cell: cleaned, and no formula.
pub(crate) fn text(text: &str) -> String {
    let starts_as_formula = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cleaned = clean(text);
    if starts_as_formula(text) || starts_as_formula(&cleaned) { format!("'{cleaned}") } else { cleaned }
}

/// The header, then the rows, so many at a time.
fn pieces<'a, const N: usize>(
    sheet: &'a Sheet,
    mut rows: impl Iterator<Item = [String; N]> + 'a,
) -> Pieces<'a> {
    let mut header = Some(sheet.columns.iter().map(|(name, ..)| name));
    Box::new(std::iter::from_fn(move || {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut any = false;
        // Writing to memory does not fail, and every row has as many cells as its type says.
        if let Some(header) = header.take() {
            let _ = writer.write_record(header);
            any = true;
        }
        for row in rows.by_ref().take(ROWS_A_PIECE) {
            let _ = writer.write_record(row);
            any = true;
        }
        any.then(|| writer.into_inner().unwrap_or_default())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_runs_nothing() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("\u{200b}=1+1"), "'=1+1");
        assert_eq!(text("\t=1+1"), "'=1+1");
        assert_eq!(text("@handle"), "'@handle");
        assert_eq!(text("Elm, \"Trust\""), "Elm, \"Trust\"");
    }

    #[test]
    fn every_column_has_its_meaning_and_no_name_twice() {
        for sheet in &SHEETS {
            let names: std::collections::BTreeSet<_> = sheet.columns.iter().map(|(name, ..)| name).collect();
            assert_eq!(names.len(), sheet.columns.len(), "{}", sheet.file);
            assert!(sheet.columns.iter().all(|(_, kind, meaning)| !kind.is_empty() && !meaning.is_empty()));
        }
    }
}
