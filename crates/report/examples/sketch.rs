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
            edition
        }
    };
    let mut sizes = Vec::new();
    for file in someasure_report::site(&edition).chain(someasure_report::data(&edition)) {
        let path = Path::new(&directory).join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        sizes.push((file.path, String::new(), file.bytes.len() as u64));
        std::fs::write(path, file.bytes)?;
    }
    std::fs::write(
        Path::new(&directory).join("edition.json"),
        someasure_report::edition_json(&edition, &sizes),
    )?;
    println!("{} files in {directory}/; begin at site/index.html", sizes.len() + 1);
    Ok(())
}
