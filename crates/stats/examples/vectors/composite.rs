//! `coinr_*`: R's COINr on its functions, on a real index stage by stage, on other choices, and on drawn ones.

use std::collections::BTreeMap;

use serde_json::Value;
use someasure_stats::{
    Aggregation, Indicator, Normalisation, Recipe, Treatment, aggregate, excess_kurtosis,
    fill_with_group_means, normalise, rank_ranges, ranks_of, skewness, treat,
};

use crate::set::{Compared, Folder, Set, list, number, numbers};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let index = Index::read(folder);
    vec![functions(folder), stages(folder, &index), factorial(folder, &index), drawn(folder, &index)]
}

fn optional(value: &Value, what: &str) -> Vec<Option<f64>> {
    list(value, what).iter().map(Value::as_f64).collect()
}

/// Missing where missing, near where not.
fn compare(found: &mut Compared, what: &str, got: &[Option<f64>], want: &[Option<f64>]) {
    found.same(&format!("length of {what}"), got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        match (got, want) {
            (Some(got), Some(want)) => found.near(what, *got, *want, 1e-12 * want.abs().max(1.0)),
            _ => found.same(what, got.is_none(), want.is_none()),
        }
    }
}

fn functions(folder: &Folder) -> Set {
    let (answers, mut set) = (folder.json("coinr_functions.json"), Set::new("coinr_functions"));
    let input = optional(&answers["normalise_input"], "normalise_input");
    for (name, how, less) in [
        ("n_minmax", Normalisation::MinMax { from: 0.0, to: 100.0 }, 0.0),
        ("n_zscore", Normalisation::ZScore { mean: 0.0, deviation: 1.0 }, 0.0),
        ("n_rank", Normalisation::Rank, 0.0),
        ("n_borda", Normalisation::Rank, 1.0),
        ("n_prank", Normalisation::PercentRank, 0.0),
        ("n_dist2max", Normalisation::MinMax { from: 0.0, to: 1.0 }, 0.0),
        ("n_dist2targ", Normalisation::ShareOfTarget { target: 10.0 }, 0.0),
        ("n_fracmax", Normalisation::ShareOfMax, 0.0),
    ] {
        let mut found = Compared::within(0.0);
        let ours: Vec<_> =
            normalise(&input, how).unwrap_or_default().iter().map(|v| v.map(|v| v - less)).collect();
        compare(&mut found, name, &ours, &optional(&answers["normalise"][name]["out"], name));
        set.case(name, found);
    }
    let (values, weights) =
        (optional(&answers["aggregate_input"], "aggregate_input"), numbers(&answers, "aggregate_weights"));
    for (name, how) in [
        ("a_amean", Aggregation::Arithmetic),
        ("a_gmean", Aggregation::Geometric),
        ("a_hmean", Aggregation::Harmonic),
    ] {
        let mut found = Compared::within(1e-13);
        let ours = aggregate(&values, &weights, how).ok().flatten();
        found.number(name, ours.unwrap_or(f64::NAN), number(&answers["aggregate"], name));
        set.case(name, found);
    }
    for name in ["n_scaled", "n_goalpost"] {
        set.not_offered(name, "the tool itself gave an error");
    }
    set.not_offered("a_copeland", "the table behind this answer is not stored");
    let treated = &answers["treat"];
    let x = numbers(treated, "x");
    for (name, got) in [("skew", skewness(&x)), ("kurt", excess_kurtosis(&x))] {
        let mut found = Compared::within(1e-13);
        found.number(name, got.unwrap_or(f64::NAN), number(treated, name));
        set.case(name, found);
    }
    for (name, most) in [("winsorise", 5), ("log_CT", 0)] {
        let (ours, what) = treat(&x, most).unwrap_or((Vec::new(), Treatment::None));
        let mut found = Compared::within(1e-12);
        found.numbers(name, &ours, &numbers(&treated[name], "x"));
        let wanted = if most == 0 { Treatment::Logarithm } else { Treatment::Winsorised { times: 1 } };
        found.same("what was done", what, wanted);
        set.case(name, found);
    }
    set
}

/// A CSV file of COINr: a name for every row, and columns of numbers.
struct Sheet {
    units: Vec<String>,
    columns: BTreeMap<String, Vec<Option<f64>>>,
}

fn records(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| -> Vec<String> {
        // Commas within quotation marks belong to the text.
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap_or_else(|| unreachable!("never empty")).push(c),
            }
        }
        cells
    };
    let mut lines = text.lines().map(cells);
    let header = lines.next().unwrap_or_default();
    lines.map(|line| header.iter().cloned().zip(line).collect()).collect()
}

fn sheet(folder: &Folder, name: &str) -> Sheet {
    let rows = records(&folder.text(name));
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in &rows {
        for (column, cell) in row {
            columns.entry(column.clone()).or_default().push(cell.parse().ok());
        }
    }
    Sheet { units: rows.iter().map(|row| row["uCode"].clone()).collect(), columns }
}

/// The index of the ASEM data: indicators, what they weigh and what they are part of, level by level.
struct Index {
    raw: Sheet,
    meta: Vec<BTreeMap<String, String>>,
    /// What a raw value is divided by, and which continent a unit lies on.
    data: Vec<BTreeMap<String, String>>,
}

/// Level by level, indicators first.
const LEVELS: [&str; 4] = ["1", "2", "3", "4"];

impl Index {
    fn read(folder: &Folder) -> Self {
        let raw = sheet(folder, "coinr_asem_Raw.csv");
        let mut data = records(&folder.text("asem_iData.csv"));
        data.sort_by_key(|row| raw.units.iter().position(|unit| *unit == row["uCode"]));
        Self { raw, meta: records(&folder.text("asem_iMeta.csv")), data }
    }

    fn level(&self, level: &str) -> Vec<&BTreeMap<String, String>> {
        self.meta.iter().filter(|row| row["Level"] == level).collect()
    }

    fn denominated(&self) -> BTreeMap<String, Vec<Option<f64>>> {
        let of = |row: &BTreeMap<String, String>| {
            let by = |unit: usize| match row["Denominator"].as_str() {
                "NA" | "" => Some(1.0),
                column => self.data[unit][column].parse::<f64>().ok(),
            };
            let values = self.raw.columns[&row["iCode"]].iter().enumerate();
            let divided = values.map(|(unit, v)| v.and_then(|v| by(unit).map(|by| v / by)));
            (row["iCode"].clone(), divided.collect())
        };
        self.level("1").into_iter().map(of).collect()
    }

    fn filled(&self) -> BTreeMap<String, Vec<Option<f64>>> {
        let group: Vec<usize> =
            self.data.iter().map(|row| usize::from(row["EurAsia_group"] == "Asia")).collect();
        let filled = |(code, values): (String, Vec<Option<f64>>)| {
            (code, fill_with_group_means(&values, &group).unwrap_or_default())
        };
        self.denominated().into_iter().map(filled).collect()
    }

    fn treated(&self, most: usize) -> BTreeMap<String, Vec<f64>> {
        let treated = |(code, values): (String, Vec<Option<f64>>)| {
            let whole: Vec<f64> = values.into_iter().flatten().collect();
            (code, treat(&whole, most).map_or(Vec::new(), |(values, _)| values))
        };
        self.filled().into_iter().map(treated).collect()
    }

    fn normalised(&self, most: usize, how: Normalisation) -> BTreeMap<String, Vec<Option<f64>>> {
        let treated = self.treated(most);
        let of = |row: &BTreeMap<String, String>| {
            let sign: f64 = row["Direction"].parse().unwrap_or(f64::NAN);
            let turned: Vec<Option<f64>> = treated[&row["iCode"]].iter().map(|v| Some(sign * v)).collect();
            (row["iCode"].clone(), normalise(&turned, how).unwrap_or_default())
        };
        self.level("1").into_iter().map(of).collect()
    }

    /// All levels, from indicators to the index.
    fn aggregated(
        &self,
        most: usize,
        how: Normalisation,
        mean: Aggregation,
    ) -> Result<BTreeMap<String, Vec<Option<f64>>>, String> {
        let mut columns = self.normalised(most, how);
        for level in &LEVELS[1..] {
            for row in self.level(level) {
                let parts: Vec<_> = self.meta.iter().filter(|part| part["Parent"] == row["iCode"]).collect();
                let weights: Vec<f64> =
                    parts.iter().map(|p| p["Weight"].parse().unwrap_or(f64::NAN)).collect();
                let whole: Result<Vec<_>, _> = (0..self.raw.units.len())
                    .map(|unit| {
                        let values: Vec<_> = parts.iter().map(|part| columns[&part["iCode"]][unit]).collect();
                        aggregate(&values, &weights, mean)
                    })
                    .collect();
                columns.insert(row["iCode"].clone(), whole.map_err(|refused| refused.to_string())?);
            }
        }
        Ok(columns)
    }
}

const HUNDRED: Normalisation = Normalisation::MinMax { from: 0.0, to: 100.0 };

fn stages(folder: &Folder, index: &Index) -> Set {
    let mut set = Set::new("coinr_asem, columns of each stage");
    let whole = |columns: BTreeMap<String, Vec<f64>>| -> BTreeMap<String, Vec<Option<f64>>> {
        columns.into_iter().map(|(code, values)| (code, values.into_iter().map(Some).collect())).collect()
    };
    for (stage, ours) in [
        ("Denominated", index.denominated()),
        ("Imputed", index.filled()),
        ("Screened", index.filled()),
        ("Treated", whole(index.treated(5))),
        ("Normalised", index.normalised(5, HUNDRED)),
        ("Aggregated", index.aggregated(5, HUNDRED, Aggregation::Arithmetic).unwrap_or_default()),
    ] {
        let theirs = sheet(folder, &format!("coinr_asem_{stage}.csv"));
        for (code, want) in theirs.columns.iter().filter(|(code, _)| *code != "uCode") {
            let mut found = Compared::within(0.0);
            found.same("units", &theirs.units, &index.raw.units);
            compare(&mut found, code, ours.get(code).map_or(&[], Vec::as_slice), want);
            set.case(&format!("{stage} {code}"), found);
        }
    }
    let theirs = sheet(folder, "coinr_asem_results.csv");
    let ours = index.aggregated(5, HUNDRED, Aggregation::Arithmetic).unwrap_or_default();
    let scores: Vec<f64> = ours.get("Index").into_iter().flatten().flatten().copied().collect();
    let ranks = ranks_of(&scores);
    let mut found = Compared::within(0.0);
    for (unit, rank) in theirs.units.iter().zip(&theirs.columns["Rank"]) {
        let at = index.raw.units.iter().position(|own| own == unit).unwrap_or(usize::MAX);
        found.same(unit, ranks.get(at).map(|rank| *rank as f64), *rank);
    }
    set.case("ranks", found);
    set
}

fn factorial(folder: &Folder, index: &Index) -> Set {
    let mut set = Set::new("coinr_factorial");
    for row in list(&folder.json("coinr_factorial.json"), "coinr_factorial") {
        let id = row["id"].as_str().unwrap_or("?");
        let words: Vec<&str> = id.split(' ').collect();
        let how = match words[0] {
            "n_minmax0_100" => HUNDRED,
            "n_minmax1_100" => Normalisation::MinMax { from: 1.0, to: 100.0 },
            "n_zscore" => Normalisation::ZScore { mean: 10.0, deviation: 2.0 },
            other => panic!("{other}: a normalisation that is not known"),
        };
        let mean = if words[1] == "a_gmean" { Aggregation::Geometric } else { Aggregation::Arithmetic };
        let ours = index.aggregated(words[2].parse().unwrap_or(0), how, mean);
        let mut found = Compared::within(1e-12);
        match (&row["error"], ours) {
            (Value::String(_), ours) => found.same("refused too", ours.is_err(), true),
            (_, Err(why)) => found.same("not refused", why, String::new()),
            (_, Ok(columns)) => {
                let scores: Vec<f64> = columns["Index"].iter().flatten().copied().collect();
                let ranks: Vec<f64> = ranks_of(&scores).iter().map(|rank| *rank as f64).collect();
                let units: Vec<&str> = list(&row["u"], "u").iter().filter_map(Value::as_str).collect();
                found.same("units", units, index.raw.units.iter().map(String::as_str).collect());
                found.numbers("Index", &scores, &numbers(row, "Index"));
                found.numbers("Rank", &ranks, &numbers(row, "Rank"));
            }
        }
        set.case(id, found);
    }
    set
}

/// Sixty drawn choices of theirs beside a thousand of ours: other choices, so only distributions compare.
fn drawn(folder: &Folder, index: &Index) -> Set {
    let mut set = Set::new("coinr_asem_UA60, as distributions");
    let theirs = sheet(folder, "coinr_asem_UA60_rankstats.csv");
    let columns = index.aggregated(5, HUNDRED, Aggregation::Arithmetic).unwrap_or_default();
    let parts: Vec<Vec<f64>> =
        ["Conn", "Sust"].iter().map(|code| columns[*code].iter().flatten().copied().collect()).collect();
    let indicators: Vec<Indicator<'_>> =
        parts.iter().map(|values| Indicator { values, weight: 1.0, higher_is_better: true }).collect();
    let recipe = Recipe { treat: None, normalisation: HUNDRED, aggregation: Aggregation::Arithmetic };
    let ours = rank_ranges(&indicators, recipe, 1000, 0.25, 1).unwrap_or_else(|why| panic!("{why}"));
    let mut far = 0;
    for (unit, nominal, median, low, high) in (0..theirs.units.len()).map(|at| {
        let column = |name: &str| theirs.columns[name][at].unwrap_or(f64::NAN);
        (&theirs.units[at], column("Nominal"), column("Median"), column("Q5"), column("Q95"))
    }) {
        let at = index.raw.units.iter().position(|own| own == unit).unwrap_or(0);
        let range = ours.ranges[at];
        let overlaps = range.low <= high && low <= range.high;
        let near = (range.median - median).abs() <= 4.0;
        far += usize::from(!overlaps || !near || nominal.is_nan());
    }
    let mut found = Compared::within(0.0);
    found.same("units whose ranges lie apart, at most one in twenty", far * 20 <= theirs.units.len(), true);
    set.case("51 units", found);
    set
}
