//! The pages that most sites have.

use super::Stripped;
use super::sites::{Language, Page, Part, Site, arabic_digits, six_sites};
use crate::support::workdir::Prose;
use std::sync::LazyLock;

/// Six sites of thirty pages.
static SITES: LazyLock<Stripped> = LazyLock::new(|| Stripped::new(six_sites(30)));

#[test]
fn menus_footers_and_comment_forms_go_on_every_page() {
    SITES.assert_stripped(&[Part::Menu, Part::Share, Part::RelatedHead, Part::Form, Part::Footer]);
}

#[test]
fn no_sentence_of_any_article_is_stripped() {
    SITES.assert_kept(&[Part::Sentence]);
}

#[test]
fn a_title_stays_as_a_headline_and_goes_in_the_lists_of_other_pages() {
    SITES.assert_kept(&[Part::Headline]);
    SITES.assert_stripped(&[Part::Related]);
}

#[test]
fn junk_that_stands_on_one_page_only_falls_by_its_frame() {
    SITES.assert_stripped(&[Part::Neighbour, Part::Byline]);
    SITES.assert_share(Part::Breadcrumb, 0.99, false, |_| true);
}

/// A site of thirty pages whose counter line is another on each.
fn with_counter(name: &str, language: Language, counter: impl Fn(usize) -> String) -> Vec<Page> {
    let mut pages = Site::new(name, language, 31).pages(30);
    for (number, page) in pages.iter_mut().enumerate() {
        for (part, line) in &mut page.lines {
            if *part == Part::Counter {
                *line = counter(number);
            }
        }
    }
    pages
}

#[test]
fn counters_and_dates_that_differ_on_every_page_go_as_one_line() {
    const HIJRI: [&str; 6] = ["محرم", "صفر", "ربيع الأول", "رجب", "رمضان", "شوال"];
    const MONTHS: [&str; 6] = ["January", "March", "May", "June", "September", "December"];
    let digits = |number: usize| arabic_digits(number as u64);
    let pages = [
        with_counter("comments.example", Language::English, |n| format!("{} comments", 2 + 7 * n)),
        with_counter("views.example", Language::English, |n| format!("Viewed {},{:03} times", n + 1, 31 * n)),
        with_counter("ago.example", Language::English, |n| {
            format!("{} {} ago", n + 2, ["minutes", "hours", "days"][n % 3])
        }),
        with_counter("dates.example", Language::English, |n| {
            format!("Updated {} {}, 20{} at {}:0{}", MONTHS[n % 6], n % 28 + 1, 10 + n % 9, n % 12 + 1, n % 9)
        }),
        with_counter("arqam.example", Language::Arabic, |n| format!("{} تعليق", digits(3 + n))),
        with_counter("hijri.example", Language::Arabic, |n| {
            format!("{} {} {} هـ", digits(n % 29 + 1), HIJRI[n % 6], digits(1430 + n % 12))
        }),
        with_counter("masa.example", Language::Arabic, |n| {
            format!("منذ {} {}", digits(n + 2), ["ساعات", "أيام", "دقائق"][n % 3])
        }),
    ];
    let stripped = Stripped::new(pages.concat());
    stripped.assert_stripped(&[Part::Counter]);
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
    let rows = stripped.workdir.rows("out/lines.jsonl");
    for (site, part) in [("comments.example", "comments"), ("arqam.example", "تعليق"), ("ago.example", "ago")]
    {
        let of_site = rows.iter().filter(|row| {
            row["site"] == site && row["line"].as_str().unwrap().ends_with(&format!(" {part}"))
        });
        assert_eq!(of_site.map(|row| row["pages"].as_u64().unwrap()).collect::<Vec<_>>(), [30], "{site}");
    }
}

#[test]
fn titles_may_be_missing_short_or_the_name_of_the_site() {
    let titles: [(&str, Option<&str>); 6] = [
        ("missing.example", None),
        ("empty.example", Some("")),
        ("blank.example", Some(" | ")),
        ("name.example", Some("name.example")),
        ("letter.example", Some("a")),
        ("mark.example", Some("؟")),
    ];
    let pages = titles.iter().flat_map(|(name, title)| {
        let language = if name.len() % 2 == 0 { Language::English } else { Language::Arabic };
        let mut pages = Site::new(name, language, 41).pages(20);
        pages.iter_mut().for_each(|page| page.title = title.map(str::to_owned));
        pages
    });
    let stripped = Stripped::new(pages.collect());
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Menu, Part::Form, Part::Footer]);
}

#[test]
fn a_short_sentence_that_a_page_opens_with_stays() {
    let mut pages = Site::new("openings.example", Language::English, 52).pages(40);
    for page in &mut pages {
        let sentences = page.sentences();
        let longest =
            |at: usize| sentences[at].trim_end_matches('.').split(' ').max_by_key(|word| word.len());
        let [a, b, c] = [0, 1, 2].map(|at| longest(at).unwrap());
        let opening = (Part::Sentence, format!("The {a} of {b} and {c}."));
        let age = (Part::Share, "This article is more than 3 years old".to_owned());
        let rest = sentences.chunks(4).map(|some| (Part::Sentence, some.join(" ")));
        page.lines = [opening, age].into_iter().chain(rest).collect();
    }
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Share]);
}

#[test]
fn a_line_that_begins_with_a_common_word_stays() {
    let mut pages = Site::new("common.example", Language::English, 53).pages(100);
    for (number, page) in (0..).zip(&mut pages) {
        let mut prose = Prose::new(number + 1);
        // One page is longer than what a sample remembers of a page.
        let paragraphs = if number == 7 { 1500 } else { 12 + number as usize % 18 };
        let paragraphs = (0..paragraphs).map(|at| {
            let begins = if (at + number as usize).is_multiple_of(5) { "The " } else { "" };
            (Part::Sentence, format!("{begins}{}.", prose.text(20 + at % 30)))
        });
        page.lines = paragraphs.collect();
        page.lines.push((Part::Sentence, format!("The {}:", prose.text(14))));
        page.lines.extend(["Share this story", "Most read"].map(|line| (Part::Share, line.to_owned())));
    }
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Share]);
}

#[test]
fn an_article_glued_to_its_byline_stays() {
    let mut pages = Site::new("glued.example", Language::English, 51).pages(40);
    let mut glued = 0;
    for page in pages.iter_mut().step_by(10) {
        let article = page.sentences().join(" ");
        let byline = page.lines.iter_mut().find(|(part, _)| *part == Part::Byline).unwrap();
        // Without a mark at its end it is no sentence, only long.
        *byline = (Part::Sentence, format!("{} {}", byline.1, article.trim_end_matches('.')));
        glued += u32::from(byline.1.len() >= 200);
    }
    assert_eq!(glued, 4, "articles are shorter than a paragraph");
    let stripped = Stripped::new(pages);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Byline]);
}
