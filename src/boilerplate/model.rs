//! The judge's weights: a sum of small steps over one or two pieces of evidence, stored as data.
//!
//! The score of a line is in log-odds of junk. It is a sum of depth-two trees (Friedman 2001), which is a sum of
//! functions of at most two features each: a *pair table*, as in generalised additive models with interactions
//! (Lou, Caruana, Gehrke, Hooker 2013). So every score can be taken apart: [`Model::contributions`] says how much
//! each piece of evidence, alone or beside another, has added, and these parts add up to the score.
//!
//! The numbers are in `tables/model.tsv`, written by `cargo bench --bench fit -- write`; `docs/boilerplate.md` says
//! how they were fitted and how good they are.

use super::features::{COUNT, FEATURES};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use wide::{CmpGe as _, f32x8};

/// Lines that are scored at once.
const LANES: usize = 8;

/// A question: is this feature at or above this value?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Number of the feature.
    pub feature: u8,
    /// From here on the answer is yes.
    pub cut: f32,
}

impl Split {
    #[inline]
    fn side(self, evidence: &[f32; COUNT]) -> usize {
        usize::from(evidence[usize::from(self.feature) % COUNT] >= self.cut)
    }
}

/// A question, a second one for each answer, and what each of the four outcomes adds to the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tree {
    /// The first question.
    pub root: Split,
    /// The second one, after no and after yes.
    pub then: [Split; 2],
    /// No-no, no-yes, yes-no, yes-yes.
    pub adds: [f32; 4],
}

impl Tree {
    /// The answer to the first question, and what is added.
    #[inline]
    pub fn outcome(&self, evidence: &[f32; COUNT]) -> (usize, f32) {
        let first = self.root.side(evidence);
        let second = self.then[first].side(evidence);
        (first, self.adds[2 * first + second])
    }
}

/// Weights and thresholds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Score of a line without evidence.
    pub base: f32,
    /// What is added to it.
    pub trees: Vec<Tree>,
    /// Thresholds of the tiers, by name.
    pub thresholds: BTreeMap<String, f32>,
}

const FITTED: &str = include_str!("tables/model.tsv");

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    FITTED.parse().unwrap_or_else(|fault| unreachable!("tests parse the table that is compiled in: {fault}"))
});

impl Model {
    /// The weights that come with the program.
    pub fn fitted() -> &'static Self {
        &MODEL
    }

    /// Log-odds that a line with this evidence is junk.
    pub fn score(&self, evidence: &[f32; COUNT]) -> f32 {
        self.trees.iter().fold(self.base, |score, tree| score + tree.outcome(evidence).1)
    }

    /// The scores of many lines: the same sums in the same order, for eight lines at once.
    pub fn scores(&self, evidence: &[[f32; COUNT]]) -> Vec<f32> {
        let mut scores = Vec::with_capacity(evidence.len());
        let mut columns = [[0.0; LANES]; COUNT];
        for group in evidence.chunks(LANES) {
            for (lane, line) in group.iter().enumerate() {
                for (column, value) in columns.iter_mut().zip(line) {
                    column[lane] = *value;
                }
            }
            let mut sums = f32x8::splat(self.base);
            for Tree { root, then: [no, yes], adds } in &self.trees {
                let asked = |split: &Split| {
                    f32x8::new(columns[usize::from(split.feature) % COUNT]).cmp_ge(f32x8::splat(split.cut))
                };
                let no = asked(no).blend(f32x8::splat(adds[1]), f32x8::splat(adds[0]));
                let yes = asked(yes).blend(f32x8::splat(adds[3]), f32x8::splat(adds[2]));
                sums += asked(root).blend(yes, no);
            }
            scores.extend_from_slice(&sums.to_array()[..group.len()]);
        }
        scores
    }

    /// The same score taken apart: what each feature, or pair of features, adds to the average line. The largest
    /// first.
    pub fn contributions(&self, evidence: &[f32; COUNT]) -> Vec<(Vec<usize>, f32)> {
        let mut parts: BTreeMap<Vec<usize>, f32> = BTreeMap::new();
        for tree in &self.trees {
            let (first, adds) = tree.outcome(evidence);
            let mut features = vec![usize::from(tree.root.feature), usize::from(tree.then[first].feature)];
            features.sort_unstable();
            features.dedup();
            *parts.entry(features).or_default() += adds;
        }
        let mut parts: Vec<(Vec<usize>, f32)> = parts.into_iter().collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        parts
    }

    /// A threshold by name; 0 if there is none of that name.
    pub fn threshold(&self, name: &str) -> f32 {
        self.thresholds.get(name).copied().unwrap_or(0.0)
    }

    /// The table, as it is parsed.
    pub fn to_table(&self) -> String {
        let mut table =
            String::from("# Written by `cargo bench --bench fit -- write`. Score: log-odds of junk.\n");
        let _ = writeln!(table, "base\t{}", self.base);
        for (name, threshold) in &self.thresholds {
            let _ = writeln!(table, "threshold\t{name}\t{threshold}");
        }
        table.push_str("# if\tis at least\tthen if\tis at least\tadd (no)\tadd (yes)\telse if\tis at least\tadd (no)\tadd (yes)\n");
        for Tree { root, then: [no, yes], adds } in &self.trees {
            let name = |split: &Split| FEATURES[usize::from(split.feature) % COUNT].0;
            let _ = writeln!(
                table,
                "tree\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                name(root),
                root.cut,
                name(yes),
                yes.cut,
                adds[2],
                adds[3],
                name(no),
                no.cut,
                adds[0],
                adds[1]
            );
        }
        table
    }
}

impl std::str::FromStr for Model {
    type Err = Error;

    fn from_str(table: &str) -> Result<Self> {
        let mut model = Self::default();
        for (number, line) in (1..).zip(table.lines()) {
            let fault =
                || Error::new(ErrorKind::Saved, format!("model.tsv:{number}"), "is no row of the model");
            let columns: Vec<&str> = line.split('\t').collect();
            let value =
                |at: usize| columns.get(at).and_then(|text| text.parse::<f32>().ok()).ok_or_else(fault);
            let split = |at: usize| {
                let name = columns.get(at).copied().unwrap_or_default();
                let feature = FEATURES.iter().position(|(known, ..)| *known == name).ok_or_else(fault)?;
                Ok(Split { feature: feature as u8, cut: value(at + 1)? })
            };
            match columns[0] {
                "base" => model.base = value(1)?,
                "threshold" => {
                    model.thresholds.insert(columns.get(1).ok_or_else(fault)?.to_string(), value(2)?);
                }
                "tree" => model.trees.push(Tree {
                    root: split(1)?,
                    then: [split(7)?, split(3)?],
                    adds: [value(9)?, value(10)?, value(5)?, value(6)?],
                }),
                comment if comment.starts_with('#') || comment.is_empty() => {}
                _ => return Err(fault()),
            }
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fitted_table_is_read_as_it_is_written() {
        let model = Model::fitted();
        assert!(model.trees.len() > 100, "the judge has no weights");
        assert_eq!(model.to_table().parse::<Model>().unwrap(), *model);
        for name in ["strip", "strict", "suggest"] {
            assert!(model.thresholds.contains_key(name), "no threshold {name}");
        }
    }

    #[test]
    fn eight_lines_at_once_score_as_each_alone_and_as_their_contributions() {
        let model = Model::fitted();
        let mut seed = 7u64;
        let mut random = || {
            seed = crate::hash::folded_multiply(seed ^ 0x9e37_79b9, 0xd6e8_feb8_6659_fd93);
            (seed % 1000) as f32 / 250.0 - 0.5
        };
        let lines: Vec<[f32; COUNT]> = (0..37).map(|_| std::array::from_fn(|_| random())).collect();
        let scores = model.scores(&lines);
        assert_eq!(scores.len(), lines.len());
        for (line, score) in lines.iter().zip(scores) {
            assert!(score.to_bits() == model.score(line).to_bits(), "{score} is not {}", model.score(line));
            let parts: f32 = model.contributions(line).iter().map(|(_, adds)| adds).sum();
            assert!((model.base + parts - score).abs() < 1e-3, "{parts} are not the parts of {score}");
        }
    }
}
