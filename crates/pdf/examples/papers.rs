//! Writes the papers of an invented edition to a directory, so that they can be looked at:
//! `cargo run -p someasure-pdf --example papers -- target/sketch`; a second word, `beginning`, `many` or
//! `hostile`, takes another edition.

#[allow(dead_code)]
#[path = "../tests/papers/editions.rs"]
mod editions;
#[allow(dead_code)]
#[path = "../../report/tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::time::Instant;

use someasure_pdf::{pdf, png};
use someasure_report::{Source, card, paper_source, report_source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "target/sketch".to_owned());
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory)?;
    let edition = match std::env::args().nth(2).as_deref() {
        Some("beginning") => support::beginning::beginning(),
        Some("many") => editions::many(20),
        Some("hostile") => editions::hostile(),
        _ => support::invented(),
    };
    let write = |name: &str, source: &dyn Fn() -> Option<Source>| -> Result<(), Box<dyn std::error::Error>> {
        let from = Instant::now();
        let Some(source) = source() else { return Ok(()) };
        let (drawn, from) = (from.elapsed().as_millis(), Instant::now());
        std::fs::write(directory.join(name).with_extension("typ"), &source.text)?;
        let paper = pdf(&source.text, &source.files, source.date, &source.identifier)?;
        println!(
            "{name}: {} pages, {} KB; drawn in {drawn} ms, set in {} ms",
            paper.pages,
            paper.bytes.len() / 1_024,
            from.elapsed().as_millis()
        );
        std::fs::write(directory.join(name), paper.bytes)?;
        Ok(())
    };
    let organisation = &edition.organisations[0].organisation.organisation_id;
    write("paper.pdf", &|| paper_source(&edition, organisation))?;
    write("report.pdf", &|| Some(report_source(&edition)))?;
    std::fs::write(directory.join("card.png"), png(&card(&edition), 1_200)?)?;
    for (name, bytes) in report_source(&edition).files.iter().take(3) {
        std::fs::write(directory.join(name), bytes)?;
        let from = Instant::now();
        let picture = png(bytes, 1_600)?;
        println!("{name}: PNG of {} KB in {} ms", picture.len() / 1_024, from.elapsed().as_millis());
        std::fs::write(directory.join(name).with_extension("png"), picture)?;
    }
    Ok(())
}
