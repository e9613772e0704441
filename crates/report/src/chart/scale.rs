//! From values to places along an axis, with round numbers to read it by.

use crate::number::fixed;

/// An axis from `lo` to `hi`, with a round step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    lo: f64,
    hi: f64,
    step: f64,
    decimals: u8,
    percent: bool,
}

/// How values are spread: type-7 quantiles.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spread {
    /// How many values.
    pub(crate) n: usize,
    /// The least.
    pub(crate) least: f64,
    /// A quarter lies below.
    pub(crate) lower_quartile: f64,
    /// Half lies below.
    pub(crate) median: f64,
    /// A quarter lies above.
    pub(crate) upper_quartile: f64,
    /// Nine tenths lie below.
    pub(crate) nine_tenths: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Spread {
    /// `None` without a finite value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let quantile = |p: f64| {
            let place = (values.len() - 1) as f64 * p;
            let (below, share) = (place.floor() as usize, place.fract());
            let above = (below + 1).min(values.len() - 1);
            values[below] * (1.0 - share) + values[above] * share
        };
        Some(Self {
            n: values.len(),
            least,
            lower_quartile: quantile(0.25),
            median: quantile(0.5),
            upper_quartile: quantile(0.75),
            nine_tenths: quantile(0.9),
            most,
        })
    }

    /// The same in another unit.
    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            n: self.n,
            least: f(self.least),
            lower_quartile: f(self.lower_quartile),
            median: f(self.median),
            upper_quartile: f(self.upper_quartile),
            nine_tenths: f(self.nine_tenths),
            most: f(self.most),
        }
    }
}

impl Scale {
    /// Covers `least` to `most` with about `steps` steps. Values that are never negative begin at zero,
    /// because a length is read as an amount.
    pub(crate) fn covering(least: f64, most: f64, steps: u32, percent: bool) -> Self {
        let sane = |value: f64| if value.is_finite() { value.clamp(-1e15, 1e15) } else { 0.0 };
        let lo = sane(least).min(0.0);
        let mut hi = sane(most).max(lo);
        if hi - lo < 1e-9 {
            hi = lo + 1.0;
        }
        let rough = (hi - lo) / f64::from(steps.max(1));
        let power = 10f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= rough * 0.999).unwrap_or(power);
        let (lo, mut hi) = ((lo / step).floor() * step, (hi / step).ceil() * step);
        if percent && most <= 100.0 {
            hi = hi.min(100.0);
        }
        let decimals = (-(step * 1.001).log10().floor()).clamp(0.0, 6.0) as u8;
        Self { lo, hi, step, decimals, percent }
    }

    /// Covers a spread. Where a few values lie far beyond the rest, the axis ends before them, so that
    /// the rest can be told apart; whoever draws says how many lie beyond. Where most are zero, nothing would be.
    pub(crate) fn covering_spread(spread: &Spread, steps: u32, percent: bool) -> Self {
        let varied = spread.upper_quartile > 0.0 && spread.nine_tenths > 0.0;
        let far = spread.n >= 8 && spread.most > 4.0 * spread.nine_tenths && varied;
        let most = if far { spread.nine_tenths * 1.5 } else { spread.most };
        Self::covering(spread.least, most, steps, percent)
    }

    /// The place of a value as a share of the axis, kept within it.
    pub(crate) fn share(&self, value: f64) -> f64 {
        let share = (value - self.lo) / (self.hi - self.lo);
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Whether the value lies further than the axis goes.
    pub(crate) fn is_beyond(&self, value: f64) -> bool {
        value > self.hi * (1.0 + 1e-9) + 1e-9
    }

    /// The far end.
    pub(crate) fn end(&self) -> f64 {
        self.hi
    }

    /// Round numbers along the axis.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let count = ((self.hi - self.lo) / self.step + 1e-6).floor().clamp(1.0, 20.0) as usize;
        (0..=count).map(|i| self.lo + i as f64 * self.step).filter(|t| *t <= self.hi * (1.0 + 1e-9)).collect()
    }

    /// A tick in words.
    pub(crate) fn label(&self, tick: f64) -> String {
        let number = fixed(tick, self.decimals);
        if self.percent { number + "%" } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks().into_iter().map(|tick| scale.label(tick)).collect()
    }

    #[test]
    fn an_axis_is_not_cut_where_most_are_zero() {
        let mut values = vec![0.0; 18];
        values.extend([1.0, 2.0]);
        let scale = Scale::covering_spread(&Spread::of(values).unwrap(), 4, false);
        assert!(!scale.is_beyond(2.0));
    }

    #[test]
    fn axes_are_read_by_round_numbers_and_amounts_begin_at_zero() {
        assert_eq!(labels(&Scale::covering(3.1, 17.2, 4, false)), ["0", "5", "10", "15", "20"]);
        assert_eq!(labels(&Scale::covering(40.0, 97.0, 4, true)), ["0%", "50%", "100%"]);
        assert_eq!(
            labels(&Scale::covering(-0.3, 0.5, 4, false)),
            ["−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6"]
        );
        assert_eq!(labels(&Scale::covering(0.0, 0.0, 4, false)).first().unwrap(), "0.0");
    }

    #[test]
    fn no_value_breaks_an_axis() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 5e-324] {
            let scale = Scale::covering(value, value, 4, false);
            assert!(scale.ticks().len() <= 21);
            assert!((0.0..=1.0).contains(&scale.share(value)));
            assert!(!labels(&scale).iter().any(|label| label.contains("NaN")));
        }
    }

    #[test]
    fn quartiles_are_those_of_r_type_7() {
        let spread = Spread::of([1.0, 2.0, 3.0, 4.0, f64::NAN]).unwrap();
        assert_eq!(
            (spread.n, spread.lower_quartile, spread.median, spread.upper_quartile),
            (4, 1.75, 2.5, 3.25)
        );
        assert_eq!(Spread::of([f64::NAN]), None);
    }

    #[test]
    fn one_giant_does_not_squeeze_the_rest() {
        let mut values = vec![10.0; 20];
        values.push(5_000.0);
        let scale = Scale::covering_spread(&Spread::of(values).unwrap(), 4, false);
        assert!(scale.end() < 100.0 && scale.is_beyond(5_000.0));
    }
}
