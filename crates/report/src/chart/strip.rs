//! Where one value lies among those of its peers: a dot each, piled up where they are many, and the
//! middle half shaded. The one in focus is a diamond with a stem, so that it is told apart without colour.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::chart::{Scale, Spread, at};

const HEIGHT: f64 = 46.0;
const BINS: f64 = 72.0;
/// Of fewer values than this there is no middle half worth showing.
pub(crate) const FEWEST: usize = 5;

/// The peers' part of the picture, drawn once for all that belong to the group.
#[derive(Debug, Clone)]
pub(crate) struct Strip {
    /// How the values are spread, in the unit that readers see.
    pub(crate) spread: Spread,
    /// The axis.
    pub(crate) scale: Scale,
    /// How many lie beyond the axis.
    pub(crate) beyond: usize,
    /// How many lie outside the middle half.
    pub(crate) outside: usize,
    dots: String,
    class: &'static str,
}

impl Strip {
    /// `values` in the unit that readers see. `None` without a value.
    pub(crate) fn of(values: &[f64], percent: bool) -> Option<Self> {
        let spread = Spread::of(values.iter().copied())?;
        let scale = Scale::covering_spread(&spread, 4, percent);
        let mut bins: BTreeMap<u32, u32> = BTreeMap::new();
        let mut beyond = 0;
        for value in values.iter().filter(|value| value.is_finite()) {
            if scale.is_beyond(*value) {
                beyond += 1;
            }
            *bins.entry((scale.share(*value) * BINS).round() as u32).or_default() += 1;
        }
        let outside = values
            .iter()
            .filter(|value| **value < spread.lower_quartile || **value > spread.upper_quartile)
            .count();
        let highest = bins.values().copied().max().unwrap_or(1);
        let step =
            ((HEIGHT - 10.0) / f64::from(highest.max(2) - 1)).min(if spread.n <= 40 { 9.5 } else { 6.5 });
        let bars = step < 2.0;
        let class = match () {
            () if bars => "bars",
            () if spread.n <= 40 => "dots few",
            () => "dots",
        };
        let mut dots = String::new();
        for (bin, count) in bins {
            let x = at(f64::from(bin) / BINS * 1000.0);
            if bars {
                let up = at(-(f64::from(count) * step).max(2.0));
                dots.push_str(&format!("M{x} {}v{up}", at(HEIGHT)));
            } else {
                for i in 0..count {
                    dots.push_str(&format!("M{x} {}h0", at(HEIGHT - 5.0 - f64::from(i) * step)));
                }
            }
        }
        Some(Self { spread, scale, beyond, outside, dots, class })
    }
}

/// The picture: peers, and the value in focus if there is one. `alt` says what it shows.
pub(crate) fn strip(strip: &Strip, focus: Option<f64>, alt: &str) -> Markup {
    let scale = &strip.scale;
    let x = |value: f64| format!("{}%", at(scale.share(value) * 100.0));
    let (from, to) = (scale.share(strip.spread.lower_quartile), scale.share(strip.spread.upper_quartile));
    let ticks = scale.ticks();
    html! {
        svg.strip role="img" aria-label=(alt) width="100%" height="80" {
            @if strip.spread.n >= FEWEST {
            rect.middle-half x={ (at(from * 100.0)) "%" } y="10" width={ (at((to - from) * 100.0)) "%" } height="48" {}
            }
            svg aria-hidden="true" x="0" y="12" width="100%" height="46" viewBox="0 0 1000 46" preserveAspectRatio="none" overflow="visible" {
                path.(strip.class) d=(strip.dots) {}
            }
            line.axis x1="0" x2="100%" y1="58.5" y2="58.5" {}
            @for (i, tick) in ticks.iter().enumerate() {
                text x=(x(*tick)) y="76" text-anchor=(anchor(i, ticks.len())) { (scale.label(*tick)) }
            }
            @if let Some(value) = focus {
                svg aria-hidden="true" x=(x(value)) y="0" overflow="visible" {
                    path.stem d="M0 10V58" {}
                    path.focus d="M0 1L8 9.5L0 18L-8 9.5Z" {}
                }
            }
        }
    }
}

/// The first label begins at its tick and the last ends there, so that none is cut off.
pub(crate) fn anchor(index: usize, of: usize) -> &'static str {
    match index {
        0 => "start",
        _ if index + 1 == of => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_thousand_peers_are_one_small_path() {
        let values: Vec<f64> = (0..8_000).map(|i| f64::from(i % 997)).collect();
        let drawn = strip(&Strip::of(&values, false).unwrap(), Some(12.0), "x").into_string();
        assert!(drawn.len() < 4_000, "{}", drawn.len());
    }

    #[test]
    fn a_strip_names_itself_to_those_who_cannot_see_it() {
        let drawn = strip(&Strip::of(&[0.0, 50.0, 100.0], true).unwrap(), Some(50.0), "Here").into_string();
        assert!(drawn.starts_with(r#"<svg class="strip" role="img" aria-label="Here""#), "{drawn}");
        assert!(drawn.contains("100%</text>"));
    }
}
