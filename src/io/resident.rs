//! Memory: what the process has used, and what is free.

use std::fs;

/// Peak resident bytes of this process so far; none where the system does not tell (only Linux does here).
pub fn peak_bytes() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// Resident bytes of this process now; none where the system does not tell.
pub fn current_bytes() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Bytes that a program can take without pushing others out, in the system or in the control group that this process is
/// confined to, whichever is less; none where the system does not tell.
pub fn available_bytes() -> Option<u64> {
    let of_system = kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    Some(of_group().map_or(of_system, |of_group| of_group.min(of_system)))
}

/// The value of a line such as `VmHWM: 1024 kB`.
fn kibibytes(lines: &str, name: &str) -> Option<u64> {
    let line = lines.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// What the control group leaves, as containers see their own: version 2, then version 1.
fn of_group() -> Option<u64> {
    let number = |place: &str| fs::read_to_string(place).ok()?.trim().parse::<u64>().ok();
    let left = |limit: &str, used: &str| Some(number(limit)?.saturating_sub(number(used)?));
    left("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current").or_else(|| {
        left("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_system_is_read() {
        let lines = "VmPeak:\t  100 kB\nVmHWM:\t    2048 kB\n";
        assert_eq!(kibibytes(lines, "VmHWM:"), Some(2 << 20));
        assert_eq!(kibibytes(lines, "VmSwap:"), None);
    }

    #[test]
    fn there_is_some_memory_left() {
        if cfg!(target_os = "linux") {
            assert!(available_bytes().unwrap() > 1 << 20 && peak_bytes().unwrap() > 1 << 20);
        }
    }
}
