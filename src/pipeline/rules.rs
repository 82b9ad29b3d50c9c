//! `tamis rules`: what profiles say, compared, and changed by what a person asks.
//!
//! An edit is made only where the text asks for something else than the profile says now: a text that is printed and
//! applied changes nothing, and a part of it is as good as all of it. The rules themselves are
//! [`boilerplate::rules`](crate::boilerplate::rules).

use super::profiles;
use crate::boilerplate::edits::{self, Decision};
use crate::boilerplate::judge::{Rule, Tier, shared_lines};
use crate::boilerplate::line::LineReader;
use crate::boilerplate::profile::Profile;
use crate::boilerplate::rules::{Asked, SiteRules, site_word};
use crate::error::{Error, ErrorKind, Result};
use crate::io::output::Existing;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rules of all sites of a profile by name, or of those that are wanted.
pub fn rules(profile: &Profile, is_wanted: impl Fn(&str) -> bool) -> Vec<SiteRules> {
    let shared = shared_lines(profile.sites().map(|(_, site)| site));
    let sites: Vec<_> = profile.sites().filter(|(name, _)| is_wanted(name)).collect();
    sites.into_par_iter().map(|(name, site)| SiteRules::new(name, site, &shared)).collect()
}

/// Fails if a profile does not know a site that is named.
pub fn ensure_known(profile: &Profile, place: &Path, site: Option<&str>) -> Result<()> {
    match site {
        Some(name) if profile.site(name).is_none() => {
            let fault = format!("knows no site {}", site_word(name));
            Err(Error::new(ErrorKind::Usage, place.display().to_string(), fault)
                .next_step("tamis rules without --site lists all of them"))
        }
        _ => Ok(()),
    }
}

/// What applying a text has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Edits by site.
    pub sites: BTreeMap<String, EditCounts>,
    /// What a person should look at, in the order of the text.
    pub warnings: Vec<String>,
}

/// Edits of one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EditCounts {
    /// Lines that are stripped from now on.
    pub strip: u64,
    /// Lines that are kept from now on.
    pub keep: u64,
    /// Lines about which what was learned counts again.
    pub taken_back: u64,
}

impl EditCounts {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.strip + self.keep + self.taken_back
    }
}

/// Changes the profile in a file; the file is replaced at the very end, and only if there is something to change.
pub fn apply_to_file(file: &Path, asked: &[Asked], place: &str) -> Result<Applied> {
    let mut profile = profiles::read(file)?;
    let applied = apply(&mut profile, asked, place)?;
    if !applied.sites.is_empty() {
        profiles::write(&profile, profiles::create(file, Existing::Replace)?)?;
    }
    Ok(applied)
}

/// Approves what waits on the sites that are wanted, in the profile in a file.
pub fn approve_in_file(file: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Applied> {
    apply_to_file(file, &waiting(&profiles::read(file)?, is_wanted), &file.display().to_string())
}

/// The same in a profile, named `place`.
pub fn approve(profile: &mut Profile, is_wanted: impl Fn(&str) -> bool, place: &str) -> Result<Applied> {
    let asked = waiting(profile, is_wanted);
    apply(profile, &asked, place)
}

/// What would approve all that waits.
fn waiting(profile: &Profile, is_wanted: impl Fn(&str) -> bool) -> Vec<Asked> {
    let told = rules(profile, is_wanted);
    let waiting = told.iter().flat_map(|site| {
        let waits = |rule: &&Rule| rule.tier == Tier::Wait;
        site.lines.iter().filter(waits).map(|rule| Asked {
            number: 0,
            site: site.site.clone(),
            word: Tier::Strip,
            line: rule.line.clone(),
            key: rule.template,
        })
    });
    waiting.collect()
}

/// Makes an edit for each line of which a text, named `place`, asks for something else than the profile says.
///
/// Fails without a change if the text asks for two things of one line.
pub fn apply(profile: &mut Profile, asked: &[Asked], place: &str) -> Result<Applied> {
    let mut by_site: BTreeMap<&str, BTreeMap<u32, &Asked>> = BTreeMap::new();
    for asked in asked {
        let earlier = by_site.entry(&asked.site).or_default().entry(asked.key).or_insert(asked);
        if earlier.word != asked.word {
            let fault = format!(
                "says {}, but line {} says {} of the same line",
                asked.word.name(),
                earlier.number,
                earlier.word.name()
            );
            return Err(Error::new(ErrorKind::Input, format!("{place}:{}", asked.number), fault)
                .next_step("take one of them out"));
        }
    }
    let told = rules(profile, |name| by_site.contains_key(name));
    let told: BTreeMap<&str, &SiteRules> = told.iter().map(|site| (site.site.as_str(), site)).collect();
    let mut applied = Applied::default();
    let mut warnings = BTreeMap::new();
    for (name, of_site) in by_site {
        let known = told.get(name);
        let lines: BTreeMap<u32, &Rule> =
            known.iter().flat_map(|site| &site.lines).map(|rule| (rule.template, rule)).collect();
        if known.is_none() {
            let first = of_site.values().map(|asked| asked.number).min().unwrap_or(0);
            let warning = format!("{place}:{first}: the profile knows no page of site {}", site_word(name));
            warnings.insert((first, 0), warning);
        }
        let mut counts = EditCounts::default();
        let mut asked: Vec<&Asked> = of_site.into_values().collect();
        asked.sort_by_key(|asked| asked.number);
        for asked in asked {
            let told = lines.get(&asked.key).copied();
            match change(told, asked.word) {
                Change::None => continue,
                Change::Refused(what) => {
                    warnings.insert((asked.number, 1), format!("{place}:{}: {what}", asked.number));
                    continue;
                }
                Change::Decide(decision) => {
                    decide(profile, asked, Some(decision));
                    match decision {
                        Decision::Strip => counts.strip += 1,
                        Decision::Keep | Decision::Wait => counts.keep += 1,
                    }
                }
                Change::TakeBack => {
                    decide(profile, asked, None);
                    counts.taken_back += 1;
                }
            }
            if told.is_none() && known.is_some() {
                let what = "no two articles of the site have this line; it is decided all the same";
                warnings.insert((asked.number, 1), format!("{place}:{}: {what}", asked.number));
            }
        }
        if counts.total() > 0 {
            applied.sites.insert(name.to_owned(), counts);
        }
    }
    applied.warnings = warnings.into_values().collect();
    Ok(applied)
}

/// What is done about a line.
enum Change {
    None,
    Decide(Decision),
    TakeBack,
    Refused(String),
}

/// What to do so that `told`, if anything is told of the line, becomes `word`.
fn change(told: Option<&Rule>, word: Tier) -> Change {
    let learned = told.filter(|told| told.decision.is_some()).map(|told| told.learned);
    if told.is_some_and(|told| told.tier == word) {
        return Change::None;
    }
    match (word, told) {
        (Tier::Wait, _) => {
            Change::Refused("only tamis learn lets a rule wait; a person decides strip or keep".to_owned())
        }
        (Tier::Suggest | Tier::Recurrent, Some(told)) if told.tier == Tier::Wait => {
            Change::Refused("waits, and stays so: a person decides strip or keep".to_owned())
        }
        // What was learned needs no person to say it.
        (_, Some(_)) if learned == Some(word) && word != Tier::Keep => Change::TakeBack,
        (Tier::Strip, _) => Change::Decide(Decision::Strip),
        (Tier::Keep, _) => Change::Decide(Decision::Keep),
        (Tier::Suggest | Tier::Recurrent, _) if learned.is_some() => Change::TakeBack,
        (Tier::Suggest | Tier::Recurrent, Some(told)) => Change::Refused(format!(
            "is {} by what was learned, and stays so: a person decides strip or keep",
            told.tier.name()
        )),
        (Tier::Suggest | Tier::Recurrent, None) => {
            Change::Refused("nothing was decided about this line, and nothing is taken back".to_owned())
        }
    }
}

/// Files a decision; one that was filed under another text of the same key makes way.
fn decide(profile: &mut Profile, asked: &Asked, decision: Option<Decision>) {
    let mut reader = LineReader::default();
    let name = edits::name(&asked.line, asked.key, &mut reader);
    let edits = &mut profile.site_mut(&asked.site).edits;
    let live = edits.iter().filter(|(_, edit)| edit.decision.is_some());
    let others: Vec<String> = live
        .filter(|(filed, _)| {
            let (key, text) = edits::split_name(filed);
            key.unwrap_or_else(|| edits::key_of_text(text, &mut reader)) == asked.key
        })
        .map(|(filed, _)| filed.to_owned())
        .filter(|filed| decision.is_none() || *filed != name)
        .collect();
    others.iter().for_each(|filed| edits.remove(filed));
    if let Some(decision) = decision {
        edits.insert(&name, decision);
    }
}

/// A line that two profiles judge otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The line.
    pub line: String,
    /// Its template key.
    pub key: u32,
    /// What becomes of it by the first profile, and by the second; none where it is not told.
    pub tiers: (Option<Tier>, Option<Tier>),
}

impl Difference {
    /// `+` for what only the second strips or suggests, `-` for what only the first does, `~` where both do, but not
    /// alike.
    pub fn sign(&self) -> char {
        match (is_singled_out(self.tiers.0), is_singled_out(self.tiers.1)) {
            (false, _) => '+',
            (_, false) => '-',
            _ => '~',
        }
    }
}

fn is_singled_out(tier: Option<Tier>) -> bool {
    matches!(tier, Some(Tier::Strip | Tier::Wait | Tier::Suggest))
}

/// The lines that two profiles judge otherwise, of those that one of them strips or suggests; by site and line.
pub fn differences(a: &[SiteRules], b: &[SiteRules]) -> BTreeMap<String, Vec<Difference>> {
    let mut by_site: BTreeMap<String, BTreeMap<u32, Difference>> = BTreeMap::new();
    for (rules, is_second) in [(a, false), (b, true)] {
        for (site, told) in
            rules.iter().flat_map(|site| site.lines.iter().map(move |told| (&site.site, told)))
        {
            let found = by_site.entry(site.clone()).or_default().entry(told.template).or_insert_with(|| {
                Difference { line: told.line.clone(), key: told.template, tiers: (None, None) }
            });
            if found.line.is_empty() {
                found.line.clone_from(&told.line);
            }
            let tier = if is_second { &mut found.tiers.1 } else { &mut found.tiers.0 };
            *tier = Some(told.tier);
        }
    }
    let is_told = |found: &Difference| {
        found.tiers.0 != found.tiers.1 && (is_singled_out(found.tiers.0) || is_singled_out(found.tiers.1))
    };
    by_site
        .into_iter()
        .map(|(site, found)| {
            let found: BTreeSet<Difference> = found.into_values().filter(is_told).collect();
            (site, found.into_iter().collect::<Vec<_>>())
        })
        .filter(|(_, found)| !found.is_empty())
        .collect()
}
