//! What stands above the score of a line?
//!
//! * The page's headline stays where it is the headline, whatever other pages' menus say.
//! * Nothing is stripped on the word of one page: at least [`FEWEST_WITNESSES`] other articles must be known, and up
//!   to [`FEW_WITNESSES`] the score must pass the strict threshold, on a line that all of them have.
//! * A paragraph that no other article has stays: it is the page's own, however it begins. So does a sentence that the page
//!   opens with: its standfirst, or how its text begins where there is no menu.
//! * A long sentence that less than half of the pages have goes only past the strict threshold. So does a long line
//!   that hardly a page has, of which the first word speaks by chance: in a long article some line begins with "The".
//!
//! Guards follow from the evidence alone, so that `benches/fit` asks the same ones when it chooses thresholds.

use super::calibrate::highest_zero;
use super::features::{COUNT, Feature};
use super::judge::{Strictness, Tier};
use super::line::Line;
use super::model::Model;

/// Other articles of a site that must be known before anything is stripped.
pub const FEWEST_WITNESSES: u32 = 2;

/// Up to so many, only what all of them have, in the strictest tier.
pub const FEW_WITNESSES: u32 = 4;

/// Characters from which a line that ends like a sentence is one that a page may open with.
const OPENING: u16 = 16;

/// The same elsewhere, where it may be a title that ends with a mark; and of a line without one.
const SENTENCE: u16 = 40;

/// Characters from which a line is a paragraph.
const PARAGRAPH: u16 = 200;

/// Share of the pages from which a long sentence is judged like any other line.
const COMMON_PROSE: f32 = 0.5;

/// What stands above the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineGuard {
    /// It is the page's headline.
    Headline,
    /// Too few other articles are known.
    FewestWitnesses,
    /// Few are known, and not all of them have it.
    NotOnAll,
    /// Few are known.
    FewWitnesses,
    /// A paragraph that no other article has.
    Paragraph,
    /// The sentence that the page opens with, which no other article has.
    Opening,
    /// A long sentence that less than half of the pages have.
    Prose,
    /// A long line that hardly another article has, with a first word that stands beside template lines by chance.
    ByChance,
}

/// Where a line stands.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) is_headline: bool,
    /// It is the page's first.
    pub(super) is_first: bool,
    /// Share of the other articles that have it.
    pub(super) share: f32,
    /// Other articles that are known.
    pub(super) others: u32,
}

impl LineGuard {
    /// The guard of a line with this evidence, where so many other articles are known.
    pub fn of(line: &Line, features: &[f32; COUNT], others: u32) -> Option<Self> {
        let has = |feature: Feature| features[feature as usize];
        let (is_headline, is_first) = (has(Feature::headline) > 0.0, has(Feature::head) >= 1.0);
        let share = has(Feature::template_share);
        let by_chance = has(Feature::by_chance) > 0.0 && line.length >= SENTENCE;
        Self::at(line, Standing { is_headline, is_first, share, others })
            .or_else(|| by_chance.then_some(Self::ByChance))
    }

    /// The guard of a line that stands so.
    pub(super) fn at(line: &Line, standing: Standing) -> Option<Self> {
        let Standing { is_headline, is_first, share, others } = standing;
        let is_own = share <= 0.0;
        let is_sentence = |length: u16| line.is(Line::ENDS_SENTENCE) && line.length >= length;
        if is_headline {
            Some(Self::Headline)
        } else if others < FEWEST_WITNESSES {
            Some(Self::FewestWitnesses)
        } else if others <= FEW_WITNESSES {
            Some(if share < 1.0 { Self::NotOnAll } else { Self::FewWitnesses })
        } else if is_own && line.length >= PARAGRAPH {
            Some(Self::Paragraph)
        } else if is_own && is_first && is_sentence(OPENING) {
            Some(Self::Opening)
        } else if is_sentence(SENTENCE) && share < COMMON_PROSE {
            // A sentence that is not on most pages is what nobody wants to lose.
            Some(Self::Prose)
        } else {
            None
        }
    }

    /// Whether the line stays whatever its score; otherwise it must pass the strict threshold.
    pub const fn is_absolute(self) -> bool {
        matches!(
            self,
            Self::Headline | Self::FewestWitnesses | Self::NotOnAll | Self::Paragraph | Self::Opening
        )
    }

    /// What is said of it.
    const fn reason(self) -> &'static str {
        match self {
            Self::Headline => "stays whatever its score: it is the page's headline",
            Self::FewestWitnesses => {
                "nothing is stripped of a site of which fewer than two other articles are known"
            }
            Self::NotOnAll => "where few articles are known, only what all of them have is stripped",
            Self::FewWitnesses => "where few articles are known, a line must pass the strict threshold",
            Self::Paragraph => "stays whatever its score: a paragraph that no other article has",
            Self::Opening => {
                "stays whatever its score: the page opens with it, a sentence that no other article has"
            }
            Self::Prose => {
                "a long sentence that less than half of the articles have must pass the strict threshold"
            }
            Self::ByChance => {
                "a line that hardly another article has, and that begins with a common word, must pass the strict threshold"
            }
        }
    }
}

/// A line at one place.
#[derive(Clone, Copy)]
pub(super) struct Scored {
    pub(super) score: f32,
    pub(super) bar: Bar,
}

impl Scored {
    /// What is learned of the line here, on a site with this zero point.
    pub(super) fn tier(self, zero: f32) -> Tier {
        let beyond = self.score - self.bar.zero(zero);
        if beyond >= self.bar.strip {
            Tier::Strip
        } else if beyond >= self.bar.suggest {
            Tier::Suggest
        } else {
            Tier::Keep
        }
    }
}

/// What the score of a line must reach, beyond its site's zero point.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    /// To be stripped; infinity if it stays whatever its score.
    pub(super) strip: f32,
    /// To be suggested.
    suggest: f32,
    guard: Option<LineGuard>,
    strictness: Strictness,
    /// What the zero point counts as, at most.
    highest_zero: f32,
}

impl Bar {
    /// What the score is measured from, on a site with this zero point.
    pub(super) const fn zero(self, zero: f32) -> f32 {
        zero.min(self.highest_zero)
    }

    /// What has raised it, if anything has.
    pub(super) const fn reason(self) -> Option<&'static str> {
        match (self.guard, self.strictness) {
            (Some(guard), _) => Some(guard.reason()),
            (None, Strictness::Strict) => Some("with --strict every line must pass the strict threshold"),
            (None, Strictness::Usual) => None,
        }
    }
}

/// The thresholds of a model.
pub(super) struct Thresholds {
    strictness: Strictness,
    strip: f32,
    strict: f32,
    suggest: f32,
}

impl Thresholds {
    pub(super) fn new(model: &Model, strictness: Strictness) -> Self {
        let of = |name| model.threshold(name);
        let strict = of("strict");
        let strip = if strictness == Strictness::Strict { strict } else { of("strip") };
        Self { strictness, strip, strict, suggest: of("suggest") }
    }

    /// What a line with this evidence must reach, where so many other articles are known.
    pub(super) fn bar(&self, line: &Line, features: &[f32; COUNT], others: u32) -> Bar {
        const NEVER: f32 = f32::INFINITY;
        let guard = LineGuard::of(line, features, others);
        let strip = match guard {
            Some(guard) if guard.is_absolute() => NEVER,
            Some(_) => self.strict,
            None => self.strip,
        };
        let has = |feature: Feature| features[feature as usize];
        let is_phrase = || has(Feature::phrase) > 0.0 || (others > 0 && has(Feature::template_share) >= 1.0);
        let suggest = match guard {
            Some(LineGuard::FewestWitnesses) if is_phrase() => -NEVER,
            Some(LineGuard::FewestWitnesses | LineGuard::Headline) => NEVER,
            _ => self.suggest,
        };
        let highest_zero = highest_zero(features);
        Bar { strip, suggest, guard, strictness: self.strictness, highest_zero }
    }
}
