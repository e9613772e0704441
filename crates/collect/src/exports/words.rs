//! What stands in the words of a post: hashtags, mentions and addresses, where the format lists none; and
//! the marks by which platforms' texts are known. And what is said with a post beside its words: the choices of a poll.

use someasure_model::Media;

/// Whether a character may stand in a hashtag: letters and digits of any script with their marks, `_`.
fn in_hashtag(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '\u{200c}' | '\u{200d}' | '\u{b7}' | '\u{5be}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}'
            // Marks that are no letters for `is_alphanumeric`: accents, points, viramas, tone marks.
            | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6ed}' | '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}'
            | '\u{a3c}' | '\u{a4d}' | '\u{abc}' | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}'
            | '\u{ccd}' | '\u{d4d}' | '\u{dca}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
            | '\u{eb4}'..='\u{ecd}' | '\u{f0b}' | '\u{1037}'..='\u{103a}' | '\u{17c9}'..='\u{17d3}')
}

/// A poll among the media of its post: its choices, with their votes where the source says them, are what it shows.
/// Without choices they are not known.
pub(super) fn poll<'c>(choices: impl Iterator<Item = (&'c str, Option<i64>)>) -> Media {
    let choices: Vec<String> = choices
        .map(|(label, votes)| match votes {
            Some(votes) => format!("{label} ({votes})"),
            None => label.to_owned(),
        })
        .collect();
    let alt_text = (!choices.is_empty()).then(|| choices.join("; "));
    Media { kind: "poll".to_owned(), alt_text }
}

/// Hashtags in the order of the text, each spelling once, without '#'. A tag needs a letter: `#1` is a number.
pub(super) fn hashtags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        // After a letter, '&' or '/' it belongs to a word, an entity or an address.
        let opens = matches!(c, '#' | '＃') && !in_hashtag(before) && !matches!(before, '&' | '/' | '#');
        before = c;
        if !opens {
            continue;
        }
        let start = at + c.len_utf8();
        let mut end = start;
        while let Some((at, c)) = chars.next_if(|(_, c)| in_hashtag(*c)) {
            end = at + c.len_utf8();
            before = c;
        }
        let tag = &text[start..end];
        if tag.chars().any(char::is_alphabetic) && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// Names after '@' as X writes them, in the order of the text, each once.
pub(super) fn mentions(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(at) = rest.find(['@', '＠']) {
        let sign = rest[at..].chars().next().map_or(1, char::len_utf8);
        before = rest[..at].chars().next_back().unwrap_or(before);
        let name = x_name(&rest[at + sign..]);
        let opens = !(before.is_alphanumeric() || matches!(before, '_' | '@' | '/' | '.'));
        if opens && !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
        rest = &rest[at + sign..];
        before = '@';
    }
    names
}

/// The name on X with which a text begins; empty where it does not.
fn x_name(text: &str) -> &str {
    let end = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'));
    let name = &text[..end.unwrap_or(text.len())];
    if name.len() <= 20 { name } else { "" }
}

/// Addresses in the text, without the punctuation that closes the sentence, each once.
pub(super) fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let Some(at) = word.find("https://").or_else(|| word.find("http://")) else { continue };
        let link =
            word[at..].trim_end_matches(['.', ',', ';', ':', '!', '?', '…', ')', ']', '"', '\'', '»', '”']);
        if link.len() > "https://".len() && !links.iter().any(|known| known == link) {
            links.push(link.to_owned());
        }
    }
    links
}

/// Whom the text says it passes on: `RT @name: …`, the form that X gives every repost.
pub(super) fn reposted(text: &str) -> Option<&str> {
    let name = x_name(text.strip_prefix("RT @")?);
    let after = text.get("RT @".len() + name.len()..)?;
    (!name.is_empty() && after.starts_with(':')).then_some(name)
}

/// X writes `&`, `<` and `>` as entities, and nothing else.
pub(super) fn without_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
        let (entity, c) =
            known.into_iter().find(|(entity, _)| rest.starts_with(entity)).unwrap_or(("&", '&'));
        plain.push(c);
        rest = &rest[entity.len()..];
    }
    plain.push_str(rest);
    plain
}

/// Adds what is not there yet.
pub(super) fn add(list: &mut Vec<String>, item: &str) {
    if !item.is_empty() && !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_ends_where_its_script_says_and_needs_a_letter() {
        assert_eq!(
            hashtags("#A #b_2, (#Größe) x#no https://e.org/#no &#39; #1 ##no ＃全角"),
            ["A", "b_2", "Größe", "全角"]
        );
        assert_eq!(hashtags("#हिन्दी #ไทยดี #école. #A #a #A"), ["हिन्दी", "ไทยดี", "école", "A", "a"]);
        assert!(hashtags("#").is_empty());
        assert_eq!(hashtags("#one#two"), ["one"]);
    }

    #[test]
    fn a_mention_is_no_mail_address() {
        assert_eq!(mentions("@one, a@two.org .@Three (@four_4) @one @@five"), ["one", "four_4"]);
        assert_eq!(mentions("RT @one: hi"), ["one"]);
    }

    #[test]
    fn an_address_ends_before_the_full_stop() {
        assert_eq!(
            links("see (https://e.org/a_b). and http://f.org/?q=1, https://e.org/a_b https://"),
            ["https://e.org/a_b", "http://f.org/?q=1"]
        );
    }

    #[test]
    fn only_the_form_of_a_repost_is_a_repost() {
        assert_eq!(reposted("RT @name_1: words"), Some("name_1"));
        for text in ["RT @: x", "RT name: x", "rt @name: x", "so RT @name: x", "RT @name x", "RT @"] {
            assert_eq!(reposted(text), None, "{text}");
        }
    }

    #[test]
    fn entities_are_undone_once() {
        assert_eq!(without_entities("a &amp; b &amp;lt; &lt;3 &copy; &"), "a & b &lt; <3 &copy; &");
    }
}
