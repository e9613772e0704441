//! Who is present where, counted once for each organisation: on which platforms it has an account in use,
//! which it left, and why. People's accounts are not counted: they are not the organisation's choice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use someasure_model::{Account, Entry, Platform};

use crate::coverage::is_person;
use crate::site::Site;
use crate::text::{name, sentence, shorten};

/// Organisations on a platform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Here {
    /// With an account in use.
    pub(crate) in_use: u64,
    /// With none in use any more.
    pub(crate) left: u64,
}

/// Accounts of the organisation itself.
fn own(entry: &Entry) -> impl Iterator<Item = &Account> {
    entry.accounts.iter().filter(|account| !is_person(account))
}

/// The platforms on which it has an account in use, and those that it left altogether.
pub(crate) fn platforms_of(entry: &Entry, today: Date) -> (BTreeSet<&Platform>, BTreeSet<&Platform>) {
    let in_use = |account: &&Account| account.to.is_none_or(|to| to >= today);
    let here: BTreeSet<&Platform> = own(entry).filter(in_use).map(|account| &account.platform).collect();
    let left =
        own(entry).map(|account| &account.platform).filter(|platform| !here.contains(platform)).collect();
    (here, left)
}

/// All organisations by platform, in the site's order of platforms.
pub(crate) fn by_platform<'a>(site: &Site<'a>) -> Vec<(&'a Platform, Here)> {
    count(site, site.edition.organisations.iter())
}

/// Some organisations by platform; platforms on which nobody was are left out.
pub(crate) fn count<'a>(
    site: &Site<'a>,
    entries: impl Iterator<Item = &'a Entry>,
) -> Vec<(&'a Platform, Here)> {
    let today = site.edition.as_at.date(&site.zone);
    let mut found: BTreeMap<&Platform, Here> = BTreeMap::new();
    for entry in entries {
        let (here, left) = platforms_of(entry, today);
        here.into_iter().for_each(|platform| found.entry(platform).or_default().in_use += 1);
        left.into_iter().for_each(|platform| found.entry(platform).or_default().left += 1);
    }
    site.platforms.iter().filter_map(|platform| Some((*platform, *found.get(platform)?))).collect()
}

/// Accounts opened and left on a platform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) opened: u64,
    pub(crate) left: u64,
}

/// Which accounts were opened and left within the edition's period.
pub(crate) struct Moves<'a> {
    /// By platform, those with neither left out.
    pub(crate) platforms: Vec<(&'a Platform, Moved)>,
    /// Reasons that were stated, the most frequent first.
    pub(crate) reasons: Vec<(String, u64)>,
    /// Left without a reason stated.
    pub(crate) unstated: u64,
    /// From a platform that was left within the period, to one that the same organisation uses.
    pub(crate) went: Vec<(&'a Platform, &'a Platform, u64)>,
    /// Organisations that left one within the period and use none.
    pub(crate) to_none: u64,
}

impl<'a> Moves<'a> {
    pub(crate) fn of(site: &Site<'a>) -> Self {
        let edition = site.edition;
        let today = edition.as_at.date(&site.zone);
        let first = edition.period.starts_at.date(&site.zone);
        let end = edition.period.ends_at.date(&site.zone);
        let within = |day: Option<Date>| day.is_some_and(|day| day >= first && day <= end);
        let mut platforms: BTreeMap<&Platform, Moved> = BTreeMap::new();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        let mut went: BTreeMap<(&Platform, &Platform), u64> = BTreeMap::new();
        let (mut unstated, mut to_none) = (0, 0);
        for entry in &edition.organisations {
            let (here, gone) = platforms_of(entry, today);
            let mut left_now: BTreeSet<&Platform> = BTreeSet::new();
            for account in own(entry) {
                if within(account.from) {
                    platforms.entry(&account.platform).or_default().opened += 1;
                }
                if within(account.to) && account.to.is_some_and(|to| to < today) {
                    platforms.entry(&account.platform).or_default().left += 1;
                    match &account.reason_for_leaving {
                        Some(reason) if !name(reason).is_empty() => {
                            *reasons.entry(shorten(&sentence(reason), 200)).or_default() += 1;
                        }
                        _ => unstated += 1,
                    }
                    if gone.contains(&account.platform) {
                        left_now.insert(&account.platform);
                    }
                }
            }
            for from in left_now {
                for to in &here {
                    *went.entry((from, to)).or_default() += 1;
                }
                to_none += u64::from(here.is_empty());
            }
        }
        let order = |platform: &&Platform| site.platforms.iter().position(|other| other == platform);
        let mut platforms: Vec<_> = platforms.into_iter().collect();
        platforms.sort_by_key(|(platform, _)| order(platform));
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut went: Vec<_> = went.into_iter().map(|((from, to), n)| (from, to, n)).collect();
        went.sort_by_key(|(from, to, _)| (order(from), order(to)));
        Self { platforms, reasons, unstated, went, to_none }
    }

    pub(crate) fn opened(&self) -> u64 {
        self.platforms.iter().map(|(_, moved)| moved.opened).sum()
    }

    pub(crate) fn left(&self) -> u64 {
        self.platforms.iter().map(|(_, moved)| moved.left).sum()
    }
}
