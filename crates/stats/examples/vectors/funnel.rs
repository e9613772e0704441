//! `funnel_exact_limits.json`: Spiegelhalter's limits by base R. `funnelplotr.json`: R's FunnelPlotR.

use serde_json::Value;
use someasure_stats::{
    Funnel, FunnelKind, FunnelLimits, FunnelSettings, Overdispersion, binomial_limit, funnel, poisson_limit,
};

use crate::set::{Compared, Folder, Set, list, number, numbers};

const UNADJUSTED: &str = "asked not to adjust, the reference says 0 for φ and τ²; the command line does too, the library gives the estimates all the same";
const NOT_SQUARED: &str = "the reference does not square its limits back from the scale of square roots; their squares \
                           are ours";
const OTHER_VARIANCE: &str = "the reference's limits of a ratio of counts use the variance of a root, 1/(4n), and not \
                              that of its z";
const NO_TAU: &str =
    "asked not to adjust, the reference's adjusted limits take τ² as 0; ours take the estimate";
const CONFIDENCE: &str = "the reference draws intervals of a count, not limits of what is expected";
const ARCSINE: &str = "the reference draws unadjusted limits on a transformed scale; ours are exact";

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let mut all = exact_limits(folder);
    let [mut scores, mut variation, mut adjusted, mut unadjusted] =
        ["z", "phi and tau2", "adjusted limits", "unadjusted limits"]
            .map(|what| Set::new(&format!("funnelplotr {what}")));
    for case in list(&folder.json("funnelplotr.json"), "cases") {
        let id = case["id"].as_str().unwrap_or("?");
        let rows = list(&case["rows"], "rows");
        let kind = kind(id);
        let adjusts = !id.contains("unadj");

        let ours = drawn(case, kind, FunnelLimits::Normal, Overdispersion::Additive);
        let mut found = Compared::within(1e-10);
        for (unit, row) in ours.units.iter().zip(rows) {
            found.near("z", unit.z, number(row, "Uzscore"), 1e-10);
        }
        scores.case(id, found);

        let mut found = Compared::within(1e-11);
        found.number("phi", ours.dispersion.phi, number(case, "phi"));
        found.near("tau2", ours.dispersion.tau2, number(case, "tau2"), 1e-12);
        if adjusts {
            variation.case(id, found)
        } else {
            variation.known_fault(id, UNADJUSTED, found)
        }

        // The reference rounds its normal quantiles to six places.
        let found = limits(&ours, rows, ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"], |limit| limit);
        match kind {
            _ if !adjusts && ours.dispersion.tau2 > 0.0 => adjusted.known_fault(id, NO_TAU, found),
            FunnelKind::Ratio => {
                let squared = limits(&ours, rows, ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"], |limit| {
                    limit.max(0.0).powi(2)
                });
                adjusted.case(&format!("{id}, squared"), squared);
                adjusted.known_fault(id, NOT_SQUARED, found);
            }
            FunnelKind::CountRatio => adjusted.known_fault(id, OTHER_VARIANCE, found),
            _ => adjusted.case(id, found),
        }

        let exact = drawn(case, kind, FunnelLimits::Exact, Overdispersion::None);
        let found = limits(&exact, rows, ["LCL95", "UCL95", "LCL99", "UCL99"], |limit| limit);
        let why = if matches!(kind, FunnelKind::Ratio | FunnelKind::Shmi) { CONFIDENCE } else { ARCSINE };
        unadjusted.known_fault(id, why, found);
    }
    all.extend([scores, variation, adjusted, unadjusted]);
    all
}

fn kind(id: &str) -> FunnelKind {
    match id.split('-').take(2).collect::<Vec<_>>()[..] {
        ["PR", ..] => FunnelKind::Proportion,
        ["RC", ..] => FunnelKind::CountRatio,
        ["SR", "CQC"] => FunnelKind::Ratio,
        _ => FunnelKind::Shmi,
    }
}

fn drawn(case: &Value, kind: FunnelKind, limits: FunnelLimits, overdispersion: Overdispersion) -> Funnel {
    let call = case["call"].as_str().unwrap_or_default();
    let trim = call.split_once("trim_by=").map_or("0.1", |(_, rest)| rest.trim_end_matches(')'));
    let settings = FunnelSettings {
        limits,
        overdispersion,
        trim: trim.parse().unwrap_or(f64::NAN),
        ..FunnelSettings::default()
    };
    funnel(kind, &numbers(case, "numerator"), &numbers(case, "denominator"), &settings)
        .unwrap_or_else(|refused| panic!("{}: {refused}", case["id"]))
}

fn limits(ours: &Funnel, rows: &[Value], keys: [&str; 4], map: impl Fn(f64) -> f64) -> Compared {
    let mut found = Compared::within(1e-6);
    for (unit, row) in ours.units.iter().zip(rows) {
        let got = [unit.limits95.lower, unit.limits95.upper, unit.limits998.lower, unit.limits998.upper];
        for (key, got) in keys.into_iter().zip(got) {
            found.near(key, got, map(number(row, key)), 1e-6);
        }
    }
    found
}

fn exact_limits(folder: &Folder) -> Vec<Set> {
    let mut set = Set::new("funnel_exact_limits");
    for row in list(&folder.json("funnel_exact_limits.json")["rows"], "rows") {
        let p = number(row, "p");
        let (size, centre, exact) = if row["dist"] == "binomial" {
            let (n, theta) = (number(row, "n"), number(row, "theta"));
            (n, theta, binomial_limit(p, n as u64, theta))
        } else {
            let expected = number(row, "E");
            (expected, 1.0, poisson_limit(p, expected, expected))
        };
        let mut found = Compared::within(1e-9);
        found.number("exact limit", exact.unwrap_or(f64::NAN), number(row, "limit_exact"));
        // Two units of this size at the centre.
        let kind = if row["dist"] == "binomial" { FunnelKind::Proportion } else { FunnelKind::Ratio };
        let settings = FunnelSettings { limits: FunnelLimits::Normal, ..FunnelSettings::default() };
        let normal = funnel(kind, &[centre * size; 2], &[size; 2], &settings).map(|f| f.units[0]);
        let normal = normal.map_or(f64::NAN, |unit| match p {
            0.001 => unit.limits998.lower,
            0.025 => unit.limits95.lower,
            0.975 => unit.limits95.upper,
            _ => unit.limits998.upper,
        });
        found.near("normal limit", normal, number(row, "limit_normal"), 1e-12);
        set.case(&row.to_string(), found);
    }
    vec![set]
}
