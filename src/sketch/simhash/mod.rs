//! SimHash: 64 bits that stay close while a page's words stay the same.
//!
//! * [`hasher`]: words to a fingerprint.
//! * [`signature`]: the fingerprint, the distance of two, and how far one may look.
//! * [`encoding`]: fingerprints in a file, with their scheme and a checksum.
//!
//! Each word has a 64-bit hash and votes with every bit of it; each bit of the fingerprint is what most words
//! voted for (Charikar, STOC 2002; Manku, Jain, Das Sarma, WWW 2007). Two sets at an angle θ differ in 64·θ/π
//! bits in the mean. The words are *distinct* and all of one weight: a menu that repeats itself has no more votes than
//! what it says once, and there is no table of weights to learn, to keep and to stamp. Weights by rarity find no more,
//! and word pairs find fewer (`docs/accuracy.md`, "SimHash").
//!
//! Eight bytes a page in place of a signature of a hundred or more, and no promise of recall: pages that share
//! seven shingles in ten may well differ in 9 bits or more.

pub mod encoding;
pub mod hasher;
pub mod signature;
