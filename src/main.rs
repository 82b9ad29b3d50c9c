//! The program: what the library's command line does, and its exit code.

use std::process::ExitCode;

/// Faster than the system's where many threads make many small rows.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(tamis::cli::run().code())
}
