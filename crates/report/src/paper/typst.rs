//! Words as Typst source. Every text becomes a string literal, in which nothing is markup: a `#`, a bracket
//! or a backslash in a name is a character and no more. What pages have as markup is taken over element by
//! element, so that paper and page say the same.

use maud::Markup;

/// More letters than this without a break may be broken anywhere.
const LONGEST_WORD: usize = 28;

/// A text between quotation marks, for code.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_whitespace() || c == '\u{200b}' { 0 } else { run + 1 };
        // An address breaks after its strokes.
        let breaks = c == '/' && run > 12;
        if run > LONGEST_WORD {
            out.push('\u{200b}');
            run = 1;
        }
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_whitespace() || c.is_control() => out.push(if c == '\u{a0}' { c } else { ' ' }),
            c => out.push(c),
        }
        if breaks {
            out.push('\u{200b}');
            run = 0;
        }
    }
    out.push('"');
    out
}

/// A text within markup. The semicolon ends the literal whatever comes next, and is not printed.
pub(super) fn text(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("#{};", literal(text)) }
}

/// A text as content within code: `[…]`.
pub(super) fn content(words: &str) -> String {
    format!("[{}]", text(words))
}

/// A paragraph.
pub(super) fn paragraph(words: &str) -> String {
    if words.trim().is_empty() { String::new() } else { format!("{}\n\n", text(words)) }
}

/// A heading; 1 is the highest.
pub(super) fn heading(level: usize, words: &str) -> String {
    format!("#heading(level: {level}, {});\n\n", content(words))
}

/// A list of texts.
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<String> = items.iter().map(|item| content(item.as_ref())).collect();
    if items.is_empty() { String::new() } else { format!("#list({});\n\n", items.join(", ")) }
}

/// A link to an address of the web, which is also printed; the text alone if the address is not safe.
pub(super) fn link(address: &str) -> String {
    match crate::text::web_address(address) {
        Some(address) => format!("#link({}, {});", plain_literal(address), content(address)),
        None => text(&crate::text::name(address)),
    }
}

/// A literal without breaks, for addresses that a program reads.
pub(super) fn plain_literal(text: &str) -> String {
    literal(text).replace('\u{200b}', "")
}

/// A table: how columns are aligned and how wide they are, its caption, its head and its rows.
pub(super) struct Table<'a> {
    /// What it shows.
    pub(super) caption: &'a str,
    /// Width (`auto`, `1fr`) and whether numbers stand in it.
    pub(super) columns: &'a [(&'a str, bool)],
    /// Heads.
    pub(super) head: &'a [&'a str],
    /// Rows of texts.
    pub(super) rows: &'a [Vec<String>],
}

impl Table<'_> {
    pub(super) fn source(&self) -> String {
        let widths: Vec<&str> = self.columns.iter().map(|(width, _)| *width).collect();
        let align: Vec<&str> =
            self.columns.iter().map(|(_, number)| if *number { "right" } else { "left" }).collect();
        let head: Vec<String> = self.head.iter().map(|words| content(words)).collect();
        let mut out = format!(
            "#listing(caption: {}, columns: ({},), align: ({},), header: ({},)",
            content(self.caption),
            widths.join(", "),
            align.join(", "),
            head.join(", ")
        );
        for row in self.rows {
            let cells: Vec<String> = row.iter().map(|cell| content(cell)).collect();
            out.push_str(",\n  ");
            out.push_str(&cells.join(", "));
        }
        out + ");\n\n"
    }
}

/// The words of a page's markup, without the markup.
pub(super) fn words(markup: &Markup) -> String {
    let mut out = String::new();
    collect_words(&parse(&markup.0), &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A page's markup as blocks of a paper: paragraphs, headings (an `h2` of the page has the level `top`),
/// lists, terms and tables. Pictures, forms and what can be opened are left out.
pub(super) fn blocks(markup: &Markup, top: usize) -> String {
    let mut out = String::new();
    for node in parse(&markup.0) {
        block(&node, top, &mut out);
    }
    out
}

enum Node {
    Text(String),
    Element(String, String, Vec<Node>),
}

/// Elements of which nothing is printed.
const LEFT_OUT: [&str; 7] = ["svg", "figure", "form", "script", "style", "details", "button"];
const VOID: [&str; 6] = ["br", "hr", "img", "input", "meta", "link"];

/// What maud has written: always well formed, attributes in double quotes.
fn parse(mut html: &str) -> Vec<Node> {
    let mut open: Vec<(String, String, Vec<Node>)> = vec![Default::default()];
    while !html.is_empty() {
        let (before, rest) = html.split_once('<').unwrap_or((html, ""));
        if !before.is_empty()
            && let Some(here) = open.last_mut()
        {
            here.2.push(Node::Text(unescape(before)));
        }
        let Some((tag, after)) = rest.split_once('>') else { break };
        html = after;
        if tag.starts_with('/') {
            if open.len() > 1
                && let Some((name, attributes, children)) = open.pop()
                && let Some(parent) = open.last_mut()
            {
                parent.2.push(Node::Element(name, attributes, children));
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if VOID.contains(&name) {
            continue;
        }
        open.push((name.to_owned(), attributes.to_owned(), Vec::new()));
    }
    open.swap_remove(0).2
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn collect_words(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(name, ..) if LEFT_OUT.contains(&name.as_str()) => {}
            Node::Element(_, _, children) => collect_words(children, out),
        }
    }
}

fn inline(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(words) => out.push_str(&text(words)),
            Node::Element(name, ..) if LEFT_OUT.contains(&name.as_str()) => {}
            Node::Element(name, attributes, children) => {
                let inner = inline(children);
                let address = attributes
                    .split_once("href=\"")
                    .and_then(|(_, rest)| rest.split_once('"'))
                    .map(|(address, _)| unescape(address));
                match (name.as_str(), address.as_deref().and_then(crate::text::web_address)) {
                    ("a", Some(address)) => {
                        out.push_str(&format!("#link({}, [{inner}]);", plain_literal(address)));
                    }
                    ("strong" | "b", _) => out.push_str(&format!("#strong[{inner}];")),
                    _ => out.push_str(&inner),
                }
            }
        }
    }
    out
}

fn block(node: &Node, top: usize, out: &mut String) {
    let Node::Element(name, _, children) = node else {
        if let Node::Text(words) = node
            && !words.trim().is_empty()
        {
            out.push_str(&paragraph(words));
        }
        return;
    };
    match name.as_str() {
        name if LEFT_OUT.contains(&name) => {}
        "h2" | "h3" | "h4" | "h5" => {
            let level = top + usize::from(name.as_bytes()[1] - b'2');
            out.push_str(&format!("#heading(level: {level}, [{}]);\n\n", inline(children)));
        }
        "p" => out.push_str(&format!("{}\n\n", inline(children))),
        "ul" | "ol" => {
            let items: Vec<String> =
                elements(children, "li").map(|item| format!("[{}]", inline(item))).collect();
            if !items.is_empty() {
                let kind = if name == "ul" { "list" } else { "enum" };
                out.push_str(&format!("#{kind}({});\n\n", items.join(", ")));
            }
        }
        "dl" => {
            for pair in elements(children, "div") {
                let part = |name| elements(pair, name).map(inline).collect::<String>();
                out.push_str(&format!("#term([{}], [{}]);\n\n", part("dt"), part("dd")));
            }
        }
        "table" => out.push_str(&table(children)),
        _ => children.iter().for_each(|child| block(child, top, out)),
    }
}

fn elements<'a>(nodes: &'a [Node], wanted: &'a str) -> impl Iterator<Item = &'a [Node]> {
    nodes.iter().filter_map(move |node| match node {
        Node::Element(name, _, children) if name == wanted => Some(children.as_slice()),
        _ => None,
    })
}

fn table(children: &[Node]) -> String {
    let caption: String = elements(children, "caption").map(inline).collect();
    let cells = |row: &[Node]| -> Vec<(String, bool)> {
        row.iter()
            .filter_map(|node| match node {
                Node::Element(_, attributes, inner) => {
                    Some((format!("[{}]", inline(inner)), attributes.contains("class=\"num\"")))
                }
                Node::Text(_) => None,
            })
            .collect()
    };
    let head: Vec<(String, bool)> =
        elements(children, "thead").flat_map(|head| elements(head, "tr")).flat_map(&cells).collect();
    if head.is_empty() {
        return String::new();
    }
    let pick =
        |words: &dyn Fn(&(String, bool)) -> String| head.iter().map(words).collect::<Vec<_>>().join(", ");
    let mut out = format!(
        "#listing(caption: [{caption}], columns: ({},), align: ({},), header: ({},)",
        pick(&|_| "auto".to_owned()),
        pick(&|(_, number)| if *number { "right" } else { "left" }.to_owned()),
        pick(&|(words, _)| words.clone()),
    );
    for row in elements(children, "tbody").flat_map(|body| elements(body, "tr")) {
        let row: Vec<String> = cells(row).into_iter().map(|(cell, _)| cell).collect();
        out.push_str(",\n  ");
        out.push_str(&row.join(", "));
    }
    out + ");\n\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::html;

    #[test]
    fn nothing_in_a_text_is_markup() {
        insta::assert_snapshot!(text("#eval(\"1\") [x] \\ $y$ *z* @a <b>\n= c"),
            @r##"#"#eval(\"1\") [x] \\ $y$ *z* @a <b> = c";"##);
        assert_eq!(text(""), "");
        assert!(literal(&"x".repeat(100)).contains('\u{200b}'));
    }

    #[test]
    fn a_page_s_markup_is_taken_over_element_by_element() {
        let markup = html! {
            section {
                h2 id="a" { "A " bdi { "<b>" } }
                p { "One " strong { "two" } " " a href="https://example.org/?a=1&b=2" { "three" } " " a href="../x.html" { "four" } }
                svg { text { "no" } }
                ul { li { "x" } li { "y" } }
                dl { div { dt { "Zero" } dd { "is a value" } } }
                table {
                    caption { "C" }
                    thead { tr { th { "N" } th.num scope="col" { "V" } } }
                    tbody { tr { th { "a" } td.num { "1" } } }
                }
            }
        };
        insta::assert_snapshot!(blocks(&markup, 1), @r##"
        #heading(level: 1, [#"A ";#"<b>";]);

        #"One ";#strong[#"two";];#" ";#link("https://example.org/?a=1&b=2", [#"three";]);#" ";#"four";

        #list([#"x";], [#"y";]);

        #term([#"Zero";], [#"is a value";]);

        #listing(caption: [#"C";], columns: (auto, auto,), align: (left, right,), header: ([#"N";], [#"V";],),
          [#"a";], [#"1";]);
        "##);
        assert_eq!(words(&html! { p { "a " b { "b" } } " &" }), "a b &");
    }
}
