//! Names that a list writes in capitals, as people write them.

/// Words that stay small within a name.
const SMALL: [&str; 11] = ["and", "of", "the", "for", "in", "on", "with", "to", "at", "by", "upon"];
/// Words that stay in capitals.
const CAPITALS: [&str; 12] = ["NHS", "HSC", "ICB", "CCG", "GP", "PCN", "UK", "II", "III", "IV", "HQ", "CIC"];

/// The name in title case where it stands all in capitals; any other name as it is. Only the case
/// changes, so the name can still be searched for in its list.
pub fn readable(name: &str) -> String {
    if name.chars().any(char::is_lowercase) || !name.chars().any(char::is_uppercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut first = true;
    for word in name.split_inclusive([' ', '-', '/', '(']) {
        let bare = word.trim_end_matches([' ', '-', '/', '(']);
        let plain = bare.trim_matches(|c: char| !c.is_alphanumeric());
        let lower = plain.to_lowercase();
        if CAPITALS.contains(&plain)
            || plain.chars().any(|c| c.is_ascii_digit()) && plain.len() <= 5 && !out.is_empty()
        {
            out.push_str(word);
        } else if !first && SMALL.contains(&lower.as_str()) {
            out.push_str(&word.to_lowercase());
        } else {
            out.push_str(&capitalised(word));
        }
        first = word.ends_with('(');
    }
    out
}

/// The first letter large, the others small; a name after `O'` or `Mc` begins anew, `'s` does not.
fn capitalised(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut large = true;
    let letters: Vec<char> = word.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphabetic() {
            out.push(letter);
            // `O'CONNOR` has letters enough after the mark; `GUY'S` has one.
            let after = letters[at + 1..].iter().take_while(|c| c.is_alphabetic()).count();
            large = !letter.is_ascii_digit() && (large || after > 1);
            continue;
        }
        if large {
            out.extend(letter.to_uppercase());
        } else {
            out.extend(letter.to_lowercase());
        }
        large = out.ends_with("Mc") && out.len() == 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_capitals_is_told_as_people_write_it() {
        for (listed, read) in [
            ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
            ("THE CHRISTIE NHS FOUNDATION TRUST", "The Christie NHS Foundation Trust"),
            (
                "BIRMINGHAM WOMEN'S AND CHILDREN'S NHS FOUNDATION TRUST",
                "Birmingham Women's and Children's NHS Foundation Trust",
            ),
            ("STOKE-ON-TRENT", "Stoke-on-Trent"),
            ("2GETHER NHS FOUNDATION TRUST", "2gether NHS Foundation Trust"),
            ("5 BOROUGHS PARTNERSHIP NHS FOUNDATION TRUST", "5 Boroughs Partnership NHS Foundation Trust"),
            (
                "LANCASHIRE & SOUTH CUMBRIA NHS FOUNDATION TRUST",
                "Lancashire & South Cumbria NHS Foundation Trust",
            ),
            (
                "THE QUEEN ELIZABETH HOSPITAL, KING'S LYNN, NHS FOUNDATION TRUST",
                "The Queen Elizabeth Hospital, King's Lynn, NHS Foundation Trust",
            ),
            ("DR O'CONNOR AND DR MCKAY", "Dr O'Connor and Dr McKay"),
            ("NHS NORTH EAST AND NORTH CUMBRIA ICB - 00L", "NHS North East and North Cumbria ICB - 00L"),
        ] {
            assert_eq!(readable(listed), read);
        }
    }

    #[test]
    fn a_name_that_has_small_letters_is_left_alone() {
        for name in ["University Hospitals Dorset NHS Foundation Trust", "eHealth NHS", "2010", ""] {
            assert_eq!(readable(name), name);
        }
    }
}
