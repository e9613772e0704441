//! An answer as pages and files may show it: finite numbers only. A value that is not finite is a fault
//! upstream; it is told as missing, in words, and never drawn.

use someasure_model::{Answer, Interval};

/// A value to show, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum View {
    /// A finite value; an interval has at least one finite end.
    Value(f64, Option<Interval>),
    /// The `status` of data files, and one sentence.
    Missing(&'static str, String),
}

/// All that `status` can say, in the order in which pages count them.
pub(crate) const STATUSES: [(&str, &str); 7] = [
    ("shown", "A value is shown"),
    ("too_few", "Too few data to say something true"),
    ("not_collected", "It was not asked for, or could not be had"),
    ("not_offered", "The platform or the source does not offer it"),
    ("not_covered", "What could be seen does not reach into the period"),
    ("not_reached", "More than half were still waiting, so that there is no typical time yet"),
    ("not_computable", "Could not be computed from what was collected"),
];

impl View {
    /// Why a value that is not finite is not shown.
    pub(crate) const NOT_COMPUTABLE: &'static str = "This could not be computed from what was collected.";

    /// `counts` is what n counts: `posts`.
    pub(crate) fn of(answer: &Answer, counts: &str) -> Self {
        match answer {
            Answer::Value(value, interval) if value.is_finite() => {
                Self::Value(*value + 0.0, interval.filter(|i| i.lower.is_finite() || i.upper.is_finite()))
            }
            Answer::Value(..) => Self::Missing("not_computable", Self::NOT_COMPUTABLE.to_owned()),
            Answer::Missing(missing) => {
                Self::Missing(missing.status(), crate::text::sentence(&missing.reason(counts)))
            }
        }
    }

    /// The same without the sentence, for those who count and draw: figures are millions.
    pub(crate) fn without_reason(answer: &Answer) -> Self {
        match answer {
            Answer::Value(..) => Self::of(answer, ""),
            Answer::Missing(missing) => Self::Missing(missing.status(), String::new()),
        }
    }

    /// The value.
    pub(crate) fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value, _) => Some(*value),
            Self::Missing(..) => None,
        }
    }

    /// The interval.
    pub(crate) fn interval(&self) -> Option<Interval> {
        match self {
            Self::Value(_, interval) => *interval,
            Self::Missing(..) => None,
        }
    }

    /// As the `status` column says it.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Value(..) => "shown",
            Self::Missing(status, _) => status,
        }
    }

    /// Why there is no value; empty where there is one.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Value(..) => "",
            Self::Missing(_, reason) => reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_finite_is_missing() {
        let view = View::of(&Answer::Value(f64::NAN, None), "posts");
        assert_eq!((view.value(), view.status()), (None, "not_computable"));
        let nowhere = Interval { lower: f64::NAN, upper: f64::INFINITY, level: 0.95 };
        assert_eq!(View::of(&Answer::Value(1.0, Some(nowhere)), "posts"), View::Value(1.0, None));
    }
}
