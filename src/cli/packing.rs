//! What tables are written as, alike for every command that writes them.

use crate::error::{Error, Result};
use crate::io::compression::Compression;
use crate::io::tables::TableFormat;
use clap::{Args, ValueEnum};

/// What tables are written as.
#[derive(Clone, Copy, Debug, Args)]
pub struct Packing {
    /// Pack the tables
    #[arg(long, value_enum, value_name = "HOW")]
    compress: Option<CompressName>,
    /// What the tables are: JSON lines, or Parquet with typed columns (packed as it is)
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = FormatName::Jsonl)]
    output_format: FormatName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CompressName {
    Zst,
    Gz,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Jsonl,
    Parquet,
}

impl Packing {
    /// The setting that these arguments make.
    pub fn tables(self) -> Result<TableFormat> {
        let compression = match (self.compress, self.output_format) {
            (Some(_), FormatName::Parquet) => {
                return Err(Error::usage("--compress", "is for JSON lines, and Parquet is packed as it is")
                    .next_step("leave it out"));
            }
            (None, FormatName::Parquet) => return Ok(TableFormat::Parquet),
            (None, FormatName::Jsonl) => Compression::Plain,
            (Some(CompressName::Zst), FormatName::Jsonl) => Compression::Zstd,
            (Some(CompressName::Gz), FormatName::Jsonl) => Compression::Gzip,
        };
        Ok(TableFormat::JsonLines(compression))
    }
}
