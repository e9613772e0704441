//! What a simulated world is like: the same from the same seed, heavy in its tails, and full of what goes wrong in real ones.

use std::collections::BTreeSet;

use jiff::civil::date;
use someasure_model::{Outcome, PostKind, Table};
use someasure_simulate::{Body, Plan, Sketch, Someone, World, practices};

const PLAN: Plan =
    Plan { accounts: 3_000, posts: 150_000, days: 120, readings: 4, last: date(2025, 12, 31), seed: 7 };

fn world(plan: Plan) -> World {
    let made = practices(600, &[], &plan.calendar().unwrap(), plan.seed);
    World::new(plan, made.bodies).unwrap()
}

/// Every post with its author.
fn all(world: &World) -> Vec<(&Someone, Sketch)> {
    let (mut found, mut of_day) = (Vec::new(), Vec::new());
    for one in world.accounts() {
        for day in 0..world.calendar().days() {
            world.sketches(one, day, &mut of_day);
            found.extend(of_day.drain(..).map(|sketch| (one, sketch)));
        }
    }
    found
}

/// A few accounts, told in full.
fn told(world: &World) -> String {
    let mut text = String::new();
    for one in world.accounts().iter().step_by(500) {
        let mut of_day = Vec::new();
        for day in 0..world.calendar().days() {
            world.sketches(one, day, &mut of_day);
            for sketch in &of_day {
                let at = sketch.created_at + 1;
                text.push_str(&format!(
                    "{:?}{:?}",
                    world.post(one, sketch, at),
                    world.readings(one, sketch, &[at])
                ));
            }
            text.push_str(&format!("{:?}", world.profile(one, day)));
        }
        text.push_str(&format!("{:?}", world.attempts(one)));
    }
    text
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let first = told(&world(PLAN));
    assert!(first.len() > 10_000);
    assert_eq!(first, told(&world(PLAN)));
    assert_ne!(first, told(&world(Plan { seed: 8, ..PLAN })));
}

#[test]
fn it_does_not_matter_what_was_asked_before() {
    let world = world(PLAN);
    let one = world.accounts().iter().max_by(|a, b| posts_of(&world, a).cmp(&posts_of(&world, b))).unwrap();
    let on = |days: &[u32]| {
        let mut of_day = Vec::new();
        days.iter().for_each(|day| world.sketches(one, *day, &mut of_day));
        of_day
    };
    assert!(!on(&[50]).is_empty());
    assert_eq!(on(&[50]), on(&[3, 99, 50]));
}

fn posts_of(world: &World, one: &Someone) -> usize {
    let mut of_day = Vec::new();
    (0..world.calendar().days())
        .map(|day| {
            world.sketches(one, day, &mut of_day);
            of_day.len()
        })
        .sum()
}

#[test]
fn there_are_about_as_many_posts_as_were_asked_for_and_no_id_twice() {
    let world = world(PLAN);
    let posts = all(&world);
    assert!((posts.len() as f64 / PLAN.posts as f64 - 1.0).abs() < 0.05, "{}", posts.len());
    let ids: BTreeSet<String> = posts.iter().map(|(one, sketch)| sketch.id(one)).collect();
    assert_eq!(ids.len(), posts.len());
}

/// The value below which so many in a hundred lie.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[test]
fn heavy_tails_are_heavy() {
    let world = world(PLAN);
    let mut followers: Vec<f64> =
        world.accounts().iter().filter_map(|one| Some(world.profile(one, 119)?.followers? as f64)).collect();
    followers.sort_by(f64::total_cmp);
    // Of a log-normal with σ = 1.6, 41 medians.
    let reach = quantile(&followers, 99) / quantile(&followers, 50);
    assert!((20.0..80.0).contains(&reach), "{reach}");

    let mut busy: Vec<f64> = world.accounts().iter().map(|one| posts_of(&world, one) as f64).collect();
    busy.sort_by(f64::total_cmp);
    let all_posts: f64 = busy.iter().sum();
    let top: f64 = busy[busy.len() - busy.len() / 100..].iter().sum();
    assert!(top / all_posts > 0.2, "the busiest hundredth wrote {}", top / all_posts);
    assert!(quantile(&busy, 50) < all_posts / busy.len() as f64 / 2.0);

    let mut likes: Vec<f64> = all(&world)
        .iter()
        .filter(|(_, sketch)| sketch.kind() == PostKind::Original)
        .filter_map(|(one, sketch)| {
            let month = 30 * 86_400 * 1_000_000;
            Some(world.readings(one, sketch, &[sketch.created_at + month]).pop()?.likes? as f64)
        })
        .collect();
    likes.sort_by(f64::total_cmp);
    let mean = likes.iter().sum::<f64>() / likes.len() as f64;
    assert!(quantile(&likes, 50) < mean / 2.0, "median {} mean {mean}", quantile(&likes, 50));
    assert!(quantile(&likes, 99) > 8.0 * mean, "99% {} mean {mean}", quantile(&likes, 99));
}

#[test]
fn counters_rise_to_a_plateau_and_never_fall() {
    let world = world(PLAN);
    let day = 86_400 * 1_000_000;
    let (mut young, mut week, mut old) = (0, 0, 0);
    for (one, sketch) in all(&world).iter().step_by(50) {
        let at: Vec<i64> = [0, 1, 2, 7, 14, 60].map(|days| sketch.created_at + days * day + 1).to_vec();
        let readings = world.readings(one, sketch, &at);
        let likes: Vec<i64> = readings.iter().map(|reading| reading.likes.unwrap()).collect();
        assert!(likes.is_sorted(), "{likes:?}");
        young += likes[1];
        week += likes[3];
        old += likes[5];
    }
    assert!(young * 10 > old * 4 && young * 10 < old * 9, "after a day {young}, in the end {old}");
    assert!(week * 100 > old * 97, "after a week {week}, in the end {old}");
}

#[test]
fn what_happens_to_real_accounts_happens_here() {
    let world = world(PLAN);
    let rows = world.register();
    let with = |test: &dyn Fn(&someasure_model::Account) -> bool| rows.iter().filter(|row| test(row)).count();
    let reason = |words: &'static str| {
        move |row: &someasure_model::Account| row.reason_for_leaving.as_deref() == Some(words)
    };
    assert!(with(&reason("Moved to another platform")) > 5, "accounts are left");
    assert!(with(&reason("The body has closed")) > 5, "bodies close");
    assert!(with(&|row| row.account_id.is_none()) > 50, "some are known by their handle alone");
    assert!(rows.len() > 3_000, "some are shared, and some pass to another body");
    assert!(rows.iter().all(|row| row.to.is_none() || row.reason_for_leaving.is_some()));
    assert!(
        rows.iter().all(|row| row.to.is_none_or(|to| row.from.unwrap() <= to)),
        "none ends before it begins"
    );

    let renamed = world.accounts().iter().filter(|one| {
        let name = |days: [u32; 6]| {
            days.into_iter().filter_map(|day| world.profile(one, day)?.handle).collect::<BTreeSet<_>>()
        };
        name([0, 10, 50, 80, 100, 119]).len() > 1
    });
    assert!(renamed.count() > 20);
    let outcomes: BTreeSet<Outcome> =
        world.accounts().iter().flat_map(|one| world.attempts(one)).map(|attempt| attempt.outcome).collect();
    for outcome in [Outcome::Ok, Outcome::NotFound, Outcome::RateLimited, Outcome::Failed] {
        assert!(outcomes.contains(&outcome), "{outcome:?}");
    }
    let texts: Vec<String> = all(&world)
        .iter()
        .filter_map(|(one, sketch)| world.post(one, sketch, sketch.created_at + 1)?.text)
        .collect();
    for what in ["<script>", "\u{202e}", "\u{200b}", "=HYPERLINK"] {
        assert!(texts.iter().any(|text| text.contains(what)), "{what}");
    }
    assert!(texts.iter().any(|text| text.chars().count() == 10_000));
    assert!(texts.iter().all(|text| !text.contains('\0')), "no mapping could read it");
}

#[test]
fn a_platform_shows_the_newest_3200_posts_and_the_attempt_says_that_it_was_cut_off() {
    let busy = Plan { accounts: 40, posts: 300_000, days: 365, ..PLAN };
    let world = world(busy);
    let mut cut = 0;
    for one in world.accounts() {
        let attempts = world.attempts(one);
        let Some(attempt) = attempts.iter().find(|attempt| attempt.truncated) else { continue };
        cut += 1;
        assert_eq!((one.platform(), attempt.table), ("x", Table::Post));
        let look = world.sweep(one, 0);
        let mut of_day = Vec::new();
        let mut shown = 0;
        for day in world.calendar().days_of_sweep(0) {
            world.sketches(one, day, &mut of_day);
            shown += of_day
                .iter()
                .filter(|sketch| {
                    sketch.created_at < look.at && sketch.created_at >= attempt.covers_from.unwrap().micros()
                })
                .filter(|sketch| world.post(one, sketch, look.at).unwrap().account_id == attempt.account_id)
                .count();
        }
        assert_eq!(shown, 3_200);
    }
    assert!(cut > 0);
}

#[test]
fn deleted_posts_are_no_longer_shown() {
    let world = world(PLAN);
    let mut gone = 0;
    for (one, sketch) in all(&world).iter().step_by(3) {
        let shows: Vec<bool> = world
            .sweeps_of(sketch.day())
            .filter_map(|nth| {
                let look = world.sweep(one, nth);
                (look.outcome == Outcome::Ok && look.at > sketch.created_at)
                    .then(|| world.shows(one, sketch, nth, look))
            })
            .collect();
        gone += usize::from(shows.windows(2).any(|two| two == [true, false]));
    }
    assert!(gone > 20, "{gone}");
}

#[test]
fn attempts_come_in_the_order_of_the_ledger() {
    let world = world(PLAN);
    for one in world.accounts().iter().step_by(20) {
        let keys: Vec<_> = world
            .attempts(one)
            .into_iter()
            .map(|row| (row.account_id, row.table.as_str(), row.attempted_at))
            .collect();
        assert!(keys.windows(2).all(|two| two[0] < two[1]), "{keys:?}");
    }
    for (_, _, accounts) in world.platforms() {
        assert!(accounts.windows(2).all(|two| two[0].id() < two[1].id()));
    }
}

#[test]
fn a_plan_that_cannot_be_is_refused_with_what_can() {
    let refused = |plan: Plan| World::new(plan, vec![]).unwrap_err().to_string();
    assert!(refused(Plan { accounts: 0, ..PLAN }).contains("from 1 to 400000"));
    assert!(refused(Plan { days: 3, ..PLAN }).contains("from 14 to"));
    assert!(refused(Plan { posts: u64::MAX, ..PLAN }).contains("ask for fewer posts"));
    assert!(refused(PLAN).contains("no body"));
    assert!(
        World::new(
            PLAN,
            vec![Body { organisation_id: "a:b".parse().unwrap(), name: "B".to_owned(), closes: None }]
        )
        .is_ok()
    );
}
