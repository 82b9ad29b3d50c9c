//! Odd pages, small sites, and the same bytes for any order.

use super::sites::{Language, Page, Part, Site, six_sites};
use super::{Stripped, run, texts};
use crate::support::random::Random;
use crate::support::workdir::Workdir;

/// A page of these lines on a site that has others.
fn page(site: &str, id: &str, part: Part, lines: impl IntoIterator<Item = String>) -> Page {
    let lines = lines.into_iter().map(|line| (part, line)).collect();
    let [site, id] = [site, id].map(str::to_owned);
    Page { id, site, title: None, author: String::new(), date: String::new(), lines }
}

#[test]
fn pages_of_odd_sizes_lose_nothing_and_come_back() {
    let mut site = Site::new("odd.example", Language::English, 111);
    let mut pages = site.pages(30);
    let flat = pages[2].text().replace('\n', " ");
    let long: String = (0..16_000).map(|_| site.sentence() + " ").collect();
    assert!(long.len() > 1 << 20);
    let blank = |count: usize| vec![String::new(); count];
    let between = [blank(5000), vec![site.sentence()], blank(5000)].concat();
    pages.push(page(&site.name, "flat", Part::Sentence, [flat]));
    pages.push(page(&site.name, "long", Part::Sentence, [long, "Another line.".to_owned()]));
    pages.push(page(&site.name, "empty", Part::Blank, [String::new()]));
    pages.push(page(
        &site.name,
        "spaces",
        Part::Blank,
        [" \t ".to_owned(), "\r".to_owned(), "\u{a0}".to_owned()],
    ));
    pages.push(page(&site.name, "blank", Part::Blank, blank(10_001)));
    pages.push(page(&site.name, "between", Part::Sentence, between));
    let mut full = site.pages(1).remove(0);
    full.id = "full".to_owned();
    let end = full.lines.len();
    full.lines.splice(end - 3..end - 3, blank(10_000).into_iter().map(|line| (Part::Blank, line)));
    pages.push(full);
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_kept_on(&[Part::Blank], |page| page.id != "full");
    stripped.assert_stripped_on(&[Part::Menu, Part::Footer], |page| page.id != "full");
}

#[test]
fn a_carriage_return_stays_with_its_line() {
    let mut pages = six_sites(12);
    let plain = Stripped::new(pages.clone());
    for page in &mut pages {
        page.lines.iter_mut().for_each(|(_, line)| line.push('\r'));
    }
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence]);
    assert!(stripped.masks == plain.masks, "the same lines go with and without carriage returns");
    for text in texts(&stripped.workdir, "out").values() {
        assert!(text.split('\n').all(|line| line.ends_with('\r')));
    }
}

#[test]
fn a_page_that_is_only_template_is_not_emptied_but_counted() {
    let mut pages = Site::new("bare.example", Language::English, 121).pages(30);
    let mut bare = pages[0].clone();
    bare.id = "bare".to_owned();
    bare.title = None;
    bare.lines.retain(|(part, _)| matches!(part, Part::Menu | Part::Form | Part::Footer));
    pages.push(bare);
    let stripped = Stripped::new(pages);
    assert!(stripped.masks[30].iter().all(|&stays| stays), "{:?}", stripped.masks[30]);
    assert_eq!(stripped.count("without_article"), 1);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped_on(&[Part::Menu, Part::Form, Part::Footer], |page| page.id != "bare");
}

#[test]
fn a_site_of_a_few_pages_loses_no_sentence() {
    let mut pages = Vec::new();
    for language in [Language::English, Language::Arabic] {
        for count in 1..=4 {
            for seed in 0..10 {
                pages.extend(
                    Site::new(&format!("{language:?}{count}x{seed}.example"), language, 131 + seed)
                        .pages(count),
                );
            }
        }
    }
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
    stripped.assert_kept_on(&[Part::Menu, Part::Form, Part::Footer], |page| {
        page.site.contains("1x") || page.site.contains("2x")
    });
}

#[test]
fn order_and_threads_do_not_show_in_profile_or_pages() {
    let workdir = Workdir::new();
    let mut records: Vec<String> = six_sites(30).iter().map(Page::record).collect();
    workdir.write("in.jsonl", records.concat());
    run(&workdir, "in.jsonl", "one.tamis", "one", "1");
    run(&workdir, "in.jsonl", "four.tamis", "four", "4");
    Random::new(5).shuffle(&mut records);
    workdir.write("shuffled.jsonl", records.concat());
    run(&workdir, "shuffled.jsonl", "shuffled.tamis", "shuffled", "4");
    for profile in ["four.tamis", "shuffled.tamis"] {
        assert!(workdir.bytes(profile) == workdir.bytes("one.tamis"), "{profile}");
    }
    for table in ["pages.jsonl", "mask.jsonl", "spans.jsonl", "lines.jsonl"] {
        assert!(workdir.bytes(&format!("four/{table}")) == workdir.bytes(&format!("one/{table}")), "{table}");
    }
    assert!(workdir.bytes("shuffled/lines.jsonl") == workdir.bytes("one/lines.jsonl"));
    assert!(texts(&workdir, "shuffled") == texts(&workdir, "one"));
}
