//! Forgetting an account: its rows go, its ids stay on the private suppression list, so that the next
//! import does not bring it back. Done twice, it is the same as done once.

use std::collections::{BTreeSet, HashSet};

use someasure_model::register::{Account, Objection, Register};
use someasure_model::{AccountId, Instant, OrganisationId, Platform};

use crate::load::Margins;
use crate::sheet::Margin;

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Every id of the account, the given one among them: those to erase from the ledger as well.
    pub ids: Vec<AccountId>,
    /// Rows taken out of `accounts.csv`.
    pub accounts: usize,
    /// Rows taken out of `evidence.csv`.
    pub evidence: usize,
    /// Rows added to `objections.csv`.
    pub objections: usize,
    /// Handles that the account had and that are another account's too (by its id). They are not put on
    /// the list, because that would suppress the other one.
    pub shared_handles: Vec<AccountId>,
}

/// Every id that the register knows the account by, the given one included, sorted. An id leads to the
/// handles of its rows; a handle (`x:@name`) leads to every id that ever had it, and to their handles.
pub fn known_as(register: &Register, account: &AccountId) -> Vec<AccountId> {
    names_of(register, account).0.into_iter().collect()
}

/// The ids of the account, and the handles among its names that belong to another account as well.
fn names_of(register: &Register, account: &AccountId) -> (BTreeSet<AccountId>, BTreeSet<AccountId>) {
    let mut own: BTreeSet<AccountId> = BTreeSet::from([account.clone()]);
    if account.is_provisional() {
        let named = register.accounts.iter().filter(|row| handle_id(row).as_ref() == Some(account));
        own.extend(named.filter_map(|row| row.account_id.clone()));
    }
    let (mut handles, mut of_others) = (BTreeSet::new(), BTreeSet::new());
    for row in
        register.accounts.iter().filter(|row| row.account_id.as_ref().is_some_and(|id| own.contains(id)))
    {
        handles.extend(handle_id(row));
    }
    for row in &register.accounts {
        if let (Some(id), Some(handle)) = (&row.account_id, handle_id(row))
            && !own.contains(id)
            && handles.contains(&handle)
        {
            of_others.insert(handle);
        }
    }
    handles.retain(|handle| !of_others.contains(handle));
    own.extend(handles);
    (own, of_others)
}

fn handle_id(row: &Account) -> Option<AccountId> {
    row.handle.as_ref().map(|handle| AccountId::provisional(&row.platform, handle))
}

/// Takes the account out of accounts and evidence under every id it is known by, and puts those ids on
/// the suppression list. The margins stay beside their rows.
pub fn erase(
    register: &mut Register,
    margins: &mut Margins,
    account: &AccountId,
    recorded_at: Instant,
) -> Erased {
    let (ids, shared) = names_of(register, account);
    let is_its_own = |row: &Account| match (&row.account_id, handle_id(row)) {
        (Some(id), _) => ids.contains(id),
        (None, Some(handle)) => ids.contains(&handle),
        (None, None) => false,
    };
    let mut bodies: Vec<&str> = register
        .accounts
        .iter()
        .filter(|row| is_its_own(row))
        .map(|row| row.organisation_id.as_str())
        .collect();
    bodies.sort_unstable();
    bodies.dedup();
    // Whose account it was: so that an edition says "withdrawn" of that body, and not "it has none".
    let extra = vec![(WITHDRAWN_FROM.to_owned(), bodies.join(" "))];
    let accounts = remove(&mut register.accounts, &mut margins.accounts, is_its_own);
    let evidence = remove(&mut register.evidence, &mut margins.evidence, |row| ids.contains(&row.account_id));
    let listed: HashSet<AccountId> = register.objections.iter().map(|row| row.account_id.clone()).collect();
    let new: Vec<&AccountId> = ids.iter().filter(|id| !listed.contains(*id)).collect();
    let objections = new.len();
    let rows = new.into_iter().map(|id| Objection { account_id: id.clone(), recorded_at });
    margins.objections.resize(register.objections.len(), Margin::default());
    register.objections.extend(rows);
    margins.objections.resize(register.objections.len(), Margin { line: None, extra });
    Erased {
        accounts,
        evidence,
        objections,
        shared_handles: shared.into_iter().collect(),
        ids: ids.into_iter().collect(),
    }
}

fn remove<T>(rows: &mut Vec<T>, margins: &mut Vec<Margin>, gone: impl Fn(&T) -> bool) -> usize {
    let before = rows.len();
    let goes: Vec<bool> = rows.iter().map(gone).collect();
    let mut place = goes.iter();
    rows.retain(|_| !place.next().copied().unwrap_or(false));
    let mut place = goes.iter();
    margins.retain(|_| !place.next().copied().unwrap_or(false));
    before - rows.len()
}

/// The carried column of `objections.csv` that says whose account it was.
pub const WITHDRAWN_FROM: &str = "x_organisation_id";

/// The bodies that had an account which objected, with the platform of it.
pub fn withdrawn(register: &Register, margins: &Margins) -> BTreeSet<(OrganisationId, Platform)> {
    let rows = register.objections.iter().zip(&margins.objections);
    rows.flat_map(|(row, margin)| {
        let bodies = margin.extra.iter().filter(|(name, _)| name == WITHDRAWN_FROM);
        bodies
            .flat_map(|(_, bodies)| bodies.split_whitespace())
            .filter_map(|body| Some((body.parse().ok()?, row.account_id.platform())))
    })
    .collect()
}

/// The suppression list, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Suppression {
    ids: HashSet<AccountId>,
}

impl Suppression {
    /// From the rows of `objections.csv`.
    pub fn new(objections: &[Objection]) -> Self {
        Self { ids: objections.iter().map(|row| row.account_id.clone()).collect() }
    }
    /// Whether the row is of an account on the list, by its id or by its handle.
    pub fn covers(&self, row: &Account) -> bool {
        !self.ids.is_empty()
            && (row.account_id.as_ref().is_some_and(|id| self.ids.contains(id))
                || handle_id(row).is_some_and(|handle| self.ids.contains(&handle)))
    }
    /// Whether this very id is on the list.
    pub fn covers_id(&self, id: &AccountId) -> bool {
        self.ids.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    fn register(accounts: &str) -> (Register, Margins) {
        let text = format!("organisation_id,platform,account_id,handle,x_note\n{accounts}");
        let accounts = read::accounts("f", text.as_bytes());
        assert_eq!(accounts.problems, []);
        let text = "platform,handle,class,url,checked_at,checked_by\n\
                    x,old,person,https://a.example,2014-04-07,me\nx,other,person,https://a.example,2014-04-07,me\n";
        let evidence = read::evidence("f", text.as_bytes());
        let register = Register { accounts: accounts.rows, evidence: evidence.rows, ..Register::default() };
        let margins =
            Margins { accounts: accounts.margins, evidence: evidence.margins, ..Margins::default() };
        (register, margins)
    }

    fn now() -> Instant {
        "2014-04-07T18:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_account_is_forgotten_under_every_name_it_had_and_twice_is_once() {
        let (mut register, mut margins) =
            register("ods:A,x,1,old,a\nods:B,x,1,new,b\nods:C,x,,old,c\nods:D,x,2,other,d\n");
        let erased = erase(&mut register, &mut margins, &"x:1".parse().unwrap(), now());
        let ids: Vec<&str> = erased.ids.iter().map(|id| id.as_str()).collect();
        assert_eq!(ids, ["x:1", "x:@new", "x:@old"]);
        assert_eq!((erased.accounts, erased.evidence, erased.objections), (3, 1, 3));
        assert_eq!(margins.accounts[0].extra[0].1, "d");
        let once = register.clone();
        let again = erase(&mut register, &mut margins, &"x:1".parse().unwrap(), now());
        assert_eq!((again.accounts, again.evidence, again.objections), (0, 0, 0));
        assert_eq!(register, once);
    }

    #[test]
    fn a_handle_leads_to_the_id_that_has_it() {
        let (mut register, mut margins) = register("ods:A,x,1,old,\nods:B,x,1,new,\nods:D,x,2,other,\n");
        let erased = erase(&mut register, &mut margins, &"x:@new".parse().unwrap(), now());
        assert_eq!(erased.accounts, 2);
        assert!(Suppression::new(&register.objections).covers_id(&"x:1".parse().unwrap()));
        assert_eq!(register.accounts.len(), 1);
    }

    #[test]
    fn a_handle_that_another_account_has_taken_over_does_not_suppress_that_one() {
        let (mut register, mut margins) = register("ods:A,x,1,old,\nods:B,x,2,old,\n");
        let erased = erase(&mut register, &mut margins, &"x:1".parse().unwrap(), now());
        assert_eq!(erased.shared_handles, ["x:@old".parse().unwrap()]);
        assert_eq!(register.accounts.len(), 1);
        assert!(!Suppression::new(&register.objections).covers(&register.accounts[0]));
    }
}
