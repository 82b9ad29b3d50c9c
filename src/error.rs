//! The one error type: what kind of fault, where, what, and what to do next.

use std::fmt;

/// A fault that stops the work; faults of single records are rejects, not errors.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    place: String,
    fault: String,
    next_step: Option<String>,
    is_broken_pipe: bool,
}

/// What kind of fault it is; the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A setting or argument that cannot be used.
    Usage,
    /// An input that cannot be read or understood.
    Input,
    /// A disk or file that refuses.
    Disk,
    /// Saved data of another scheme or version, or damaged.
    Saved,
    /// Stopped by the user.
    Interrupted,
}

/// `Result` with the error of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// `place` is a file, a file and record, or a flag; `fault` says what is wrong there.
    pub fn new(kind: ErrorKind, place: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { kind, place: place.into(), fault: fault.into(), next_step: None, is_broken_pipe: false }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn next_step(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into());
        self
    }

    /// A usage error of one flag.
    pub fn usage(flag: &str, fault: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, flag, fault)
    }

    /// A file that could not be read or written.
    pub fn disk(place: impl fmt::Display, cause: &std::io::Error) -> Self {
        Self::new(ErrorKind::Disk, place.to_string(), cause.to_string())
    }

    /// Standard output that does not take more.
    pub fn stream(cause: &std::io::Error) -> Self {
        let is_broken_pipe = cause.kind() == std::io::ErrorKind::BrokenPipe;
        Self { is_broken_pipe, ..Self::disk("standard output", cause) }
    }

    /// Whether the reader of standard output went away, which is no fault.
    pub const fn is_broken_pipe(&self) -> bool {
        self.is_broken_pipe
    }

    /// Stopped by the user.
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "tamis", "interrupted, nothing was written")
    }

    /// The kind of fault.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

/// `place: fault (next step)`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)?;
        match &self.next_step {
            Some(step) => write!(f, " ({step})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
