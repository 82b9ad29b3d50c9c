//! What several tests share.

pub mod definition;
