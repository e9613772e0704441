//! Reading files through a mapping, seen from outside.

mod broken;
mod docs;
mod mapping;
mod real_shapes;
mod round_trip;
mod table;
mod values;

use someasure_collect::files::{Bad, FileError, Item, Mapping, Overrides, PostItem, Summary, read};

/// What a file gave.
struct Outcome {
    items: Vec<Item>,
    bad: Vec<Bad>,
    summary: Summary,
}

fn read_with(
    bytes: &[u8],
    name: &str,
    mapping: &Mapping,
    overrides: &Overrides,
) -> Result<Outcome, FileError> {
    let (mut items, mut bad) = (Vec::new(), Vec::new());
    let summary = read(bytes, name, mapping, overrides, &mut |_, row| {
        match row {
            Ok(item) => items.push(item),
            Err(one) => bad.push(one),
        }
        Ok(())
    })?;
    Ok(Outcome { items, bad, summary })
}

fn read_bytes(bytes: &[u8], name: &str, mapping: &str) -> Result<Outcome, FileError> {
    let mapping = Mapping::from_toml(mapping).unwrap_or_else(|error| panic!("{error}"));
    read_with(bytes, name, &mapping, &Overrides::default())
}

impl Outcome {
    fn posts(&self) -> Vec<&PostItem> {
        let posts = self.items.iter().map(|item| match item {
            Item::Post(post) => post,
            other => panic!("not a post: {other:?}"),
        });
        posts.collect()
    }
}

/// The message of a file that is refused.
fn refusal(bytes: &[u8], name: &str, mapping: &str) -> String {
    match read_bytes(bytes, name, mapping) {
        Ok(outcome) => panic!("taken: {:?}", outcome.summary),
        Err(error) => error.to_string(),
    }
}
