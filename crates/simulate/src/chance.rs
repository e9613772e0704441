//! Draws from the distributions that a world is made of, each from a stream of its own of the seed.

use someasure_stats::Random;

/// What a stream is for: no two purposes share one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum For {
    Account = 1,
    Posts,
    Words,
    Counters,
    Profile,
    Sweep,
    Outage,
    Bodies,
}

/// The stream for a purpose, an account (or another number), a day and the nth thing of that day.
pub(crate) fn stream(seed: u64, purpose: For, account: u32, day: u32, nth: u32) -> Random {
    let (purpose, account) = ((purpose as u64) << 58, u64::from(account) << 32);
    let (day, nth) = (u64::from(day & 0xffff) << 16, u64::from(nth & 0xffff));
    Random::new(seed, purpose | account | day | nth)
}

/// Whether something of this probability happens.
pub(crate) fn happens(random: &mut Random, probability: f64) -> bool {
    random.uniform() < probability
}

/// A log-normal draw: its median, and the standard deviation of its logarithm.
pub(crate) fn log_normal(random: &mut Random, median: f64, sigma: f64) -> f64 {
    median * (sigma * random.normal()).exp()
}

/// A Poisson draw. Above 30 the normal distribution stands in.
pub(crate) fn poisson(random: &mut Random, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    if mean > 30.0 {
        return (mean + mean.sqrt() * random.normal()).round().max(0.0) as u32;
    }
    let (limit, mut product, mut count) = ((-mean).exp(), random.uniform(), 0);
    while product > limit {
        product *= random.uniform();
        count += 1;
    }
    count
}

/// One of a list.
pub(crate) fn one_of(random: &mut Random, list: &[&'static str]) -> &'static str {
    list[random.below(list.len())]
}

/// How much an account of this rank (from 0) among `of` posts, beside others: Zipf's law with Mandelbrot's flat top, as
/// platforms limit how much one account can post.
pub(crate) fn zipf(rank: u32, of: u32) -> f64 {
    1.0 / (f64::from(rank) + 0.0005 * f64::from(of) + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_means_that_they_should() {
        let mut random = stream(1, For::Account, 0, 0, 0);
        for mean in [0.3, 4.0, 80.0] {
            let drawn: f64 = (0..20_000).map(|_| f64::from(poisson(&mut random, mean))).sum();
            assert!((drawn / 20_000.0 / mean - 1.0).abs() < 0.05, "{mean}: {drawn}");
        }
        let mut sizes: Vec<f64> = (0..20_001).map(|_| log_normal(&mut random, 800.0, 1.6)).collect();
        sizes.sort_by(f64::total_cmp);
        assert!((sizes[10_000] / 800.0 - 1.0).abs() < 0.1, "{}", sizes[10_000]);
    }

    #[test]
    fn no_two_things_share_a_stream() {
        let first = |purpose, account, day, nth| stream(7, purpose, account, day, nth).bits();
        let all = [
            first(For::Posts, 1, 2, 3),
            first(For::Words, 1, 2, 3),
            first(For::Posts, 2, 2, 3),
            first(For::Posts, 1, 3, 3),
            first(For::Posts, 1, 2, 4),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one));
        }
    }
}
