//! What a report shows of pages: some with their stripped lines in place, clusters side by side, rejected records.
//!
//! A report must stay small whatever the crawl, so there is a number and a budget for each, what is shown first is what
//! matters most, and what is left out is counted.

use super::condemn::ProfileJudge;
use super::decide::{Removal, by_kept};
use super::prove::{TextReader, Texts};
use super::rows::cluster_name;
use super::strip::rows::SpansTail;
use super::strip::waiting::WaitingSpans;
use crate::audit::examine::PageView;
use crate::audit::facts::Flags;
use crate::audit::metric::Metric;
use crate::audit::report::{Cluster, JunkLine, Reject, Run, Sample, SampleLine, Side};
use crate::boilerplate::edits::key_of_text;
use crate::boilerplate::judge::{Rule, Tier};
use crate::boilerplate::line::LineReader;
use crate::boilerplate::spans::{Span, put_back};
use crate::difference::{Stretch, difference};
use crate::error::{Error, ErrorKind, Result};
use crate::io::record::Record;
use crate::io::tables::for_each_line;
use crate::text::lines::lines;
use crate::text::words::hash_words;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Sites with sample pages, unless another number is asked for.
pub const SAMPLED_SITES: usize = 200;
/// Sample pages of a site.
const PAGES_OF_SITE: usize = 4;
/// Bytes of all sample pages.
const SAMPLES_BYTES: usize = 5 << 20;
/// Lines shown of a page, and characters of a line.
const LINES_OF_PAGE: usize = 160;
const CHARACTERS_OF_LINE: usize = 500;
/// Lines of its template that are told of a site.
const LINES_OF_SITE: usize = 12;
/// Clusters side by side.
const CLUSTERS: usize = 60;
/// Bytes compared of a page, and characters shown of a run of words that both pages have.
const BYTES_COMPARED: usize = 12_000;
const CHARACTERS_OF_RUN: usize = 300;
/// Sites named of a cluster.
const SITES_OF_CLUSTER: usize = 10;
/// Reasons for which records were rejected.
const REASONS: usize = 50;

/// What pages are shown from.
pub(super) struct Showcase<'a> {
    pub(super) texts: Texts<'a>,
    /// What was found of each page.
    pub(super) flags: &'a [Flags],
    pub(super) spans: &'a WaitingSpans,
    pub(super) judge: &'a ProfileJudge,
    pub(super) removals: &'a [Removal],
}

impl Showcase<'_> {
    /// Hands a page to `look` as the audit has seen it.
    pub(super) fn view<T>(
        &self,
        page: u32,
        reader: &mut TextReader<'_>,
        look: impl FnOnce(&PageView<'_>) -> T,
    ) -> Result<T> {
        let lost = self.spans.tail(page)?;
        let spans = lost.as_ref().map_or(&[][..], |tail| &tail.spans);
        let looked = |record: &Record<'_>| {
            let text = whole(&record.text, spans)?;
            let starts: BTreeSet<u64> = spans.iter().map(|span| span.start).collect();
            let keep: Vec<bool> = lines(&text).map(|range| !starts.contains(&(range.start as u64))).collect();
            let mut words = Vec::new();
            hash_words(&record.text, &mut words);
            Ok(look(&PageView {
                site: self.texts.pages.site(page),
                url: record.url.as_deref(),
                title: record.title.as_deref(),
                date: record.date.as_deref(),
                author: record.author.as_deref(),
                text: &text,
                keep: &keep,
                rest: &record.text,
                article: !self.flags[page as usize].has(Metric::NoArticle),
                form: 0,
                words: &words,
            }))
        };
        reader.record(page, looked)?
    }

    /// Sample pages of the `most` sites that have most to show, by site and id; and how many sites have none.
    pub(super) fn samples(&self, most: usize) -> Result<(Vec<Sample>, u64)> {
        let by_site = self.noteworthy();
        let mut reader = TextReader::new(&self.texts);
        let mut samples = Vec::new();
        let mut bytes = 0;
        let mut shown = 0;
        for pages in by_site.iter().take(most) {
            if bytes > SAMPLES_BYTES {
                break;
            }
            shown += 1;
            for &page in pages {
                let sample = self.sample(page, &mut reader)?;
                bytes += sample.lines.iter().map(|line| line.text.len() + 40).sum::<usize>();
                samples.push(sample);
            }
        }
        samples.sort_by(|a, b| (&a.site, &a.id).cmp(&(&b.site, &b.id)));
        Ok((samples, (by_site.len() - shown) as u64))
    }

    /// The pages to show of each site, the site with most faulty and stripped pages first.
    fn noteworthy(&self) -> Vec<Vec<u32>> {
        let pages = self.texts.pages;
        let mut by_site: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (page, row) in pages.rows().iter().enumerate() {
            by_site.entry(row.site).or_default().push(page as u32);
        }
        let mut ranked: Vec<((usize, usize), &str, Vec<u32>)> = by_site
            .into_values()
            .map(|all| {
                let is_stripped = |&&page: &&u32| self.spans.has(page);
                let is_faulty = |&&page: &&u32| self.flags[page as usize].iter().next().is_some();
                let weight = (all.iter().filter(is_faulty).count(), all.iter().filter(is_stripped).count());
                (weight, pages.site(all[0]), self.of_site(&all))
            })
            .collect();
        ranked.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        ranked.into_iter().map(|(_, _, pages)| pages).collect()
    }

    /// An ordinary page that lost lines, and a page for each of the first faults.
    fn of_site(&self, all: &[u32]) -> Vec<u32> {
        let key = |&page: &u32| self.texts.pages.key(page);
        let ordinary = all.iter().copied().min_by_key(|page| (!self.spans.has(*page), key(page)));
        let mut faults = BTreeMap::new();
        for &page in all {
            for metric in self.flags[page as usize].iter() {
                let first = faults.entry(metric).or_insert(page);
                if key(&page) < key(first) {
                    *first = page;
                }
            }
        }
        let mut seen = BTreeSet::new();
        let shown = ordinary.into_iter().chain(faults.into_values());
        shown.filter(|page| seen.insert(*page)).take(PAGES_OF_SITE).collect()
    }

    fn sample(&self, page: u32, reader: &mut TextReader<'_>) -> Result<Sample> {
        let site = self.texts.pages.site(page);
        let lost = self.spans.tail(page)?;
        let shown = |record: &Record<'_>| {
            let owned = |field: &Option<std::borrow::Cow<'_, str>>| field.as_deref().map(str::to_owned);
            let (lines, more) = self.lines(site, &record.text, lost.as_ref())?;
            Ok(Sample {
                site: site.to_owned(),
                id: self.texts.pages.id(page).to_owned(),
                url: owned(&record.url),
                title: owned(&record.title),
                date: owned(&record.date),
                metrics: self.flags[page as usize].iter().collect(),
                lines,
                more,
            })
        };
        reader.record(page, shown)?
    }

    /// The lines of a page whose rest is `rest`, and how many more it has.
    fn lines(&self, site: &str, rest: &str, lost: Option<&SpansTail<'_>>) -> Result<(Vec<SampleLine>, u64)> {
        let spans = lost.map_or(&[][..], |tail| &tail.spans);
        let text = whole(rest, spans)?;
        let starts: BTreeSet<u64> = spans.iter().map(|span| span.start).collect();
        let reasons: HashMap<u32, Vec<String>> = self.judge.with_rules(site, |rules| {
            rules.iter().map(|rule| (rule.template, rule.reasons.clone())).collect()
        })?;
        let mut reader = LineReader::default();
        let mut shown = Vec::new();
        let mut more = 0;
        for range in lines(&text) {
            if shown.len() == LINES_OF_PAGE {
                more += 1;
                continue;
            }
            let line = &text[range.clone()];
            let stripped = starts.contains(&(range.start as u64));
            let of_rule = stripped.then(|| reasons.get(&key_of_text(line.trim(), &mut reader))).flatten();
            let reasons = of_rule.cloned().unwrap_or_default();
            shown.push(SampleLine { text: beginning(line, CHARACTERS_OF_LINE), stripped, reasons });
        }
        Ok((shown, more))
    }

    /// The largest clusters, the kept page beside the page most unlike it; and how many there are besides.
    pub(super) fn clusters(&self) -> Result<(Vec<Cluster>, u64)> {
        let pages = self.texts.pages;
        let mut by_kept = by_kept(self.removals);
        // Of a kept page of an earlier batch there is no text to show.
        by_kept.retain(|&kept, _| pages.remembered(kept).is_none());
        let mut largest: Vec<(u32, Vec<&Removal>)> = by_kept.into_iter().collect();
        largest.sort_by_key(|(kept, members)| (std::cmp::Reverse(members.len()), pages.key(*kept)));
        let more = largest.len().saturating_sub(CLUSTERS) as u64;
        let mut reader = TextReader::new(&self.texts);
        let shown = largest.iter().take(CLUSTERS).filter_map(|(kept, members)| {
            let jaccard = |removal: &Removal| removal.evidence.overlap.jaccard();
            let least = members.iter().min_by(|a, b| {
                jaccard(a).total_cmp(&jaccard(b)).then_with(|| pages.key(a.page).cmp(&pages.key(b.page)))
            })?;
            Some(self.cluster(*kept, members, least, &mut reader))
        });
        Ok((shown.collect::<Result<_>>()?, more))
    }

    fn cluster(
        &self,
        kept: u32,
        members: &[&Removal],
        other: &Removal,
        reader: &mut TextReader<'_>,
    ) -> Result<Cluster> {
        let pages = self.texts.pages;
        let all = members.iter().map(|removal| removal.page).chain([kept]);
        let sites: BTreeSet<&str> =
            all.map(|page| pages.site(page)).filter(|site| !site.is_empty()).collect();
        let mut read = |page| {
            reader.record(page, |record| {
                (record.title.as_deref().map(str::to_owned), bytes_of(&record.text).to_owned())
            })
        };
        let ((title, text), (other_title, other_text)) = (read(kept)?, read(other.page)?);
        Ok(Cluster {
            cluster: cluster_name(pages, kept),
            members: members.len() as u64 + 1,
            sites: sites.into_iter().take(SITES_OF_CLUSTER).map(str::to_owned).collect(),
            ids: [pages.id(kept).to_owned(), pages.id(other.page).to_owned()],
            titles: [title, other_title],
            relation: other.relation.name().to_owned(),
            jaccard: other.evidence.overlap.jaccard(),
            runs: self.runs(&text, &other_text),
        })
    }

    /// Where two texts agree and differ.
    fn runs(&self, kept: &str, other: &str) -> Vec<Run> {
        let found = difference(kept, other, self.texts.settings.ngram);
        let run = |stretch: Stretch| match stretch {
            Stretch::Shared { a, .. } => Run { side: Side::Both, text: ends(&kept[a]) },
            Stretch::OnlyA { a, .. } => Run { side: Side::Kept, text: kept[a].to_owned() },
            Stretch::OnlyB { b, .. } => Run { side: Side::Removed, text: other[b].to_owned() },
        };
        found.stretches.into_iter().map(run).collect()
    }
}

/// The lines of a site's template that most articles have.
pub(super) fn junk(rules: &[Rule]) -> Vec<JunkLine> {
    let told = rules.iter().filter(|rule| rule.tier > Tier::Keep && !rule.line.is_empty());
    let line = |rule: &Rule| JunkLine {
        line: beginning(&rule.line, CHARACTERS_OF_LINE),
        pages: rule.pages,
        of: rule.of,
        tier: rule.tier.name().to_owned(),
        reasons: rule.reasons.clone(),
    };
    told.take(LINES_OF_SITE).map(line).collect()
}

/// A text with what it lost.
fn whole(rest: &str, spans: &[Span<'_>]) -> Result<String> {
    put_back(rest, spans).map_err(|fault| Error::new(ErrorKind::Saved, "spans.jsonl", fault))
}

/// The records that could not be used, by reason, the most first.
pub(super) fn rejects(folder: &Path) -> Result<Vec<Reject>> {
    #[derive(Deserialize)]
    struct Row {
        file: String,
        record: u64,
        reason: String,
    }
    let mut by_reason: BTreeMap<String, Reject> = BTreeMap::new();
    for_each_line(folder, "rejects.jsonl", |_, line| {
        let row = serde_json::from_slice::<Row>(line)
            .map_err(|cause| Error::new(ErrorKind::Saved, "rejects.jsonl", cause.to_string()))?;
        let Row { file, record, reason } = row;
        let first = || Reject { reason: reason.clone(), records: 0, file, record };
        by_reason.entry(without_numbers(&reason)).or_insert_with(first).records += 1;
        Ok(())
    })?;
    let mut found: Vec<Reject> = by_reason.into_values().collect();
    found.sort_by(|a, b| (b.records, &a.reason).cmp(&(a.records, &b.reason)));
    found.truncate(REASONS);
    Ok(found)
}

/// Reasons that differ in a byte offset alone are one.
fn without_numbers(reason: &str) -> String {
    reason.chars().filter(|character| !character.is_ascii_digit()).collect()
}

/// The first characters of a line.
fn beginning(line: &str, characters: usize) -> String {
    match line.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// Beginning and end of a long run.
fn ends(run: &str) -> String {
    let half = CHARACTERS_OF_RUN / 2;
    let (Some((head, _)), Some((tail, _))) =
        (run.char_indices().nth(half), run.char_indices().rev().nth(half - 1))
    else {
        return run.to_owned();
    };
    if head >= tail { run.to_owned() } else { format!("{} … {}", &run[..head], &run[tail..]) }
}

/// The part of a text that is compared.
fn bytes_of(text: &str) -> &str {
    let mut end = text.len().min(BYTES_COMPARED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
