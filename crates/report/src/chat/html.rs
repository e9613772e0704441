//! A transcript as HTML. Threads are flat lists whose indentation ends at a depth that a phone can bear; that a turn replies
//! to another, and to whom, is said in words, seen or heard.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use someasure_model::OrganisationId;
use someasure_model::chat::{How, Quoted, Said, Speaker, Transcript, Turn, Words};

use super::Setting;
use super::activities::anchor;
use super::words::{self, Text, Turns, called, clock, sections};
use crate::text::web_address;

/// The deepest indentation.
const DEEPEST: u32 = 4;
/// So many who passed something on are named at once; more are behind a click.
const NAMED_AT_ONCE: usize = 4;

const STYLE: &str = include_str!("../assets/style.css");

/// Where an organisation's page is, for those that have one.
pub(super) type PageOf<'a> = &'a dyn Fn(&OrganisationId) -> Option<String>;

struct Writer<'a> {
    transcript: &'a Transcript,
    setting: &'a Setting<'a>,
    turns: Turns<'a>,
    page_of: PageOf<'a>,
}

/// The transcript, section by section.
pub(super) fn fragment(transcript: &Transcript, setting: &Setting<'_>, page_of: PageOf<'_>) -> Markup {
    let writer = Writer { transcript, setting, turns: Turns::of(transcript), page_of };
    html! {
        @for section in sections(transcript) {
            section aria-labelledby=(section.id) {
                h2 id=(section.id) {
                    @if let Some(asked) = section.asked { (asked.number) ". " bdi { (words::question(asked)) } }
                    @else { (section.heading) }
                }
                @if !section.note.is_empty() { p { (section.note) } }
                @if let Some(asked) = section.asked {
                    @if !asked.posts.is_empty() { div.asked { (writer.list(&asked.posts)) } }
                    @if asked.answers.is_empty() { p { "No post could be given to this question." } }
                    @else if !asked.posts.is_empty() { h3 { "Answers" span.visually-hidden { " to " (asked.number) } } }
                }
                (writer.list(section.turns))
            }
        }
    }
}

/// A page that needs nothing but itself.
pub(super) fn page(transcript: &Transcript, setting: &Setting<'_>) -> Markup {
    let title = super::sentences::title(transcript);
    // Without the site's font, which is a file of its own.
    let style: String = STYLE
        .lines()
        .filter(|line| !line.starts_with("@font-face"))
        .flat_map(|line| [line.trim(), "\n"])
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (crate::text::shorten(&title, 70)) }
                meta name="color-scheme" content="light dark";
                style { (PreEscaped(style)) }
            }
            body {
                main.wrap {
                    h1 { bdi { (title) } }
                    @for line in super::sentences::about(transcript, setting) { p { bdi { (line) } } }
                    (fragment(transcript, setting, &|_| None))
                }
            }
        }
    }
}

impl Writer<'_> {
    fn list(&self, turns: &[Turn]) -> Markup {
        html! {
            @if !turns.is_empty() {
                ol.turns { @for turn in turns { (self.turn(turn)) } }
            }
        }
    }

    fn turn(&self, turn: &Turn) -> Markup {
        let depth = turn.depth.min(DEEPEST);
        let class = if depth == 0 { "turn".to_owned() } else { format!("turn d{depth}") };
        html! {
            li class=(class) id=(anchor(turn.post)) {
                @match &turn.said {
                    Said::Words(words) => { (self.who(words, turn)) (self.said(words)) }
                    Said::PassedOn(words) => { (self.who(words, turn)) (self.said(words)) }
                    Said::Withdrawn => {
                        p.withdrawn { "A post that was withdrawn." }
                        (self.reply(turn))
                    }
                }
                (self.quoted(turn))
                (self.passed_on(turn))
                @if let Some(under) = how(turn) { p.how { (under) } }
            }
        }
    }

    /// Who, when, where, and to whom.
    fn who(&self, words: &Words, turn: &Turn) -> Markup {
        html! {
            p.who {
                (self.speaker(&words.speaker))
                @if words.host { " " span.tag { "host" } }
                " " a.at href={ "#" (anchor(turn.post)) } { time datetime=(words.at) { (clock(words.at, self.transcript, self.setting.zone)) } }
                " · " (self.own_page(words))
            }
            (self.reply(turn))
        }
    }

    fn reply(&self, turn: &Turn) -> Markup {
        let Some(to) = &turn.replies_to else { return html! {} };
        let (whom, post) = self.turns.replies_to(to);
        // Where it stands below what it replies to, the eye sees it; ears are told.
        let is_seen = turn.depth > 0 && turn.depth <= DEEPEST;
        html! {
            @if is_seen { p.visually-hidden { "In reply to " bdi { (whom) } } }
            @else {
                p.how {
                    "In reply to "
                    @match post {
                        Some(post) => { a href={ "#" (anchor(post)) } { bdi { (whom) } } }
                        None => { (whom) }
                    }
                }
            }
        }
    }

    fn speaker(&self, speaker: &Speaker) -> Markup {
        let Speaker::Named { link, organisation, .. } = speaker else {
            return html! { b.by { (called(speaker)) } };
        };
        let page = organisation.as_ref().and_then(|id| (self.page_of)(id));
        html! {
            b.by { (crate::text::link(link.as_deref().unwrap_or_default(), &called(speaker))) }
            @if let Some(handle) = words::handle(speaker) { " " span.handle { bdi { (handle) } } }
            @if let Some(page) = page { " (" a href=(page) { "organisation" } ")" }
            @else if organisation.is_some() { " (organisation)" }
        }
    }

    /// The platform, as the way to the post itself.
    fn own_page(&self, words: &Words) -> Markup {
        let platform = crate::text::name(words.platform.title());
        let named = matches!(words.speaker, Speaker::Named { .. });
        html! {
            @match words.link.as_deref().and_then(web_address).filter(|_| named) {
                Some(link) => { a href=(link) rel="nofollow noopener" { (platform) } }
                None => { (platform) }
            }
        }
    }

    fn said(&self, words: &Words) -> Markup {
        let language = words::language(words.language.as_deref());
        let lines = match words::text(words, self.setting) {
            Text::Lines(lines) => lines,
            Text::None(why) => return html! { p.withdrawn { (why) } (pictures(words)) },
        };
        let addresses = words::addresses(words);
        let in_text =
            |address: &str| lines.iter().any(|line| line.split(' ').any(|word| bare(word) == address));
        let beside: Vec<&&str> = addresses.iter().filter(|address| !in_text(address)).collect();
        html! {
            @for paragraph in lines.split(String::is_empty) {
                p.said dir="auto" lang=[language.as_deref().filter(|tag| *tag != "en")] {
                    @for (i, line) in paragraph.iter().enumerate() {
                        @if i > 0 { br; }
                        (with_links(line, &addresses))
                    }
                }
            }
            @for address in beside {
                p.also { "Link: " (crate::layout::outside(address)) }
            }
            (pictures(words))
        }
    }

    fn quoted(&self, turn: &Turn) -> Markup {
        let place = |post: u32| {
            let whom = self.turns.called(post);
            html! {
                @match whom {
                    Some(whom) => { "Quotes " a href={ "#" (anchor(post)) } { bdi { (whom) } } }
                    None => { "Quotes a post that is not shown here." }
                }
            }
        };
        html! {
            @match &turn.quoted {
                None => {}
                Some(Quoted::Shown(words)) => {
                    blockquote.quoted {
                        p.who {
                            (self.speaker(&words.speaker)) " "
                            time datetime=(words.at) { (clock(words.at, self.transcript, self.setting.zone)) }
                            " · " (self.own_page(words))
                        }
                        (self.said(words))
                    }
                }
                Some(Quoted::Turn { post } | Quoted::ShownBy { post }) => { p.how { (place(*post)) } }
                Some(Quoted::Withdrawn) => { p.how { "Quotes a post that was withdrawn." } }
                Some(Quoted::NotKnown) => { p.how { "Quotes a post that is not in the archive." } }
            }
        }
    }

    fn passed_on(&self, turn: &Turn) -> Markup {
        let Some(said) = words::passed_on(&turn.passed_on_by) else { return html! {} };
        let names = words::all_called(turn.passed_on_by.iter().map(|by| &by.speaker));
        html! {
            @if turn.passed_on_by.len() <= NAMED_AT_ONCE { p.how { (said) ": " bdi { (names) } } }
            @else { details.how { summary { (said) } p { bdi { (names) } } } }
        }
    }
}

/// Why a post stands under its question; nothing for what stands below an answer and is there for that alone.
fn how(turn: &Turn) -> Option<String> {
    let is_seen = turn.depth > 0 && matches!(turn.under.as_slice(), [only] if only.how == How::Thread);
    if is_seen { None } else { words::under(turn) }
}

fn pictures(words: &Words) -> Markup {
    html! { @for picture in words::pictures(words) { p.also { bdi { (picture) } } } }
}

/// A word without what closes a sentence around it.
fn bare(word: &str) -> &str {
    word.trim_start_matches(['(', '[', '"', '“', '‘'])
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '”', '’', '…'])
}

/// A line in which the post's own addresses are links.
fn with_links(line: &str, addresses: &[&str]) -> Markup {
    html! {
        @for (i, word) in line.split(' ').enumerate() {
            @if i > 0 { " " }
            @let address = bare(word);
            @if addresses.contains(&address) {
                @let (before, after) = word.split_once(address).unwrap_or_default();
                (before) (crate::layout::outside(address)) (after)
            } @else { (word) }
        }
    }
}
