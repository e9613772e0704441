//! What people wrote, as readers may get it: lines of plain text without control, direction and hidden characters, of
//! a length that a page can bear; and the names of those who wrote it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use someasure_model::Instant;
use someasure_model::chat::{
    AltText, Asked, How, PassedOnBy, Picture, PostIndex, RepliesTo, Said, Speaker, Transcript, Turn, Words,
};

use super::Setting;
use crate::sentences::list;
use crate::text::{clean, name, shorten};

/// The most characters of a post that pages, Markdown and CSV show. Posts are far shorter; what is not is an attack or
/// an article, and the JSON file has it.
const LONGEST: usize = 5_000;
/// The most lines of one.
const MOST_LINES: usize = 100;
/// The longest heading.
const HEADING: usize = 200;
/// The most addresses, pictures of a post that are listed.
const MOST_LISTED: usize = 20;

/// What is to be read in a post's place.
pub(super) enum Text {
    /// Its lines; an empty one parts paragraphs, and there is at least one.
    Lines(Vec<String>),
    /// Why there are none.
    None(String),
}

/// The words of a post.
pub(super) fn text(words: &Words, setting: &Setting<'_>) -> Text {
    if let Some(text) = &words.text {
        let lines = lines(text);
        if !lines.is_empty() {
            return Text::Lines(lines);
        }
        return Text::None("This post has no words.".to_owned());
    }
    let terms = setting.terms.iter().find(|(platform, _)| *platform == words.platform);
    Text::None(terms.map_or_else(
        || "The words of this post are not in the archive.".to_owned(),
        |(_, why)| format!("The words of this post are not shown. {}", crate::text::sentence(why)),
    ))
}

/// Clean lines; several empty ones become one, none stands at either end.
fn lines(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut left = LONGEST;
    let mut was_cut = false;
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}']) {
        // Cleaning takes time with length, so that what is cut is cut first.
        let room = left.saturating_mul(4).max(1_000);
        let is_longer = line.chars().nth(room).is_some();
        let head: String = line.chars().take(room).collect();
        let line = clean(&head);
        if line.is_empty() {
            if out.last().is_some_and(|last| !last.is_empty()) {
                out.push(String::new());
            }
            continue;
        }
        if left == 0 || out.len() >= MOST_LINES {
            was_cut = true;
            break;
        }
        let length = line.chars().count();
        if length > left || is_longer {
            out.push(shorten(&line, left.max(1)));
            was_cut = true;
            break;
        }
        left -= length;
        out.push(line);
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    if was_cut {
        out.push("(Cut: the JSON file has more of it.)".to_owned());
    }
    out
}

/// The words in one line, shortened: to tell which post is meant.
pub(super) fn glimpse(text: &str) -> String {
    shorten(&clean(&text.chars().take(HEADING * 4).collect::<String>()), HEADING)
}

/// The words of a question in its heading.
pub(super) fn question(asked: &Asked) -> String {
    let text = asked.text.as_deref().map(glimpse).filter(|text| !text.is_empty());
    text.unwrap_or_else(|| "its words are not shown".to_owned())
}

/// As much of a text as a line of a page can need: cleaning takes time with length.
fn head(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// How somebody is called: `Ann Example`, `Participant 12`, `somebody who withdrew`.
pub(super) fn called(speaker: &Speaker) -> String {
    match speaker {
        Speaker::Withdrawn => "somebody who withdrew".to_owned(),
        speaker => name(&head(&speaker.label())),
    }
}

/// The handle as people write it, where it says more than the name: `@ann`.
pub(super) fn handle(speaker: &Speaker) -> Option<String> {
    let Speaker::Named { name: shown, handle: Some(handle), .. } = speaker else { return None };
    let handle = name(&head(handle.trim_start_matches('@')));
    (handle != name(shown).trim_start_matches('@')).then(|| format!("@{handle}"))
}

/// How those are called who are named, and how many are not: `Ann, Bob, Participant 3 and 2 who withdrew`.
pub(super) fn all_called<'a>(speakers: impl Iterator<Item = &'a Speaker>) -> String {
    let mut withdrew = 0_u64;
    let mut names: Vec<String> = Vec::new();
    for speaker in speakers {
        match speaker {
            Speaker::Withdrawn => withdrew += 1,
            speaker => names.push(called(speaker)),
        }
    }
    if withdrew > 0 {
        names.push(format!("{} who withdrew", crate::number::whole(withdrew)));
    }
    list(&names)
}

/// `passed on by 1 person`; nobody passed it on: nothing.
pub(super) fn passed_on(by: &[PassedOnBy]) -> Option<String> {
    (!by.is_empty()).then(|| format!("Passed on by {}", super::sentences::people(by.len() as u64)))
}

/// The time of day: `20:05`, with the day where it is not the session's.
pub(super) fn clock(at: Instant, transcript: &Transcript, zone: &TimeZone) -> String {
    let minute = crate::when::minute(at, zone);
    let (_, time) = minute.rsplit_once(", ").unwrap_or(("", &minute));
    if at.date(zone) == transcript.starts_at.date(zone) { time.to_owned() } else { minute }
}

/// The address of the web in a list of addresses that may hold anything; each once.
pub(super) fn addresses(words: &Words) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for address in words.links.iter().take(1_000).filter_map(|link| crate::text::web_address(link)) {
        if !found.contains(&address) && found.len() < MOST_LISTED {
            found.push(address);
        }
    }
    found
}

/// A picture in words: `Picture: “A dog.”`
pub(super) fn picture(picture: &Picture) -> String {
    let kind = match picture.kind.as_str() {
        "image" | "photo" | "picture" => "Picture",
        "video" => "Film",
        "animation" | "animated_gif" | "gifv" => "Moving picture",
        "audio" => "Sound",
        "poll" => "Poll",
        _ => "Attachment",
    };
    match &picture.alt {
        AltText::Given(alt) if !clean(&head(alt)).is_empty() => {
            format!("{kind}: “{}”", crate::text::note(&head(alt)))
        }
        _ if kind == "Poll" => "Poll; its choices are not known".to_owned(),
        AltText::Given(_) | AltText::NoneGiven => format!("{kind} without alternative text"),
        AltText::NotKnown => format!("{kind}; its alternative text is not known"),
    }
}

/// The pictures that are listed.
pub(super) fn pictures(words: &Words) -> impl Iterator<Item = String> + '_ {
    words.media.iter().take(MOST_LISTED).map(picture)
}

/// Why a post stands under a question, in a few words.
pub(super) const fn how(how: How) -> &'static str {
    match how {
        How::Tag => "says so",
        How::Reply => "replies to the question",
        How::Thread => "in a thread under an answer",
        How::Quote => "quotes the question or an answer",
    }
}

/// `Q1: says so, Q2: says so`.
pub(super) fn under(turn: &Turn) -> Option<String> {
    let all: Vec<String> = turn
        .under
        .iter()
        .take(MOST_LISTED)
        .map(|under| format!("{}: {}", under.number, how(under.how)))
        .collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// What a language tag may be where a screen reader goes by it: a code of two letters that ISO 639-1 has, with what follows.
pub(super) fn language(tag: Option<&str>) -> Option<String> {
    const KNOWN: &str = "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
        en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg \
        ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr \
        nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti \
        tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";
    let tag = tag?.trim();
    let mut parts = tag.split('-');
    let first = match parts.next()?.to_ascii_lowercase().as_str() {
        // What X writes for Hebrew and Indonesian.
        "iw" => "he".to_owned(),
        "in" => "id".to_owned(),
        other => other.to_owned(),
    };
    let known = first.len() == 2 && KNOWN.split(' ').any(|code| code == first);
    let rest: Vec<&str> = parts.take(3).collect();
    let plain = rest
        .iter()
        .all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    (known && plain).then(|| rest.iter().fold(first, |tag, part| format!("{tag}-{part}")))
}

/// Who said what stands at a post's place, to say to whom a turn replies.
pub(super) struct Turns<'a>(BTreeMap<PostIndex, &'a Turn>);

impl<'a> Turns<'a> {
    pub(super) fn of(transcript: &'a Transcript) -> Self {
        Self(transcript.turns().map(|turn| (turn.post, turn)).collect())
    }
    /// The turn with this post.
    pub(super) fn get(&self, post: PostIndex) -> Option<&'a Turn> {
        self.0.get(&post).copied()
    }
    /// How its author is called; `None` where the post is not in the transcript.
    pub(super) fn called(&self, post: PostIndex) -> Option<String> {
        Some(match &self.get(post)?.said {
            Said::Words(words) | Said::PassedOn(words) => called(&words.speaker),
            Said::Withdrawn => "a post that was withdrawn".to_owned(),
        })
    }
    /// What a turn replies to, in words, and the turn that it is.
    pub(super) fn replies_to(&self, to: &RepliesTo) -> (String, Option<PostIndex>) {
        match to {
            RepliesTo::Turn { post } => match self.called(*post) {
                Some(called) => (called, Some(*post)),
                None => ("a post that is not shown here".to_owned(), None),
            },
            RepliesTo::Elsewhere => ("a post of another time".to_owned(), None),
            RepliesTo::Withdrawn => ("a post that was withdrawn".to_owned(), None),
            RepliesTo::NotKnown => ("a post that is not in the archive".to_owned(), None),
        }
    }
}

/// A part of a transcript, in the order of reading.
pub(super) struct Section<'a> {
    /// Its name in files and, with a question's number, in addresses.
    pub(super) code: &'static str,
    /// Its anchor.
    pub(super) id: String,
    /// Its heading.
    pub(super) heading: String,
    /// What should be known of it; empty where the heading says it.
    pub(super) note: &'static str,
    /// The question that it is about.
    pub(super) asked: Option<&'a Asked>,
    /// What was said.
    pub(super) turns: &'a [Turn],
}

/// The parts of a transcript that have anything in them. A question stands with its answers even if it has none.
pub(super) fn sections(transcript: &Transcript) -> Vec<Section<'_>> {
    let part = |code, heading: &str, note, turns| Section {
        code,
        id: code.to_owned(),
        heading: heading.to_owned(),
        note,
        asked: None,
        turns,
    };
    let has_questions = !transcript.questions.is_empty();
    let opening = if has_questions { "Before the first question" } else { "What was said" };
    let mut sections = vec![part("opening", opening, "", transcript.opening.as_slice())];
    sections.extend(transcript.questions.iter().map(|asked| Section {
        code: "answer",
        id: asked.number.to_string(),
        heading: format!("{}. {}", asked.number, question(asked)),
        note: "",
        asked: Some(asked),
        turns: &asked.answers,
    }));
    sections.push(part(
        "unassigned",
        if has_questions { "Not given to a question" } else { "What else was said" },
        if has_questions {
            "These posts name no question, reply to none and quote none. Some may answer one all the same."
        } else {
            ""
        },
        &transcript.unassigned,
    ));
    sections.push(part("afterwards", "In the days after", "", &transcript.afterwards));
    sections.push(part(
        "passed_on",
        "Passed on from elsewhere",
        "These posts are not of this session: somebody passed them on in it.",
        &transcript.passed_on,
    ));
    sections.retain(|section| section.asked.is_some() || !section.turns.is_empty());
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_keeps_its_lines_and_loses_what_hides() {
        assert_eq!(lines("\n\na\u{202e}b\r\n\r\n\n  c \t d\n\n"), ["ab", "", "c d"]);
        assert!(lines("\u{200b}\n\u{202e}").is_empty());
    }

    #[test]
    fn a_post_is_never_endless() {
        for huge in ["w".repeat(1_000_000), "w\n".repeat(500_000), "w w\u{301}".repeat(300_000)] {
            let lines = lines(&huge);
            assert!(lines.iter().map(|line| line.chars().count()).sum::<usize>() < LONGEST + 100);
            assert_eq!(lines.last().unwrap(), "(Cut: the JSON file has more of it.)");
        }
        assert!(lines(&"x".repeat(LONGEST)).len() == 1);
    }

    #[test]
    fn only_languages_that_are_known_are_claimed() {
        assert_eq!(language(Some("en-GB")).as_deref(), Some("en-GB"));
        assert_eq!(language(Some("iw")).as_deref(), Some("he"));
        for odd in ["und", "qme", "zxx", "xx", "", "en-\"><script>", "e"] {
            assert_eq!(language(Some(odd)), None, "{odd}");
        }
    }
}
