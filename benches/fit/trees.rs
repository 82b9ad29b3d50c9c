//! Boosted trees of depth two over binned features (Friedman 2001; second-order steps as in Chen and Guestrin 2016).
//!
//! Each round looks at a random half of the features, chosen by a fixed seed: trees that differ generalise better.

use rayon::prelude::*;
use tamis::boilerplate::features::{COUNT, WEIGHED};
use tamis::boilerplate::model::{Model, Split, Tree};

const BINS: usize = 48;
const ROUNDS: u64 = 500;
const RATE: f32 = 0.1;
/// Lines on either side of a question, at least.
const FEWEST: f32 = 200.0;
const RIDGE: f32 = 10.0;

/// What to learn from.
#[derive(Default)]
pub(crate) struct Lessons<'a> {
    pub(crate) rows: Vec<&'a [f32; COUNT]>,
    pub(crate) is_junk: Vec<bool>,
    pub(crate) weights: Vec<f32>,
}

/// Values of the features as small numbers.
struct Binned {
    /// Cuts between the bins of each feature.
    cuts: Vec<Vec<f32>>,
    /// A column a feature.
    columns: Vec<Vec<u8>>,
}

impl Binned {
    fn new(rows: &[&[f32; COUNT]]) -> Self {
        let of = |feature: usize| {
            let step = (rows.len() / 60_000).max(1);
            let mut values: Vec<f32> = rows.iter().step_by(step).map(|row| row[feature]).collect();
            values.sort_by(f32::total_cmp);
            let (low, high) = (values[0], values[values.len() - 1]);
            // Most lines have none of most evidence; the cuts are for those that have some.
            let some = &values[values.partition_point(|&value| value <= low)..];
            let mut cuts: Vec<f32> = some.first().copied().into_iter().collect();
            cuts.extend((1..BINS).filter_map(|bin| some.get(bin * some.len() / BINS)));
            // Rare values matter as well: the range is also cut evenly.
            cuts.extend([0.05, 0.2, 0.4, 0.6, 0.8, 0.95].map(|share| low + share * (high - low)));
            cuts.sort_by(f32::total_cmp);
            cuts.dedup();
            cuts.retain(|&cut| cut > low);
            let column =
                rows.iter().map(|row| cuts.partition_point(|&cut| cut <= row[feature]) as u8).collect();
            (cuts, column)
        };
        let (cuts, columns) = (0..COUNT).into_par_iter().map(of).unzip();
        Self { cuts, columns }
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    gradient: f32,
    hessian: f32,
    rows: f32,
}

impl Sum {
    fn add(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
            rows: self.rows + other.rows,
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }

    fn gain(self) -> f32 {
        self.gradient * self.gradient / (self.hessian + RIDGE)
    }

    fn step(self) -> f32 {
        RATE * self.gradient / (self.hessian + RIDGE)
    }
}

/// A question, and the last bin whose answer is no.
#[derive(Clone, Copy)]
struct Question {
    feature: usize,
    last: u8,
}

fn best_question(
    binned: &Binned,
    features: &[usize],
    rows: &[u32],
    steps: &[(f32, f32)],
) -> Option<Question> {
    let of = |&feature: &usize| {
        let column = &binned.columns[feature];
        let mut bins = [Sum::default(); 64];
        for &row in rows {
            let (gradient, hessian) = steps[row as usize];
            let bin = &mut bins[usize::from(column[row as usize])];
            *bin = bin.add(Sum { gradient, hessian, rows: 1.0 });
        }
        let all = bins.iter().fold(Sum::default(), |sum, &bin| sum.add(bin));
        let mut no = Sum::default();
        let mut best: Option<(f32, usize, u8)> = None;
        for (last, &bin) in bins[..binned.cuts[feature].len()].iter().enumerate() {
            no = no.add(bin);
            let yes = all.without(no);
            let gain = no.gain() + yes.gain() - all.gain();
            if no.rows >= FEWEST && yes.rows >= FEWEST && best.is_none_or(|(most, ..)| gain > most) {
                best = Some((gain, feature, last as u8));
            }
        }
        best
    };
    let found =
        features.par_iter().filter_map(of).reduce_with(|a, b| if (b.0, a.1) > (a.0, b.1) { b } else { a });
    found.map(|(_, feature, last)| Question { feature, last })
}

/// Fits a model.
pub(crate) fn fit(lessons: &Lessons<'_>) -> Model {
    let binned = Binned::new(&lessons.rows);
    let count = lessons.rows.len();
    let all: Vec<u32> = (0..count as u32).collect();
    let (mut junk, mut total) = (0f64, 0f64);
    for (&is_junk, &weight) in lessons.is_junk.iter().zip(&lessons.weights) {
        junk += f64::from(weight) * f64::from(u8::from(is_junk));
        total += f64::from(weight);
    }
    let mut model = Model { base: (junk / (total - junk)).ln() as f32, ..Model::default() };
    let mut scores = vec![model.base; count];
    for round in 0..ROUNDS {
        let steps: Vec<(f32, f32)> = (0..count)
            .into_par_iter()
            .map(|row| {
                let p = 1.0 / (1.0 + (-scores[row]).exp());
                let weight = lessons.weights[row];
                (weight * (f32::from(u8::from(lessons.is_junk[row])) - p), weight * (p * (1.0 - p)).max(1e-6))
            })
            .collect();
        let mut features: Vec<usize> = (0..WEIGHED).collect();
        features.sort_by_key(|&feature| tamis::hash::seeded(&[feature as u8], round));
        features.truncate(COUNT.div_ceil(2));
        features.sort_unstable();
        let Some(root) = best_question(&binned, &features, &all, &steps) else { break };
        let is_yes =
            |question: Question, row: u32| binned.columns[question.feature][row as usize] > question.last;
        let (yes, no): (Vec<u32>, Vec<u32>) = all.iter().partition(|&&row| is_yes(root, row));
        let split = |question: Question| Split {
            feature: question.feature as u8,
            cut: binned.cuts[question.feature][usize::from(question.last)],
        };
        let mut tree = Tree { root: split(root), then: [split(root); 2], adds: [0.0; 4] };
        for (side, part) in [no, yes].into_iter().enumerate() {
            let question = best_question(&binned, &features, &part, &steps);
            // Without a second question, the first is asked again: it has one answer here.
            let question = question.unwrap_or(root);
            tree.then[side] = split(question);
            let mut sums = [Sum::default(); 2];
            for &row in &part {
                let (gradient, hessian) = steps[row as usize];
                let sum = &mut sums[usize::from(is_yes(question, row))];
                *sum = sum.add(Sum { gradient, hessian, rows: 1.0 });
            }
            tree.adds[2 * side] = sums[0].step();
            tree.adds[2 * side + 1] = sums[1].step();
        }
        scores.par_iter_mut().zip(&lessons.rows).for_each(|(score, row)| *score += tree.outcome(row).1);
        model.trees.push(tree);
    }
    model
}
