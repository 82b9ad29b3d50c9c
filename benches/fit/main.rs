//! Fits the weights of the judge and says how good they are: `cargo bench --bench fit`.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, missing_docs)]

mod curve;
mod data;
mod linear;
mod trees;

use curve::{Figures, Scored, best_within, macro_at, mean};
use data::{Row, Site};
use rayon::prelude::*;
use std::time::Instant;
use tamis::boilerplate::features::{COUNT, FEATURES};

const FOLDS: usize = 6;

fn family(name: &str) -> &str {
    for family in ["debian-handbook", "installation-guide", "rust-"] {
        if name.starts_with(family) {
            return family;
        }
    }
    name
}

fn fold_of(name: &str, seed: u64) -> usize {
    (tamis::hash::seeded(family(name).as_bytes(), seed) % FOLDS as u64) as usize
}

fn weights(rows: &[Row]) -> Vec<f32> {
    let of = |row: &Row| (row.characters.min(400) + 8) as f32;
    let sum: f32 = rows.iter().map(of).sum();
    rows.iter().map(|row| of(row) / sum * 6000.0).collect()
}

fn thinned(rows: &[Row], most: usize) -> Vec<Row> {
    let counted: Vec<&Row> = rows.iter().filter(|row| row.is_counted).collect();
    let step = (counted.len() as f64 / most as f64).max(1.0);
    let mut out = Vec::new();
    let mut at = 0.0;
    while (at as usize) < counted.len() {
        out.push(counted[at as usize].clone());
        at += step;
    }
    out
}

struct Model {
    linear: linear::Linear,
    trees: Vec<trees::Tree>,
}

impl Model {
    fn score(&self, row: &[f32; COUNT]) -> f32 {
        self.linear.score(row) + self.trees.iter().map(|tree| tree.value(row)).sum::<f32>()
    }
}

fn train(sites: &[&Vec<Row>], rounds: usize, features: &[usize]) -> Model {
    let mut rows = Vec::new();
    let mut junk = Vec::new();
    let mut all_weights = Vec::new();
    for site in sites {
        all_weights.extend(weights(site));
        for row in site.iter() {
            rows.push(&row.features);
            junk.push(row.is_junk);
        }
    }
    let linear = linear::fit(&rows, &junk, &all_weights, features, 150);
    let base: Vec<f32> = rows.iter().map(|row| linear.score(row)).collect();
    let settings = trees::Settings { rounds, rate: 0.08, least_rows: 200.0, ridge: 20.0, depth: 2, features: features.to_vec() };
    let trees = if rounds > 0 { trees::fit(&rows, &junk, &all_weights, &base, &settings) } else { Vec::new() };
    Model { linear, trees }
}

fn show(name: &str, sites: &[Site], scored: &[Scored], folds: &[usize]) {
    let articles: Vec<&Scored> = sites.iter().zip(scored).filter(|(site, _)| site.is_article()).map(|(_, s)| s).collect();
    let docs: Vec<&Scored> = sites.iter().zip(scored).filter(|(site, _)| !site.is_article()).map(|(_, s)| s).collect();
    let strict = best_within(&articles, 0.0005);
    let usual = best_within(&articles, 0.002);
    let best = best_within(&articles, 1.0);
    let worst = articles.iter().map(|s| s.at(usual.0).loss).fold(0.0, f64::max);
    // Carried over blind.
    let blind = |target: f64| -> (Figures, f64) {
        let mut figures = Vec::new();
        for fold in 0..FOLDS {
            let others: Vec<&Scored> = sites.iter().zip(scored).zip(folds).filter(|((site, _), f)| site.is_article() && **f != fold).map(|((_, s), _)| s).collect();
            let threshold = best_within(&others, target).0;
            figures.extend(sites.iter().zip(scored).zip(folds).filter(|((site, _), f)| site.is_article() && **f == fold).map(|((_, s), _)| s.at(threshold)));
        }
        (mean(&figures), figures.iter().map(|f| f.loss).fold(0.0, f64::max))
    };
    let (b05, w05) = blind(0.0005);
    let (b2, w2) = blind(0.002);
    println!(
        "{name:28} @.05 {:.3} (R {:.3} t {:.2}) @.2 {:.3} (t {:.2} worst {:.1}%) best {:.3} ({:.2}%) docs@.2 {:.2}% docs@.05 {:.2}% | blind .05: {:.3} R {:.3} loss {:.3}% worst {:.1}% | blind .2: {:.3} loss {:.3}% worst {:.1}%",
        strict.1.f1, strict.1.recall, strict.0, usual.1.f1, usual.0, 100.0 * worst, best.1.f1, 100.0 * best.1.loss,
        100.0 * macro_at(&docs, usual.0).loss, 100.0 * macro_at(&docs, strict.0).loss,
        b05.f1, b05.recall, 100.0 * b05.loss, 100.0 * w05, b2.f1, 100.0 * b2.loss, 100.0 * w2
    );
}

fn errors(sites: &[Site], all: &[Vec<Row>], models: &[Model], folds: &[usize], threshold: f32) {
    for s in 0..sites.len() {
        let (site, rows) = (&sites[s], &all[s]);
        let model = &models[folds[s]];
        let scores: Vec<f32> = rows.iter().map(|row| model.score(&row.features)).collect();
        let scored = Scored { lines: rows.iter().zip(&scored_or(&scores)).filter(|(r, _)| r.is_counted).map(|(r, s)| (*s, r.is_junk, r.characters)).collect() };
        let figures = scored.at(threshold);
        let best = curve::thresholds().map(|t| scored.at(t)).filter(|f| f.loss <= 0.002).map(|f| f.f1).fold(0.0, f64::max);
        println!("== {} {} pages {} f1 {:.3} p {:.3} r {:.3} loss {:.2}% own best {:.3}", site.kind, site.name, site.pages.len(), figures.f1, figures.precision, figures.recall, 100.0 * figures.loss, best);
        let mut groups: std::collections::HashMap<(bool, String), (u32, u32, f32, usize)> = std::collections::HashMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, r)| r.is_counted) {
            let stripped = scores[at] >= threshold;
            if stripped != row.is_junk {
                let text: String = site.pages[row.page as usize].line_text(row.line).chars().take(80).collect();
                let digits: String = text.chars().map(|c| if c.is_numeric() { '#' } else { c }).collect();
                let g = groups.entry((row.is_junk, digits)).or_insert((0, 0, scores[at], at));
                g.0 += row.characters;
                g.1 += 1;
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|g| std::cmp::Reverse(g.1.0));
        for junk in [false, true] {
            let total: u32 = groups.iter().filter(|g| g.0.0 == junk).map(|g| g.1.0).sum();
            println!("  {} {total}", if junk { "MISSED" } else { "LOST" });
            for ((_, text), (characters, count, score, at)) in groups.iter().filter(|g| g.0.0 == junk).take(7) {
                let f = &rows[*at].features;
                let told: Vec<String> = (0..COUNT).filter(|&i| model.linear.weights[i] * f[i] != 0.0).map(|i| (model.linear.weights[i] * f[i], i)).filter(|(w, _)| w.abs() > 0.4).map(|(w, i)| format!("{} {:.1}", FEATURES[i].0, w)).collect();
                println!("    {characters:6} x{count:4} {score:5.1} {text}  [{}]", told.join(", "));
            }
        }
    }
}

fn scored_or(scores: &[f32]) -> Vec<f32> {
    scores.to_vec()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let start = Instant::now();
    let sites = data::read(std::path::Path::new("../shared/data"));
    let all: Vec<Vec<Row>> = sites
        .iter()
        .map(|site| {
            let sample = data::sampled(site);
            data::rows(site, &sample, &(0..site.pages.len()).collect::<Vec<_>>())
        })
        .collect();
    eprintln!("{} rows in {:.1} s", all.iter().map(Vec::len).sum::<usize>(), start.elapsed().as_secs_f64());
    if let Ok(path) = std::env::var("DUMP") {
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        use std::io::Write;
        for (s, rows) in all.iter().enumerate() {
            for row in rows {
                for x in row.features { out.write_all(&x.to_le_bytes()).unwrap(); }
                for x in [s as u32, u32::from(row.is_junk), u32::from(row.is_counted), row.characters, row.page, row.line].into_iter().chain(row.keys) {
                    out.write_all(&x.to_le_bytes()).unwrap();
                }
            }
        }
        let names: Vec<String> = sites.iter().map(|s| format!("{}\t{}", s.name, s.kind)).collect();
        std::fs::write(format!("{path}.sites"), names.join("\n")).unwrap();
        let names: Vec<String> = FEATURES.iter().map(|f| format!("{}\t{}", f.0, f.1)).collect();
        std::fs::write(format!("{path}.features"), names.join("\n")).unwrap();
        return;
    }
    let thin: Vec<Vec<Row>> = all.iter().map(|rows| thinned(rows, 6000)).collect();
    let features: Vec<usize> = (0..COUNT).collect();
    let rounds: Vec<usize> = if arguments.is_empty() { vec![0, 200] } else { arguments.iter().map(|a| a.parse().unwrap()).collect() };
    for articles_only in [true, false] {
        for &rounds in &rounds {
            for seed in 0..2 {
                let folds: Vec<usize> = sites.iter().map(|site| fold_of(&site.name, seed)).collect();
                let mut scored = vec![Scored::default(); sites.len()];
                let mut last = None;
                let mut models = Vec::new();
                for fold in 0..FOLDS {
                    let training: Vec<&Vec<Row>> = (0..sites.len()).filter(|&s| folds[s] != fold && (!articles_only || sites[s].is_article())).map(|s| &thin[s]).collect();
                    let model = train(&training, rounds, &features);
                    for s in (0..sites.len()).filter(|&s| folds[s] == fold) {
                        scored[s].lines = all[s].par_iter().filter(|row| row.is_counted).map(|row| (model.score(&row.features), row.is_junk, row.characters)).collect();
                    }
                    if std::env::var("ERRORS").is_ok() { models.push(model); } else { last = Some(model); }
                }
                show(&format!("{} rounds {rounds} seed {seed}", if articles_only { "articles" } else { "all" }), &sites, &scored, &folds);
                if let Ok(t) = std::env::var("ERRORS") {
                    errors(&sites, &all, &models, &folds, t.parse().unwrap());
                    return;
                }
                if rounds == 0 && seed == 0 && articles_only {
                    let model = last.unwrap();
                    for f in 0..COUNT {
                        println!("    {:20} {:8.3}", FEATURES[f].0, model.linear.weights[f]);
                    }
                }
                eprintln!("{:.0} s", start.elapsed().as_secs_f64());
            }
        }
    }
}
