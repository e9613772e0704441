//! Paper and pictures: a Typst source with its files and a date becomes a tagged PDF, an SVG becomes a PNG.
//!
//! Pure: no clock, no network, no file of the system, no font but the four that are built in. The same
//! arguments give the same bytes. What the paper says is written elsewhere; this crate knows nothing of
//! organisations and measures. Typst lives only here.

mod document;
mod fonts;
mod picture;

pub use document::{Pdf, PdfError, pdf};
pub use picture::{PictureError, png};
