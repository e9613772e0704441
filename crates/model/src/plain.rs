//! Text that others wrote, made plain: without control characters, marks that turn the direction of what follows,
//! invisible characters, and endless length. What is looked up in such a text (a handle, an address) is looked up
//! after this, so that nothing hides in it. Escaping is the work of whoever writes a page.

/// The text without control, direction, invisible and non-characters; white space joined to one space.
pub fn clean(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut space = false;
    let mut last = ' ';
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}') {
            space = true;
            continue;
        }
        if is_unwanted(c) {
            continue;
        }
        // Joiners shape letters and emoji outside ASCII; elsewhere they only hide.
        if matches!(c, '\u{200c}' | '\u{200d}') && (last.is_ascii() || space) {
            continue;
        }
        marks = if is_combining(c) { marks + 1 } else { 0 };
        if marks > 4 {
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
        last = c;
    }
    out
}

/// Whether the text is printed ASCII with single spaces inside, as nearly all are: nothing is to be done then.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let plain = text.bytes().all(|byte| {
        let fits = matches!(byte, b'!'..=b'~') || (byte == b' ' && before != b' ');
        before = byte;
        fits
    });
    plain && (before != b' ' || text.is_empty())
}

/// The same with its lines kept, at most one of them empty in a row, and at most `limit` characters.
pub fn clean_paragraphs(text: &str, limit: usize) -> String {
    // Four bytes a character at most, and some room for what is taken out: a text of a megabyte is not read to its end.
    let mut end = text.len().min(limit.saturating_mul(8));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = String::new();
    let mut empty = 0;
    for line in text[..end].split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let line = clean(line);
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty > 1 || (out.is_empty() && line.is_empty()) {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line);
    }
    let out = out.trim_end();
    let short = shorten(out, limit);
    if end < text.len() && !short.ends_with('…') { short + "…" } else { short }
}

/// At most `limit` characters, with an ellipsis where something was cut.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit || text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The address, if it is one of the web that is safe to link to.
pub fn web_address(address: &str) -> Option<&str> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    let safe = is_authority(rest.split(['/', '?', '#']).next().unwrap_or_default())
        && (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        && address.len() <= 2_000
        && !address.chars().any(|c| c.is_whitespace() || is_unwanted(c) || "\"'<>\\`{}|^".contains(c));
    safe.then_some(address)
}

/// Whether an address names a host that a browser could ask: `name.example:443`, `[::1]`.
fn is_authority(authority: &str) -> bool {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_port = |rest: &str| {
        rest.is_empty()
            || rest.strip_prefix(':').is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok())
    };
    if let Some(rest) = host.strip_prefix('[') {
        return rest
            .split_once(']')
            .is_some_and(|(inner, rest)| inner.parse::<std::net::Ipv6Addr>().is_ok() && is_port(rest));
    }
    let (name, rest) = host.split_at(host.find(':').unwrap_or(host.len()));
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-~".contains(c)) && is_port(rest)
}

/// Whether a character only hides, turns or breaks what stands around it.
pub fn is_unwanted(c: char) -> bool {
    let code = c as u32;
    (c.is_control())
        || matches!(code,
            0x00ad | 0x034f | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b
            | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0
            | 0xfff0..=0xfffb | 0xfdd0..=0xfdef | 0xe0000..=0xe0fff | 0xe000..=0xf8ff)
        || code & 0xfffe == 0xfffe
}

fn is_combining(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036f | 0x0483..=0x0489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_stays_as_it_is_and_white_space_at_the_ends_goes() {
        for plain in ["", "a", "Elm Trust, 12 (north) ~ <b>"] {
            assert!(is_plain(plain));
            assert_eq!(clean(plain), plain);
        }
        for (text, cleaned) in
            [(" a", "a"), ("a ", "a"), (" ", ""), ("a  b", "a b"), ("a\tb", "a b"), ("a\u{7f}b", "ab")]
        {
            assert!(!is_plain(text));
            assert_eq!(clean(text), cleaned);
        }
    }

    #[test]
    fn an_address_without_a_host_that_can_be_asked_is_none() {
        for address in [
            "http://a.example",
            "https://user:word@a.example:443/path[1]?q=[x]",
            "http://[::1]:8080/",
            "http://bücher.example/ü",
            "http://a_b.example:",
        ] {
            assert_eq!(web_address(address), Some(address));
        }
        for address in [
            "http://",
            "http:///a",
            "http://[::1",
            "http://[]/",
            "http://[::1]x",
            "http://a[b].example",
            "http://a:b.example/",
            "http://:80/",
            "http://a.example:99999/",
            "http://%5B/",
            "javascript://a.example",
            "http://a b.example",
        ] {
            assert_eq!(web_address(address), None, "{address}");
        }
    }

    #[test]
    fn lines_are_kept_and_endless_text_is_cut() {
        assert_eq!(clean_paragraphs("a \u{202e}b\r\n\n\n\nc\u{200b}\n", 100), "a b\n\nc");
        let long = clean_paragraphs(&"wörd ".repeat(300_000), 1_000);
        assert!(long.chars().count() <= 1_000 && long.ends_with('…'));
        let hidden = clean_paragraphs(&format!("{}x", "\u{200b}".repeat(100_000)), 100);
        assert_eq!(hidden, "…");
    }
}
