//! `phe_intervals.json`: intervals of shares and counts from PHEindicatormethods and base R.

use serde_json::Value;
use someasure_stats::{Interval, Refused, byar, clopper_pearson, exact_poisson, jeffreys, wilson};

use crate::set::{Compared, Folder, Set, list, number};

pub(crate) fn sets(folder: &Folder) -> Vec<Set> {
    let answers = folder.json("phe_intervals.json");
    let (mut counts, mut shares) = (Set::new("phe_intervals counts"), Set::new("phe_intervals shares"));
    for row in list(&answers["byars"], "byars") {
        let (x, level) = (number(row, "x"), number(row, "conf"));
        let mut found = Compared::within(1e-12);
        check(&mut found, row, "byars", byar(x, level));
        check(&mut found, row, "exact", exact_poisson(x, level));
        counts.case(&row.to_string(), found);
    }
    for row in list(&answers["wilson"], "wilson") {
        let (x, n, level) = (number(row, "x"), number(row, "n"), number(row, "conf"));
        let mut found = Compared::within(1e-12);
        check(&mut found, row, "wilson", wilson(x, n, level));
        check(&mut found, row, "clopper", clopper_pearson(x, n, level));
        check(&mut found, row, "jeffreys", jeffreys(x, n, level));
        shares.case(&row.to_string(), found);
    }
    vec![counts, shares]
}

fn check(found: &mut Compared, row: &Value, method: &str, got: Result<Interval, Refused>) {
    let (lower, upper) = got.map_or((f64::NAN, f64::NAN), |i| (i.lower, i.upper));
    // Without an event the reference's lower limit does not exist; ours is 0.
    let want = row[format!("{method}_lower")].as_f64().unwrap_or(0.0);
    // Close to 0 and 1 the reference subtracts close numbers.
    found.near(&format!("{method} lower"), lower, want, 1e-12 * want.abs() + 2e-15);
    found.number(&format!("{method} upper"), upper, number(row, &format!("{method}_upper")));
}
