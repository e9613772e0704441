//! A transcript in Markdown: a list of posts under headings, replies below what they reply to. What people wrote is
//! escaped, so that it reads as they wrote it and becomes no heading, list, link, picture or markup; their links stand
//! beside it as links of their own.

use someasure_model::chat::{Quoted, Said, Speaker, Transcript, Turn, Words};

use super::Setting;
use super::words::{self, Text, Turns, called, clock, sections};
use crate::text::web_address;

/// How deep lists are nested; what is deeper says to whom it replies.
const DEEPEST: usize = 4;

pub(super) fn write(transcript: &Transcript, setting: &Setting<'_>) -> String {
    let turns = Turns::of(transcript);
    let mut out = format!("# {}\n\n", escaped(&super::sentences::title(transcript)));
    for line in super::sentences::about(transcript, setting) {
        out.push_str(&escaped(&line));
        out.push_str("\n\n");
    }
    for section in sections(transcript) {
        out.push_str(&format!("## {}\n\n", escaped(&section.heading)));
        if !section.note.is_empty() {
            out.push_str(&format!("{}\n\n", escaped(section.note)));
        }
        let writer = Writer { transcript, setting, turns: &turns };
        if let Some(asked) = section.asked {
            writer.list(&mut out, &asked.posts);
            if !asked.posts.is_empty() && !section.turns.is_empty() {
                // Two lists that follow each other are one list to Markdown.
                out.push_str("### Answers\n\n");
            }
        }
        writer.list(&mut out, section.turns);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

struct Writer<'a> {
    transcript: &'a Transcript,
    setting: &'a Setting<'a>,
    turns: &'a Turns<'a>,
}

impl Writer<'_> {
    fn list(&self, out: &mut String, turns: &[Turn]) {
        let mut depth = 0;
        for (i, turn) in turns.iter().enumerate() {
            // An item can only be one deeper than the one before it.
            depth = (turn.depth as usize).min(DEEPEST).min(if i == 0 { 0 } else { depth + 1 });
            let shown_below = depth == turn.depth as usize;
            self.item(out, turn, depth, shown_below);
        }
        if !turns.is_empty() {
            out.push('\n');
        }
    }

    fn item(&self, out: &mut String, turn: &Turn, depth: usize, is_below: bool) {
        let indent = "  ".repeat(depth);
        let mut lines: Vec<String> = Vec::new();
        match &turn.said {
            Said::Words(words) => self.said(&mut lines, words, ""),
            Said::PassedOn(words) => self.said(&mut lines, words, " (of another time)"),
            Said::Withdrawn => lines.push("*A post that was withdrawn.*".to_owned()),
        }
        if let Some(to) = &turn.replies_to
            && (!is_below || depth == 0)
        {
            lines.push(format!("*In reply to {}.*", escaped(&self.turns.replies_to(to).0)));
        }
        match &turn.quoted {
            None => {}
            Some(Quoted::Shown(words)) => {
                let mut quoted = Vec::new();
                self.said(&mut quoted, words, "");
                lines.push(format!("*Quotes:* {}", quoted.join(" / ")));
            }
            Some(Quoted::Turn { post } | Quoted::ShownBy { post }) => {
                let whom =
                    self.turns.called(*post).unwrap_or_else(|| "a post that is not shown here".to_owned());
                lines.push(format!("*Quotes {}: see there.*", escaped(&whom)));
            }
            Some(Quoted::Withdrawn) => lines.push("*Quotes a post that was withdrawn.*".to_owned()),
            Some(Quoted::NotKnown) => lines.push("*Quotes a post that is not in the archive.*".to_owned()),
        }
        if let Some(passed_on) = words::passed_on(&turn.passed_on_by) {
            let by = words::all_called(turn.passed_on_by.iter().map(|by| &by.speaker));
            lines.push(format!("*{passed_on}:* {}", escaped(&by)));
        }
        for (i, line) in lines.iter().enumerate() {
            let lead = if i == 0 { "- " } else { "  " };
            let end = if i + 1 < lines.len() { "\\\n" } else { "\n" };
            out.push_str(&format!("{indent}{lead}{line}{end}"));
        }
    }

    /// Who, when and where; then the words, a line each; then links and pictures.
    fn said(&self, lines: &mut Vec<String>, words: &Words, also: &str) {
        let who = escaped(&called(&words.speaker));
        let handle =
            words::handle(&words.speaker).map_or_else(String::new, |handle| format!(" {}", escaped(&handle)));
        let host = if words.host { ", host" } else { "" };
        let at = clock(words.at, self.transcript, self.setting.zone);
        let own = words
            .link
            .as_deref()
            .and_then(linkable)
            .filter(|_| matches!(words.speaker, Speaker::Named { .. }));
        let at = own.map_or_else(|| at.clone(), |link| format!("[{at}](<{link}>)"));
        lines.push(format!("**{who}**{handle}{host}, {at}, {}{also}", escaped(words.platform.title())));
        match words::text(words, self.setting) {
            Text::Lines(text) => {
                lines.extend(text.iter().filter(|line| !line.is_empty()).map(|line| escaped(line)))
            }
            Text::None(why) => lines.push(format!("*{}*", escaped(&why))),
        }
        for address in words::addresses(words).into_iter().filter_map(linkable) {
            lines.push(format!("Link: <{address}>"));
        }
        lines.extend(words::pictures(words).map(|picture| escaped(&picture)));
    }
}

/// An address that may stand between `<` and `>`: of the web, and plain.
fn linkable(address: &str) -> Option<&str> {
    web_address(address).filter(|address| address.is_ascii())
}

/// The text as Markdown that shows it and does nothing else.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let escape = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '^' | '!' | '{'
            | '}' => true,
            // At the beginning of a line these make headings, lists and rules.
            '#' | '+' | '-' | '=' | ':' | '%' if at == 0 => true,
            '.' | ')' => at == digits && at > 0 || c == '.' && ends_as_www(&text[..at]),
            // What some readers make links of, and of mail addresses and mentions.
            ':' => text[at..].starts_with("://"),
            '@' => true,
            '#' => before.is_whitespace(),
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

fn ends_as_www(before: &str) -> bool {
    before.len() >= 3
        && before.is_char_boundary(before.len() - 3)
        && before[before.len() - 3..].eq_ignore_ascii_case("www")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_people_wrote_becomes_no_markup() {
        for (wrote, written) in [
            ("# a heading", "\\# a heading"),
            ("- a list", "\\- a list"),
            ("12. a list", "12\\. a list"),
            ("12) a list", "12\\) a list"),
            ("[a](b) ![c](d)", "\\[a\\](b) \\!\\[c\\](d)"),
            ("<b>&amp;</b>", "\\<b\\>\\&amp;\\</b\\>"),
            ("https://a.example www.b.example", "https\\://a.example www\\.b.example"),
            ("ann@example.org", "ann\\@example.org"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("> quoted *and* _so_ `on` \\", "\\> quoted \\*and\\* \\_so\\_ \\`on\\` \\\\"),
            ("well-known, at 3.15: yes (it is) #nhssm", "well-known, at 3.15: yes (it is) \\#nhssm"),
        ] {
            assert_eq!(escaped(wrote), written);
        }
    }
}
