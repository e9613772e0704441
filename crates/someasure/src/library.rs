//! The shipped measures, one file each in `measures/`, carried in the binary.

use std::collections::BTreeMap;

use someasure_model::{Measure, MeasureId};

use crate::failure::{Failure, Outcome};

macro_rules! library {
    ($($id:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../../../measures/", $id, ".toml")))),*];
    };
}

library![
    "active_last_30_days",
    "alt_text",
    "amplification_given",
    "breadth_of_conversation",
    "comments_per_1000",
    "conversation_share",
    "data_completeness",
    "engagement_concentration",
    "engagement_rate",
    "findable",
    "follower_growth",
    "followers_per_1000",
    "likes_per_1000",
    "longest_silence",
    "median_interactions",
    "plain_language",
    "posts_per_week",
    "presence",
    "readable_hashtags",
    "response_rate",
    "response_time",
    "second_language",
    "shares_per_1000",
];

/// The shipped measures, by id.
pub(crate) fn shipped() -> Outcome<BTreeMap<MeasureId, Measure>> {
    FILES
        .iter()
        .map(|(id, text)| {
            let measure = Measure::from_toml(text)
                .map_err(|error| Failure::wrong_data(format!("the shipped measure {id}: {error}")))?;
            Ok((measure.id.clone(), measure))
        })
        .collect()
}

/// The text of a shipped measure.
pub(crate) fn text(id: &MeasureId) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == id.as_str()).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_measures_is_shipped_and_complete() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../measures");
        let mut there: Vec<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        there.sort();
        assert_eq!(there, FILES.iter().map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>());
        for (id, measure) in shipped().unwrap() {
            assert_eq!(text(&id).map(|text| Measure::from_toml(text).unwrap()), Some(measure.clone()));
            for (what, said) in [
                ("why_it_matters", &measure.why_it_matters),
                ("what_it_cannot_tell_you", &measure.what_it_cannot_tell_you),
                ("polarity_reason", &measure.polarity_reason),
                ("authored_by", &measure.authored_by),
            ] {
                assert!(!said.trim().is_empty(), "{id} has no {what}");
            }
            assert!(!measure.gaming_risks.is_empty() && !measure.actions.is_empty(), "{id}");
        }
    }
}
