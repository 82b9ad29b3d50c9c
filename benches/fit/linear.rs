//! Signed logistic regression: log-odds as a sum of weighted evidence, each weight with the sign its feature must have.
//!
//! Projected gradient steps with Nesterov's momentum on standardised inputs; ridge 1e-4.

use rayon::prelude::*;
use tamis::boilerplate::features::{COUNT, FEATURES};

#[derive(Clone, Debug)]
pub struct Linear {
    pub intercept: f32,
    /// Per unit of the feature as it is.
    pub weights: [f32; COUNT],
}

impl Linear {
    pub fn score(&self, row: &[f32; COUNT]) -> f32 {
        self.intercept + row.iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f32>()
    }
}

pub fn fit(rows: &[&[f32; COUNT]], junk: &[bool], line_weights: &[f32], features: &[usize], steps: usize) -> Linear {
    let total: f64 = line_weights.iter().map(|&w| f64::from(w)).sum();
    let mut mean = [0f64; COUNT];
    let mut deviation = [0f64; COUNT];
    for (row, &w) in rows.iter().zip(line_weights) {
        for f in 0..COUNT {
            mean[f] += f64::from(w) * f64::from(row[f]) / total;
        }
    }
    for (row, &w) in rows.iter().zip(line_weights) {
        for f in 0..COUNT {
            deviation[f] += f64::from(w) * (f64::from(row[f]) - mean[f]).powi(2) / total;
        }
    }
    let scale = deviation.map(|d| if d > 1e-9 { 1.0 / d.sqrt() } else { 0.0 });
    let used: Vec<bool> = (0..COUNT).map(|f| features.contains(&f)).collect();
    let mut w = [0f64; COUNT + 1];
    let mut previous = w;
    let mut rate = 2.0;
    let loss_gradient = |w: &[f64; COUNT + 1]| {
        let zero = || (0f64, [0f64; COUNT + 1]);
        let (loss, mut gradient) = rows
            .par_chunks(4096)
            .zip(junk.par_chunks(4096))
            .zip(line_weights.par_chunks(4096))
            .map(|((rows, junk), weights)| {
                let (mut loss, mut gradient) = zero();
                for ((row, &junk), &weight) in rows.iter().zip(junk).zip(weights) {
                    let mut x = [0f64; COUNT];
                    let mut score = w[COUNT];
                    for f in 0..COUNT {
                        x[f] = (f64::from(row[f]) - mean[f]) * scale[f];
                        score += w[f] * x[f];
                    }
                    let p = 1.0 / (1.0 + (-score).exp());
                    let y = f64::from(u8::from(junk));
                    let weight = f64::from(weight) / total;
                    loss -= weight * if junk { p.max(1e-12).ln() } else { (1.0 - p).max(1e-12).ln() };
                    let error = weight * (p - y);
                    for f in 0..COUNT {
                        gradient[f] += error * x[f];
                    }
                    gradient[COUNT] += error;
                }
                (loss, gradient)
            })
            .reduce(zero, |mut a, b| {
                a.0 += b.0;
                for f in 0..=COUNT {
                    a.1[f] += b.1[f];
                }
                a
            });
        let mut loss = loss;
        for f in 0..COUNT {
            loss += 1e-4 * w[f] * w[f] / 2.0;
            gradient[f] += 1e-4 * w[f];
        }
        (loss, gradient)
    };
    let project = |w: &mut [f64; COUNT + 1]| {
        for f in 0..COUNT {
            let sign = f64::from(FEATURES[f].1);
            if !used[f] || sign * w[f] < 0.0 {
                w[f] = 0.0;
            }
        }
    };
    let mut best = f64::INFINITY;
    let mut momentum = 0f64;
    for _ in 0..steps {
        let mut ahead = w;
        for f in 0..=COUNT {
            ahead[f] += momentum * (w[f] - previous[f]);
        }
        let (loss, gradient) = loss_gradient(&ahead);
        if loss > best + 1e-9 {
            momentum = 0.0;
            rate = (rate * 0.7f64).max(0.05);
        } else {
            momentum = (momentum + 0.1).min(0.95);
        }
        best = best.min(loss);
        previous = w;
        for f in 0..=COUNT {
            w[f] = ahead[f] - rate * gradient[f];
        }
        project(&mut w);
    }
    let mut linear = Linear { intercept: w[COUNT] as f32, weights: [0.0; COUNT] };
    for f in 0..COUNT {
        linear.weights[f] = (w[f] * scale[f]) as f32;
        linear.intercept -= (w[f] * scale[f] * mean[f]) as f32;
    }
    linear
}
