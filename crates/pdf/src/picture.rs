//! An SVG as a PNG, for slides and for the cards that other sites show of a page.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use crate::fonts::{DATABASE, printable};

/// The widest picture, in pixels.
const WIDEST: u32 = 8_192;
/// The most pixels: 64 million, 256 MB while it is drawn.
const MOST: u64 = 1 << 26;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not an SVG.
    #[error("this is no SVG that can be drawn: {0}")]
    Svg(String),
    /// Too wide, too high, or nothing.
    #[error("a picture of {0} by {1} pixels cannot be made; ask for a width from 1 to {WIDEST}")]
    Size(u32, u32),
    /// The pixels could not be written down.
    #[error("the picture cannot be written as PNG: {0}")]
    Png(String),
}

/// Draws an SVG, `width` pixels wide, on white. Files and addresses that it names are not read.
pub fn png(svg: &[u8], width: u32) -> Result<Vec<u8>, PictureError> {
    let text = std::str::from_utf8(svg).map_err(|error| PictureError::Svg(error.to_string()))?;
    let options = Options {
        font_family: "Source Sans 3".to_owned(),
        fontdb: DATABASE.clone(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree =
        Tree::from_str(&printable(text), &options).map_err(|error| PictureError::Svg(error.to_string()))?;
    let scale = f64::from(width) / f64::from(tree.size().width());
    let height = (f64::from(tree.size().height()) * scale).ceil();
    let height = if height >= 1.0 && height < f64::from(u32::MAX) { height as u32 } else { 0 };
    let size = PictureError::Size(width, height);
    if width > WIDEST || u64::from(width) * u64::from(height) > MOST {
        return Err(size);
    }
    let mut pixels = Pixmap::new(width, height).ok_or(size)?;
    pixels.fill(resvg::tiny_skia::Color::WHITE);
    let scale = width as f32 / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PictureError::Png(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALL: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 200'><text x='9' y='99' font-family='sans-serif'>Ab</text></svg>";

    #[test]
    fn a_picture_is_as_wide_as_asked_and_keeps_its_shape() {
        let bytes = png(TALL.as_bytes(), 300).unwrap();
        assert_eq!(&bytes[16..24], [0, 0, 1, 44, 0, 0, 2, 88], "width 300, height 600");
        assert_eq!(bytes, png(TALL.as_bytes(), 300).unwrap());
        let empty = TALL.replace("Ab", "");
        assert_ne!(bytes, png(empty.as_bytes(), 300).unwrap(), "its words are drawn");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert!(matches!(png(b"<svg", 300), Err(PictureError::Svg(_))));
        assert!(matches!(png(TALL.as_bytes(), 0), Err(PictureError::Size(0, 0))));
        assert!(matches!(png(TALL.as_bytes(), 100_000), Err(PictureError::Size(..))));
        let endless = TALL.replace("100 200", "1 90000000");
        assert!(matches!(png(endless.as_bytes(), 300), Err(PictureError::Size(..))));
    }
}
