//! How much memory queries may use where nobody says: half of the machine's, or of what this process was given.

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

fn total(meminfo: &str) -> Option<usize> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
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
}
