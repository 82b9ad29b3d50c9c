//! What is learned of the lines of a site: a rule for each, from all its places in the sample.
//!
//! The same line may be judged otherwise from place to place: as a page's headline it stays, in the related list of
//! others it goes. Its rule says what becomes of it at most of its places, and at how many it goes.

use super::bounds::wilson;
use super::edits::Decision;
use super::evidence::Gatherer;
use super::features::COUNT;
use super::guards::{Bar, FEWEST_WITNESSES, Scored};
use super::judge::{Rule, SharedLines, SiteJudge, Tier, both};
use super::sample::SampledPage;
use super::template::Template;
use std::collections::BTreeMap;

/// What rules are learned from.
pub(super) struct Learning<'a> {
    /// Frozen but for its rules.
    pub(super) judge: &'a SiteJudge,
    /// The epoch that the pages are of.
    pub(super) template: &'a Template,
    pub(super) pages: &'a [SampledPage],
    /// The lines of each page.
    pub(super) scored: &'a [Vec<Scored>],
    /// Lines that other sites have as well.
    pub(super) shared: &'a SharedLines,
    /// What people decided, by template key, with the text of the line.
    pub(super) decided: &'a BTreeMap<u32, (&'a str, Decision)>,
}

/// Where a template line stands in a sample.
#[derive(Default)]
struct Places<'a> {
    /// Its key among sites.
    key: u64,
    count: u32,
    stripped: u32,
    /// How many places are of the tiers keep, suggest and strip, by what was learned.
    tiers: [u32; 3],
    /// The first place of each tier: page and line.
    first: [Option<(usize, usize)>; 3],
    characters: f32,
    seen: Option<(i32, i32)>,
    place: f32,
    text: &'a str,
}

const TIERS: [Tier; 3] = [Tier::Keep, Tier::Suggest, Tier::Strip];

impl Places<'_> {
    /// The number of the tier that most places have, or pass; of as many on either side, the milder.
    fn tier(&self) -> usize {
        let [_, suggest, strip] = self.tiers;
        if 2 * strip > self.count { 2 } else { usize::from(2 * (suggest + strip) > self.count) }
    }
}

impl<'a> Learning<'a> {
    /// One rule for each template line that several articles have, that several sites have where nothing else is known,
    /// or that a person decided about.
    pub(super) fn rules(&self, gatherer: &mut Gatherer) -> Vec<Rule> {
        let places = self.places();
        let mut rules: Vec<Rule> = Vec::new();
        let unseen = self.decided.keys().filter(|key| !places.contains_key(key));
        rules.extend(unseen.map(|&key| self.rule(key, &Places::default(), None)));
        let mut by_page: BTreeMap<usize, Vec<(u32, usize, Places<'_>)>> = BTreeMap::new();
        for (template, places) in places {
            if (self.is_learned(template, &places) || self.decided.contains_key(&template))
                && let Some((page, line)) = places.first[places.tier()]
            {
                by_page.entry(page).or_default().push((template, line, places));
            }
        }
        for (page, of_page) in by_page {
            let evidence = gatherer.gather_sampled(&self.template.statistics, &self.pages[page]);
            for (template, line, places) in of_page {
                let seen = Seen {
                    features: &evidence.features[line],
                    bar: self.scored[page][line].bar,
                    others: evidence.others,
                };
                rules.push(self.rule(template, &places, Some(seen)));
            }
        }
        rules
    }

    /// All places of all template lines.
    fn places(&self) -> BTreeMap<u32, Places<'a>> {
        let mut places: BTreeMap<u32, Places<'a>> = BTreeMap::new();
        for (page, (sampled, scored)) in self.pages.iter().zip(self.scored).enumerate() {
            let tiers = sampled.lines.iter().zip(scored);
            let goes: Vec<bool> = tiers
                .map(|(line, scored)| {
                    self.judge.tier(line.template, scored.tier(self.template.zero)) == Tier::Strip
                })
                .collect();
            // A page that would lose everything loses nothing.
            let has_article = goes.contains(&false);
            for (at, (line, scored)) in sampled.lines.iter().zip(scored).enumerate() {
                let place = places.entry(line.template).or_default();
                let tier = match scored.tier(self.template.zero) {
                    Tier::Strip => 2,
                    Tier::Suggest => 1,
                    Tier::Keep | Tier::Recurrent | Tier::Wait => 0,
                };
                place.key = line.key_among_sites();
                place.count += 1;
                place.stripped += u32::from(goes[at] && has_article);
                place.tiers[tier] += 1;
                place.first[tier].get_or_insert((page, at));
                place.characters += f32::from(line.length);
                place.seen = both(place.seen, sampled.day.map(|day| (day, day)));
                place.place += at as f32 / (sampled.lines.len() - 1).max(1) as f32;
                if place.text.is_empty() && !sampled.texts.is_empty() {
                    place.text = sampled.texts.get(at as u32);
                }
            }
        }
        places
    }

    /// Whether something is learned of a line that is in the sample.
    fn is_learned(&self, template: u32, places: &Places<'_>) -> bool {
        self.template.statistics.articles_with(template) >= 2 || self.shared.contains_key(&places.key)
    }

    fn rule(&self, template: u32, places: &Places<'_>, seen: Option<Seen<'_>>) -> Rule {
        let (of, pages) = match seen {
            Some(_) => {
                (self.template.statistics.others(false), self.template.statistics.articles_with(template))
            }
            None => (self.template.statistics.others(false), 0),
        };
        let decided = self.decided.get(&template);
        let sites = self.shared.get(&places.key).filter(|_| seen.is_some());
        let mut learned = TIERS[places.tier()];
        if !self.is_learned(template, places) {
            learned = Tier::Keep;
        } else if sites.is_some() && seen.as_ref().is_some_and(|seen| seen.others < FEWEST_WITNESSES) {
            learned = learned.max(Tier::Suggest);
        }
        if learned == Tier::Keep && pages >= 2 {
            learned = Tier::Recurrent;
        }
        let line = match decided {
            Some((text, _)) if places.text.is_empty() => *text,
            _ => places.text,
        };
        // Nothing waits to be stripped that would stay.
        let decision = decided.map(|(_, decision)| *decision);
        let decision = decision.filter(|decision| *decision != Decision::Wait || learned == Tier::Strip);
        let by_hand = decision.and_then(Decision::reason).map(str::to_owned);
        let sites = sites.map(|sites| format!("stands on {sites} sites"));
        let told = seen.map_or_else(Vec::new, |seen| self.template.reasons(line, seen.features, seen.bar));
        Rule {
            line: line.to_owned(),
            template,
            pages,
            of,
            bound: wilson(pages, of),
            tier: decision.map_or(learned, |decision| decision.tier(learned)),
            learned,
            decision,
            places: places.count,
            stripped: places.stripped,
            touches: places.characters,
            seen: places.seen,
            place: places.place / places.count.max(1) as f32,
            reasons: by_hand.into_iter().chain(sites).chain(told).collect(),
        }
    }
}

/// A line at the place that is told of.
struct Seen<'a> {
    features: &'a [f32; COUNT],
    bar: Bar,
    others: u32,
}
