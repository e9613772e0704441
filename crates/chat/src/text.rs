//! Words that others wrote, made readable and cut into what matters here: invisible characters go before anything
//! is looked for, or a handle could hide from its own replacement.

/// The longest text that is shown, in characters: as many as X allows those who pay for it.
pub(crate) const LONGEST: usize = 25_000;

/// The text without control, direction and invisible characters, with its lines, and with at most four marks on a
/// letter; cut off at [`LONGEST`].
pub(crate) fn clean(text: &str) -> String {
    // Most texts hide nothing.
    if text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.trim_end().to_owned();
    }
    let mut out = String::with_capacity(text.len().min(LONGEST));
    let (mut marks, mut last, mut length) = (0, ' ', 0);
    for c in text.chars() {
        let c = match c {
            '\r' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            '\u{ff20}' | '\u{fe6b}' => '@',
            c => c,
        };
        if is_hidden(c) || (c == '\n' && last == '\n') && out.ends_with("\n\n") {
            continue;
        }
        // Joiners shape letters and emoji outside ASCII; elsewhere they only hide.
        if matches!(c, '\u{200c}' | '\u{200d}') && last.is_ascii() {
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > 4 {
            continue;
        }
        if length == LONGEST {
            out.push('…');
            break;
        }
        out.push(c);
        length += 1;
        last = c;
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// `@name`, or `@name@server`; without the '@' in front.
    Mention(&'a str),
    /// `https://…`, `www.…`, or `x.com/…`.
    Address(&'a str),
    /// `name@server`.
    Mail(&'a str),
    /// A run of letters, digits, '_', '.' and '-'.
    Word(&'a str),
    /// Everything else.
    Rest(&'a str),
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Cuts a text into pieces; together they are the text, but for the '@' of mentions.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let piece_len = |fits: &dyn Fn(char) -> bool, from: usize| {
            rest[from..].find(|c| !fits(c)).map_or(rest.len(), |end| from + end)
        };
        let begins =
            |start: &&str| rest.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
        // `x.com/name` is an address without its scheme.
        let is_bare = || {
            let end = piece_len(&is_name, 0);
            rest[end..].starts_with('/') && rest[..end].contains('.')
        };
        let address = ["https://", "http://", "www."].iter().any(begins) || (is_name(first) && is_bare());
        let end;
        if address {
            end = piece_len(&|c| !c.is_whitespace() && !"<>\"".contains(c), 0);
            let shown =
                rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '…', '\'', '’']);
            found.push(Piece::Address(shown));
            rest = &rest[shown.len()..];
            continue;
        } else if matches!(first, '.' | '-') {
            // `.@name` begins many answers.
            end = piece_len(&|c| matches!(c, '.' | '-'), 0);
            found.push(Piece::Rest(&rest[..end]));
        } else if rest.starts_with("@@") {
            // All but the last, which may begin a name.
            end = piece_len(&|c| c == '@', 0) - 1;
            found.push(Piece::Rest(&rest[..end]));
        } else if first == '@' {
            let fits = |c: char| is_name(c) || c == '@';
            end = piece_len(&fits, 1);
            let name = rest[1..end].trim_end_matches(['.', '-', '@']);
            if name.is_empty() {
                found.push(Piece::Rest(&rest[..1]));
                rest = &rest[1..];
            } else {
                found.push(Piece::Mention(name));
                rest = &rest[1 + name.len()..];
            }
            continue;
        } else if is_name(first) {
            end = piece_len(&|c| is_name(c) || c == '@', 0);
            let word = rest[..end].trim_end_matches(['.', '-', '@']);
            // In writing without spaces, a mention follows a letter: only letters of ASCII make a mail address.
            let word = match word.split_once('@') {
                Some((before, _)) if !before.is_ascii() => before,
                _ => word,
            };
            found.push(if word.contains('@') { Piece::Mail(word) } else { Piece::Word(word) });
            rest = &rest[word.len()..];
            continue;
        } else {
            end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == '@' || is_name(*c))
                .map_or(rest.len(), |(at, _)| at);
            found.push(Piece::Rest(&rest[..end]));
        }
        rest = &rest[end..];
    }
    found
}

/// The names that a text mentions, where the source does not list them.
pub(crate) fn mentions_in(text: &str) -> Vec<String> {
    if !text.contains(['@', '＠']) {
        return Vec::new();
    }
    let text = clean(text);
    let named = pieces(&text).into_iter().filter_map(|piece| match piece {
        Piece::Mention(name) => Some(name.to_lowercase()),
        _ => None,
    });
    named.collect()
}

/// Stands for what somebody who withdrew said, where another passed it on by hand.
const WITHDRAWN: &str = "[withdrawn]";

/// What two copies of a text share, though one is cut off: its first letters.
pub(crate) fn opening_words(text: &str) -> String {
    let text: String = text.chars().take(400).collect();
    clean(&text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect()
}

/// Whether two texts open alike, as far as the shorter one goes; a few letters prove nothing.
pub(crate) fn open_alike(one: &str, other: &str) -> bool {
    one.len().min(other.len()) >= 10 && (one.starts_with(other) || other.starts_with(one))
}

/// A cleaned text without what it passes on by hand of people who withdrew: all that follows `RT @name`, `MT @name` or `“@name:`,
/// and all of it where it ends in `via @name` and opens as a post of theirs does. `withdrew` is asked with a handle,
/// `said` with a handle and what the words before it open with.
pub(crate) fn without_passed_on(
    text: &str,
    withdrew: impl Fn(&str) -> bool,
    said: impl Fn(&str, &str) -> bool,
) -> String {
    for (at, _) in text.match_indices('@') {
        let handle = handle_at(&text[at + 1..]);
        if handle.is_empty() || !withdrew(handle) {
            continue;
        }
        let before = text[..at].trim_end();
        let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let begins = before.len() - last.len();
        let is = |words: &[&str]| words.iter().any(|word| last.eq_ignore_ascii_case(word));
        let quotes = before.len() == at
            && before.ends_with(['"', '“', '”', '„', '«'])
            && text[at + 1 + handle.len()..].starts_with(':');
        if is(&["rt", "mt"]) {
            return format!("{}{} {WITHDRAWN}", &text[..begins], last);
        }
        if quotes {
            return format!("{}{WITHDRAWN}", &text[..at]);
        }
        if is(&["via"]) && said(handle, &opening_words(&text[..begins])) {
            return format!("{WITHDRAWN} {}{WITHDRAWN}", &text[begins..at]);
        }
    }
    text.to_owned()
}

/// The handle at the beginning of a text; what is longer than any is none.
fn handle_at(text: &str) -> &str {
    let length =
        text.bytes().take(320).take_while(|c| c.is_ascii_alphanumeric() || b"_.-@".contains(c)).count();
    text[..length].trim_end_matches(['.', '-', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_mentions_addresses_and_words() {
        use Piece::*;
        assert_eq!(
            pieces("RT @Ann: see (https://x.org/a_b). Mail bob@nhs.example, or @c@d.example!"),
            [
                Word("RT"),
                Rest(" "),
                Mention("Ann"),
                Rest(": "),
                Word("see"),
                Rest(" ("),
                Address("https://x.org/a_b"),
                Rest(")"),
                Rest("."),
                Rest(" "),
                Word("Mail"),
                Rest(" "),
                Mail("bob@nhs.example"),
                Rest(", "),
                Word("or"),
                Rest(" "),
                Mention("c@d.example"),
                Rest("!"),
            ]
        );
        assert_eq!(pieces("漢字@ann"), [Word("漢字"), Mention("ann")]);
        assert_eq!(pieces(".@ann ..."), [Rest("."), Mention("ann"), Rest(" "), Rest("...")]);
        assert_eq!(
            pieces("@ @@ a@"),
            [Rest("@"), Rest(" "), Rest("@"), Rest("@"), Rest(" "), Word("a"), Rest("@")]
        );
    }

    #[test]
    fn what_was_passed_on_by_hand_goes_with_whoever_said_it() {
        let without = |text: &str| {
            without_passed_on(
                text,
                |handle| handle == "gone",
                |_, opening| open_alike(opening, "thesecretofgus"),
            )
        };
        for (text, left) in [
            ("So true! RT @gone: The secret of Gus", "So true! RT [withdrawn]"),
            ("MT@gone the secret", "MT [withdrawn]"),
            ("“@gone: the secret” indeed", "“[withdrawn]"),
            ("The secret of Gus via @gone", "[withdrawn] via [withdrawn]"),
            ("I came here via @gone", "I came here via @gone"),
            ("RT @ann: hello @gone", "RT @ann: hello @gone"),
            ("start @gone: hello", "start @gone: hello"),
        ] {
            assert_eq!(without(text), left);
        }
    }

    #[test]
    fn what_hides_in_a_text_is_taken_out_before_it_is_read() {
        assert_eq!(clean("a\u{202e}b\u{200b}@\u{200d}n\u{0}"), "ab@n");
        assert_eq!(clean(&"e\u{301}".repeat(3)), "e\u{301}".repeat(3));
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(90))).chars().count(), 5);
        assert_eq!(clean(&"x".repeat(1_000_000)).chars().count(), LONGEST + 1);
        assert_eq!(mentions_in("＠Ann and @\u{200b}Bob"), ["ann", "bob"]);
    }
}
