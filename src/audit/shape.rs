//! What a line looks like from afar: how it ends, and about how long it is. In any script, without its words.

use crate::boilerplate::line::length;

/// Characters from which on a line is prose whatever its end, Han and kana counted twice: headlines are shorter.
const PROSE: u16 = 140;

/// Characters from which on a line that ends like a sentence is.
const SENTENCE: u16 = 40;

/// Quotes, brackets and blanks that may stand behind the mark that ends a sentence, at most.
const MOST_CLOSING: usize = 8;

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a mark that ends sentences.
    Closed,
    /// With an ellipsis.
    Ellipsis,
    /// With a mark that leads on, such as a colon.
    Leading,
    /// With anything else.
    Open,
}

/// How a line ends, quotes and brackets behind the last mark aside. Two dots are a full stop: the Arabic press writes both.
pub(super) fn end_of(line: &str) -> End {
    let mut marks = line.trim_end().chars().rev().take(MOST_CLOSING).skip_while(|c| closes(*c));
    let (last, before, third) = (marks.next(), marks.next(), marks.next());
    match last {
        Some('…' | '⋯' | '︙') => End::Ellipsis,
        Some('.') if (before, third) == (Some('.'), Some('.')) => End::Ellipsis,
        Some(c) if ends_sentences(c) || ends_articles(c) => End::Closed,
        Some(':' | '：' | ',' | '،' | '、' | '，' | '؛') => End::Leading,
        _ => End::Open,
    }
}

/// Marks that magazines set behind the last word.
const fn ends_articles(c: char) -> bool {
    matches!(c, '■' | '□' | '▪' | '●' | '◆' | '♦' | '∎' | '◼' | '★' | '®' | '™')
}

fn closes(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(
            c,
            '"' | '\'' | '”' | '’' | '»' | '«' | ')' | ']' | '}' | '」' | '』' | '）' | '】' | '》'
        )
        || matches!(c, '“' | '‘' | '›' | '‹' | '<' | '>' | '*' | '_' | '＂')
}

/// Full stops, question and exclamation marks of all scripts that have them.
pub(super) const fn ends_sentences(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | ';' | '。' | '！' | '？' | '．' | '｡' | '؟' | '۔' | '‽' | '՜' | '։' | '।' | '॥'
    ) || matches!(c, '።' | '፧' | '།' | '༎' | '။' | '។' | '៕' | '᠃' | '꓿' | '⁇' | '⁈' | '⁉')
}

/// What a line is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Characters, Han and kana twice.
    pub(super) width: u16,
    pub(super) end: End,
}

impl Shape {
    pub(super) fn of(line: &str) -> Self {
        Self { width: length(line.as_bytes()), end: end_of(line) }
    }

    /// Whether it is long, or a sentence.
    pub(super) fn is_prose(self) -> bool {
        self.width >= PROSE || self.width >= SENTENCE && self.end == End::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_in_any_script() {
        for line in
            ["He left.", "“He left.” ", "قال ذلك؟»", "他走了。」", "वह चला गया।", "(He left!)\u{200f}"]
        {
            assert_eq!(end_of(line), End::Closed, "{line}");
        }
        for line in ["and then the", "قال إن", "He left…", "He left...", "[...]", "as follows:", ""] {
            assert_ne!(end_of(line), End::Closed, "{line}");
        }
        assert_eq!((end_of("and so […]"), end_of("and so ...")), (End::Ellipsis, End::Ellipsis));
        assert_eq!((end_of("plaintiff”.■"), end_of("العيد..")), (End::Closed, End::Closed));
    }
}
