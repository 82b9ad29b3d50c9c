//! Which field is which, what a page is called, and which page is the same page.

use super::deduplicated;
use crate::support::workdir::{Prose, Workdir, line, record};
use serde_json::json;

#[test]
fn fields_are_named_by_flags() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    let page = |key: &str, outlet: &str, day: &str| {
        line(
            &json!({ "key": key, "outlet": outlet, "day": day, "words": text, "text": 5, "id": "no", "site": "no" }),
        )
    };
    workdir.write(
        "in.jsonl",
        page("late", "x.example", "2025-02-02") + &page("soon", "y.example", "2025-02-01"),
    );
    workdir.done(&[
        "dedup",
        "in.jsonl",
        "-o",
        "out",
        "--keep",
        "earliest",
        "--text-field",
        "words",
        "--id-field",
        "key",
        "--site-field",
        "outlet",
        "--date-field",
        "day",
    ]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!((&rows[0]["id"], &rows[0]["site"]), (&json!("late"), &json!("x.example")));
    assert_eq!((&rows[0]["kept"], &rows[0]["kept_site"]), (&json!("soon"), &json!("y.example")));
    workdir.done(&["verify", "out", "in.jsonl"]);
}

#[test]
fn common_other_names_are_recognised_and_the_choice_is_printed() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    let page = |id: &str, host: &str, published: &str| {
        line(&json!({ "doc_id": id, "content": text, "host": host, "published_at": published }))
    };
    workdir.write(
        "in.jsonl",
        page("late", "x.example", "2025-02-02") + &page("soon", "y.example", "2025-02-01"),
    );
    let run = workdir.done(&["dedup", "in.jsonl", "-o", "out", "--keep", "earliest"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!((&rows[0]["id"], &rows[0]["site"]), (&json!("late"), &json!("x.example")));
    for name in ["content", "doc_id", "host", "published_at"] {
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
    assert_eq!(workdir.done(&["dedup", "in.jsonl", "-o", "two", "--quiet"]).stderr, "");
}

#[test]
fn the_default_name_wins_over_a_stand_in() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", r#"{"content":"stand-in","text":"the text","body":"x","id":"a","doc_id":"b"}"#);
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--annotate"]);
    let words = workdir.manifest("out")["counts"]["words"].clone();
    assert_eq!(words, 2);
}

#[test]
fn a_page_without_an_id_is_called_by_its_url_and_without_a_url_by_its_place() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    let lines = [
        line(&json!({ "id": "named", "url": "https://x.example/0", "text": text })),
        line(&json!({ "url": "https://x.example/1", "text": text })),
        line(&json!({ "id": "", "url": "", "text": text })),
        "\n".to_owned(),
        line(&json!({ "id": null, "text": text })),
        line(&json!({ "id": 12_345_678_901_u64, "text": text })),
        line(&json!({ "id": -7, "text": text })),
        line(&json!({ "id": 1.5, "text": text })),
        line(&json!({ "id": ["x"], "text": text })),
    ];
    workdir.write("in.jsonl", lines.concat());
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--keep", "first"]);
    let mut expected =
        ["https://x.example/1", "in.jsonl:3", "in.jsonl:5", "12345678901", "-7", "in.jsonl:8", "in.jsonl:9"];
    expected.sort_unstable();
    assert_eq!(workdir.column("out/removed.jsonl", "id"), expected);
    assert_eq!(workdir.rows("out/removed.jsonl")[0]["kept"], "named");
}

#[test]
fn without_a_site_field_the_host_of_the_url_is_the_site() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    let page = |url: &str| line(&json!({ "url": url, "text": text }));
    workdir.write(
        "in.jsonl",
        page("https://www.news.example.co.uk/a") + &page("https://sport.example.co.uk:8080/b") + &page("x"),
    );
    for (by, sites, count) in [
        ("host", json!(["news.example.co.uk", "sport.example.co.uk"]), 2),
        ("domain", json!(["example.co.uk"]), 1),
    ] {
        workdir.done(&["dedup", "in.jsonl", "-o", by, "--site-by", by]);
        assert_eq!(workdir.rows(&format!("{by}/clusters.jsonl"))[0]["sites"], sites);
        assert_eq!(workdir.manifest(by)["counts"]["sites"], count);
    }
}

#[test]
fn the_url_still_gives_the_site_when_it_is_the_id_too() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", line(&json!({ "url": "https://x.example/1", "text": "a few words" })));
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--id-field", "url"]);
    assert_eq!(workdir.manifest("out")["counts"]["sites"], 1);
}

#[test]
fn scope_within_site_follows_the_registered_domain() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    workdir.write(
        "in.jsonl",
        line(&json!({ "url": "https://a.example.org/1", "text": text }))
            + &line(&json!({ "url": "https://b.example.org/1", "text": text })),
    );
    for (by, removed) in [("host", 0), ("domain", 1)] {
        workdir.done(&["dedup", "in.jsonl", "-o", by, "--site-by", by, "--scope", "within-site"]);
        assert_eq!(workdir.rows(&format!("{by}/removed.jsonl")).len(), removed, "{by}");
        workdir.done(&["verify", by, "in.jsonl"]);
    }
}

#[test]
fn the_same_id_with_another_text_is_another_version_with_its_place() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(6);
    let first = prose.words(102);
    let second = prose.edited(&first, 20, 4);
    let third = prose.text(80);
    workdir.write("a.jsonl", record("same", "s", &first.join(" ")) + &record("other", "s", "few words here"));
    workdir.write("b.jsonl", record("same", "s", &third) + &record("same", "s", &second.join(" ")));
    workdir.done(&["dedup", "a.jsonl", "b.jsonl", "-o", "out", "--keep", "first", "--pairs"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((&row["id"], &row["file"], &row["record"]), (&json!("same"), &json!("b.jsonl"), &json!(2)));
    assert_eq!(row["kept"], "same");
    assert_eq!(row["kept_place"], json!({ "file": "a.jsonl", "record": 1 }));
    let cluster = &workdir.rows("out/clusters.jsonl")[0];
    assert_eq!(cluster["members"], json!(["same", "same"]));
    assert_eq!(cluster["places"]["same"].as_array().unwrap().len(), 2);
    assert_eq!(workdir.rows("out/pairs.jsonl")[0]["a_place"]["file"].as_str().map(|_| ()), Some(()));
    assert_eq!(workdir.column("out/pages.jsonl", "id"), ["same", "other", "same"]);
    assert_eq!(workdir.manifest("out")["counts"]["versions"], 3);
    workdir.done(&["verify", "out", "a.jsonl", "b.jsonl"]);
}

#[test]
fn a_page_delivered_again_is_decided_once() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(50);
    let lines = record("x", "s", &text) + &record("y", "s", &text);
    workdir.write("in.jsonl", lines.repeat(3));
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    let counts = workdir.manifest("out")["counts"].clone();
    assert_eq!((&counts["redelivered"], &counts["kept"]), (&json!(4), &json!(1)));
    assert_eq!((workdir.rows("out/pages.jsonl").len(), workdir.rows("out/removed.jsonl").len()), (1, 1));
    workdir.done(&["verify", "out", "in.jsonl"]);
}

#[test]
fn an_empty_text_is_no_page_for_comparison() {
    let workdir = deduplicated(&["--pairs"]);
    for table in ["removed", "clusters", "pairs"] {
        let text = String::from_utf8(workdir.bytes(&format!("out/{table}.jsonl"))).unwrap();
        assert!(!text.contains("empty-"), "{table}");
    }
}
