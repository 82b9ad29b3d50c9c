//! What was learned of each site, as a text that people read, compare and edit.
//!
//! ```text
//! ## news.example    120 pages, 118 articles
//!
//! strip     118/118  >=96%  head  | Subscribe to our newsletter
//! suggest    40/118  >=26%  tail  | Read also
//! ```
//!
//! A line is what becomes of it, the articles that have it, of so many, a lower bound on their share, where it stands
//! in the page, and the line. It also says
//!
//! * `was:suggest`: a person decided, and what was learned is this (`was:unknown`: nothing);
//! * `#4f3a9c01`: its template key, where its text does not say it: of a long line only the beginning is known, and a
//!   line with the title of its page has a slot there;
//! * `2024-03-01..2025-06-30`: the days of the first and the last page that has it, if pages have days.
//!
//! What waits for a person ([`quarantine`](super::quarantine)) says below why. Below the heading of a site stand its
//! [`epochs`](super::epochs), if it has had several templates.
//!
//! Lines stand by place (head, text, tail), in blocks that about as many articles have: a menu is one block, a
//! comment form another. The text is a function of the profile, so two of them compare with `diff`.
//!
//! * [`SiteRules`]: what is told of a site; [`print`](print()): the text.
//! * [`parse`](parse()): the text read again; nothing is done if anything in it cannot be read.
//! * [`mod@escape`]: lines of any text on one line.

pub mod escape;
mod parse;

pub use parse::{Asked, parse};

use super::edits;
use super::epochs::Epoch;
use super::judge::{Rule, SharedLines, SiteJudge, Strictness, Tier};
use super::line::LineReader;
use super::profile::SiteProfile;
use crate::date::day_name;
use escape::{escape, escape_word};
use std::fmt::Write as _;

/// Stands for a site without a name.
pub const NO_SITE: &str = "\"\"";

/// Where the head ends and the tail begins, as shares of a page.
const HEAD: f32 = 0.25;
const TAIL: f32 = 0.75;

/// Where a line stands, in a word.
const PLACES: [&str; 3] = ["head", "text", "tail"];

/// Shares of articles that part blocks.
const SHARES: [f32; 4] = [0.9, 0.5, 0.2, 0.05];

/// What is told of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteRules {
    /// Its name.
    pub site: String,
    /// Pages that are remembered.
    pub pages: usize,
    /// Articles among them.
    pub articles: u32,
    /// The templates that it has had.
    pub epochs: Vec<Epoch>,
    /// Whether most of its pages would lose nearly everything, so that nothing is stripped.
    pub is_left_alone: bool,
    /// Its lines, in the order of the text.
    pub lines: Vec<Rule>,
}

impl SiteRules {
    /// What is known of a site, with the lines that other sites have as well.
    pub fn new(name: &str, site: &SiteProfile, shared: &SharedLines) -> Self {
        let judge = SiteJudge::new(site, shared, Strictness::Usual);
        let mut lines: Vec<Rule> = judge.rules().iter().filter(|rule| rule.is_told()).cloned().collect();
        lines.sort_by(|a, b| {
            (block(a).cmp(&block(b)))
                .then(a.place.total_cmp(&b.place))
                .then(b.pages.cmp(&a.pages))
                .then_with(|| (&a.line, a.template).cmp(&(&b.line, b.template)))
        });
        Self {
            site: name.to_owned(),
            pages: site.sample.len(),
            articles: judge.articles(),
            epochs: judge.epochs().all().to_vec(),
            is_left_alone: judge.is_left_alone(),
            lines,
        }
    }
}

/// Where a line stands, and how many articles have it, both roughly; what only a person knows stands last.
fn block(rule: &Rule) -> (usize, usize) {
    if rule.pages == 0 {
        return (PLACES.len(), 0);
    }
    let share = rule.pages as f32 / rule.of.max(1) as f32;
    let place = if rule.place < HEAD { 0 } else { 1 + usize::from(rule.place > TAIL) };
    (place, SHARES.iter().position(|&from| share >= from).unwrap_or(SHARES.len()))
}

/// The first lines of the text.
const HEADING: &str = "\
# Tamis rules. Change the first word of a line (strip, suggest, keep) and apply: tamis rules PROFILE --apply FILE
# A line: what becomes of it, articles that have it, a lower bound on their share, its place, first and last seen.
# recurrent: stays, though on several pages. waits: stays until you write strip or keep, or approve all: --approve
# was: what was learned, where a person decided; suggest takes the decision back.
";

/// The text of some sites, sorted by whoever gives them; with the reasons of each line, if asked.
pub fn print<'a>(sites: impl IntoIterator<Item = &'a SiteRules>, with_reasons: bool) -> String {
    let mut out = String::from(HEADING);
    let mut reader = LineReader::default();
    for site in sites {
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let SiteRules { pages, articles, lines, .. } = site;
        let _ = writeln!(
            out,
            "\n## {}    {pages} page{}, {articles} article{}",
            site_word(&site.site),
            plural(*pages as u64),
            plural(u64::from(*articles))
        );
        print_epochs(&mut out, site);
        let width = if lines.iter().any(|rule| rule.seen.is_some()) { FIGURES + SEEN } else { FIGURES };
        let mut last = None;
        for rule in lines {
            if last.replace(block(rule)) != Some(block(rule)) {
                out.push('\n');
            }
            print_line(&mut out, rule, width, &mut reader);
            // Why a rule waits is always told, first of its reasons.
            let wanted = if with_reasons { usize::MAX } else { usize::from(rule.tier == Tier::Wait) };
            let reasons = rule.reasons.iter().take(wanted);
            reasons.for_each(|reason| _ = writeln!(out, "#   {}", escape(reason)));
        }
    }
    out
}

/// The name of a site, as one word.
pub fn site_word(site: &str) -> String {
    if site.is_empty() { NO_SITE.to_owned() } else { escape_word(site).replace('"', "\\u{22}") }
}

/// What there is to know of a site besides its lines.
fn print_epochs(out: &mut String, site: &SiteRules) {
    if site.is_left_alone {
        out.push_str("# no articles found: its pages would lose nearly everything, so nothing is stripped\n");
    }
    let waiting = site.lines.iter().filter(|rule| rule.tier == Tier::Wait);
    let touched: f32 = waiting.clone().map(|rule| rule.touches).sum();
    let count = waiting.count();
    if count > 0 {
        let share = 100.0 * touched;
        let _ = writeln!(
            out,
            "# waiting: {count} new rules that together are {share:.0} % of the site's known text"
        );
    }
    if site.epochs.len() < 2 {
        return;
    }
    let _ =
        writeln!(out, "# {} templates; a page is judged by the one that it is most like", site.epochs.len());
    for epoch in &site.epochs {
        let days = epoch.days.map_or("no dates".to_owned(), |days| seen(days).replace("..", " to "));
        let (articles, anchors) = (epoch.articles, epoch.anchors.firm().count());
        let _ = writeln!(out, "#   {days}: {articles} articles, {anchors} lines on most of them");
    }
}

/// From one day to another.
fn seen((first, last): (i32, i32)) -> String {
    format!("{}..{}", day_name(first), day_name(last))
}

fn print_line(out: &mut String, rule: &Rule, width: usize, reader: &mut LineReader) {
    let is_told = !rule.line.trim().is_empty();
    let from = out.len();
    let _ = write!(out, "{}{:<9}", if is_told { "" } else { "# " }, rule.tier.name());
    if let Some(place) = PLACES.get(block(rule).0) {
        let counts = format!("{}/{}", rule.pages, rule.of);
        let bound = format!(">={}%", (rule.bound * 100.0).floor());
        let _ = write!(out, " {counts:>9}  {bound:>6}  {place}");
    }
    if let Some(days) = rule.seen {
        let _ = write!(out, "  {}", seen(days));
    }
    if rule.decision.is_some() && rule.tier != Tier::Wait {
        let _ = write!(out, "  was:{}", if rule.pages > 0 { rule.learned.name() } else { UNKNOWN });
    }
    if !is_told || edits::key_of_text(&rule.line, reader) != rule.template {
        let _ = write!(out, "  #{:08x}", rule.template);
    }
    let line = if is_told { escape(&rule.line) } else { "(no example is remembered)".to_owned() };
    // A line without figures begins where the others do.
    let written = out[from..].chars().count();
    let _ = writeln!(out, "{}  | {line}", " ".repeat(width.saturating_sub(written)));
}

/// Characters before the bar, where a line has figures and nothing more.
const FIGURES: usize = 9 + 1 + 9 + 2 + 6 + 2 + 4;

/// Characters of the days on which a line was seen.
const SEEN: usize = 2 + 10 + 2 + 10;

/// What was learned about a line that no page has.
const UNKNOWN: &str = "unknown";
