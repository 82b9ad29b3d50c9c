//! Generated tables; `tests/tables.rs` writes them and compares them with their definition.

pub(super) mod fold;
