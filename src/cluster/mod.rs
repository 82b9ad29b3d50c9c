//! Which pages belong together, and which one is kept?
//!
//! * [`components`]: pages joined by verified pairs, directly or over others.
//! * [`keep`]: the order in which pages claim to be kept.
//! * [`leaders`]: who is kept, and which kept page each other page joins. **How is the kept page chosen?**
//!   There.
//! * [`contained`]: which kept pages go because a larger kept page holds them.
//!
//! Works on dense numbers and exact overlaps; how pairs were found, nobody here knows.

pub mod components;
pub mod contained;
pub mod keep;
pub mod leaders;
