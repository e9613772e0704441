//! Text that others wrote, made harmless: names and notes may hold anything that a register, a platform
//! or a hand could put there. Escaping for HTML is maud's; what escaping leaves in (control characters, marks that turn the
//! direction of what follows, invisible characters, length) is taken out by the model's `plain`, and used from here.

use maud::{Markup, html};
use someasure_model::plain::is_unwanted;
pub(crate) use someasure_model::plain::{clean, shorten, web_address};

/// The longest name that a page shows.
const NAME: usize = 120;
/// The longest note that a page shows.
const NOTE: usize = 2_000;

/// Text with its lines kept, for SQL and the like; otherwise as [`clean`].
pub(crate) fn clean_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim_matches(['\n', '\r']).chars().take(50_000) {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            c if is_unwanted(c) || c == '\u{2028}' || c == '\u{2029}' => {}
            c => out.push(c),
        }
    }
    out
}

/// A name as plain text: for titles and text alternatives.
pub(crate) fn name(text: &str) -> String {
    let name = shorten(&clean(text), NAME);
    if name.is_empty() { "(no name)".to_owned() } else { name }
}

/// A name inside a sentence: isolated, so that its direction stays its own.
pub(crate) fn bdi(text: &str) -> Markup {
    html! { bdi { (name(text)) } }
}

/// A note, as plain text.
pub(crate) fn note(text: &str) -> String {
    shorten(&clean(text), NOTE)
}

/// A note that ends like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut text = note(text);
    if !text.is_empty() && !text.ends_with(['.', '!', '?', '…', ':']) {
        text.push('.');
    }
    text
}

/// A link to an outside page if the address is http or https; else the label alone.
pub(crate) fn link(address: &str, label: &str) -> Markup {
    match web_address(address) {
        Some(address) => html! { a href=(address) rel="nofollow noopener" { bdi { (label) } } },
        None => html! { bdi { (label) } },
    }
}

/// Where an error can be reported: a page, a mail address, or words.
pub(crate) fn contact(contact: &str) -> Markup {
    let shown = shorten(&clean(contact), NAME);
    let is_mail = contact.split_once('@').is_some_and(|(user, host)| {
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c))
        };
        plain(user) && plain(host) && host.contains('.')
    });
    if is_mail {
        html! { a href={ "mailto:" (contact) } { (shown) } }
    } else {
        link(contact, &shown)
    }
}

/// JSON with hidden and direction characters written as escapes: the same text, and nothing to trip over.
pub(crate) fn escape_hidden(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unwanted(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A short digest (FNV-1a, 64 bits) that keeps two long names apart where they are cut. It keeps no secret.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_turn_or_hide_text_are_taken_out() {
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{0}\u{feff}\n\t d"), "abc d");
        assert_eq!(clean("e\u{301}"), "e\u{301}");
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(90))).chars().count(), 5);
        assert_eq!(clean("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(clean("RJ\u{200d}1"), "RJ1");
    }

    #[test]
    fn a_name_is_never_endless_and_never_nothing() {
        assert_eq!(name(&"x".repeat(10_000)).chars().count(), 120);
        assert_eq!(name("\u{200b}"), "(no name)");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        insta::assert_snapshot!(link("https://example.org/?a=1&b=2", "site").into_string(),
            @r#"<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener"><bdi>site</bdi></a>"#);
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a b",
            "//example.org",
            "http://",
            "https://x\"",
        ] {
            assert_eq!(link(address, "x").into_string(), "<bdi>x</bdi>", "{address}");
        }
    }

    #[test]
    fn a_mail_address_can_be_written_to() {
        insta::assert_snapshot!(contact("report@example.org").into_string(),
            @r#"<a href="mailto:report@example.org">report@example.org</a>"#);
        assert!(!contact("a\"onclick=x@y.z").into_string().contains("href"));
    }
}
