//! `csranks_*.json`, `exact_max_abs_diff_critical.json`, `expected_rank.json` and `goldstein_healy.json`: rank sets.

use std::num::NonZeroUsize;

use serde_json::Value;
use someasure_stats::{
    Correction, CountOptions, Draws, RankOptions, RankSet, Side, Uncertainty, comparison_factor,
    count_rank_sets, expected_ranks, rank_sets,
};

use crate::set::{Compared, Folder, Set, list, number, numbers};

const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    vec![
        fixed_draws(folder),
        pisa(folder),
        counts(folder),
        first_step(folder),
        expected(folder),
        by_eye(folder),
    ]
}

/// The gate: the same draws at every step, so that nothing is left to chance.
fn fixed_draws(folder: &Folder) -> Set {
    let mut set = Set::new("csranks_fixed_draws");
    for case in list(&folder.json("csranks_fixed_draws.json"), "cases") {
        let matrix = |key: &str| -> Vec<f64> {
            let rows = list(&case[key], key).iter();
            rows.flat_map(|row| list(row, key).iter().map(|v| v.as_f64().unwrap_or(f64::NAN))).collect()
        };
        let (estimates, covariance, drawn) = (numbers(case, "x"), matrix("Sigma"), matrix("Z"));
        let options = RankOptions {
            level: number(case, "coverage"),
            side: side(case["cstype"].as_str()),
            stepdown: case["stepdown"].as_bool().unwrap_or(true),
            row: case["indices"].as_u64().map(|row| row as usize - 1),
            ..Default::default()
        };
        let mut found = Compared::within(1e-13);
        let ours =
            rank_sets(&estimates, Uncertainty::Covariance(&covariance), Draws::Given(&drawn), &options)
                .unwrap();
        found.numbers(
            "critical values",
            &ours.critical_values,
            &numbers(case, "all_step_critical_values_python"),
        );
        // Printed with 15 digits.
        found.near("first step", ours.critical_values[0], number(case, "first_step_critical_value"), 1e-13);
        same_sets(&mut found, &ours.sets, case);
        set.case(&case["id"].to_string(), found);
    }
    set
}

/// Why two tools with draws of their own may differ in a limit or two.
const CHANCE: &str = "its 10,000 draws put the critical value elsewhere: its limits lie between ours for its \
                      level ± 4 standard errors of a simulated level";

/// The reference drew 10,000 times, so its critical value is that of a level near the one asked for.
fn pisa(folder: &Folder) -> Set {
    let mut set = Set::new("csranks_pisa");
    for case in list(&folder.json("csranks_pisa.json"), "cases") {
        let call = case["call"].as_str().unwrap_or_default();
        let level: f64 = argument(call, "coverage").and_then(|level| level.parse().ok()).unwrap_or(0.95);
        let chance = 4.0 * (level * (1.0 - level) / 10_000.0).sqrt();
        let [less, ours, more] =
            [level - chance, level, level + chance].map(|level| pisa_limits(case, call, level));
        let want = if argument(call, "tau").is_some() {
            ["best", "worst"]
                .iter()
                .flat_map(|key| list(&case[*key], key))
                .map(|is| i64::from(is == true))
                .collect()
        } else {
            // Sets grow with the level when lower limits are counted down.
            let limit = |key| numbers(case, key).into_iter().map(|limit| limit as i64);
            limit("L").map(|lower| -lower).chain(limit("U")).collect::<Vec<i64>>()
        };
        let mut found = Compared::within(0.0);
        found.same("limits", &ours, &want);
        let id = case["id"].to_string();
        let between = (0..want.len()).all(|at| less[at] <= want[at] && want[at] <= more[at]);
        if ours != want && between && less.len() == want.len() {
            set.known_fault(&id, CHANCE, found);
        } else {
            set.case(&id, found);
        }
    }
    set
}

/// What our sets say at a level, as numbers that grow with it.
fn pisa_limits(case: &Value, call: &str, level: f64) -> Vec<i64> {
    let (estimates, errors) = (numbers(case, "x"), numbers(case, "se"));
    let options = RankOptions {
        level,
        side: side(argument(call, "cstype")),
        stepdown: argument(call, "stepdown") != Some("FALSE"),
        threads: TWO,
        ..Default::default()
    };
    let ask = |estimates: &[f64], options: &RankOptions| {
        let draws = Draws::Generated { number: 20_000, seed: 1 };
        rank_sets(estimates, Uncertainty::StandardErrors(&errors), draws, options).unwrap()
    };
    if let Some(tau) = argument(call, "tau").and_then(|tau| tau.parse().ok()) {
        let reversed: Vec<f64> = estimates.iter().map(|x| -x).collect();
        let may_be = |estimates: &[f64]| {
            let best = ask(estimates, &RankOptions { side: Side::Lower, ..options }).best(tau);
            (0..estimates.len()).map(|row| i64::from(best.contains(&row))).collect::<Vec<_>>()
        };
        return [may_be(&estimates), may_be(&reversed)].concat();
    }
    let sets = if argument(call, "simul") == Some("FALSE") {
        let one = |row| ask(&estimates, &RankOptions { row: Some(row), ..options }).sets[0];
        (0..estimates.len()).map(one).collect()
    } else {
        ask(&estimates, &options).sets
    };
    let lower = sets.iter().map(|set| -(set.lower as i64));
    lower.chain(sets.iter().map(|set| set.upper as i64)).collect()
}

fn counts(folder: &Folder) -> Set {
    let mut set = Set::new("csranks_multinom");
    for case in list(&folder.json("csranks_multinom.json"), "cases") {
        let call = case["call"].as_str().unwrap_or_default();
        let counts: Vec<u64> = list(&case["x"], "x").iter().filter_map(Value::as_u64).collect();
        let bonferroni = argument(call, "multcorr") == Some("Bonferroni");
        let options = CountOptions {
            side: side(argument(call, "cstype")),
            correction: if bonferroni { Correction::Bonferroni } else { Correction::Holm },
            ..Default::default()
        };
        let alone = argument(call, "simul") == Some("FALSE");
        let ours: Vec<RankSet> = if alone {
            let one = |row| count_rank_sets(&counts, &CountOptions { row: Some(row), ..options }).unwrap()[0];
            (0..counts.len()).map(one).collect()
        } else {
            count_rank_sets(&counts, &options).unwrap()
        };
        let mut found = Compared::within(0.0);
        same_sets(&mut found, &ours, case);
        set.case(&format!("{call} {}", case["x"]), found);
    }
    set
}

/// The first critical value of equal errors is a quantile of the studentised range over √2: simulated to within four
/// standard errors of a simulated quantile, as the density around it has them.
fn first_step(folder: &Folder) -> Set {
    let mut set = Set::new("exact_max_abs_diff_critical");
    for case in list(&folder.json("exact_max_abs_diff_critical.json")["rows"], "rows") {
        let rows = number(case, "p") as usize;
        let at = |level| {
            let options = RankOptions { level, stepdown: false, threads: TWO, ..Default::default() };
            let draws = Draws::Generated { number: 100_000, seed: 1 };
            let errors = vec![1.0; rows];
            let ours = rank_sets(&vec![0.0; rows], Uncertainty::StandardErrors(&errors), draws, &options);
            ours.unwrap().critical_values[0]
        };
        let mut found = Compared::within(0.0);
        for (key, level, allowed) in [("q90", 0.90, 0.012), ("q95", 0.95, 0.016), ("q99", 0.99, 0.03)] {
            found.near(key, at(level), number(case, key), allowed);
        }
        set.case(&format!("{rows} rows"), found);
    }
    set
}

fn expected(folder: &Folder) -> Set {
    let mut set = Set::new("expected_rank");
    let case = folder.json("expected_rank.json");
    let (estimates, errors) = (numbers(&case, "theta"), numbers(&case, "se"));
    let ours = expected_ranks(&estimates, Uncertainty::StandardErrors(&errors)).unwrap();
    let others = estimates.len() as f64 - 1.0;
    let beaten: Vec<f64> = ours.iter().map(|rank| (others + 1.0 - rank) / others).collect();
    let mut found = Compared::within(2e-13);
    found.numbers("expected rank", &ours, &numbers(&case, "expected_rank"));
    found.numbers("sucra", &beaten, &numbers(&case, "sucra"));
    set.case("seven rows", found);
    set
}

fn by_eye(folder: &Folder) -> Set {
    let mut set = Set::new("goldstein_healy");
    let case = folder.json("goldstein_healy.json");
    let mut found = Compared::within(1e-13);
    for rows in [2, 5, 100] {
        found.number("factor", comparison_factor(&vec![0.4; rows], 0.95).unwrap(), number(&case, "factor"));
    }
    set.case("equal errors", found);
    set
}

fn side(name: Option<&str>) -> Side {
    match name {
        Some("lower") => Side::Lower,
        Some("upper") => Side::Upper,
        _ => Side::Both,
    }
}

/// What follows `name=` in an R call, without quotes.
fn argument<'a>(call: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = call.split_once(&format!("{name}="))?;
    after.split([',', ')']).next().map(|value| value.trim_matches('\''))
}

/// The reference's limits and ranks: numbers for one row, lists for all.
fn same_sets(found: &mut Compared, ours: &[RankSet], case: &Value) {
    for (key, of) in
        [("L", (|set| set.lower) as fn(&RankSet) -> usize), ("U", |set| set.upper), ("rank", |set| set.rank)]
    {
        let want: Vec<u64> = match &case[key] {
            Value::Array(all) => all.iter().filter_map(Value::as_u64).collect(),
            one => one.as_u64().into_iter().collect(),
        };
        found.same(key, ours.iter().map(|set| of(set) as u64).collect(), want);
    }
}
