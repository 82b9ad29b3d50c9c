//! How tables are packed, alike for every command that writes them.

use crate::io::compression::Compression;
use clap::{Args, ValueEnum};

/// Whether and how tables are packed.
#[derive(Clone, Copy, Debug, Args)]
pub struct Packing {
    /// Pack the tables
    #[arg(long, value_enum, value_name = "HOW")]
    compress: Option<CompressName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CompressName {
    Zst,
    Gz,
}

impl Packing {
    /// The setting that these arguments make.
    pub fn compression(self) -> Compression {
        match self.compress {
            None => Compression::Plain,
            Some(CompressName::Zst) => Compression::Zstd,
            Some(CompressName::Gz) => Compression::Gzip,
        }
    }
}
