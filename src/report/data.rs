//! What the script of the page shows on demand, as JSON within the page: all sites, sample pages, clusters.
//!
//! It is the document again, written short, since 5,000 sites have to fit: a site's metrics are a list in the order of
//! [`Metric::ALL`], sites stand in the order in which they want attention, and the details of sites far down in it are
//! left out where the page would hold more than [`DETAIL_BYTES`].

use super::shown::{Shown, link};
use crate::audit::metric::{Kind, Metric};
use crate::audit::report::{
    Change, Cluster, Figures, Finding, Flow, JunkLine, Report, Sample, Share, Side, Site,
};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::{BTreeMap, HashMap};

/// Bytes of sample pages and details of sites together. The rest of 5,000 sites takes under 4 MB.
pub const DETAIL_BYTES: usize = 6_000_000;

/// All of it.
#[derive(Debug, Serialize)]
pub struct Data {
    metrics: Vec<MetricName>,
    total: Counted,
    sites: Vec<SiteRow>,
    findings: Vec<FindingRow>,
    flows: Vec<FlowRow>,
    samples: Box<RawValue>,
    clusters: Vec<ClusterRow>,
    changes: Vec<ChangeRow>,
    /// Sites whose details are left out.
    pub sites_without_details: u64,
}

#[derive(Debug, Serialize)]
struct MetricName {
    name: &'static str,
    title: &'static str,
    meaning: &'static str,
    kind: Kind,
}

/// [`Figures`], short.
#[derive(Debug, Serialize)]
struct Counted {
    pages: u64,
    kept: u64,
    characters: u64,
    stripped: u64,
    lengths: [u64; 5],
    classes: Vec<u64>,
    metrics: Vec<Option<Measured>>,
}

/// A share: the base alone if nothing was counted, else count, base, and both ends of the interval.
#[derive(Debug)]
struct Measured {
    count: u64,
    of: u64,
    low: f64,
    high: f64,
}

#[derive(Debug, Serialize)]
struct SiteRow {
    site: Shown,
    #[serde(flatten)]
    figures: Counted,
    language: Option<Shown>,
    drift: Option<Shown>,
    /// None if they are left out.
    details: Option<Box<RawValue>>,
}

/// What is seen of a site once it is opened.
#[derive(Debug, Serialize)]
struct Details {
    lines: Vec<Line>,
    /// Ids of pages by metric.
    examples: BTreeMap<&'static str, Shown>,
}

#[derive(Debug, Serialize)]
struct Line {
    text: Shown,
    pages: u32,
    of: u32,
    tier: Shown,
    reasons: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct FindingRow {
    site: Option<Shown>,
    metric: &'static str,
    text: Shown,
    excerpt: Shown,
    example: Option<Shown>,
}

#[derive(Debug, Serialize)]
struct FlowRow {
    from: Shown,
    to: Shown,
    pages: u64,
    directed: bool,
}

#[derive(Debug, Serialize)]
struct SamplePage {
    site: Shown,
    id: Shown,
    url: Option<Shown>,
    link: Option<String>,
    title: Option<Shown>,
    date: Option<Shown>,
    metrics: Vec<&'static str>,
    lines: Vec<SampleLineRow>,
    more: u64,
}

#[derive(Debug, Serialize)]
struct SampleLineRow {
    text: Shown,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stripped: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct ClusterRow {
    cluster: Shown,
    members: u64,
    sites: Vec<Shown>,
    ids: [Shown; 2],
    titles: [Option<Shown>; 2],
    relation: Shown,
    jaccard: f64,
    runs: Vec<(Side, Shown)>,
}

#[derive(Debug, Serialize)]
struct ChangeRow {
    site: Option<Shown>,
    figure: Shown,
    before: f64,
    now: f64,
    p: f64,
    worse: Option<bool>,
}

impl Data {
    /// Of a report. Cost: linear in it.
    ///
    /// # Errors
    /// Never in practice: what is written lies in memory.
    pub fn of(report: &Report) -> serde_json::Result<Self> {
        let samples: Vec<SamplePage> = report.samples.iter().map(sample).collect();
        let samples = to_raw_value(&samples)?;
        let mut room = DETAIL_BYTES.saturating_sub(samples.get().len());
        let sites = by_attention(report).into_iter().map(|site| site_row(site, &mut room));
        let sites: Vec<SiteRow> = sites.collect::<serde_json::Result<_>>()?;
        Ok(Self {
            metrics: Metric::ALL.iter().map(|&metric| metric_name(metric)).collect(),
            total: counted(&report.total),
            sites_without_details: sites.iter().filter(|site| site.details.is_none()).count() as u64,
            sites,
            findings: report.findings.iter().map(finding).collect(),
            flows: report.syndication.iter().map(flow).collect(),
            samples,
            clusters: report.clusters.iter().map(cluster).collect(),
            changes: report.changes.iter().flat_map(|all| &all.changes).map(change).collect(),
        })
    }
}

/// The sites by their weightiest finding, then by pages.
fn by_attention(report: &Report) -> Vec<&Site> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, finding) in report.findings.iter().enumerate() {
        if let Some(site) = &finding.site {
            first.entry(site).or_insert(at);
        }
    }
    let mut sites: Vec<&Site> = report.sites.iter().collect();
    sites.sort_by_key(|site| {
        let finding = first.get(site.site.as_str()).copied().unwrap_or(usize::MAX);
        (finding, std::cmp::Reverse(site.figures.pages))
    });
    sites
}

fn site_row(site: &Site, room: &mut usize) -> serde_json::Result<SiteRow> {
    let details = to_raw_value(&details(site))?;
    let left = room.checked_sub(details.get().len());
    *room = left.unwrap_or(*room);
    Ok(SiteRow {
        site: Shown::new(&site.site),
        figures: counted(&site.figures),
        language: Shown::of(site.language.as_ref()),
        drift: Shown::of(site.drift.as_ref()),
        details: left.map(|_| details),
    })
}

fn details(site: &Site) -> Details {
    let example =
        |(metric, share): (&Metric, &Share)| Some((metric.name(), Shown::of(share.example.as_ref())?));
    Details {
        lines: site.lines.iter().map(line).collect(),
        examples: site.figures.metrics.iter().filter_map(example).collect(),
    }
}

fn line(line: &JunkLine) -> Line {
    Line {
        text: Shown::new(&line.line),
        pages: line.pages,
        of: line.of,
        tier: Shown::new(&line.tier),
        reasons: all_shown(&line.reasons),
    }
}

fn counted(figures: &Figures) -> Counted {
    let used = figures.length_classes.iter().rposition(|&pages| pages > 0).map_or(0, |last| last + 1);
    Counted {
        pages: figures.pages,
        kept: figures.kept,
        characters: figures.characters,
        stripped: figures.stripped,
        lengths: figures.lengths,
        classes: figures.length_classes[..used].to_vec(),
        metrics: Metric::ALL.iter().map(|metric| figures.metrics.get(metric).map(measured)).collect(),
    }
}

fn measured(share: &Share) -> Measured {
    let &Share { count, of, low, high, .. } = share;
    Measured { count, of, low, high }
}

impl Serialize for Measured {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let short = |share: f64| (share * 1e4).round() / 1e4;
        match self.count {
            0 => self.of.serialize(serializer),
            count => (count, self.of, short(self.low), short(self.high)).serialize(serializer),
        }
    }
}

fn metric_name(metric: Metric) -> MetricName {
    MetricName { name: metric.name(), title: metric.title(), meaning: metric.meaning(), kind: metric.kind() }
}

fn finding(finding: &Finding) -> FindingRow {
    FindingRow {
        site: Shown::of(finding.site.as_ref()),
        metric: finding.metric.name(),
        text: Shown::new(&finding.text),
        excerpt: Shown::new(&finding.excerpt),
        example: Shown::of(finding.share.example.as_ref()),
    }
}

fn flow(flow: &Flow) -> FlowRow {
    FlowRow {
        from: Shown::new(&flow.from),
        to: Shown::new(&flow.to),
        pages: flow.pages,
        directed: flow.is_directed,
    }
}

fn sample(sample: &Sample) -> SamplePage {
    SamplePage {
        site: Shown::new(&sample.site),
        id: Shown::new(&sample.id),
        url: Shown::of(sample.url.as_ref()),
        link: sample.url.as_deref().and_then(link).map(String::from),
        title: Shown::of(sample.title.as_ref()),
        date: Shown::of(sample.date.as_ref()),
        metrics: sample.metrics.iter().map(|metric| metric.name()).collect(),
        lines: sample
            .lines
            .iter()
            .map(|line| SampleLineRow {
                text: Shown::new(&line.text),
                stripped: line.stripped,
                reasons: all_shown(&line.reasons),
            })
            .collect(),
        more: sample.more,
    }
}

fn cluster(cluster: &Cluster) -> ClusterRow {
    ClusterRow {
        cluster: Shown::new(&cluster.cluster),
        members: cluster.members,
        sites: all_shown(&cluster.sites),
        ids: cluster.ids.each_ref().map(|id| Shown::new(id)),
        titles: cluster.titles.each_ref().map(|title| Shown::of(title.as_ref())),
        relation: Shown::new(&cluster.relation),
        jaccard: cluster.jaccard,
        runs: cluster.runs.iter().map(|run| (run.side, Shown::new(&run.text))).collect(),
    }
}

fn change(change: &Change) -> ChangeRow {
    ChangeRow {
        site: Shown::of(change.site.as_ref()),
        figure: Shown::new(&change.figure),
        before: change.before,
        now: change.now,
        p: change.p,
        worse: change.is_worse,
    }
}

fn all_shown(texts: &[String]) -> Vec<Shown> {
    texts.iter().map(|text| Shown::new(text)).collect()
}
