//! `tamis explain --line`.
