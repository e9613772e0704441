//! Reads a file with a mapping and says what it gave: `cargo run --release -p someasure-collect --example
//! try_mapping -- FILE MAPPING.toml [REJECTS.csv]`. Instead of a mapping, a kind (`posts`) reads a file
//! whose columns are named like the fields.

use std::error::Error;
use std::fs::{File, read_to_string};
use std::time::Instant;

use someasure_collect::files::{Item, Kind, Mapping, Overrides, PostTally, RejectsWriter, read};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, mapping, rest @ ..] = arguments.as_slice() else {
        return Err("give FILE and MAPPING.toml (or a kind), and perhaps REJECTS.csv".into());
    };
    let mapping = match Kind::ALL.into_iter().find(|kind| kind.as_str() == mapping) {
        Some(kind) => Mapping::by_name(kind),
        None => Mapping::from_toml(&read_to_string(mapping)?)?,
    };
    let overrides = Overrides {
        source: mapping.source.is_none().then(|| format!("the file {file}")),
        ..Overrides::default()
    };
    let rejects = rest.first().map_or_else(|| File::options().write(true).open("/dev/null"), File::create)?;
    let mut rejects = RejectsWriter::new(rejects);
    let mut tally = PostTally::new(&mapping.coverage);
    let mut shown = 0;
    let started = Instant::now();
    let summary = read(File::open(file)?, file, &mapping, &overrides, &mut |_, row| {
        match row {
            Ok(Item::Post(item)) => {
                let post = &item.post;
                tally.add(
                    &post.post_id,
                    &post.account_id,
                    post.created_at,
                    post.observed_at,
                    item.reading.is_some(),
                );
            }
            Ok(_) => {}
            Err(bad) => {
                shown += 1;
                if shown <= 10 {
                    eprintln!("{bad}");
                }
                rejects.write(&bad)?;
            }
        }
        Ok(())
    })?;
    rejects.finish()?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{summary:#?}\n{:.2} s, {:.0} rows a second", seconds, summary.rows as f64 / seconds);
    let attempts = tally.attempts();
    println!("{} attempts, {} cut off", attempts.len(), attempts.iter().filter(|a| a.truncated).count());
    for attempt in attempts.iter().filter(|attempt| attempt.truncated).take(5) {
        println!(
            "  {} {}: {}",
            attempt.account_id,
            attempt.table.as_str(),
            attempt.detail.as_deref().unwrap_or("")
        );
    }
    Ok(())
}
