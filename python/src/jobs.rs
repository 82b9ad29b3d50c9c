//! What is typed behind `tamis`, done for Python: [`asked`] makes the settings of it, so that nothing has a second name.

use crate::errors::Raised;
use crate::profile::SiteProfile;
use crate::table::{ArrowTable, is_table, of_python};
use crate::watch::{Listeners, watch};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::ffi::OsString;
use std::path::PathBuf;
use tamis::cli::asked::{Asked, Inputs, asked};
use tamis::error::{Error, Result};
use tamis::io::output::Existing;
use tamis::io::output_file::OutputFile;
use tamis::io::table::Table;
use tamis::pipeline::learn::{self, learn};
use tamis::pipeline::settings::{Destination, Settings};
use tamis::pipeline::strip::strip;
use tamis::pipeline::{Observer, dedup, restore as restoring, run};

/// What is read: something that gives an Arrow table, or paths.
fn inputs(pages: &Bound<'_, PyAny>) -> PyResult<Inputs> {
    if is_table(pages)? { of_python(pages).map(Inputs::Table) } else { pages.extract().map(Inputs::Named) }
}

/// What came of a job besides what stands in its folder.
struct Done {
    kept: Option<Table>,
    too_many_rejects: bool,
    learned: Option<learn::Outcome>,
}

/// Does the job of a command. Without `keeps_pages` pages are written nowhere; what is kept of a table is given back in any
/// case. `profile` is for `strip`.
#[pyfunction]
#[pyo3(signature = (command, flags, pages, listeners, keeps_pages = true, profile = None))]
pub(crate) fn job<'py>(
    py: Python<'py>,
    command: &str,
    flags: Vec<OsString>,
    pages: Bound<'py, PyAny>,
    listeners: Listeners,
    keeps_pages: bool,
    profile: Option<PyRef<'py, SiteProfile>>,
) -> PyResult<Bound<'py, PyDict>> {
    let asked = asked(command, &flags, inputs(&pages)?).raised()?;
    let profile = profile.as_deref();
    let done = watch(py, &listeners, |observer| conduct(asked, keeps_pages, profile, observer))?;
    let found = PyDict::new(py);
    found.set_item("kept", done.kept.map(|kept| Bound::new(py, ArrowTable(kept))).transpose()?)?;
    found.set_item("too_many_rejects", done.too_many_rejects)?;
    found.set_item("learned", done.learned.map(|learned| pythonize::pythonize(py, &learned)).transpose()?)?;
    Ok(found)
}

fn conduct(
    asked: Asked,
    keeps_pages: bool,
    profile: Option<&SiteProfile>,
    observer: &dyn Observer,
) -> Result<Done> {
    let of_dedup = |outcome: dedup::Outcome| Done {
        kept: outcome.kept,
        too_many_rejects: outcome.too_many_rejects,
        learned: None,
    };
    match asked {
        Asked::Dedup(mut settings) => {
            place(&mut settings, keeps_pages);
            dedup::dedup(&settings, observer, &mut |_| Ok(())).map(of_dedup)
        }
        Asked::Run(mut settings) => {
            place(&mut settings.dedup, keeps_pages);
            run::run(&settings, observer, &mut |_| Ok(())).map(|outcome| of_dedup(outcome.dedup))
        }
        Asked::Learn(settings) => {
            let learned = learn(&settings, observer)?;
            let too_many_rejects = learned.counts.too_many_rejects;
            Ok(Done { kept: None, too_many_rejects, learned: Some(learned) })
        }
        Asked::Strip(mut settings) => {
            let profile = profile.ok_or_else(|| Error::usage("--profile", "is missing"))?;
            settings.profile = profile.profile().digest();
            let outcome = strip(&settings, &profile.judge(settings.strictness), observer)?;
            Ok(Done { kept: outcome.kept, too_many_rejects: outcome.too_many_rejects, learned: None })
        }
    }
}

/// Leaves the pages out of the folder if nobody wants them there.
fn place(settings: &mut Settings, keeps_pages: bool) {
    if let (false, Destination::Folder(folder)) = (keeps_pages, &settings.destination) {
        settings.destination = Destination::Evidence(folder.clone());
    }
}

/// Writes the inputs of `strip`, or the kept pages of `run`, byte for byte to a file; how much that was.
#[pyfunction]
pub(crate) fn restore(
    py: Python<'_>,
    folder: PathBuf,
    output: PathBuf,
    overwrite: bool,
    listeners: Listeners,
) -> PyResult<Bound<'_, PyDict>> {
    let existing = if overwrite { Existing::Replace } else { Existing::Refuse };
    let restored = watch(py, &listeners, |observer| {
        let mut file = OutputFile::create(&output, existing)?;
        let restored =
            restoring::restore(&folder, &std::env::temp_dir(), observer, &mut |bytes| file.write(bytes))?;
        file.finish()?;
        Ok(restored)
    })?;
    let found = PyDict::new(py);
    found.set_item("inputs", restored.inputs)?;
    found.set_item("pages", restored.pages)?;
    found.set_item("put_back", restored.put_back)?;
    found.set_item("bytes", restored.bytes)?;
    Ok(found)
}

/// The table that was stripped into a folder, every line put back; `table` is what was left of it.
#[pyfunction]
pub(crate) fn restore_table(
    py: Python<'_>,
    folder: PathBuf,
    table: PyRef<'_, ArrowTable>,
    listeners: Listeners,
) -> PyResult<ArrowTable> {
    let table = &table.0;
    let temp_dir = std::env::temp_dir();
    watch(py, &listeners, |observer| restoring::restore_table(&folder, table, &temp_dir, observer))
        .map(ArrowTable)
}
