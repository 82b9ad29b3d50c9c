//! What is remembered of the pages of all earlier batches, and how are old pages found again?
//!
//! A *batch* is the pages of one run. What is remembered of it never changes: rows, signatures, proofs, in a *segment*
//! ([`segment`]) of one batch or of several in a row. To find old pages there are *tables* ([`table`]): sorted keys, one table for each band of the signatures and one
//! each for page keys, words, ids and addresses. Tables of neighbouring batches are merged as they grow, so that there are
//! few to look into. The [`catalogue`] names the files that count; whatever it does not name is not there.
//!
//! * [`bytes`]: bytes by offset, in memory or in a file.
//! * [`container`]: a file of numbered sections, each with a checksum.
//! * [`table`]: 32-bit keys to page numbers, about five and a half bytes an entry.
//! * [`proof`]: the shingles of a page, compact: what an old page is proved by once its text is gone.
//! * [`segment`]: rows, ids, signatures, proofs, and what the frames of sites are learned from.
//! * [`catalogue`]: batches, tables, what is forgotten, and the settings that all batches share.
//! * [`merging`]: which tables become one.
//!
//! Pages are numbered through all batches in the order of their coming, 32 bits; a number is never given again.

pub mod bytes;
pub mod catalogue;
pub mod container;
pub mod frames;
pub mod merging;
pub mod proof;
pub mod segment;
pub mod table;
