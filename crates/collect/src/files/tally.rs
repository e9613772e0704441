//! What a file of posts covers. Coverage cannot be seen in the rows alone: a source that gives the newest
//! 3,200 posts looks like one that gives all. The mapping's `[coverage]` states the rule; the tally counts
//! the posts of each account and turns them into attempts. It keeps a few numbers an account; a post costs
//! eight bytes where the rule goes by their number, and nothing elsewhere.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use someasure_model::{AccountId, Attempt, Instant, Observation, Outcome, PostId, Table};

/// Where the file begins to cover an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CoversFrom {
    /// At the account's first post in the file: what came before is unknown.
    #[default]
    FirstPost,
    /// At the account's beginning.
    Beginning,
    /// At an instant.
    At(Instant),
    /// Nowhere: the file is a selection, such as what a search for a hashtag found.
    Nothing,
}

/// `[coverage]`: which span of time a file of posts covers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// Where it begins.
    pub from: CoversFrom,
    /// Where it ends; left out: when it was read, or with [`CoversFrom::FirstPost`] at the last post.
    pub to: Option<Instant>,
    /// The source gives only the newest so many posts of an account.
    pub newest: Option<u64>,
    /// The share of them that may be missing.
    pub newest_tolerance: f64,
    /// An account with a whole number of pages of so many rows was cut off as well.
    pub pages_of: Option<u64>,
}

/// What was seen of one account at one instant.
#[derive(Debug, Clone, Copy)]
struct Seen {
    observed_at: Instant,
    first: Instant,
    last: Instant,
    posts: u64,
    readings: u64,
}

/// Counts the posts of each account.
#[derive(Debug)]
pub struct PostTally {
    coverage: Coverage,
    accounts: HashMap<AccountId, Vec<Seen>>,
    /// Posts that were counted, as hashes.
    counted: HashSet<u64>,
}

/// Rows of one account that were read within so many microseconds of each other are one snapshot: a
/// program that notes the time of every row does not make a snapshot of each.
const ONE_SNAPSHOT: i64 = 10 * 60 * 1_000_000;
/// So many snapshots of an account are kept apart.
const SNAPSHOTS: usize = 512;

impl PostTally {
    /// An empty tally under a rule.
    pub fn new(coverage: &Coverage) -> Self {
        Self { coverage: coverage.clone(), accounts: HashMap::new(), counted: HashSet::new() }
    }

    /// Counts one post, and whether its counters were read with it. Where the rule goes by the number of
    /// posts, one that stands in the file several times (under each body that shares the account) is one.
    pub fn add(
        &mut self,
        post: &PostId,
        account: &AccountId,
        created_at: Instant,
        observed_at: Instant,
        has_reading: bool,
    ) {
        if self.coverage.newest.is_some() || self.coverage.pages_of.is_some() {
            let mut hasher = DefaultHasher::new();
            (post.as_str(), observed_at.micros()).hash(&mut hasher);
            if !self.counted.insert(hasher.finish()) {
                return;
            }
        }
        let one = Seen {
            observed_at,
            first: created_at,
            last: created_at,
            posts: 1,
            readings: u64::from(has_reading),
        };
        let Some(snapshots) = self.accounts.get_mut(account) else {
            self.accounts.insert(account.clone(), vec![one]);
            return;
        };
        match snapshots.binary_search_by_key(&observed_at, |seen| seen.observed_at) {
            Ok(at) => snapshots[at].join(one),
            Err(at) => {
                snapshots.insert(at, one);
                if snapshots.len() > SNAPSHOTS {
                    join_near(snapshots, ONE_SNAPSHOT);
                    if snapshots.len() > SNAPSHOTS / 2 {
                        join_near(snapshots, i64::MAX);
                    }
                }
            }
        }
    }

    /// One attempt for posts, and one for their counters where any were read, for each account and
    /// snapshot; sorted by account, time and table.
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        for (account, snapshots) in &self.accounts {
            let mut snapshots = snapshots.clone();
            join_near(&mut snapshots, ONE_SNAPSHOT);
            for seen in snapshots {
                let posts = self.attempt(account, seen);
                if seen.readings > 0 {
                    let rows = i64::try_from(seen.readings).unwrap_or(i64::MAX);
                    attempts.push(Attempt { table: Table::Reading, rows, ..posts.clone() });
                }
                attempts.push(posts);
            }
        }
        attempts.sort_by(|a, b| {
            (&a.account_id, a.attempted_at, a.table).cmp(&(&b.account_id, b.attempted_at, b.table))
        });
        attempts
    }

    fn attempt(&self, account: &AccountId, seen: Seen) -> Attempt {
        let rule = &self.coverage;
        let cut_off = self.cut_off(seen.posts);
        let after_last = Instant::from_micros(seen.last.micros() + 1);
        let covers_from = match (cut_off.is_some(), rule.from) {
            (_, CoversFrom::Nothing) => Some(seen.observed_at),
            (true, CoversFrom::At(from)) => Some(from.max(seen.first)),
            (true, _) | (false, CoversFrom::FirstPost) => Some(seen.first),
            (false, CoversFrom::At(from)) => Some(from),
            (false, CoversFrom::Beginning) => None,
        };
        let covers_to = rule.to.filter(|_| rule.from != CoversFrom::Nothing).unwrap_or(match rule.from {
            CoversFrom::FirstPost => after_last,
            _ => seen.observed_at,
        });
        let oldest = seen.first.datetime().date();
        let detail = match (&cut_off, rule.from) {
            (_, CoversFrom::Nothing) => {
                Some("the file is a selection: which other posts there were is unknown".to_owned())
            }
            (Some(why), _) => Some(format!("{why}, so what came before {oldest} is unknown")),
            (None, CoversFrom::FirstPost) => Some(format!(
                "the file does not say what it covers: taken from its first post of this account ({oldest}) to \
                 its last ({})",
                seen.last.datetime().date()
            )),
            (None, _) => None,
        };
        Attempt {
            account_id: account.clone(),
            table: Table::Post,
            attempted_at: seen.observed_at,
            covers_from,
            // A rule that ends before the account's first post covers nothing of it, and no less.
            covers_to: covers_to.max(covers_from.unwrap_or(covers_to)),
            truncated: cut_off.is_some() && rule.from != CoversFrom::Nothing,
            outcome: Outcome::Ok,
            detail,
            rows: i64::try_from(seen.posts).unwrap_or(i64::MAX),
        }
    }

    /// Why an account with so many rows was cut off, if it was.
    fn cut_off(&self, posts: u64) -> Option<String> {
        let rule = &self.coverage;
        if let Some(newest) = rule.newest
            && posts as f64 >= newest as f64 * (1.0 - rule.newest_tolerance)
        {
            let (newest, posts) = (grouped(newest), grouped(posts));
            return Some(format!("the source gives the newest {newest} posts; {posts} were seen"));
        }
        match rule.pages_of {
            Some(page) if posts > 0 && posts.is_multiple_of(page) => Some(format!(
                "the source gives pages of {}; {} were seen, a whole number of pages",
                grouped(page),
                grouped(posts)
            )),
            _ => None,
        }
    }
}

impl Seen {
    fn join(&mut self, other: Self) {
        self.observed_at = self.observed_at.max(other.observed_at);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.posts += other.posts;
        self.readings += other.readings;
    }
}

/// Joins neighbours that are at most so many microseconds apart.
fn join_near(snapshots: &mut Vec<Seen>, gap: i64) {
    snapshots.dedup_by(|later, earlier| {
        let near = later.observed_at.micros().saturating_sub(earlier.observed_at.micros()) <= gap;
        if near {
            earlier.join(*later);
        }
        near
    });
}

/// `3,200`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The attempt that a profile stands for: it covers the instant at which it was read.
pub fn profile_attempt(observation: &Observation) -> Attempt {
    Attempt {
        account_id: observation.account_id.clone(),
        table: Table::Observation,
        attempted_at: observation.observed_at,
        covers_from: Some(observation.observed_at),
        covers_to: Instant::from_micros(observation.observed_at.micros() + 1),
        truncated: false,
        outcome: Outcome::Ok,
        detail: None,
        rows: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A post's id that no other row has.
    fn next() -> PostId {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(1);
        format!("x:{}", NEXT.fetch_add(1, Ordering::Relaxed)).parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }
    fn tally(coverage: &Coverage, posts: &[(&str, &str)], seen_at: &str) -> Vec<Attempt> {
        let mut tally = PostTally::new(coverage);
        for (account, created) in posts {
            tally.add(&next(), &account.parse().unwrap(), at(created), at(seen_at), false);
        }
        tally.attempts()
    }

    #[test]
    fn a_post_that_stands_there_under_each_body_that_shares_the_account_is_one() {
        let rule = Coverage { pages_of: Some(2), ..Coverage::default() };
        let mut tally = PostTally::new(&rule);
        let account = "x:1".parse().unwrap();
        for id in ["x:10", "x:11", "x:10"] {
            let id = id.parse().unwrap();
            tally.add(&id, &account, at("2014-01-02T00:00:00Z"), at("2014-02-01T00:00:00Z"), false);
        }
        let attempts = tally.attempts();
        assert!(attempts[0].truncated && attempts[0].rows == 2, "{attempts:?}");
    }

    #[test]
    fn a_selection_covers_nothing() {
        let rule = Coverage { from: CoversFrom::Nothing, newest: Some(2), ..Coverage::default() };
        let mut tally = PostTally::new(&rule);
        for day in ["2014-01-02", "2014-01-05"] {
            tally.add(
                &next(),
                &"x:1".parse().unwrap(),
                at(&format!("{day}T00:00:00Z")),
                at("2014-02-01T00:00:00Z"),
                true,
            );
        }
        let attempts = tally.attempts();
        assert_eq!(attempts[0].covers_from, Some(attempts[0].covers_to));
        assert!(!attempts[0].truncated && attempts[0].detail.as_ref().unwrap().contains("a selection"));
    }

    #[test]
    fn a_file_that_says_nothing_covers_from_the_first_to_the_last_post() {
        let posts = [("x:1", "2014-01-05T00:00:00Z"), ("x:1", "2014-01-02T00:00:00Z")];
        let attempts = tally(&Coverage::default(), &posts, "2014-04-07T18:00:00Z");
        assert_eq!(attempts.len(), 1);
        assert_eq!(attempts[0].covers_from, Some(at("2014-01-02T00:00:00Z")));
        assert_eq!(attempts[0].covers_to.to_string(), "2014-01-05T00:00:00.000001Z");
        assert!(!attempts[0].truncated);
        assert_eq!(attempts[0].rows, 2);
    }

    #[test]
    fn an_account_at_the_limit_is_cut_off_and_one_below_it_is_whole() {
        let coverage = Coverage {
            from: CoversFrom::Beginning,
            newest: Some(4),
            newest_tolerance: 0.25,
            ..Coverage::default()
        };
        let days = ["2014-01-05T00:00:00Z", "2014-01-02T00:00:00Z", "2014-01-09T00:00:00Z"];
        let mut posts: Vec<_> = days.iter().map(|day| ("x:9", *day)).collect();
        posts.extend([("x:2", days[0]), ("x:2", days[1])]);
        let attempts = tally(&coverage, &posts, "2014-04-07T18:00:00Z");
        let [whole, cut] = attempts.as_slice() else { panic!("{attempts:?}") };
        assert_eq!((whole.account_id.as_str(), whole.covers_from, whole.truncated), ("x:2", None, false));
        assert_eq!(whole.covers_to, at("2014-04-07T18:00:00Z"));
        assert_eq!(cut.covers_from, Some(at("2014-01-02T00:00:00Z")));
        assert!(cut.truncated);
        assert_eq!(
            cut.detail.as_deref(),
            Some(
                "the source gives the newest 4 posts; 3 were seen, so what came before 2014-01-02 is unknown"
            )
        );
    }

    #[test]
    fn whole_pages_mean_that_more_may_follow() {
        let coverage = Coverage { from: CoversFrom::Beginning, pages_of: Some(2), ..Coverage::default() };
        let posts = [
            ("x:1", "2014-01-05T00:00:00Z"),
            ("x:1", "2014-01-02T00:00:00Z"),
            ("x:2", "2014-01-05T00:00:00Z"),
        ];
        let attempts = tally(&coverage, &posts, "2014-04-07T18:00:00Z");
        assert_eq!(attempts.iter().map(|attempt| attempt.truncated).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn counters_have_attempts_of_their_own_and_every_snapshot_too() {
        let mut tally = PostTally::new(&Coverage { from: CoversFrom::Beginning, ..Coverage::default() });
        let account = "x:1".parse().unwrap();
        let created = at("2014-01-01T00:00:00Z");
        for seen in ["2014-02-02T00:00:00Z", "2014-02-01T00:00:00Z", "2014-02-01T00:05:00Z"] {
            tally.add(&next(), &account, created, at(seen), seen.contains("00:00:00"));
        }
        let attempts: Vec<_> = tally
            .attempts()
            .into_iter()
            .map(|attempt| (attempt.attempted_at.to_string(), attempt.table.as_str(), attempt.rows))
            .collect();
        // Five minutes apart is one snapshot, a day apart is two.
        assert_eq!(
            attempts,
            [
                ("2014-02-01T00:05:00Z".to_owned(), "post", 2),
                ("2014-02-01T00:05:00Z".to_owned(), "reading", 1),
                ("2014-02-02T00:00:00Z".to_owned(), "post", 1),
                ("2014-02-02T00:00:00Z".to_owned(), "reading", 1),
            ]
        );
    }

    #[test]
    fn an_account_of_many_snapshots_does_not_grow_without_end() {
        let mut tally = PostTally::new(&Coverage::default());
        let account: AccountId = "x:1".parse().unwrap();
        let start = at("2014-01-01T00:00:00Z").micros();
        for second in 0..5_000 {
            tally.add(
                &next(),
                &account,
                Instant::from_micros(start),
                Instant::from_micros(start + second * 1_000_000),
                false,
            );
        }
        assert!(tally.accounts[&account].len() <= SNAPSHOTS);
        assert_eq!(tally.attempts().iter().map(|attempt| attempt.rows).sum::<i64>(), 5_000);
    }

    #[test]
    fn a_profile_covers_the_instant_at_which_it_was_read() {
        let observation = Observation {
            account_id: "x:1".parse().unwrap(),
            observed_at: at("2014-04-07T18:00:00Z"),
            handle: None,
            followers: Some(3),
            following: None,
            posts: None,
            display_name: None,
            bio: None,
            website: None,
        };
        let attempt = profile_attempt(&observation);
        assert_eq!(attempt.table, Table::Observation);
        assert_eq!(attempt.covers_to.micros() - attempt.covers_from.unwrap().micros(), 1);
    }

    #[test]
    fn large_numbers_are_easy_to_read() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(3200), grouped(1_234_567)],
            ["0", "999", "3,200", "1,234,567"]
        );
    }
}
