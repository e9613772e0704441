//! Practices that nobody has: no register that is shipped names general practices, so a world that wants thousands of
//! bodies makes them up, under codes that no register has. Some close, and some pass to another.

use jiff::civil::Date;
use someasure_model::{Denominator, Organisation, OrganisationId, Succession};

use crate::SAYS;
use crate::calendar::Calendar;
use crate::chance::{For, happens, log_normal, stream};

/// A body, as accounts need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its code.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// The last day, and who takes its accounts over.
    pub closes: Option<(i32, Option<OrganisationId>)>,
}

/// Made-up practices with what a register says of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Practices {
    /// Their rows.
    pub organisations: Vec<Organisation>,
    /// What became of those that closed.
    pub successions: Vec<Succession>,
    /// How many people are on their lists.
    pub denominators: Vec<Denominator>,
    /// The same bodies, as accounts need them.
    pub bodies: Vec<Body>,
}

/// So many practices, spread over `parents`. One in sixty closes in the world's days; most of those merge with a
/// neighbour.
pub fn practices(number: u32, parents: &[OrganisationId], calendar: &Calendar, seed: u64) -> Practices {
    let mut made = Practices::default();
    let source = format!("{SAYS} by `someasure simulate`, seed {seed}: there is no such practice");
    let id = |nth: u32| -> Option<OrganisationId> { format!("simulated:P{nth:05}").parse().ok() };
    for nth in 1..=number {
        let mut random = stream(seed, For::Bodies, nth, 0, 0);
        let Some(organisation_id) = id(nth) else { continue };
        // Who comes every sixtieth may close and who comes between them takes over, so that no successor closes itself.
        let closes = nth % 60 == 0;
        let day = random.below(calendar.days() as usize) as i32;
        let successor = if closes && happens(&mut random, 0.7) { id(nth - 1) } else { None };
        let closed: Option<Date> = closes.then(|| calendar.date(day));
        made.organisations.push(Organisation {
            organisation_id: organisation_id.clone(),
            name: format!("{SAYS} practice {nth:05}"),
            kind: "practice".to_owned(),
            nation: Some("England".to_owned()),
            region: None,
            parent_id: (!parents.is_empty()).then(|| parents[random.below(parents.len())].clone()),
            opened: None,
            closed,
            website: None,
            source: source.clone(),
            extra: Vec::new(),
        });
        made.denominators.push(Denominator {
            organisation_id: organisation_id.clone(),
            kind: "list_size".to_owned(),
            value: log_normal(&mut random, 8_300.0, 0.55).round(),
            as_at: calendar.date(0),
            source: source.clone(),
        });
        if let (Some(successor_id), true) = (successor.clone(), closes) {
            made.successions.push(Succession {
                predecessor_id: organisation_id.clone(),
                successor_id,
                date: closed.and_then(|day| day.tomorrow().ok()),
                kind: "merger".to_owned(),
                source: source.clone(),
            });
        }
        made.bodies.push(Body {
            name: format!("{SAYS} practice {nth:05}"),
            organisation_id,
            closes: closes.then_some((day, successor)),
        });
    }
    made
}
