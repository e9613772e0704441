//! `robust.json`, `median_order_ci.json` and `cluster_ratio.json`: typical values and clustered totals, from base R.

use someasure_stats::{
    QuantileRule, binomial_cdf, bootstrap_ratio_from, cluster_ratio, gini, hodges_lehmann, mean, median,
    median_absolute_deviation, median_ranks, quantile, trimmed_mean, winsorised_mean,
};

use crate::set::{Compared, Folder, Set, list, number, numbers};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    vec![robust(folder), medians(folder), clusters(folder)]
}

fn robust(folder: &Folder) -> Set {
    let (answers, mut set) = (folder.json("robust.json"), Set::new("robust"));
    let x = numbers(&answers, "x");
    let mut case = |id: &str, got: f64| {
        let mut found = Compared::within(1e-13);
        found.number(id, got, number(&answers, id));
        set.case(id, found);
    };
    case("mean", mean(&x, 0.95).map_or(f64::NAN, |m| m.value));
    case("median", median(&x, 0.95).map_or(f64::NAN, |m| m.value));
    case("mad", median_absolute_deviation(&x).unwrap_or(f64::NAN));
    case("trim10", trimmed_mean(&x, 0.1, 0.95).map_or(f64::NAN, |m| m.value));
    case("trim20", trimmed_mean(&x, 0.2, 0.95).map_or(f64::NAN, |m| m.value));
    case("winsor10", winsorised_mean(&x, 0.1).unwrap_or(f64::NAN));
    case("hodges_lehmann", hodges_lehmann(&x).unwrap_or(f64::NAN));
    case("gini", gini(&x, 0.95).map_or(f64::NAN, |g| g.value));
    for (key, rule) in
        [("q_type6", QuantileRule::Six), ("q_type7", QuantileRule::Seven), ("q_type8", QuantileRule::Eight)]
    {
        let got = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95].map(|p| quantile(&x, p, rule).unwrap_or(f64::NAN));
        let mut found = Compared::within(1e-13);
        for (p, (got, want)) in got.iter().zip(numbers(&answers, key)).enumerate() {
            found.near(&format!("{key}[{p}]"), *got, want, 1e-13 * want.abs() + 1e-14);
        }
        set.case(key, found);
    }
    set.not_offered("geo_log1p", "log(x + c) is no headline: its answer depends on the c that is added");
    set
}

fn medians(folder: &Folder) -> Set {
    let (answers, mut set) = (folder.json("median_order_ci.json"), Set::new("median_order_ci"));
    for row in list(&answers["rows"], "rows") {
        let [n, l, u] = ["n", "l", "u"].map(|key| number(row, key) as u64);
        let ranks = median_ranks(n as usize, 0.95);
        let mut found = Compared::within(1e-13);
        found.same("ranks", ranks, (l > 0).then_some((l as usize, u as usize)));
        if l > 0 {
            let up_to = |k| binomial_cdf(k, n, 0.5).unwrap_or(f64::NAN);
            found.number("coverage", up_to(u - 1) - up_to(l - 1), number(row, "coverage"));
        }
        set.case(&row.to_string(), found);
    }
    set
}

fn clusters(folder: &Folder) -> Set {
    let (answers, mut set) = (folder.json("cluster_ratio.json"), Set::new("cluster_ratio"));
    let (events, exposure) = (numbers(&answers, "engagements"), numbers(&answers, "followers"));
    let cluster: Vec<usize> = numbers(&answers, "cluster").iter().map(|c| *c as usize - 1).collect();
    let ours = cluster_ratio(&events, &exposure, &cluster, 0.95).unwrap_or_else(|why| panic!("{why}"));
    for (key, got) in [
        ("ratio", Some(ours.value)),
        ("se_linearised", ours.standard_error),
        ("se_jackknife", ours.jackknife_error),
    ] {
        let mut found = Compared::within(1e-12);
        found.number(key, got.unwrap_or(f64::NAN), number(&answers, key));
        set.case(key, found);
    }
    let clusters = cluster.iter().max().map_or(0, |last| last + 1);
    let total = |column: &[f64]| -> Vec<f64> {
        let of = |c| column.iter().zip(&cluster).filter(move |(_, of)| **of == c).map(|(v, _)| v).sum();
        (0..clusters).map(of).collect()
    };
    let (events, exposure) = (total(&events), total(&exposure));
    let draws: Vec<Vec<usize>> = list(&answers["boot_idx"], "boot_idx")
        .iter()
        .map(|draw| {
            list(draw, "draw").iter().map(|c| c.as_u64().map_or(usize::MAX, |c| c as usize - 1)).collect()
        })
        .collect();
    let resampled = |draws: &[Vec<usize>]| bootstrap_ratio_from(&events, &exposure, draws, 0.95);
    let mut found = Compared::within(1e-12);
    for (draw, want) in draws.iter().zip(numbers(&answers, "boot_ratio")) {
        let one = resampled(std::slice::from_ref(draw)).ok().and_then(|b| b.interval.ok());
        found.number("ratio of a resample", one.map_or(f64::NAN, |i| i.lower), want);
    }
    set.case("boot_ratio", found);
    let limits = resampled(&draws).ok().and_then(|b| b.interval.ok());
    let mut found = Compared::within(1e-12);
    let got = limits.map_or([f64::NAN; 2], |i| [i.lower, i.upper]);
    found.numbers("boot_ci", &got, &numbers(&answers, "boot_ci"));
    set.case("boot_ci", found);
    for key in [
        "mean_of_ratios",
        "se_naive_poisson",
        "se_quasipoisson",
        "quasi_phi",
        "nb_rate",
        "nb_theta",
        "nb_se_log",
    ] {
        set.not_offered(key, "stored to show what to avoid: it ignores clusters, or lets tiny accounts rule");
    }
    set
}
