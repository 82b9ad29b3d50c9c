//! What a threshold gives: precision, recall and loss by characters, a site at a time.

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) f1: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) loss: f64,
}

/// Which labels count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Labels {
    All,
    Trusted,
}

/// Scores of one site's counted lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scored {
    /// Score, whether junk, characters.
    pub(crate) lines: Vec<(f32, bool, u32)>,
    /// The same of lines whose labels are not to be trusted.
    pub(crate) faulty: Vec<(f32, bool, u32)>,
}

impl Scored {
    /// What a threshold gives, with or without the lines whose labels are not to be trusted.
    pub(crate) fn at(&self, threshold: f32, labels: Labels) -> Figures {
        let (mut junk, mut content, mut hit, mut lost) = (0f64, 0f64, 0f64, 0f64);
        let faulty = self.faulty.iter().filter(|_| labels == Labels::All);
        for &(score, is_junk, characters) in self.lines.iter().chain(faulty) {
            let characters = f64::from(characters);
            *(if is_junk { &mut junk } else { &mut content }) += characters;
            if score >= threshold {
                *(if is_junk { &mut hit } else { &mut lost }) += characters;
            }
        }
        let precision = if hit + lost > 0.0 { hit / (hit + lost) } else { 1.0 };
        let recall = if junk > 0.0 { hit / junk } else { 1.0 };
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Figures { f1, precision, recall, loss: if content > 0.0 { lost / content } else { 0.0 } }
    }
}

pub(crate) fn thresholds() -> impl Iterator<Item = f32> {
    (-40..160).map(|step| step as f32 * 0.05)
}

pub(crate) fn mean(figures: &[Figures]) -> Figures {
    let n = figures.len().max(1) as f64;
    let sum = |of: fn(&Figures) -> f64| figures.iter().map(of).sum::<f64>() / n;
    Figures {
        f1: sum(|f| f.f1),
        precision: sum(|f| f.precision),
        recall: sum(|f| f.recall),
        loss: sum(|f| f.loss),
    }
}

pub(crate) fn macro_at(sites: &[&Scored], threshold: f32, labels: Labels) -> Figures {
    mean(&sites.iter().map(|site| site.at(threshold, labels)).collect::<Vec<_>>())
}

/// The best F1 with at most this loss, and its threshold.
pub(crate) fn best_within(sites: &[&Scored], loss: f64, labels: Labels) -> (f32, Figures) {
    let all = thresholds().map(|threshold| (threshold, macro_at(sites, threshold, labels)));
    all.filter(|(_, figures)| figures.loss <= loss)
        .max_by(|a, b| a.1.f1.total_cmp(&b.1.f1))
        .unwrap_or((f32::INFINITY, Figures::default()))
}
