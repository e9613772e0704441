//! What was not seen is not counted as silence: five libraries reached the platform's limit of 3,200 posts, and their
//! rates rest on the span that could be seen.

use crate::ours::{cut_off, held, seen, span_of};
use crate::program::{KNOWN, WHOLE_LIFE, YEAR, figure};

/// Those whose profile says that they wrote more than 5,000 posts, and of which the set holds 3,200 at most.
const CUT_OFF: [&str; 5] = ["hoeb4u", "stabi_erlangen", "stabihh", "stabuewuerzburg", "stbibkoeln"];

const WEEK: f64 = 604_800.0;

#[test]
fn five_libraries_were_cut_off_and_46_were_not() {
    let found: Vec<&str> = KNOWN
        .libraries
        .values()
        .filter(|library| cut_off(library))
        .map(|library| library.handle.as_str())
        .collect();
    assert_eq!(found, CUT_OFF);
    let mut whole = 0;
    for library in KNOWN.libraries.values() {
        let cut = CUT_OFF.contains(&library.handle.as_str());
        assert_eq!(
            library.number("statuses_count") > library.rows.len() as f64 + 1_000.0,
            cut,
            "{}",
            library.handle
        );
        let figures = || {
            KNOWN
                .whole_life
                .iter()
                .filter(|((_, handle, period), _)| *handle == library.handle && period == WHOLE_LIFE)
        };
        assert!(figures().count() > 10);
        for ((measure, ..), figure) in figures() {
            assert_eq!(figure.cut_off, cut, "{measure} of {}", library.handle);
        }
        whole += usize::from(!cut);
    }
    assert_eq!(whole, 46);
}

#[test]
fn a_rate_over_a_whole_life_is_over_the_part_of_it_that_was_seen() {
    let end = span_of(YEAR).to;
    for library in KNOWN.libraries.values() {
        let found =
            figure(&KNOWN.whole_life, "posts_per_week", &library.handle, WHOLE_LIFE).expect("a figure");
        let rate = found.value.expect("a rate");
        let span = seen(library);
        assert_eq!(span.to, end);
        let posts =
            library.rows.iter().filter(|row| span.from <= row.created_at && row.created_at < end).count()
                as f64;
        let over_the_span = posts / (span.seconds() as f64 / WEEK);
        let over_its_life = posts / ((end - held(library).from) as f64 / WEEK);
        assert!((rate - over_the_span).abs() < 1e-9 * rate, "{}: {rate}, {over_the_span}", library.handle);
        if CUT_OFF.contains(&library.handle.as_str()) {
            // Over the account's whole life it would be lower by a tenth at the very least.
            assert!(rate > 1.1 * over_its_life, "{}: {rate}, {over_its_life}", library.handle);
        } else {
            assert!(
                (rate - over_its_life).abs() < 1e-9 * rate,
                "{}: {rate}, {over_its_life}",
                library.handle
            );
        }
    }
}

/// A month before the first post that was seen has no figure to show, and not one of zero posts.
#[test]
fn a_month_before_the_span_that_was_seen_has_no_rate() {
    let mut unseen = 0;
    for handle in CUT_OFF {
        let library = &KNOWN.libraries[handle];
        for ((measure, of, period), figure) in &KNOWN.whole_life {
            let month = !period.contains('/');
            if of == handle
                && measure == "posts_per_week"
                && month
                && span_of(period).to <= seen(library).from
            {
                assert_eq!(figure.missing.as_deref(), Some("NotCovered"), "{handle} in {period}: {figure:?}");
                unseen += 1;
            }
        }
    }
    assert!(unseen > 12, "{unseen} months");
}
