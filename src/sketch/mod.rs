//! Small fixed-size summaries of shingle sets, from which similarity can be estimated.
//!
//! * [`minhash`]: 16-bit slots; the share of equal slots of two pages estimates their Jaccard similarity.
//!
//! Not for decisions: a sketch proposes, [`verify`](crate::verify) disposes.

pub mod minhash;
