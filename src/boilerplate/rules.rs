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

use super::edits::{self, Decision};
use super::epochs::Epoch;
use super::judge::{Rule, SharedLines, SiteJudge, Tier};
use super::line::LineReader;
use super::profile::SiteProfile;
use crate::date::day_name;
use escape::{escape, escape_word};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Stands for a site without a name.
pub const NO_SITE: &str = "\"\"";

/// Where the head ends and the tail begins, as shares of a page.
const HEAD: f32 = 0.25;
const TAIL: f32 = 0.75;

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
    pub lines: Vec<Told>,
}

/// What is told of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The line, or its beginning; empty if none is remembered.
    pub line: String,
    /// Its template key.
    pub key: u32,
    /// What becomes of it.
    pub word: Tier,
    /// If a person decided that, what was learned; [`Tier::Keep`] if nothing was.
    pub learned: Option<Tier>,
    /// What was learned; none if only a person knows the line.
    pub rule: Option<Rule>,
}

impl SiteRules {
    /// What is known of a site, with the lines that other sites have as well.
    pub fn new(name: &str, site: &SiteProfile, shared: &SharedLines) -> Self {
        let judge = SiteJudge::new(site, shared);
        let by_key = site.edits.by_key();
        let decided: BTreeMap<u32, (&str, Decision)> = by_key
            .into_iter()
            .filter_map(|(key, (filed, edit))| Some((key, (filed, edit.decision?))))
            .filter(|(_, (_, decision))| *decision != Decision::Wait)
            .collect();
        let learned = learned(site, shared, &decided);
        let mut lines: Vec<Told> = Vec::new();
        let mut untold = decided.clone();
        for rule in judge.rules() {
            let decision = decided.get(&rule.template).map(|(_, decision)| *decision);
            untold.remove(&rule.template);
            if rule.tier == Tier::Keep && decision.is_none() {
                continue;
            }
            let by_person = decision.map(|_| learned.get(&rule.template).copied().unwrap_or(Tier::Keep));
            lines.push(Told {
                line: rule.line.clone(),
                key: rule.template,
                word: decision.map_or(rule.tier, tier_of),
                learned: if rule.tier == Tier::Wait { Some(Tier::Strip) } else { by_person },
                rule: Some(rule.clone()),
            });
        }
        for (key, (filed, decision)) in untold {
            let line = edits::split_name(filed).1.to_owned();
            lines.push(Told { line, key, word: tier_of(decision), learned: Some(Tier::Keep), rule: None });
        }
        lines.sort_by(|a, b| {
            let place = |told: &Told| told.rule.as_ref().map_or(0.0, |rule| rule.place);
            let pages = |told: &Told| told.rule.as_ref().map_or(0, |rule| rule.pages);
            (a.block().cmp(&b.block()))
                .then(place(a).total_cmp(&place(b)))
                .then(pages(b).cmp(&pages(a)))
                .then_with(|| (&a.line, a.key).cmp(&(&b.line, b.key)))
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

impl Told {
    /// Where it stands, and how many articles have it, both roughly; what only a person knows stands last.
    fn block(&self) -> (usize, usize) {
        let Some(rule) = &self.rule else { return (3, 0) };
        let share = rule.pages as f32 / rule.of.max(1) as f32;
        let place = if rule.place < HEAD { 0 } else { 1 + usize::from(rule.place > TAIL) };
        (place, SHARES.iter().position(|&from| share >= from).unwrap_or(SHARES.len()))
    }

    /// The days of the first and the last page that has it.
    fn seen(&self) -> Option<(i32, i32)> {
        self.rule.as_ref()?.seen
    }

    /// Where it stands, in a word.
    const fn position(place: usize) -> &'static str {
        match place {
            0 => "head",
            1 => "text",
            _ => "tail",
        }
    }
}

/// What was learned about the lines that people decided about.
fn learned(
    site: &SiteProfile,
    shared: &SharedLines,
    decided: &BTreeMap<u32, (&str, Decision)>,
) -> BTreeMap<u32, Tier> {
    if decided.is_empty() {
        return BTreeMap::new();
    }
    let undecided = SiteProfile { sample: site.sample.clone(), ..SiteProfile::default() };
    let judge = SiteJudge::new(&undecided, shared);
    let told = judge.rules().iter().filter(|rule| decided.contains_key(&rule.template));
    told.map(|rule| (rule.template, rule.tier)).collect()
}

/// The tier of a line that a person decided about.
pub const fn tier_of(decision: Decision) -> Tier {
    match decision {
        Decision::Strip => Tier::Strip,
        Decision::Keep => Tier::Keep,
        Decision::Wait => Tier::Wait,
    }
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
        let width = if lines.iter().any(|told| told.seen().is_some()) { FIGURES + SEEN } else { FIGURES };
        let mut block = None;
        for told in lines {
            if block.replace(told.block()) != Some(told.block()) {
                out.push('\n');
            }
            print_line(&mut out, told, width, &mut reader);
            // Why a rule waits is always told, first of its reasons.
            let wanted = if with_reasons { usize::MAX } else { usize::from(told.word == Tier::Wait) };
            let reasons = told.rule.iter().flat_map(|rule| &rule.reasons).take(wanted);
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
    let waiting = site.lines.iter().filter(|told| told.word == Tier::Wait);
    let touched: f32 = waiting.clone().filter_map(|told| Some(told.rule.as_ref()?.touches)).sum();
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

fn print_line(out: &mut String, told: &Told, width: usize, reader: &mut LineReader) {
    let is_told = !told.line.trim().is_empty();
    let from = out.len();
    let _ = write!(out, "{}{:<9}", if is_told { "" } else { "# " }, told.word.name());
    if let Some(rule) = &told.rule {
        let counts = format!("{}/{}", rule.pages, rule.of);
        let bound = format!(">={}%", (rule.bound * 100.0).floor());
        let _ = write!(out, " {counts:>9}  {bound:>6}  {}", Told::position(told.block().0));
    }
    if let Some(days) = told.seen() {
        let _ = write!(out, "  {}", seen(days));
    }
    if let Some(learned) = told.learned.filter(|_| told.word != Tier::Wait) {
        let name = if told.rule.is_some() { learned.name() } else { UNKNOWN };
        let _ = write!(out, "  was:{name}");
    }
    if !is_told || edits::key_of_text(&told.line, reader) != told.key {
        let _ = write!(out, "  #{:08x}", told.key);
    }
    let line = if is_told { escape(&told.line) } else { "(no example is remembered)".to_owned() };
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
