//! From counts and samples to estimates and how sure of them we may be.
//!
//! Every function here is pure: slices in, numbers out. This crate reads no file, knows no organisation,
//! platform or measure, and imports none of our other crates, so anyone can check a formula alone. A
//! function either refuses its input and says which row is at fault ([`Refused`]), or gives an estimate
//! whose interval is present or absent for a stated reason ([`NoInterval`]). Nothing here panics or
//! returns NaN. Rows are put in order before they are added up: the same rows in any order give the
//! same bits. `docs/methods/` has one note per family, with what was checked against what.

mod bootstrap;
mod composite;
mod count;
mod distribution;
mod funnel;
mod gini;
mod interval;
mod mean;
mod median;
mod multiplicity;
mod random;
mod ranks;
mod ratio;
mod robust;
mod rows;
mod shrinkage;
mod spc;
mod standard;
mod survival;

pub use bootstrap::{BootstrapEstimate, bootstrap_mean, bootstrap_ratio, bootstrap_ratio_from};
pub use composite::{
    Aggregation, Indicator, Normalisation, RankRange, Recipe, Sensitivity, Treatment, aggregate, composite,
    excess_kurtosis, fill_with_group_means, normalise, rank_ranges, ranks_of, skewness, treat,
};
pub use count::{byar, clopper_pearson, exact_poisson, jeffreys};
pub use distribution::{
    beta_cdf, beta_quantile, binomial_above, binomial_cdf, binomial_quantile, chi_square_quantile, gamma_cdf,
    gamma_quantile, normal_cdf, normal_quantile, poisson_above, poisson_cdf, poisson_quantile, t_quantile,
};
pub use funnel::{
    Dispersion, EstimateScale, Funnel, FunnelKind, FunnelLimits, FunnelSettings, FunnelUnit, Outside,
    Overdispersion, binomial_limit, funnel, funnel_of_estimates, poisson_limit,
};
pub use gini::{GiniEstimate, gini};
pub use interval::{Interval, NoInterval, ShareEstimate, wilson, wilson_clustered};
pub use mean::{MeanEstimate, mean, mean_clustered};
pub use median::{MedianEstimate, median, median_clustered, median_ranks};
pub use multiplicity::{Adjustment, adjusted_p_values};
pub use random::Random;
pub use ranks::{
    Correction, CountOptions, Draws, RankOptions, RankSet, RankSets, Side, Uncertainty, comparison_factor,
    count_rank_sets, expected_ranks, rank_sets, ranking_region,
};
pub use ratio::{RatioEstimate, cluster_ratio, cluster_ratio_of_totals};
pub use robust::{
    QuantileRule, hodges_lehmann, median_absolute_deviation, quantile, trimmed_mean, winsorised_mean,
};
pub use rows::Refused;
pub use shrinkage::{
    Between, Prior, Rankability, Shrinkage, Shrunk, shrink_estimates, shrink_proportions, shrink_rates,
};
pub use spc::{
    Assurance, Chart, ControlChart, ENOUGH, Improvement, Limits, Point, PointType, Rule, Runs, Settings,
    TwoOfThree, control_chart,
};
pub use standard::{
    CountLimits, StandardisedEstimate, WeightedLimits, directly_standardised_rate, expected_events,
    indirectly_standardised_ratio,
};
pub use survival::{SurvivalMedian, kaplan_meier_median};
