//! Papers and pictures of an edition, where the feature `pdf` is on. What they say is the report's work, how
//! they are set is `someasure-pdf`'s; here the two meet.

use anyhow::Context;
use someasure_model::chat::story::ToldStory;
use someasure_model::{Edition, OrganisationId, Publication};
use someasure_pdf::{Pdf, pdf, png};
use someasure_report::{File, Source, card, paper_source, report_source, story_paper};

/// The report and the card that other sites show of it, to be published with the site.
pub(crate) fn of_edition(edition: &Edition) -> anyhow::Result<Vec<File>> {
    let stories = edition.stories.iter().map(|told| {
        let file = of_story(told, &edition.publication, edition.simulated)?;
        Ok(File { path: format!("site/stories/{}/{}", told.story.id, file.path), bytes: file.bytes })
    });
    let stories: Vec<File> = stories.collect::<anyhow::Result<_>>()?;
    Ok([
        stories,
        vec![
            File {
                path: "report.pdf".to_owned(),
                bytes: set(&report_source(edition)).context("report.pdf")?.bytes,
            },
            File {
                path: "site/card.png".to_owned(),
                bytes: png(&card(edition), 1_200).context("site/card.png")?,
            },
        ],
    ]
    .concat())
}

/// A story as a PDF.
pub(crate) fn of_story(told: &ToldStory, publication: &Publication, simulated: bool) -> anyhow::Result<File> {
    let source = story_paper(told, publication, simulated);
    let bytes = set(&source).with_context(|| format!("story {}", told.story.id))?.bytes;
    Ok(File { path: "story.pdf".to_owned(), bytes })
}

/// The PNG of a chart that is a file, beside it.
pub(crate) fn picture_of(file: &File) -> anyhow::Result<Option<File>> {
    let Some(stem) = file.path.strip_suffix(".svg").filter(|path| path.contains("/charts/")) else {
        return Ok(None);
    };
    let bytes = png(&file.bytes, 1_920).with_context(|| file.path.clone())?;
    Ok(Some(File { path: format!("{stem}.png"), bytes }))
}

/// The two pages about one organisation.
pub(crate) fn of_organisation(edition: &Edition, id: &OrganisationId) -> anyhow::Result<Pdf> {
    let source =
        paper_source(edition, id).with_context(|| format!("the edition has no organisation {id}"))?;
    set(&source).with_context(|| format!("the paper of {id}"))
}

fn set(source: &Source) -> anyhow::Result<Pdf> {
    Ok(pdf(&source.text, &source.files, source.date, &source.identifier)?)
}
