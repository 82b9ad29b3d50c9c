//! All integration tests in one program, so that it is linked once.

#![allow(unreachable_pub, missing_docs, reason = "nobody links a test")]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "a test may fail loudly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what was measured is worth seeing")]

mod support;

mod audit;
mod boilerplate;
mod cli;
mod crash;
mod determinism;
mod edits;
mod formats;
mod fuzzed;
mod hostile;
mod index;
mod report;
mod rules;
mod spread;
mod street;
mod strip;
mod templates;

mod architecture;
mod languages;
mod laws;
mod many_sites;
mod real_data;
mod tables;
mod text_laws;
