//! Tamis
#![allow(missing_docs)]
pub mod hash;
pub mod text;
