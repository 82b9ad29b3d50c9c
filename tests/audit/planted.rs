//! Every fault planted at 0, 1, 5 and 30 % of the pages of sites in four languages: found, and nothing else.

use super::crawl::{Bank, LANGUAGES, Made, audit, site};
use super::faults::{Fault, Soil, all};
use crate::support::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use tamis::audit::metric::Metric;

const RATES: [f64; 4] = [0.0, 0.01, 0.05, 0.3];
const PAGES: usize = 200;

/// What came of one fault.
#[derive(Default)]
struct Outcome {
    /// By rate: pages planted, and found.
    planted: BTreeMap<usize, (usize, usize)>,
    /// The most false alarms of one site, and of which metric.
    worst: (usize, Option<Metric>),
    alarms: BTreeMap<Metric, usize>,
    clean: usize,
}

fn outcome(fault: &Fault, banks: &BTreeMap<&str, Bank>, seed: u64) -> Outcome {
    let mut random = Random::new(seed);
    let mut pages: Vec<Made> = Vec::new();
    let mut planted: BTreeMap<usize, usize> = BTreeMap::new();
    let languages =
        LANGUAGES.iter().filter(|language| fault.languages.is_empty() || fault.languages.contains(language));
    for language in languages {
        let own = &banks[language];
        let other = &banks[if *language == "en" { "fr" } else { "en" }];
        for (rate, share) in RATES.iter().enumerate() {
            let mut made = site(&format!("{language}-{rate}.example"), own, PAGES, &mut random);
            made.iter_mut().for_each(|page| (fault.habit)(page));
            let clean = made.clone();
            for number in 0..(share * PAGES as f64).round() as usize {
                // Planted pages stand at even numbers; the page that a fault borrows from is a clean one.
                let neighbour = &clean[2 * number + 1];
                let mut neighbour = neighbour.clone();
                if neighbour.title.is_none() {
                    let (title, text) = neighbour.text.split_once('\n').unwrap();
                    (neighbour.title, neighbour.text) = (Some(title.to_owned()), text.trim().to_owned());
                }
                let soil = Soil { own, other, language, neighbour: &neighbour };
                (fault.plant)(&mut made[2 * number], &soil, &mut random);
                planted.insert(pages.len() + 2 * number, rate);
            }
            pages.extend(made);
        }
    }
    let summary = audit(&pages, &[]);
    let mut outcome = Outcome { clean: pages.len() - planted.len(), ..Outcome::default() };
    for (page, rate) in &planted {
        let counts = outcome.planted.entry(*rate).or_default();
        counts.0 += 1;
        let is_found = summary.flags[*page].has(fault.metric);
        counts.1 += usize::from(is_found);
        if !is_found && std::env::var_os("TAMIS_SHOW").is_some() {
            println!(
                "MISSED {} {} {:?} {}",
                fault.name,
                pages[*page].site,
                pages[*page].title,
                pages[*page].text.replace('\n', "⏎")
            );
        }
    }
    let mut of_site: BTreeMap<(&str, Metric), usize> = BTreeMap::new();
    for page in (0..pages.len()).filter(|page| !planted.contains_key(page)) {
        for metric in summary.flags[page].iter() {
            *of_site.entry((&pages[page].site, metric)).or_default() += 1;
            *outcome.alarms.entry(metric).or_default() += 1;
            if std::env::var_os("TAMIS_SHOW").is_some() {
                println!(
                    "FALSE {} {} {metric:?} {:?} {}",
                    fault.name,
                    pages[page].site,
                    pages[page].title,
                    pages[page].text.replace('\n', "⏎")
                );
            }
        }
    }
    if let Some(((_, metric), count)) = of_site.into_iter().max_by_key(|(_, count)| *count) {
        outcome.worst = (count, Some(metric));
    }
    outcome
}

/// Prints the table of `docs/audit.md`: `cargo test --test tests planted -- --nocapture`.
#[test]
fn planted_faults_are_found_and_nothing_else() {
    let banks: BTreeMap<&str, Bank> =
        LANGUAGES.iter().map(|language| (*language, Bank::read(language))).collect();
    let mut missed = BTreeSet::new();
    println!(
        "| fault | metric | 1 % | 5 % | 30 % | false alarms | worst site |\n|---|---|---|---|---|---|---|"
    );
    for (seed, fault) in all().iter().enumerate() {
        let outcome = outcome(fault, &banks, 1000 + seed as u64);
        let cell = |rate: usize| match outcome.planted.get(&rate) {
            Some(_) if RATES[rate] < fault.from => "–".to_owned(),
            Some((planted, found)) => format!("{found} of {planted}"),
            None => String::new(),
        };
        let alarms: usize = outcome.alarms.values().sum();
        let worst = outcome
            .worst
            .1
            .map_or("none".to_owned(), |metric| format!("{} {}", outcome.worst.0, metric.name()));
        println!(
            "| {} | {} | {} | {} | {} | {alarms} of {} | {worst} |",
            fault.name,
            fault.metric.name(),
            cell(1),
            cell(2),
            cell(3),
            outcome.clean
        );
        let counted = outcome.planted.iter().filter(|(rate, _)| RATES[**rate] >= fault.from);
        for (rate, (planted, found)) in counted {
            if (*found as f64) < fault.found * *planted as f64 {
                missed.insert(format!("{} at {}: {found} of {planted}", fault.name, RATES[*rate]));
            }
        }
        if outcome.worst.0 > fault.alarms {
            missed.insert(format!("{}: {:?} false alarms on one site", fault.name, outcome.worst));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
