//! What is said as long as nothing has been collected: how far one is, and what to do next.

use maud::{Markup, html};

use crate::layout::scroll;
use crate::number::whole;
use crate::pages::register::none_or;
use crate::site::Site;
use crate::stage::Stage;
use crate::text::{bdi, contact};

/// How far it has come, in one sentence; `None` once something was collected.
pub(crate) fn so_far(site: &Site<'_>) -> Option<&'static str> {
    match site.stage {
        Stage::Collected => None,
        Stage::NothingCollected => Some("Nothing had been collected when this edition was made."),
        Stage::NoAccount => {
            Some("No account had been entered when this edition was made, so nothing could be collected.")
        }
    }
}

/// The steps that are left, for whoever prepares the edition.
pub(crate) fn steps(site: &Site<'_>) -> Markup {
    let step = |command: &str, what: &str| html! { li { code { (command) } " " (what) } };
    html! {
        ol.steps {
            @if site.edition.organisations.is_empty() {
                (step("someasure init DIR --service NAME", "begins a project with a shipped register."))
                (step("someasure import organisations FILE", "takes in a register of your own."))
            }
            @if site.stage == Stage::NoAccount {
                (step("someasure template accounts", "writes a sheet with every organisation to fill in: what to look for, and where."))
            } @else if site.edition.organisations.iter().any(|entry| entry.accounts.is_empty()) {
                (step("someasure template accounts", "writes a sheet in which those that still have none can be filled in."))
            }
            (step("someasure import accounts FILE", "takes the filled sheet in."))
            (step("someasure check", "says what is missing, and how far you are."))
            li { code { "someasure import profiles FILE" } " and " code { "someasure import posts FILE" } " take in what was seen of them, from a spreadsheet or an export." }
            (step("someasure build", "makes the edition again, with figures where there is something to count."))
        }
    }
}

/// How many of each peer group have an account entered.
pub(crate) fn peer_groups(site: &Site<'_>) -> Markup {
    let groups = site.groups_to_draw();
    let overlap = site
        .edition
        .organisations
        .iter()
        .any(|entry| entry.peer_groups.iter().filter(|id| *id != "all").count() > 1);
    let rows = groups.iter().map(|group| {
        let members = site.edition.organisations.iter().filter(|entry| site.belongs(entry, group));
        let (all, with) = members.fold((0_u64, 0_u64), |(all, with), entry| {
            (all + 1, with + u64::from(!entry.accounts.is_empty()))
        });
        (group, all, with)
    });
    let accounts = site.stage != Stage::NoAccount;
    let table = html! {
        table.counts {
            caption { "Peer groups: organisations, and how many of them have an account entered" }
            thead { tr {
                th scope="col" { "Peer group" }
                th.num scope="col" { "All" }
                @if accounts { th.num scope="col" { "With an account" } }
                th.num scope="col" { "Still without" }
            } }
            tbody {
                @for (group, all, with) in rows {
                    tr {
                        th scope="row" { (bdi(&crate::sentences::capital(&group.title))) }
                        td.num { (whole(all)) }
                        @if accounts { td.num { (none_or(with)) } }
                        td.num { (none_or(all - with)) }
                    }
                }
            }
        }
    };
    html! {
        (scroll("Peer groups and their accounts", &table))
        @if overlap { p { "An organisation may belong to several groups." } }
    }
}

/// What a reader can do whose organisation's account is not there.
pub(crate) fn tell_us(site: &Site<'_>) -> Markup {
    html! {
        @if let Some(to) = &site.edition.publication.contact {
            "If you know one, write to " (contact(to)) "."
        }
    }
}
