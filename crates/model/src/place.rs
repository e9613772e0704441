//! Where a key stands in a TOML text, for messages about values that the parser itself accepts.

/// Puts `line N: ` before the message when the key can be found.
pub(crate) fn with_line(text: &str, table: &str, key: &str, nth: usize, what: &str) -> String {
    match line_of(text, table, key, nth) {
        Some(line) => format!("line {line}: {what}"),
        None => what.to_owned(),
    }
}

/// Says what to do about a key that is not there or not known: the parser only says so.
pub(crate) fn with_next_step(message: &str) -> String {
    match message.lines().last() {
        Some(last) if last.starts_with("missing field") => format!("{message}: add it"),
        Some(last) if last.starts_with("unknown field") => format!("{message}: correct or delete it"),
        Some(last) if last.ends_with("expected a date string") => {
            format!("{message}: write it in quotes, like \"2014-12-31\"")
        }
        _ => message.to_owned(),
    }
}

/// The line (from 1) of the `nth` (from 1) `key = …` below the header `table`, which is empty at the top.
/// Texts over several lines are passed over; a key written in another way is not found.
fn line_of(text: &str, table: &str, key: &str, nth: usize) -> Option<usize> {
    let (mut here, mut found, mut inside) = (String::new(), 0, None);
    for (at, line) in text.lines().enumerate() {
        let mut rest = line;
        if let Some(mark) = inside {
            let Some((_, after)) = line.split_once(mark) else { continue };
            (inside, rest) = (None, after);
        } else if let Some(header) = line.trim_start().strip_prefix('[') {
            here = format!("[{}", header.split('#').next().unwrap_or_default().trim_end());
        } else if here == table && line.split_once('=').is_some_and(|(name, _)| name.trim() == key) {
            found += 1;
            if found == nth {
                return Some(at + 1);
            }
        }
        for mark in ["'''", "\"\"\""] {
            if inside.is_none() && rest.matches(mark).count() % 2 == 1 {
                inside = Some(mark);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_its_table_and_not_in_a_text() {
        let text =
            "sql = '''\nkind = 1\n'''\nkind = 2\n[[peer_group]] # a\nid = 'a'\n[[peer_group]]\nid = 'a'\n";
        assert_eq!(line_of(text, "", "kind", 1), Some(4));
        assert_eq!(line_of(text, "[[peer_group]]", "id", 2), Some(8));
        assert_eq!(line_of(text, "[period]", "id", 1), None);
    }
}
