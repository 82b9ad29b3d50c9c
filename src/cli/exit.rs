//! Exit codes: a promise to scripts.

use crate::error::ErrorKind;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, and a mismatch or a failed gate was found.
    Mismatch,
    /// Could not do it: usage, input, disk.
    CouldNot,
    /// Done, but more records were rejected than allowed.
    TooManyRejects,
    /// Stopped by the user.
    Interrupted,
}

impl Exit {
    /// The code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Mismatch => 1,
            Self::CouldNot => 2,
            Self::TooManyRejects => 3,
            Self::Interrupted => 130,
        }
    }

    /// How a fault ends the program.
    pub const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Interrupted => Self::Interrupted,
            ErrorKind::Usage | ErrorKind::Input | ErrorKind::Disk | ErrorKind::Saved => Self::CouldNot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_scripts_rely_on() {
        let all = [Exit::Done, Exit::Mismatch, Exit::CouldNot, Exit::TooManyRejects, Exit::Interrupted];
        assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 130]);
    }
}
