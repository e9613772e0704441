//! Accessibility, privacy and the right of reply: what these pages promise, and how to hold them to it. Only
//! what this software does is said; no conformance is claimed.

use maud::{Markup, html};
use someasure_model::{Entry, Reply};

use crate::File;
use crate::layout::{self, Page, Place};
use crate::site::{ACCESSIBILITY, CHANGES, METHODS, OPEN_DATA, PRIVACY, REPLY, Site};
use crate::text::{bdi, contact, name, note, shorten};
use crate::when::day;

pub(crate) fn files(site: &Site<'_>) -> Vec<File> {
    vec![accessibility(site), privacy(site), reply(site)]
}

/// Whom to write to.
fn write_to(site: &Site<'_>, what: &str) -> Markup {
    html! {
        @match &site.edition.publication.contact {
            Some(to) => { p { (what) ": write to " (contact(to)) "." } }
            None => {
                p {
                    (what) ": write to the publisher of this report"
                    @if let Some(publisher) = &site.edition.publication.publisher { ", " (bdi(publisher)) }
                    ". No address is given in this edition."
                }
            }
        }
    }
}

fn page(site: &Site<'_>, path: &str, title: &str, description: &str, lead: Markup, content: Markup) -> File {
    layout::file(
        site,
        Page {
            title: format!("{title} – {}", shorten(&name(&site.edition.title), 40)),
            description: description.to_owned(),
            kicker: None,
            heading: html! { (title) },
            lead,
            content,
            limits: Vec::new(),
            place: Place::new(path),
        },
    )
}

fn accessibility(site: &Site<'_>) -> File {
    let content = html! {
        section aria-labelledby="made" {
            h2 id="made" { "How these pages are made" }
            ul {
                li { "Everything can be read without script, by keyboard, with a screen reader, on paper, and on a screen of 320 pixels." }
                li { "Each picture says in words what it shows, and its numbers stand in a table or a file beside it." }
                li { "Nothing is told by colour alone: shapes and words say the same." }
                li { "Text can be enlarged, colours follow the light or dark setting of your device, and nothing moves by itself." }
                li { "Finding an organisation, sorting tables and comparing work by keyboard where script is on." }
            }
        }
        section aria-labelledby="checked" {
            h2 id="checked" { "How it was checked" }
            p {
                "The software is tested with automatic tools in a browser, at two widths, light and dark. Such tools find some faults and not all. No audit has been made, so no conformance with a standard is claimed."
            }
        }
        section aria-labelledby="tell" {
            h2 id="tell" { "If something keeps you out" }
            (write_to(site, "Tell us what you tried, on which page, and what you need"))
            p { "The figures are also files, which other tools can read: " a href={ "../" (OPEN_DATA) } { "open data" } "." }
        }
    };
    page(
        site,
        ACCESSIBILITY,
        "Accessibility",
        "How these pages are made to be read by everyone, how that was checked, and what to do if something keeps you out.",
        html! { "These pages are made to be read by everyone. They have not been audited." },
        content,
    )
}

fn privacy(site: &Site<'_>) -> File {
    let withdrawn = site.edition.provenance.withdrawn;
    let content = html! {
        section aria-labelledby="visit" {
            h2 id="visit" { "When you read these pages" }
            ul {
                li { "They set no cookie and store nothing on your device." }
                li { "They load nothing from elsewhere: fonts, pictures and script come with them." }
                li { "They do not count, follow or recognise anyone. Whoever runs the server may keep its usual log; ask them." }
            }
        }
        section aria-labelledby="whose" {
            h2 id="whose" { "Whose data are used" }
            p { "Public accounts of organisations, and what they post in public. Organisations are compared; people never are." }
            ul {
                li { "An account of a person that an organisation’s register names is counted and never listed." }
                li { "Nothing is inferred about anybody’s health, politics or mood." }
                li { "What a platform’s terms forbid to publish again is left out of these pages and of the open data." }
                li { "Each batch of data says where it came from and how long it may be kept: " a href={ "../" (METHODS) "#sources" } { "sources" } "." }
            }
        }
        section aria-labelledby="object" {
            h2 id="object" { "How to object" }
            p { "If an account is yours and you do not want it here, say so. You need give no reason." }
            (write_to(site, "Say which account, on which platform"))
            ul {
                li { "What was collected of it is erased from every file, and not only hidden." }
                li { "Its id alone is kept in a private list, so that it is not collected again." }
                li { "The next edition leaves it out, and says how many accounts were withdrawn. Editions that were published before are rebuilt where their publisher decides so; ask for it." }
            }
            p { (crate::sentences::withdrawn(withdrawn)) }
        }
    };
    page(
        site,
        PRIVACY,
        "Privacy and objections",
        "What these pages know of their readers, whose data are used, and how to object.",
        html! { "These pages know nothing about you. They are about public accounts of organisations, and whoever is in them can object." },
        content,
    )
}

fn reply(site: &Site<'_>) -> File {
    let replies = &site.edition.replies;
    let place = Place::new(REPLY);
    let content = html! {
        section aria-labelledby="replies" {
            h2 id="replies" { "Replies" }
            @if replies.is_empty() { p { "No reply has been received for this edition." } }
            @for reply in replies { (said(site, &place, reply)) }
        }
        section aria-labelledby="how" {
            h2 id="how" { "How to reply" }
            p { "Any organisation in this edition can have its own words printed beside its figures: what they leave out, what happened in the period, or what it disagrees with." }
            (write_to(site, "Send your words, and who speaks for the organisation"))
            ul {
                li { "They are printed as they are, on this page and on the organisation’s own, in the next build of the edition." }
                li { "What is an error is corrected, and the correction is told: " a href=(place.to(CHANGES)) { "changes and corrections" } "." }
                li { "A figure is not taken out because it is unwelcome. It is taken out when it is wrong, or when an account objects." }
            }
        }
    };
    page(
        site,
        REPLY,
        "Right of reply",
        "What measured organisations say about their figures, and how to reply.",
        match replies.len() as u64 {
            0 => html! { "Whoever is measured here can reply, and the reply is printed." },
            n => {
                html! { (crate::sentences::capital(&crate::number::count(n, "organisations"))) " replied. Their words are printed as they are." }
            }
        },
        content,
    )
}

fn said(site: &Site<'_>, place: &Place, reply: &Reply) -> Markup {
    html! {
        article.story {
            h3 { (site.known.body(place, &reply.organisation_id, &reply.name)) }
            p.source { (day(reply.on)) }
            blockquote { @for paragraph in &reply.paragraphs { p { bdi { (note(paragraph)) } } } }
        }
    }
}

/// What an organisation replied, for its own page; nothing where it did not.
pub(crate) fn reply_of(site: &Site<'_>, entry: &Entry) -> Markup {
    let id = &entry.organisation.organisation_id;
    let own: Vec<&Reply> = site.edition.replies.iter().filter(|reply| reply.organisation_id == *id).collect();
    html! {
        @if !own.is_empty() {
            section aria-labelledby="reply" {
                h2 id="reply" { "What the organisation says" }
                @for reply in own {
                    p.source { "Its own words, " (day(reply.on)) }
                    blockquote { @for paragraph in &reply.paragraphs { p { bdi { (note(paragraph)) } } } }
                }
            }
        }
    }
}
