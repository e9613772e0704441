//! A register indexed by organisation: what peer groups and pages ask, without a scan for every body.

use std::collections::HashMap;

use someasure_model::OrganisationId;
use someasure_model::register::{Account, Denominator, Name, Organisation, Register, Succession};

/// The rows of a register by organisation, each list in the order of its file. Build it once, O(n).
#[derive(Debug)]
pub struct Index<'a> {
    organisations: HashMap<&'a OrganisationId, &'a Organisation>,
    names: HashMap<&'a OrganisationId, Vec<&'a Name>>,
    predecessors: HashMap<&'a OrganisationId, Vec<&'a Succession>>,
    successors: HashMap<&'a OrganisationId, Vec<&'a Succession>>,
    denominators: HashMap<&'a OrganisationId, Vec<&'a Denominator>>,
    accounts: HashMap<&'a OrganisationId, Vec<&'a Account>>,
}

impl<'a> Index<'a> {
    /// Indexes the register. Of two organisations with one id (an error) the first counts.
    pub fn new(register: &'a Register) -> Self {
        let mut organisations = HashMap::with_capacity(register.organisations.len());
        for organisation in &register.organisations {
            organisations.entry(&organisation.organisation_id).or_insert(organisation);
        }
        Self {
            organisations,
            names: by(&register.names, |row| &row.organisation_id),
            predecessors: by(&register.successions, |row| &row.successor_id),
            successors: by(&register.successions, |row| &row.predecessor_id),
            denominators: by(&register.denominators, |row| &row.organisation_id),
            accounts: by(&register.accounts, |row| &row.organisation_id),
        }
    }

    /// The organisation with this id.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&'a Organisation> {
        self.organisations.get(id).copied()
    }
    /// Its other names.
    pub fn names_of(&self, id: &OrganisationId) -> &[&'a Name] {
        self.names.get(id).map_or(&[], Vec::as_slice)
    }
    /// What it took over, and from whom.
    pub fn predecessors_of(&self, id: &OrganisationId) -> &[&'a Succession] {
        self.predecessors.get(id).map_or(&[], Vec::as_slice)
    }
    /// What became of it. Empty is "successor not stated".
    pub fn successors_of(&self, id: &OrganisationId) -> &[&'a Succession] {
        self.successors.get(id).map_or(&[], Vec::as_slice)
    }
    /// Its sizes, as `PeerGroupRule::admits` wants them.
    pub fn denominators_of(&self, id: &OrganisationId) -> &[&'a Denominator] {
        self.denominators.get(id).map_or(&[], Vec::as_slice)
    }
    /// Its accounts, shared ones among them.
    pub fn accounts_of(&self, id: &OrganisationId) -> &[&'a Account] {
        self.accounts.get(id).map_or(&[], Vec::as_slice)
    }
}

fn by<'a, T>(
    rows: &'a [T],
    key: impl Fn(&'a T) -> &'a OrganisationId,
) -> HashMap<&'a OrganisationId, Vec<&'a T>> {
    let mut index: HashMap<&OrganisationId, Vec<&T>> = HashMap::new();
    for row in rows {
        index.entry(key(row)).or_default().push(row);
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    #[test]
    fn an_organisation_finds_its_own_denominators_and_no_others() {
        let text = "organisation_id,kind,value,as_at,source\n\
                    ods:A,population,10,2014-01-01,s\nods:B,population,20,2014-01-01,s\nods:A,staff_fte,3,2014-01-01,s\n";
        let register =
            Register { denominators: read::denominators("f", text.as_bytes()).rows, ..Register::default() };
        let index = Index::new(&register);
        let values = |id: &str| -> Vec<f64> {
            index.denominators_of(&id.parse().unwrap()).iter().map(|row| row.value).collect()
        };
        assert_eq!(values("ods:A"), [10.0, 3.0]);
        assert_eq!(values("ods:C"), [] as [f64; 0]);
    }
}
