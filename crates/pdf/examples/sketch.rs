//! Writes the papers of an invented edition to a directory, so that they can be looked at:
//! `cargo run -p someasure-pdf --example sketch -- target/sketch`; a second word, `hostile`, `beginning` or
//! `many`, takes another edition.

#[allow(dead_code)]
#[path = "../../report/tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::time::Instant;

use someasure_pdf::{pdf, png};
use someasure_report::{Source, paper_source, report_source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "target/sketch".to_owned());
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory)?;
    let mut edition = match std::env::args().nth(2).as_deref() {
        Some("beginning") => support::beginning::beginning(),
        _ => support::invented(),
    };
    if std::env::args().nth(2).as_deref() == Some("hostile") {
        let name = "#eval(\"1\") [x] \\ $y$ *z* @a <b> `c` \u{202e}abc 👩‍⚕️ 病院 مستشفى // ~ = _d_ ".to_owned()
            + &"long".repeat(2_500);
        edition.title = name.clone();
        edition.publication.publisher = Some(name.clone());
        for entry in &mut edition.organisations {
            entry.organisation.name = name.clone();
            entry.organisation.kind = name.clone();
            entry.organisation.region = Some(name.clone());
        }
        for group in &mut edition.peer_groups {
            group.title = name.clone();
            group.reason = name.clone();
        }
        for measure in &mut edition.measures {
            measure.title = name.clone();
            measure.question = name.clone();
            measure.unit = name.clone();
            measure.what_it_cannot_tell_you = name.clone();
        }
    }
    let write = |name: &str, source: &Source| -> Result<(), Box<dyn std::error::Error>> {
        std::fs::write(directory.join(name).with_extension("typ"), &source.text)?;
        let from = Instant::now();
        let bytes = pdf(&source.text, &source.files, source.date, &source.identifier)?;
        println!("{name}: {} KB in {} ms", bytes.len() / 1_024, from.elapsed().as_millis());
        std::fs::write(directory.join(name), bytes)?;
        Ok(())
    };
    let organisation = &edition.organisations[0].organisation.organisation_id;
    if let Some(source) = paper_source(&edition, organisation) {
        write("paper.pdf", &source)?;
    }
    let source = report_source(&edition);
    for (name, bytes) in source.files.iter().take(3) {
        std::fs::write(directory.join(name), bytes)?;
        let from = Instant::now();
        let picture = png(bytes, 1_600)?;
        println!("{name}: PNG of {} KB in {} ms", picture.len() / 1_024, from.elapsed().as_millis());
        std::fs::write(directory.join(name).with_extension("png"), picture)?;
    }
    write("report.pdf", &source)
}
