//! The lines that are left of a page: which are prose, which are short, which are phrases of site furniture.

use super::headline;
use super::phrases::Phrases;
use super::shape::{End, Shape};
use crate::boilerplate::lexicon;
use crate::boilerplate::line::{Line, LineReader, Own};
use crate::text::lines::lines;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Characters from which on a line is not taken for a headline, Han and kana counted twice.
const LONGEST_HEADLINE: u16 = 170;

static SOFTWARE: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tables/software.tsv")));

/// Lines at head and foot of which even sentences may be furniture.
const EDGE: usize = 4;

/// Words of a headline.
const HEADLINE_WORDS: std::ops::RangeInclusive<u8> = 4..=28;

/// A line that is left.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
    pub(super) is_prose: bool,
    /// What is known of its words; nothing of prose.
    pub(super) line: Line,
    /// The kind of software that left it here.
    pub(super) software: Option<&'static str>,
}

impl Kept {
    /// Whether it could be a headline: a few words, no sentence.
    pub(super) fn is_headline(&self) -> bool {
        !self.is_prose
            && HEADLINE_WORDS.contains(&self.line.words)
            && (15..LONGEST_HEADLINE).contains(&self.shape.width)
            && matches!(self.shape.end, End::Open | End::Ellipsis)
            && !self.is_furniture()
    }

    /// Whether it is a phrase of site furniture, or begins with one.
    pub(super) fn is_furniture(&self) -> bool {
        self.software.is_some() || self.line.flags & (Line::IS_PHRASE | Line::BEGINS_WITH_PHRASE) != 0
    }
}

/// The lines that are left of a page.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) lines: Vec<Kept>,
    reader: LineReader,
    own: Own,
}

impl Layout {
    /// Reads the lines of `text` that `keep` leaves; lines that it says nothing of are left too. `short` is called with the words of
    /// each line that is no prose.
    pub(super) fn read(&mut self, text: &str, keep: &[bool], mut short: impl FnMut(&[u64])) {
        self.lines.clear();
        let is_kept = |number: usize| keep.get(number).copied().unwrap_or(true);
        for range in lines(text).enumerate().filter(|(number, _)| is_kept(*number)).map(|(_, range)| range) {
            let shape = Shape::of(&text[range.clone()]);
            if shape.width > 0 {
                let is_prose = shape.is_prose();
                self.lines.push(Kept { range, shape, is_prose, line: Line::default(), software: None });
            }
        }
        let count = self.lines.len();
        for (at, line) in self.lines.iter_mut().enumerate() {
            // Licence warnings and forms have sentences too, at head and foot.
            let is_edge = at < EDGE || at + EDGE >= count;
            if !line.is_prose || is_edge && line.shape.width < LONGEST_HEADLINE {
                line.line = self.reader.read(text, line.range.clone(), &self.own);
                line.software = SOFTWARE.find(self.reader.words()).filter(|_| is_edge);
                line.is_prose &= !line.is_furniture();
                if !line.is_prose {
                    short(self.reader.words());
                }
            }
        }
    }

    /// The number of the headline among the lines before the prose, on a page that has its headline in its text: the longest of the
    /// first few that could be one.
    pub(super) fn headline(&self) -> Option<usize> {
        const FIRST: usize = 40;
        let prose = self.lines.iter().position(|line| line.is_prose)?;
        let head = &self.lines[..prose.min(FIRST)];
        let candidates = head.iter().enumerate().filter(|(_, line)| line.is_headline());
        candidates.max_by_key(|(at, line)| (line.shape.width, *at)).map(|(at, _)| at)
    }

    /// That line.
    pub(super) fn headline_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.headline().map(|at| text[self.lines[at].range.clone()].trim())
    }

    /// Whether the page is a list of short lines.
    pub(super) fn is_menu(&self) -> bool {
        const FEWEST: usize = 8;
        let width = |lines: &mut dyn Iterator<Item = &Kept>| {
            lines.map(|line| usize::from(line.shape.width)).sum::<usize>()
        };
        let short = |line: &&Kept| !line.is_prose && line.shape.end != End::Closed;
        let (all, of_short) = (width(&mut self.lines.iter()), width(&mut self.lines.iter().filter(short)));
        let count = self.lines.iter().filter(short).count();
        count >= FEWEST && 20 * count >= 17 * self.lines.len() && 5 * of_short >= 4 * all
    }

    /// Whether three short lines or more stand twice before and behind the prose, such as a menu at head and foot. Inside the
    /// prose lines are repeated for many reasons: speakers, tables, refrains.
    pub(super) fn repeats_lines(&self, keys: &mut Vec<u32>) -> bool {
        const LINES: usize = 3;
        keys.clear();
        keys.extend(self.outer_lines().map(|(_, key)| key));
        keys.sort_unstable();
        keys.chunk_by(|a, b| a == b).filter(|equal| equal.len() > 1).count() >= LINES
    }

    /// The first short line that stands on the page before.
    pub(super) fn repeated(&self) -> Option<usize> {
        let mut seen = BTreeSet::new();
        self.outer_lines().find(|(_, key)| !seen.insert(*key)).map(|(at, _)| at)
    }

    /// Short lines with letters that are no sentences, before the first line of prose and behind the last; each with the key of
    /// its words.
    fn outer_lines(&self) -> impl Iterator<Item = (usize, u32)> {
        let is_short = |(_, line): &(usize, &Kept)| {
            line.line.is(Line::HAS_LETTERS) && line.shape.width >= 4 && line.shape.end == End::Open
        };
        let is_prose = |line: &Kept| line.is_prose;
        let first = self.lines.iter().position(is_prose).unwrap_or(0);
        let last = self.lines.iter().rposition(is_prose).unwrap_or(self.lines.len());
        let outer = self.lines.iter().enumerate().filter(move |(at, _)| *at < first || *at > last);
        outer.filter(is_short).map(|(at, line)| (at, line.line.exact))
    }

    /// The lines that are site furniture on any site, with their kinds.
    pub(super) fn leftovers<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = (usize, &'static str)> + use<'t, '_> {
        let furniture =
            self.lines.iter().enumerate().filter(|(_, line)| !line.is_prose && line.is_furniture());
        furniture.filter_map(|(at, line)| {
            let kind = line.software.or_else(|| lexicon::kind(&text[line.range.clone()]))?;
            let is_whole = line.line.is(Line::IS_PHRASE);
            let is_telling = match kind {
                "comment" | "licence" | "message" | "cookie" | "newsletter" | "related" | "share"
                | "follow" => true,
                "login" | "print" | "pager" | "advert" | "copyright" => is_whole,
                _ => false,
            };
            is_telling.then_some((at, kind))
        })
    }

    /// The prose, one line after another, with the short sentences behind its first line.
    pub(super) fn prose<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> + use<'t, '_> {
        let is_sentence = |line: &Kept| line.shape.end == End::Closed && !line.is_furniture();
        self.body()
            .filter(move |line| line.is_prose || is_sentence(line))
            .map(|line| &text[line.range.clone()])
    }

    /// The lines from the first line of prose on.
    pub(super) fn body(&self) -> impl Iterator<Item = &Kept> {
        self.lines.iter().skip_while(|line| !line.is_prose)
    }
}

/// Whether `title` is the beginning of the headline `line`, which goes on behind it with a letter or another word.
pub(super) fn is_cut(title: &str, line: &str) -> bool {
    let (title, line) = (title.trim(), line.trim());
    let Some(rest) = line.strip_prefix(title) else { return false };
    // A button behind the headline is no part of it.
    if rest.contains(['·', '|', '•', ':']) {
        return false;
    }
    let mut rest = rest.chars();
    let next = rest.next();
    let goes_on = next.is_some_and(char::is_alphanumeric)
        || next == Some(' ') && rest.next().is_some_and(char::is_alphanumeric);
    goes_on && headline::stems(title, |_| false).len() >= 3
}
