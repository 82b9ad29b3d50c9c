//! Time by phase, for the manifest. The only place that asks what time it is.

use super::manifest::TimingReport;
use std::time::Instant;

/// Runs from when it is made.
#[derive(Debug)]
pub struct Clock {
    start: Instant,
    phases: Vec<(String, f64)>,
}

impl Clock {
    /// Begins the first phase.
    pub fn start() -> Self {
        Self { start: Instant::now(), phases: Vec::new() }
    }

    /// Ends a phase, which is now named, and begins the next.
    pub fn phase(&mut self, name: &str) {
        let before: f64 = self.phases.iter().map(|(_, seconds)| seconds).sum();
        self.phases.push((name.to_owned(), self.start.elapsed().as_secs_f64() - before));
    }

    /// What the manifest says.
    pub fn report(self) -> TimingReport {
        let seconds = self.start.elapsed().as_secs_f64();
        TimingReport { threads: rayon::current_num_threads(), seconds, phases: self.phases }
    }
}

/// Seconds since 1970, for what is read by people and by `tamis index compact --before`; nothing is decided by it.
pub(super) fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
