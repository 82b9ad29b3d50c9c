//! Quarantine: what is newly stripped on a site, if it is much, waits for a person.
//!
//! Nightly learning goes on by itself, and a flood of strange pages, a mistake upstream or a poisoned profile could make
//! it strip what readers came for. So whoever learns on compares: rules that strip now and did not before, whatever their
//! number, may together be a stated share of the site's known text at most. If they are more, all of them **wait**: an
//! edit says so ([`Decision::Wait`](super::edits::Decision)), their lines stay, and a person approves or keeps them.
//!
//! A site that was hardly known before ([`ENOUGH_ARTICLES`]) has no past to compare with, and works at once.

use super::edits::{Edits, name};
use super::judge::{Rule, SiteJudge, Tier};
use super::line::LineReader;
use serde::Serialize;
use std::collections::BTreeSet;

/// Articles from which what was known of a site is a past.
pub const ENOUGH_ARTICLES: u32 = 10;

/// Rules that were made to wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quarantine {
    /// How many.
    pub rules: usize,
    /// Their share of the site's known text, 0 to 1.
    pub share: f32,
}

/// Lets new rules of a site wait, in its edits, if they are more than `share` of its known text; `before` and `now` are
/// the site frozen before and after it learned on.
pub fn hold(edits: &mut Edits, before: &SiteJudge, now: &SiteJudge, share: f32) -> Option<Quarantine> {
    if before.articles() < ENOUGH_ARTICLES {
        return None;
    }
    let strips = |rule: &&Rule| rule.tier == Tier::Strip;
    let known: BTreeSet<u32> = before.rules().iter().filter(strips).map(|rule| rule.template).collect();
    let new: Vec<&Rule> =
        now.rules().iter().filter(strips).filter(|rule| !known.contains(&rule.template)).collect();
    let touched: f32 = new.iter().map(|rule| rule.touches).sum();
    if touched <= share {
        return None;
    }
    let mut reader = LineReader::default();
    new.iter().for_each(|rule| edits.wait(&name(&rule.line, rule.template, &mut reader)));
    Some(Quarantine { rules: new.len(), share: touched })
}
