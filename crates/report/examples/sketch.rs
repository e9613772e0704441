//! Writes an invented edition to a directory, so that pages can be looked at:
//! `cargo run -p someasure-report --example sketch -- target/sketch`; a second word, `beginning` or
//! `entered`, writes one of which nothing has been collected, and a number one of so many bodies.

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "target/sketch".to_owned());
    let edition = match std::env::args().nth(2).as_deref() {
        Some("beginning") => support::beginning::beginning(),
        Some("entered") => support::beginning::entered(10),
        Some(n) => support::many::many(n.parse().unwrap_or(300)),
        None => {
            let mut edition = support::invented();
            support::told::fill(&mut edition);
            support::chat::fill(&mut edition);
            support::story::fill(&mut edition);
            edition
        }
    };
    let mut outputs = Vec::new();
    let put = |file: someasure_report::File| -> std::io::Result<(String, String, u64)> {
        let path = Path::new(&directory).join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.bytes)?;
        Ok(support::output(&file))
    };
    for file in someasure_report::site(&edition).chain(someasure_report::data(&edition)) {
        outputs.push(put(file)?);
    }
    // The figures as Parquet come from elsewhere; where they are put beforehand, they are listed.
    let parquet = "data/figures.parquet".to_owned();
    if let Ok(bytes) = std::fs::read(Path::new(&directory).join(&parquet)) {
        outputs.push(put(someasure_report::File { path: parquet, bytes })?);
    }
    for file in someasure_report::open_data(&edition, &outputs) {
        outputs.push(put(file)?);
    }
    std::fs::write(
        Path::new(&directory).join("edition.json"),
        someasure_report::edition_json(&edition, &outputs),
    )?;
    println!("{} files in {directory}/; begin at site/index.html", outputs.len() + 1);
    Ok(())
}
