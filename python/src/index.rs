//! An index of earlier batches, asked one text at a time.

use crate::errors::Raised;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tamis::error::Result;
use tamis::pipeline::index::asking::{Asker, Known};
use tamis::pipeline::index::folder::Index as Opened;

/// An index, opened with its tables in memory. It shows what was there when it was opened.
#[pyclass(module = "tamis._tamis", frozen)]
pub(crate) struct Index {
    opened: Arc<Opened>,
    asker: Mutex<Asker<Arc<Opened>>>,
}

impl Index {
    fn ask(
        &self,
        py: Python<'_>,
        ask: impl FnOnce(&mut Asker<Arc<Opened>>) -> Result<Vec<Known>> + Send,
    ) -> PyResult<Py<PyAny>> {
        let known = py.detach(|| ask(&mut self.asker.lock().unwrap_or_else(PoisonError::into_inner)));
        Ok(pythonize::pythonize(py, &known.raised()?)?.unbind())
    }
}

#[pymethods]
impl Index {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let opened = py.detach(|| Opened::open_in_memory(&path)).map(Arc::new).raised()?;
        Ok(Self { asker: Mutex::new(Asker::new(Arc::clone(&opened))), opened })
    }

    fn __len__(&self) -> usize {
        self.opened.catalogue().pages() as usize
    }

    /// The command that adds batches: `run` remembers stripped texts.
    #[getter]
    fn command(&self) -> &str {
        &self.opened.catalogue().stamp.command
    }

    /// Batches that it remembers.
    #[getter]
    fn batches(&self) -> usize {
        self.opened.catalogue().batches.len()
    }

    fn query(
        &self,
        py: Python<'_>,
        text: &str,
        site: Option<&str>,
        url: Option<&str>,
    ) -> PyResult<Py<PyAny>> {
        let site = self.opened.catalogue().stamp.site_by.site(site, url);
        self.ask(py, |asker| asker.text(text, &site))
    }

    fn named(&self, py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
        self.ask(py, |asker| asker.named(name))
    }
}
