//! The typeface: Source Sans 3 in four styles, under the SIL Open Font License (`fonts/LICENSE.md`). Names may
//! hold any character of Unicode; what the typeface lacks is printed as an empty box, never left out.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// What is printed in place of a character that the typeface lacks.
const BOX: char = '□';

const FILES: [&[u8]; 4] = [
    include_bytes!("../fonts/SourceSans3-Regular.otf"),
    include_bytes!("../fonts/SourceSans3-Semibold.otf"),
    include_bytes!("../fonts/SourceSans3-Bold.otf"),
    include_bytes!("../fonts/SourceSans3-It.otf"),
];

/// For typst.
pub(crate) struct Fonts {
    pub(crate) fonts: Vec<Font>,
    pub(crate) book: LazyHash<FontBook>,
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = FILES.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// For pictures.
pub(crate) static DATABASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut database = fontdb::Database::new();
    for file in FILES {
        database.load_font_source(fontdb::Source::Binary(Arc::new(file)));
    }
    for set in [fontdb::Database::set_sans_serif_family, fontdb::Database::set_serif_family] {
        set(&mut database, "Source Sans 3");
    }
    Arc::new(database)
});

/// The text with a box for each character that one of the styles lacks. Characters that only join or choose
/// a form are left out.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let joins =
        |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    Cow::Owned(text.chars().filter(|c| !joins(*c)).map(|c| if is_printable(c) { c } else { BOX }).collect())
}

fn is_printable(c: char) -> bool {
    c.is_ascii() || FONTS.fonts.iter().all(|font| font.info().coverage.contains(c as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_typeface_lacks_is_a_box_and_is_not_lost() {
        assert_eq!(printable("Bwrdd Iechyd Tŵr – 12 %"), "Bwrdd Iechyd Tŵr – 12 %");
        assert_eq!(printable("a 👩‍⚕️ b 病 ع"), "a □□ b □ □");
        assert!(is_printable(BOX) && is_printable('−') && is_printable('…') && is_printable('“'));
    }
}
