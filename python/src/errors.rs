//! Errors of the library as exceptions of `tamis.errors`: one class a kind, and the message that the command line prints.

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use tamis::error::{Error, ErrorKind};

pyo3::import_exception!(tamis.errors, DiskError);
pyo3::import_exception!(tamis.errors, InputError);
pyo3::import_exception!(tamis.errors, SavedError);
pyo3::import_exception!(tamis.errors, UsageError);

/// An error of the library as an exception.
pub(crate) fn exception(error: &Error) -> PyErr {
    let message = error.to_string();
    match error.kind() {
        ErrorKind::Usage => UsageError::new_err(message),
        ErrorKind::Input => InputError::new_err(message),
        ErrorKind::Disk => DiskError::new_err(message),
        ErrorKind::Saved => SavedError::new_err(message),
        ErrorKind::Interrupted => PyKeyboardInterrupt::new_err(message),
    }
}

/// A result of the library as one of Python.
pub(crate) trait Raised<T> {
    /// The value, or the exception that says why there is none.
    fn raised(self) -> PyResult<T>;
}

impl<T> Raised<T> for tamis::error::Result<T> {
    fn raised(self) -> PyResult<T> {
        self.map_err(|error| exception(&error))
    }
}
