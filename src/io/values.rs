//! Values as bytes and back, for what only Tamis of the same version reads: units of `--resume`, rows between stages.
//! Only place for `postcard`.

use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Appends the bytes of a value.
pub fn append<T: Serialize + ?Sized>(value: &T, bytes: Vec<u8>) -> Result<Vec<u8>> {
    postcard::to_extend(value, bytes)
        .map_err(|cause| Error::new(ErrorKind::Saved, "value", cause.to_string()))
}

/// The bytes of a value; equal values have equal bytes.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    append(value, Vec::new())
}

/// The value of some bytes, which may borrow of them; none if they are of another shape.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
