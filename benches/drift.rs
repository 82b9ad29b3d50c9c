//! How often drift is seen where there is none, and missed where there is: `cargo bench --bench drift -- FILE...`.
//!
//! Each FILE is JSON lines with `site`, `text`, and perhaps `title` and `date`. Of each site with enough pages, some are
//! learned and others watched; ten draws by hash, and the order of dates where there are any. The pages of another
//! site stand for a redesign.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its table")]

use serde_json::Value;
use std::collections::BTreeMap;
use tamis::boilerplate::clusters::Clusters;
use tamis::boilerplate::drift::{Drift, FEWEST_STRANGE, WATCHED, Watch};
use tamis::boilerplate::epochs::{Epochs, page_keys};
use tamis::boilerplate::judge::{SharedLines, SiteJudge, Strictness, Tier};
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::profile::SiteProfile;
use tamis::boilerplate::sample::{SampledPage, Wanted, page_hash};
use tamis::date;

type Sites = BTreeMap<String, Vec<SampledPage>>;

const DRAWS: u64 = 10;

fn main() {
    for file in std::env::args().skip(1).filter(|argument| !argument.starts_with('-')) {
        let sites = read(&file);
        println!("\n{file}: {} sites", sites.len());
        epochs(&sites);
        for learned in [5, 10, 20, 50] {
            watch(&sites, learned);
        }
        in_time(&sites);
        for learned in [5, 10, 20, 50] {
            newly_stripped(&sites, learned);
        }
    }
}

fn read(file: &str) -> Sites {
    let mut sites = Sites::new();
    let mut reader = LineReader::default();
    for row in std::fs::read_to_string(file).unwrap().lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let field = |name: &str| row[name].as_str().unwrap_or_default();
        let (site, text) = (field("site"), field("text"));
        if !text.trim().is_empty() {
            let hash = page_hash(site, text);
            let page = SampledPage::read(
                Wanted::Examples,
                hash,
                date::day(field("date")),
                text,
                field("title"),
                None,
                &mut reader,
            );
            sites.entry(site.to_owned()).or_default().push(page);
        }
    }
    sites
}

/// The pages of a site in the order of a draw.
fn drawn(pages: &[SampledPage], draw: u64) -> Vec<SampledPage> {
    let mut pages = pages.to_vec();
    pages.sort_by_key(|page| {
        (page.hash ^ draw).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(draw as u32 * 5)
    });
    pages
}

fn frozen(pages: &[SampledPage]) -> Epochs {
    Epochs::find(pages, &Clusters::find(pages))
}

fn is_alarm(known: &Epochs, pages: &[SampledPage]) -> bool {
    let mut newest = Watch::default();
    for (day, page) in (0..).zip(pages) {
        newest.insert(Some(day), page.hash, page_keys(&page.lines));
    }
    Drift::find(known, &newest).is_some()
}

fn profile(pages: &[SampledPage]) -> SiteProfile {
    let mut site = SiteProfile::default();
    pages.iter().for_each(|page| site.sample.insert(page.clone()));
    site
}

fn epochs(sites: &Sites) {
    let several: Vec<String> = sites
        .iter()
        .map(|(name, pages)| (name, frozen(&profile(pages).sample.pages())))
        .filter(|(_, epochs)| epochs.all().len() > 1)
        .map(|(name, epochs)| {
            format!("{name} {:?}", epochs.all().iter().map(|epoch| epoch.articles).collect::<Vec<_>>())
        })
        .collect();
    println!("sites with several templates: {} {several:?}", several.len());
    let strange = |(name, pages): (&String, &Vec<SampledPage>)| {
        let (strange, of) = frozen(&profile(pages).sample.pages()).strange();
        (of >= 20 && strange * 5 > of).then(|| format!("{name} {strange}/{of}"))
    };
    println!(
        "sites with a fifth of strange articles: {:?}",
        sites.iter().filter_map(strange).collect::<Vec<_>>()
    );
}

/// Alarms about pages of the same site, and about pages of the next one.
fn watch(sites: &Sites, learned: usize) {
    let large: Vec<(&String, &Vec<SampledPage>)> =
        sites.iter().filter(|(_, pages)| pages.len() >= learned + WATCHED).collect();
    let (mut alarms, mut trials, mut noticed, mut fit, mut silent) =
        (0, 0, 0, 0, BTreeMap::<&str, usize>::new());
    for (at, (name, pages)) in large.iter().enumerate() {
        for draw in 0..DRAWS {
            let pages = drawn(pages, draw);
            let known = frozen(&profile(&pages[..learned]).sample.pages());
            let is_wrong = is_alarm(&known, &pages[learned..learned + WATCHED]);
            if is_wrong {
                println!("  false alarm: {name}, draw {draw}");
            }
            alarms += usize::from(is_wrong);
            trials += 1;
            let others = drawn(large[(at + 1) % large.len()].1, draw);
            let mut mixed = others[..FEWEST_STRANGE].to_vec();
            mixed.splice(..0, pages[learned..learned + WATCHED - FEWEST_STRANGE].iter().cloned());
            let is_noticed = is_alarm(&known, &mixed);
            noticed += usize::from(is_noticed);
            fit += usize::from(is_alarm(&known, &others[..WATCHED]));
            if !is_noticed {
                *silent.entry(name).or_default() += 1;
            }
        }
    }
    println!(
        "{learned} learned: {alarms} false alarms in {trials}; another site's pages noticed: {noticed} after five, {fit} after twelve; silent {silent:?}"
    );
}

/// Each dated site learned up to a day and watched from then on, at ten days.
fn in_time(sites: &Sites) {
    let (mut alarms, mut trials) = (Vec::new(), 0);
    for (name, pages) in sites {
        let mut pages: Vec<&SampledPage> = pages.iter().filter(|page| page.day.is_some()).collect();
        pages.sort_by_key(|page| (page.day, page.hash));
        if pages.len() < 60 {
            continue;
        }
        for step in 1..=DRAWS as usize {
            let until = pages.len() * step / (DRAWS as usize + 1);
            if until < 20 {
                continue;
            }
            let pages: Vec<SampledPage> = pages.iter().map(|page| (*page).clone()).collect();
            let known = frozen(&profile(&pages[..until]).sample.pages());
            trials += 1;
            if is_alarm(&known, &pages[until..(until + WATCHED).min(pages.len())]) {
                alarms.push(format!("{name} {}", date::day_name(pages[until].day.unwrap())));
            }
        }
    }
    println!("in the order of dates: {} alarms in {trials}: {alarms:?}", alarms.len());
}

/// The share of the known text that is newly stripped when a site learns on from some pages to all.
fn newly_stripped(sites: &Sites, learned: usize) {
    let mut shares = Vec::new();
    for (name, pages) in sites.iter().filter(|(_, pages)| pages.len() >= 2 * learned) {
        let pages = drawn(pages, 1);
        let judge = |pages: &[SampledPage]| {
            SiteJudge::new(&profile(pages), &SharedLines::default(), Strictness::Usual)
        };
        let (before, now) = (judge(&pages[..learned]), judge(&pages[..2 * learned]));
        let known: Vec<u32> =
            before.rules().iter().filter(|rule| rule.tier == Tier::Strip).map(|rule| rule.template).collect();
        let new =
            now.rules().iter().filter(|rule| rule.tier == Tier::Strip && !known.contains(&rule.template));
        shares.push((new.map(|rule| rule.touches).sum::<f32>(), name));
    }
    shares.sort_by(|a, b| b.0.total_cmp(&a.0));
    let over = |share: f32| shares.iter().filter(|(found, _)| *found > share).count();
    println!(
        "{learned} -> {}: newly stripped on {} sites: {} over 10 %, {} over 20 %, {} over 30 %; most {:?}",
        2 * learned,
        shares.len(),
        over(0.1),
        over(0.2),
        over(0.3),
        &shares[..shares.len().min(4)]
    );
}
