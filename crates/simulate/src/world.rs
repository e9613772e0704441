//! The world as a whole: how many accounts, whose they are, how the posts are shared out; and what was seen of them.

use someasure_model::{Account, Attempt, Observation, Outcome, Post, Reading, Table};

use crate::account::{Given, Someone};
use crate::bodies::Body;
use crate::calendar::Calendar;
use crate::chance::{For, happens, stream, zipf};
use crate::counters::Heights;
use crate::ids::{SHARES, SITES};
use crate::post::{Sketch, sketches};
use crate::seen::{self, NEWEST, Sweep};

/// What a world is made from. The same plan makes the same world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many accounts.
    pub accounts: u32,
    /// About how many posts they wrote.
    pub posts: u64,
    /// In how many days.
    pub days: u32,
    /// How often a post's counters are read, on average.
    pub readings: u32,
    /// The last day.
    pub last: jiff::civil::Date,
    /// What chance begins with.
    pub seed: u64,
}

/// A plan that no world can be made from. The message says what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError(pub String);

impl std::fmt::Display for PlanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for PlanError {}

const MOST_ACCOUNTS: u32 = 400_000;
const MOST_DAYS: u32 = 3_660;
/// More posts than that no account of the platforms could write.
const MOST_POSTS_A_DAY: u64 = 50;
const MOST_READINGS: u32 = 20;

impl Plan {
    /// The days of the world, if one can be made.
    pub fn calendar(&self) -> Result<Calendar, PlanError> {
        let refuse = |what: String| Err(PlanError(what));
        if self.accounts == 0 || self.accounts > MOST_ACCOUNTS {
            return refuse(format!(
                "--accounts {}: from 1 to {MOST_ACCOUNTS} can be simulated",
                self.accounts
            ));
        }
        if self.days < 14 || self.days > MOST_DAYS {
            return refuse(format!("--days {}: from 14 to {MOST_DAYS} can be simulated", self.days));
        }
        if self.readings == 0 || self.readings > MOST_READINGS {
            return refuse(format!(
                "--readings {}: from 1 to {MOST_READINGS} can be simulated",
                self.readings
            ));
        }
        let most = u64::from(self.accounts) * u64::from(self.days) * MOST_POSTS_A_DAY;
        if self.posts > most {
            return refuse(format!(
                "--posts {}: {} accounts do not write more than {most} posts in {} days; ask for fewer posts or more accounts",
                self.posts, self.accounts, self.days
            ));
        }
        match Calendar::new(self.last, self.days, self.readings) {
            Some(calendar) => Ok(calendar),
            None => {
                refuse(format!("the last day {} is too early for {} days before it", self.last, self.days))
            }
        }
    }
}

/// A simulated service.
#[derive(Debug)]
pub struct World {
    plan: Plan,
    calendar: Calendar,
    bodies: Vec<Body>,
    accounts: Vec<Someone>,
}

impl World {
    /// Makes it. `bodies` are those that have accounts.
    pub fn new(plan: Plan, bodies: Vec<Body>) -> Result<Self, PlanError> {
        let calendar = plan.calendar()?;
        if bodies.is_empty() {
            return Err(PlanError(
                "there is no body that is open on these days, and so no account".to_owned(),
            ));
        }
        let number = plan.accounts;
        // Which account is how busy, and which body has how many: by lot.
        let lot = |purpose: u32, count: u32| {
            let mut places: Vec<(u64, u32)> = (0..count)
                .map(|nth| (stream(plan.seed, For::Account, nth, 0, purpose).bits(), nth))
                .collect();
            places.sort_unstable();
            places
        };
        let order = lot(1, bodies.len() as u32);
        let mut ranks = vec![0; number as usize];
        for (rank, (_, account)) in lot(2, number).into_iter().enumerate() {
            ranks[account as usize] = rank as u32;
        }
        let mut sites: Vec<Vec<u32>> = vec![Vec::new(); SITES.len()];
        for account in 0..number {
            let mut left = stream(plan.seed, For::Account, account, 0, 3).uniform();
            let site = SHARES.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            sites[site.unwrap_or(SITES.len() - 1)].push(account);
        }
        let all: f64 = (0..number).map(|rank| zipf(rank, number)).sum();
        let mut accounts = Vec::with_capacity(number as usize);
        for (site, members) in SITES.into_iter().zip(&sites) {
            for (place, account) in members.iter().enumerate() {
                let random = &mut stream(plan.seed, For::Account, *account, 0, 4);
                // Everyone has one as long as there are some; what is left goes more to those at the front.
                let some = |u: f64| order[((u * u * order.len() as f64) as usize).min(order.len() - 1)].1;
                let body =
                    order.get(*account as usize).map_or_else(|| some(random.uniform()), |(_, body)| *body);
                let shared_with =
                    happens(random, 0.01).then(|| some(random.uniform())).filter(|other| *other != body);
                let share = zipf(ranks[*account as usize], number) / all;
                accounts.push(Someone::new(
                    plan.seed,
                    Given {
                        number: *account,
                        site,
                        place: place as u32,
                        of: members.len() as u32,
                        body,
                        shared_with,
                        posts_a_day: share * plan.posts as f64 / f64::from(plan.days),
                    },
                    &calendar,
                ));
            }
        }
        let mut world = Self { plan, calendar, bodies, accounts };
        world.fit();
        Ok(world)
    }

    /// Brings the number of posts to what was asked for, since some accounts are not there all the time and some are
    /// asked questions, and finds where the platform cuts off.
    fn fit(&mut self) {
        let days = self.calendar.days() as i32;
        let there = |one: &Someone| f64::from((one.closed.min(days) - one.opened.max(0)).max(0));
        let (mut own, mut asked) = (0.0, 0.0);
        for one in &self.accounts {
            own += one.posts_a_day * there(one);
            if matches!(one.platform(), "x" | "mastodon") {
                asked += one.questions_a_day * there(one) * 1.55;
            }
        }
        let posts = self.plan.posts as f64;
        // Questions and their answers are a quarter at the most.
        let fewer = if asked > 0.0 { (0.25 * posts / asked).min(1.0) } else { 1.0 };
        let factor = if own > 0.0 { (posts - asked * fewer).max(0.0) / own } else { 0.0 };
        for one in &mut self.accounts {
            one.posts_a_day *= factor;
            one.questions_a_day *= fewer;
        }
        let cut: Vec<Option<i64>> = self.accounts.iter().map(|one| self.cut_before(one)).collect();
        for (one, cut) in self.accounts.iter_mut().zip(cut) {
            one.cut_before = cut;
        }
    }

    /// What the platform no longer showed of a timeline when it was read as a whole.
    fn cut_before(&self, one: &Someone) -> Option<i64> {
        let range = self.calendar.days_of_sweep(0);
        if !seen::is_limited(one.site) || one.posts_a_day * f64::from(range.end) < NEWEST as f64 * 0.7 {
            return None;
        }
        let (at, mut left, mut day_of) = (self.sweep(one, 0).at, NEWEST, Vec::new());
        for day in range.rev() {
            sketches(self.plan.seed, one, &self.calendar, day, &mut day_of);
            for sketch in
                day_of.iter().rev().filter(|sketch| sketch.asked_by.is_none() && sketch.created_at < at)
            {
                if left == 0 {
                    return Some(sketch.created_at + 1);
                }
                left -= 1;
            }
        }
        None
    }

    /// Its days.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Its accounts: by platform, and within one by id.
    pub fn accounts(&self) -> &[Someone] {
        &self.accounts
    }

    /// The accounts of each platform that has some, in the order of their ids, and whether ids of posts stand by account
    /// or, if not, by time.
    pub fn platforms(&self) -> impl Iterator<Item = (&'static str, bool, &[Someone])> {
        self.accounts
            .chunk_by(|a, b| a.site == b.site)
            .map(|accounts| (accounts[0].platform(), accounts[0].site.by_account(), accounts))
    }

    /// The register's rows of its accounts.
    pub fn register(&self) -> Vec<Account> {
        self.accounts.iter().flat_map(|one| one.rows(&self.bodies, &self.calendar)).collect()
    }

    /// Its name on a day.
    pub fn handle(&self, one: &Someone, day: u32) -> String {
        one.handle(&self.bodies, day as i32)
    }

    /// What the platform said about an account on a day; `None` where it was not seen.
    pub fn profile(&self, one: &Someone, day: u32) -> Option<Observation> {
        if !seen::profile_seen(self.plan.seed, one, day) {
            return None;
        }
        one.profile(self.plan.seed, &self.bodies, &self.calendar, day)
    }

    /// What it posted on a day and was asked on it, by time.
    pub fn sketches(&self, one: &Someone, day: u32, out: &mut Vec<Sketch>) {
        sketches(self.plan.seed, one, &self.calendar, day, out);
    }

    /// How the nth look at an account ended.
    pub fn sweep(&self, one: &Someone, nth: u32) -> Sweep {
        seen::sweep(self.plan.seed, one, &self.calendar, nth)
    }

    /// Whether that look showed that post.
    pub fn shows(&self, one: &Someone, sketch: &Sketch, nth: u32, sweep: Sweep) -> bool {
        let too_old = sketch.created_at < self.calendar.oldest_of_sweep(nth);
        let cut = nth == 0
            && sketch.asked_by.is_none()
            && one.cut_before.is_some_and(|cut| sketch.created_at < cut);
        sweep.outcome == Outcome::Ok
            && sketch.created_at < sweep.at
            && !too_old
            && !cut
            && sketch.deleted_at.is_none_or(|deleted| sweep.at < deleted)
    }

    /// The looks that may show a post of that day: the first and the last one that is not asked.
    pub fn sweeps_of(&self, day: u32) -> impl Iterator<Item = u32> {
        let calendar = self.calendar;
        (0..calendar.sweeps()).filter(move |nth| calendar.days_of_sweep(*nth).contains(&day))
    }

    /// A post as a look at that instant showed it.
    pub fn post(&self, one: &Someone, sketch: &Sketch, at: i64) -> Option<Post> {
        sketch.post(self.plan.seed, one, at)
    }

    /// Whether its words were not the same at these two instants.
    pub fn changed(&self, sketch: &Sketch, earlier: i64, later: i64) -> bool {
        sketch.is_edited_at(earlier) != sketch.is_edited_at(later)
    }

    /// Its counters at these instants.
    pub fn readings(&self, one: &Someone, sketch: &Sketch, at: &[i64]) -> Vec<Reading> {
        let (heights, id) = (Heights::of(self.plan.seed, one, sketch), sketch.id(one));
        at.iter().filter_map(|at| heights.reading(one.site, sketch, &id, *at)).collect()
    }

    /// Every attempt to see something of an account, in the order of the ledger's key.
    pub fn attempts(&self, one: &Someone) -> Vec<Attempt> {
        let (seed, calendar) = (self.plan.seed, &self.calendar);
        let mut rows = vec![0; calendar.sweeps() as usize];
        let sweeps: Vec<Sweep> = (0..calendar.sweeps()).map(|nth| self.sweep(one, nth)).collect();
        let mut day_of = Vec::new();
        for day in 0..calendar.days() {
            self.sketches(one, day, &mut day_of);
            if day_of.is_empty() {
                continue;
            }
            for nth in self.sweeps_of(day) {
                let shown = |sketch: &&Sketch| self.shows(one, sketch, nth, sweeps[nth as usize]);
                let own = day_of.iter().filter(|sketch| sketch.asked_by.is_none());
                rows[nth as usize] += own.filter(shown).count() as i64;
            }
        }
        let mut attempts = seen::profile_attempts(seed, one, calendar).unwrap_or_default();
        for table in [Table::Post, Table::Reading] {
            attempts.extend(seen::post_attempts(seed, one, calendar, &rows, table).unwrap_or_default());
        }
        attempts
    }
}
