//! Profiles in files: the bytes of [`encoding`], packed. Whoever has very many sites reads them with [`stored`](super::stored).

use crate::boilerplate::encoding::{self, MAGIC};
use crate::boilerplate::profile::Profile;
use crate::error::{Error, ErrorKind, Result};
use crate::io::output::Existing;
use crate::io::packed_file::{self, PackedFile};
use std::path::Path;

/// Reads a profile.
pub fn read(place: &Path) -> Result<Profile> {
    encoding::decode(&packed_file::read(place)?, &place.display().to_string())
}

/// Fails if a profile cannot be written to `place`; also worth asking before the work begins.
pub fn ensure_free(place: &Path, existing: Existing) -> Result<()> {
    if place.as_os_str() == "-" {
        return Err(Error::usage("-o", "a profile cannot go to standard output").next_step("name a file"));
    }
    if !place.exists() {
        return Ok(());
    }
    let name = place.display().to_string();
    if existing == Existing::Refuse {
        return Err(Error::new(ErrorKind::Disk, name, "exists already").next_step("use --overwrite"));
    }
    // Overwriting deletes: only what Tamis has written, of whatever version.
    if place.is_file() && packed_file::begins_with(place, MAGIC) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Disk, name, "is no profile and is not overwritten")
        .next_step("name another file"))
}

/// Begins the file that takes a profile.
pub fn create(place: &Path, existing: Existing) -> Result<PackedFile> {
    ensure_free(place, existing)?;
    PackedFile::create(place, existing)
}

/// Writes a profile and puts the file in its place; gives its size.
pub fn write(profile: &Profile, mut file: PackedFile) -> Result<u64> {
    encoding::write(profile, |piece| file.write(piece))?;
    file.finish()
}
