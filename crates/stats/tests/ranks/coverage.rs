//! Do the sets hold the true ranks as often as they say? Truths are known, estimates drawn around them. The seeds
//! are fixed: the same answer every time. `docs/methods/ranks.md` quotes larger runs.

use someasure_stats::{
    Correction, CountOptions, Draws, Random, RankOptions, RankSet, Side, Uncertainty, count_rank_sets,
    expected_ranks, rank_sets, ranking_region,
};

/// Where sets fail most: all alike. Where the truth is told apart in part. Where ties and unlike errors mix.
const WORLDS: [(&str, [f64; 8], [f64; 8]); 3] = [
    ("all alike", [0.0; 8], [0.5; 8]),
    ("a ladder", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], [0.4; 8]),
    ("ties", [0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 2.0], [0.1, 0.8, 0.2, 0.5, 0.1, 0.9, 0.3, 0.2]),
];

/// Whether a set holds every rank that a row may claim: tied rows may claim each of theirs.
fn holds<T: PartialOrd>(set: &RankSet, truth: &[T], row: usize) -> bool {
    let above = truth.iter().filter(|other| **other > truth[row]).count();
    let below = truth.iter().filter(|other| **other < truth[row]).count();
    set.lower <= 1 + above && truth.len() - below <= set.upper
}

fn estimates(truth: &[f64], errors: &[f64], time: usize) -> Vec<f64> {
    let mut random = Random::new(77, time as u64);
    truth.iter().zip(errors).map(|(t, e)| t + e * random.normal()).collect()
}

/// The share of `times` in which all sets hold, and the mean width of a set.
fn coverage(times: usize, truth: &[f64], sets: impl Fn(usize) -> Vec<RankSet>) -> (f64, f64) {
    let (mut held, mut width) = (0, 0);
    for time in 0..times {
        let sets = sets(time);
        held += usize::from(sets.iter().enumerate().all(|(row, set)| holds(set, truth, row)));
        width += sets.iter().map(|set| set.upper - set.lower + 1).sum::<usize>();
    }
    (held as f64 / times as f64, width as f64 / (times * truth.len()) as f64)
}

fn simultaneous(times: usize, world: usize, options: RankOptions) -> (f64, f64) {
    let (_, truth, errors) = WORLDS[world];
    coverage(times, &truth, |time| {
        let draws = Draws::Generated { number: 400, seed: time as u64 };
        let estimates = estimates(&truth, &errors, time);
        rank_sets(&estimates, Uncertainty::StandardErrors(&errors), draws, &options).unwrap().sets
    })
}

#[test]
fn all_true_ranks_are_held_at_once() {
    for (world, (name, _, _)) in WORLDS.iter().enumerate() {
        for side in [Side::Both, Side::Lower, Side::Upper] {
            let (held, _) = simultaneous(1000, world, RankOptions { side, ..Default::default() });
            assert!(held > 0.935, "{name}, {side:?}: {held}");
        }
    }
    // And no more often than they say where nothing is to be told apart: 95%, give or take.
    let (held, _) = simultaneous(1000, 0, RankOptions::default());
    assert!(held < 0.968, "{held}");
}

#[test]
fn stepdown_narrows_the_sets_and_keeps_the_coverage() {
    let (stepped, single) = (
        simultaneous(600, 1, RankOptions::default()),
        simultaneous(600, 1, RankOptions { stepdown: false, ..Default::default() }),
    );
    assert!(stepped.0 > 0.93 && stepped.1 < single.1, "{stepped:?} {single:?}");
}

#[test]
fn the_set_of_one_row_holds_its_rank() {
    for (name, truth, errors) in WORLDS {
        for row in [0, 4] {
            let held = (0..1000).filter(|time| {
                let draws = Draws::Generated { number: 400, seed: *time as u64 };
                let estimates = estimates(&truth, &errors, *time);
                let options = RankOptions { row: Some(row), ..Default::default() };
                let found =
                    rank_sets(&estimates, Uncertainty::StandardErrors(&errors), draws, &options).unwrap();
                holds(&found.sets[0], &truth, row)
            });
            let held = held.count() as f64 / 1000.0;
            assert!(held > 0.935, "{name}, row {row}: {held}");
        }
    }
}

#[test]
fn the_joint_region_holds_the_whole_ranking_and_is_wider() {
    for (world, (name, truth, errors)) in WORLDS.iter().enumerate() {
        let (held, width) = coverage(1000, truth, |time| {
            let estimates = estimates(truth, errors, time);
            ranking_region(&estimates, Uncertainty::StandardErrors(errors), 0.95).unwrap()
        });
        assert!(held > 0.97, "{name}: {held}");
        assert!(width >= simultaneous(200, world, RankOptions::default()).1 * 0.99, "{name}: {width}");
    }
}

#[test]
fn an_expected_rank_is_the_mean_of_the_ranks_that_might_be() {
    let (_, truth, errors) = WORLDS[2];
    let mut mean = [0.0; 8];
    for time in 0..20_000 {
        let drawn = estimates(&truth, &errors, time);
        for (row, mean) in mean.iter_mut().enumerate() {
            *mean += (1 + drawn.iter().filter(|other| **other > drawn[row]).count()) as f64 / 20_000.0;
        }
    }
    let expected = expected_ranks(&truth, Uncertainty::StandardErrors(&errors)).unwrap();
    for (got, want) in expected.iter().zip(mean) {
        assert!((got - want).abs() < 0.06, "{expected:?} and {mean:?}");
    }
}

#[test]
fn counts_hold_the_ranks_of_the_shares_behind_them() {
    // 400 votes among parties with these shares; each vote is drawn.
    for shares in [[0.2; 5], [0.30, 0.25, 0.20, 0.15, 0.10], [0.6, 0.1, 0.1, 0.1, 0.1]] {
        for correction in [Correction::Holm, Correction::Bonferroni] {
            let (held, _) = coverage(400, &shares, |time| {
                let (mut counts, mut random) = ([0_u64; 5], Random::new(5, time as u64));
                for _ in 0..400 {
                    let mut lot = random.uniform();
                    let party = shares.iter().position(|share| {
                        lot -= share;
                        lot < 0.0
                    });
                    counts[party.unwrap_or(4)] += 1;
                }
                count_rank_sets(&counts, &CountOptions { correction, ..Default::default() }).unwrap()
            });
            assert!(held > 0.935, "{shares:?} {correction:?}: {held}");
        }
    }
}

#[test]
#[ignore = "prints the table of docs/methods/ranks.md; run with --release -- --ignored --nocapture"]
fn the_table_in_the_note_on_ranks() {
    for (world, (name, truth, errors)) in WORLDS.iter().enumerate() {
        let stepped = simultaneous(5000, world, RankOptions::default());
        let single = simultaneous(5000, world, RankOptions { stepdown: false, ..Default::default() });
        let region = coverage(5000, truth, |time| {
            let estimates = estimates(truth, errors, time);
            ranking_region(&estimates, Uncertainty::StandardErrors(errors), 0.95).unwrap()
        });
        println!("| {name} | {stepped:.3?} | {single:.3?} | {region:.3?} |");
    }
}
