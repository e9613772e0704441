//! Stories: read, put together by consent, checked, drafted and taken over from elsewhere. All people and posts here are
//! invented.

mod consent;
mod evening;
mod files;
mod import;
mod never;

use std::collections::BTreeMap;

use someasure_chat::story::{Directory, Found, Sources, StoryFile, resolve};
use someasure_model::chat::story::{Block, EmbeddedPost, Shown, Span, Story};
use someasure_model::chat::{Consent, Person};
use someasure_model::{AccountId, Post, PostId};

/// A post of `author` (`x:1`) with these words.
pub(crate) fn post(id: &str, author: &str, text: &str) -> Post {
    Post {
        language: Some("en".to_owned()),
        text: Some(text.to_owned()),
        ..Post::bare(
            id.parse().unwrap(),
            author.parse().unwrap(),
            "2015-01-14T20:05:00Z".parse().unwrap(),
            "2015-02-01T00:00:00Z".parse().unwrap(),
        )
    }
}

pub(crate) fn person(id: &str, handle: &str, name: &str, consent: Consent) -> Person {
    Person {
        account_id: id.parse().unwrap(),
        handle: Some(handle.parse().unwrap()),
        earlier_handles: Vec::new(),
        display_name: Some(name.to_owned()),
        organisation_id: None,
        consent,
    }
}

/// Ann agreed to be named, Bea has said nothing, Cem withdrew; the library is an organisation.
pub(crate) fn people() -> Vec<Person> {
    let mut library = person("x:9", "TownLibrary", "Town Library", Consent::Pseudonymous);
    library.organisation_id = Some("isil:DE-1".parse().unwrap());
    vec![
        person("x:1", "ann_reads", "Ann Example", Consent::Named),
        person("x:2", "bea_quiet", "Bea Sample", Consent::Pseudonymous),
        person("x:3", "cem_gone", "Cem Specimen", Consent::Removed),
        person("bluesky:did:plc:dee", "dee.example.org", "Dee Pattern", Consent::Named),
        library,
    ]
}

pub(crate) fn directory(people: Vec<Person>) -> Directory {
    let numbers = BTreeMap::from([("x:2".parse::<AccountId>().unwrap(), 12)]);
    Directory::new(people, numbers, Consent::Pseudonymous)
}

/// A story of one post with these words by `author`, beside the people above.
pub(crate) fn told(author: &str, text: &str) -> EmbeddedPost {
    let story = story("{{ post x:100 }}", vec![post("x:100", author, text)], people());
    match story.blocks.into_iter().next() {
        Some(Block::Post { post }) => *post,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn file(body: &str) -> StoryFile {
    let text = format!(
        "+++\ntitle = \"A story\"\ncurator = \"Eva Curator\"\ndate = \"2015-01-20\"\nsummary = \"What was said.\"\n+++\n{body}"
    );
    StoryFile::parse(&"a-story".parse().unwrap(), &text).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn story(body: &str, posts: Vec<Post>, people: Vec<Person>) -> Story {
    let people = directory(people);
    let find = |id: &PostId| match posts.iter().find(|post| post.post_id == *id) {
        Some(post) => Found::Post(Box::new(post.clone())),
        None if id.as_str() == "x:404" => Found::Withdrawn,
        None => Found::Missing,
    };
    resolve(&file(body), &Sources { post: &find, people: &people, terms: &[] })
}

/// A post's words as a reader sees them.
pub(crate) fn seen(post: &EmbeddedPost) -> String {
    let name = |person: &Shown| match person {
        Shown::Named { handle: Some(handle), .. } => format!("@{handle}"),
        Shown::Named { name, .. } => name.clone(),
        Shown::Participant { number } => format!("Participant {number}"),
        Shown::Somebody => "somebody".to_owned(),
        Shown::Withheld => "withdrawn".to_owned(),
    };
    post.text
        .iter()
        .map(|span| match span {
            Span::Text { text } => text.clone(),
            Span::Link { address } => address.clone(),
            Span::WithheldLink => "[link]".to_owned(),
            Span::Mention { person } => name(person),
        })
        .collect()
}
