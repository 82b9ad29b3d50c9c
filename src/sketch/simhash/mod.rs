//! SimHash: 64 bits that stay close while a page's word pairs stay the same.
//!
//! * [`hasher`]: shingles to a fingerprint.
//! * [`signature`]: the fingerprint, the distance of two, and how far one may look.
//! * [`encoding`]: fingerprints in a file, with their scheme and a checksum.
//!
//! Each shingle has a 64-bit hash and votes with every bit of it; each bit of the fingerprint is what most
//! shingles voted for (Charikar, STOC 2002; Manku, Jain, Das Sarma, WWW 2007). Two sets at an angle θ differ in
//! 64·θ/π bits in the mean. The shingles are *distinct word pairs*, all of one weight: nothing is to be
//! learned or kept beside the fingerprints, and a menu of one repeated word has one vote. What other features would give
//! is measured in `docs/accuracy.md`, "SimHash".
//!
//! Eight bytes a page in place of a signature of a hundred or more, and no promise of recall: pages that share
//! seven shingles in ten may well differ in 9 bits or more.

pub mod encoding;
pub mod hasher;
pub mod signature;
