//! The audit, judged by faults that were planted.

mod changes;
mod crawl;
mod faults;
mod planted;
mod sample;
mod seeds;
