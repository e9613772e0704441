//! `distributions_R.json`: 165 values of base R, to 12 digits, tails included.

use std::collections::BTreeMap;

use serde_json::Value;
use someasure_stats::{
    beta_quantile, binomial_cdf, chi_square_quantile, gamma_quantile, normal_cdf, normal_quantile,
    poisson_above, poisson_cdf, t_quantile,
};

use crate::set::{Compared, Folder, Set, list, number};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let answers = folder.json("distributions_R.json");
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    for row in list(&answers["rows"], "rows") {
        let name = row["f"].as_str().unwrap_or("?");
        let set = sets.entry(name.to_owned()).or_insert_with(|| Set::new(&format!("distributions_R {name}")));
        set.case(&row.to_string(), compared(name, row));
    }
    sets.into_values().collect()
}

fn compared(name: &str, row: &Value) -> Compared {
    let at = |key| number(row, key);
    let count = |key| number(row, key) as u64;
    let got = match name {
        "qnorm" => normal_quantile(at("p")),
        "pnorm" => normal_cdf(at("x")),
        "qt" => t_quantile(at("p"), at("a")),
        "qchisq" => chi_square_quantile(at("p"), at("a")),
        "qgamma" => gamma_quantile(at("p"), at("a")).map(|x| x / at("b")),
        "qbeta" => beta_quantile(at("p"), at("a"), at("b")),
        "ppois" => poisson_cdf(count("x"), at("a")),
        "pbinom" => binomial_cdf(count("x"), count("a"), at("b")),
        _ => None,
    };
    let mut found = Compared::within(1e-12);
    found.number(name, got.unwrap_or(f64::NAN), at("v"));
    if name == "ppois" {
        found.number("upper tail", poisson_above(count("x"), at("a")).unwrap_or(f64::NAN), at("up"));
    }
    found
}
