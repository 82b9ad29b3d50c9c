//! Which lines of a page are its site's boilerplate, and what is left without them?
//!
//! * [`spans`]: lines cut out of a text, and put back.

pub mod spans;
