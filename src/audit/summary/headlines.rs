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

/// From which on a headline is foreign, or begins a second article.
struct Least {
    /// Doubt of a page's headline (`Facts::doubt`). Of own titles of two crawls 3, 1.3 and 0.1 % are so much in doubt, of other pages'
    /// titles 91, 85 and 48 % (`docs/audit.md`).
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
            let mut seconds =
                facts.second.iter().zip(facts.second_points).filter(|(second, _)| **second != 0);
            if seconds.any(|(&second, points)| {
                points >= headlines.least(second, text, headlines.listens_to_points).points
            }) {
                verdicts.set(Metric::SecondArticle, page);
            }
        }
    }
}

/// The headlines of a site.
struct Headlines {
    /// By headline and text.
    headed: Vec<Headed>,
    /// Whether [`SUSPICIOUS`] is enough of doubt, and of points.
    listens_to_doubt: bool,
    listens_to_points: bool,
}

/// A text, by its words, and a headline that it has.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Headed {
    headline: u32,
    text: u128,
    /// Whether it does not say what the headline says; of pages of equal words the one counts that does.
    is_doubted: bool,
}

impl Headlines {
    fn of(batch: &Batch<'_>, verdicts: &Verdicts, pages: &[u32], texts: &[u128]) -> Self {
        let mut headed: Vec<Headed> = Vec::new();
        let (mut asked, mut doubted, mut second) = (0, 0, 0);
        for &page in pages {
            let facts = &batch.facts[page as usize];
            second += u64::from(facts.second_points[0] >= SUSPICIOUS.points);
            if facts.headline == 0 || !verdicts.asked[page as usize].has(Metric::ForeignTitle) {
                continue;
            }
            asked += 1;
            doubted += u64::from(facts.doubt >= SUSPICIOUS.doubt);
            let (headline, text) = (facts.headline, texts[page as usize]);
            headed.push(Headed { headline, text, is_doubted: facts.doubt > 0.0 });
        }
        headed.sort_unstable();
        headed.dedup_by_key(|of| (of.headline, of.text));
        let listens = |suspected: u64, of: u64, share: f64| {
            of < FEW || suspected >= KNOWN_PAGES && interval(suspected, of).0 >= share
        };
        let listens_to_doubt = listens(doubted, asked, DOUBTED_SHARE);
        let listens_to_points = listens(second, pages.len() as u64, SECOND_SHARE);
        Self { headed, listens_to_doubt, listens_to_points }
    }

    /// What must speak for it that a headline on a page of this text is another page's; if the site listens to one page, less.
    fn least(&self, headline: u32, text: u128, is_enough: bool) -> Least {
        let from = self.headed.partition_point(|of| of.headline < headline);
        let to = self.headed.partition_point(|of| of.headline <= headline);
        let texts = &self.headed[from..to];
        if texts.len() < HEADING && texts.iter().any(|of| !of.is_doubted && of.text != text) {
            OWNED
        } else if is_enough {
            SUSPICIOUS
        } else {
            ANYWHERE
        }
    }
}
