//! Headlines that are another story's, at the head of a page or inside its text.
//!
//! One page says how little of a headline stands in its text. Headlines that say it in other words look alike, and they are as
//! frequent as a scraper's faults are rare; headings inside long texts look like the headlines of second articles. So it takes more:
//! another page of the site whose headline it clearly is; a site on which many are suspected, or of which nobody knows what
//! is usual; or so much that no turn of phrase explains it.

use super::super::metric::Metric;
use super::super::report::interval;
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::{BTreeMap, BTreeSet};

/// From which on a headline is foreign, or begins a second article.
struct Least {
    /// Doubt of a page's headline (`Facts::doubt`). Of own titles of two crawls 3, 1.3 and 0.1 % are so much in doubt, of other pages'
    /// titles 92, 85 and 48 % (`docs/audit.md`).
    doubt: f32,
    /// What speaks for a second article (`Facts::second_points`).
    points: u8,
}

/// If another page clearly has this headline; on a site that is known for it, or of a few pages; anywhere.
const OWNED: Least = Least { doubt: 1.0, points: 2 };
const SUSPICIOUS: Least = Least { doubt: 3.0, points: 4 };
const ANYWHERE: Least = Least { doubt: 8.0, points: 6 };

/// Share of its pages, at the least, whose headline is in doubt on a site that is known for it: more than twice what is usual. Of which a
/// second article is suspected: more than of a site that writes headings into its texts. And their number.
const DOUBTED_SHARE: f64 = 0.03;
const SECOND_SHARE: f64 = 0.15;
const KNOWN_PAGES: u64 = 5;

/// Pages below which another one that could tell is hardly expected.
const FEW: u64 = 8;

/// Texts under one headline from which on it is a heading, and nobody owns it.
const HEADING: usize = 5;

/// Judges all pages, site by site.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    let sites: Vec<Vec<u32>> = verdicts.sites.values().cloned().collect();
    // Pages that are nearly one have one text.
    let mut texts: Vec<u128> =
        (0..batch.pages.len() as u32).map(|page| batch.pages.row(page).words).collect();
    for removed in batch.removed {
        texts[removed.page as usize] = batch.pages.row(removed.kept).words;
    }
    for mut pages in sites {
        pages.retain(|&page| verdicts.is_new[page as usize]);
        let headlines = Headlines::of(batch, verdicts, &pages, &texts);
        for page in pages {
            let facts = &batch.facts[page as usize];
            let text = texts[page as usize];
            if facts.doubt >= headlines.least(facts.headline, text, headlines.listens_to_doubt).doubt {
                verdicts.set(Metric::ForeignTitle, page);
            }
            let mut seconds = facts.second.iter().filter(|&&second| second != facts.headline);
            if seconds.any(|&second| {
                facts.second_points >= headlines.least(second, text, headlines.listens_to_points).points
            }) {
                verdicts.set(Metric::SecondArticle, page);
            }
        }
    }
}

/// The headlines of a site.
struct Headlines {
    of_texts: BTreeMap<u32, Texts>,
    /// Whether [`SUSPICIOUS`] is enough of doubt, and of points.
    listens_to_doubt: bool,
    listens_to_points: bool,
}

/// The texts that have a headline, by their words.
#[derive(Default)]
struct Texts {
    all: BTreeSet<u128>,
    /// Those that say what it says.
    owning: BTreeSet<u128>,
}

impl Headlines {
    fn of(batch: &Batch<'_>, verdicts: &Verdicts, pages: &[u32], texts: &[u128]) -> Self {
        let mut of_texts: BTreeMap<u32, Texts> = BTreeMap::new();
        let (mut asked, mut doubted, mut second) = (0, 0, 0);
        for &page in pages {
            let facts = &batch.facts[page as usize];
            second += u64::from(facts.second_points >= SUSPICIOUS.points);
            if facts.headline == 0 || !verdicts.asked[page as usize].has(Metric::ForeignTitle) {
                continue;
            }
            asked += 1;
            doubted += u64::from(facts.doubt >= SUSPICIOUS.doubt);
            let (text, of_headline) = (texts[page as usize], of_texts.entry(facts.headline).or_default());
            of_headline.all.insert(text);
            if facts.doubt == 0.0 {
                of_headline.owning.insert(text);
            }
        }
        let listens = |suspected: u64, of: u64, share: f64| {
            of < FEW || suspected >= KNOWN_PAGES && interval(suspected, of).0 >= share
        };
        let listens_to_doubt = listens(doubted, asked, DOUBTED_SHARE);
        let listens_to_points = listens(second, pages.len() as u64, SECOND_SHARE);
        Self { of_texts, listens_to_doubt, listens_to_points }
    }

    /// What must speak for it that a headline on a page of this text is another page's; if the site listens to one page, less.
    fn least(&self, headline: u32, text: u128, is_enough: bool) -> Least {
        let texts = self.of_texts.get(&headline).filter(|texts| texts.all.len() < HEADING);
        if texts.is_some_and(|texts| texts.owning.iter().any(|owner| *owner != text)) {
            OWNED
        } else if is_enough {
            SUSPICIOUS
        } else {
            ANYWHERE
        }
    }
}
