//! The program: what the library's command line does, and its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(tamis::cli::run().code())
}
