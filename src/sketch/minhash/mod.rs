//! MinHash by Fast Similarity Sketching.
//!
//! * [`hasher`]: shingles to a signature.
//! * [`signature`]: the signature and the similarity it estimates.
//! * [`encoding`]: signatures in a file, with their scheme and a checksum.
//!
//! k-permutation MinHash hashes every shingle k times. Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup,
//! FOCS 2017, algorithm 1) throws each shingle into one of k bins, round after round until every bin is full:
//! about `1 + k·ln k / s` hashes a shingle for a page of s shingles, and less variance than k independent
//! permutations, most of all on short pages (`docs/accuracy.md`, "Sketch").

pub mod encoding;
pub mod hasher;
pub mod signature;
