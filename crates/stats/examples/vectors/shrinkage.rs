//! `shrinkage.json`: normal–normal against metafor, gamma-Poisson against glm.nb.

use serde_json::Value;
use someasure_stats::{Between, Prior, Shrinkage, normal_quantile, shrink_estimates, shrink_rates};

use crate::set::{Compared, Folder, Set, list, number, numbers};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let (answers, mut set) = (folder.json("shrinkage.json"), Set::new("shrinkage"));
    for row in list(&answers, "shrinkage") {
        let id = row["id"].as_str().unwrap_or("?");
        let method = match id.rsplit('-').next() {
            Some("REML") => Between::Reml,
            Some("ML") => Between::Ml,
            // Morris' empirical Bayes has the same estimating equation.
            Some("PM" | "EB") => Between::PauleMandel,
            Some("DL") => Between::DerSimonianLaird,
            Some("HE") => Between::Hedges,
            Some("SJ") => Between::SidikJonkman,
            Some("HS") => Between::HunterSchmidt,
            _ => panic!("{id}: a method that is not known"),
        };
        set.case(id, if id.starts_with("gamma-poisson") { rates(row) } else { estimates(row, method) });
    }
    vec![set]
}

fn values(found: &Shrinkage) -> [Vec<f64>; 3] {
    let column = |f: fn(&someasure_stats::Shrunk) -> f64| found.rows.iter().map(f).collect();
    [column(|r| r.value), column(|r| r.interval.lower), column(|r| r.interval.upper)]
}

fn estimates(row: &Value, method: Between) -> Compared {
    let errors: Vec<f64> = numbers(row, "vi").iter().map(|v| v.sqrt()).collect();
    let ours =
        shrink_estimates(&numbers(row, "yi"), &errors, method, 0.95).unwrap_or_else(|why| panic!("{why}"));
    // metafor stops its iterations at steps of 1e-5 of the estimate's scale, its likelihoods to fewer digits.
    let mut found = Compared::within(1e-6);
    found.number("tau2", ours.between, number(row, "tau2"));
    found.number("mu", ours.centre, number(row, "mu"));
    let [value, lower, upper] = values(&ours);
    found.numbers("blup", &value, &numbers(row, "blup"));
    let z = 2.0 * normal_quantile(0.975).unwrap_or(f64::NAN);
    let errors: Vec<f64> = lower.iter().zip(&upper).map(|(l, u)| (u - l) / z).collect();
    found.numbers("blup_se", &errors, &numbers(row, "blup_se"));
    if let Some(share) = row["rankability_median_s2"].as_f64() {
        found.number("rankability", ours.rankability, share);
    }
    found
}

fn rates(row: &Value) -> Compared {
    let ours =
        shrink_rates(&numbers(row, "O"), &numbers(row, "E"), 0.95).unwrap_or_else(|why| panic!("{why}"));
    // glm.nb and optim agree with each other to 5e-6.
    let mut found = Compared::within(1e-5);
    let Prior::Gamma { shape, rate } = ours.prior else { panic!("no gamma prior") };
    found.number("shape", shape, number(row, "shape"));
    found.number("rate", rate, number(row, "rate"));
    for (key, got) in ["posterior_mean", "post_lower95", "post_upper95"].into_iter().zip(values(&ours)) {
        found.numbers(key, &got, &numbers(row, key));
    }
    found
}
