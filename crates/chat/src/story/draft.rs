//! A first file for a story, from a session: its questions as headings, under each the posts that were answered or passed on
//! most, as suggestions. Nothing of it is shown until a person has chosen: suggestions and remarks are no part of the
//! story, and a draft is not published.

use jiff::civil::Date;
use someasure_model::chat::story::{Outline, OutlineQuestion, Suggestion};

use super::words::{escaped, quoted, remark};

/// The file's text. `today` is the day on which it is begun.
pub fn draft(outline: &Outline, today: Date) -> String {
    let mut out = String::from("+++\n");
    let mut key = |name: &str, value: &str| out.push_str(&format!("{name} = {value}\n"));
    key("title", &quoted(if outline.title.trim().is_empty() { "A story" } else { &outline.title }));
    if let Some(chat) = &outline.chat {
        key("chat", &quoted(chat.as_str()));
    }
    if let Some(session) = outline.session {
        key("session", &quoted(&session.to_string()));
    }
    key("curator", "\"\"");
    key("date", &quoted(&today.to_string()));
    key("summary", "\"\"");
    key("language", &quoted(if outline.language.is_empty() { "en" } else { &outline.language }));
    key("draft", "true");
    out.push_str("+++\n\n");
    for line in [
        "What stands in marks like these, and every suggestion, is for you alone and not shown.",
        "To tell a post, write post for suggest; delete the others; order and explain them in your own words.",
        "Say who you are under curator and what the story tells under summary; then take draft = true out.",
    ] {
        out.push_str(&remark(line));
        out.push('\n');
    }
    out.push('\n');
    if !outline.about.trim().is_empty() {
        out.push_str(&format!("{}\n\n", escaped(&outline.about)));
    }
    outline.questions.iter().for_each(|asked| question(asked, &mut out));
    if !outline.others.is_empty() {
        out.push_str("## Also said\n\n");
        suggestions(&outline.others, &mut out);
    }
    out
}

fn question(question: &OutlineQuestion, out: &mut String) {
    let heading = [question.label.trim(), question.text.trim()]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>();
    let heading = escaped(&heading.join(": "));
    out.push_str(&format!("## {}\n\n", if heading.is_empty() { "A question" } else { &heading }));
    if let Some(asked) = &question.asked {
        out.push_str(&format!("{{{{ suggest {asked} | The question as it was asked. }}}}\n\n"));
    }
    out.push_str(&remark(&match question.answers {
        0 => "No answers were found.".to_owned(),
        1 => "1 answer.".to_owned(),
        many => format!("{many} answers; those that were answered or passed on most:"),
    }));
    out.push_str("\n\n");
    suggestions(&question.suggestions, out);
}

fn suggestions(suggestions: &[Suggestion], out: &mut String) {
    for suggestion in suggestions {
        let Suggestion { post_id, answers, shares, preview } = suggestion;
        if post_id.as_str().contains(['{', '}', '|']) {
            continue;
        }
        out.push_str(&format!("{{{{ suggest {post_id} }}}}\n"));
        let preview = preview.as_deref().unwrap_or("(words not shown)");
        out.push_str(&remark(&format!("answered {answers}, passed on {shares}: {preview}")));
        out.push_str("\n\n");
    }
}
