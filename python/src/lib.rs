//! Tamis for Python, a thin door: convert, call, convert. Whatever is decided is decided by the library `tamis`.
//!
//! | module | what it converts |
//! |---|---|
//! | `errors` | errors of the library to exceptions |
//! | `watch` | a call that takes long: threads, progress, the interrupt key |
//! | `table` | Arrow tables, both ways |
//! | `jobs` | what is typed behind `tamis` to a job, and what came of it |
//! | `profile` | site profiles |
//! | `index` | an index of earlier batches |
//! | `spread` | rows between stages, for engines that spread them over machines |
//!
//! What Python users call and read stands in `tamis/`; its stubs of this module are `tamis/_tamis.pyi`.

#![allow(clippy::needless_pass_by_value, reason = "PyO3 gives arguments by value")]

mod errors;
mod index;
mod jobs;
mod profile;
mod spread;
mod table;
mod watch;

use errors::Raised;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tamis::error::Error;
use tamis::pipeline::explain;
use tamis::shingle::Ngram;
use tamis::verify::Rule;

/// How two texts relate.
#[pyfunction]
fn compare<'py>(
    py: Python<'py>,
    a: &str,
    b: &str,
    threshold: &str,
    ngram: u32,
) -> PyResult<Bound<'py, PyDict>> {
    let rule = Rule { threshold: threshold.parse().map_err(|_| no_threshold(threshold)).raised()? };
    let ngram = Ngram::new(ngram).raised()?;
    let (difference, evidence, relation, kind) = py.detach(|| explain::compare(a, b, ngram, rule));
    let found = PyDict::new(py);
    let overlap = difference.overlap;
    found.set_item("relation", relation.map(tamis::verify::Relation::name))?;
    found.set_item("kind", kind.map(tamis::passage::kind::Kind::name))?;
    found.set_item("jaccard", overlap.jaccard())?;
    found.set_item("containment_a", overlap.containment_a())?;
    found.set_item("containment_b", overlap.containment_b())?;
    found.set_item("shared", overlap.shared)?;
    found.set_item("size_a", overlap.size_a)?;
    found.set_item("size_b", overlap.size_b)?;
    found.set_item("threshold", rule.needed(&evidence).as_f64())?;
    found.set_item("spans", pythonize::pythonize(py, &difference.stretches)?)?;
    Ok(found)
}

fn no_threshold(given: &str) -> Error {
    Error::usage("--threshold", format!("{given:?} is not a decimal above 0 and up to 1"))
}

#[pymodule]
mod _tamis {
    #[pymodule_export]
    use super::compare;
    #[pymodule_export]
    use crate::index::Index;
    #[pymodule_export]
    use crate::jobs::{job, restore, restore_table};
    #[pymodule_export]
    use crate::profile::{SiteProfile, put_back};
    #[pymodule_export]
    use crate::spread::{
        Counted, Stage, Stripper, crawl_dates, expected_pages, field_names, frame_bytes, identify, plan,
        profile_of, typed_table,
    };
    #[pymodule_export]
    use crate::table::{ArrowTable, read_table};

    #[pymodule_init]
    #[allow(clippy::unnecessary_wraps, reason = "the signature of an init")]
    fn init(_: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        // The hook is that of this extension alone.
        tamis::io::foreign::hush();
        Ok(())
    }

    /// The version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
