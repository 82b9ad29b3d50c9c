//! All integration tests in one program, so that it is linked once.

mod support;

mod tables;
mod text_laws;
