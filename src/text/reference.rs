//! Words the slow obvious way: strings with their byte spans.
//!
//! This is what a word *is*; [`words`](super::words) is how it is found quickly. The tests hold the two
//! against each other on arbitrary Unicode. Used where strings or spans are wanted: to prove removals without
//! any hash, and to show where two pages differ. About a fortieth of the speed of the hot loop.

use super::fold::{Class, fold_char};
use super::{IDEOGRAPHIC_WINDOW, SOUTHEAST_ASIAN_WINDOW};
use std::ops::Range;

/// A folded word and where it stands in the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The folded form.
    pub folded: String,
    /// Bytes of the original text, from the first to the last character that gave something to the word.
    pub span: Range<usize>,
}

/// The words of `text` in order.
///
/// A word is a run of folded letters and numbers. In scripts that do not separate words it is a window of
/// characters: a run of Han and kana (or of Thai, Lao, Khmer and Myanmar) goes on over separators, and each of
/// its characters begins one window of [`IDEOGRAPHIC_WINDOW`] (or [`SOUTHEAST_ASIAN_WINDOW`]) characters; a run shorter than the window is one word.
///
/// ```
/// let words = tamis::text::reference::words("Hello, Wörld: 北京大学!");
/// let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
/// assert_eq!(folded, ["hello", "world", "北京大", "京大学"]);
/// ```
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<Word> = None;
    let mut run = Run::default();
    for (start, c) in text.char_indices() {
        let span = start..start + c.len_utf8();
        for (folded, class) in fold_char(c) {
            match class {
                Class::Separator => words.extend(open.take()),
                Class::Ideographic | Class::SoutheastAsian => {
                    words.extend(open.take());
                    if run.class != Some(class) {
                        run.end_into(&mut words);
                        run.class = Some(class);
                    }
                    run.characters.push((folded, span.clone()));
                }
                _ => {
                    run.end_into(&mut words);
                    let word = open.get_or_insert_with(|| Word { folded: String::new(), span: span.clone() });
                    word.folded.push(folded);
                    word.span.end = span.end;
                }
            }
        }
    }
    words.extend(open);
    run.end_into(&mut words);
    words
}

/// An unspaced run of characters.
#[derive(Default)]
struct Run {
    class: Option<Class>,
    characters: Vec<(char, Range<usize>)>,
}

impl Run {
    fn end_into(&mut self, words: &mut Vec<Word>) {
        let size = match self.class.take() {
            Some(Class::SoutheastAsian) => SOUTHEAST_ASIAN_WINDOW,
            _ => IDEOGRAPHIC_WINDOW,
        };
        let size = size.min(self.characters.len());
        if size > 0 {
            words.extend(self.characters.windows(size).map(|window| Word {
                folded: window.iter().map(|(c, _)| *c).collect(),
                span: window[0].1.start..window[size - 1].1.end,
            }));
        }
        self.characters.clear();
    }
}
