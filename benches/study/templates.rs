//! What do the frames of sites tell apart? Labelled pairs under every choice that the guard rests on: how much of a site
//! is looked at, how often one item may be posted, and where the cut-offs lie.

use crate::corpus::{Corpus, Label, Labelled};
use crate::labels::{Tally, Weighted, stratified};
use crate::markdown::{Table, heading, paragraph, percent, ratio};
use crate::population::Population;
use std::collections::BTreeMap;
use tamis::frame::Key;
use tamis::frame::common::{Common, Frame};
use tamis::frame::sample::{FEWEST_PAGES, MOST_WORDS, cost, keys, page_hash};
use tamis::frame::site::{MOST_POSTS, of_pages};
use tamis::hash;
use tamis::similarity::{Overlap, Threshold};
use tamis::verify::{COMMON, Evidence, OWN, RESIDUAL, Relation, Rule, SURE};

/// Whether two pages are near where no template can be told: by the threshold alone, long pages and short ones.
pub(crate) fn is_near_unguarded(rule: Rule, overlap: Overlap) -> bool {
    let nothing = Common { shared: 0, in_a: 0, in_b: 0 };
    let evidence = Evidence { overlap, same_words: false, same_site: false, common: Some(nothing) };
    rule.relation(&evidence) == Some(Relation::Near)
}

const WORDS: [usize; 5] = [MOST_WORDS / 8, MOST_WORDS / 4, MOST_WORDS / 2, MOST_WORDS, usize::MAX];
const POSTS: [usize; 5] = [2, 4, 8, 16, usize::MAX];
const THRESHOLD: Threshold = Threshold::tenths(5);

/// Pages by site, by hash: what each costs, and its shingles.
type Samples<'a> = BTreeMap<&'a str, BTreeMap<u64, (usize, Vec<Key>)>>;

/// Prints what becomes of labelled pairs.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Templates");
    let weighted = stratified(corpus, population);
    let mut samples: Samples<'_> = BTreeMap::new();
    for page in corpus.pages.iter().filter(|page| !page.words.is_empty()) {
        let hash = page_hash(&page.site, hash::sequence(&page.words));
        samples.entry(&page.site).or_default().insert(hash, (cost(page.words.len() as u32), keys(&page.set)));
    }
    let chosen = frame(&samples, MOST_WORDS, MOST_POSTS);
    let sheet = Sheet { corpus, weighted: &weighted };
    paragraph(&format!(
        "Labelled pairs at Jaccard {THRESHOLD}: those that stay removable. Estimates for all pairs: share of the \
         removable that is the same item or overlaps, and of all same-item pairs that is removable."
    ));
    print_samples(&sheet, &samples, &chosen);
    print_cuts(&sheet, &chosen);
    print_missed(&sheet, &chosen);
}

fn frame(samples: &Samples<'_>, words: usize, posts: usize) -> Frame {
    let enough = samples.iter().filter(|(_, sample)| sample.len() >= FEWEST_PAGES);
    let frozen = enough.map(|(site, sample)| {
        let mut spent = 0;
        let fits = sample.values().take_while(|(cost, _)| {
            spent += cost;
            spent <= words
        });
        let some: Vec<&[Key]> = fits.map(|(_, keys)| keys.as_slice()).collect();
        ((*site).to_owned(), of_pages(&some, posts))
    });
    frozen.collect()
}

/// What is measured on.
struct Sheet<'a> {
    corpus: &'a Corpus,
    weighted: &'a [Weighted],
}

impl Sheet<'_> {
    fn evidence(&self, frame: &Frame, pair: (u32, u32)) -> Evidence {
        let (a, b) = (self.corpus.page(pair.0), self.corpus.page(pair.1));
        let pair_frame = frame.of_pair(&a.site, &b.site);
        Evidence {
            overlap: self.corpus.overlap(pair),
            same_words: a.words == b.words,
            same_site: a.site == b.site,
            common: pair_frame.map(|frame| frame.common(&a.set, &b.set)),
        }
    }

    /// The cells of a row: labelled pairs that are removable, then estimates for all pairs.
    fn cells(&self, frame: &Frame, is_removable: &dyn Fn(&Evidence) -> bool) -> Vec<String> {
        let removable = |pair| is_removable(&self.evidence(frame, pair));
        let mut cells: Vec<String> = [Label::Different, Label::Partial, Label::Same]
            .into_iter()
            .map(|label| {
                let of_label = || self.corpus.labelled.iter().filter(|labelled| labelled.label == label);
                let met = of_label().filter(|labelled| removable(labelled.pair)).count();
                format!("{met} of {}", of_label().count())
            })
            .collect();
        let tally = |pairs: &mut dyn Iterator<Item = &Weighted>| {
            Tally::of(pairs.map(|pair| (pair.label, pair.weight)))
        };
        let met = tally(&mut self.weighted.iter().filter(|pair| removable(pair.pair)));
        let all = tally(&mut self.weighted.iter());
        cells.push(format!("{:.4}", met.overlap_share()));
        cells.push(ratio(met.same / all.same));
        cells
    }
}

/// What the rule of the library removes.
fn by_rule(evidence: &Evidence) -> bool {
    let relation = Rule { threshold: THRESHOLD }.relation(evidence);
    matches!(relation, Some(Relation::Exact | Relation::Near))
}

/// The same with other cut-offs.
fn by_cuts(evidence: &Evidence, residual_cut: f64, common_cut: f64, own_cut: u32) -> bool {
    let (Some(common), Some(residual)) = (evidence.common, evidence.residual()) else {
        return by_rule(evidence);
    };
    if evidence.same_words || !is_near_unguarded(Rule { threshold: THRESHOLD }, evidence.overlap) {
        return by_rule(evidence);
    }
    let own = f64::from(residual.smaller());
    let shares_little = f64::from(residual.shared) < residual_cut * own || own == 0.0;
    let shares_most = f64::from(residual.shared) >= SURE.as_f64() * own;
    if evidence.overlap.reaches(SURE) {
        return !(shares_little && residual.smaller() >= own_cut);
    }
    let shares_a_form = f64::from(common.shared) >= common_cut * f64::from(evidence.overlap.shared);
    !(shares_little || evidence.same_site && shares_a_form && !shares_most)
}

const HEAD: [&str; 6] = ["", "different", "partial", "same", "precision", "recall"];

fn print_samples(sheet: &Sheet<'_>, samples: &Samples<'_>, chosen: &Frame) {
    let mut table = Table::new(&HEAD);
    let mut row = |name: String, frame: &Frame, is_removable: &dyn Fn(&Evidence) -> bool| {
        table.row(&[vec![name], sheet.cells(frame, is_removable)].concat());
    };
    row("no guard".into(), chosen, &|evidence| {
        evidence.same_words || is_near_unguarded(Rule { threshold: THRESHOLD }, evidence.overlap)
    });
    let number = |number: usize| if number == usize::MAX { "all".into() } else { number.to_string() };
    for words in WORDS {
        row(format!("{} words a site", number(words)), &frame(samples, words, MOST_POSTS), &by_rule);
    }
    for posts in POSTS {
        let name = format!("one item on at most {} pages", number(posts));
        row(name, &frame(samples, MOST_WORDS, posts), &by_rule);
    }
    table.print();
}

fn print_cuts(sheet: &Sheet<'_>, chosen: &Frame) {
    paragraph(
        "Cut-offs: residual containment, common share on one site, shingles of its own (from Jaccard 0.8 on).",
    );
    let mut table = Table::new(&HEAD);
    let mut row = |residual: f64, common: f64, own: u32| {
        let name = format!("{residual:.2}, {common:.2}, {own}");
        table.row(
            &[vec![name], sheet.cells(chosen, &|evidence| by_cuts(evidence, residual, common, own))].concat(),
        );
    };
    let (residual, common) = (RESIDUAL.as_f64(), COMMON.as_f64());
    [0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5].into_iter().for_each(|cut| row(cut, common, OWN));
    [0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.01].into_iter().for_each(|cut| row(residual, cut, OWN));
    [0, 5, 20, u32::MAX].into_iter().for_each(|own| row(residual, common, own));
    table.print();
}

/// Prints the pairs that are judged wrong.
fn print_missed(sheet: &Sheet<'_>, chosen: &Frame) {
    paragraph("Pairs labelled different that stay removable, and pairs labelled same that are flagged:");
    let mut table = Table::new(&["pages", "label", "Jaccard", "residual", "common share", "sites"]);
    for Labelled { pair, label, .. } in &sheet.corpus.labelled {
        let evidence = sheet.evidence(chosen, *pair);
        let is_wrong = match label {
            Label::Different => by_rule(&evidence),
            Label::Same => Rule { threshold: THRESHOLD }.relation(&evidence) == Some(Relation::Template),
            Label::Partial => false,
        };
        let (Some(common), Some(residual)) = (evidence.common, evidence.residual()) else { continue };
        if is_wrong {
            table.row(&[
                sheet.corpus.ids(*pair),
                if *label == Label::Same { "same" } else { "different" }.into(),
                ratio(evidence.overlap.jaccard()),
                format!("{} of {}", residual.shared, residual.smaller()),
                percent(common.shared.into(), evidence.overlap.shared.into()),
                if evidence.same_site { "one" } else { "two" }.into(),
            ]);
        }
    }
    table.print();
}
