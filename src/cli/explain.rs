//! x
use crate::error::Result;
use super::exit::Exit;
pub const EXAMPLES: &str = "";
#[derive(Debug, clap::Args)]
pub struct Arguments {}
pub fn run(_arguments: &Arguments) -> Result<Exit> { Ok(Exit::Done) }
