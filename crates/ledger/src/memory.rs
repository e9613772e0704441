//! How much memory may be used: where nobody says, half of the machine's, or of what this process was given; and how much of it
//! is left for queries.

use std::fs;

/// Where the machine does not say.
const FALLBACK: usize = 4 << 30;

/// Half of the memory, in bytes.
pub(crate) fn half() -> usize {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    let given =
        fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(given).min().map_or(FALLBACK, |bytes: usize| bytes / 2)
}

/// With less than this, where the limit is not less, hardly a query ends.
const LEAST: usize = 64 << 20;

/// How much of a limit queries may count, beside what is held already. They hold up to three times that: what was read and
/// not yet counted, what joins copy, and what was given back and is not yet used again.
pub(crate) fn for_queries(limit: usize, held: usize) -> usize {
    (limit.saturating_sub(held) / 3).max(LEAST).min(limit)
}

/// Bytes that this process has in memory; 0 where the system does not say.
pub(crate) fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    field(&status, "VmRSS:").unwrap_or(0)
}

fn total(meminfo: &str) -> Option<usize> {
    field(meminfo, "MemTotal:")
}

/// A size that is given in kilobytes, in bytes.
fn field(text: &str, name: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_in_kilobytes() {
        assert_eq!(total("MemTotal:       24689764 kB\nMemFree:  1 kB\n"), Some(24_689_764 * 1024));
        assert_eq!(total("nothing"), None);
        assert!(half() > 1 << 20);
    }

    #[test]
    fn what_is_held_already_is_not_left_for_queries() {
        assert_eq!(for_queries(7 << 30, 1 << 30), 2 << 30);
        assert_eq!([for_queries(1 << 10, 0), for_queries(65 << 20, 1 << 20)], [1 << 10, LEAST]);
        assert_eq!(for_queries(1 << 30, 2 << 30), LEAST);
    }
}
