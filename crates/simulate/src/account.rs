//! The accounts: whose they are, how large, how busy, and what happens to them. All of it is drawn once, in a few numbers.

use someasure_model::{Account, Handle, Observation};

use crate::bodies::Body;
use crate::calendar::{Calendar, DAY, SECOND};
use crate::chance::{For, happens, log_normal, one_of, stream};
use crate::ids::Site;
use crate::words;

/// Days that never come.
pub(crate) const NEVER: i32 = i32::MAX;

/// Why accounts are left.
const REASONS: [&str; 4] = [
    "Moved to another platform",
    "Nobody had time to look after it",
    "Joined with the body's main account",
    "The platform closed it",
];

/// One account.
#[derive(Debug, Clone, PartialEq)]
pub struct Someone {
    /// Its number in the world, from 0.
    pub number: u32,
    pub(crate) site: Site,
    /// Its number on its platform, from 0.
    pub(crate) place: u32,
    /// How many accounts the platform has: the numbers after them are those of people who write to them.
    pub(crate) of: u32,
    pub(crate) body: u32,
    pub(crate) shared_with: Option<u32>,
    pub(crate) followers: f64,
    pub(crate) growth_a_year: f64,
    following: i64,
    /// Posts and questions a day.
    pub(crate) posts_a_day: f64,
    pub(crate) questions_a_day: f64,
    /// Likes of a typical post.
    pub(crate) likes: f64,
    pub(crate) opened: i32,
    pub(crate) closed: i32,
    reason: u8,
    renamed: i32,
    /// Days on which it could not be collected; the last one excluded.
    pub(crate) gap: (i32, i32),
    /// What it posted before this was cut off by the platform.
    pub(crate) cut_before: Option<i64>,
    handle_only: bool,
    hostile: bool,
}

/// What an account is given, where the world decides it for all together.
pub(crate) struct Given {
    pub(crate) number: u32,
    pub(crate) site: Site,
    pub(crate) place: u32,
    pub(crate) of: u32,
    pub(crate) body: u32,
    pub(crate) shared_with: Option<u32>,
    pub(crate) posts_a_day: f64,
}

impl Someone {
    pub(crate) fn new(seed: u64, given: Given, calendar: &Calendar) -> Self {
        let random = &mut stream(seed, For::Account, given.number, 1, 0);
        let days = calendar.days() as i32;
        let some_day = |random: &mut someasure_stats::Random| random.below(days as usize) as i32;
        let followers = log_normal(random, 800.0, 1.6);
        let opened = if happens(random, 0.06) { some_day(random) } else { -1 - random.below(3_000) as i32 };
        let leaves = happens(random, if given.site == Site::X { 0.05 } else { 0.015 });
        let closed = if leaves && opened < days - 1 {
            opened.max(0) + 1 + random.below((days - opened.max(0)) as usize) as i32
        } else {
            NEVER
        };
        let renamed = if happens(random, 0.04) { some_day(random) } else { NEVER };
        let gap = match happens(random, 0.08) {
            true => (some_day(random), 3 + random.below(30) as i32),
            false => (NEVER, 0),
        };
        let mut one = Self {
            followers,
            growth_a_year: 0.06 + 0.18 * random.normal(),
            following: log_normal(random, 260.0, 1.1) as i64,
            posts_a_day: given.posts_a_day,
            // Who has more followers is asked more, and far from in proportion.
            questions_a_day: (followers / 60_000.0).min(4.0),
            likes: followers.powf(0.85) * log_normal(random, 0.009, 0.8),
            opened,
            closed,
            reason: random.below(REASONS.len()) as u8,
            renamed,
            gap: (gap.0, gap.0.saturating_add(gap.1)),
            cut_before: None,
            handle_only: happens(random, 0.05),
            hostile: happens(random, 0.005),
            number: given.number,
            site: given.site,
            place: given.place,
            of: given.of,
            body: given.body,
            shared_with: given.shared_with,
        };
        // One in fifty has not been used for years.
        if happens(random, 0.02) {
            one.posts_a_day = 0.0;
        }
        one
    }

    /// Its platform.
    pub fn platform(&self) -> &'static str {
        self.site.name()
    }

    /// The id that the platform gave it.
    pub fn id(&self) -> String {
        self.site.account(self.place)
    }

    /// Its name on that day.
    pub(crate) fn handle(&self, bodies: &[Body], day: i32) -> String {
        let code = bodies[self.body as usize].organisation_id.code().to_lowercase();
        let renamed = if day >= self.renamed { "official" } else { "" };
        match self.site {
            Site::Bluesky => format!("{code}-{}{renamed}.bsky.social", self.place),
            Site::Mastodon => format!("{code}_{}{renamed}@social.example", self.place),
            _ => format!("{code}_{}{renamed}", self.place),
        }
    }

    /// Whether it was there on that day.
    pub(crate) fn is_there(&self, day: i32) -> bool {
        self.opened <= day && day < self.closed
    }

    /// The rows of the register: who had it, from when to when.
    pub(crate) fn rows(&self, bodies: &[Body], calendar: &Calendar) -> Vec<Account> {
        let last = calendar.days() as i32 - 1;
        let handle: Option<Handle> = self.handle(bodies, last).parse().ok();
        let Ok(id) = self.id().parse() else { return Vec::new() };
        let (Ok(platform), body) = (self.platform().parse(), &bodies[self.body as usize]) else {
            return Vec::new();
        };
        let left = (self.closed != NEVER).then_some(self.closed - 1);
        let mut row = Account {
            organisation_id: body.organisation_id.clone(),
            platform,
            // An account whose name nobody has changed may be known by it alone.
            account_id: (!self.handle_only || self.renamed != NEVER).then_some(id),
            handle,
            role: Some(if self.shared_with.is_some() { "shared" } else { "main" }.to_owned()),
            from: Some(calendar.date(self.opened)),
            to: left.map(|day| calendar.date(day)),
            reason_for_leaving: left.map(|_| REASONS[usize::from(self.reason)].to_owned()),
        };
        let mut rows = Vec::new();
        if let Some(other) = self.shared_with {
            rows.push(Account {
                organisation_id: bodies[other as usize].organisation_id.clone(),
                ..row.clone()
            });
        }
        // A body that closes leaves its accounts; who takes it over has them from the next day on.
        if let Some((day, successor)) = &body.closes
            && left.is_none_or(|left| left > *day)
            && self.opened <= *day
        {
            if let Some(successor) = successor {
                rows.push(Account {
                    organisation_id: successor.clone(),
                    from: Some(calendar.date(*day + 1)),
                    ..row.clone()
                });
            }
            row.to = Some(calendar.date(*day));
            row.reason_for_leaving = Some("The body has closed".to_owned());
        }
        rows.push(row);
        rows
    }

    /// When it is looked at, within a day of collecting: each at its own second.
    pub(crate) fn second(&self) -> i64 {
        (i64::from(self.number) * 7_919 % 36_000) * SECOND
    }

    /// What the platform says about it on a day on which it is looked at.
    pub(crate) fn profile(
        &self,
        seed: u64,
        bodies: &[Body],
        calendar: &Calendar,
        day: u32,
    ) -> Option<Observation> {
        let random = &mut stream(seed, For::Profile, self.number, day, 0);
        let years = f64::from(day) / 365.0;
        // Day by day a little up and down, as platforms clean up.
        let wobble = 1.0 + 0.002 * random.normal();
        let followers = self.followers * (1.0 + self.growth_a_year).max(0.3).powf(years) * wobble;
        let body = &bodies[self.body as usize];
        let posts = 40.0 * self.posts_a_day.sqrt() + self.posts_a_day * f64::from(day + 400);
        let day = day as i32;
        let (display_name, bio) = if self.hostile {
            let random = &mut stream(seed, For::Profile, self.number, 0, 1);
            (one_of(random, &words::HOSTILE).to_string(), words::hostile(random))
        } else {
            (body.name.clone(), format!("News from {}. Not looked at round the clock.", body.name))
        };
        Some(Observation {
            account_id: self.id().parse().ok()?,
            observed_at: someasure_model::Instant::from_micros(
                calendar.midnight(day as u32) + DAY / 24 + self.second(),
            ),
            handle: self.handle(bodies, day).parse().ok(),
            followers: Some(followers as i64),
            following: Some(self.following),
            posts: (self.site != Site::Facebook).then_some(posts as i64),
            display_name: Some(display_name),
            bio: (self.site != Site::Facebook).then_some(bio),
            website: None,
        })
    }
}
