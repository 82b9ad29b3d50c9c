//! Laws: what must hold for any input.

mod banding;
mod clusters;
mod contained;
mod joins;
mod minhash;
mod profiles;
mod records;
mod similarity;
mod spans;
mod tokens;
