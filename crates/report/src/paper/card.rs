//! The card that other sites show beside a link: what it is, of when, and how much there is.

use maud::{Markup, PreEscaped, html};

use super::publisher;
use crate::chart::wrap;
use crate::number::whole;
use crate::sentences;
use crate::site::Site;
use crate::text::{name, shorten};

const STYLE: &str = "text { font-family: \"Source Sans 3\", \"Segoe UI\", Arial, sans-serif; fill: #ffffff; } \
.ink { fill: #212b32; } .soft { fill: #4c6272; } .brand { fill: #0f5c63; font-weight: 600; }";

pub(super) fn svg(site: &Site<'_>) -> Vec<u8> {
    let edition = site.edition;
    let services: Vec<String> = edition.services.iter().map(|service| name(service)).collect();
    let title = wrap(&shorten(&name(&edition.title), 84), 30);
    let tally = &site.tally;
    let numbers = [
        (whole(edition.organisations.len() as u64), "organisations"),
        (whole(tally.accounts as u64), "accounts"),
        (whole(tally.rows), "post records"),
    ];
    let line = |x: f64, y: f64, size: u32, class: &str, text: &str| -> Markup {
        html! { text x=(x) y=(y) font-size=(size) class=(class) { (text) } }
    };
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" {
            style { (PreEscaped(STYLE)) }
            rect width="1200" height="630" fill="#ffffff" {}
            rect width="1200" height="420" fill="#0f5c63" {}
            (line(72.0, 90.0, 30, "", &shorten(&sentences::list(&services), 70)))
            @for (i, words) in title.iter().take(3).enumerate() {
                text x="72" y=(180 + i * 76) font-size="68" font-weight="600" { (words) }
            }
            (line(72.0, 385.0, 30, "", &format!("Edition {} · {}", shorten(&name(&edition.edition), 20), crate::when::period(&edition.period.id))))
            @for (i, (number, words)) in numbers.iter().enumerate() {
                @let x = 72.0 + 260.0 * i as f64;
                (line(x, 500.0, 60, "brand", number))
                (line(x, 538.0, 27, "soft", words))
            }
            (line(72.0, 592.0, 26, "ink", &shorten(&format!("{}. No total score, no league table.", publisher(site)), 90)))
        }
    };
    svg.into_string().into_bytes()
}
