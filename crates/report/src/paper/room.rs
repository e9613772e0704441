//! How much room words take on paper, roughly and rather too much than too little: so that two pages are two
//! pages whatever the names.

/// Points from margin to margin.
const WIDTH: f64 = 482.0;
/// A letter's width as a share of its size, on the wide side.
const LETTER: f64 = 0.47;

/// Lines that a text takes at a size, in a share of the width.
pub(super) fn lines(text: &str, size: f64, share: f64) -> f64 {
    let room = (WIDTH * share - 9.0).max(size);
    // A word that is broken leaves its line half empty, and a box is wider than a letter.
    let broken = if text.split_whitespace().any(|word| word.len() > 40) { 1.5 } else { 1.0 };
    let letters: f64 = text.chars().map(|c| if c > '\u{24f}' { 1.4 } else { 1.0 }).sum();
    (letters * broken * size * LETTER / room).ceil().max(1.0)
}

/// A paragraph with the space below it.
pub(super) fn paragraph(text: &str, size: f64) -> f64 {
    if text.is_empty() { 0.0 } else { lines(text, size, 1.0) * size * 1.3 + size }
}

/// A list.
pub(super) fn list<'a>(items: impl IntoIterator<Item = &'a str>, size: f64) -> f64 {
    items.into_iter().map(|item| lines(item, size, 0.97) * size * 1.3 + size * 0.35).sum::<f64>() + size
}

/// A row of a table whose columns have these widths, in `fr`.
pub(super) fn row(cells: &[String], columns: &[f64], size: f64) -> f64 {
    let all: f64 = columns.iter().sum();
    let highest =
        cells.iter().zip(columns).map(|(cell, width)| lines(cell, size, width / all)).fold(1.0, f64::max);
    highest * size * 1.22 + 9.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_take_more_room_and_narrow_columns_more_still() {
        assert_eq!(lines("", 10.0, 1.0), 1.0);
        assert_eq!(lines(&"x x ".repeat(48), 10.0, 1.0), 2.0);
        assert_eq!(lines(&"x".repeat(190), 10.0, 1.0), 3.0);
        assert!(lines(&"x".repeat(190), 10.0, 0.2) > 10.0);
        let cells = ["x".repeat(40), "1".to_owned()];
        assert!(row(&cells, &[1.0, 9.0], 8.0) > row(&cells, &[9.0, 1.0], 8.0));
    }
}
