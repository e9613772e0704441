//! A set of reference answers, what came of comparing it, and how it is read and printed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

/// Where the reference answers lie.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    pub(crate) fn text(&self, name: &str) -> String {
        let path = self.0.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// A number that must be there.
pub(crate) fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("'{key}' is no number: {}", row[key]))
}

/// A list of numbers that must be there; null is NaN, and is expected only where the caller knows of it.
pub(crate) fn numbers(row: &Value, key: &str) -> Vec<f64> {
    list(&row[key], key).iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// A list that must be there.
pub(crate) fn list<'a>(value: &'a Value, what: &str) -> &'a [Value] {
    value.as_array().unwrap_or_else(|| panic!("'{what}' is no list"))
}

/// How the cases of one set compare.
pub(crate) struct Set {
    name: String,
    cases: usize,
    agreed: usize,
    /// Why a case differs, and how many do so.
    explained: BTreeMap<&'static str, usize>,
    unexplained: Vec<String>,
}

impl Set {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            cases: 0,
            agreed: 0,
            explained: BTreeMap::new(),
            unexplained: Vec::new(),
        }
    }

    /// One case, with what differed.
    pub(crate) fn case(&mut self, id: &str, found: Compared) {
        self.cases += 1;
        match found.differences.first() {
            None if found.compared == 0 => self.unexplained.push(format!("{id}: nothing was compared")),
            None => self.agreed += 1,
            Some(first) => {
                let more = found.differences.len() - 1;
                self.unexplained.push(format!("{id}: {first} ({more} more, {} compared)", found.compared));
            }
        }
    }

    /// One case that differs because the reference tool is wrong or answers another question. `why` is a
    /// sentence; `found` must differ, or the explanation explains nothing.
    #[allow(dead_code, reason = "for families whose reference tools have known faults")]
    pub(crate) fn known_fault(&mut self, id: &str, why: &'static str, found: Compared) {
        self.cases += 1;
        if found.differences.is_empty() {
            self.unexplained.push(format!("{id}: agrees, though it should not: {why}"));
        } else {
            *self.explained.entry(why).or_default() += 1;
        }
    }

    /// A case that we do not answer, and why.
    pub(crate) fn not_offered(&mut self, _id: &str, why: &'static str) {
        self.cases += 1;
        *self.explained.entry(why).or_default() += 1;
    }

    pub(crate) fn is_well(&self) -> bool {
        self.cases > 0 && self.unexplained.is_empty()
    }
}

/// What was compared in one case.
pub(crate) struct Compared {
    tolerance: f64,
    compared: usize,
    differences: Vec<String>,
}

impl Compared {
    /// Numbers agree when they differ by no more than `tolerance` × the larger of the answer's size and 1e-300.
    pub(crate) fn within(tolerance: f64) -> Self {
        Self { tolerance, compared: 0, differences: Vec::new() }
    }

    pub(crate) fn number(&mut self, what: &str, got: f64, want: f64) {
        self.near(what, got, want, self.tolerance * want.abs().max(1e-300));
    }

    /// For numbers near 0 or 1, where the reference has lost digits: an absolute tolerance.
    pub(crate) fn near(&mut self, what: &str, got: f64, want: f64, tolerance: f64) {
        self.compared += 1;
        // A NaN on either side fails.
        let agrees = (got - want).abs() <= tolerance;
        if !agrees {
            self.differences.push(format!("{what} is {got} and not {want}"));
        }
    }

    pub(crate) fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, got: T, want: T) {
        self.compared += 1;
        if got != want {
            self.differences.push(format!("{what} is {got:?} and not {want:?}"));
        }
    }

    pub(crate) fn numbers(&mut self, what: &str, got: &[f64], want: &[f64]) {
        self.same(&format!("length of {what}"), got.len(), want.len());
        for (row, (got, want)) in got.iter().zip(want).enumerate() {
            self.number(&format!("{what}[{row}]"), *got, *want);
        }
    }
}

pub(crate) fn print(sets: &[Set]) {
    let width = sets.iter().map(|set| set.name.len()).max().unwrap_or(0);
    println!("{:width$}  {:>6}  {:>6}  {:>9}  {:>11}", "set", "cases", "agreed", "explained", "unexplained");
    for set in sets {
        let explained: usize = set.explained.values().sum();
        println!(
            "{:width$}  {:>6}  {:>6}  {explained:>9}  {:>11}",
            set.name,
            set.cases,
            set.agreed,
            set.unexplained.len()
        );
    }
    for set in sets {
        for (why, cases) in &set.explained {
            println!("{}: explained in {cases}: {why}", set.name);
        }
        for line in set.unexplained.iter().take(10) {
            println!("{}: UNEXPLAINED {line}", set.name);
        }
        if set.cases == 0 {
            println!("{}: NO CASES", set.name);
        }
    }
    let total = |f: fn(&Set) -> usize| sets.iter().map(f).sum::<usize>();
    println!(
        "{} sets, {} cases, {} agreed, {} differences explained, {} unexplained",
        sets.len(),
        total(|set| set.cases),
        total(|set| set.agreed),
        total(|set| set.explained.values().sum()),
        total(|set| set.unexplained.len())
    );
}
