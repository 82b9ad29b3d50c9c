//! What each fuzz target does with its bytes, and the laws that hold of any.
//!
//! The test suite replays the committed corpora through the same functions (`tests/fuzzed.rs`); how to search for more is
//! said in `docs/fuzzing.md`.

mod readers;
mod saved;
mod texts;

pub use readers::{csv, html, json_lines, packed, parquet, tables, warc};
pub use saved::{KINDS, gates, is_read, saved};
pub use texts::{boilerplate, dates, rules, words};

/// What a target does with its bytes; it panics where a law is broken.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 13] = [
    ("json_lines", json_lines),
    ("csv", csv),
    ("parquet", parquet),
    ("warc", warc),
    ("packed", packed),
    ("html", html),
    ("tables", tables),
    ("words", words),
    ("dates", dates),
    ("boilerplate", boilerplate),
    ("rules", rules),
    ("saved", saved),
    ("gates", gates),
];
