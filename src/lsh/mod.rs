//! Which pairs are worth checking?
//!
//! * [`banding`]: bands and rows from a promise ("pairs at the threshold are found with 99 %"), the S-curve.
//! * [`bands`]: band keys of all pages as sorted runs; equal keys are a bucket.
//! * [`candidates`]: buckets to candidate pairs, linear even where a million pages share a bucket.
//! * [`hamming`]: fingerprints within k bits of each other, none missed.
//! * [`prefix`]: the exact join by rare shingles; no promise needed, the oracle for the rest.
//!
//! Indexed by dense page numbers, 32 bits; what a page is, nobody here knows. A candidate pair means nothing
//! until [`verify`](crate::verify) has compared the texts.

pub mod banding;
pub mod bands;
pub mod candidates;
pub mod hamming;
pub mod prefix;
