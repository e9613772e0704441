//! From the HTML of a Mastodon post to plain text: paragraphs and line breaks stay, links become their
//! full addresses, entities their characters. Nothing else survives, whatever stands in the source.

/// The text, and the addresses that it links to (without those of people and hashtags).
pub(super) fn plain(html: &str) -> (String, Vec<String>) {
    let mut text = String::with_capacity(html.len());
    let mut links = Vec::new();
    // Within a link: where its words begin in `text`, and its address.
    let mut link: Option<(usize, String)> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (c, length) = entity(rest);
            text.push(c);
            rest = &rest[length..];
            continue;
        }
        let Some((tag, length)) = tag(rest) else {
            // A '<' that opens no tag is a character.
            text.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[length..];
        match tag.name.as_str() {
            "br" => text.push('\n'),
            "p" | "div" | "blockquote" | "ul" | "ol" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                break_paragraph(&mut text);
            }
            "li" if !tag.closes => {
                break_line(&mut text);
                text.push_str("- ");
            }
            "script" | "style" if !tag.closes => rest = after_closing(rest, &tag.name),
            "a" if !tag.closes => {
                let of = |word: &str| tag.class.split_whitespace().any(|class| class == word);
                let outside = tag.href.starts_with("https://") || tag.href.starts_with("http://");
                link = (outside && !of("mention") && !of("hashtag")).then_some((text.len(), tag.href));
            }
            "a" => {
                if let Some((from, address)) = link.take() {
                    // Mastodon shows addresses shortened. Words that are no address stay, with it behind them.
                    let words = text.split_off(from);
                    let bare = words.trim().trim_start_matches("https://").trim_start_matches("http://");
                    let shown = bare.trim_end_matches('…');
                    if !shown.is_empty() && !address.contains(shown) {
                        text.push_str(words.trim_end());
                        text.push_str(" (");
                        text.push_str(&address);
                        text.push(')');
                    } else {
                        text.push_str(&address);
                    }
                    super::words::add(&mut links, &address);
                }
            }
            _ => {}
        }
    }
    text.push_str(rest);
    (text.trim().to_owned(), links)
}

fn break_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn break_paragraph(text: &mut String) {
    break_line(text);
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
}

struct Tag {
    name: String,
    closes: bool,
    href: String,
    class: String,
}

/// The tag with which the text begins, and its length.
fn tag(text: &str) -> Option<(Tag, usize)> {
    let inside = &text[1..];
    if inside.starts_with("!--") {
        let length = inside.find("-->").map_or(text.len(), |at| at + 4);
        return Some((
            Tag { name: "!".to_owned(), closes: false, href: String::new(), class: String::new() },
            length,
        ));
    }
    let closes = inside.starts_with('/');
    let name_from = 1 + usize::from(closes);
    let name: String = text[name_from..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '!' | '?'))
        .collect();
    if name.is_empty() {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = name_from + name.len();
    let mut tag = Tag { name: name.to_ascii_lowercase(), closes, href: String::new(), class: String::new() };
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            at += 1;
        }
        match bytes.get(at) {
            None => return Some((tag, text.len())), // cut off within the tag
            Some(b'>') => return Some((tag, at + 1)),
            Some(_) => {}
        }
        let from = at;
        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/')) {
            at += 1;
        }
        let attribute = text[from..at].to_ascii_lowercase();
        if at == from {
            at += 1; // a stray '='
            continue;
        }
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at += 1;
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let from = at + 1;
                let to = text[from..].find(*quote as char).map_or(text.len(), |offset| from + offset);
                at = (to + 1).min(text.len());
                &text[from..to]
            }
            _ => {
                let from = at;
                while bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'>') {
                    at += 1;
                }
                &text[from..at]
            }
        };
        match attribute.as_str() {
            "href" => tag.href = characters(value),
            "class" => tag.class = value.to_owned(),
            _ => {}
        }
    }
}

/// What follows the end of an element whose content is no text.
fn after_closing<'t>(text: &'t str, name: &str) -> &'t str {
    let closing = format!("</{name}");
    let found =
        text.as_bytes().windows(closing.len()).position(|at| at.eq_ignore_ascii_case(closing.as_bytes()));
    // The closing tag's name is ASCII, so the cut is between characters.
    found.map_or("", |at| &text[at..])
}

/// A value with its entities undone.
fn characters(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let (c, length) = entity(&rest[at..]);
        text.push(c);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}

/// The character of the entity with which the text begins, and its length; else the '&' itself.
fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.as_bytes().iter().take(12).position(|byte| *byte == b';') else { return ('&', 1) };
    let name = &text[1..end];
    let number = |digits: &str, radix| {
        let code = u32::from_str_radix(digits, radix).ok()?;
        char::from_u32(code).filter(|c| *c != '\0')
    };
    let c = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "hellip" => Some('…'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "laquo" => Some('«'),
        "raquo" => Some('»'),
        "euro" => Some('€'),
        "pound" => Some('£'),
        _ => match name.strip_prefix('#') {
            Some(digits) => match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            },
            None => None,
        },
    };
    c.map_or(('&', 1), |c| (c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        plain(html).0
    }

    #[test]
    fn paragraphs_breaks_and_characters_stay() {
        assert_eq!(
            text("<p>One &amp; two<br>three</p><p>4 &lt; 5 &#x1F600;&#33;</p>"),
            "One & two\nthree\n\n4 < 5 😀!"
        );
        assert_eq!(text("no markup at all, 1 < 2 & 3"), "no markup at all, 1 < 2 & 3");
        assert_eq!(text("<ul><li>a</li><li>b</li></ul>"), "- a\n- b");
    }

    #[test]
    fn a_shortened_link_gets_its_full_address_and_people_and_tags_are_no_links() {
        let html = concat!(
            r#"<p><span class="h-card"><a href="https://e.org/@ann" class="u-url mention">@<span>ann</span></a></span> "#,
            r#"<a href="https://e.org/tags/X" class="mention hashtag" rel="tag">#<span>X</span></a> see "#,
            r#"<a href="https://long.example/a/b?c=1&amp;d=2"><span class="invisible">https://</span>"#,
            r#"<span class="ellipsis">long.example/a</span><span class="invisible">/b?c=1&amp;d=2</span></a>, "#,
            r#"<a href="https://k.example/">my page</a></p>"#
        );
        let (text, links) = plain(html);
        assert_eq!(text, "@ann #X see https://long.example/a/b?c=1&d=2, my page (https://k.example/)");
        assert_eq!(links, ["https://long.example/a/b?c=1&d=2", "https://k.example/"]);
    }

    #[test]
    fn nothing_that_could_run_survives() {
        assert_eq!(text("a<script>alert('<p>')</script>b<img src=x onerror=alert(1)>c<!-- <p> -->d"), "abcd");
        assert_eq!(text(r#"<a href="javascript:alert(1)">click</a>"#), "click");
        assert_eq!(text("&lt;script&gt;x&lt;/script&gt;"), "<script>x</script>"); // words about markup: for those who print to escape
        assert_eq!(text("cut off <a href=\"https://"), "cut off");
        assert_eq!(text("<STYLE>p{}</Style>é<sCript>"), "é");
    }
}
