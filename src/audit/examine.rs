//! **What is wrong with this page?** A function of the page and of what is known of its site, so that pages can be
//! looked at in any order, on any thread.
//!
//! Cheap questions are asked of every page: how its lines end, which of its title's words it has, how many of its words are
//! common ones. What looks strange then is looked at closely.

use super::encodings;
use super::ending;
use super::facts::{Ending, Facts};
use super::glued;
use super::headline;
use super::known::{Known, SiteKnown};
use super::layout::{self, Kept, Layout};
use super::lost;
use super::metric::Metric;
use super::mixture;
use super::shape::{End, end_of};
use super::walls;
use crate::date::Precision;
use crate::{date, hash};

/// A page as the audit sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageView<'a> {
    /// Its site; empty if it is not known.
    pub site: &'a str,
    /// Its URL.
    pub url: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its date as it stands in the record.
    pub date: Option<&'a str>,
    /// Its author.
    pub author: Option<&'a str>,
    /// Its text as it came.
    pub text: &'a str,
    /// Which lines of the text stay, split at `\n`; lines that it says nothing of stay.
    pub keep: &'a [bool],
    /// The text that is left.
    pub rest: &'a str,
    /// Whether it has lines of its own, and not only lines of the site.
    pub article: bool,
    /// Fingerprint of the lines that go, by which templates are told apart; 0 if none goes.
    pub form: u64,
    /// Hashes of the folded words of what is left.
    pub words: &'a [u64],
}

/// Looks at pages; one a thread.
#[derive(Default)]
pub struct Examiner {
    layout: Layout,
    words: Vec<u64>,
    keys: Vec<u32>,
    title: headline::TitleWords,
    prose: String,
}

/// Share of common words, as a part of what is usual on the site, from which on short lines are prose.
const PROSE_SHARE: f32 = 0.7;

/// Bytes of prose that a title is compared with, at least.
const FEWEST_BYTES: usize = 400;

impl Examiner {
    /// Looks at a page.
    pub fn examine(&mut self, known: &Known, page: &PageView<'_>) -> Facts {
        let site = &*known.site(page.site);
        let mut facts = fields(page);
        facts.words = page.words.len() as u32;
        facts.left = page.rest.chars().count() as u32;
        facts.characters =
            if page.rest.len() == page.text.len() { facts.left } else { page.text.chars().count() as u32 };
        self.title.read(page.title.unwrap_or_default(), |word| site.is_common(word));
        let (layout, title) = (&mut self.layout, &mut self.title);
        layout.read(page.text, page.keep, |words| title.pass_over(words));
        self.body(page, site, &mut facts);
        Self::characters(page, &mut facts);
        self.ending(page, site, &mut facts);
        self.titles(page, site, &mut facts);
        mixture::judge(page, site, &mut self.words, &mut facts);
        facts
    }

    /// Where the fault of a page is to be seen: a line, a title, a date; empty if nothing can be shown.
    pub fn excerpt(&mut self, known: &Known, page: &PageView<'_>, metric: Metric) -> String {
        let headline = self.examine(known, page).headline;
        super::excerpt::excerpt(&self.layout, &known.site(page.site), page, headline, metric)
    }

    /// Pages without an article, or with too much besides.
    fn body(&mut self, page: &PageView<'_>, site: &SiteKnown, facts: &mut Facts) {
        facts.found.set_if(Metric::Empty, page.words.is_empty());
        let has_words = !page.words.is_empty();
        facts.found.set_if(Metric::NoArticle, has_words && !page.article);
        // Verses and lines that were broken by a machine are short, but they are prose by their words.
        let is_prose = || {
            site.tongue.share > 0.0
                && site.tongue.common_share(page.words, 1) >= PROSE_SHARE * site.tongue.share
        };
        facts.found.set_if(Metric::Menu, has_words && page.article && self.layout.is_menu() && !is_prose());
        facts.found.set_if(Metric::RepeatedLines, self.layout.repeats_lines(&mut self.keys));
        for (_, kind) in self.layout.leftovers(page.text) {
            facts.found.set(Metric::Leftover);
            facts.leftovers |= leftover_bit(kind);
        }
        facts.wall = walls::says_so(page.words);
        facts.near = walls::near(page.words);
    }

    fn characters(page: &PageView<'_>, facts: &mut Facts) {
        facts.found.set_if(Metric::Mojibake, encodings::misread(page.rest).is_some());
        facts.found.set_if(Metric::Replacement, lost::first_lost(page.rest).is_some());
    }

    /// How the text ends, and how its paragraphs do.
    fn ending(&mut self, page: &PageView<'_>, site: &SiteKnown, facts: &mut Facts) {
        let lines = &self.layout.lines;
        let is_text = |line: &Kept| line.is_prose && !ending::is_label(&page.text[line.range.clone()]);
        let Some(last) = lines.iter().rposition(is_text) else { return };
        for line in lines[..last].iter().filter(|line| line.is_prose && !line.is_furniture()) {
            facts.prose = facts.prose.saturating_add(1);
            facts.closed = facts.closed.saturating_add(u16::from(line.shape.end == End::Closed));
            facts.ellipses = facts.ellipses.saturating_add(u16::from(line.shape.end == End::Ellipsis));
        }
        let behind = &lines[last + 1..];
        let words = &mut self.words;
        let is_fragment = match behind {
            [line] => ending::is_fragment(line, page.text, &site.tongue, words),
            _ => false,
        };
        let end = if is_fragment { &behind[0] } else { &lines[last] };
        let is_last = is_fragment || behind.is_empty();
        let line = &page.text[end.range.clone()];
        facts.tail = ending::tail(line, words);
        let mut breaks_off = || ending::last_word(line, words).is_some_and(|word| site.is_never_last(word));
        facts.ending = match end.shape.end {
            End::Ellipsis if is_last => Ending::Ellipsis,
            End::Open | End::Leading if breaks_off() => Ending::Broken,
            End::Open if is_last && !ending::is_credit(line, page) => Ending::Open,
            _ => Ending::Closed,
        };
    }

    /// Titles that break off or are another page's; headlines of the text where there is no title. Then second articles.
    fn titles(&mut self, page: &PageView<'_>, site: &SiteKnown, facts: &mut Facts) {
        let of_record = page.title.map(str::trim).filter(|title| !title.is_empty());
        let title = of_record.or_else(|| self.layout.headline_in(page.text));
        facts.headline = title.map_or(0, |title| site.headline_key(title, &mut self.words));
        let stated = of_record.unwrap_or_default();
        let likeliest = glued::second_article(page.text, &self.layout, site, stated, facts.headline);
        for (number, second) in likeliest.into_iter().flatten().enumerate() {
            facts.second[number] = second.key;
            facts.second_points[number] = second.points;
        }
        let Some(title) = title else { return };
        facts.asked.set(Metric::CutTitle);
        let head = self.layout.lines.iter().take(10).filter(|line| line.is_headline());
        let is_cut = end_of(title) == End::Ellipsis
            || head.into_iter().any(|line| layout::is_cut(title, &page.text[line.range.clone()]))
            || end_of(title) == End::Open
                && ending::last_word(title, &mut self.words).is_some_and(|word| site.is_never_last(word));
        facts.found.set_if(Metric::CutTitle, is_cut);
        if of_record.is_some() && self.title.are_in(page.words) {
            facts.asked.set(Metric::ForeignTitle);
            return;
        }
        self.foreign(page, site, title, of_record.is_some(), facts);
    }

    /// Looks closely whether a title, of the record or of the text, is another page's.
    fn foreign(
        &mut self,
        page: &PageView<'_>,
        site: &SiteKnown,
        title: &str,
        is_of_record: bool,
        facts: &mut Facts,
    ) {
        self.prose.clear();
        for line in self.layout.prose(page.text) {
            self.prose.push_str(line);
            self.prose.push('\n');
        }
        let own = |line: &Kept| page.text[line.range.clone()].contains(title);
        if self.layout.body().any(own) {
            facts.asked.set(Metric::ForeignTitle);
            return;
        }
        let frequent = headline::frequent(title, &self.prose, site.own_title, |word| site.is_frequent(word));
        let stems = site.stems(title, &mut self.words);
        if stems.len() >= headline::FEWEST_STEMS && self.prose.len() >= FEWEST_BYTES {
            facts.asked.set(Metric::ForeignTitle);
            let enough = headline::DOUBT - frequent;
            let strangeness =
                headline::strangeness(&stems, &self.prose, site.own_title, &site.titles, enough);
            let is_headed = is_of_record && self.layout.lines.iter().any(own);
            let most = if is_headed { headline::MOST_IF_HEADED } else { f32::MAX };
            let doubt = (strangeness + frequent).min(most);
            // Frequent words alone say nothing: they are missing in many texts.
            let is_doubted = strangeness > 0.0 && doubt >= headline::DOUBT;
            facts.doubt = if is_doubted { doubt } else { 0.0 };
        }
    }
}

/// What the fields besides the text say.
fn fields<'a>(page: &PageView<'a>) -> Facts {
    let text = |field: Option<&'a str>| field.map(str::trim).filter(|field| !field.is_empty());
    let digest = |text: &str| hash::checksum(text.as_bytes()) | 1;
    let (url, title, date) = (text(page.url), text(page.title), text(page.date));
    let parsed = date.and_then(date::stated);
    let moment = parsed.map(|date| date.micros.div_euclid(1_000_000));
    let mut facts = Facts {
        url: url.map_or(0, digest),
        title: title.map_or(0, digest),
        title_length: title.map_or(0, |title| title.chars().count().min(usize::from(u16::MAX)) as u16),
        moment,
        url_day: url.and_then(date::in_address),
        has_time: parsed.is_some_and(|date| date.precision != Precision::Day),
        form: page.form,
        has_date: date.is_some(),
        has_author: text(page.author).is_some(),
        ..Facts::default()
    };
    facts.found.set_if(Metric::UnreadDate, date.is_some() && moment.is_none());
    facts
}

/// Kinds of junk, by number.
pub const LEFTOVERS: [&str; 13] = [
    "comment",
    "licence",
    "cookie",
    "newsletter",
    "related",
    "share",
    "follow",
    "login",
    "print",
    "pager",
    "advert",
    "copyright",
    "message",
];

fn leftover_bit(kind: &str) -> u16 {
    LEFTOVERS.iter().position(|known| *known == kind).map_or(0, |number| 1 << number)
}
