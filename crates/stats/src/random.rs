//! The one source of randomness: a documented generator that anyone can rebuild from its seed. Nothing here
//! asks the machine for entropy.

use crate::distribution::normal_quantile;

/// Random numbers that are the same for the same seed and stream, on any machine.
///
/// xoshiro256++ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021,
/// article 36), its state filled by SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, 453–472).
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// The numbers of one `stream` of a `seed`. Work that is shared out takes one stream a part (a draw, a
    /// resample), so that it does not matter who does which part.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut state = split_mix(&mut seed.clone()) ^ stream;
        Self([(); 4].map(|()| split_mix(&mut state)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform between 0 and 1, never either.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Standard normal, by inversion: one number in, one out.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform()).unwrap_or(0.0)
    }

    /// A whole number from 0 to `n` − 1, all as likely; 0 where n is 0. Lemire, "Fast random integer
    /// generation in an interval", ACM TOMACS 29(1), 2019, article 3.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as usize;
            }
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generators_are_the_published_ones() {
        // SplitMix64 from 1234567 and xoshiro256++ from 1, 2, 3, 4, as other implementations test them.
        let mut state = 1_234_567;
        let got = [(); 3].map(|()| split_mix(&mut state));
        assert_eq!(got, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        let mut random = Random([1, 2, 3, 4]);
        let got = [(); 4].map(|()| random.bits());
        assert_eq!(got, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn streams_of_a_seed_and_seeds_of_a_stream_differ() {
        let first = |seed, stream| Random::new(seed, stream).bits();
        assert_eq!(first(1, 0), first(1, 0));
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 1), first(2, 0));
    }

    #[test]
    fn numbers_are_spread_as_they_should_be() {
        let (mut random, mut counts, mut sums) = (Random::new(7, 0), [0u32; 7], [0.0_f64; 4]);
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
            let (u, z) = (random.uniform(), random.normal());
            assert!(u > 0.0 && u < 1.0);
            for (sum, x) in sums.iter_mut().zip([u, z, z * z, z * z * z * z]) {
                *sum += x / 70_000.0;
            }
        }
        // Chi-square with 6 degrees of freedom exceeds 22.5 once in a thousand.
        let square: f64 = counts.iter().map(|c| (f64::from(*c) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(square < 22.5, "{counts:?}");
        for (got, want) in sums.into_iter().zip([0.5, 0.0, 1.0, 3.0]) {
            assert!((got - want).abs() < 0.1, "{sums:?}");
        }
        assert_eq!(random.below(1), 0);
    }
}
