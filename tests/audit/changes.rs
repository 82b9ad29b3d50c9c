//! What changed between two reports, and what only seems to.
