//! Rates made comparable where bodies differ in their mixture (of ages, of sizes, of kinds of post): direct
//! standardisation weights each stratum's rate by a standard, indirect standardisation compares the events with those
//! that the standard's rates would have given.

use crate::count::{byar, exact_poisson};
use crate::distribution::{gamma_quantile, gamma_quantile_above};
use crate::interval::{Interval, NoInterval};
use crate::rows::{Refused, finite, none_negative, not_empty, same_length, sum, tail_of};

/// Limits of the number of events from which those of a ratio or of a weighted rate are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountLimits {
    /// Garwood's, [`exact_poisson`].
    Exact,
    /// Byar's, [`byar`].
    Byar,
    /// Exact below 10 events, else Byar's: what public health agencies in England do.
    ExactBelowTen,
}

impl CountLimits {
    fn of(self, events: f64, level: f64) -> Result<Interval, Refused> {
        match self {
            Self::Exact => exact_poisson(events, level),
            Self::ExactBelowTen if events < 10.0 => exact_poisson(events, level),
            Self::Byar | Self::ExactBelowTen => byar(events, level),
        }
    }
}

/// How the limits of a weighted sum of rates are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightedLimits {
    /// Those of the number of events, moved and stretched: Dobson, Kuulasmaa, Eberle & Scherer, "Confidence intervals for
    /// weighted sums of Poisson parameters", Statistics in Medicine 10, 1991, 457–462.
    Dobson(CountLimits),
    /// From a gamma distribution: Fay & Feuer, "Confidence intervals for directly standardized rates: a method based on
    /// the gamma distribution", Statistics in Medicine 16, 1997, 791–801. Never too narrow, also where a stratum with few
    /// cases weighs much.
    FayFeuer,
}

/// A standardised rate or ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandardisedEstimate {
    /// The weighted rate, events per unit of exposure; or the ratio of observed to expected events.
    pub value: f64,
    /// Its limits; the lower is at least 0.
    pub interval: Result<Interval, NoInterval>,
    /// All events: with fewer than 10, agencies publish no directly standardised rate.
    pub events: f64,
}

/// The directly standardised rate Σwᵢ·xᵢ/nᵢ / Σwᵢ over strata, w being the `standard` population, with limits that take
/// the events of a stratum as Poisson.
///
/// Dobson: value + √(variance/events)·(limit of events − events), with the variance Σwᵢ²xᵢ/nᵢ² / (Σwᵢ)². Breslow & Day,
/// *Statistical Methods in Cancer Research*, volume II, 1987, section 2.1, for the rate itself.
///
/// There is no interval without an event by Dobson's method; Fay and Feuer's has one.
///
/// # Errors
/// Refused are: no strata, lengths that differ, values not finite or negative, an exposure of 0 where the standard has
/// somebody, a standard that adds up to 0, sums beyond floating point, a level outside 0 to 1.
pub fn directly_standardised_rate(
    events: &[f64],
    exposure: &[f64],
    standard: &[f64],
    limits: WeightedLimits,
    level: f64,
) -> Result<StandardisedEstimate, Refused> {
    let tail = tail_of(level)?;
    same_length(events.len(), exposure.len())?;
    same_length(events.len(), standard.len())?;
    not_empty(events.len())?;
    for column in [events, exposure, standard] {
        none_negative(column)?;
    }
    let whole = finite(sum(standard.iter().copied()))?;
    if whole == 0.0 {
        return Err(Refused::SumIsZero);
    }
    if let Some(row) =
        (0..events.len()).find(|i| exposure[*i] == 0.0 && (standard[*i] > 0.0 || events[*i] > 0.0))
    {
        return Err(Refused::ZeroDenominator { row });
    }
    // What one event of a stratum adds to the rate.
    let weights: Vec<f64> =
        standard.iter().zip(exposure).map(|(w, n)| if *w == 0.0 { 0.0 } else { w / whole / n }).collect();
    let value = finite(sum(weights.iter().zip(events).map(|(w, x)| w * x)))?;
    let variance = finite(sum(weights.iter().zip(events).map(|(w, x)| w * w * x)))?;
    let seen = finite(sum(events.iter().copied()))?;
    let interval = match limits {
        WeightedLimits::Dobson(_) if variance == 0.0 => Err(NoInterval::NoEvents),
        WeightedLimits::Dobson(count) => {
            let (of_events, stretch) = (count.of(seen, level)?, (variance / seen).sqrt());
            let lower = value + stretch * (of_events.lower - seen);
            Ok(Interval { lower: lower.max(0.0), upper: finite(value + stretch * (of_events.upper - seen))? })
        }
        WeightedLimits::FayFeuer => {
            let most = weights.iter().fold(0.0_f64, |most, w| most.max(*w));
            let gamma = |quantile: fn(f64, f64) -> Option<f64>, mean: f64, variance: f64| {
                let of_shape = quantile(tail, mean * mean / variance).ok_or(Refused::OutOfRange)?;
                finite(of_shape * variance / mean)
            };
            let lower = if variance == 0.0 { 0.0 } else { gamma(gamma_quantile, value, variance)? };
            let upper = gamma(gamma_quantile_above, value + most, variance + most * most)?;
            Ok(Interval { lower: lower.min(value), upper: upper.max(value) })
        }
    };
    Ok(StandardisedEstimate { value, interval, events: seen })
}

/// The events that `exposure` would have had at the standard's rates: Σnᵢ·rateᵢ over strata.
///
/// # Errors
/// Refused are: no strata, lengths that differ, values not finite or negative, sums beyond floating point.
pub fn expected_events(exposure: &[f64], standard_rates: &[f64]) -> Result<f64, Refused> {
    same_length(exposure.len(), standard_rates.len())?;
    not_empty(exposure.len())?;
    none_negative(exposure)?;
    none_negative(standard_rates)?;
    finite(sum(exposure.iter().zip(standard_rates).map(|(n, rate)| n * rate)))
}

/// The indirectly standardised ratio of events to [`expected_events`], with limits that take the events as Poisson and
/// the expected ones as known. Breslow & Day, volume II, 1987, section 2.3. Times the standard's crude rate it is an
/// indirectly standardised rate. Two such ratios are not comparable with each other unless their mixtures are alike.
///
/// # Errors
/// Refused are: a value not finite or negative (row 0 is `events`, row 1 is `expected`), `expected` = 0, limits beyond
/// floating point, a level outside 0 to 1.
pub fn indirectly_standardised_ratio(
    events: f64,
    expected: f64,
    limits: CountLimits,
    level: f64,
) -> Result<StandardisedEstimate, Refused> {
    tail_of(level)?;
    none_negative(&[events, expected])?;
    if expected == 0.0 {
        return Err(Refused::ZeroDenominator { row: 1 });
    }
    let of_events = limits.of(events, level)?;
    let interval =
        Interval { lower: finite(of_events.lower / expected)?, upper: finite(of_events.upper / expected)? };
    Ok(StandardisedEstimate { value: finite(events / expected)?, interval: Ok(interval), events })
}
