//! How much a ratio of sums or a mean would vary had other clusters been drawn: whole clusters are drawn again, with
//! replacement, from those there are.

use crate::interval::{Interval, NoInterval};
use crate::random::Random;
use crate::robust::{QuantileRule, quantile_of};
use crate::rows::{
    ROUNDING, Refused, Totals, all_finite, ascending, cluster_totals, finite, none_negative, not_empty,
    same_length, sum, tail_of,
};

/// An estimate and how its resamples spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapEstimate {
    /// Of the clusters as they are: Σ top / Σ bottom, or the mean.
    pub value: f64,
    /// Standard deviation of the resamples. `None` for one cluster.
    pub standard_error: Option<f64>,
    /// Between two quantiles (type 7) of the resamples.
    pub interval: Result<Interval, NoInterval>,
    /// Clusters that hold an event or some exposure.
    pub clusters: usize,
    /// How many times clusters were drawn.
    pub resamples: usize,
}

/// Σ`events` / Σ`exposure` with the percentile interval of `resamples` draws of whole clusters; the rows as in
/// [`crate::cluster_ratio`], whose interval holds the truth more often and is to be preferred where there is a choice
/// (`docs/methods/cluster-ratio.md`).
///
/// Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979, 1–26; clusters as the unit:
/// Davison & Hinkley, *Bootstrap Methods and their Application*, 1997, section 3.8. Resample i takes the stream i of
/// the seed of [`Random`]; rows in another order and clusters of other numbers give the same bits.
///
/// # Errors
/// Refused are: no rows, lengths that differ, values not finite or negative, exposure that adds up to 0, no resamples,
/// sums beyond floating point, a level outside 0 to 1.
pub fn bootstrap_ratio(
    events: &[f64],
    exposure: &[f64],
    cluster: &[usize],
    level: f64,
    resamples: usize,
    seed: u64,
) -> Result<BootstrapEstimate, Refused> {
    same_length(events.len(), exposure.len())?;
    same_length(events.len(), cluster.len())?;
    none_negative(events)?;
    none_negative(exposure)?;
    drawn(&cluster_totals(events, exposure, cluster), level, resamples, seed)
}

/// The mean of `values` with the percentile interval of `resamples` draws of whole clusters. Values may be negative.
///
/// # Errors
/// As [`bootstrap_ratio`].
pub fn bootstrap_mean(
    values: &[f64],
    cluster: &[usize],
    level: f64,
    resamples: usize,
    seed: u64,
) -> Result<BootstrapEstimate, Refused> {
    same_length(values.len(), cluster.len())?;
    all_finite(values)?;
    drawn(&cluster_totals(values, &vec![1.0; values.len()], cluster), level, resamples, seed)
}

/// [`bootstrap_ratio`] from totals per cluster and from draws that were made elsewhere: each says which clusters it
/// took, from 0.
///
/// # Errors
/// As [`bootstrap_ratio`]; refused is also a draw (as a row) that is empty or takes a cluster that is not there.
pub fn bootstrap_ratio_from(
    events: &[f64],
    exposure: &[f64],
    draws: &[Vec<usize>],
    level: f64,
) -> Result<BootstrapEstimate, Refused> {
    same_length(events.len(), exposure.len())?;
    none_negative(events)?;
    none_negative(exposure)?;
    if let Some(row) = draws.iter().position(|d| d.is_empty() || d.iter().any(|c| *c >= events.len())) {
        return Err(Refused::NoSuchCluster { row });
    }
    let totals: Vec<Totals> =
        events.iter().zip(exposure).map(|(t, b)| Totals { top: *t, bottom: *b }).collect();
    estimate(&totals, level, draws.len(), |draw, take| draws[draw].iter().for_each(|c| take(*c)))
}

fn drawn(totals: &[Totals], level: f64, resamples: usize, seed: u64) -> Result<BootstrapEstimate, Refused> {
    estimate(totals, level, resamples, |draw, take| {
        let mut random = Random::new(seed, draw as u64);
        (0..totals.len()).for_each(|_| take(random.below(totals.len())));
    })
}

/// `draw(i, take)` takes the clusters of the i-th resample.
fn estimate(
    totals: &[Totals],
    level: f64,
    resamples: usize,
    draw: impl Fn(usize, &mut dyn FnMut(usize)),
) -> Result<BootstrapEstimate, Refused> {
    let tail = tail_of(level)?;
    not_empty(totals.len())?;
    not_empty(resamples)?;
    let (tops, bottoms) = (sum(totals.iter().map(|t| t.top)), sum(totals.iter().map(|t| t.bottom)));
    if bottoms == 0.0 {
        return Err(Refused::SumIsZero);
    }
    let value = finite(tops / finite(bottoms)?)?;
    let clusters = totals.len();
    let mut found = BootstrapEstimate {
        value,
        standard_error: None,
        interval: Err(NoInterval::OneCluster),
        clusters,
        resamples,
    };
    if clusters < 2 {
        return Ok(found);
    }
    let mut ratios = Vec::with_capacity(resamples);
    for i in 0..resamples {
        let (mut top, mut bottom) = (0.0, 0.0);
        draw(i, &mut |cluster| {
            top += totals[cluster].top;
            bottom += totals[cluster].bottom;
        });
        ratios.push(top / bottom);
    }
    if ratios.iter().any(|ratio| !ratio.is_finite()) {
        // A resample without exposure: the ratio could be anything.
        found.interval = Err(NoInterval::Unbounded);
        return Ok(found);
    }
    let sorted = ascending(&ratios);
    let centre = finite(sum(sorted.iter().copied()) / resamples as f64)?;
    let squares = sum(sorted.iter().map(|r| (r - centre).powi(2)));
    let error = finite((squares / (resamples.max(2) - 1) as f64).sqrt())?;
    found.standard_error = Some(error);
    found.interval = if error <= ROUNDING * sorted[resamples - 1].abs().max(sorted[0].abs()) && resamples > 1
    {
        Err(NoInterval::NoVariation)
    } else {
        let at = |p| quantile_of(&sorted, p, QuantileRule::Seven);
        Ok(Interval { lower: at(tail), upper: at(1.0 - tail) })
    };
    Ok(found)
}
