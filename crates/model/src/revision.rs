//! What stands beside an edition's figures: how it differs from the one before, what was wrong, what people
//! reviewed, what measured bodies reply, and stories of practice. People write or compare these; the report
//! only prints them.

use jiff::civil::Date;
use serde::Serialize;

use crate::id::{MeasureId, OrganisationId, Platform};
use crate::time::{Instant, PeriodId};

/// How an edition differs from the one before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    /// Name of the edition before: `2025.1`.
    pub edition: String,
    /// Its data were as at this instant.
    pub as_at: Instant,
    /// Figures for the same organisation, platform, measure and period that now say something else, by
    /// organisation, platform, measure, period.
    pub restated: Vec<Restated>,
    /// Figures that have no counterpart in the edition before.
    pub figures_added: u64,
    /// Figures of the edition before that are not in this one.
    pub figures_gone: u64,
    /// Organisations that belong now and did not then, by name.
    pub joined: Vec<Body>,
    /// Organisations that belonged then and do not now, by name.
    pub gone: Vec<Body>,
    /// Main figures that differ by more than their errors in both editions explain, with false discoveries controlled, by
    /// organisation, platform, measure.
    pub moved: Vec<Moved>,
}

/// A figure that was published, and says something else now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Restated {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Where.
    pub platform: Platform,
    /// Of which measure.
    pub measure_id: MeasureId,
    /// The period's id.
    pub period: PeriodId,
    /// What was said; `None` where there was no value.
    pub old: Option<f64>,
    /// What is said now; `None` where there is no value any more.
    pub new: Option<f64>,
    /// Why, as the end of a sentence: `the measure has a new version`.
    pub why: String,
}

/// An organisation by its id and name, since it need not be in the edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Body {
    /// Its id.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// A main figure that moved by more than its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Where.
    pub platform: Platform,
    /// Of which measure.
    pub measure_id: MeasureId,
    /// Its value in the edition before.
    pub old: f64,
    /// Its value now.
    pub new: f64,
}

/// Something that was wrong in a published edition, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erratum {
    /// When it was found.
    pub on: Date,
    /// What was wrong, and what is right.
    pub what: String,
}

/// A person's word on a candidate for being celebrated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Whose figure.
    pub organisation_id: OrganisationId,
    /// Where.
    pub platform: Platform,
    /// Of which measure.
    pub measure_id: MeasureId,
    /// Who looked.
    pub by: String,
    /// When.
    pub on: Date,
    /// What they found.
    pub words: String,
}

/// What a measured body says about its figures: printed as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Who replies.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// When it came.
    pub on: Date,
    /// Its words, paragraph by paragraph.
    pub paragraphs: Vec<String>,
}

/// How somebody did something, told with their consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseStudy {
    /// Its title.
    pub title: String,
    /// Who did it, where it has a page.
    pub organisation_id: Option<OrganisationId>,
    /// Who did it.
    pub organisation: String,
    /// The story as plain paragraphs.
    pub paragraphs: Vec<String>,
    /// Who consented to what, and when.
    pub consent: String,
}

/// How a publisher makes the pages its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Look {
    /// Rules of CSS after our own, for those entitled to a look of theirs. They may load nothing: see
    /// [`Look::theme`].
    pub theme: Option<String>,
    /// Whether `report.pdf`, `site/card.png` and a PNG beside the SVG of each chart are written: what takes fonts to set.
    pub papers: bool,
}

impl Look {
    /// The theme, if it loads nothing: these pages promise that nothing comes from elsewhere, and a rule that
    /// fetches could break that.
    pub fn theme(&self) -> Result<Option<&str>, String> {
        let Some(theme) = self.theme.as_deref() else { return Ok(None) };
        let lower = theme.to_ascii_lowercase();
        for word in ["@import", "url", "image-set", "src(", "\\"] {
            if lower.contains(word) {
                return Err(format!("the theme contains '{word}'; a theme may load nothing: take it out"));
            }
        }
        Ok(Some(theme))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_that_loads_something_is_refused_with_the_word() {
        let look = |theme: &str| Look { theme: Some(theme.to_owned()), papers: false };
        assert_eq!(look(":root { --band: #333 }").theme(), Ok(Some(":root { --band: #333 }")));
        assert_eq!(Look::default().theme(), Ok(None));
        for bad in ["@IMPORT 'x'", "a{background:URL(//x)}", "a{background:u\\72l(x)}"] {
            assert!(look(bad).theme().unwrap_err().contains("take it out"), "{bad}");
        }
    }
}
