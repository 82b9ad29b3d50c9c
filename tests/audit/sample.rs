//! What is remembered of a site does not depend on the order in which its pages come, nor does what follows from it.

use super::crawl::{Bank, Made, audit, site};
use crate::support::random::Random;
use std::collections::BTreeMap;
use tamis::audit::prior::{Prior, SampledPage};
use tamis::boilerplate::sample::page_hash;

fn crawl() -> Vec<Made> {
    let mut random = Random::new(7);
    let bank = Bank::read("en");
    let mut pages = site("a.example", &bank, 60, &mut random);
    pages.extend(site("b.example", &bank, 9, &mut random));
    pages
}

fn prior<'p>(pages: impl Iterator<Item = &'p Made>) -> Prior {
    let mut prior = Prior::default();
    for page in pages {
        let sampled = SampledPage::read(&page.text, page.title.as_deref());
        prior.insert(&page.site, page_hash(&page.site, &page.text), sampled);
    }
    prior
}

#[test]
fn merging_samples_is_commutative_associative_and_idempotent() {
    let mut pages = crawl();
    // One text under two titles.
    let again = Made { title: Some("Another title".to_owned()), ..pages[3].clone() };
    pages.push(again);
    let whole = prior(pages.iter());
    let mut random = Random::new(11);
    for _ in 0..5 {
        random.shuffle(&mut pages);
        let (left, right) = pages.split_at(pages.len() / 3);
        let (left, right) = (prior(left.iter()), prior(right.iter().chain(&pages[..5])));
        let mut both = right.clone();
        both.merge(left.clone());
        both.merge(right);
        assert_eq!(both, whole);
    }
}

#[test]
fn a_page_that_is_not_wanted_changes_nothing() {
    let pages = crawl();
    let whole = prior(pages.iter());
    let unwanted: Vec<&Made> =
        pages.iter().filter(|page| !whole.wants(&page.site, page_hash(&page.site, &page.text))).collect();
    assert!(unwanted.len() > 30, "{}", unwanted.len());
    let mut with = whole.clone();
    with.merge(prior(unwanted.into_iter()));
    assert_eq!(with, whole);
}

#[test]
fn the_report_is_the_same_for_any_order_of_pages() {
    let mut pages = crawl();
    pages[5].text = pages[6].text.clone();
    pages[7].text.truncate(40);
    let flags = |pages: &[Made]| {
        let summary = audit(pages, &[]);
        let flags = pages
            .iter()
            .zip(&summary.flags)
            .map(|(page, flags)| (page.id.clone(), flags.iter().collect::<Vec<_>>()));
        (summary.report, flags.collect::<BTreeMap<_, _>>())
    };
    let (report, found) = flags(&pages);
    let mut random = Random::new(13);
    for _ in 0..3 {
        random.shuffle(&mut pages);
        assert_eq!(flags(&pages), (report.clone(), found.clone()));
    }
}
