//! The median of durations of which some had not ended when we looked: unanswered questions are
//! censored, not dropped. Kaplan and Meier's curve, Brookmeyer and Crowley's limits.

use crate::interval::z_for;
use crate::rows::{Refused, none_negative, not_empty, same_length, tail_of};

/// A median duration, in the unit of the times. What the curve does not reach is `None`: a median of
/// `None` with a lower limit says "more than half were still waiting; not less than the lower limit".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalMedian {
    /// When half had ended. `None` where half never had.
    pub value: Option<f64>,
    /// `None` where nothing ended, or the curve falls from above half to nothing at once.
    pub lower: Option<f64>,
    /// `None` where the upper curve never comes down to half: the data do not bound the median above.
    pub upper: Option<f64>,
    /// Durations, ended or not.
    pub n: usize,
    /// Durations that were seen to end.
    pub events: usize,
}

/// Kaplan–Meier median of durations `times` ≥ 0, of which those with `observed` = true ended and the others
/// were cut off at that time.
///
/// Curve: Kaplan & Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958, 457–481
/// (p. 463). A case cut off at the time of an end counts as still at risk then. Limits: all times at which
/// the pointwise interval of the curve holds ½ (Brookmeyer & Crowley, "A confidence interval for the median
/// survival time", Biometrics 38(1), 1982, 29–41), with that interval on the log(−log) scale and
/// Greenwood's variance (Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*, 2nd ed.,
/// 2002, p. 18), as `conf.type = "log-log"` of R's survival package. The lower limit is the first
/// time at which the lower curve is at or below ½, the upper the first at which the upper curve is. Where the
/// curve is 0 the scale has no limit, so a limit not reached before is `None`.
///
/// Where the curve is exactly ½ between two ends, the median is their midpoint: with nothing cut off, it is
/// the ordinary median.
///
/// # Errors
/// Refused are: no rows, lengths that differ, times not finite or negative, a level outside 0 to 1.
pub fn kaplan_meier_median(times: &[f64], observed: &[bool], level: f64) -> Result<SurvivalMedian, Refused> {
    let tail = tail_of(level)?;
    same_length(times.len(), observed.len())?;
    not_empty(times.len())?;
    none_negative(times)?;
    let curve = curve(times, observed, z_for(tail));
    let reaches_half = |height: fn(&Step) -> Option<f64>| {
        curve.iter().find(|s| height(s).is_some_and(|h| h <= 0.5 + TIE)).map(|s| s.time)
    };
    let value = median_of(&curve);
    let bounded = |limit: f64, pick: fn(f64, f64) -> f64| value.map_or(limit, |v| pick(limit, v));
    Ok(SurvivalMedian {
        value,
        lower: reaches_half(|s| s.lower).map(|limit| bounded(limit, f64::min)),
        upper: reaches_half(|s| s.upper).map(|limit| bounded(limit, f64::max)),
        n: times.len(),
        events: observed.iter().filter(|seen| **seen).count(),
    })
}

/// How near to ½ a product of fractions must be to count as ½.
const TIE: f64 = 1e-10;

/// The curve from `time` until the next step.
struct Step {
    time: f64,
    height: f64,
    lower: Option<f64>,
    upper: Option<f64>,
}

fn curve(times: &[f64], observed: &[bool], z: f64) -> Vec<Step> {
    let mut rows: Vec<(f64, bool)> = times.iter().map(|t| t + 0.0).zip(observed.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut at_risk = rows.len() as f64;
    let (mut height, mut greenwood) = (1.0, Vec::new());
    let mut steps = Vec::new();
    for same_time in rows.chunk_by(|a, b| a.0 == b.0) {
        let ended = same_time.iter().filter(|r| r.1).count() as f64;
        if ended > 0.0 {
            height *= (at_risk - ended) / at_risk;
            greenwood.push(ended / at_risk / (at_risk - ended));
            steps.push((same_time[0].0, height));
        }
        at_risk -= same_time.len() as f64;
    }
    let mut variance = 0.0;
    steps
        .into_iter()
        .zip(greenwood)
        .map(|((time, height), part)| {
            variance += part;
            let band = (height > 0.0).then(|| {
                let reach = z * variance.sqrt() / f64::ln(height);
                (height.powf((-reach).exp()), height.powf(reach.exp()))
            });
            Step { time, height, lower: band.map(|b| b.0), upper: band.map(|b| b.1) }
        })
        .collect()
}

fn median_of(curve: &[Step]) -> Option<f64> {
    let at = curve.iter().position(|s| s.height <= 0.5 + TIE)?;
    let step = &curve[at];
    match curve.get(at + 1) {
        Some(next) if (step.height - 0.5).abs() <= TIE => Some(step.time.midpoint(next.time)),
        _ => Some(step.time),
    }
}
