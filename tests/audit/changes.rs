//! What changed between two reports, and what only seems to; what gates say of it.

use super::crawl::{Bank, audit, site};
use crate::support::random::Random;
use tamis::audit::baseline::{FALSE_DISCOVERY_RATE, compare};
use tamis::audit::gates::Gates;
use tamis::audit::metric::Metric;
use tamis::audit::report::{Figures, Report, Share, Site};

/// A report of one small site, to be changed.
fn small() -> Report {
    let bank = Bank::read("en");
    audit(&site("a.example", &bank, 40, &mut Random::new(3)), &[]).report
}

/// Of `of` trials that succeed with probability `p`, those that do.
fn binomial(of: u64, p: f64, random: &mut Random) -> u64 {
    (0..of).filter(|_| ((random.next() >> 11) as f64) < p * (1u64 << 53) as f64).count() as u64
}

/// One night of sites whose rates and lengths are those of every night.
fn night(sites: usize, random: &mut Random) -> Report {
    let mut report = small();
    let rates = [0.0, 0.002, 0.01, 0.05, 0.3];
    report.sites = (0..sites)
        .map(|number| {
            let pages = [12, 40, 150, 600][number % 4];
            let mut figures = Figures { pages, kept: pages, characters: 1_000_000, ..Figures::default() };
            figures.stripped = 200_000 + random.below(1000);
            figures.length_classes = (0..24)
                .map(|class| binomial(pages, if (10..13).contains(&class) { 0.3 } else { 0.005 }, random))
                .collect();
            for (at, metric) in Metric::ALL.iter().enumerate() {
                let count = binomial(pages, rates[(number + at) % rates.len()], random);
                figures.metrics.insert(*metric, Share::of(count, pages, None));
            }
            let (language, drift, lines) = (None, None, Vec::new());
            Site { site: format!("s{number}.example"), figures, language, drift, lines }
        })
        .collect();
    report
}

#[test]
fn nights_that_differ_by_chance_alone_hardly_ever_differ() {
    let mut random = Random::new(5);
    const NIGHTS: usize = 40;
    let alarming = (0..NIGHTS)
        .filter(|_| {
            let changes = compare(&night(100, &mut random), &night(100, &mut random));
            assert!(changes.comparisons > 3000);
            !changes.changes.is_empty()
        })
        .count();
    println!("{alarming} of {NIGHTS} comparisons of equal nights name a change");
    // Where nothing changed, every change named is false, so the rate is that of nights that name any.
    assert!(alarming as f64 <= (FALSE_DISCOVERY_RATE * NIGHTS as f64).ceil() + 1.0, "{alarming}");
}

#[test]
fn a_site_that_breaks_is_named_among_a_hundred() {
    let mut random = Random::new(6);
    let (mut before, mut now) = (night(100, &mut random), night(100, &mut random));
    for metric in [Metric::Truncated, Metric::Wall] {
        before.sites[2].figures.metrics.insert(metric, Share::of(2, 150, None));
    }
    let broken = &mut now.sites[2].figures;
    broken.metrics.insert(Metric::Truncated, Share::of(90, 150, None));
    broken.metrics.insert(Metric::Wall, Share::of(60, 150, None));
    now.sites.remove(99);
    let changes = compare(&before, &now);
    let named: Vec<(&str, &str)> = changes
        .changes
        .iter()
        .map(|change| (change.site.as_deref().unwrap_or(""), change.figure.as_str()))
        .collect();
    for metric in ["truncated", "wall"] {
        assert!(named.contains(&("s2.example", metric)), "{named:?}");
    }
    assert!(named.len() <= 3, "{named:?}");
    assert_eq!((changes.gone_sites, changes.new_sites), (vec!["s99.example".to_owned()], Vec::new()));
}

#[test]
fn a_report_does_not_differ_from_itself() {
    let report = night(20, &mut Random::new(8));
    assert_eq!(compare(&report, &report).changes, Vec::new());
}

#[test]
fn gates_are_asked_of_sites_and_of_all() {
    let mut random = Random::new(9);
    let (before, mut now) = (night(8, &mut random), night(8, &mut random));
    now.sites[3].figures.metrics.insert(Metric::Wall, Share::of(300, 600, None));
    now.changes = Some(compare(&before, &now));
    let gates = |text: &str, baseline| Gates::parse("gates.toml", text).unwrap().check(&now, baseline);
    let each =
        gates("[[gate]]\nname = 'walls'\nfigure = 'wall'\nsite = 's*'\nmax = 0.4\nmin_pages = 20", None);
    let failed: Vec<_> = each.iter().filter(|gate| gate.passed == Some(false)).collect();
    assert_eq!((each.len(), failed.len()), (6, 1));
    assert_eq!(failed[0].site.as_deref(), Some("s3.example"));
    assert_eq!(failed[0].message, "wall is 50.00 %, wanted at most 40.00 %");
    let change = "[[gate]]\nname = 'new walls'\nfigure = 'wall'\nsite = 's3.example'\nmax_increase = 0.01\nunless_noise = true";
    assert_eq!(gates(change, Some(&before))[0].passed, Some(false));
    assert_eq!(gates(change, None)[0].passed, None);
    let noise = change.replace("s3", "s5").replace("0.01", "-0.5");
    assert_eq!(gates(&noise, Some(&before))[0].passed, Some(true));
    let nobody = "[[gate]]\nname = 'n'\nfigure = 'pages'\nsite = 'x*'\nmin = 1";
    assert_eq!(gates(nobody, None)[0].passed, None);
    let all = "[[gate]]\nname = 'long'\nfigure = 'length.median'\nmin = 200\nmax = 100000\n[[gate]]\nname = 'r'\nfigure = 'rejected'\nmax = 0.0";
    assert!(gates(all, None).iter().all(|gate| gate.passed == Some(true)));
}
