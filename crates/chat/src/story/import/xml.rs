//! Storify's XML, of which no description was found: read as its JSON with elements for keys. Declarations of types (DTD) are
//! refused, and with them entities that grow.

use serde_json::{Map, Value};

use super::{ImportError, Whole, json};

/// So many elements, attributes and texts.
const NODES: u32 = 4_000_000;
/// How deep elements may stand in each other.
const DEEPEST: usize = 64;

pub(super) fn read(text: &str) -> Result<Whole, ImportError> {
    let form = |why: String| ImportError::Form { form: "XML", why };
    let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..Default::default() };
    let document =
        roxmltree::Document::parse_with_options(text, options).map_err(|error| form(error.to_string()))?;
    let mut whole = json::whole(&value(document.root_element(), 0));
    whole.left.push(
        "The form of Storify's XML is not described anywhere that we know: see that nothing is missing."
            .to_owned(),
    );
    Ok(whole)
}

/// An element as JSON has it: its children by name, those of one name as a list; without children its text.
fn value(node: roxmltree::Node<'_, '_>, depth: usize) -> Value {
    let mut children = node.children().filter(roxmltree::Node::is_element).peekable();
    if depth > DEEPEST || children.peek().is_none() && node.attributes().len() == 0 {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        return Value::String(text.trim().to_owned());
    }
    // `<elements>` and `<items>` hold a list, whatever its members are called.
    if node.tag_name().name() == "elements" {
        return Value::Array(children.map(|child| value(child, depth + 1)).collect());
    }
    let mut map = Map::new();
    for attribute in node.attributes() {
        map.insert(attribute.name().to_owned(), Value::String(attribute.value().to_owned()));
    }
    let text: String =
        node.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect();
    if !text.trim().is_empty() {
        map.insert("text".to_owned(), Value::String(text.trim().to_owned()));
    }
    for child in children {
        let (name, inner) = (child.tag_name().name().to_owned(), value(child, depth + 1));
        match map.get_mut(&name) {
            Some(Value::Array(list)) => list.push(inner),
            Some(before) => {
                let first = before.take();
                *before = Value::Array(vec![first, inner]);
            }
            None => {
                map.insert(name, inner);
            }
        }
    }
    Value::Object(map)
}
