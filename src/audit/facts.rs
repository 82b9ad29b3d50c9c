//! What is kept of a page for the end: a few dozen bytes, never its text.

use super::metric::Metric;
use serde::{Deserialize, Serialize};

/// A set of metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags(u64);

impl Flags {
    /// Whether a metric is in it.
    pub const fn has(self, metric: Metric) -> bool {
        self.0 >> metric as u32 & 1 == 1
    }

    /// Puts a metric in.
    pub const fn set(&mut self, metric: Metric) {
        self.0 |= 1 << metric as u32;
    }

    /// Puts a metric in, if `is_true`.
    pub const fn set_if(&mut self, metric: Metric, is_true: bool) {
        self.0 |= (is_true as u64) << metric as u32;
    }

    /// Takes a metric out.
    pub const fn clear(&mut self, metric: Metric) {
        self.0 &= !(1 << metric as u32);
    }

    /// The metrics in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Metric> {
        Metric::ALL.iter().copied().filter(move |&metric| self.has(metric))
    }
}

/// How the text of a page ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// There is no prose.
    #[default]
    None,
    /// Like a sentence, or with a byline, a date or the like behind one.
    Closed,
    /// With an ellipsis.
    Ellipsis,
    /// In the middle of a sentence: the last word never ends one on this site.
    Broken,
    /// Without a mark; what that means, the pages of the site say together.
    Open,
}

/// What is known of one page. At most 128 bytes.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What is wrong with it, as far as one page can say.
    pub found: Flags,
    /// Of what could be wrong, what could be asked.
    pub asked: Flags,
    /// Characters of its text.
    pub characters: u32,
    /// Characters of what is left of it.
    pub left: u32,
    /// Words of what is left of it.
    pub words: u32,
    /// Digest of its URL; 0 without one.
    pub url: u64,
    /// Fingerprint of the lines of its template; 0 without any.
    pub form: u64,
    /// Digest of its title; 0 without one.
    pub title: u64,
    /// Its date in seconds since 1970; none without one that can be read.
    pub moment: Option<i64>,
    /// The day in its URL, counted from 1970.
    pub url_day: Option<i32>,
    /// Two minima of its words, equal for short pages that are nearly equal; 0 for long ones.
    pub near: [u32; 2],
    /// Characters of its title.
    pub title_length: u16,
    /// Lines of prose but for the last one.
    pub prose: u16,
    /// Of these, with a mark at their end.
    pub closed: u16,
    /// Of these, with an ellipsis at their end.
    pub ellipses: u16,
    /// A key of the last words of its prose.
    pub tail: u32,
    /// How it ends.
    pub ending: Ending,
    /// Whether its date has a time of day.
    pub has_time: bool,
    /// Whether it has a date, readable or not.
    pub has_date: bool,
    /// Whether it names an author.
    pub has_author: bool,
    /// Whether it says that there is no article: a phrase of error, consent, robot-check or paywall pages.
    pub wall: bool,
    /// What the junk left in it is: one bit for the number of each kind.
    pub leftovers: u16,
    /// Key of its headline, which is its title, or a line of its text where it has none; 0 without one.
    pub headline: u32,
    /// Logarithm of how much likelier that is another page's headline, by the text; 0 if nothing speaks for it.
    pub doubt: f32,
    /// Keys of the two lines inside the text that are likeliest to be the headline of a second article; 0 for none.
    pub second: [u32; 2],
    /// What speaks for each: points from 2 to 7.
    pub second_points: [u8; 2],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_at_most_128_bytes() {
        assert!(size_of::<Facts>() <= 128, "{}", size_of::<Facts>());
        assert!(Metric::ALL.len() <= 64);
    }

    #[test]
    fn flags_are_a_set() {
        let mut flags = Flags::default();
        Metric::ALL.iter().step_by(2).for_each(|&metric| flags.set(metric));
        flags.clear(Metric::ALL[2]);
        let expected: Vec<Metric> =
            Metric::ALL.iter().copied().step_by(2).filter(|&m| m != Metric::ALL[2]).collect();
        assert_eq!(flags.iter().collect::<Vec<_>>(), expected);
    }
}
