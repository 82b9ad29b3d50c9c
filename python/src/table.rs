//! Arrow tables, both ways, through the `PyCapsule` interface: batches keep the buffers that they came in.

use crate::errors::{Raised, exception};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatchIterator, RecordBatchReader};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::ArrowError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::path::PathBuf;
use tamis::error::{Error, ErrorKind};
use tamis::io::table::Table;
use tamis::io::tables;

/// Rows in typed columns, for whatever takes Arrow: `pyarrow.table(it)`, `polars.DataFrame(it)`, `duckdb.from_arrow(it)`.
#[pyclass(name = "Table", module = "tamis", frozen)]
pub(crate) struct ArrowTable(pub(crate) Table);

#[pymethods]
impl ArrowTable {
    /// An Arrow stream of all rows. Buffers are shared, not copied; the schema that is asked for is not looked at.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches: Vec<Result<_, ArrowError>> = self.0.batches().iter().cloned().map(Ok).collect();
        let rows = RecordBatchIterator::new(batches, self.0.schema().clone());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(rows)), c"arrow_array_stream")
    }

    fn __len__(&self) -> usize {
        self.0.rows()
    }

    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __repr__(&self) -> String {
        format!("<tamis.Table of {} rows: {}>", self.0.rows(), self.column_names().join(", "))
    }
}

/// Whether an object of Python gives a table.
pub(crate) fn is_table(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    object.hasattr("__arrow_c_stream__")
}

/// The table that an object of Python gives.
pub(crate) fn of_python(object: &Bound<'_, PyAny>) -> PyResult<Table> {
    let reader = RecordBatchStreamReader::from_pyarrow_bound(object)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|cause| exception(&unreadable(&cause)))?;
    Table::new(schema, batches).raised()
}

fn unreadable(cause: &ArrowError) -> Error {
    Error::new(ErrorKind::Input, Table::NAME, cause.to_string())
}

/// A table of a folder that Tamis has written, such as `removed.jsonl`, whatever it was written as.
#[pyfunction]
pub(crate) fn read_table(py: Python<'_>, folder: PathBuf, name: &str) -> PyResult<ArrowTable> {
    py.detach(|| tables::read_table(&folder, name)).map(ArrowTable).raised()
}
