//! Charts as R's NHSRplotthedots 0.2.2 draws them.

use someasure_stats::{Assurance, Improvement, PointType, Settings};

use crate::{assert_close, letters, xmr};

/// Type 1 attendances at the accident and emergency departments of one trust (RRK), April 2016 to March
/// 2019, and how many waited for more than four hours. `ae_attendances` of NHSRdatasets 0.3.3, CC0.
const ATTENDANCES: [f64; 36] = [
    9044.0, 10199.0, 9608.0, 9842.0, 9584.0, 9578.0, 10075.0, 9422.0, 9449.0, 9640.0, 8753.0, 10032.0,
    9427.0, 10122.0, 9505.0, 10189.0, 9685.0, 9693.0, 10348.0, 9522.0, 9667.0, 10083.0, 9322.0, 9936.0,
    9831.0, 10573.0, 10035.0, 32209.0, 29102.0, 29915.0, 30570.0, 30645.0, 30979.0, 31935.0, 28898.0,
    32017.0,
];
const BREACHES: [f64; 36] = [
    1195.0, 1843.0, 1397.0, 1333.0, 1771.0, 1751.0, 2013.0, 1759.0, 2179.0, 2585.0, 1654.0, 1543.0, 1632.0,
    1558.0, 1190.0, 1357.0, 1279.0, 1683.0, 2190.0, 1804.0, 986.0, 2181.0, 2048.0, 2154.0, 1759.0, 1637.0,
    1488.0, 6499.0, 5983.0, 6599.0, 7089.0, 8120.0, 8981.0, 12502.0, 11376.0, 10670.0,
];
/// The same of all England, all types of department.
const ENGLAND_ATTENDANCES: [f64; 36] = [
    1867781.0, 2070340.0, 1958802.0, 2079034.0, 1932901.0, 1952464.0, 2001816.0, 1907871.0, 1944567.0,
    1895272.0, 1735619.0, 2015834.0, 1949762.0, 2066789.0, 1994056.0, 2073944.0, 1924663.0, 1925961.0,
    2044137.0, 1976971.0, 2003954.0, 2000086.0, 1820012.0, 2049785.0, 1984369.0, 2164458.0, 2093942.0,
    2179896.0, 1997854.0, 2005695.0, 2079492.0, 2037847.0, 2047518.0, 2113413.0, 1954947.0, 2167550.0,
];
const ENGLAND_BREACHES: [f64; 36] = [
    186122.0, 201329.0, 184912.0, 201973.0, 174419.0, 182597.0, 219137.0, 221713.0, 268818.0, 281612.0,
    216416.0, 201392.0, 184930.0, 212872.0, 184945.0, 200180.0, 186706.0, 199027.0, 205602.0, 222082.0,
    300893.0, 294029.0, 272187.0, 315232.0, 226764.0, 208002.0, 193418.0, 232824.0, 205239.0, 221756.0,
    228550.0, 252602.0, 277514.0, 330696.0, 308388.0, 290359.0,
];

fn within_four_hours(attendances: &[f64], breaches: &[f64]) -> Vec<f64> {
    attendances.iter().zip(breaches).map(|(all, late)| 1.0 - late / all).collect()
}

/// Values, settings, and the reference's letters, mean, limits and assurance.
struct Drawn<'a> {
    values: &'a [f64],
    improvement: Improvement,
    target: Option<f64>,
    screen: bool,
    letters: &'a str,
    mean: f64,
    limits: (f64, f64),
    assurance: Option<Assurance>,
}

impl Drawn<'_> {
    fn assert_ours_is_the_same(&self) {
        let settings = Settings {
            improvement: self.improvement,
            target: self.target,
            screen: self.screen,
            ..Settings::default()
        };
        let ours = xmr(self.values, &settings);
        // Where lower is better, upwards is a concern: compare the letters of the neutral chart.
        let neutral = Settings { improvement: Improvement::Neutral, ..settings };
        assert_eq!(letters(&xmr(self.values, &neutral)), self.letters);
        assert_eq!(ours.assurance, self.assurance);
        for point in &ours.points {
            let limits = point.limits.unwrap();
            assert_close(point.centre.unwrap(), self.mean, 1e-13, "mean");
            assert_close(limits.lower, self.limits.0, 1e-13, "lower limit");
            assert_close(limits.upper, self.limits.1, 1e-13, "upper limit");
        }
        let better = |letter: char| match self.improvement {
            Improvement::Increase => letter.is_uppercase(),
            _ => letter.is_lowercase(),
        };
        for (point, letter) in ours.points.iter().zip(self.letters.chars()) {
            let want = match (letter, self.improvement) {
                ('.', _) => PointType::CommonCause,
                (letter, Improvement::Neutral) if letter.is_uppercase() => PointType::NeutralHigh,
                (_, Improvement::Neutral) => PointType::NeutralLow,
                (letter, _) if better(letter) => PointType::Improvement,
                _ => PointType::Concern,
            };
            assert_eq!(point.point_type, want);
        }
        assert_eq!(ours.variation, ours.points[ours.points.len() - 1].point_type);
    }
}

#[test]
fn the_attendances_of_a_trust_are_drawn_as_the_reference_draws_them() {
    for (screen, limits) in
        [(true, (12966.6677777778, 17001.8877777778)), (false, (11339.0897777778, 18629.4657777778))]
    {
        Drawn {
            values: &ATTENDANCES,
            improvement: Improvement::Neutral,
            target: None,
            screen,
            letters: "oooooooooooooooooooooooooooOOOOOOOOO",
            mean: 14984.2777777778,
            limits,
            assurance: None,
        }
        .assert_ours_is_the_same();
    }
}

#[test]
fn the_breaches_of_a_trust_are_drawn_as_the_reference_draws_them() {
    for (screen, letters, limits) in [
        (true, "ooooooooosoooooooooooooooooOOOOOOOOO", (2282.90646464646, 4594.20464646465)),
        (false, "osoonnnnnsoooooooonnonnnnooOOOOOOOOO", (1700.51155555556, 5176.59955555556)),
    ] {
        Drawn {
            values: &BREACHES,
            improvement: Improvement::Decrease,
            target: Some(1500.0),
            screen,
            letters,
            mean: 3438.55555555556,
            limits,
            assurance: Some(Assurance::ConsistentFail),
        }
        .assert_ours_is_the_same();
    }
}

#[test]
fn the_four_hour_performance_of_a_trust_is_drawn_as_the_reference_draws_it() {
    for (screen, letters, limits) in [
        (true, "NSNNSSSS..SSSSNNNS..O.....ttttttoooo", (0.71898965542019, 0.878152012166636)),
        (false, "SSSSSSSS..SSSSNNNS..O.....ttttttoooo", (0.712575981059194, 0.884565686527631)),
    ] {
        Drawn {
            values: &within_four_hours(&ATTENDANCES, &BREACHES),
            improvement: Improvement::Increase,
            target: Some(0.9),
            screen,
            letters,
            mean: 0.798570833793413,
            limits,
            assurance: Some(Assurance::ConsistentFail),
        }
        .assert_ours_is_the_same();
    }
}

#[test]
fn the_attendances_and_the_performance_of_england_are_drawn_as_the_reference_draws_them() {
    Drawn {
        values: &ENGLAND_ATTENDANCES,
        improvement: Improvement::Decrease,
        target: None,
        screen: false,
        letters: "....................................",
        mean: 2000538.94444444,
        limits: (1731844.36444444, 2269233.52444444),
        assurance: None,
    }
    .assert_ours_is_the_same();
    Drawn {
        values: &within_four_hours(&ENGLAND_ATTENDANCES, &ENGLAND_BREACHES),
        improvement: Improvement::Increase,
        target: Some(0.95),
        screen: false,
        letters: "SSNSNNS..o.SNSNSSSSSooooSNNSSSS..oo.",
        mean: 0.884705682942124,
        limits: (0.855956490921972, 0.913454874962276),
        assurance: Some(Assurance::ConsistentFail),
    }
    .assert_ours_is_the_same();
}

#[test]
fn series_made_to_try_the_rules_are_drawn_as_the_reference_draws_them() {
    let screened: [(&str, &[i32], f64, f64); 5] = [
        ("ssssssssSNSNSNSN", &[5, 6, 5, 4, 6, 5, 4, 5, 8, 9, 8, 9, 8, 9, 8, 9], 6.75, 3.558),
        (".....oTTTTTT....", &[5, 4, 5, 6, 4, 1, 2, 3, 4, 5, 6, 7, 5, 4, 5, 6], 4.5, 1.13066666666667),
        ("......o.........", &[5, 4, 5, 6, 4, 5, 1, 2, 3, 4, 5, 6, 5, 4, 5, 6], 4.375, 1.00566666666667),
        ("TTTTTTOtttttt...", &[1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, 3, 2, 3], 3.5625, 0.725166666666667),
        ("oo......OO....", &[1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 3, 4, 5, 6], 4.78571428571429, 2.34738095238095),
    ];
    for (want, values, mean, lower) in screened {
        let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
        let ours = xmr(&values, &Settings::default());
        assert_eq!(letters(&ours), want);
        assert_close(ours.points[0].centre.unwrap(), mean, 1e-13, "mean");
        assert_close(ours.points[0].limits.unwrap().lower, lower, 1e-13, "lower limit");
    }
    let one_outlier = [10, 12, 11, 9, 10, 40, 11, 10, 9, 12, 10, 11, 9, 10, 12, 11].map(f64::from);
    for (screen, lower) in [(true, 8.22019230769231), (false, -1.69683333333333)] {
        let ours = xmr(&one_outlier, &Settings { screen, ..Settings::default() });
        assert_eq!(letters(&ours), ".....Ossssssssss");
        assert_close(ours.points[0].limits.unwrap().lower, lower, 1e-13, "lower limit");
    }
}
