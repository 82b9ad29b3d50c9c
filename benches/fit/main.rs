//! Fits the judge's weights and says how good they are: `cargo bench --bench fit`.
//!
//! The labelled lines are no part of this repository; they are read from the folder in `TAMIS_DATA`, else from
//! `../shared/data`. Words after `--` choose: `folds` (the default: site-held-out cross-validation), `few`
//! (learning curve over pages a site), `sites` (figures of each), `errors` (the costliest lines of each), `guards` (what stands under each guard; fits nothing), `write` (fits on all sites and writes `src/boilerplate/tables/model.tsv`).

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose product is what it prints")]
#![allow(clippy::unwrap_used, reason = "data of an unknown form should stop a study")]
#![allow(missing_docs)]

mod curve;
mod data;
mod trees;

use curve::{Figures, Judged, Labels, Scored, Thresholds, best_within, mean};
use data::{Evidence, Row, Site};
use rayon::prelude::*;
use std::collections::BTreeMap;
use tamis::boilerplate::calibrate::{highest_zero, zero_point};
use tamis::boilerplate::features::FEATURES;
use tamis::boilerplate::model::{Model, Part};
use trees::Lessons;

const FOLDS: u64 = 6;

/// Ways in which sites are drawn into folds.
const DRAWS: u64 = 3;

/// Pages by which few-page lessons are taught.
const FEW: [usize; 8] = [0, 1, 2, 3, 5, 10, 20, 50];

/// Lines a site, at most: with all its pages, and with few of them.
const MOST_LINES: usize = 6000;
const MOST_LINES_OF_FEW: usize = 300;

/// Weight of a documentation site beside an article site.
const DOCS_WEIGHT: f32 = 0.3;

/// Weight of a lesson by few pages beside one by all of a site's pages.
const FEW_WEIGHT: f32 = 0.03;

/// Losses that thresholds are chosen for; a little under what is promised, since they are carried over blind.
const STRIP_LOSS: f64 = 0.0012;
const STRICT_LOSS: f64 = 0.00015;
const SUGGEST_LOSS: f64 = 0.01;

fn fold_of(site: &Site, seed: u64) -> u64 {
    tamis::hash::seeded(site.family().as_bytes(), seed) % FOLDS
}

/// All evidence about one site.
struct Lesson {
    whole: Evidence,
    few: Vec<Evidence>,
}

fn thinned(rows: &[Row], most: usize) -> Vec<&Row> {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.is_faulty).collect();
    let step = (rows.len() as f64 / most as f64).max(1.0);
    let count = (rows.len() as f64 / step).ceil() as usize;
    (0..count).filter_map(|at| rows.get((at as f64 * step) as usize).copied()).collect()
}

fn add<'a>(lessons: &mut Lessons<'a>, rows: &[&'a Row], share: f32) {
    let weight = |row: &Row| (row.characters.min(400) + 8) as f32;
    let sum: f32 = rows.iter().map(|row| weight(row)).sum();
    for row in rows {
        lessons.rows.push(&row.features);
        lessons.is_junk.push(row.is_junk);
        lessons.weights.push(weight(row) / sum * share);
    }
}

fn train<'a>(lessons: impl Iterator<Item = (&'a Site, &'a Lesson)>) -> Model {
    let mut all = Lessons::default();
    for (site, lesson) in lessons {
        let share = MOST_LINES as f32 * if site.is_article() { 1.0 } else { DOCS_WEIGHT };
        add(&mut all, &thinned(&lesson.whole.rows, MOST_LINES), share);
        for few in &lesson.few {
            add(&mut all, &thinned(&few.rows, MOST_LINES_OF_FEW), share * FEW_WEIGHT);
        }
    }
    trees::fit(&all)
}

fn scored(model: &Model, evidence: &Evidence) -> Scored {
    let sampled = evidence.sampled.par_iter().map(|(features, length)| (model.score(features), *length));
    let zero = zero_point(sampled.collect::<Vec<_>>(), evidence.pages);
    let line = |row: &Row| {
        let &Row { guard, is_junk, characters, .. } = row;
        let zero = zero.min(highest_zero(&row.features));
        Judged { score: model.score(&row.features) - zero, guard, is_junk, characters }
    };
    let (faulty, trusted): (Vec<&Row>, Vec<&Row>) = evidence.rows.iter().partition(|row| row.is_faulty);
    Scored {
        lines: trusted.into_par_iter().map(line).collect(),
        faulty: faulty.into_par_iter().map(line).collect(),
    }
}

struct Study<'a> {
    sites: &'a [Site],
    folds: Vec<u64>,
    scored: Vec<Scored>,
}

impl Study<'_> {
    fn of(&self, fits: impl Fn(usize) -> bool) -> Vec<&Scored> {
        self.scored.iter().enumerate().filter(|(at, _)| fits(*at)).map(|(_, scored)| scored).collect()
    }

    fn articles(&self) -> Vec<&Scored> {
        self.of(|at| self.sites[at].is_article())
    }

    /// Each site at the thresholds that keep the loss of the articles in *other* folds within bounds: what is stripped usually, and
    /// strictly.
    fn carried_over(&self, labels: Labels) -> [Vec<Figures>; 2] {
        let of_others = |fold| {
            let others = self.of(|at| self.sites[at].is_article() && self.folds[at] != fold);
            chosen(&others, Labels::Trusted)
        };
        let thresholds: Vec<Thresholds> = (0..FOLDS).map(of_others).collect();
        let all = |of_fold: &dyn Fn(Thresholds) -> Thresholds| {
            let sites = self.scored.iter().zip(&self.folds);
            sites.map(|(scored, fold)| scored.at(of_fold(thresholds[*fold as usize]), labels)).collect()
        };
        [all(&|of| of), all(&|of| Thresholds::both(of.strict))]
    }

    /// The same by scores alone.
    fn alone(&self) -> Study<'_> {
        let scored = self.scored.iter().map(Scored::alone).collect();
        Study { sites: self.sites, folds: self.folds.clone(), scored }
    }

    fn print(&self, name: &str) {
        self.print_by(name, Labels::All);
        self.print_by(&format!("{name}, trusted labels"), Labels::Trusted);
        self.alone().print_by(&format!("{name}, scores alone"), Labels::All);
    }

    fn print_by(&self, name: &str, labels: Labels) {
        let articles = self.articles();
        // The guards' threshold is a setting as well, and no setting is chosen by labels that are not trusted.
        let strict = best_within(&articles, Thresholds::both, STRICT_LOSS, Labels::Trusted).0;
        let usual = best_within(&articles, |strip| Thresholds { strip, strict }, 0.002, labels).1;
        let strict = best_within(&articles, Thresholds::both, 0.0005, labels).1;
        print!("| {name} | {:.3} | {:.3}, {:.3} |", usual.f1, strict.f1, strict.recall);
        for all in self.carried_over(labels) {
            let kind = |is_article: bool| -> Vec<Figures> {
                let of = |at: &usize| self.sites[*at].is_article() == is_article;
                (0..all.len()).filter(of).map(|at| all[at]).collect()
            };
            let (articles, docs) = (mean(&kind(true)), mean(&kind(false)));
            let worst = kind(true).iter().map(|of| of.loss).fold(0.0, f64::max);
            print!(
                " {:.3} | {:.3} | {:.3} % | {:.1} % | {:.2} % |",
                articles.f1,
                articles.recall,
                100.0 * articles.loss,
                100.0 * worst,
                100.0 * docs.loss
            );
        }
        println!();
    }
}

/// The thresholds for these sites: first the strict one, which guards ask for, then the usual one beside it.
fn chosen(sites: &[&Scored], labels: Labels) -> Thresholds {
    let strict = best_within(sites, Thresholds::both, STRICT_LOSS, labels).0;
    let strip = best_within(sites, |strip| Thresholds { strip, strict }, STRIP_LOSS, labels).0;
    Thresholds { strip, strict }
}

fn head() {
    println!(
        "| folds | F1 at .2 % | F1, recall at .05 % | strip: F1 | recall | loss | worst site | docs loss | strict: F1 | recall | loss | worst site | docs loss |"
    );
    println!("|{}", "---|".repeat(13));
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return println!("a study, not a test: cargo bench --bench fit");
    }
    let wants = |name: &str| arguments.iter().any(|argument| argument == name);
    let folder =
        std::env::var_os("TAMIS_DATA").map_or_else(|| "../shared/data".into(), std::path::PathBuf::from);
    if !folder.join("site-lines").exists() {
        return eprintln!("NOTHING WAS MEASURED: no site-lines in TAMIS_DATA or ../shared/data");
    }
    let sites = data::read(&folder);
    let lesson = |site: &Site| Lesson {
        whole: data::whole(site),
        few: FEW.iter().map(|&others| data::by_few(site, others, 40)).collect(),
    };
    let lessons: Vec<Lesson> = sites.iter().map(lesson).collect();
    eprintln!(
        "{} lines of {} sites",
        lessons.iter().map(|of| of.whole.rows.len()).sum::<usize>(),
        sites.len()
    );
    if wants("guards") {
        return print_guards(&sites, &lessons);
    }
    let seeds = if wants("once") { 0..1 } else { 0..DRAWS };
    head();
    let draws: Vec<HeldOut<'_>> = seeds.map(|seed| HeldOut::new(&sites, &lessons, seed)).collect();
    for (seed, held_out) in draws.iter().enumerate() {
        let whole = held_out.study(|lesson| &lesson.whole);
        whole.print(&format!("draw {seed}, all pages"));
        if wants("sites") {
            let [usual, strict] = whole.carried_over(Labels::All);
            for ((site, of), strict) in sites.iter().zip(usual).zip(strict) {
                let (f1, recall, loss) = (of.f1, of.recall, 100.0 * of.loss);
                let strict = 100.0 * strict.loss;
                println!(
                    "    {:40} F1 {f1:.3} recall {recall:.3} loss {loss:.2} %, strict {strict:.2} %",
                    site.name
                );
            }
        }
        if wants("errors") {
            held_out.print_errors(&whole);
        }
        if wants("few") {
            for (at, others) in FEW.iter().enumerate() {
                held_out.study(|lesson| &lesson.few[at]).print(&format!("draw {seed}, {others} other pages"));
            }
        }
    }
    if wants("write") {
        write(&draws);
    }
}

/// Lines under each guard, of these those that are content, and the same in characters, of articles and of documentation.
fn print_guards(sites: &[Site], lessons: &[Lesson]) {
    println!("| guard | sites | lines | content | characters | content |\n|{}", "---|".repeat(6));
    for (is_article, kind) in [(true, "articles"), (false, "documentation")] {
        let mut under: BTreeMap<String, [u64; 4]> = BTreeMap::new();
        let of_kind = sites.iter().zip(lessons).filter(|(site, _)| site.is_article() == is_article);
        for row in of_kind.flat_map(|(_, lesson)| &lesson.whole.rows).filter(|row| !row.is_faulty) {
            let guard = row.guard.map_or_else(|| "none".to_owned(), |guard| format!("{guard:?}"));
            let counts = under.entry(guard).or_default();
            let (content, characters) = (u64::from(!row.is_junk), u64::from(row.characters));
            let adds = [1, content, characters, content * characters];
            counts.iter_mut().zip(adds).for_each(|(count, add)| *count += add);
        }
        for (guard, [lines, content, characters, of_content]) in under {
            println!("| {guard} | {kind} | {lines} | {content} | {characters} | {of_content} |");
        }
    }
}

/// Models that were each fitted without the sites of one fold.
struct HeldOut<'a> {
    sites: &'a [Site],
    lessons: &'a [Lesson],
    folds: Vec<u64>,
    models: Vec<Model>,
}

impl<'a> HeldOut<'a> {
    fn new(sites: &'a [Site], lessons: &'a [Lesson], seed: u64) -> Self {
        let folds: Vec<u64> = sites.iter().map(|site| fold_of(site, seed)).collect();
        let without = |fold: u64| {
            let others = sites.iter().zip(lessons).zip(&folds).filter(|(_, of)| **of != fold);
            train(others.map(|(pair, _)| pair))
        };
        let models = (0..FOLDS).map(without).collect();
        Self { sites, lessons, folds, models }
    }

    /// What is lost and what is missed at the threshold of .2 % loss, the most characters first.
    fn print_errors(&self, study: &Study<'_>) {
        let thresholds = chosen(&study.articles(), Labels::Trusted);
        for (((site, lesson), scored), &fold) in
            self.sites.iter().zip(self.lessons).zip(&study.scored).zip(&self.folds)
        {
            let judged = lesson.whole.rows.iter().filter(|row| !row.is_faulty).zip(&scored.lines);
            let wrong = judged.filter(|(row, line)| row.is_junk != thresholds.strip(line));
            let mut costs: BTreeMap<(bool, &str), (u32, u32, f32, &Row)> = BTreeMap::new();
            for (row, &Judged { score, .. }) in wrong {
                let cost = costs.entry((row.is_junk, site.line(row))).or_insert((0, 0, score, row));
                *cost = (cost.0 + row.characters, cost.1 + 1, cost.2.max(score), row);
            }
            for is_missed in [false, true] {
                let mut of: Vec<_> = costs.iter().filter(|((is_junk, _), _)| *is_junk == is_missed).collect();
                of.sort_by_key(|(_, (characters, ..))| std::cmp::Reverse(*characters));
                println!("## {}: {}", site.name, if is_missed { "missed" } else { "lost" });
                for ((_, line), (characters, count, score, row)) in of.into_iter().take(8) {
                    let line: String = line.chars().take(100).collect();
                    println!("{characters:7} in {count:4}, score to {score:5.1}: {line}");
                    let mut parts = self.models[fold as usize].contributions(&row.features);
                    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
                    let tell = |(of, adds): &(Part, f32)| {
                        let of: Vec<String> = of
                            .features()
                            .map(|at| format!("{} {:.2}", FEATURES[at].0, row.features[at]))
                            .collect();
                        format!("{adds:+.1} {}", of.join(" with "))
                    };
                    println!("            {}", parts.iter().take(9).map(tell).collect::<Vec<_>>().join("; "));
                }
            }
        }
    }

    fn study(&self, evidence: impl Fn(&Lesson) -> &Evidence) -> Study<'a> {
        let sites = self.lessons.iter().zip(&self.folds);
        let scored = sites.map(|(lesson, fold)| scored(&self.models[*fold as usize], evidence(lesson)));
        Study { sites: self.sites, folds: self.folds.clone(), scored: scored.collect() }
    }
}

/// Fits on all sites; each threshold is the median of those that held-out sites ask for.
fn write(draws: &[HeldOut<'_>]) {
    let (sites, lessons) = (draws[0].sites, draws[0].lessons);
    let mut model = train(sites.iter().zip(lessons));
    let of_articles = |scored: &[&Scored]| {
        let Thresholds { strip, strict } = chosen(scored, Labels::Trusted);
        let suggest = best_within(scored, Thresholds::both, SUGGEST_LOSS, Labels::Trusted).0;
        [strip, strict, suggest]
    };
    let of_draw = |draw: &HeldOut<'_>| of_articles(&draw.study(|lesson| &lesson.whole).articles());
    let of_draws: Vec<[f32; 3]> = draws.iter().map(of_draw).collect();
    let medians = [0, 1, 2].map(|which| {
        let mut thresholds: Vec<f32> = of_draws.iter().map(|of| of[which]).collect();
        thresholds.sort_by(f32::total_cmp);
        thresholds[thresholds.len() / 2]
    });
    for (name, threshold) in ["strip", "strict", "suggest"].into_iter().zip(medians) {
        println!("{name}: {threshold:.2}");
        model.thresholds.insert(name.to_owned(), threshold);
    }
    std::fs::write("src/boilerplate/tables/model.tsv", model.to_table()).unwrap();
}
