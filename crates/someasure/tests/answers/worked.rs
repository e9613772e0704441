//! One example for each kind of measure, worked by hand: the town library of Gütersloh in the year of the edition,
//! 7 April 2013 to 6 April 2014, 365 days. Program, second computation and pencil must agree.
//!
//! Its rows of that year, counted in the file: 60 posts, of which 14 are reposts and 46 its own (34 originals and
//! 12 replies). Its counters were read on 7 April 2014 at 18:00 UTC, so one original after 31 March, 18:00, is too
//! young, and 33 originals and 12 replies are left. 445 accounts follow it.

use crate::ours::{self, Answer, Span};
use crate::program::{KNOWN, YEAR, figure};
use crate::source::Library;

const HANDLE: &str = "stabiguetersloh";

fn agree(measure: &str, compute: fn(&Library, Span) -> Answer, by_hand: f64, n: usize) {
    let shown = figure(&KNOWN.shipped, measure, HANDLE, YEAR).expect("a figure");
    let again = compute(&KNOWN.libraries[HANDLE], ours::span_of(YEAR));
    let near = |value: Option<f64>| value.is_some_and(|value| (value - by_hand).abs() < 1e-9);
    assert!(near(shown.value) && shown.n as usize == n, "{measure}: {shown:?}, by hand {by_hand} of {n}");
    assert!(near(again.value) && again.n == n, "{measure}: {again:?}, by hand {by_hand} of {n}");
}

/// Proportion: 12 replies ÷ 46 own posts = 26%.
#[test]
fn a_proportion_by_hand() {
    agree("conversation_share", ours::conversation_share, 12.0 / 46.0, 46);
}

/// Rate: 60 posts ÷ (365 ÷ 7) weeks = 420 ÷ 365 = 1.15 a week. n counts calendar weeks: 7 April 2013 is a Sunday
/// and the whole of its week that counts; 52 weeks from Monday to Sunday follow, so 53.
///
/// And with an audience: 25 likes ÷ (45 posts × 0.445 thousand followers) = 25 ÷ 20.025 = 1.25.
#[test]
fn a_rate_by_hand() {
    agree("posts_per_week", ours::posts_per_week, 420.0 / 365.0, 53);
    agree("likes_per_1000", ours::likes_per_1000, 25.0 / 20.025, 45);
}

/// Value: nothing between 25 October 2013, 09:31:45, and 10 December, 08:49:45. That is 46 days less 42 minutes:
/// 46 − 42 ÷ 1,440 = 45.97 days. All 365 days were seen.
#[test]
fn a_value_by_hand() {
    agree("longest_silence", ours::longest_silence, 46.0 - 42.0 / 1_440.0, 365);
}

/// Sample: 33 originals have 0 interactions 17 times, 1 eight times, 2 twice, 3 four times and 4 twice.
///
/// Median: the 17th of 33 in order is the last 0.
///
/// Gini: the sum is 8·1 + 2·2 + 4·3 + 2·4 = 32. Differences between pairs, each pair once:
/// of the 17 zeros to the others, 17 · 32 = 544; of the 8 ones, 8 · (2·1 + 4·2 + 2·3) = 128; of the 2 twos,
/// 2 · (4·1 + 2·2) = 16; of the 4 threes, 4 · 2·1 = 8. Together 696; both ways 1,392.
/// G = 1,392 ÷ (2 · 33 · 32) = 1,392 ÷ 2,112 = 0.659.
#[test]
fn a_sample_by_hand() {
    agree("median_interactions", ours::median_interactions, 0.0, 33);
    agree("engagement_concentration", ours::engagement_concentration, 1_392.0 / 2_112.0, 33);
}

/// Duration: 11 of the 12 replies have a delay, in hours: 0.1, 0.2, 0.4, 0.4, 0.5, 0.8, 0.8, 1.0, 1.7, 7.3 and 53.1.
/// Nothing is censored, so the median is the 6th, 0.8. The mean is 66.3 ÷ 11 = 6.0: two late answers make it.
#[test]
fn a_duration_by_hand() {
    agree("response_time", ours::response_time, 0.8, 11);
}

/// An even number of values: halfway between the two in the middle.
#[test]
fn a_median_of_four_lies_between_the_second_and_the_third() {
    assert_eq!(ours::median(vec![23.0, 0.0, 0.5, 22.8]), Answer { value: Some(11.65), n: 4 });
}

/// Of 4 posts one has everything: (4 − 1) ÷ 4. All alike: 0. Nothing at all: no answer.
#[test]
fn a_gini_coefficient_of_four() {
    assert_eq!(ours::gini(&[0.0, 0.0, 0.0, 8.0]).value, Some(0.75));
    assert_eq!(ours::gini(&[2.0, 2.0, 2.0, 2.0]).value, Some(0.0));
    assert_eq!(ours::gini(&[0.0, 0.0]).value, None);
}
