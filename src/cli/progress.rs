//! An observer drawn on standard error if that is a terminal, and the interrupt key.

use super::exit::Exit;
use super::terminal::eprintln;
use super::terminal::safe;
use super::{FAINT, STRONG};
use crate::error::{Error, Result};
use crate::io::durable;
use crate::pipeline::Observer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Progress and messages on standard error.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    is_quiet: bool,
}

static CANCELLED: AtomicBool = AtomicBool::new(false);

/// How long the work may take to come to an end by itself once the user wants it to.
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks the work to stop, and ends the process if it does not: a sort or a read may take longer than anybody waits. No
/// moment is bad for that, since results appear in one step.
fn stop() {
    CANCELLED.store(true, Ordering::Relaxed);
    std::thread::sleep(PATIENCE);
    durable::abandon_all();
    eprintln!("{}", Error::interrupted());
    #[allow(clippy::exit, reason = "the work is in the middle of something")]
    std::process::exit(Exit::Interrupted.code().into());
}

impl Progress {
    /// `is_quiet` leaves errors alone to be seen. Catches the interrupt key from here on.
    pub fn new(is_quiet: bool) -> Result<Self> {
        ctrlc::set_handler(stop).map_err(|cause| Error::usage("tamis", cause.to_string()))?;
        let target = if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        Ok(Self { bar, is_quiet })
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn phase(&self, name: &'static str, total: u64) {
        let unit = match name {
            "reading" | "writing" => "{bytes}/{total_bytes} {bytes_per_sec}",
            _ => "{pos}/{len} {per_sec}",
        };
        let template = format!("{{msg:9}} {{bar:30.cyan/blue}} {unit} {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            self.bar.set_style(style.progress_chars("━━╌"));
        }
        self.bar.reset();
        self.bar.set_length(total);
        self.bar.set_message(name);
    }

    fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    fn note(&self, message: &str) {
        if !self.is_quiet {
            self.bar.suspend(|| eprintln!("{STRONG}note{STRONG:#} {}", safe(message)));
        }
    }

    fn is_cancelled(&self) -> bool {
        CANCELLED.load(Ordering::Relaxed)
    }
}

/// A line on standard error for those who want to know.
pub fn aside(is_quiet: bool, message: &str) {
    if !is_quiet {
        eprintln!("{FAINT}{}{FAINT:#}", safe(message));
    }
}

/// Something that a person should look at, on standard error; for those who want to know.
pub fn warn(is_quiet: bool, message: &str) {
    if !is_quiet {
        eprintln!("{STRONG}warning{STRONG:#} {}", safe(message));
    }
}
