//! The text of rules: what it looks like, and that all of it can be read again.

use super::{ARABIC, ENGLISH, learned, told};
use proptest::prelude::*;
use tamis::boilerplate::edits::Decision;
use tamis::boilerplate::edits::key_of_text;
use tamis::boilerplate::epochs::{Anchors, Epoch};
use tamis::boilerplate::judge::{Rule, Tier};
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::rules::{SiteRules, parse, print};

fn key(line: &str) -> u32 {
    key_of_text(line, &mut LineReader::default())
}

fn rule(line: &str, tier: Tier, pages: u32, place: f32, bound: f32) -> Rule {
    Rule {
        line: line.to_owned(),
        template: key(line),
        pages,
        of: 118,
        bound,
        tier,
        learned: tier,
        decision: None,
        places: pages,
        stripped: 0,
        touches: 0.031,
        seen: None,
        place,
        reasons: vec!["+3.2 it stands on all 117 other articles".to_owned()],
    }
}

fn site(lines: Vec<Rule>) -> SiteRules {
    SiteRules {
        site: "news.example".to_owned(),
        pages: 120,
        articles: 118,
        epochs: Vec::new(),
        is_left_alone: false,
        lines,
    }
}

/// The text without the heading of the file.
fn body(text: &str) -> String {
    text.lines().skip(4).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_text_reads_well() {
    let mut decided = rule("Read also", Tier::Strip, 40, 0.9, 0.269);
    decided.learned = Tier::Suggest;
    decided.decision = Some(Decision::Strip);
    let mut long = rule("The beginning of a long line", Tier::Recurrent, 12, 0.5, 0.06);
    long.template = 0x4f3a_9c01;
    let mut forgotten = rule("", Tier::Strip, 3, 0.95, 0.009);
    forgotten.template = 7;
    let mut by_hand = rule("a | b\u{202e} \\ # c", Tier::Keep, 0, 0.0, 0.0);
    by_hand.decision = Some(Decision::Keep);
    let lines = vec![
        rule("Subscribe to our newsletter", Tier::Strip, 118, 0.0, 0.97),
        rule("اشترك في نشرتنا", Tier::Suggest, 110, 0.1, 0.87),
        long,
        decided,
        forgotten,
        by_hand,
    ];
    let expected = "
## news.example    120 pages, 118 articles

strip       118/118   >=97%  head  | Subscribe to our newsletter
suggest     110/118   >=87%  head  | اشترك في نشرتنا

recurrent    12/118    >=6%  text  #4f3a9c01  | The beginning of a long line

strip        40/118   >=26%  tail  was:suggest  | Read also

# strip         3/118    >=0%  tail  #00000007  | (no example is remembered)

keep       was:unknown             | a | b\\u{202e} \\\\ # c
";
    assert_eq!(body(&print([&site(lines.clone())], false)), expected);
    let reasons = print([&site(lines)], true);
    assert!(reasons.contains("| Read also\n#   +3.2 it stands on all 117 other articles\n"), "{reasons}");
    assert!(print([], false).lines().all(|line| line.starts_with("# ")));
}

#[test]
fn days_templates_and_what_waits_are_told() {
    let day = |text: &str| tamis::date::day(text).unwrap();
    let mut menu = rule("Home", Tier::Strip, 100, 0.0, 0.77);
    menu.seen = Some((day("2024-01-05"), day("2026-05-02")));
    let mut form = rule("Join the conversation", Tier::Wait, 12, 0.9, 0.75);
    form.learned = Tier::Strip;
    form.decision = Some(Decision::Wait);
    form.seen = Some((day("2026-05-03"), day("2026-05-03")));
    form.touches = 0.2149;
    form.reasons.insert(0, "waits for approval".to_owned());
    let epoch = |articles, days, keys: &[u32]| Epoch { anchors: Anchors::new([keys]), articles, days };
    let mut site = site(vec![menu, form, rule("Undated", Tier::Recurrent, 2, 0.92, 0.0)]);
    site.epochs = vec![
        epoch(106, Some((day("2024-01-05"), day("2026-05-02"))), &[1, 2, 3, 4, 5]),
        epoch(12, None, &[6, 7, 8, 9]),
    ];
    let expected = "
## news.example    120 pages, 118 articles
# waiting: 1 new rules that together are 21 % of the site's known text
# 2 templates; a page is judged by the one that it is most like
#   2024-01-05 to 2026-05-02: 106 articles, 5 lines on most of them
#   no dates: 12 articles, 4 lines on most of them

strip       100/118   >=77%  head  2024-01-05..2026-05-02  | Home

waits        12/118   >=75%  tail  2026-05-03..2026-05-03  | Join the conversation
#   waits for approval

recurrent     2/118    >=0%  tail                          | Undated
";
    assert_eq!(body(&print([&site], false)), expected);
    assert_eq!(parse(expected, "text").unwrap().len(), 3);
    site.is_left_alone = true;
    assert!(print([&site], false).contains("# no articles found: "));
}

#[test]
fn what_is_printed_of_a_profile_is_a_function_of_it_and_can_be_read() {
    let workdir = learned();
    let text = workdir.done(&["rules", "sites.tamis"]).stdout;
    assert_eq!(text, workdir.done(&["rules", "sites.tamis", "--threads", "1"]).stdout);
    let asked = parse(&text, "text").unwrap();
    let told = [ARABIC, ENGLISH].map(|site| told(&workdir, site));
    let expected: Vec<_> = told
        .iter()
        .flat_map(|site| {
            site.lines.iter().filter(|told| !told.line.is_empty()).map(|told| (&site.site, told))
        })
        .map(|(site, told)| (site.as_str(), told.tier, told.line.as_str(), told.template))
        .collect();
    let found: Vec<_> =
        asked.iter().map(|asked| (asked.site.as_str(), asked.word, asked.line.as_str(), asked.key)).collect();
    assert_eq!(found, expected);
    for line in ["Leave a comment", "Our correspondent reports", "لن يتم نشر عنوان بريدك الإلكتروني"]
    {
        assert!(text.contains(&format!("| {line}\n")), "{line} in {text}");
    }
    assert!(text.contains("10/30 ") && text.contains("30/30 "), "{text}");
    assert!(text.contains("\n## news.example    30 pages, 30 articles\n"), "{text}");
    let one = workdir.done(&["rules", "sites.tamis", "--site", ENGLISH, "--reasons"]).stdout;
    assert!(one.contains(ENGLISH) && !one.contains(ARABIC), "{one}");
    assert_eq!(parse(&one, "text").unwrap().len(), told[1].lines.len(), "reasons are comments");
    let unknown = workdir.tamis(&["rules", "sites.tamis", "--site", "other.example"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("knows no site other.example"), "{unknown:?}");
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    for (row, says) in [
        ("strip Home", "has no | before the line"),
        ("delete | Home", "begins with \"delete\""),
        ("| Home", "begins with \"\""),
        ("strip 3 | Home", "has \"3\", which is no figure"),
        ("strip #12 | Home", "has \"#12\", which is no figure"),
        ("strip #00000001 #00000001 | Home", "which is no figure"),
        ("strip was:gone | Home", "which is no figure"),
        ("strip 2024..2025 | Home", "which is no figure"),
        ("strip |  ", "has no line behind the |"),
        ("strip | a\\b", "no escape (a backslash is written twice)"),
        ("## a\\b", "no escape"),
    ] {
        let error =
            parse(&format!("# rules\n## s\nkeep | Contact\n{row}\n"), "rules.txt").unwrap_err().to_string();
        assert!(error.starts_with("rules.txt:4: ") && error.contains(says), "{error}");
    }
    let error = parse("strip | Home", "rules.txt").unwrap_err().to_string();
    assert!(error.starts_with("rules.txt:1: stands before the first site"), "{error}");
    let asked = parse("\u{feff}## s  9 pages\r\n  strip|Home  \r\nkeep 1/2 >=3% text | a | b", "f").unwrap();
    let found: Vec<_> = asked.iter().map(|asked| (asked.number, asked.word, asked.line.as_str())).collect();
    assert_eq!(found, [(2, Tier::Strip, "Home"), (3, Tier::Keep, "a | b")]);
}

fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => any::<String>(),
        3 => "[ab|#\\\\ \n\r\t\u{202e}\u{2066}\u{200c}\u{feff}\u{a0}\u{85}\u{2028}{}u0-9:/>%\"]{0,12}",
        1 => Just("## strip | \\u{0}".to_owned()),
    ]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let tier =
        prop::sample::select(vec![Tier::Strip, Tier::Wait, Tier::Suggest, Tier::Recurrent, Tier::Keep]);
    let decision =
        prop::option::of(prop::sample::select(vec![Decision::Strip, Decision::Wait, Decision::Keep]));
    let seen = prop::option::of(any::<(i32, i32)>());
    let figures = (prop_oneof![Just(0), any::<u32>()], any::<u32>(), 0.0f32..1.0, 0.0f32..1.0, seen);
    (any_line(), prop::option::of(any::<u32>()), tier, decision, figures).prop_map(
        |(line, other, tier, decision, (pages, of, bound, place, seen))| {
            let template = other.unwrap_or_else(|| key(&line));
            let reasons = vec![line.clone()];
            Rule {
                template,
                of,
                decision,
                reasons,
                touches: bound,
                seen,
                ..rule(&line, tier, pages, place, bound)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_can_be_read(
        name in any_line(),
        lines in prop::collection::vec(any_rule(), 0..6),
        with_reasons in any::<bool>(),
    ) {
        let of_site = SiteRules { site: name.clone(), ..site(lines.clone()) };
        let text = print([&of_site], with_reasons);
        let is_harmful = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2066}' | '\u{feff}');
        prop_assert!(!text.contains(is_harmful), "{:?}", text);
        let asked = parse(&text, "text").unwrap();
        let found: Vec<_> = asked.into_iter().map(|asked| (asked.site, asked.word, asked.line, asked.key)).collect();
        let told = lines.into_iter().filter(|told| !told.line.trim().is_empty());
        let expected: Vec<_> = told.map(|told| (name.clone(), told.tier, told.line, told.template)).collect();
        prop_assert_eq!(found, expected);
    }
}
