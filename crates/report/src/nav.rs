//! Which pages the site has as a whole, by what a reader comes for: the bar at the top, the list at the foot
//! and the map of the site are made from this one list.

use crate::chat::pages::CHATS;
use crate::site::{
    ACCESSIBILITY, CELEBRATE, CHANGES, COMPARE, HEADLINES, HOW_TO_READ, MEASURES, METHODS, NATIONAL,
    OPEN_DATA, ORGANISATIONS, PRIVACY, REGISTER, REPLY, Site,
};
use crate::story::published::STORIES;

/// Where a section is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In the bar at the top, on every screen.
    Always,
    /// In the bar where there is room, and at the foot.
    Wide,
    /// At the foot.
    Foot,
}

/// One page of the site as a whole.
pub(crate) struct Section {
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) shown: Shown,
}

/// The pages that this edition has, in the order of the site.
pub(crate) fn sections(site: &Site<'_>) -> Vec<Section> {
    use Shown::{Always, Foot, Wide};
    let collected = site.stage.is_collected();
    [
        ("index.html", "Home", Always, true),
        (HEADLINES, "Headlines", Always, collected),
        (NATIONAL, "National picture", Wide, collected),
        (CELEBRATE, "Celebrate and learn", Wide, collected),
        (ORGANISATIONS, "Organisations", Always, true),
        (COMPARE, "Compare", Wide, collected),
        (MEASURES, "Measures", Always, true),
        (CHATS, "Chats", Wide, !site.edition.chats.is_empty()),
        (STORIES, "Stories", Wide, !site.edition.stories.is_empty()),
        (METHODS, "Methods and coverage", Wide, true),
        (CHANGES, "Changes and corrections", Foot, true),
        (REGISTER, "Register", Foot, true),
        (OPEN_DATA, "Open data", Foot, true),
        (HOW_TO_READ, "How to read this", Foot, true),
        (ACCESSIBILITY, "Accessibility", Foot, true),
        (PRIVACY, "Privacy and objections", Foot, true),
        (REPLY, "Right of reply", Foot, true),
    ]
    .into_iter()
    .filter(|(.., there)| *there)
    .map(|(path, title, shown, _)| Section { path, title, shown })
    .collect()
}
