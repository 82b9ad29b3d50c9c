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
use pulp::{Arch, Simd, WithSimd};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Lines whose evidence is laid out by feature, to be scored together.
const GROUP: usize = 32;

/// Vectors of lines that one look at a tree serves, if there are so many.
const VECTORS: usize = 4;

/// Columns of evidence: a power of two, so that none must be asked whether it is there.
const COLUMNS: usize = COUNT.next_power_of_two();

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

/// What adds something: one feature, or two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part([u8; 2]);

impl Part {
    fn of(a: u8, b: u8) -> Self {
        Self([a.min(b), a.max(b)])
    }

    /// The number of the first, and of the last: the same if there is only one.
    pub fn ends(self) -> [usize; 2] {
        self.0.map(usize::from)
    }

    /// Their numbers, the smaller one first.
    pub fn features(self) -> impl Iterator<Item = usize> {
        let [first, last] = self.ends();
        std::iter::once(first).chain((first != last).then_some(last))
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

    /// The scores of many lines: the same sums in the same order, for as many lines at once as the processor takes.
    pub fn scores(&self, evidence: &[[f32; COUNT]]) -> Vec<f32> {
        Arch::new().dispatch(Scoring { model: self, evidence })
    }

    /// The same score taken apart: what each feature, or pair of features, adds to the average line; in the order of parts.
    pub fn contributions(&self, evidence: &[f32; COUNT]) -> Vec<(Part, f32)> {
        const { assert!(COUNT <= 64, "one bit a feature") };
        let mut sums = [[0.0f32; COUNT]; COUNT];
        // Of each first feature, the second ones that it was met with.
        let mut met = [0u64; COUNT];
        for tree in &self.trees {
            let (first, adds) = tree.outcome(evidence);
            let [a, b] = Part::of(tree.root.feature, tree.then[first].feature).ends();
            sums[a][b] += adds;
            met[a] |= 1 << b;
        }
        let count = met.iter().map(|met| met.count_ones() as usize).sum();
        let mut parts: Vec<(Part, f32)> = Vec::with_capacity(count);
        for (a, mut met) in met.into_iter().enumerate() {
            while met != 0 {
                let b = met.trailing_zeros() as usize;
                parts.push((Part([a as u8, b as u8]), sums[a][b]));
                met &= met - 1;
            }
        }
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

/// Lines to be scored, with the vectors of the processor at hand.
struct Scoring<'a> {
    model: &'a Model,
    evidence: &'a [[f32; COUNT]],
}

impl WithSimd for Scoring<'_> {
    type Output = Vec<f32>;

    #[expect(clippy::inline_always, reason = "what is not inlined here is compiled for any processor")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let mut scores = Vec::with_capacity(self.evidence.len());
        let mut columns = [[0.0; GROUP]; COLUMNS];
        for group in self.evidence.chunks(GROUP) {
            for (lane, line) in group.iter().enumerate() {
                for (column, value) in columns.iter_mut().zip(line) {
                    column[lane] = *value;
                }
            }
            let mut sums = [self.model.base; GROUP];
            let vectors = S::as_mut_simd_f32s(&mut sums).0;
            let (wide, rest) = vectors[..group.len().div_ceil(S::F32_LANES)].as_chunks_mut();
            for (number, sums) in wide.iter_mut().enumerate() {
                add_trees::<S, VECTORS>(simd, &self.model.trees, &columns, VECTORS * number, sums);
            }
            let after = VECTORS * wide.len();
            for (number, sum) in rest.iter_mut().enumerate() {
                add_trees(simd, &self.model.trees, &columns, after + number, std::array::from_mut(sum));
            }
            scores.extend_from_slice(&sums[..group.len()]);
        }
        scores
    }
}

/// Adds what the trees say to the sums of the lines that stand in the vectors of each column from `first` on. A closure
/// here would be compiled for any processor, and not for the one at hand.
#[expect(clippy::inline_always, reason = "as with_simd")]
#[inline(always)]
fn add_trees<S: Simd, const N: usize>(
    simd: S,
    trees: &[Tree],
    columns: &[[f32; GROUP]; COLUMNS],
    first: usize,
    sums: &mut [S::f32s; N],
) {
    let mut totals = *sums;
    for Tree { root, then: [no, yes], adds } in trees {
        let roots = vectors_of::<S, N>(columns, root, first);
        let nos = vectors_of::<S, N>(columns, no, first);
        let yeses = vectors_of::<S, N>(columns, yes, first);
        let [root, no, yes] = [simd.splat_f32s(root.cut), simd.splat_f32s(no.cut), simd.splat_f32s(yes.cut)];
        let [no_no, no_yes] = [simd.splat_f32s(adds[0]), simd.splat_f32s(adds[1])];
        let [yes_no, yes_yes] = [simd.splat_f32s(adds[2]), simd.splat_f32s(adds[3])];
        for at in 0..N {
            let no = simd.select_f32s(simd.greater_than_or_equal_f32s(nos[at], no), no_yes, no_no);
            let yes = simd.select_f32s(simd.greater_than_or_equal_f32s(yeses[at], yes), yes_yes, yes_no);
            let add = simd.select_f32s(simd.greater_than_or_equal_f32s(roots[at], root), yes, no);
            totals[at] = simd.add_f32s(totals[at], add);
        }
    }
    *sums = totals;
}

/// The vectors of the feature that a split asks for, from `first` on.
#[expect(clippy::inline_always, reason = "as with_simd")]
#[inline(always)]
fn vectors_of<'c, S: Simd, const N: usize>(
    columns: &'c [[f32; GROUP]; COLUMNS],
    split: &Split,
    first: usize,
) -> &'c [S::f32s] {
    let column = S::as_simd_f32s(&columns[usize::from(split.feature) % COLUMNS]).0;
    &column[first..first + N]
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
    fn many_lines_at_once_score_as_each_alone_and_as_their_contributions() {
        let model = Model::fitted();
        let mut seed = 7u64;
        let mut random = || {
            seed = crate::hash::folded_multiply(seed ^ 0x9e37_79b9, 0xd6e8_feb8_6659_fd93);
            (seed % 1000) as f32 / 250.0 - 0.5
        };
        let lines: Vec<[f32; COUNT]> = (0..103).map(|_| std::array::from_fn(|_| random())).collect();
        // Whole groups, a rest of whole vectors, a rest of a vector.
        for count in [0, 1, 7, 8, 9, 31, 32, 33, 64, 103] {
            let alone: Vec<u32> = lines[..count].iter().map(|line| model.score(line).to_bits()).collect();
            let together: Vec<u32> = model.scores(&lines[..count]).into_iter().map(f32::to_bits).collect();
            assert_eq!(together, alone, "of {count} lines");
        }
        for line in &lines {
            let score = model.score(line);
            let parts: f32 = model.contributions(line).iter().map(|(_, adds)| adds).sum();
            assert!((model.base + parts - score).abs() < 1e-3, "{parts} are not the parts of {score}");
        }
    }
}
