//! Every measure of the edition in a few lines: the question, what counts, which way is better, what it
//! cannot tell.

use someasure_model::Measure;
use someasure_model::measure::IntervalMethod;

use super::{Paper, brief, typst};
use crate::number::{count, level};
use crate::pages::measure::method;
use crate::pages::{DOMAINS, standing};
use crate::sentences::{capital, counts};
use crate::text::name;

pub(super) fn add(paper: &mut Paper<'_, '_>) {
    paper.add(&typst::heading(1, "The measures"));
    paper.add(&typst::paragraph(
        "What each figure asks, and what it cannot tell. The site has a page for each measure, with its query to the letter.",
    ));
    for (domain, title) in DOMAINS {
        let measures: Vec<&Measure> =
            paper.site.edition.measures.iter().filter(|measure| measure.domain == domain).collect();
        if measures.is_empty() {
            continue;
        }
        paper.add(&typst::heading(2, title));
        for measure in measures {
            let entry = format!(
                "#block(breakable: false)[{}{}#note[{}]]\n\n",
                typst::heading(3, &name(&measure.title)),
                typst::paragraph(&question(measure)),
                typst::text(&details(measure))
            );
            paper.add(&entry);
        }
    }
}

fn question(measure: &Measure) -> String {
    let mut said = brief(&measure.question);
    if !measure.what_it_cannot_tell_you.trim().is_empty() {
        said.push_str(&format!(
            " What it cannot tell: {}",
            uncapital(&brief(&measure.what_it_cannot_tell_you))
        ));
    }
    said
}

fn details(measure: &Measure) -> String {
    let counts = counts(measure);
    let mut said = vec![format!("{} {}", measure.polarity.sentence(), brief(&measure.polarity_reason))];
    said.push(format!("Unit: {}; n counts {counts}.", name(&measure.unit)));
    if measure.min_denominator > 0 {
        said.push(format!("Not shown below {}.", count(measure.min_denominator, &counts)));
    }
    said.push(match measure.interval_method() {
        IntervalMethod::None => format!("Interval: {}.", method(IntervalMethod::None)),
        by => format!("{} interval: {}.", level(measure.level_of_interval()), method(by)),
    });
    said.extend(standing(measure).map(str::to_owned));
    said.push(format!("Id: {}, version {}.", measure.id, measure.version));
    said.iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .map(capital)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first letter small, where the second is small as well.
fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().collect::<String>() + &text[first.len_utf8()..]
        }
        _ => text.to_owned(),
    }
}
