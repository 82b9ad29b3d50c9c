//! What thresholds give: precision, recall and loss by characters, a site at a time.

use tamis::boilerplate::guards::LineGuard;

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

/// A counted line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) score: f32,
    pub(crate) guard: Option<LineGuard>,
    pub(crate) is_junk: bool,
    pub(crate) characters: u32,
}

/// What a score must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thresholds {
    pub(crate) strip: f32,
    /// Where a guard asks for more.
    pub(crate) strict: f32,
}

impl Thresholds {
    /// The same for every line.
    pub(crate) const fn both(threshold: f32) -> Self {
        Self { strip: threshold, strict: threshold }
    }

    /// Whether a line goes.
    pub(crate) fn strip(self, line: &Judged) -> bool {
        match line.guard {
            Some(guard) if guard.is_absolute() => false,
            Some(_) => line.score >= self.strict,
            None => line.score >= self.strip,
        }
    }
}

/// One site's counted lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scored {
    pub(crate) lines: Vec<Judged>,
    /// Those whose labels are not to be trusted.
    pub(crate) faulty: Vec<Judged>,
}

impl Scored {
    /// The same without guards.
    pub(crate) fn alone(&self) -> Self {
        let alone = |lines: &[Judged]| lines.iter().map(|line| Judged { guard: None, ..*line }).collect();
        Self { lines: alone(&self.lines), faulty: alone(&self.faulty) }
    }

    /// What thresholds give, with or without the lines whose labels are not to be trusted.
    pub(crate) fn at(&self, thresholds: Thresholds, labels: Labels) -> Figures {
        let (mut junk, mut content, mut hit, mut lost) = (0f64, 0f64, 0f64, 0f64);
        let faulty = self.faulty.iter().filter(|_| labels == Labels::All);
        for line in self.lines.iter().chain(faulty) {
            let characters = f64::from(line.characters);
            *(if line.is_junk { &mut junk } else { &mut content }) += characters;
            if thresholds.strip(line) {
                *(if line.is_junk { &mut hit } else { &mut lost }) += characters;
            }
        }
        let precision = if hit + lost > 0.0 { hit / (hit + lost) } else { 1.0 };
        let recall = if junk > 0.0 { hit / junk } else { 1.0 };
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Figures { f1, precision, recall, loss: if content > 0.0 { lost / content } else { 0.0 } }
    }
}

pub(crate) fn thresholds() -> impl Iterator<Item = f32> {
    (-80..160).map(|step| step as f32 / 20.0)
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

pub(crate) fn macro_at(sites: &[&Scored], thresholds: Thresholds, labels: Labels) -> Figures {
    mean(&sites.iter().map(|site| site.at(thresholds, labels)).collect::<Vec<_>>())
}

/// Of what a threshold makes, the best F1 with at most this loss, and its threshold.
pub(crate) fn best_within(
    sites: &[&Scored],
    make: impl Fn(f32) -> Thresholds,
    loss: f64,
    labels: Labels,
) -> (f32, Figures) {
    let all = thresholds().map(|threshold| (threshold, macro_at(sites, make(threshold), labels)));
    all.filter(|(_, figures)| figures.loss <= loss)
        .max_by(|a, b| a.1.f1.total_cmp(&b.1.f1))
        .unwrap_or((f32::INFINITY, Figures::default()))
}
