//! Texts of rows that were made in memory, by importers: the rules are those of reading.

use someasure_model::Register;

use super::Place;
use crate::cell::{Fault, LONGEST_PROSE, LONGEST_TEXT, text_fault, url_fault};
use crate::load::Margins;
use crate::problem::{Kind, Problem};

pub(super) fn check(register: &Register, margins: &Margins, problems: &mut Vec<Problem>) {
    let mut sheet =
        Sheet { place: Place::new("register/organisations.csv", &margins.organisations), problems };
    for (index, row) in register.organisations.iter().enumerate() {
        sheet.line(index, "name", &row.name, true);
        sheet.line(index, "type", &row.kind, true);
        sheet.line(index, "nation", row.nation.as_deref().unwrap_or_default(), false);
        sheet.line(index, "region", row.region.as_deref().unwrap_or_default(), false);
        sheet.prose(index, "source", &row.source, true);
        if let Some(website) = &row.website {
            sheet.url(index, "website", website);
        }
        for (name, value) in &row.extra {
            sheet.prose(index, name, value, false);
        }
    }
    sheet.place = Place::new("register/names.csv", &margins.names);
    for (index, row) in register.names.iter().enumerate() {
        sheet.line(index, "name", &row.name, true);
        sheet.prose(index, "source", &row.source, true);
    }
    sheet.place = Place::new("register/successions.csv", &margins.successions);
    for (index, row) in register.successions.iter().enumerate() {
        sheet.prose(index, "source", &row.source, true);
    }
    sheet.place = Place::new("register/denominators.csv", &margins.denominators);
    for (index, row) in register.denominators.iter().enumerate() {
        sheet.line(index, "kind", &row.kind, true);
        sheet.prose(index, "source", &row.source, true);
    }
    sheet.place = Place::new("register/accounts.csv", &margins.accounts);
    for (index, row) in register.accounts.iter().enumerate() {
        sheet.line(index, "role", row.role.as_deref().unwrap_or_default(), false);
        sheet.prose(
            index,
            "reason_for_leaving",
            row.reason_for_leaving.as_deref().unwrap_or_default(),
            false,
        );
    }
    sheet.place = Place::new("register/evidence.csv", &margins.evidence);
    for (index, row) in register.evidence.iter().enumerate() {
        sheet.line(index, "class", &row.class, true);
        sheet.url(index, "url", &row.url);
        sheet.line(index, "checked_by", &row.checked_by, true);
    }
}

struct Sheet<'a> {
    place: Place<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Sheet<'_> {
    fn line(&mut self, index: usize, column: &str, text: &str, needed: bool) {
        self.say(index, column, text, needed, text_fault(text, LONGEST_TEXT, false));
    }
    fn prose(&mut self, index: usize, column: &str, text: &str, needed: bool) {
        self.say(index, column, text, needed, text_fault(text, LONGEST_PROSE, true));
    }
    fn url(&mut self, index: usize, column: &str, text: &str) {
        self.say(index, column, text, true, url_fault(text));
    }
    fn say(&mut self, index: usize, column: &str, text: &str, needed: bool, fault: Option<Fault>) {
        if needed && text.trim().is_empty() {
            let todo = if column == "source" { "say where the row comes from" } else { "fill it" };
            let problem = self.place.error(index, Kind::EmptyCell, "the cell is empty", todo);
            self.problems.push(problem.column(column));
        } else if let Some(fault) = fault {
            let problem = self.place.error(index, fault.kind, fault.what, fault.todo);
            self.problems.push(problem.cell(column, text));
        }
    }
}
