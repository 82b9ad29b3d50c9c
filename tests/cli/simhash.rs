//! `tamis dedup --method simhash`: fingerprints propose, the same proof decides.

use super::{crawl, deduplicated};
use crate::support::workdir::{Prose, Workdir, record};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Pages of 400 words: `a` and `b` differ in one word and `c` in another, on two sites; `copy` has the words of `a`;
/// the rest are like no other.
fn pages() -> String {
    let mut prose = Prose::new(11);
    let a = prose.words(400);
    let (b, c) = (prose.edited(&a, 100, 1), prose.edited(&a, 300, 1));
    let mut lines = vec![
        record("a", "north.example", &a.join(" ")),
        record("b", "north.example", &b.join(" ")),
        record("c", "south.example", &c.join(" ")),
        record("copy", "south.example", &a.join(", ")),
        record("empty-1", "north.example", ""),
        record("empty-2", "north.example", "..."),
    ];
    lines.extend((0..20).map(|number| record(&format!("lone-{number}"), "north.example", &prose.text(300))));
    lines.concat()
}

fn run(arguments: &[&str]) -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", pages());
    workdir
        .done(&[&["dedup", "in.jsonl", "-o", "out", "--method", "simhash", "--pairs"], arguments].concat());
    workdir
}

#[test]
fn pages_that_differ_in_a_word_are_found_verified_and_replayed() {
    let workdir = run(&[]);
    assert_eq!(workdir.rows("out/removed.jsonl").len(), 3);
    let counts = &workdir.manifest("out")["counts"];
    assert_eq!((&counts["removed"]["exact"], &counts["removed"]["near"]), (&json!(1), &json!(2)));
    let verified = workdir.done(&["verify", "out", "in.jsonl"]).stdout;
    assert!(verified.contains("3 of 3 removals"), "{verified}");
    let removed = workdir.column("out/removed.jsonl", "id").swap_remove(0);
    let why = workdir.done(&["explain", "out", "--id", &removed]).stdout;
    assert!(why.contains("was removed"), "{why}");
}

#[test]
fn figures_are_those_of_the_exact_method() {
    let workdir = run(&[]);
    workdir.done(&["dedup", "in.jsonl", "-o", "joined", "--method", "exact", "--pairs"]);
    for table in ["pairs.jsonl", "pages.jsonl"] {
        assert_eq!(
            workdir.bytes(&format!("out/{table}")),
            workdir.bytes(&format!("joined/{table}")),
            "{table}"
        );
    }
}

#[test]
fn what_fingerprints_propose_is_kept_unless_the_texts_reach_the_threshold() {
    // One word of 400 is in three of the shingles of either page: 395 / 401 = 0.985.
    let workdir = run(&["--threshold", "0.99"]);
    let counts = &workdir.manifest("out")["counts"];
    assert!(counts["candidates"].as_u64().unwrap() >= 2, "{counts}");
    assert_eq!(counts["removed"]["near"], 0);
    assert_eq!(workdir.rows("out/removed.jsonl").len(), 1);
}

#[test]
fn the_distance_bounds_what_is_proposed() {
    let proposed = |distance: &str| {
        run(&["--distance", distance]).manifest("out")["counts"]["candidates"].as_u64().unwrap()
    };
    let proposed = ["0", "1", "3", "8"].map(proposed);
    assert!(proposed.is_sorted() && proposed[0] < proposed[3], "{proposed:?}");
}

#[test]
fn scopes_hold() {
    let within = run(&["--scope", "within-site"]);
    assert!(within.rows("out/removed.jsonl").iter().all(|row| row["site"] == row["kept_site"]));
    assert_eq!(within.rows("out/pairs.jsonl").len(), 2, "a with b, c with the copy");
    let across = run(&["--scope", "across-sites"]);
    let rows = across.rows("out/removed.jsonl");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["site"] != row["kept_site"]));
}

#[test]
fn the_manifest_stamps_method_distance_and_scheme() {
    let manifest = run(&["--distance", "5", "--ngram", "4"]).manifest("out");
    let settings = &manifest["settings"];
    assert_eq!((&settings["method"], &settings["distance"]), (&json!("simhash"), &json!(5)));
    assert_eq!((&settings["recall"], &manifest["banding"]), (&Value::Null, &Value::Null));
    let scheme = &manifest["scheme"];
    assert_eq!((&scheme["ngram"], &scheme["bits"]), (&json!(1), &json!(64)), "words, whatever --ngram says");
    assert_eq!(settings["ngram"], 4);
    let by_bands = deduplicated(&[]).manifest("out");
    assert_eq!(
        (&by_bands["settings"]["recall"], &by_bands["settings"]["distance"]),
        (&json!(0.99), &Value::Null)
    );
    assert!(by_bands["scheme"]["slots"].is_u64());
}

#[test]
fn the_summary_promises_no_recall() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", pages());
    let printed = workdir.done(&["dedup", "in.jsonl", "-o", "out", "--method", "simhash"]).stdout;
    assert!(printed.contains("differ in 8 of 64 bits at most (simhash)"), "{printed}");
    assert!(!printed.contains("bands"), "{printed}");
}

#[test]
fn flags_of_another_method_are_refused_with_a_next_step() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    for (arguments, flag, next) in [
        (&["--method", "simhash", "--recall", "0.99"][..], "--recall", "--distance"),
        (&["--method", "simhash", "--expect-pages", "1000"], "--expect-pages", "--distance"),
        (&["--method", "simhash", "--distance", "9"], "--distance", "0 to 8"),
        (&["--distance", "3"], "--distance", "--method simhash"),
        (&["--method", "exact", "--distance", "3"], "--distance", "--method simhash"),
    ] {
        let run = workdir.tamis(&[&["dedup", "crawl.jsonl", "-o", "out"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        let message = &run.stderr;
        assert!(message.contains(&format!("{flag}: ")) && message.contains(next), "{arguments:?}: {message}");
        assert!(!workdir.path("out").exists());
    }
}

#[test]
fn thirty_thousand_pages_of_one_template_cost_linear_work() {
    // Two numbers in 300 words: fingerprints in one small cloud, most of them shared by many pages.
    let words = Prose::new(4).words(300);
    let mut lines = String::new();
    for number in 0..30_000 {
        let mut page = words.clone();
        page[100] = (number % 173).to_string();
        page[200] = number.to_string();
        let _ =
            write!(lines, "{}", record(&format!("p{number}"), &format!("s{}", number % 5), &page.join(" ")));
    }
    let workdir = Workdir::new();
    workdir.write("in.jsonl", lines);
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--method", "simhash", "--quiet"]);
    let counts = workdir.manifest("out")["counts"].clone();
    assert!(counts["hot_buckets"].as_u64().unwrap() > 0, "{counts}");
    assert!(counts["candidates"].as_u64().unwrap() < 30_000 * 520, "{counts}");
    assert!(counts["kept"].as_u64().unwrap() < 100, "{counts}");
}
