//! `stories/<name>.md`: between two lines `+++` what is known of the story, then the curator's Markdown, with posts on lines
//! of their own.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;
use someasure_model::PostId;
use someasure_model::chat::story::Prose;
use someasure_model::chat::{ChatId, SessionId, StoryId};
use someasure_model::plain::clean;

use super::address::{Reference, reference};
use super::markdown;

/// The longest file that is read.
const LONGEST: usize = 4 << 20;
/// The longest note on a post.
const NOTE: usize = 2_000;

/// What is wrong with a story's file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct StoryError {
    /// `stories/<name>.md`
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What, and what to do.
    pub what: String,
}

impl fmt::Display for StoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: line {}: {}", self.file, self.line, self.what)
    }
}

/// A story's file, read: its posts are references still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryFile {
    /// Its name.
    pub id: StoryId,
    /// What stands between the lines `+++`.
    pub head: StoryHead,
    /// Words and posts in order, each with its line.
    pub parts: Vec<(usize, Part)>,
}

/// A part of a story's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The curator's words.
    Prose(Prose),
    /// A post to be shown.
    Post(Embed),
    /// A post that a draft suggests: not shown.
    Suggestion(Embed),
    /// A remark: not shown.
    Remark,
}

/// `{{ post x:123 with-parent | a note }}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// Which.
    pub post: Reference,
    /// Whether the post that it answers is shown too.
    pub with_parent: bool,
    /// What the curator says about it.
    pub note: Option<String>,
}

/// What is known of a story, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryHead {
    /// As pages call it.
    pub title: String,
    /// The chat.
    #[serde(default)]
    pub chat: Option<ChatId>,
    /// The session's day.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// Who tells it; may be empty in a draft.
    pub curator: String,
    /// When it was told.
    pub date: Date,
    /// In a sentence or two; may be empty in a draft.
    #[serde(default)]
    pub summary: String,
    /// BCP 47 tag.
    #[serde(default = "english")]
    pub language: String,
    /// Whether it is not released yet.
    #[serde(default)]
    pub draft: bool,
}

fn english() -> String {
    "en".to_owned()
}

/// What is wrong, and on which line.
pub(super) type Wrong = Vec<(usize, String)>;

impl StoryFile {
    /// Reads a story's file. Everything that is wrong is told, in the order of its lines.
    pub fn parse(id: &StoryId, text: &str) -> Result<Self, Vec<StoryError>> {
        let mut wrong = Wrong::new();
        let file = read(id, text, &mut wrong);
        match file {
            Some(file) if wrong.is_empty() => Ok(file),
            _ => {
                wrong.sort();
                let file = format!("stories/{id}.md");
                Err(wrong
                    .into_iter()
                    .map(|(line, what)| StoryError { file: file.clone(), line, what })
                    .collect())
            }
        }
    }

    /// The pictures that it shows, by their files' names.
    pub fn pictures(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        self.parts.iter().for_each(|(_, part)| {
            if let Part::Prose(prose) = part {
                pictures(prose, &mut found);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn pictures<'a>(prose: &'a Prose, found: &mut Vec<&'a str>) {
    match prose {
        Prose::Picture { file, .. } => found.push(file),
        Prose::List { items, .. } => items.iter().flatten().for_each(|prose| pictures(prose, found)),
        Prose::Quotation { prose } => prose.iter().for_each(|prose| pictures(prose, found)),
        _ => {}
    }
}

fn read(id: &StoryId, text: &str, wrong: &mut Wrong) -> Option<StoryFile> {
    if text.len() > LONGEST {
        wrong.push((1, format!("it has {} bytes; a story has at most {LONGEST}: divide it", text.len())));
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let Some((head, body)) = text.strip_prefix("+++\n").and_then(|rest| {
        rest.split_once("\n+++\n").or_else(|| rest.strip_suffix("\n+++").map(|head| (head, "")))
    }) else {
        wrong.push((1, "it must begin with a line +++, lines like title = \"…\", and a line +++".to_owned()));
        return None;
    };
    let first = head.matches('\n').count() + 4;
    let parts = parts(body, first, wrong);
    let head = match toml::from_str::<StoryHead>(head) {
        Ok(found) => {
            check(&found, head, wrong);
            StoryHead {
                title: clean(&found.title),
                curator: clean(&found.curator),
                summary: clean(&found.summary),
                ..found
            }
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start.min(head.len()));
            let line = head.as_bytes()[..at].iter().filter(|c| **c == b'\n').count() + 2;
            wrong.push((line, next_step(error.message())));
            return None;
        }
    };
    Some(StoryFile { id: id.clone(), head, parts })
}

fn next_step(message: &str) -> String {
    let message = message.trim_end();
    match message.lines().last() {
        Some(last) if last.starts_with("missing field") => format!("{message}: add it between the lines +++"),
        Some(last) if last.starts_with("unknown field") => format!("{message}: correct or delete it"),
        Some(last) if last.ends_with("expected a date string") => {
            format!("{message}: write it in quotes, like \"2015-01-14\"")
        }
        _ => message.to_owned(),
    }
}

fn check(head: &StoryHead, text: &str, wrong: &mut Wrong) {
    let line = |key: &str| {
        let found =
            text.lines().position(|line| line.split_once('=').is_some_and(|(name, _)| name.trim() == key));
        found.map_or(1, |at| at + 2)
    };
    if clean(&head.title).is_empty() {
        wrong.push((line("title"), "`title` is empty; fill it".to_owned()));
    }
    if !head.draft && clean(&head.curator).is_empty() {
        wrong.push((
            line("curator"),
            "`curator` is empty: say who tells this story, or add draft = true".to_owned(),
        ));
    }
    if !head.draft && clean(&head.summary).is_empty() {
        wrong.push((
            line("summary"),
            "`summary` is empty: say in a sentence what the story tells, or add draft = true".to_owned(),
        ));
    }
    let subtags: Vec<&str> = head.language.split('-').collect();
    let good = subtags
        .iter()
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric()));
    if !good || !(2..=3).contains(&subtags[0].len()) || !subtags[0].bytes().all(|c| c.is_ascii_alphabetic()) {
        wrong.push((
            line("language"),
            format!("'{}' is not a language tag; write it like \"en\" or \"de-CH\"", clean(&head.language)),
        ));
    }
}

/// Words and directives, in order. `first` is the number of the first line.
fn parts(body: &str, first: usize, wrong: &mut Wrong) -> Vec<(usize, Part)> {
    let mut parts: Vec<(usize, Part)> = Vec::new();
    // Words gathered so far, with the number of their first line.
    let mut words = String::new();
    let mut begins = first;
    let mut fence: Option<(char, usize)> = None;
    let mut remark: Option<usize> = None;
    for (at, line) in body.split('\n').enumerate() {
        let number = first + at;
        let bare = line.trim();
        if remark.is_some() {
            if let Some((_, after)) = bare.split_once("-->") {
                remark = None;
                if !after.trim().is_empty() {
                    wrong.push((
                        number,
                        "words stand after the end of a remark, -->; put them on a line of their own"
                            .to_owned(),
                    ));
                }
            }
            words.push('\n');
            continue;
        }
        if let Some((mark, length)) = fence {
            let run = bare.chars().take_while(|c| *c == mark).count();
            if run >= length && run == bare.chars().count() {
                fence = None;
            }
        } else if let Some(mark) = bare.chars().next().filter(|c| matches!(c, '`' | '~'))
            && let run @ 3.. = bare.chars().take_while(|c| *c == mark).count()
            && (mark == '~' || !bare[run..].contains('`'))
        {
            fence = Some((mark, run));
        } else {
            let part = if let Some(inner) = bare.strip_prefix("<!--") {
                match inner.split_once("-->") {
                    None => remark = Some(number),
                    Some((_, after)) if !after.trim().is_empty() => wrong.push((
                        number,
                        "words stand after the end of a remark, -->; put them on a line of their own"
                            .to_owned(),
                    )),
                    Some(_) => {}
                }
                Some(Part::Remark)
            } else if bare.starts_with("{{") {
                match directive(bare) {
                    Ok(part) => Some(part),
                    Err(what) => {
                        wrong.push((number, what));
                        Some(Part::Remark)
                    }
                }
            } else if bare.starts_with("http") && !bare.contains(char::is_whitespace) {
                reference(bare).map(|post| Part::Post(Embed { post, with_parent: false, note: None }))
            } else {
                if has_directive(bare) {
                    wrong.push((
                        number,
                        "'{{' stands within a line: a post has a line of its own; for the signs themselves write \\{{".to_owned(),
                    ));
                }
                None
            };
            if let Some(part) = part {
                gather(&mut words, begins, &mut parts, wrong);
                begins = number + 1;
                parts.push((number, part));
                continue;
            }
        }
        words.push_str(line);
        words.push('\n');
    }
    if let Some(number) = remark {
        wrong.push((number, "the remark that begins here has no end: close it with -->".to_owned()));
    }
    gather(&mut words, begins, &mut parts, wrong);
    parts
}

/// Whether `{{` stands in a line, neither escaped nor between backticks.
fn has_directive(line: &str) -> bool {
    let (mut before, mut in_code) = (' ', false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' if before != '\\' => in_code = !in_code,
            '{' if before != '\\' && !in_code && chars.peek() == Some(&'{') => return true,
            _ => {}
        }
        // An escaped stroke escapes nothing.
        before = if before == '\\' && c == '\\' { ' ' } else { c };
    }
    false
}

fn gather(words: &mut String, begins: usize, parts: &mut Vec<(usize, Part)>, wrong: &mut Wrong) {
    if !words.trim().is_empty() {
        for (line, prose) in markdown::prose(words, begins, wrong) {
            parts.push((line, Part::Prose(prose)));
        }
    }
    words.clear();
}

/// `{{ post x:123 with-parent | note }}`
fn directive(line: &str) -> Result<Part, String> {
    let Some(inner) = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
        return Err("'{{' has no '}}' at the end of its line; write it like {{ post x:123 }}".to_owned());
    };
    let (command, note) = match inner.split_once('|') {
        Some((command, note)) => (command, Some(note)),
        None => (inner, None),
    };
    let mut said = command.split_whitespace();
    let name = said.next().unwrap_or_default();
    if name != "post" && name != "suggest" {
        return Err(format!(
            "'{}' is not known here: write {{{{ post x:123 }}}}, and after the id with-parent or | a note, if you want them",
            shown(name)
        ));
    }
    let Some(which) = said.next() else {
        return Err(format!(
            "'{{{{ {name} }}}}' names no post: write its id or its address, like {{{{ {name} x:123 }}}}"
        ));
    };
    let post = match reference(which) {
        Some(post) => post,
        None => Reference::Id(which.parse::<PostId>().map_err(|error| {
            let error = error.to_string().replace(which, &shown(which));
            format!("{error}; or give the post's address, like https://twitter.com/user/status/123")
        })?),
    };
    let mut with_parent = false;
    for option in said {
        match option {
            "with-parent" => with_parent = true,
            other => {
                return Err(format!(
                    "'{}' is not known after a post: write with-parent, or a note after |, or delete it",
                    shown(other)
                ));
            }
        }
    }
    let note = note.map(clean).filter(|note| !note.is_empty());
    if let Some(long) = note.as_ref().map(|note| note.chars().count()).filter(|length| *length > NOTE) {
        return Err(format!("the note has {long} letters; it may have {NOTE}: tell the rest in a paragraph"));
    }
    let embed = Embed { post, with_parent, note };
    Ok(if name == "post" { Part::Post(embed) } else { Part::Suggestion(embed) })
}

/// A text of the file in a message.
pub(super) fn shown(text: &str) -> String {
    someasure_model::plain::shorten(&clean(text), 80)
}
