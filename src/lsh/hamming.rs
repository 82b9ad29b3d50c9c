//! Which fingerprints are within k bits of each other? All of them, without comparing all.
//!
//! A *table* is all fingerprints, sorted by one block of their bits (Manku, Jain, Das Sarma, WWW 2007). If two
//! fingerprints differ in k bits or fewer, and blocks that do not overlap are given radii r₁, r₂, … with
//! (r₁ + 1) + (r₂ + 1) + … = k + 1, then in some block i they differ in rᵢ bits or fewer: else the blocks alone
//! would hold k + 1 differences. So it is enough to visit, in each table, the buckets whose key is within rᵢ
//! of one's own, and to count the bits of what lies there: nothing is missed. One table of radius 0 a block is
//! Manku's scheme, few tables of larger radius that of Norouzi, Punjani and Fleet (CVPR 2012), radii as unlike
//! as one likes that of Qin et al. (ICDE 2018, "GPH"); which is cheapest depends on k and on how many
//! fingerprints there are, and [`layout`] chooses it.
//!
//! * [`layout`]: blocks and radii, from a model of what a query costs.
//! * [`table`]: fingerprints by one block.
//! * [`index`]: "was this seen within k bits?"
//! * [`join`]: who is near whom among many, in bounded work whatever they are.

pub mod index;
pub mod join;
pub mod layout;
pub mod table;
