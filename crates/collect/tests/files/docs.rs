//! `docs/import.md` and the code know the same keys, fields and examples.

use someasure_collect::files::{Kind, Mapping, mapping_help};

use crate::read_bytes;

const DOCS: &str = include_str!("../../../../docs/import.md");

#[test]
fn every_key_and_field_is_named_in_the_documentation() {
    let help = mapping_help();
    let mut names: Vec<&str> = help
        .lines()
        .filter(|line| line.starts_with("  ") || line.starts_with(" *"))
        .filter_map(|line| line.trim_start_matches([' ', '*']).split_whitespace().next())
        .collect();
    names.extend(Kind::ALL.iter().flat_map(|kind| kind.fields()).map(|field| field.name));
    names.extend(Kind::ALL.map(Kind::as_str));
    assert!(names.len() > 80, "{names:?}");
    let absent: Vec<_> = names.iter().filter(|name| !DOCS.contains(&format!("`{name}`"))).collect();
    assert!(absent.is_empty(), "docs/import.md does not name {absent:?}");
}

#[test]
fn every_required_field_is_starred_in_the_documentation() {
    for field in Kind::ALL.iter().flat_map(|kind| kind.fields()) {
        assert!(!field.required || DOCS.contains(&format!("`{}`*", field.name)), "{}", field.name);
    }
}

fn fenced(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = DOCS.split(fence.as_str()).skip(1);
    blocks.filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_mappings_of_the_documentation_are_mappings() {
    let mappings = fenced("toml");
    assert_eq!(mappings.len(), 4);
    for mapping in mappings {
        Mapping::from_toml(mapping).unwrap_or_else(|error| panic!("{error}\n{mapping}"));
    }
}

#[test]
fn the_files_of_the_documentation_read_as_it_says() {
    let mappings = fenced("toml");
    let csv = read_bytes(fenced("csv")[0].as_bytes(), "posts.csv", mappings[0]).unwrap();
    let posts = csv.posts();
    assert_eq!(posts[0].post.account_id.as_str(), "x:@town_library");
    assert_eq!(posts[1].post.answered_after_seconds, Some(1800));
    assert_eq!(posts[2].reading, None);

    // The examples of optional columns are absent from its one row.
    let json = read_bytes(fenced("json")[0].as_bytes(), "posts.jsonl", mappings[1]).unwrap();
    let post = json.posts()[0];
    assert_eq!(post.post.post_id.as_str(), "x:450000000000000104");
    assert_eq!(post.post.account_id.as_str(), "x:12");
    assert_eq!(post.handle.as_ref().unwrap().as_str(), "town_library");
    assert_eq!(post.post.created_at.to_string(), "2014-04-07T13:54:47Z");
    assert_eq!(post.post.hashtags.as_deref(), Some(["Library".to_owned()].as_slice()));
    assert_eq!(post.reading.as_ref().unwrap().likes, Some(3));
}
