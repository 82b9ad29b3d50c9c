//! Boosted trees of depth two over binned features (Friedman 2001; second-order steps as in Chen and Guestrin 2016).

use rayon::prelude::*;
use tamis::boilerplate::features::COUNT;

pub const BINS: usize = 24;

/// Cuts between the bins of each feature.
#[derive(Clone, Debug)]
pub struct Cuts(pub Vec<Vec<f32>>);

impl Cuts {
    pub fn new(rows: &[&[f32; COUNT]]) -> Self {
        let of = |feature: usize| {
            let step = (rows.len() / 60_000).max(1);
            let mut values: Vec<f32> = rows.iter().step_by(step).map(|row| row[feature]).collect();
            values.sort_by(f32::total_cmp);
            let mut cuts: Vec<f32> = (1..BINS).map(|bin| values[bin * values.len() / BINS]).collect();
            // Rare values matter as well: the ends of the range get cuts of their own.
            let (low, high) = (values[0], values[values.len() - 1]);
            for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
                cuts.push(low + share * (high - low));
            }
            cuts.sort_by(f32::total_cmp);
            cuts.dedup();
            cuts.retain(|&cut| cut > low);
            cuts
        };
        Self((0..COUNT).into_par_iter().map(of).collect())
    }

    pub fn bin(&self, feature: usize, value: f32) -> u8 {
        self.0[feature].partition_point(|&cut| cut <= value) as u8
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Split {
    pub feature: usize,
    /// Values at or above this go right.
    pub cut: f32,
    bin: u8,
}

#[derive(Clone, Debug)]
pub struct Tree {
    pub root: Split,
    pub children: [Option<Split>; 2],
    /// Left-left, left-right, right-left, right-right.
    pub leaves: [f32; 4],
}

impl Tree {
    pub fn value(&self, row: &[f32; COUNT]) -> f32 {
        let side = |split: Split| usize::from(row[split.feature] >= split.cut);
        let first = side(self.root);
        let second = self.children[first].map_or(0, side);
        self.leaves[2 * first + second]
    }
}

pub struct Settings {
    pub rounds: usize,
    pub rate: f32,
    pub least_rows: f32,
    pub ridge: f32,
    pub depth: usize,
    /// Features that may be used.
    pub features: Vec<usize>,
}

struct Binned {
    columns: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    g: f32,
    h: f32,
    n: f32,
}

fn gain(cell: Cell, ridge: f32) -> f32 {
    cell.g * cell.g / (cell.h + ridge)
}

fn best_split(binned: &Binned, cuts: &Cuts, settings: &Settings, rows: &[u32], g: &[f32], h: &[f32]) -> Option<(f32, Split)> {
    settings.features
        .par_iter()
        .filter_map(|&feature| {
            let column = &binned.columns[feature];
            let mut cells = [Cell::default(); 64];
            for &row in rows {
                let cell = &mut cells[usize::from(column[row as usize])];
                cell.g += g[row as usize];
                cell.h += h[row as usize];
                cell.n += 1.0;
            }
            let all = cells.iter().fold(Cell::default(), |a, b| Cell { g: a.g + b.g, h: a.h + b.h, n: a.n + b.n });
            let mut left = Cell::default();
            let mut best: Option<(f32, Split)> = None;
            for bin in 0..cuts.0[feature].len() {
                let cell = cells[bin];
                left = Cell { g: left.g + cell.g, h: left.h + cell.h, n: left.n + cell.n };
                let right = Cell { g: all.g - left.g, h: all.h - left.h, n: all.n - left.n };
                if left.n < settings.least_rows || right.n < settings.least_rows {
                    continue;
                }
                let better = gain(left, settings.ridge) + gain(right, settings.ridge) - gain(all, settings.ridge);
                if best.is_none_or(|(most, _)| better > most) {
                    best = Some((better, Split { feature, cut: cuts.0[feature][bin], bin: bin as u8 }));
                }
            }
            best
        })
        .reduce_with(|a, b| if (b.0, a.1.feature) > (a.0, b.1.feature) { b } else { a })
}

/// Fits trees on top of `base`, the scores so far (log-odds of junk).
pub fn fit(rows: &[&[f32; COUNT]], junk: &[bool], weights: &[f32], base: &[f32], settings: &Settings) -> Vec<Tree> {
    let cuts = Cuts::new(rows);
    let columns = (0..COUNT).into_par_iter().map(|f| rows.iter().map(|row| cuts.bin(f, row[f])).collect()).collect();
    let binned = Binned { columns };
    let mut scores = base.to_vec();
    let mut trees = Vec::new();
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut g = vec![0.0; rows.len()];
    let mut h = vec![0.0; rows.len()];
    for _ in 0..settings.rounds {
        for at in 0..rows.len() {
            let p = 1.0 / (1.0 + (-scores[at]).exp());
            g[at] = weights[at] * (f32::from(u8::from(junk[at])) - p);
            h[at] = weights[at] * (p * (1.0 - p)).max(1e-6);
        }
        let Some((_, root)) = best_split(&binned, &cuts, settings, &all, &g, &h) else { break };
        let (left, right): (Vec<u32>, Vec<u32>) = all.iter().partition(|&&row| binned.columns[root.feature][row as usize] <= root.bin);
        let mut tree = Tree { root, children: [None, None], leaves: [0.0; 4] };
        for (side, part) in [left, right].into_iter().enumerate() {
            let split = if settings.depth > 1 { best_split(&binned, &cuts, settings, &part, &g, &h).map(|(_, split)| split) } else { None };
            tree.children[side] = split;
            let mut sums = [Cell::default(); 2];
            let leaf_of = |row: u32| split.map_or(0, |split| usize::from(binned.columns[split.feature][row as usize] > split.bin));
            for &row in &part {
                let sum = &mut sums[leaf_of(row)];
                sum.g += g[row as usize];
                sum.h += h[row as usize];
            }
            for (leaf, sum) in sums.iter().enumerate() {
                tree.leaves[2 * side + leaf] = settings.rate * sum.g / (sum.h + settings.ridge);
            }
            for &row in &part {
                scores[row as usize] += tree.leaves[2 * side + leaf_of(row)];
            }
        }
        trees.push(tree);
    }
    trees
}
