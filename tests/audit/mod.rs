//! The audit, judged by faults that were planted, by nights that do not differ, and by the seeds.

mod changes;
mod crawl;
mod faults;
mod planted;
mod sample;
mod seeds;
mod whole;
