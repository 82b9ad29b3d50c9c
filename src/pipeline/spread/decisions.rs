//! A component's pages and verified pairs to what becomes of them: what [`decide`](crate::pipeline::decide) does on one
//! machine, for one component at a time.

use super::Stage;
use super::components::LABEL;
use super::context::Context;
use super::pages::MEMBER;
use super::read::Member;
use super::rows::{Kind, Row, Rows, page_key};
use super::texts::{FINDING, Graph, SIZE};
use crate::error::Result;
use crate::io::source::Sources;
use crate::io::values;
use crate::page::{Page, Pages, SiteNumbers};
use crate::pipeline::copies::Copies;
use crate::pipeline::decide::{by_kept, decide};
use crate::pipeline::prove::{Finding, Proof};
use crate::pipeline::rows::{Rows as Tables, SyndicationRow};
use crate::pipeline::stories::{Stories, Told};
use crate::pipeline::templates::{Template, templates};
use crate::pipeline::write::to_json;
use crate::syndication::exchange::{Flow, Way};
use crate::syndication::source::SourceBy;
use crate::verify::{Evidence, Relation};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A verified pair, told to its smaller page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The larger page.
    pub other: u128,
    /// What they are to each other.
    pub relation: Relation,
    /// Exact counts, the smaller page's first.
    pub evidence: Evidence,
    /// Fingerprints of their frames, the smaller page's first, if they are of a template.
    pub forms: [Option<u64>; 2],
}

/// Takes everything that is known of a page that stands for others or for itself: [`Kind::Label`], [`Kind::Size`],
/// [`Kind::Member`], [`Kind::Finding`].
///
/// Gives it on as [`Kind::Part`] and [`Kind::TemplatePart`], by component. Pages that are nothing to any other are left out.
#[derive(Default)]
pub struct Gather {
    /// The components in both graphs.
    labels: [Option<Vec<u8>>; 2],
}

impl Stage for Gather {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let (tag, rest) = row.tagged()?;
        match tag {
            LABEL => {
                let graph = usize::from(rest.first() == Some(&(Graph::Templates as u8)));
                self.labels[graph] = Some(row.value.to_vec());
                return Ok(());
            }
            // It stands for several, and is a component if nothing else is in it.
            SIZE => {
                self.labels[Graph::Removals as usize].get_or_insert_with(|| row.key.to_vec());
            }
            _ => {}
        }
        for (label, kind) in self.labels.iter().zip([Kind::Part, Kind::TemplatePart]) {
            if let Some(label) = label {
                out.push_bytes(kind, &[label], &[row.key, row.order], row.value);
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        self.labels = [None, None];
        Ok(())
    }
}

/// What is known of a component while its rows come, page by page.
#[derive(Default)]
struct Component {
    pages: Pages,
    sites: SiteNumbers,
    /// Pages that stand for others or for themselves, by key, and where those that they stand for begin.
    nodes: Vec<(u128, u32)>,
    sizes: Vec<(u128, u32)>,
    found: Vec<(u128, Found)>,
}

impl Component {
    /// Takes what [`Gather`] gave.
    fn take(&mut self, row: Row<'_>) -> Result<()> {
        let node = page_key(row.order)?;
        let row = Row { order: row.order.get(16..).unwrap_or_default(), ..row };
        match row.tagged()?.0 {
            SIZE => self.sizes.push((node, row.value()?)),
            MEMBER => {
                let member: Member<'_> = row.value()?;
                if self.nodes.last().is_none_or(|(last, _)| *last != node) {
                    self.nodes.push((node, self.pages.len() as u32));
                }
                let site = self.sites.number(member.site);
                self.pages.push(Page { site, ..member.page }, member.id);
            }
            FINDING => self.found.push((node, row.value()?)),
            _ => {}
        }
        Ok(())
    }

    /// All of it, as on one machine: numbered by key.
    fn finish(mut self) -> (Pages, Copies, Proof) {
        self.pages.set_sites(self.sites.names);
        let count = self.pages.len();
        let mut groups = Vec::new();
        let ends = self.nodes.iter().skip(1).map(|(_, first)| *first).chain([count as u32]);
        for (&(_, first), end) in self.nodes.iter().zip(ends) {
            if end - first > 1 {
                groups.push((first, (first..end).collect()));
            }
        }
        let number = |key: u128| {
            let at = self.nodes.binary_search_by_key(&key, |(node, _)| *node).ok()?;
            Some(self.nodes[at].1)
        };
        let mut proof = Proof::default();
        proof.sizes.extend(self.sizes.iter().filter_map(|&(node, size)| Some((number(node)?, size))));
        for (node, Found { other, relation, evidence, forms }) in self.found {
            // A pair of another kind may lead out of the component.
            let (Some(a), Some(b)) = (number(node), number(other)) else { continue };
            proof.findings.push(Finding { a, b, relation, evidence });
            proof.forms.extend([a, b].into_iter().zip(forms).filter_map(|(page, form)| Some((page, form?))));
        }
        proof.findings.sort_unstable_by_key(|found| (found.a, found.b));
        let copies = Copies::of_groups(count, groups);
        (self.pages, copies, proof)
    }
}

/// Takes [`Kind::Part`], by component.
///
/// * [`Kind::Gone`]: the keys of pages that are removed.
/// * [`Kind::Removed`], [`Kind::Cluster`]: rows of the tables, by id.
/// * [`Kind::Flow`]: by way, the reprints that the stories of the component make.
pub struct Decide {
    context: Arc<Context>,
    /// None: pages stand in no file.
    sources: Sources,
    component: Component,
}

impl Decide {
    pub(super) fn new(context: Arc<Context>) -> Self {
        let sources = context.settings.reading.of_files(Vec::new());
        Self { context, sources, component: Component::default() }
    }
}

impl Stage for Decide {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        self.component.take(row)
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        let (pages, copies, proof) = std::mem::take(&mut self.component).finish();
        let Context { settings, batch, crawl_dated, .. } = &*self.context;
        let removals = decide(&pages, &copies, &proof, settings);
        let tables = Tables { pages: &pages, sources: &self.sources, copies: &copies, batch };
        let crawl_dated = pages.sites().iter().map(|site| crawl_dated.has(site)).collect();
        let stories = Stories::of_judged(&pages, crawl_dated);
        let mut told = Told::default();
        let digest = |page: u32| pages.row(page).digest.to_be_bytes();
        for removal in &removals {
            *out.sums.removed.entry(removal.relation).or_default() += 1;
            out.push_bytes(Kind::Gone, &[&pages.key(removal.page).to_be_bytes()], &[], &[]);
            let place: [&[u8]; 2] = [pages.id(removal.page).as_bytes(), &digest(removal.page)];
            out.push_bytes(Kind::Removed, &[place[0]], &[place[1]], &to_json(&tables.removed(removal))?);
        }
        for (kept, removals) in by_kept(&removals) {
            let figures = removals.iter().map(|removal| removal.figures());
            let story = stories.story(kept, figures, &mut told);
            let row = to_json(&tables.cluster(kept, &removals, story.as_ref()))?;
            out.push_bytes(Kind::Cluster, &[pages.id(kept).as_bytes()], &[&digest(kept)], &row);
            out.sums.clusters += 1;
        }
        told.stories.iter().for_each(|(by, count)| *out.sums.stories.entry(*by).or_default() += count);
        for (Way { from, to, by }, Flow { stories, pages }) in told.exchange.flows() {
            // Zero bytes stand in no host, and sort before whatever does.
            let key: [&[u8]; 4] = [from.as_bytes(), &[0], to.as_bytes(), &[0]];
            out.push(
                Kind::Flow,
                &[&key.concat(), &values::encode(&by)?],
                &[],
                &(from, to, by, stories, pages),
            )?;
        }
        Ok(())
    }
}

/// Takes [`Kind::Flow`], by way.
///
/// Gives [`Kind::Syndication`].
#[derive(Default)]
pub struct Flows {
    sum: Option<SyndicationRow>,
}

impl Stage for Flows {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let (from, to, source_by, stories, pages): (&str, &str, SourceBy, u64, u64) = row.value()?;
        let none =
            || SyndicationRow { from: from.to_owned(), to: to.to_owned(), source_by, stories: 0, pages: 0 };
        let sum = self.sum.get_or_insert_with(none);
        sum.stories += stories;
        sum.pages += pages;
        Ok(())
    }

    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let Some(sum) = self.sum.take() else { return Ok(()) };
        out.push_bytes(Kind::Syndication, &[key], &[], &to_json(&sum)?);
        Ok(())
    }
}

/// Takes [`Kind::TemplatePart`], by component.
///
/// Gives [`Kind::TemplatePage`]: the pages, by the fingerprint that most of them have.
#[derive(Default)]
pub struct TemplateParts {
    component: Component,
}

impl Stage for TemplateParts {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        self.component.take(row)
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        let (pages, copies, proof) = std::mem::take(&mut self.component).finish();
        for Template { form, pages: members } in templates(&pages, &copies, &proof) {
            for page in members {
                let row = pages.row(page);
                let member = Member { page: *row, id: pages.id(page), site: pages.site(page) };
                let order: [&[u8]; 2] = [member.id.as_bytes(), &row.digest.to_be_bytes()];
                out.push(Kind::TemplatePage, &[&form.to_be_bytes()], &order, &member)?;
            }
        }
        Ok(())
    }
}

/// Takes [`Kind::TemplatePage`], by fingerprint.
///
/// Gives [`Kind::Template`]: rows of the table, by name.
pub struct Templates {
    context: Arc<Context>,
    /// None: pages stand in no file.
    sources: Sources,
    pages: Pages,
    sites: SiteNumbers,
}

impl Templates {
    pub(super) fn new(context: Arc<Context>) -> Self {
        let sources = context.settings.reading.of_files(Vec::new());
        Self { context, sources, pages: Pages::default(), sites: SiteNumbers::default() }
    }
}

impl Stage for Templates {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        let member: Member<'_> = row.value()?;
        let site = self.sites.number(member.site);
        self.pages.push(Page { site, ..member.page }, member.id);
        Ok(())
    }

    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let mut pages = std::mem::take(&mut self.pages);
        pages.set_sites(std::mem::take(&mut self.sites).names);
        let count = pages.len();
        let numbers: Vec<u32> = (0..count as u32).collect();
        let copies = Copies::of_groups(count, Vec::new());
        let form = key.try_into().map_or(0, u64::from_be_bytes);
        let Context { batch, .. } = &*self.context;
        let tables = Tables { pages: &pages, sources: &self.sources, copies: &copies, batch };
        out.sums.templates.0 += 1;
        out.sums.templates.1 += count as u64;
        out.push_bytes(
            Kind::Template,
            &[key],
            &[],
            &to_json(&tables.template(&Template { form, pages: numbers }))?,
        );
        Ok(())
    }
}
