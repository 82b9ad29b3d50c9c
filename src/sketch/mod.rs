//! Small fixed-size summaries of shingle sets, from which similarity can be estimated.
//!
//! * [`minhash`]: 16-bit slots; the share of equal slots of two pages estimates their Jaccard similarity.
//! * [`simhash`]: one fingerprint of 64 bits; the fewer of them differ, the more two pages share.
//! * [`file`](mod@file): the frame that files of both have.
//!
//! Not for decisions: a sketch proposes, [`verify`](crate::verify) disposes.

pub mod file;
pub mod minhash;
pub mod simhash;
