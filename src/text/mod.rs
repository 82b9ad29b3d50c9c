//! What is a character, a word and a line?
//!
//! * [`fold`]: one code point to its folded form, from a generated table. Folding is for comparison only;
//!   what is written out is always the original text.
//! * [`words`]: the hot loop. One pass over the bytes of a page gives the hash of each folded word.
//! * [`reference`](mod@reference): the same words as strings with their byte spans, the slow obvious way. It judges the hot
//!   loop in the tests, proves removals in `tamis verify` and locates differences in `tamis explain`.
//! * [`lines`]: byte spans of lines.
//!
//! The rules that all of these share are the *text profile*, versioned by [`PROFILE_VERSION`] and stamped on
//! everything saved. They are the same for every language, so a page needs no language detection and a page
//! in two languages needs no decision. `docs/text-profile.md` tells them with examples.

pub mod fold;
pub mod lines;
pub mod reference;
mod tables;
pub mod words;

/// Version of folding, words and lines. A change in any of them is a new version.
pub const PROFILE_VERSION: u32 = 1;

/// Characters of Han, kana and bopomofo that make one word: windows of three, one beginning at each
/// character. With 3-word shingles a shingle spans five characters, about three Chinese words.
pub const IDEOGRAPHIC_WINDOW: usize = 3;

/// Characters of Thai, Lao, Khmer and Myanmar that make one word. With 3-word shingles a shingle spans twelve
/// characters, about three Thai words, so a threshold means about the same share of changed words as
/// elsewhere.
pub const SOUTHEAST_ASIAN_WINDOW: usize = 10;
