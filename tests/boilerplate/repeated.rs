//! Text that stands on many pages and is nobody's template.

use super::Stripped;
use super::sites::{Language, Page, Part, Site};

const LANGUAGES: [Language; 2] = [Language::English, Language::Arabic];

/// A site of thirty pages, and its first article under ten more URLs, each changed by `change`.
fn with_copies(name: &str, language: Language, change: impl Fn(usize, &mut Page)) -> Vec<Page> {
    let mut pages = Site::new(name, language, 51).pages(30);
    for copy in 0..10 {
        let mut page = pages[0].clone();
        page.id = format!("{name}-copy-{copy}");
        change(copy, &mut page);
        pages.push(page);
    }
    pages
}

fn set(page: &mut Page, part: Part, line: String) {
    let at = page.lines.iter().position(|(of, _)| *of == part).unwrap();
    page.lines[at].1 = line;
}

/// Other titles in the related list, as it is drawn anew for each delivery.
fn other_list(copy: usize, page: &mut Page) {
    let mut site = Site::new(&page.site, Language::English, 1000 + copy as u64);
    let lines = page.lines.iter_mut().filter(|(part, _)| *part == Part::Related);
    lines.for_each(|(_, line)| *line = site.headline());
}

#[test]
fn an_article_under_ten_urls_does_not_become_a_template() {
    for language in LANGUAGES {
        let pages = [
            with_copies("same.example", language, |_, _| ()),
            with_copies("counter.example", language, |copy, page| {
                set(page, Part::Counter, format!("{copy}1 comments"))
            }),
            with_copies("date.example", language, |copy, page| {
                set(page, Part::Byline, format!("By Nora Quill on May {}, 2024", copy + 2));
            }),
            with_copies("print.example", language, |copy, page| {
                page.lines.insert(0, (Part::Blank, format!("Visitors today {copy}07")));
                set(page, Part::Breadcrumb, format!("Section number {copy}"));
            }),
            with_copies("lists.example", language, other_list),
        ];
        let stripped = Stripped::new(pages.concat());
        stripped.assert_kept(&[Part::Sentence, Part::Headline]);
        stripped.assert_stripped(&[Part::Menu, Part::Form, Part::Footer]);
    }
}

#[test]
fn an_article_under_ten_urls_survives_on_a_small_site() {
    let pages = LANGUAGES.iter().enumerate().flat_map(|(at, &language)| {
        let name = format!("small{at}.example");
        let mut pages =
            with_copies(&name, language, |copy, page| set(page, Part::Counter, format!("{copy} comments")));
        pages.drain(4..30);
        pages
    });
    Stripped::new(pages.collect()).assert_kept(&[Part::Sentence]);
}

#[test]
fn a_story_reprinted_on_forty_sites_stays_and_their_comment_form_goes() {
    let story = Site::new("agency", Language::English, 61).article();
    let pages = (0..40).flat_map(|at| {
        let name = format!("paper{at}.example");
        let mut site = Site::new(&name, Language::English, 100 + at);
        let mut pages = site.pages(7);
        let headlines = [
            "The story that everyone reprinted".to_owned(),
            "Weather for the weekend in the valley".to_owned(),
        ];
        pages.push(site.page(&format!("{name}-story"), &headlines, 0, &story));
        pages
    });
    let stripped = Stripped::new(pages.collect());
    stripped.assert_kept_on(&[Part::Sentence, Part::Headline], |page| page.id.ends_with("story"));
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Form]);
}

/// A site of thirty pages with `line` in so many of its articles, at varying places.
fn with_recurrent(name: &str, language: Language, lines: &[&str], every: usize) -> Vec<Page> {
    let mut pages = Site::new(name, language, 71).pages(30);
    for (number, page) in pages.iter_mut().enumerate().filter(|(number, _)| number % every == 0) {
        for (at, line) in lines.iter().enumerate() {
            let sentences = page.sentences().len();
            page.insert(1 + (number * 5 + 2 * at) % (sentences - 1), Part::Recurrent, line);
        }
    }
    pages
}

#[test]
fn refrains_disclaimers_and_headings_inside_articles_stay() {
    use Language::{Arabic, English};
    let pages = [
        with_recurrent("refrain.example", English, &["And the river runs on to the sea."], 2),
        with_recurrent(
            "disclaimer.example",
            English,
            &["The author holds no shares in any of the companies named here."],
            3,
        ),
        with_recurrent("headings.example", English, &["Summary", "Background"], 3),
        with_recurrent("lazima.example", Arabic, &["ويجري النهر إلى البحر كما كان."], 2),
        with_recurrent("tanbih.example", Arabic, &["هذا المقال يعبر عن رأي كاتبه وحده."], 3),
        with_recurrent("anawin.example", Arabic, &["الخلاصة", "خلفية"], 3),
    ];
    let stripped = Stripped::new(pages.concat());
    stripped.assert_kept(&[Part::Recurrent, Part::Sentence]);
}

#[test]
fn another_sites_copy_of_an_article_does_it_no_harm() {
    let mut ours = Site::new("ours.example", Language::English, 81).pages(30);
    let mut theirs = Site::new("theirs.example", Language::English, 82).pages(30);
    for number in 0..5 {
        let at = theirs[number].start();
        for sentence in ours[number].sentences().into_iter().rev() {
            theirs[number].lines.insert(at, (Part::Sentence, sentence));
        }
    }
    ours.extend(theirs);
    let stripped = Stripped::new(ours);
    stripped.assert_kept(&[Part::Sentence]);
    stripped.assert_stripped(&[Part::Form, Part::Menu]);
}

/// A site of thirty pages, and its fourth page delivered so often by a hostile sender under its name.
fn poisoned(deliveries: usize, change: impl Fn(usize, &mut Page, &mut Site)) -> Stripped {
    let mut site = Site::new("victim.example", Language::English, 91);
    let mut pages = site.pages(30);
    for copy in 0..deliveries {
        let mut page = pages[3].clone();
        page.id = format!("hostile-{copy}");
        change(copy, &mut page, &mut site);
        pages.push(page);
    }
    Stripped::new(pages)
}

/// A sentence of the article is another one, and the byline too.
fn other_sentence(copy: usize, page: &mut Page, site: &mut Site) {
    let at = page.start() + copy % page.sentences().len();
    page.lines[at].1 = site.sentence();
    set(page, Part::Byline, format!("By Sender {copy} on May 3, 2024"));
}

fn assert_unharmed(stripped: &Stripped) {
    let ours = |page: &Page| !page.id.starts_with("hostile");
    stripped.assert_kept_on(&[Part::Sentence, Part::Headline], ours);
    stripped.assert_stripped_on(&[Part::Form], ours);
}

#[test]
fn many_deliveries_of_an_article_do_not_make_it_a_template() {
    assert_unharmed(&poisoned(500, |copy, page, _| set(page, Part::Counter, format!("{copy} comments"))));
    assert_unharmed(&poisoned(20, other_sentence));
    assert_unharmed(&poisoned(20, |copy, page, _| other_list(copy, page)));
}

#[test]
fn a_hundred_deliveries_with_another_sentence_each_do_not_make_an_article_a_template() {
    assert_unharmed(&poisoned(100, other_sentence));
}

#[test]
fn a_hundred_deliveries_with_another_related_list_each_do_not_make_an_article_a_template() {
    assert_unharmed(&poisoned(100, |copy, page, _| other_list(copy, page)));
}
