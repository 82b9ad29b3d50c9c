//! Tamis
#![allow(missing_docs)]
pub mod error;
pub mod hash;
pub mod text;
pub mod shingle;
pub mod similarity;
pub mod scheme;
pub mod sketch;
pub mod lsh;
pub mod verify;
pub mod cluster;
pub mod difference;
pub mod page;
pub mod date;
pub mod site;
pub mod io;
pub mod pipeline;
pub mod cli;
