//! The frames of a run in its folder: the bytes of [`encoding`], packed.

use super::manifest::FrameReport;
use super::rows::hex;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::common::Frame;
use crate::frame::encoding;
use crate::io::output::Existing;
use crate::io::packed_file::{self, PackedFile};
use crate::shingle::Ngram;
use std::path::Path;

/// The file in the folder.
pub const FRAME: &str = "frame.bin";

/// Writes the frames, if there is a folder for them, and reports on them.
pub fn write(folder: Option<&Path>, frame: &Frame, ngram: Ngram) -> Result<FrameReport> {
    let bytes = encoding::encode(frame, ngram);
    if let Some(folder) = folder {
        let mut file = PackedFile::create(&folder.join(FRAME), Existing::Refuse)?;
        file.write(&bytes)?;
        file.finish()?;
    }
    Ok(FrameReport {
        digest: hex(encoding::digest(&bytes)),
        sites: frame.sites().len() as u64,
        shingles: frame.shingles().keys().len() as u64,
    })
}

/// Reads the frames back; fails if they are not those that the run was judged with.
pub fn read(folder: &Path, report: &FrameReport, ngram: Ngram) -> Result<Frame> {
    let place = folder.join(FRAME);
    let bytes = packed_file::read(&place)?;
    let name = place.display().to_string();
    let frame = encoding::decode(&bytes, ngram, &name)?;
    let found = hex(encoding::digest(&bytes));
    if found == report.digest {
        return Ok(frame);
    }
    let fault = format!("is not the frame of this run: its digest is {found}, not {}", report.digest);
    Err(Error::new(ErrorKind::Saved, name, fault).next_step("take the folder as tamis dedup wrote it"))
}
