//! `--keep`: each policy keeps the page that it names.

use super::chain;
use crate::support::workdir::{Prose, Workdir, line, record};
use serde_json::json;

/// Four pages, all near each other: the first in the file, the earliest, the longest, one of a good site.
fn four_alike() -> Workdir {
    let mut prose = Prose::new(11);
    let base = prose.words(102);
    let page = |id: &str, site: &str, date: &str, words: Vec<String>, tail: &str| {
        line(&json!({ "id": id, "site": site, "date": date, "text": words.join(" ") + tail }))
    };
    let mut edit = |at: usize| prose.edited(&base, at, 4);
    let (one, two, three, four) = (edit(5), edit(25), edit(45), edit(65));
    let workdir = Workdir::new();
    let dots = ".".repeat(500);
    workdir.write(
        "in.jsonl",
        [
            page("is-first", "first.example", "2025-03-04", one, ""),
            page("is-earliest", "early.example", "2025-03-01T08:00:00Z", two, ""),
            page("is-longest", "long.example", "2025-03-03", three, &dots),
            page("is-good", "good.example", "2025-03-02", four, ""),
        ]
        .concat(),
    );
    workdir.write("sites.txt", "# best first\n\nunknown.example\ngood.example\nfirst.example\n");
    workdir
}

fn kept(workdir: &Workdir, policy: &str) -> Vec<String> {
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--overwrite", "--keep", policy]);
    workdir.column("out/pages.jsonl", "id")
}

#[test]
fn first_keeps_the_page_that_comes_first() {
    assert_eq!(kept(&four_alike(), "first"), ["is-first"]);
}

#[test]
fn earliest_keeps_the_page_of_the_earliest_date() {
    assert_eq!(kept(&four_alike(), "earliest"), ["is-earliest"]);
}

#[test]
fn longest_keeps_the_page_of_the_longest_text() {
    assert_eq!(kept(&four_alike(), "longest"), ["is-longest"]);
}

#[test]
fn sites_keeps_the_page_of_the_site_that_is_listed_first() {
    assert_eq!(kept(&four_alike(), "sites:sites.txt"), ["is-good"]);
}

#[test]
fn most_linked_keeps_the_middle_of_a_chain_and_is_the_default() {
    let workdir = Workdir::new();
    let (c1, c2, c3) = chain(&mut Prose::new(5));
    // The ends are longer, so only links speak for the middle.
    let dots = ".".repeat(300);
    workdir.write(
        "in.jsonl",
        [record("c1", "s", &(c1 + &dots)), record("c2", "s", &c2), record("c3", "s", &(c3 + &dots))].concat(),
    );
    assert_eq!(kept(&workdir, "most-linked"), ["c2"]);
    workdir.done(&["dedup", "in.jsonl", "-o", "default"]);
    assert_eq!(workdir.bytes("default/pages.jsonl"), workdir.bytes("out/pages.jsonl"));
    assert_eq!(kept(&workdir, "longest"), ["c1", "c3"]);
}

#[test]
fn pages_without_a_date_are_not_the_earliest() {
    let workdir = Workdir::new();
    let text = Prose::new(2).text(50);
    workdir.write(
        "in.jsonl",
        [
            line(&json!({ "id": "undated", "text": format!("{text} ...") })),
            line(&json!({ "id": "dated", "text": text, "date": "2031-01-01" })),
        ]
        .concat(),
    );
    assert_eq!(kept(&workdir, "earliest"), ["dated"]);
}

#[test]
fn the_source_of_a_syndicated_cluster_is_its_earliest_page_whatever_is_kept() {
    let workdir = four_alike();
    kept(&workdir, "longest");
    let clusters = workdir.rows("out/clusters.jsonl");
    assert_eq!(clusters.len(), 1);
    assert_eq!((&clusters[0]["source"], &clusters[0]["kept"]), (&json!("is-earliest"), &json!("is-longest")));
}

#[test]
fn a_page_joins_the_kept_page_that_it_is_most_like() {
    // "between" is near both kept pages; it shares more with "close".
    let mut prose = Prose::new(21);
    let between = prose.words(102);
    let close = prose.edited(&between, 5, 4);
    let far = prose.edited(&between, 50, 12);
    let workdir = Workdir::new();
    workdir.write(
        "in.jsonl",
        [
            record("far", "s", &far.join(" ")),
            record("close", "s", &close.join(" ")),
            record("between", "s", &between.join(" ")),
        ]
        .concat(),
    );
    assert_eq!(kept(&workdir, "first"), ["far", "close"]);
    assert_eq!(workdir.column("out/removed.jsonl", "kept"), ["close"]);
}

#[test]
fn an_unknown_policy_or_a_missing_list_cannot_be_used() {
    let workdir = four_alike();
    for policy in ["newest", "sites:", "sites:nowhere.txt"] {
        let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--keep", policy]);
        assert_eq!(run.code, 2, "{policy}: {run:?}");
        assert!(!workdir.path("out").exists());
    }
}
