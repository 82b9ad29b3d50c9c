//! Why was a line judged so? Its score taken apart, and told in plain words.
//!
//! [`Model::contributions`] says what each piece of evidence, alone or beside another, has added to the score. Here
//! contributions that say the same thing are put together: each goes to one [`Subject`], of a pair to the subject
//! that adds more in all. So the reasons are about different things, every contribution is in one of them, and they
//! add up: to the tenth that is printed, the reasons and the rest give the sum that stands at the end.

use super::features::{COUNT, PHRASES, Subject};
use super::model::Model;
use std::collections::BTreeMap;

/// Reasons that are told, at most.
const TOLD: usize = 4;

/// Share of a subject's sum from which the partner of a pair is told as well.
const PARTNER: f32 = 0.5;

/// The reasons, the weightiest first; then the rest, then the sum beside the sum from which a line is stripped, if
/// there is one. `chrome` is the phrase of site chrome that the line begins with, if it is known.
pub(super) fn reasons(evidence: &[f32; COUNT], strip_from: Option<f32>, chrome: Option<&str>) -> Vec<String> {
    let parts = Model::fitted().contributions(evidence);
    let total: i32 = tenths(parts.iter().map(|(_, adds)| adds).sum());
    let mut groups: Vec<Group> = by_subject(parts);
    groups.sort_by(|a, b| b.sum.abs().total_cmp(&a.sum.abs()));
    groups.retain(|group| tenths(group.sum) != 0);
    let told = groups.len().min(TOLD);
    let mut rest = total;
    let mut reasons = Vec::with_capacity(TOLD + 2);
    for group in &groups[..told] {
        rest -= tenths(group.sum);
        reasons.push(format!("{} {}", signed(tenths(group.sum)), group.told(evidence, chrome)));
    }
    if groups.len() > told || rest != 0 {
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

/// Contributions about one subject.
struct Group {
    subject: Subject,
    parts: Vec<(Vec<usize>, f32)>,
    sum: f32,
}

/// Each contribution under one subject.
fn by_subject(parts: Vec<(Vec<usize>, f32)>) -> Vec<Group> {
    let subjects = |part: &[usize]| {
        let (first, last) = (part[0], part[part.len() - 1]);
        (PHRASES[first].0, PHRASES[last].0)
    };
    let mut weights: BTreeMap<Subject, f32> = BTreeMap::new();
    for (part, adds) in &parts {
        let (a, b) = subjects(part);
        *weights.entry(a).or_default() += adds;
        if a != b {
            *weights.entry(b).or_default() += adds;
        }
    }
    let mut groups: BTreeMap<Subject, Group> = BTreeMap::new();
    for (part, adds) in parts {
        let (a, b) = subjects(&part);
        // Place and site say little alone: what they add beside something else is told with that.
        let rank = |subject: Subject| (subject < Subject::Place, weights[&subject].abs());
        let subject = if rank(b) > rank(a) { b } else { a };
        let group = groups.entry(subject).or_insert(Group { subject, parts: Vec::new(), sum: 0.0 });
        group.sum += adds;
        group.parts.push((part, adds));
    }
    groups.into_values().collect()
}

impl Group {
    /// What speaks loudest in the direction of the sum, and what it was paired with, if much of the sum hangs on it.
    fn told(&self, evidence: &[f32; COUNT], chrome: Option<&str>) -> String {
        let say = |feature: usize| PHRASES[feature].1.say(evidence[feature], evidence, chrome);
        let is_own = |feature: usize| PHRASES[feature].0 == self.subject;
        let (lead, _) = self.loudest(|part, feature| part.contains(&feature) && is_own(feature));
        let (partner, adds) = self.loudest(|part, feature| {
            part.contains(&lead) && !is_own(feature) && !PHRASES[feature].1.denies(evidence[feature])
        });
        if adds >= PARTNER * self.sum.abs() && adds > 0.0 {
            format!("{}, and {}", say(lead), say(partner))
        } else {
            say(lead)
        }
    }

    /// The feature that adds most in the direction of the sum, of those that are wanted of a part, and how much.
    fn loudest(&self, is_wanted: impl Fn(&[usize], usize) -> bool) -> (usize, f32) {
        let mut adds: BTreeMap<usize, f32> = BTreeMap::new();
        for (part, value) in &self.parts {
            for &feature in part.iter().filter(|&&feature| is_wanted(part, feature)) {
                *adds.entry(feature).or_default() += value * self.sum.signum();
            }
        }
        adds.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).unwrap_or_default()
    }
}

fn tenths(value: f32) -> i32 {
    (10.0 * value).round() as i32
}

fn signed(tenths: i32) -> String {
    format!("{:+.1}", f64::from(tenths) / 10.0)
}
