//! A measure's rows, many or few: organisations are divided into shares, and where there are more rows than may be held, those
//! of each share wait in a file of their own. Then one share after another is taken up, sorted and handed over.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, ident, lit};
use someasure_model::Platform;

use crate::error::{At, LedgerError};
use crate::session::Question;

/// One row of a measure's answer. Weeks of accounts come by the million, so a row is small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureRow {
    /// Place in the question's list of organisations.
    pub organisation: u32,
    /// Place in [`MeasureRows::platforms`].
    pub platform: u32,
    /// Place in the question's list of periods.
    pub period: u32,
    /// Which cluster the row belongs to; rows of one cluster share the number.
    pub cluster: u32,
    pub(crate) first: Known,
    pub(crate) second: Known,
    pub(crate) n: Known,
}

impl MeasureRow {
    /// numerator, events or value; `None`: the platform did not say.
    pub fn first(&self) -> Option<f64> {
        self.first.get()
    }
    /// denominator, exposure or observed (1 or 0); for value and sample the same as `first`.
    pub fn second(&self) -> Option<f64> {
        self.second.get()
    }
    /// How many units the row stands for, where the SQL returns `n`.
    pub fn n(&self) -> Option<f64> {
        self.n.get()
    }

    fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let places = [self.organisation, self.platform, self.period, self.cluster].map(u32::to_le_bytes);
        bytes[..16].copy_from_slice(places.as_flattened());
        let numbers = [self.first, self.second, self.n].map(|number| number.0.to_le_bytes());
        bytes[16..].copy_from_slice(numbers.as_flattened());
        bytes
    }

    fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let place = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            Known(f64::from_le_bytes(eight))
        };
        Self {
            organisation: place(0),
            platform: place(4),
            period: place(8),
            cluster: place(12),
            first: number(16),
            second: number(24),
            n: number(32),
        }
    }
}

/// Bytes of a row.
const BYTES: usize = size_of::<MeasureRow>();

/// A finite number, or none: no row has one that is not finite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known(pub(crate) f64);

impl Known {
    pub(crate) fn of(number: Option<f64>) -> Self {
        Self(number.unwrap_or(f64::NAN))
    }
    fn get(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// What a measure answered of some organisations, sorted by every column, so that it does not depend on the number of threads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeasureRows {
    /// All rows of these places in the question's list of organisations.
    pub organisations: Range<u32>,
    /// The rows.
    pub rows: Vec<MeasureRow>,
    /// The platforms that occur, sorted.
    pub platforms: Vec<Platform>,
    /// Whether the SQL returned cluster columns.
    pub clustered: bool,
}

/// Into how many shares organisations are divided.
pub(crate) const SHARES: u32 = 64;

/// The rows of some organisations.
#[derive(Default)]
struct Share {
    rows: Vec<MeasureRow>,
    /// Those that did not fit, and how many.
    aside: Option<(BufWriter<File>, usize)>,
}

/// Rows as they come, not more of them in memory than may be.
pub(crate) struct Gathered {
    organisations: u32,
    shares: Vec<Share>,
    held: usize,
    /// Rows that may be held.
    most: usize,
    put_aside: usize,
}

impl Gathered {
    /// Of so many organisations, in so many bytes.
    pub(crate) fn new(organisations: usize, bytes: usize) -> Self {
        let organisations = u32::try_from(organisations).unwrap_or(u32::MAX);
        let shares = (0..SHARES).map(|_| Share::default()).collect();
        Self { organisations, shares, held: 0, most: (bytes / BYTES).max(1), put_aside: 0 }
    }

    /// How much was gathered.
    pub(crate) fn bytes(&self) -> usize {
        (self.held + self.put_aside) * BYTES
    }

    /// The share that an organisation belongs to.
    fn share_of(&self, organisation: u32) -> usize {
        (u64::from(organisation) * u64::from(SHARES) / u64::from(self.organisations.max(1))) as usize
    }

    /// The first organisation of a share: the first of which [`Gathered::share_of`] says it.
    fn begins(&self, share: u32) -> u32 {
        let first = (u64::from(share) * u64::from(self.organisations)).div_ceil(u64::from(SHARES));
        u32::try_from(first).unwrap_or(u32::MAX)
    }

    /// The same plan for the organisations of some shares only. That is a condition on what comes out; how far down it holds
    /// already is the planner's to find, so that the rows are those that all organisations together would have given.
    pub(crate) fn only(
        &self,
        plan: LogicalPlan,
        shares: &Range<u32>,
        question: &Question,
    ) -> Result<LogicalPlan, LedgerError> {
        let id = || ident("organisation_id");
        // After the last organisation, none begins.
        let begins = |share: u32| {
            let first = question.organisations.get(self.begins(share) as usize);
            first.map(|row| lit(row.organisation_id.as_str()))
        };
        let mut within = Vec::new();
        if shares.start > 0 {
            within.push(begins(shares.start).map_or(lit(false), |first| id().gt_eq(first)));
        }
        if let Some(next) = begins(shares.end) {
            // What belongs to no organisation, if that can be, is in the first share, to be refused there.
            let of_nobody = plan.schema().field_with_unqualified_name("organisation_id")?.is_nullable();
            let before = id().lt(next);
            within.push(if of_nobody && shares.start == 0 { before.or(id().is_null()) } else { before });
        }
        let plan = match within.into_iter().reduce(Expr::and) {
            Some(within) => LogicalPlanBuilder::from(plan).alias("asked")?.filter(within)?.build()?,
            None => plan,
        };
        Ok(plan)
    }

    /// Drops what was gathered of some shares.
    pub(crate) fn forget(&mut self, shares: &Range<u32>) {
        for share in &mut self.shares[shares.start as usize..shares.end as usize] {
            self.held -= share.rows.len();
            self.put_aside -= share.aside.as_ref().map_or(0, |(_, rows)| *rows);
            *share = Share::default();
        }
    }

    pub(crate) fn push(&mut self, row: MeasureRow) -> Result<(), LedgerError> {
        if self.held == self.most {
            self.put_aside().at(Path::new("a temporary file"))?;
        }
        let share = self.share_of(row.organisation);
        self.shares[share].rows.push(row);
        self.held += 1;
        Ok(())
    }

    fn put_aside(&mut self) -> std::io::Result<()> {
        for share in self.shares.iter_mut().filter(|share| !share.rows.is_empty()) {
            let (file, rows) = match &mut share.aside {
                Some(aside) => aside,
                None => share.aside.insert((BufWriter::new(tempfile::tempfile()?), 0)),
            };
            *rows += share.rows.len();
            for row in share.rows.drain(..) {
                file.write_all(&row.to_bytes())?;
            }
        }
        self.put_aside += self.held;
        self.held = 0;
        Ok(())
    }

    /// What was gathered.
    pub(crate) fn answer(mut self, sorted: Sorted) -> Result<MeasureAnswer, LedgerError> {
        // Where some had to be put aside, the rest does not stay while shares are taken up.
        if self.shares.iter().any(|share| share.aside.is_some()) {
            self.put_aside().at(Path::new("a temporary file"))?;
        }
        Ok(MeasureAnswer { gathered: self, sorted, next: 0 })
    }
}

/// Where texts stand when they are sorted.
pub(crate) struct Sorted {
    pub(crate) platforms: Vec<Platform>,
    /// For each place in which a platform was met its place among them.
    pub(crate) platform_places: Vec<u32>,
    /// The same of clusters.
    pub(crate) cluster_places: Vec<u32>,
    pub(crate) clustered: bool,
}

/// A measure's answer: an iterator over its rows, of some organisations at a time, in the order of organisations.
pub struct MeasureAnswer {
    gathered: Gathered,
    sorted: Sorted,
    next: usize,
}

impl MeasureAnswer {
    /// Of all organisations at once.
    pub fn all(self) -> Result<MeasureRows, LedgerError> {
        let organisations = 0..self.gathered.organisations;
        let (platforms, clustered) = (self.sorted.platforms.clone(), self.sorted.clustered);
        let mut rows = Vec::new();
        for part in self {
            rows.extend(part?.rows);
        }
        Ok(MeasureRows { organisations, rows, platforms, clustered })
    }

    fn take(&mut self, at: usize) -> std::io::Result<MeasureRows> {
        let share = std::mem::take(&mut self.gathered.shares[at]);
        let mut rows = share.rows;
        if let Some((file, count)) = share.aside {
            let mut file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.seek(SeekFrom::Start(0))?;
            let mut file = BufReader::with_capacity(1 << 16, file);
            let mut bytes = [0; BYTES];
            rows.reserve_exact(count);
            for _ in 0..count {
                file.read_exact(&mut bytes)?;
                rows.push(MeasureRow::from_bytes(&bytes));
            }
        }
        for row in &mut rows {
            row.platform = self.sorted.platform_places[row.platform as usize];
            row.cluster = self.sorted.cluster_places.get(row.cluster as usize).copied().unwrap_or(0);
        }
        // Rows that compare equal are the same, so that sorting in place gives one order.
        rows.sort_unstable_by(|a, b| {
            let key = |row: &MeasureRow| (row.organisation, row.platform, row.period, row.cluster);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.first.0.total_cmp(&b.first.0))
                .then_with(|| a.second.0.total_cmp(&b.second.0))
                .then_with(|| a.n.0.total_cmp(&b.n.0))
        });
        let begins = |share: usize| self.gathered.begins(share as u32);
        let (platforms, clustered) = (self.sorted.platforms.clone(), self.sorted.clustered);
        Ok(MeasureRows { organisations: begins(at)..begins(at + 1), rows, platforms, clustered })
    }
}

impl Iterator for MeasureAnswer {
    type Item = Result<MeasureRows, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        self.next += 1;
        (at < self.gathered.shares.len()).then(|| self.take(at).at(Path::new("a temporary file")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32) -> MeasureRow {
        let value = (!number.is_multiple_of(5)).then_some(f64::from(number) / 3.0);
        MeasureRow {
            organisation: number * 7 % 100,
            platform: number % 2,
            period: number % 3,
            cluster: number % 11,
            first: Known::of(value),
            second: Known::of(value),
            n: Known::of(None),
        }
    }

    fn answer(rows: u32, bytes: usize) -> MeasureAnswer {
        let mut gathered = Gathered::new(100, bytes);
        (0..rows).for_each(|number| gathered.push(row(number)).unwrap());
        let platforms = ["a", "b"].map(|name| name.parse().unwrap()).to_vec();
        let (platform_places, cluster_places) = (vec![1, 0], (0..11).rev().collect());
        gathered.answer(Sorted { platforms, platform_places, cluster_places, clustered: true }).unwrap()
    }

    #[test]
    fn rows_that_did_not_fit_come_out_like_those_that_did() {
        let wanted = answer(5_000, usize::MAX).all().unwrap();
        assert_eq!(wanted.rows.len(), 5_000);
        for bytes in [1, 1_000, 10_000, 100_000] {
            assert_eq!(answer(5_000, bytes).all().unwrap(), wanted, "{bytes} bytes");
        }
    }

    #[test]
    fn every_organisation_belongs_to_one_part_and_parts_come_in_their_order() {
        for organisations in [0, 1, 5, 63, 64, 65, 1_000, 7_323] {
            let gathered = Gathered::new(organisations, 1);
            let share_of: Vec<usize> =
                (0..organisations as u32).map(|place| gathered.share_of(place)).collect();
            let sorted = Sorted {
                platforms: Vec::new(),
                platform_places: Vec::new(),
                cluster_places: Vec::new(),
                clustered: false,
            };
            let parts = gathered.answer(sorted).unwrap();
            let mut next = 0;
            for (share, part) in parts.enumerate() {
                let range = part.unwrap().organisations;
                assert_eq!(range.start, next);
                assert!(range.clone().all(|place| share_of[place as usize] == share));
                next = range.end;
            }
            assert_eq!(next, organisations as u32);
        }
    }
}
