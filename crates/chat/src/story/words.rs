//! Words on their way into a story's file: as Markdown that says exactly them, and as remarks that end where they end.

use someasure_model::plain::{clean, shorten};

/// A text as Markdown in which nothing is markup and nothing a directive, on one line.
pub(super) fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let begins = at == 0 && matches!(c, '#' | '>' | '-' | '+' | '=' | '~' | '|' | ':');
        if begins || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '{' | '}' | '!' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    // `1.` begins a list.
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && matches!(out.as_bytes().get(digits), Some(b'.' | b')')) {
        out.insert(digits, '\\');
    }
    out
}

/// A remark for the curator, that no page shows.
pub(super) fn remark(text: &str) -> String {
    let text = shorten(&clean(text), 600);
    format!("<!-- {} -->", text.replace("--", "––").replace('>', "›").replace('<', "‹"))
}

/// A text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(clean(text)).to_string()
}

/// An address within `(…)` of a Markdown link.
pub(super) fn address(text: &str) -> String {
    text.replace('(', "%28").replace(')', "%29").replace('\\', "%5C").replace(' ', "%20")
}
