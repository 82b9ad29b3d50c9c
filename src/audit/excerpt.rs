//! Where the fault of a page is to be seen: a line, a title, a date.

use super::encodings;
use super::examine::PageView;
use super::glued;
use super::known::SiteKnown;
use super::layout::Layout;
use super::lost;
use super::metric::Metric;
use super::prior::cut;

/// Bytes of an excerpt.
const MOST: usize = 240;

/// What is to be shown of a page with a headline of this key that has this fault; empty if nothing can be.
pub(super) fn excerpt(
    layout: &Layout,
    site: &SiteKnown,
    page: &PageView<'_>,
    headline: u32,
    metric: Metric,
) -> String {
    let line = |at: usize| page.text[layout.lines[at].range.clone()].trim();
    let around = |at: usize| {
        let from =
            (0..=at).rev().take(40).filter(|&from| page.rest.is_char_boundary(from)).last().unwrap_or(at);
        page.rest[from..].lines().next().unwrap_or_default()
    };
    let title = page.title.unwrap_or_default().trim();
    let shown = match metric {
        Metric::Truncated => layout.lines.last().map(|last| end(page.text[last.range.clone()].trim())),
        Metric::SecondArticle => {
            glued::second_article(page.text, layout, site, title, headline)[0].map(|second| line(second.at))
        }
        Metric::Leftover => layout.leftovers(page.text).next().map(|(at, _)| line(at)),
        Metric::RepeatedLines => layout.repeated().map(line),
        Metric::ForeignTitle | Metric::CutTitle | Metric::ConstantTitle => {
            page.title.filter(|title| !title.trim().is_empty()).or_else(|| layout.headline_in(page.text))
        }
        Metric::Mojibake => encodings::misread(page.rest).map(around),
        Metric::Replacement => lost::first_lost(page.rest).map(around),
        Metric::ConstantDate | Metric::UnreadDate | Metric::ImplausibleDate => page.date,
        Metric::Wall
        | Metric::Menu
        | Metric::Stub
        | Metric::NoArticle
        | Metric::WrongLanguage
        | Metric::Stale => Some(page.rest.trim()),
        Metric::MixedLanguage => Some(end(page.rest.trim())),
        _ => page.title,
    };
    let shown = shown.unwrap_or_default().trim();
    shown_whole(shown)
}

fn shown_whole(text: &str) -> String {
    let short = cut(text, MOST);
    let blanks = short.split_whitespace().collect::<Vec<_>>().join(" ");
    if short.len() < text.len() { blanks + "…" } else { blanks }
}

/// The last bytes of a text, cut between characters.
fn end(text: &str) -> &str {
    let mut from = text.len().saturating_sub(MOST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}
