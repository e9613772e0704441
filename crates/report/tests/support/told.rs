//! What stands beside the figures of the invented edition: a revision, a review, a reply, a case study, an
//! erratum. All of it is made up.

use someasure_model::{
    Body, CaseStudy, ChangeRuleName, ChangeStatus, Edition, Erratum, Look, Meaning, Moved, Reply, Restated,
    Review, Revision,
};

/// Fills them in.
pub(crate) fn fill(edition: &mut Edition) {
    let organisation = |at: usize| edition.organisations[at].organisation.organisation_id.clone();
    let platform = || "bluesky".parse().unwrap();
    edition.revision = Some(Revision {
        edition: "2013.1".to_owned(),
        as_at: "2013-04-07T18:00:00Z".parse().unwrap(),
        restated: vec![Restated {
            organisation_id: organisation(0),
            platform: platform(),
            measure_id: "posts_per_week".parse().unwrap(),
            period: "2013-03".into(),
            old: Some(4.0),
            new: Some(4.5),
            why: "posts of that month came in late".to_owned(),
        }],
        figures_added: 12,
        figures_gone: 1,
        joined: vec![Body {
            organisation_id: organisation(11),
            name: edition.organisations[11].organisation.name.clone(),
        }],
        gone: vec![Body {
            organisation_id: "invented:Q1".parse().unwrap(),
            name: "Quince Trust (invented)".to_owned(),
        }],
        moved: vec![Moved {
            organisation_id: organisation(1),
            platform: platform(),
            measure_id: "conversation_share".parse().unwrap(),
            old: 0.1,
            new: 0.25,
        }],
    });
    edition.errata = vec![Erratum {
        on: "2014-03-02".parse().unwrap(),
        what: "Edition 2013.1 counted the posts of two accounts of the same name together".to_owned(),
    }];
    edition.replies = vec![Reply {
        organisation_id: organisation(4),
        name: edition.organisations[4].organisation.name.clone(),
        on: "2014-04-05".parse().unwrap(),
        paragraphs: vec!["We protect the account on X while its owner is away (invented).".to_owned()],
    }];
    edition.case_studies = vec![CaseStudy {
        title: "A question a day (invented)".to_owned(),
        organisation_id: Some(organisation(2)),
        organisation: edition.organisations[2].organisation.name.clone(),
        paragraphs: vec![
            "Three people took turns to answer one public question before posting anything else.".to_owned(),
        ],
        consent: "The team agreed on 1 April 2014 to be named as a team".to_owned(),
    }];
    let improved = edition.changes.iter().find(|change| {
        matches!(
            change.status,
            ChangeStatus::Changed { rule: ChangeRuleName::Shift, meaning: Meaning::Improvement, .. }
        ) && change.measure_id.as_str() == "conversation_share"
    });
    edition.reviews = improved
        .map(|change| Review {
            organisation_id: change.organisation_id.clone(),
            platform: change.platform.clone(),
            measure_id: change.measure_id.clone(),
            by: "A reviewer (invented)".to_owned(),
            on: "2014-04-06".parse().unwrap(),
            words: "The answers are to people who asked".to_owned(),
        })
        .into_iter()
        .collect();
    edition.look = Look::default();
}
