//! Chats: pages and transcripts of fictional people, hostile posts, and what must be in no file.

mod consent;
mod formats;
mod hostile;
mod pages;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use someasure_model::chat::{ChatReport, Said, Transcript};
use someasure_model::{Edition, Platform};
use someasure_report::{
    Setting, transcript_activities, transcript_csv, transcript_fragment, transcript_json,
    transcript_markdown, transcript_page,
};

use crate::checks::all;
use crate::html::read;
use crate::support::chat::{at, by_hand, fill, speaker, turn, words};
use crate::support::invented;

/// A handle of somebody who is not named: it must stand in no file.
const SECRET: &str = "quietquokka77";
const CHAT: &str = "site/chats/madeupchat/index.html";
const SESSION: &str = "site/chats/madeupchat/2014-03-12/index.html";
const NETWORK: &str = "site/chats/madeupchat/network.html";

fn with_chat() -> Edition {
    let mut edition = invented();
    fill(&mut edition);
    edition
}

fn files_of(chat: ChatReport) -> BTreeMap<String, Vec<u8>> {
    let mut edition = invented();
    edition.chats = vec![chat];
    all(&edition)
}

fn london() -> TimeZone {
    someasure_model::time::time_zone("Europe/London").unwrap()
}

/// Every format of a transcript, by its name.
fn formats(transcript: &Transcript, terms: &[(Platform, String)]) -> Vec<(&'static str, String)> {
    let zone = london();
    let setting = Setting { zone: &zone, terms, address: Some("https://example.org/chat/") };
    let utf8 = |bytes| String::from_utf8(bytes).unwrap();
    vec![
        ("fragment", transcript_fragment(transcript, &setting)),
        ("page", transcript_page(transcript, &setting)),
        ("markdown", transcript_markdown(transcript, &setting)),
        ("csv", utf8(transcript_csv(transcript, &setting))),
        ("json", utf8(transcript_json(transcript, &setting))),
        ("activities", utf8(transcript_activities(transcript, &setting))),
    ]
}

fn format(transcript: &Transcript, which: &str) -> String {
    formats(transcript, &[]).into_iter().find(|(name, _)| *name == which).unwrap().1
}

/// A session in which somebody says one thing.
fn saying(said: &str) -> Transcript {
    let words = words(speaker(1), at("2014-03-12T20:01:00Z"), said);
    Transcript {
        opening: vec![turn(1, 0, Said::Words(Box::new(words)))],
        questions: Vec::new(),
        unassigned: Vec::new(),
        afterwards: Vec::new(),
        passed_on: Vec::new(),
        ..by_hand()
    }
}

fn plain(page: &str) -> String {
    read(page)
        .iter()
        .find(|tag| tag.name == "body")
        .unwrap()
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
