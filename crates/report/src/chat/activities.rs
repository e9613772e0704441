//! A transcript as ActivityStreams 2.0 (<https://www.w3.org/TR/activitystreams-core/>): what was said as `Create` of a
//! `Note`, what was passed on as `Announce`, what was withdrawn as `Tombstone`, in an `OrderedCollection` by time. People
//! are `Person` with the name that they may be shown by; whoever is not named has no address that leads to them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use someasure_model::chat::{
    AltText, PassedOnBy, PostIndex, Quoted, RepliesTo, Said, Speaker, Transcript, Turn, Words,
};

use super::Setting;
use super::words::{self, Text, called};
use crate::text::{clean, name, note, web_address};

pub(super) fn write(transcript: &Transcript, setting: &Setting<'_>) -> Vec<u8> {
    let writer = Writer { setting, turns: transcript.turns().map(|turn| turn.post).collect() };
    // Posts are numbered by time, so that their numbers put even those in order of which only the number is left.
    let mut items: Vec<(PostIndex, Value)> = Vec::new();
    let mut asked = transcript
        .questions
        .iter()
        .flat_map(|asked| asked.posts.iter().map(move |turn| (turn.post, asked.number.to_string())))
        .collect::<Vec<_>>();
    asked.sort();
    for turn in transcript.turns() {
        let asks = asked.iter().filter(|(post, _)| *post == turn.post).map(|(_, number)| number.clone());
        items.push((turn.post, writer.turn(turn, asks.collect())));
        items.extend(turn.passed_on_by.iter().map(|by| (by.post, writer.announce(turn, by))));
    }
    items.sort_by_key(|(post, _)| *post);
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    let file = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": writer.id("transcript"),
        "type": "OrderedCollection",
        "name": super::sentences::title(transcript),
        "summary": transcript.topic.as_deref().map(|topic| escaped(&note(topic))),
        "startTime": transcript.starts_at,
        "endTime": transcript.ends_at,
        "totalItems": items.len(),
        "orderedItems": items,
    });
    let mut text = serde_json::to_string_pretty(&without_nothing(file)).unwrap_or_default();
    text.push('\n');
    crate::text::escape_hidden(&text).into_bytes()
}

/// Without members that are null: absent and unknown are one thing in ActivityStreams.
fn without_nothing(mut file: Value) -> Value {
    if let Some(members) = file.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    file
}

struct Writer<'a> {
    setting: &'a Setting<'a>,
    turns: BTreeSet<PostIndex>,
}

impl Writer<'_> {
    fn id(&self, anchor: &str) -> String {
        format!("{}#{anchor}", self.setting.address.unwrap_or_default())
    }

    fn turn(&self, turn: &Turn, asks: Vec<String>) -> Value {
        let words = match &turn.said {
            Said::Words(words) | Said::PassedOn(words) => words,
            Said::Withdrawn => {
                return json!({ "type": "Tombstone", "id": self.id(&anchor(turn.post)), "formerType": "Note" });
            }
        };
        let mut note = self.note(words, &anchor(turn.post));
        match turn.replies_to {
            Some(RepliesTo::Turn { post }) if self.turns.contains(&post) => {
                note.insert("inReplyTo".to_owned(), self.id(&anchor(post)).into());
            }
            Some(RepliesTo::Withdrawn) => {
                note.insert("inReplyTo".to_owned(), json!({ "type": "Tombstone", "formerType": "Note" }));
            }
            _ => {}
        }
        let quoted = match &turn.quoted {
            Some(Quoted::Turn { post } | Quoted::ShownBy { post }) if self.turns.contains(post) => {
                Some(json!({ "type": "Link", "href": self.id(&anchor(*post)), "rel": "quote" }))
            }
            Some(Quoted::Shown(words)) => {
                Some(Value::Object(self.note(words, &format!("{}-quoted", anchor(turn.post)))))
            }
            Some(Quoted::Withdrawn) => Some(json!({ "type": "Tombstone", "formerType": "Note" })),
            _ => None,
        };
        let list = |note: &mut Map<String, Value>, member: &str, more: Vec<Value>| {
            if !more.is_empty() {
                match note.entry(member).or_insert_with(|| json!([])) {
                    Value::Array(list) => list.extend(more),
                    other => *other = Value::Array(more),
                }
            }
        };
        list(&mut note, "attachment", quoted.into_iter().collect());
        let questions = asks.into_iter().chain(turn.under.iter().map(|under| under.number.to_string()));
        let questions: BTreeSet<String> = questions.collect();
        let contexts = questions
            .into_iter()
            .map(|number| json!({ "type": "Object", "id": self.id(&number), "name": number }));
        list(&mut note, "context", contexts.collect());
        if let Some(likes) = turn.likes.filter(|likes| *likes >= 0) {
            note.insert("likes".to_owned(), json!({ "type": "Collection", "totalItems": likes }));
        }
        json!({
            "type": "Create",
            "id": format!("{}-create", self.id(&anchor(turn.post))),
            "actor": self.person(&words.speaker),
            "published": words.at,
            "object": note,
        })
    }

    fn announce(&self, turn: &Turn, by: &PassedOnBy) -> Value {
        json!({
            "type": "Announce",
            "id": self.id(&anchor(by.post).replace('p', "repost-")),
            "actor": self.person(&by.speaker),
            "published": by.at,
            "object": self.id(&anchor(turn.post)),
        })
    }

    fn note(&self, words: &Words, anchor: &str) -> Map<String, Value> {
        let mut note = Map::new();
        let mut put = |member: &str, value: Value| {
            if !value.is_null() {
                note.insert(member.to_owned(), value);
            }
        };
        put("type", "Note".into());
        put("id", self.id(anchor).into());
        put("attributedTo", self.person(&words.speaker));
        put("published", json!(words.at));
        put("url", words.link.as_deref().and_then(web_address).into());
        put("generator", json!({ "type": "Service", "name": words.platform.title() }));
        let (content, is_said) = match words::text(words, self.setting) {
            Text::Lines(lines) => (lines, true),
            Text::None(why) => (vec![why], false),
        };
        // `content` is HTML: what was written is escaped, and its lines are broken.
        let escaped: Vec<String> = content.iter().map(|line| escaped(line)).collect();
        let content = escaped.join("<br>");
        if let Some(language) = words::language(words.language.as_deref()).filter(|_| is_said) {
            put("contentMap", json!({ language: content.as_str() }));
        }
        put(if is_said { "content" } else { "summary" }, content.into());
        let pictures = words.media.iter().take(20).map(|picture| {
            let kind = match picture.kind.as_str() {
                "image" | "photo" | "picture" => "Image",
                "video" | "animation" | "animated_gif" | "gifv" => "Video",
                "audio" => "Audio",
                _ => "Document",
            };
            match &picture.alt {
                AltText::Given(alt) => json!({ "type": kind, "name": crate::text::note(alt) }),
                AltText::NoneGiven | AltText::NotKnown => json!({ "type": kind }),
            }
        });
        let links = words::addresses(words).into_iter().map(|link| json!({ "type": "Link", "href": link }));
        let attached: Vec<Value> = pictures.chain(links).collect();
        put("attachment", if attached.is_empty() { Value::Null } else { attached.into() });
        note
    }

    fn person(&self, speaker: &Speaker) -> Value {
        match speaker {
            Speaker::Named { name: shown, handle, link, organisation } => without_nothing(json!({
                "type": if organisation.is_some() { "Organization" } else { "Person" },
                "id": link.as_deref().and_then(web_address),
                "name": name(shown),
                "preferredUsername": handle.as_deref().map(|handle| clean(handle.trim_start_matches('@'))),
            })),
            Speaker::Participant { number } => json!({
                "type": "Person",
                "id": self.id(&format!("participant-{number}")),
                "name": called(speaker),
            }),
            Speaker::Withdrawn => json!({ "type": "Tombstone", "formerType": "Person" }),
        }
    }
}

/// Text as HTML, which `content` and `summary` are.
fn escaped(text: &str) -> String {
    maud::html! { (text) }.into_string()
}

/// A post's anchor, on pages too: `p12`.
pub(super) fn anchor(post: PostIndex) -> String {
    format!("p{post}")
}
