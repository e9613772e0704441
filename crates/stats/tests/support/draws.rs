//! Random numbers for simulations, by another generator than the one that the crate has.

use someasure_stats::normal_quantile;

/// Vigna's xorshift64*: an experimental exploration of Marsaglia's xorshift generators, 2016.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform()).unwrap()
    }

    /// Exponential with mean 1.
    pub(crate) fn wait(&mut self) -> f64 {
        -self.uniform().ln()
    }
}
