//! Arguments of the commands that learn the lines of sites.

use super::reading::share;
use crate::date;
use crate::error::{Error, Result};
use crate::pipeline::run::RunSettings;
use clap::Args;
use std::path::PathBuf;

/// What is known already, and what may be learned.
#[derive(Debug, Args)]
pub(super) struct Learning {
    /// Profiles to take in: what was learned before
    #[arg(long, value_name = "PROFILE", num_args = 1..)]
    pub(super) merge: Vec<PathBuf>,
    /// Day on which the pages were fetched: that of pages without a date; later dates count as this one
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Share of a site's known text above which what is newly stripped waits for approval
    #[arg(long, value_name = "SHARE", default_value = "20%")]
    approve_above: String,
}

impl Learning {
    /// Sets what is known, and what may be learned.
    pub(super) fn learn(&self, settings: &mut RunSettings) -> Result<()> {
        settings.merge.clone_from(&self.merge);
        settings.as_of = self.as_of()?;
        settings.approve_above = self.approve_above()?;
        Ok(())
    }

    /// The day, in days since 1970.
    pub(super) fn as_of(&self) -> Result<Option<i32>> {
        let day = |text: &str| {
            date::day(text).ok_or_else(|| {
                Error::usage("--as-of", format!("{text:?} is no date")).next_step("for example 2026-05-03")
            })
        };
        self.as_of.as_deref().map(day).transpose()
    }

    /// The share, 0 to 1.
    pub(super) fn approve_above(&self) -> Result<f32> {
        Ok(share("--approve-above", &self.approve_above)? as f32)
    }
}
