//! One contract for the readers of all formats, hostile files, and what is written in the format of the input.

mod contract;
mod hostile;
mod made;
mod memory;
mod samples;
mod tables;
mod written;
