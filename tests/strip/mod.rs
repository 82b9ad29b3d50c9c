//! `tamis strip` with judges that strip at random, and `tamis restore`.

mod folder;
mod round_trip;
mod tampered;

use crate::support::workdir::Workdir;
use std::path::PathBuf;
use tamis::error::Result;
use tamis::io::record::Record;
use tamis::pipeline::Silent;
use tamis::pipeline::restore::restore;
use tamis::pipeline::strip::rows::LineRow;
use tamis::pipeline::strip::{Conclusion, Judge, Outcome, Settings, Verdict, strip};

/// Strips lines at random: each page and seed the same lines every time. Texts that begin with `?` are no articles.
pub struct Dice(pub u64);

impl Judge for Dice {
    type Workspace = u64;

    fn judge(
        &self,
        pages: &mut u64,
        site: &str,
        record: &Record<'_>,
        keep: &mut Vec<bool>,
    ) -> Result<Verdict> {
        *pages += 1;
        let lines = record.text.split('\n').enumerate();
        keep.extend(lines.map(|(number, line)| {
            tamis::hash::seeded(format!("{site}/{number}/{line}").as_bytes(), self.0) & 2 == 0
        }));
        Ok(Verdict::formless(!record.text.starts_with('?')))
    }

    fn conclude(&self, tell: &mut dyn FnMut(LineRow) -> Result<()>) -> Result<Conclusion> {
        let row = |site: &str, line: &str| LineRow {
            site: site.to_owned(),
            line: line.to_owned(),
            template: line.to_owned(),
            pages: 2,
            of: 3,
            bound: 0.5,
            tier: "sure".to_owned(),
            places: 2,
            stripped: 1,
            reasons: vec!["dice".to_owned()],
        };
        [row("a", "y"), row("a", "z"), row("b", "x")].into_iter().try_for_each(tell)?;
        Ok(Conclusion::default())
    }
}

/// Strips the lines that say `junk`.
pub struct Junk;

impl Judge for Junk {
    type Workspace = ();

    fn judge(&self, (): &mut (), _site: &str, record: &Record<'_>, keep: &mut Vec<bool>) -> Result<Verdict> {
        keep.extend(record.text.split('\n').map(|line| line.trim() != "junk"));
        Ok(Verdict::formless(true))
    }

    fn conclude(&self, _tell: &mut dyn FnMut(LineRow) -> Result<()>) -> Result<Conclusion> {
        Ok(Conclusion::default())
    }
}

/// Strips files of the folder into its folder `out`.
pub fn stripped(
    workdir: &Workdir,
    inputs: &[&str],
    judge: &impl Judge,
    set: impl FnOnce(&mut Settings),
) -> Result<Outcome> {
    let inputs: Vec<PathBuf> = inputs.iter().map(|name| workdir.path(name)).collect();
    let mut settings = Settings::new(inputs, workdir.path("out"), "no profile");
    set(&mut settings);
    strip(&settings, judge, &Silent)
}

/// What is restored from `out`.
pub fn restored(workdir: &Workdir) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    restore(&workdir.path("out"), &std::env::temp_dir(), &Silent, &mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(bytes)
}
