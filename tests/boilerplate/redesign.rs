//! Sites that change: a redesign in mid-stream, one that is taken back, two templates at a time, small changes, floods.

use super::Stripped;
use super::sites::{Language, Page, Part, Site};
use crate::support::workdir::Workdir;
use serde_json::json;

const SITE: &str = "harbour.example";
const TEMPLATE: [Part; 3] = [Part::Menu, Part::Form, Part::Footer];

/// So many pages of one site, one a day.
fn pages(count: usize) -> Vec<Page> {
    let mut pages = Site::new(SITE, Language::English, 23).pages(count);
    for (number, page) in pages.iter_mut().enumerate() {
        page.date = tamis::date::day_name(20_000 + number as i32);
    }
    pages
}

/// The same article in another template.
fn redesigned(page: &Page) -> Page {
    let of = |parts: &[Part]| {
        page.lines.iter().filter(|(part, _)| parts.contains(part)).cloned().collect::<Vec<_>>()
    };
    let all =
        |part: Part, lines: &[&str]| lines.iter().map(|line| (part, (*line).to_owned())).collect::<Vec<_>>();
    let menu = ["Front page", "Latest stories", "Town hall", "Pitch and track", "Letters page", "Podcasts"];
    let form = ["Join the conversation", "Log in to comment", "Report a mistake in this story"];
    let footer = ["Back to top", "Privacy centre", "Member of the regional press council since 1974"];
    let lines = [
        all(Part::Menu, &menu),
        of(&[Part::Headline]),
        all(Part::Byline, &[&format!("Words and pictures: {}", page.author)]),
        of(&[Part::Sentence]),
        all(Part::RelatedHead, &["More from our pages"]),
        of(&[Part::Related]),
        all(Part::Form, &form),
        all(Part::Footer, &footer),
    ];
    Page { lines: lines.concat(), ..page.clone() }
}

fn input(pages: &[Page]) -> String {
    pages.iter().map(Page::record).collect()
}

/// Learns the first pages, then others on top of them: `old.tamis`, `new.tamis`, and what was said the second time.
fn learned_on(before: &[Page], then: &[Page], flags: &[&str]) -> (Workdir, String) {
    let workdir = Workdir::new();
    workdir.write("before.jsonl", input(before));
    workdir.write("then.jsonl", input(then));
    workdir.done(&["learn", "before.jsonl", "-o", "old.tamis"]);
    let arguments = ["learn", "then.jsonl", "--merge", "old.tamis", "-o", "new.tamis"];
    let said = workdir.done(&[&arguments, flags].concat()).stderr;
    (workdir, said)
}

/// The pages of a site that was redesigned after so many.
fn redesign_after(old: usize, count: usize) -> Vec<Page> {
    let mut pages = pages(count);
    pages[old..].iter_mut().for_each(|page| *page = redesigned(page));
    pages
}

fn templates(workdir: &Workdir, profile: &str) -> usize {
    let rules = workdir.done(&["rules", profile]).stdout;
    let told = rules.lines().find_map(|line| line.strip_prefix("# ")?.split_once(" templates;"));
    told.map_or(1, |(count, _)| count.parse().unwrap())
}

#[test]
fn a_redesign_is_noticed_after_five_pages_and_both_templates_are_stripped_at_once() {
    for old in [30, 300] {
        let pages = redesign_after(old, old + 5);
        let (workdir, said) = learned_on(&pages[..old], &pages[old..], &[]);
        let day = &pages[old].date;
        let told = format!("{SITE}: new template since {day}: 5 of the 5 newest pages");
        assert!(said.contains(&told), "{said}");
        assert!(!said.contains("wait"), "{said}");
        let diff = workdir.done(&["rules", "old.tamis", "--diff", "new.tamis"]).stdout;
        assert!(diff.contains(&told), "{diff}");

        let (known_before, said) = Stripped::by(workdir, pages[old..].to_vec(), "old.tamis");
        assert!(said.contains(&told), "{said}");
        let drift = &known_before.workdir.manifest("out")["drifts"][SITE];
        assert_eq!((&drift["strange"], &drift["of"], &drift["since"]), (&json!(5), &json!(5), &json!(day)));
        assert!(drift["gone"].as_u64().unwrap() * 3 > drift["anchors"].as_u64().unwrap() * 2, "{drift}");
        known_before.assert_kept(&[Part::Sentence, Part::Headline]);

        let (stripped, said) = Stripped::by(known_before.workdir, pages.clone(), "new.tamis");
        assert!(!said.contains("template"), "{said}");
        stripped.assert_kept(&[Part::Sentence, Part::Headline]);
        stripped.assert_stripped(&TEMPLATE);
        assert_eq!(templates(&stripped.workdir, "new.tamis"), 2);
        let rules = stripped.workdir.done(&["rules", "new.tamis"]).stdout;
        assert!(rules.contains(&format!("  {day}..{}  | Town hall\n", pages[old + 4].date)), "{rules}");
    }
}

#[test]
fn four_pages_of_another_template_are_no_redesign_yet() {
    let pages = redesign_after(30, 34);
    let (workdir, said) = learned_on(&pages[..30], &pages[30..], &[]);
    assert!(!said.contains("template"), "{said}");
    assert_eq!(templates(&workdir, "new.tamis"), 1);
    let (stripped, said) = Stripped::by(workdir, pages, "new.tamis");
    assert!(!said.contains("template"), "{said}");
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
}

#[test]
fn a_redesign_that_comes_in_over_several_nights_is_noticed_with_its_fifth_page() {
    let pages = redesign_after(30, 36);
    let (workdir, said) = learned_on(&pages[..33], &pages[33..35], &[]);
    let told = format!("new template since {}: 5 of the 5 newest pages", pages[30].date);
    assert!(said.contains(&told), "{said}");
    workdir.write("next.jsonl", input(&pages[35..]));
    let said = workdir.done(&["learn", "next.jsonl", "--merge", "new.tamis", "-o", "next.tamis"]).stderr;
    assert!(!said.contains("template"), "what is known is not told again: {said}");
}

#[test]
fn a_redesign_that_is_taken_back_is_what_was_known() {
    let mut pages = redesign_after(30, 56);
    pages[44..].clone_from_slice(&self::pages(56)[44..]);
    let (workdir, said) = learned_on(&pages[..44], &pages[44..], &[]);
    assert!(!said.contains("template"), "{said}");
    let (stripped, said) = Stripped::by(workdir, pages, "new.tamis");
    assert!(!said.contains("template"), "{said}");
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
    stripped.assert_stripped(&TEMPLATE);
}

#[test]
fn two_templates_in_parallel_raise_no_alarm() {
    let mut pages = pages(64);
    pages.iter_mut().step_by(2).for_each(|page| *page = redesigned(page));
    let (workdir, said) = learned_on(&pages[..40], &pages[40..], &[]);
    assert!(!said.contains("template"), "{said}");
    assert_eq!(templates(&workdir, "new.tamis"), 2);
    let (stripped, said) = Stripped::by(workdir, pages[40..].to_vec(), "old.tamis");
    assert!(!said.contains("template"), "{said}");
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
    stripped.assert_stripped(&TEMPLATE);
}

#[test]
fn a_new_menu_entry_and_another_footer_are_no_redesign() {
    let mut pages = pages(60);
    for page in &mut pages[40..] {
        page.lines.insert(3, (Part::Menu, "Podcasts".to_owned()));
        let footer = page.lines.iter_mut().rfind(|(part, _)| *part == Part::Footer).unwrap();
        footer.1 = "A publication of the harbour trust".to_owned();
    }
    let (workdir, said) = learned_on(&pages[..40], &pages[40..], &[]);
    assert!(!said.contains("template"), "{said}");
    assert_eq!(templates(&workdir, "new.tamis"), 1);
    let (stripped, said) = Stripped::by(workdir, pages, "old.tamis");
    assert!(!said.contains("template"), "{said}");
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
}

#[test]
fn copies_of_one_page_are_no_redesign_however_many() {
    let mut pages = pages(31);
    let fake = redesigned(&pages[30]);
    pages.truncate(30);
    for copy in 0..200 {
        let mut page = fake.clone();
        page.id = format!("flood-{copy}");
        page.date = tamis::date::day_name(20_100 + copy);
        let byline = page.lines.iter_mut().find(|(part, _)| *part == Part::Byline).unwrap();
        byline.1 = format!("Words by visitor {}", char::from(b'a' + (copy % 26) as u8));
        pages.push(page);
    }
    let (workdir, said) = learned_on(&pages[..30], &pages[30..], &[]);
    assert!(!said.contains("template"), "{said}");
    assert_eq!(templates(&workdir, "new.tamis"), 1);
    let (stripped, said) = Stripped::by(workdir, pages, "new.tamis");
    assert!(!said.contains("template"), "{said}");
    stripped.assert_kept(&[Part::Sentence, Part::Headline]);
    stripped.assert_stripped_on(&TEMPLATE, |page| !page.id.starts_with("flood"));
}

#[test]
fn what_is_newly_stripped_waits_if_it_is_much_until_a_person_approves_it() {
    let pages = redesign_after(30, 60);
    let (workdir, said) = learned_on(&pages[..30], &pages[30..], &["--approve-above", "5%"]);
    assert!(
        said.contains("of its known text and wait (tamis rules new.tamis --site harbour.example"),
        "{said}"
    );
    let rules = workdir.done(&["rules", "new.tamis"]).stdout;
    assert!(rules.contains("# waiting: "), "{rules}");
    let waiting: Vec<&str> = rules.lines().filter(|line| line.starts_with("waits ")).collect();
    for line in ["| Town hall", "| Join the conversation"] {
        assert!(waiting.iter().any(|rule| rule.ends_with(line)), "{line}: {rules}");
    }
    assert!(rules.contains("#   waits for approval: newly strips "), "{rules}");
    let is_new = |page: &Page| page.lines[0].1 == "Front page";
    let (held, _) = Stripped::by(workdir, pages.clone(), "new.tamis");
    held.assert_kept_on(&TEMPLATE, is_new);
    held.assert_kept(&[Part::Sentence, Part::Headline]);
    held.assert_stripped_on(&TEMPLATE, |page| !is_new(page));

    // What waits goes on waiting when learning on; one rule is kept by hand, the others are approved.
    let workdir = held.workdir;
    workdir.write("all.jsonl", input(&pages));
    workdir.done(&["learn", "all.jsonl", "--merge", "new.tamis", "-o", "again.tamis"]);
    assert!(workdir.bytes("again.tamis") == workdir.bytes("new.tamis"));
    workdir.write(
        "edited.txt",
        format!("## {SITE}\nkeep | Town hall\nsuggest | Podcasts\nwaits | Back to top\n"),
    );
    let run = workdir.done(&["rules", "new.tamis", "--apply", "edited.txt"]);
    assert!(run.stdout.contains("1 edit: 1 keep") && run.stderr.contains("waits, and stays so"), "{run:?}");
    let run = workdir.done(&["rules", "new.tamis", "--approve", "--site", SITE]);
    assert!(run.stdout.contains("taken back"), "{run:?}");
    let rules = workdir.done(&["rules", "new.tamis"]).stdout;
    assert!(!rules.contains("\nwaits "), "{rules}");
    let (approved, _) = Stripped::by(workdir, pages, "new.tamis");
    approved.assert_stripped_on(&[Part::Form, Part::Footer], |_| true);
    approved.assert_share(Part::Menu, 0.8, false, |_| true);
    assert!(approved.workdir.done(&["rules", "new.tamis"]).stdout.contains("was:strip"));
}

#[test]
fn a_site_that_was_hardly_known_has_no_past_and_works_at_once() {
    let pages = pages(40);
    let (workdir, said) = learned_on(&pages[..9], &pages[9..], &["--approve-above", "0%"]);
    assert!(!said.contains("wait"), "{said}");
    let flags = ["learn", "then.jsonl", "-o", "x.tamis", "--approve-above"];
    for (given, says) in [("2", "--approve-above: 2 is not a share"), ("much", "\"much\" is no share")] {
        let run = workdir.tamis(&[&flags[..], &[given]].concat());
        assert!(run.code == 2 && run.stderr.contains(says), "{run:?}");
    }
    Stripped::by(workdir, pages, "new.tamis").0.assert_stripped(&TEMPLATE);
}

#[test]
fn pages_without_a_date_are_of_the_day_that_is_named() {
    let workdir = Workdir::new();
    let record = |page: &Page, date: &str| Page { date: date.to_owned(), ..page.clone() }.record();
    let pages = redesign_after(30, 40);
    workdir.write("old.jsonl", pages[..30].iter().map(|page| record(page, "")).collect::<String>());
    workdir.write("new.jsonl", pages[30..].iter().map(|page| record(page, "2099-01-01")).collect::<String>());
    workdir.done(&["learn", "old.jsonl", "-o", "old.tamis", "--as-of", "2026-05-02"]);
    let arguments =
        ["learn", "new.jsonl", "--merge", "old.tamis", "-o", "new.tamis", "--as-of", "2026-05-03"];
    let said = workdir.done(&arguments).stderr;
    assert!(said.contains("new template since 2026-05-03: 10 of the 10 newest pages"), "{said}");
    let rules = workdir.done(&["rules", "new.tamis"]).stdout;
    assert!(rules.contains("2026-05-02..2026-05-02") && !rules.contains("2099"), "{rules}");
    // Without any date the new pages are known by not having been there before.
    workdir.write("new.jsonl", pages[30..].iter().map(|page| record(page, "")).collect::<String>());
    workdir.done(&["learn", "old.jsonl", "-o", "old.tamis", "--overwrite"]);
    let arguments = ["learn", "new.jsonl", "--merge", "old.tamis", "-o", "undated.tamis"];
    let said = workdir.done(&arguments).stderr;
    assert!(said.contains("new template: 10 of the 10 newest pages"), "{said}");
    let run = workdir.tamis(&["learn", "new.jsonl", "-o", "x.tamis", "--as-of", "soon"]);
    assert!(run.code == 2 && run.stderr.contains("\"soon\" is no date (for example 2026-05-03)"), "{run:?}");
}

#[test]
fn a_site_whose_pages_would_lose_nearly_everything_is_left_alone() {
    let mut pages = pages(30);
    for (number, page) in pages.iter_mut().enumerate() {
        page.lines.retain(|(part, _)| TEMPLATE.contains(part));
        // A word of its own is all that is left of each page's text.
        page.lines.push((
            Part::Sentence,
            char::from(b'a' + (number % 26) as u8).to_string().repeat(6 + number / 26),
        ));
    }
    let (stripped, said) = {
        let workdir = Workdir::new();
        workdir.write("pages.jsonl", input(&pages));
        workdir.done(&["learn", "pages.jsonl", "-o", "sites.tamis"]);
        Stripped::by(workdir, pages, "sites.tamis")
    };
    stripped.assert_kept(&TEMPLATE);
    assert!(said.contains("harbour.example: no articles found, nothing is stripped"), "{said}");
    assert_eq!(stripped.workdir.manifest("out")["no_articles"], json!([SITE]));
    assert_eq!(stripped.count("without_article"), 30);
    assert!(stripped.workdir.done(&["rules", "sites.tamis"]).stdout.contains("# no articles found: "));
}

#[test]
fn templates_and_what_waits_do_not_depend_on_order_or_threads() {
    let pages = redesign_after(30, 60);
    let (workdir, _) = learned_on(&pages[..30], &pages[30..], &["--approve-above", "5%", "--threads", "1"]);
    workdir.write("then.jsonl", input(&pages[30..].iter().rev().cloned().collect::<Vec<_>>()));
    let arguments = ["learn", "then.jsonl", "--merge", "old.tamis", "-o", "other.tamis"];
    workdir.done(&[&arguments[..], &["--approve-above", "5%", "--threads", "2"]].concat());
    assert!(workdir.bytes("new.tamis") == workdir.bytes("other.tamis"));
    assert_eq!(workdir.done(&["rules", "new.tamis"]).stdout, workdir.done(&["rules", "other.tamis"]).stdout);
}
