//! The persistent index of `--index DIR`: what was seen in all earlier batches.
//!
//! * [`folder`]: an index, opened to be read; many may read while one writes.
//! * [`lookup`]: pages by keys, by all tables at once.
//! * [`recall`]: which old pages does a batch meet?
//! * [`adding`]: the one writer: a batch is added, or not, and its output is put in its place.
//!   `numbered`: how its pages are numbered, and what its tables hold.
//! * [`compacting`]: fewer and smaller files; forgotten pages leave the disk. [`forgetting`]: which pages those are.
//! * [`rows`]: rows of the tables that only a batch with an index has.
//! * [`asking`]: is this text known? [`measuring`]: what does it hold, and is it sound?

pub mod adding;
pub mod asking;
pub mod compacting;
pub mod folder;
pub mod forgetting;
pub mod framing;
pub mod lookup;
pub mod measuring;
mod numbered;
pub mod recall;
pub mod rows;
