//! Laws: what must hold for any input.

mod banding;
mod clusters;
mod contained;
mod hamming;
mod joins;
mod minhash;
mod profiles;
mod records;
pub mod simhash;
mod similarity;
mod sources;
mod spans;
mod tokens;
