//! Why was a line judged so? Its score taken apart, and told in plain words.
//!
//! [`Model::contributions`] says what each piece of evidence, alone or beside another, has added to the score. Here
//! contributions that say the same thing are put together: each goes to one [`Subject`], of a pair to the subject
//! that adds more in all. So the reasons are about different things, every contribution is in one of them, and they
//! add up: to the tenth that is printed, the reasons and the rest give the sum that stands at the end.

use super::features::{COUNT, FEATURES, PHRASES, Subject};
use super::model::{Model, Part};
use super::phrases::Level;
use std::cmp::Ordering;

/// Reasons that are told, at most.
const TOLD: usize = 4;

/// Share of a subject's sum from which the partner of a pair is told as well.
const PARTNER: f32 = 0.5;

/// The reasons, the weightiest first; then the rest, then the sum beside the sum from which a line is stripped, if
/// there is one. `chrome` is the phrase of site chrome that the line begins with, if it is known.
pub(super) fn reasons(evidence: &[f32; COUNT], strip_from: Option<f32>, chrome: Option<&str>) -> Vec<String> {
    let parts = Model::fitted().contributions(evidence);
    let total: i32 = tenths(parts.iter().map(|(_, adds)| adds).sum());
    let voices = voices(evidence);
    let (parts, mut groups) = by_subject(parts, &voices);
    groups.sort_by(|a, b| b.sum.abs().total_cmp(&a.sum.abs()));
    groups.retain(|group| tenths(group.sum) != 0);
    let told = groups.len().min(TOLD);
    let mut rest = total;
    let mut reasons = Vec::with_capacity(TOLD + 2);
    for group in &groups[..told] {
        rest -= tenths(group.sum);
        reasons.push(format!(
            "{} {}",
            signed(tenths(group.sum)),
            group.told(&parts, evidence, &voices, chrome)
        ));
    }
    if rest != 0 {
        reasons.push(match groups.len() - told {
            0 => format!("{} in all else", signed(rest)),
            1 => format!("{} in a smaller one", signed(rest)),
            smaller => format!("{} in {smaller} smaller ones", signed(rest)),
        });
    }
    let needed = strip_from.map(|from| format!("; stripped from {} on", signed(tenths(from))));
    reasons.push(format!("{} in sum{}", signed(total), needed.unwrap_or_default()));
    reasons
}

/// What is said about one subject.
struct Group {
    subject: Subject,
    sum: f32,
}

/// A contribution, under the subject that it is told with.
struct Contribution {
    subject: Subject,
    part: Part,
    adds: f32,
}

/// How the value of a feature sounds: how much it is, and whether it says that something is not so.
type Voice = (Level, bool);

fn voices(evidence: &[f32; COUNT]) -> [Voice; COUNT] {
    std::array::from_fn(|feature| {
        let (phrase, value) = (PHRASES[feature].1, evidence[feature]);
        (phrase.level(value, evidence), phrase.denies(value))
    })
}

/// Each contribution under one subject; and what is said about each, in the order of subjects.
fn by_subject(parts: Vec<(Part, f32)>, voices: &[Voice; COUNT]) -> (Vec<Contribution>, Vec<Group>) {
    let mut weights = [0.0f32; Subject::COUNT];
    for &(part, adds) in &parts {
        let [first, last] = subjects(part);
        weights[first as usize] += adds;
        if last != first {
            weights[last as usize] += adds;
        }
    }
    let mut groups: [Option<Group>; Subject::COUNT] = [const { None }; Subject::COUNT];
    let contributions = parts.into_iter().map(|(part, adds)| {
        // Place and site say little alone: what they add beside something else is told with that.
        let rank = |feature: usize, subject: Subject| {
            (speaks(feature, voices, adds), subject < Subject::Place, weights[subject as usize].abs())
        };
        let [first, last] = subjects(part);
        let features = part.ends();
        let is_last = rank(features[1], last) > rank(features[0], first);
        let subject = if is_last { last } else { first };
        groups[subject as usize].get_or_insert(Group { subject, sum: 0.0 }).sum += adds;
        Contribution { subject, part, adds }
    });
    let contributions = contributions.collect();
    (contributions, groups.into_iter().flatten().collect())
}

/// What the first and the last feature of a part are about.
fn subjects(part: Part) -> [Subject; 2] {
    part.ends().map(|feature| PHRASES[feature].0)
}

/// How well the value of a feature explains what was added: 0 if it speaks for the contrary, 1 if it says that something
/// is not so.
fn speaks(feature: usize, voices: &[Voice; COUNT], adds: f32) -> u8 {
    let for_junk = f32::from(FEATURES[feature].1) * adds;
    match voices[feature] {
        (Level::Low, _) if for_junk > 0.0 => 0,
        (Level::High, _) if for_junk < 0.0 => 0,
        (_, true) => 1,
        _ => 2,
    }
}

impl Group {
    /// What speaks loudest in the direction of the sum, and what it was paired with, if much of the sum hangs on it.
    fn told(
        &self,
        parts: &[Contribution],
        evidence: &[f32; COUNT],
        voices: &[Voice; COUNT],
        chrome: Option<&str>,
    ) -> String {
        let say = |feature: usize| PHRASES[feature].1.say(evidence[feature], evidence, chrome);
        let speaks = |feature: usize| speaks(feature, voices, self.sum);
        let is_own = |feature: usize| PHRASES[feature].0 == self.subject;
        let parts: Vec<&Contribution> = parts.iter().filter(|part| part.subject == self.subject).collect();
        let own = self.adds(&parts, |_, feature| is_own(feature));
        let loudest = |a: &(usize, f32), b: &(usize, f32)| {
            (speaks(a.0), a.1).partial_cmp(&(speaks(b.0), b.1)).unwrap_or(Ordering::Equal)
        };
        let lead = known(&own).max_by(loudest).map_or(0, |(feature, _)| feature);
        let partners = self.adds(&parts, |part, feature| part.ends().contains(&lead) && !is_own(feature));
        let partner = known(&partners).filter(|(feature, _)| speaks(*feature) == 2).max_by(loudest);
        match partner {
            Some((partner, adds)) if adds >= PARTNER * self.sum.abs() => {
                format!("{}, and {}", say(lead), say(partner))
            }
            _ => say(lead),
        }
    }

    /// What the features that are wanted of a part add in the direction of the sum.
    fn adds(&self, parts: &[&Contribution], is_wanted: impl Fn(Part, usize) -> bool) -> [Option<f32>; COUNT] {
        let mut adds = [None::<f32>; COUNT];
        for Contribution { part, adds: value, .. } in parts {
            for feature in part.features().filter(|&feature| is_wanted(*part, feature)) {
                *adds[feature].get_or_insert_default() += value * self.sum.signum();
            }
        }
        adds
    }
}

/// The features that something is known of, ascending.
fn known(adds: &[Option<f32>; COUNT]) -> impl Iterator<Item = (usize, f32)> {
    adds.iter().enumerate().filter_map(|(feature, adds)| Some((feature, (*adds)?)))
}

fn tenths(value: f32) -> i32 {
    (10.0 * value).round() as i32
}

fn signed(tenths: i32) -> String {
    format!("{:+.1}", f64::from(tenths) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::folded_multiply;

    /// Evidence as it may be: each feature nothing, something or all.
    fn lines() -> Vec<[f32; COUNT]> {
        let mut seed = 7u64;
        let mut random = || {
            seed = folded_multiply(seed ^ 0x9e37_79b9, 0xd6e8_feb8_6659_fd93);
            (seed % 5) as f32 / 4.0
        };
        (0..500).map(|_| std::array::from_fn(|_| random())).collect()
    }

    fn amount(reason: &str) -> i32 {
        tenths(reason.split(' ').next().unwrap().parse::<f32>().unwrap())
    }

    #[test]
    fn reasons_and_the_rest_give_the_score() {
        let model = Model::fitted();
        for line in lines() {
            let mut reasons = reasons(&line, Some(1.25), None);
            let sum = reasons.pop().unwrap();
            assert!(sum.ends_with(" in sum; stripped from +1.3 on"), "{sum}");
            assert_eq!(reasons.iter().map(|reason| amount(reason)).sum::<i32>(), amount(&sum), "{reasons:?}");
            let score = model.score(&line) - model.base;
            assert!((score - amount(&sum) as f32 / 10.0).abs() < 0.06, "{sum} is not {score}");
        }
    }

    #[test]
    fn four_reasons_are_about_four_things_and_the_weightiest_come_first() {
        for line in lines() {
            let (_, groups) = by_subject(Model::fitted().contributions(&line), &voices(&line));
            let mut subjects: Vec<Subject> = groups.iter().map(|group| group.subject).collect();
            subjects.dedup();
            assert_eq!(subjects.len(), groups.len());
            let told = reasons(&line, None, None);
            let amounts: Vec<i32> = told.iter().take(TOLD).map(|reason| amount(reason).abs()).collect();
            assert!(amounts.is_sorted_by(|a, b| a >= b), "{told:?}");
            assert!(told.len() <= TOLD + 2 && told.last().unwrap().ends_with(" in sum"), "{told:?}");
        }
    }

    #[test]
    fn a_line_without_evidence_is_told_by_what_it_is_not() {
        let told = reasons(&[0.0; COUNT], None, None);
        assert!(told.iter().all(|reason| !reason.contains("{}")), "{told:?}");
    }
}
