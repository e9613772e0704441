//! Intervals of counts against the public health package and base R.

use someasure_stats::{Interval, Refused, byar, clopper_pearson, exact_poisson, jeffreys};

use super::assert_close;

/// (events, Byar's lower and upper, exact lower and upper) at 95%: R package PHEindicatormethods 2.1.0,
/// byars_lower and byars_upper, github dhsc-govuk/PHEindicatormethods at commit 5302983f (0 where it has no
/// lower limit), and qchisq of base R 4.2.2.
const EVENTS: [(f64, f64, f64, f64, f64); 15] = [
    (0.0, 0.0, 3.66801183217375, 0.0, 3.68887945411394),
    (1.0, 0.0130721329015044, 5.56375558247526, 0.0253178079842899, 5.5716433909389),
    (2.0, 0.224625211349983, 7.22086900085779, 0.242209278543965, 7.22468766772396),
    (3.0, 0.60297257097023, 8.76536439674634, 0.618672122895602, 8.76727306974232),
    (5.0, 1.61134771574719, 11.6681641233986, 1.62348639011842, 11.6683320793227),
    (9.0, 4.10688502401313, 17.0857806885367, 4.11537309737833, 17.0848034514192),
    (10.0, 4.78744991396756, 18.3914586057565, 4.79538869613243, 18.3903560420178),
    (11.0, 5.48369019844997, 19.6832371161464, 5.49116036723684, 19.682038513302),
    (25.0, 16.1742659216572, 36.9064506921854, 16.1786818478293, 36.9049316975304),
    (50.0, 37.1081004090342, 65.9201566939577, 37.1109637374619, 65.9187666643368),
    (99.0, 80.4604178555273, 120.530095331275, 80.4623148541954, 120.528947753155),
    (100.0, 81.3621054905279, 121.627937579207, 81.3639912509232, 121.626793792426),
    (250.0, 219.966884247723, 282.988518724027, 219.967995630937, 282.987705042316),
    (1000.0, 938.97249871549, 1063.95258127149, 938.973018407695, 1063.9521360163),
    (12345.0, 12128.1807674587, 12564.7223413317, 12128.1809078991, 12564.7222069133),
];

/// (successes, n, Clopper–Pearson lower and upper, Jeffreys lower and upper) at 95%: qbeta of base R 4.2.2.
const SHARES: [(f64, f64, f64, f64, f64, f64); 25] = [
    (0.0, 1.0, 0.0, 0.975, 0.000385580980755902, 0.853253683690425),
    (1.0, 1.0, 0.025, 1.0, 0.146746316309575, 0.999614419019244),
    (0.0, 10.0, 0.0, 0.308497107818761, 4.7890433157582e-05, 0.217196267509211),
    (1.0, 10.0, 0.00252857854446179, 0.445016117028195, 0.0110116737631612, 0.381314771066616),
    (2.0, 10.0, 0.0252107263268334, 0.556095462307641, 0.0440594135526308, 0.502774496439993),
    (5.0, 10.0, 0.187086028447399, 0.812913971552601, 0.223528670252705, 0.776471329747295),
    (10.0, 10.0, 0.691502892181239, 1.0, 0.782803732490789, 0.999952109566842),
    (0.0, 100.0, 0.0, 0.0362166926451765, 4.8980731043975e-06, 0.0247452700152699),
    (1.0, 100.0, 0.000253146032977421, 0.0544593853920806, 0.00108110170908007, 0.0457788966007231),
    (2.0, 100.0, 0.00243133682394254, 0.0703839324710701, 0.00417881244747181, 0.0626058487848113),
    (5.0, 100.0, 0.0164318791820522, 0.112834911105463, 0.0193318119858667, 0.106100073883103),
    (10.0, 100.0, 0.049004689221486, 0.176222597740023, 0.0525846752906688, 0.170123929652187),
    (49.0, 100.0, 0.388644165161638, 0.591963670844546, 0.393477866229961, 0.587091734143841),
    (50.0, 100.0, 0.398321129503301, 0.601678870496699, 0.403173950896418, 0.596826049103582),
    (100.0, 100.0, 0.963783307354824, 1.0, 0.97525472998473, 0.999995101926896),
    (0.0, 12345.0, 0.0, 0.000298771029689186, 3.97751806339618e-08, 0.000203453761687977),
    (1.0, 12345.0, 2.05085314076371e-06, 0.000451244377905372, 8.74032846508166e-06, 0.000378567164287434),
    (2.0, 12345.0, 1.96206328811411e-05, 0.000585108060142009, 3.36674007078531e-05, 0.000519641436599551),
    (5.0, 12345.0, 0.000131522291095522, 0.000944931628149656, 0.000154562532590601, 0.000887578554591013),
    (10.0, 12345.0, 0.000388514021669217, 0.00148919455104702, 0.00041655381326862, 0.00143649398914121),
    (49.0, 12345.0, 0.002937848840902, 0.0052441613895231, 0.00297271150044228, 0.00519806510963715),
    (50.0, 12345.0, 0.00300760294739032, 0.00533626916294282, 0.00304252275163748, 0.00529022926702239),
    (100.0, 12345.0, 0.00659556570044973, 0.00984367025579447, 0.006632139959497, 0.00979926849380985),
    (999.0, 12345.0, 0.0761713860015248, 0.0858741842531899, 0.0762107810208909, 0.0858325941576363),
    (1000.0, 12345.0, 0.0762501763967146, 0.085957363375883, 0.0762895721287519, 0.0859157739925244),
];

fn assert_limits(found: Interval, lower: f64, upper: f64, what: &str) {
    assert_close(found.lower, lower, 1e-12, &format!("{what}: lower"));
    assert_close(found.upper, upper, 1e-12, &format!("{what}: upper"));
}

#[test]
fn limits_of_events_are_those_of_the_public_health_package() {
    for (x, byar_lower, byar_upper, exact_lower, exact_upper) in EVENTS {
        assert_limits(byar(x, 0.95).unwrap(), byar_lower, byar_upper, &format!("Byar, {x}"));
        assert_limits(exact_poisson(x, 0.95).unwrap(), exact_lower, exact_upper, &format!("exact, {x}"));
    }
}

#[test]
fn exact_and_jeffreys_limits_of_shares_are_those_of_r() {
    for (x, n, exact_lower, exact_upper, jeffreys_lower, jeffreys_upper) in SHARES {
        let what = format!("{x} of {n}");
        assert_limits(clopper_pearson(x, n, 0.95).unwrap(), exact_lower, exact_upper, &what);
        assert_limits(jeffreys(x, n, 0.95).unwrap(), jeffreys_lower, jeffreys_upper, &what);
    }
}

#[test]
fn no_event_has_a_lower_limit_of_zero_and_the_rule_of_three_above() {
    for found in [exact_poisson(0.0, 0.95).unwrap(), byar(0.0, 0.95).unwrap()] {
        assert_eq!(found.lower, 0.0);
    }
    // By hand: e^-μ = 0.05 at μ = ln 20 = 2.9957, the "rule of three".
    assert_close(exact_poisson(0.0, 0.9).unwrap().upper, 20f64.ln(), 1e-14, "no event");
    // One event at 99.8%: Byar's cube would be negative.
    assert_eq!(byar(1.0, 0.998).unwrap().lower, 0.0);
}

#[test]
fn no_success_of_n_has_limits_by_hand() {
    // (1 − u)^n = 0.025.
    let upper = 1.0 - 0.025_f64.powf(0.1);
    assert_limits(clopper_pearson(0.0, 10.0, 0.95).unwrap(), 0.0, upper, "0 of 10");
    assert_limits(clopper_pearson(10.0, 10.0, 0.95).unwrap(), 1.0 - upper, 1.0, "10 of 10");
    // Jeffreys is used as it is: its lower limit is above 0 without a success.
    assert!(jeffreys(0.0, 10.0, 0.95).unwrap().lower > 0.0);
    assert!(jeffreys(10.0, 10.0, 0.95).unwrap().upper < 1.0);
}

#[test]
fn counts_that_cannot_be_are_refused() {
    for share in [clopper_pearson, jeffreys] {
        assert_eq!(share(3.0, 2.0, 0.95), Err(Refused::NumeratorAboveDenominator { row: 0 }));
        assert_eq!(share(0.0, 0.0, 0.95), Err(Refused::SumIsZero));
        assert_eq!(share(1.0, f64::NAN, 0.95), Err(Refused::NotFinite { row: 1 }));
        assert_eq!(share(1.0, 2.0, 1.0), Err(Refused::LevelOutOfRange { level: 1.0 }));
    }
    for events in [exact_poisson, byar] {
        assert_eq!(events(-1.0, 0.95), Err(Refused::Negative { row: 0 }));
        assert_eq!(events(f64::INFINITY, 0.95), Err(Refused::NotFinite { row: 0 }));
    }
}
