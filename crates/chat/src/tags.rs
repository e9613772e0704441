//! What a post says of itself: `Q1`, `A2a`, `#A1`, `A1 & A2`, `1️⃣`. Only the text is looked at; who says it, and whether
//! there is such a question, is decided in `questions`.

use crate::text::clean;

/// The largest number of a question.
const LARGEST: u32 = 30;
/// Characters of a post in which tags are looked for.
const LOOKED_AT: usize = 5_000;

/// What a tag begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Letter {
    /// `Q`, `Question`.
    Q,
    /// `A`, `Ans`, `Answer`.
    A,
    /// `T`, `Topic`.
    T,
    /// A number alone: `1)`, `1️⃣`.
    Bare,
}

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) letter: Letter,
    pub(crate) number: u32,
    pub(crate) part: Option<char>,
}

/// The tags of a post.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tags {
    /// At its beginning, after names, hashtags and signs.
    pub(crate) leading: Vec<Tag>,
    /// Further on, marked as tags by '#', by ':' or by beginning a line or a sentence; and at the very end.
    pub(crate) inside: Vec<Tag>,
    /// Whether a foreign chat's hashtag stands in front of the first tag.
    pub(crate) after_hashtag: Option<String>,
}

impl Tags {
    pub(crate) fn is_empty(&self) -> bool {
        self.leading.is_empty() && self.inside.is_empty()
    }
}

/// Words after which `A1` or `Q1` is no tag: a road, a size, a quarter.
const NOT_BEFORE: [&str; 36] = [
    "steel",
    "motorway",
    "road",
    "roads",
    "paper",
    "size",
    "sized",
    "poster",
    "posters",
    "northbound",
    "southbound",
    "junction",
    "sheet",
    "sheets",
    "m",
    "results",
    "figures",
    "report",
    "reports",
    "earnings",
    "revenue",
    "budget",
    "sales",
    "data",
    "numbers",
    "forecast",
    "performance",
    "returns",
    "targets",
    "gdp",
    "close",
    "closed",
    "traffic",
    "delays",
    "spend",
    "milk",
];
/// Words in front of which `A1` is no tag.
const NOT_AFTER: [&str; 12] =
    ["the", "grade", "size", "level", "on", "via", "off", "an", "band", "in", "from", "of"];
/// Words that may stand in front of a leading tag.
const MAY_LEAD: [&str; 12] =
    ["re", "my", "our", "late", "ans", "answering", "and", "also", "for", "so", "ok", "hi"];

/// Whether the letters of a text hold one of these, as a word of its own.
fn word_at(text: &[char], from: usize) -> String {
    text[from..].iter().take_while(|c| c.is_alphanumeric()).flat_map(|c| c.to_lowercase()).take(24).collect()
}

/// The text with what a keyboard makes of digits put in one form.
fn plain(text: &str) -> Vec<char> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(end, _)| end);
    let text = clean(&text[..end]);
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fe0f}' | '\u{fe0e}' => {}
            '\u{1f51f}' => out.extend(['1', '\u{20e3}', '0', '\u{20e3}']),
            '\u{ff01}'..='\u{ff5e}' => out.extend(char::from_u32(c as u32 - 0xfee0)),
            c => out.push(c),
        }
    }
    out
}

struct Found {
    tag: Tag,
    end: usize,
    /// Followed by ':', ')', '.', '-', a line's end or nothing.
    marked: bool,
    upper: bool,
}

/// Digits, each perhaps in its own key: number, end, whether in keys.
fn number(text: &[char], from: usize) -> Option<(u32, usize, bool)> {
    let (mut at, mut value, mut digits, mut keys) = (from, 0, 0, false);
    while let Some(digit) = text.get(at).and_then(|c| c.to_digit(10)) {
        value = value * 10 + digit;
        digits += 1;
        at += 1;
        if text.get(at) == Some(&'\u{20e3}') {
            keys = true;
            at += 1;
        }
        if digits > 2 {
            return None;
        }
    }
    (digits > 0 && value <= LARGEST).then_some((value, at, keys))
}

/// A part's letter, and that the word ends there.
fn ending(text: &[char], from: usize) -> Option<(Option<char>, usize)> {
    let free = |at: usize| !text.get(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '%'));
    match text.get(from) {
        Some(c) if matches!(c.to_ascii_lowercase(), 'a'..='d') && free(from + 1) => {
            Some((Some(c.to_ascii_lowercase()), from + 1))
        }
        _ if free(from) => Some((None, from)),
        _ => None,
    }
}

/// A tag that begins here.
fn tag_at(text: &[char], from: usize) -> Option<Found> {
    let first = *text.get(from)?;
    if first.is_alphabetic() && !matches!(first, 'q' | 'Q' | 'a' | 'A' | 't' | 'T') {
        return None;
    }
    let rest = &text[from..];
    let letters = &rest[..rest.iter().take_while(|c| c.is_alphabetic()).count()];
    let is = |words: &[&str]| {
        words.iter().any(|word| {
            word.len() == letters.len() && word.chars().zip(letters).all(|(a, b)| a.eq_ignore_ascii_case(b))
        })
    };
    let letter = match letters {
        [] => Letter::Bare,
        _ if is(&["q", "question", "qu", "ques"]) => Letter::Q,
        _ if is(&["a", "ans", "answer"]) => Letter::A,
        _ if is(&["t", "topic"]) => Letter::T,
        _ => return None,
    };
    let mut at = from + letters.len();
    let mut spaced = false;
    if letter != Letter::Bare {
        while at < from + 10 && text.get(at).is_some_and(|c| matches!(c, ' ' | '.' | '-' | '#')) {
            spaced |= text[at] == ' ';
            at += 1;
        }
    }
    let (value, end, keys) = number(text, at)?;
    let (part, end) = if keys { (None, end) } else { ending(text, end)? };
    let next = text.get(end).copied();
    let after = |at: usize| text.get(at).copied();
    // "3.5", "1/2", "10:30": a number, not a tag.
    let is_decimal =
        matches!(next, Some('.' | ',' | ':' | '/')) && after(end + 1).is_some_and(|c| c.is_ascii_digit());
    let marked = keys
        || next.is_none_or(|c| matches!(c, ':' | ')' | ']' | '\n' | '–' | '—'))
        || (matches!(next, Some('.' | '-')) && after(end + 1).is_none_or(char::is_whitespace))
        || (next == Some(' ') && matches!(after(end + 1), Some('-' | '–' | '—' | ':')));
    let long = letters.len() > 1;
    let holds = match letter {
        Letter::Bare => {
            let close = matches!(next, Some(')'));
            let dotted = matches!(next, Some('.' | ':')) && after(end + 1).is_some_and(char::is_whitespace);
            part.is_none() && (keys || close || dotted) && !is_decimal
        }
        // "A 5 minute walk": with a space between, only what is marked is a tag.
        Letter::A | Letter::T => !spaced || marked || (long && letter == Letter::A),
        Letter::Q => !spaced || marked || first.is_uppercase(),
    };
    if !holds
        || (is_decimal
            && letter != Letter::Bare
            && next != Some('/')
            && next != Some(':')
            && next != Some(','))
    {
        return None;
    }
    if !marked && next == Some(' ') {
        let following = word_at(text, end + 1);
        let is_year = following.len() == 4 && following.starts_with("20");
        if NOT_BEFORE.contains(&following.as_str()) || is_year {
            return None;
        }
    }
    let tag = Tag { letter, number: value, part };
    Some(Found { tag, end, marked, upper: first.is_uppercase() || first == '#' })
}

/// Past what joins two tags: `A1/Q1`, `A1 & A2`, `A1, A2`, `A1 and 2`.
fn joined(text: &[char], from: usize) -> Option<usize> {
    let mut at = from;
    while text.get(at) == Some(&' ') {
        at += 1;
    }
    match text.get(at)? {
        '/' | '&' | '+' | ',' => at += 1,
        'a' | 'A' if word_at(text, at) == "and" => at += 3,
        '#' => {}
        _ => return None,
    }
    while text.get(at) == Some(&' ') {
        at += 1;
    }
    Some(at)
}

/// Past one word, name, hashtag or address.
fn past_word(text: &[char], from: usize) -> usize {
    text[from..].iter().position(|c| c.is_whitespace()).map_or(text.len(), |end| from + end)
}

fn is_address(text: &[char], from: usize) -> bool {
    let begins = |head: &str| {
        head.chars().zip(&text[from..]).filter(|(a, b)| b.eq_ignore_ascii_case(a)).count() == head.len()
    };
    matches!(text.get(from), Some('h' | 'H' | 'w' | 'W'))
        && ["http://", "https://", "www."].into_iter().any(begins)
}

/// Whether a text is worth reading: it has a number where a tag could end, or letters that are not of ASCII.
fn may_hold_tags(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut before = b' ';
    for (at, &byte) in bytes.iter().enumerate().take(LOOKED_AT * 4) {
        if !byte.is_ascii() {
            return true;
        }
        if byte.is_ascii_digit() && !before.is_ascii_digit() {
            let may_end = match before.to_ascii_lowercase() {
                b'q' | b'a' | b't' => at < 2 || !bytes[at - 2].is_ascii_alphanumeric(),
                b'n' | b's' | b'r' | b'c' | b'u' => {
                    let word = &bytes[bytes[..at]
                        .iter()
                        .rposition(|b| !b.is_ascii_alphabetic())
                        .map_or(0, |gap| gap + 1)..at];
                    ["question", "qu", "ques", "ans", "answer", "topic"]
                        .iter()
                        .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
                }
                other => !other.is_ascii_alphanumeric() && other != b'_',
            };
            if may_end {
                return true;
            }
        }
        before = byte;
    }
    false
}

/// The tags of a text.
pub(crate) fn tags(text: &str) -> Tags {
    if !may_hold_tags(text) {
        return Tags::default();
    }
    let text = plain(text);
    let mut tags = Tags::default();
    let mut at = 0;
    let mut words_before = 0;
    // What leads: names, hashtags, addresses, signs, and a word or two like "My".
    let mut end = loop {
        let Some(&c) = text.get(at) else { break at };
        if c == '@' || is_address(&text, at) {
            at = past_word(&text, at);
        } else if c == '#' {
            if let Some(found) = tag_at(&text, at + 1) {
                tags.leading.push(found.tag);
                break found.end;
            }
            tags.after_hashtag = Some(word_at(&text, at + 1));
            at = past_word(&text, at);
        } else if c.is_alphanumeric() {
            if let Some(found) = tag_at(&text, at) {
                tags.leading.push(found.tag);
                break found.end;
            }
            let word = word_at(&text, at);
            if words_before == 2 || !MAY_LEAD.contains(&word.as_str()) {
                break at;
            }
            words_before += 1;
            at += word.chars().count().max(1);
        } else {
            at += 1;
        }
    };
    if tags.leading.is_empty() {
        tags.after_hashtag = None;
    }
    while let (false, Some(next)) = (tags.leading.is_empty(), joined(&text, end)) {
        let hash = usize::from(text.get(next) == Some(&'#'));
        match tag_at(&text, next + hash) {
            Some(found) if found.tag.letter != Letter::Bare => {
                tags.leading.push(found.tag);
                end = found.end;
            }
            _ => match number(&text, next).map(|(value, at, _)| (value, ending(&text, at))) {
                // "A1 & 2", but neither "A1, 3 things" nor "A1 10 years".
                Some((value, Some((part, after))))
                    if matches!(text.get(next.wrapping_sub(1)), Some('/' | '&' | '+'))
                        || text.get(after) == Some(&':') =>
                {
                    let letter = tags.leading.last().map_or(Letter::Bare, |tag| tag.letter);
                    tags.leading.push(Tag { letter, number: value, part });
                    end = after;
                }
                _ => break,
            },
        }
    }
    inside(&text, end, &mut tags);
    tags
}

fn inside(text: &[char], from: usize, tags: &mut Tags) {
    let mut at = from;
    let last = last_word(text);
    while at < text.len() {
        let c = text[at];
        if c == '@' || is_address(text, at) {
            at = past_word(text, at);
            continue;
        }
        let starts =
            at == 0 || !(text[at - 1].is_alphanumeric() || matches!(text[at - 1], '_' | '.' | '-' | '/'));
        let hash = at > 0 && text[at - 1] == '#';
        if starts && c.is_alphanumeric() {
            // A line or a sentence begins here.
            let line = text[..at]
                .iter()
                .rev()
                .find(|c| !matches!(c, ' ' | '#'))
                .is_none_or(|c| matches!(c, '\n' | '.' | '!' | '?' | '…'));
            if let Some(found) = tag_at(text, at) {
                let clear =
                    found.upper && (hash || line || (found.marked && found.end < text.len()) || at == last);
                let bare = found.tag.letter == Letter::Bare;
                let unlike =
                    NOT_AFTER.contains(&word_before(text, at).as_str()) || is_road(&word_before(text, at));
                if (clear && !bare && !unlike) || (bare && found.marked) {
                    tags.inside.push(found.tag);
                }
                at = found.end.max(at + 1);
                continue;
            }
            at += text[at..].iter().position(|c| !c.is_alphanumeric()).unwrap_or(text.len() - at).max(1);
            continue;
        }
        at += 1;
    }
}

fn is_road(word: &str) -> bool {
    word.len() >= 2 && word.starts_with('m') && word[1..].bytes().all(|b| b.is_ascii_digit())
}

fn word_before(text: &[char], at: usize) -> String {
    let before: Vec<char> = text[..at]
        .iter()
        .rev()
        .skip_while(|c| !c.is_alphanumeric())
        .take_while(|c| c.is_alphanumeric())
        .copied()
        .collect();
    before.into_iter().rev().flat_map(char::to_lowercase).collect()
}

/// Where the last word begins that is no hashtag and no address.
fn last_word(text: &[char]) -> usize {
    let mut end = text.len();
    loop {
        while end > 0 && !text[end - 1].is_alphanumeric() {
            end -= 1;
        }
        let mut from = end;
        while from > 0 && !text[from - 1].is_whitespace() {
            from -= 1;
        }
        if from == end {
            return usize::MAX;
        }
        let is_tag = text[from] == '#' && tag_at(text, from + 1).is_some();
        if (text[from] == '#' && !is_tag) || is_address(text, from) {
            end = from;
            continue;
        }
        return from + text[from..end].iter().position(|c| c.is_alphanumeric()).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leading(text: &str) -> Vec<String> {
        let shown = |tag: &Tag| {
            let letter = if tag.letter == Letter::Bare { String::new() } else { format!("{:?}", tag.letter) };
            format!("{letter}{}{}", tag.number, tag.part.map(String::from).unwrap_or_default())
        };
        tags(text).leading.iter().map(shown).collect()
    }

    #[test]
    fn a_tag_at_the_beginning_is_read_in_its_many_forms() {
        for text in [
            "Q1",
            "Q1. What",
            "Q 1: What",
            "#Q1 What",
            "Question 1 What",
            "Q1️⃣ What",
            "#chat Q1 – What",
            "Ｑ１ What",
        ] {
            assert_eq!(leading(text), ["Q1"], "{text}");
        }
        for text in [
            "A1 yes",
            "a1: yes",
            ".@host A1. Yes",
            "@a @b #nhssm A1 yes",
            "(A1) yes",
            "A 1: yes",
            "Ans 1 yes",
            "My A1: yes",
            "A.1 yes",
        ] {
            assert_eq!(leading(text), ["A1"], "{text}");
        }
        assert_eq!(leading("A1a & A2: both"), ["A1a", "A2"]);
        assert_eq!(leading("A1/Q1 yes"), ["A1", "Q1"]);
        assert_eq!(leading("A1/2 yes"), ["A1", "A2"]);
        assert_eq!(leading("A1 and A3"), ["A1", "A3"]);
        assert_eq!(leading("1️⃣ Yes"), ["1"]);
        assert_eq!(leading("1) yes"), ["1"]);
        assert_eq!(leading("T1: trust"), ["T1"]);
    }

    #[test]
    fn what_only_looks_like_a_tag_is_none() {
        for text in [
            "a1 steel is a grade",
            "A1 motorway shut",
            "M1 A1 motorway",
            "Q&A tonight",
            "Q1 results are out",
            "Q1 2015",
            "A 5 minute walk",
            "Area1 yes",
            "A1abc",
            "A400 flew",
            "1.5 million",
            "10:30 start",
            "BA1 2QR",
            "https://a1.example/Q1:",
            "A4 paper",
            "Quite 1",
            "1,000 people",
        ] {
            assert_eq!(tags(text), Tags::default(), "{text}");
        }
    }

    #[test]
    fn a_second_answer_further_on_counts_where_it_is_marked() {
        let inside = |text: &str| tags(text).inside.iter().map(|tag| tag.number).collect::<Vec<_>>();
        assert_eq!(inside("A1: yes.\nA2 no"), [2]);
        assert_eq!(inside("A1: yes. A2: no"), [2]);
        assert_eq!(inside("totally agree with this #nhssm A3"), [3]);
        assert_eq!(inside("so true (#A2) for us"), [2]);
        assert_eq!(inside("stuck on the A1"), [] as [u32; 0]);
        assert_eq!(inside("we talked of A1 before"), [] as [u32; 0]);
    }
}
