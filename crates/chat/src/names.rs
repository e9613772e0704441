//! Whose a word is: every handle that anybody of a chat has or had, on any platform, and one rule for when a word of a text or
//! a part of an address gives somebody away who does not appear by name. Transcripts, statistics and stories all ask here,
//! so that what one of them hides no other shows; how a text is cut into words is theirs.

use foldhash::{HashMap, HashMapExt};
use someasure_model::chat::Consent;

/// A handle so long is taken for one wherever it stands, if its owner wrote here.
const DISTINCT: usize = 5;
/// The shortest handle that is looked for in addresses.
const SHORTEST: usize = 3;

/// Somebody under a name; of several, the one who may be shown least.
#[derive(Debug, Clone)]
pub(crate) struct Name<T> {
    pub(crate) who: T,
    consent: Consent,
    /// Whether they wrote here, or are only heard of: one `@everyone` would blank a word in every text.
    wrote: bool,
}

impl<T> Name<T> {
    /// Who neither wrote here nor withdrew.
    fn is_only_heard_of(&self) -> bool {
        !self.wrote && self.consent != Consent::Removed
    }
}

/// Names in lower case, without '@'.
#[derive(Debug, Clone)]
pub(crate) struct Names<T> {
    of: HashMap<String, Name<T>>,
    /// The chat's own: words that everybody writes.
    hashtags: Vec<String>,
}

impl<T: Ord> Names<T> {
    /// None yet.
    pub(crate) fn beside(hashtags: &[String]) -> Self {
        Self { of: HashMap::new(), hashtags: hashtags.to_vec() }
    }

    /// Somebody has or had a name.
    pub(crate) fn add(&mut self, name: &str, who: T, consent: Consent, wrote: bool) {
        let new = Name { who, consent, wrote };
        match self.of.get_mut(name) {
            Some(known) if (new.consent, &new.who) > (known.consent, &known.who) => *known = new,
            Some(_) => {}
            None => drop(self.of.insert(name.to_owned(), new)),
        }
    }

    /// Whoever has a name, in any letters' case.
    pub(crate) fn get(&self, name: &str) -> Option<&Name<T>> {
        match name.bytes().any(|byte| !byte.is_ascii() || byte.is_ascii_uppercase()) {
            true => self.of.get(&name.to_lowercase()),
            false => self.of.get(name),
        }
    }

    /// The same, unless they appear by name.
    pub(crate) fn hidden(&self, name: &str) -> Option<&Name<T>> {
        self.get(name).filter(|name| name.consent != Consent::Named)
    }

    /// Whom a word of a post gives away, standing without '@'.
    pub(crate) fn in_post(&self, word: &str) -> Option<&Name<T>> {
        self.hidden(word).filter(|name| is_like_a_handle(word) || (name.wrote && self.is_distinct(word)))
    }

    /// Whom a word of a curator gives away: only such words as nobody writes by chance.
    pub(crate) fn in_curators_words(&self, word: &str) -> Option<&Name<T>> {
        let odd = word.len() >= DISTINCT && word.bytes().any(|c| c.is_ascii_digit() || b"_.".contains(&c));
        self.hidden(word).filter(|_| odd || word.len() >= 2 * DISTINCT)
    }

    /// Whether a part of an address, a label of its host or a piece of its path, is the name of somebody who is hidden: many
    /// call their own site or page as they call themselves.
    pub(crate) fn in_address(&self, part: &str) -> bool {
        self.in_address_of(part, |_| true)
    }

    /// The same of the name of a site, `youtube` of `youtube.com`: of somebody who is only heard of it is hardly their own.
    pub(crate) fn in_site(&self, part: &str) -> bool {
        self.in_address_of(part, |name| !name.is_only_heard_of())
    }

    fn in_address_of(&self, part: &str, counts: impl Fn(&Name<T>) -> bool) -> bool {
        let is_theirs = |piece: &str, inner: bool| {
            self.hidden(piece).filter(|name| counts(name)).is_some_and(|name| {
                let shortest = if name.wrote && !inner { SHORTEST } else { DISTINCT };
                piece.len() >= shortest && !self.is_hashtag(piece)
            })
        };
        part.split(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c))).any(|piece| {
            let piece = piece.trim_matches(['.', '-']);
            is_theirs(piece, false) || piece.split(['.', '-']).any(|inner| is_theirs(inner, true))
        })
    }

    /// The last look at a post's text, however it was cut: calls `each` with every stretch of it, and with whom it would give
    /// away. `too` says of whom else a word is a name here.
    pub(crate) fn sift<'t>(
        &self,
        text: &'t str,
        mut follows_at: bool,
        too: impl Fn(&Name<T>, &str) -> bool,
        mut each: impl FnMut(&'t str, Option<&Name<T>>),
    ) {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (mut shown, mut at) = (0, 0);
        while let Some(from) = text[at..].find(is_letter).map(|from| at + from) {
            let end = text[from..].find(|c| !is_letter(c)).map_or(text.len(), |end| from + end);
            let word = &text[from..end];
            let named = text[..from].ends_with('@') || (from == 0 && follows_at);
            follows_at = false;
            let is_tag = text[..from].ends_with('#');
            let found = self
                .in_post(word)
                .or_else(|| self.hidden(word).filter(|name| named || too(name, word)))
                .filter(|name| !(is_tag && self.is_topic(word, name)));
            if found.is_some() {
                if from > shown {
                    each(&text[shown..from], None);
                }
                each(word, found);
                shown = end;
            }
            at = end;
        }
        if shown < text.len() {
            each(&text[shown..], None);
        }
    }

    /// Whether a word after '#' names a topic though somebody is called so: the chat's own, or a word of somebody who is only
    /// heard of and that could be of anything.
    pub(crate) fn is_topic(&self, word: &str, name: &Name<T>) -> bool {
        self.is_hashtag(word) || (name.is_only_heard_of() && !word.contains('_'))
    }

    fn is_hashtag(&self, word: &str) -> bool {
        self.hashtags.iter().any(|hashtag| *hashtag == word.to_lowercase())
    }

    /// Whether a word is taken for a name though it could be a word.
    fn is_distinct(&self, word: &str) -> bool {
        word.len() >= DISTINCT && !self.is_hashtag(word)
    }
}

/// A word that is hardly anything but a handle: with a digit, '_' or '.' in it, or a capital inside.
pub(crate) fn is_like_a_handle(word: &str) -> bool {
    let mut letters = word.chars();
    let first_is_lower = letters.next().is_some_and(char::is_lowercase);
    let inner_capital = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    word.chars().count() >= 4
        && (inner_capital
            || first_is_lower && word.chars().any(char::is_uppercase)
            || word.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names<u8> {
        let mut names = Names::beside(&["plainchat".to_owned()]);
        names.add("ann", 1, Consent::Named, true);
        names.add("plainname", 2, Consent::Pseudonymous, true);
        names.add("plainchat", 2, Consent::Pseudonymous, true);
        names.add("everyone", 3, Consent::Pseudonymous, false);
        names.add("gus_gone", 4, Consent::Removed, true);
        names.add("jo1", 4, Consent::Removed, true);
        names
    }

    #[test]
    fn of_two_under_one_name_the_one_who_may_be_shown_less_stands_for_it() {
        for turn in [false, true] {
            let mut names: Names<u8> = Names::beside(&[]);
            let mut both = [(1, Consent::Named), (2, Consent::Removed)];
            if turn {
                both.reverse();
            }
            both.iter().for_each(|(who, consent)| names.add("ann", *who, *consent, true));
            assert_eq!(names.hidden("Ann").map(|name| name.who), Some(2));
        }
    }

    #[test]
    fn a_word_gives_somebody_away_by_its_looks_or_if_whoever_has_it_wrote_here() {
        let names = names();
        let who = |word: &str| names.in_post(word).map(|name| name.who);
        assert_eq!(
            ["Plainname", "GUS_GONE", "ann", "everyone", "plainchat", "jo1"].map(who),
            [Some(2), Some(4), None, None, None, None]
        );
        let parts = [
            "plainname.example",
            "my-plainname",
            "jo1",
            "a@gus_gone:1",
            "everyone",
            "plainchat",
            "ann",
            "everyone-else",
            "x",
        ];
        assert_eq!(
            parts.map(|part| names.in_address(part)),
            [true, true, true, true, true, false, false, true, false]
        );
    }

    #[test]
    fn a_hashtag_is_a_topic_and_a_site_is_no_ones_unless_they_wrote_here() {
        let mut names = names();
        names.add("jane_doe", 5, Consent::Pseudonymous, false);
        let is_topic = |word: &str| names.is_topic(word, names.hidden(word).unwrap());
        assert_eq!(
            ["Everyone", "PlainChat", "PlainName", "jane_doe", "gus_gone"].map(is_topic),
            [true, true, false, false, false]
        );
        assert_eq!(
            ["everyone", "plainname", "gus_gone"].map(|part| (names.in_address(part), names.in_site(part))),
            [(true, false), (true, true), (true, true)]
        );
    }

    #[test]
    fn whatever_stands_around_it_a_name_is_found_at_last() {
        let names = names();
        let sifted = |text: &str| {
            let mut out = String::new();
            names.sift(
                text,
                false,
                |_, _| false,
                |text, name| match name {
                    Some(name) => out.push_str(&format!("<{}>", name.who)),
                    None => out.push_str(text),
                },
            );
            out
        };
        assert_eq!(
            sifted("é漢gus_gone漢 (plainname)@jo1, jo1 @everyone everyone."),
            "é漢<4>漢 (<2>)@<4>, jo1 @<3> everyone."
        );
        assert_eq!(sifted(""), "");
    }
}
