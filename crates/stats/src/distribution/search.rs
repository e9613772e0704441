//! How a quantile is found on a cumulative probability that is known to be right.

/// The u between `low` and `high` at which an increasing function crosses zero: Newton's method, and halving
/// wherever Newton would leave the bracket. `f` gives the function and its slope. Where it does not cross,
/// the nearer end.
pub(crate) fn root(mut low: f64, mut high: f64, start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut u = if start > low && start < high { start } else { low.midpoint(high) };
    for _ in 0..200 {
        let (value, slope) = f(u);
        if value > 0.0 {
            high = u;
        } else {
            low = u;
        }
        let newton = u - value / slope;
        let next = if newton > low && newton < high { newton } else { low.midpoint(high) };
        let step = (next - u).abs();
        u = next;
        if step <= f64::EPSILON * u.abs().max(1.0) {
            break;
        }
    }
    u
}

/// The smallest k up to `most` for which `reached` holds, where it holds for `most` and for every number
/// above one for which it holds. Strides double away from `start`, then halve: a good start costs two or
/// three looks, the worst start some hundred.
pub(super) fn smallest(start: u64, most: u64, reached: impl Fn(u64) -> bool) -> u64 {
    let (mut stride, mut at) = (1, start.min(most));
    // Afterwards `reached` holds at `high`, and fails at `low` or `low` is no candidate's neighbour.
    let (mut low, mut high);
    if reached(at) {
        loop {
            high = at;
            if at == 0 {
                return 0;
            }
            at = at.saturating_sub(stride);
            stride = stride.saturating_mul(2);
            if !reached(at) {
                low = at;
                break;
            }
        }
    } else {
        loop {
            low = at;
            at = at.saturating_add(stride).min(most);
            stride = stride.saturating_mul(2);
            if at == most || reached(at) {
                high = at;
                break;
            }
        }
    }
    while high - low > 1 {
        let middle = low.midpoint(high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_is_found_from_any_start() {
        for answer in [0, 1, 2, 7, 100, 1000] {
            for start in [0, 1, 6, 7, 8, 99, 500, 1000, 5000] {
                assert_eq!(smallest(start, 1000, |k| k >= answer), answer, "from {start}");
            }
        }
        assert_eq!(smallest(5, 1000, |_| false), 1000);
        assert_eq!(smallest(0, u64::MAX, |k| k >= u64::MAX - 1), u64::MAX - 1);
    }

    #[test]
    fn a_root_is_found_where_newton_alone_would_run_away() {
        let found = root(-700.0, 700.0, 500.0, |u| (u.atan() - 0.5, 1.0 / (1.0 + u * u)));
        assert!((found - 0.5_f64.tan()).abs() < 1e-15, "{found}");
        assert!((root(-1.0, 1.0, 0.0, |u| (u + 5.0, 1.0)) + 1.0).abs() < 1e-15);
    }
}
