//! Arguments of the commands that report.

use super::exit::Exit;
use crate::pipeline::report::ReportSettings;
use crate::pipeline::run::Outcome;
use crate::pipeline::shown::SAMPLED_SITES;
use clap::Args;
use std::path::PathBuf;

/// What the report is held against, and what it shows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reporting")]
pub(super) struct Auditing {
    /// Earlier report to compare with: what changed beyond noise
    #[arg(long, value_name = "REPORT")]
    baseline: Option<PathBuf>,
    /// Gates to check; if one fails, the exit code is 1
    #[arg(long, value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Sites of which the report shows sample pages, those with most to show first
    #[arg(long, value_name = "N", default_value_t = SAMPLED_SITES)]
    report_samples: usize,
}

impl Auditing {
    /// The settings that these arguments make.
    pub(super) fn settings(&self, as_of: Option<i32>) -> ReportSettings {
        let Self { baseline, gates, report_samples } = self;
        ReportSettings { baseline: baseline.clone(), gates: gates.clone(), samples: *report_samples, as_of }
    }
}

/// How a run ends.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    let has_failed = outcome.report.gates.iter().flatten().any(|gate| gate.passed == Some(false));
    match (has_failed, outcome.dedup.too_many_rejects) {
        (true, _) => Exit::Mismatch,
        (_, true) => Exit::TooManyRejects,
        _ => Exit::Done,
    }
}
