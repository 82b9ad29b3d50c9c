//! Generated tables; `tests/tables.rs` writes them and compares them with their definition.

#[allow(clippy::unreadable_literal, reason = "generated; code points are read in hexadecimal")]
pub(super) mod fold;
