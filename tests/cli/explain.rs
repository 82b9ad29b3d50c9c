//! `tamis explain`: one decision with its figures and spans, and how two texts relate.

use super::{crawl, deduplicated};
use crate::support::workdir::{Prose, Workdir, record};
use serde_json::Value;

fn explained(workdir: &Workdir, id: &str) -> Value {
    let run = workdir.done(&["explain", "out", "--id", id, "--format", "json"]);
    serde_json::from_str(&run.stdout).unwrap()
}

/// A stretch of a text, by the byte range in a span.
fn piece<'a>(text: &'a str, range: &Value) -> &'a str {
    let at = |end: &str| range[end].as_u64().unwrap() as usize;
    &text[at("start")..at("end")]
}

#[test]
fn a_removed_page_is_explained_with_its_row_and_both_texts() {
    let workdir = deduplicated(&[]);
    let document = explained(&workdir, "c1");
    let explanation = &document["explanations"][0];
    assert_eq!(explanation["decision"], "removed");
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!(&explanation["row"], rows.iter().find(|row| row["id"] == "c1").unwrap());
    assert!(crawl().contains(explanation["text"].as_str().unwrap()));
    assert!(crawl().contains(explanation["kept_text"].as_str().unwrap()));
}

#[test]
fn spans_hold_all_words_and_name_the_edit() {
    let workdir = deduplicated(&[]);
    let document = explained(&workdir, "c1");
    let explanation = &document["explanations"][0];
    let (text, kept) = (explanation["text"].as_str().unwrap(), explanation["kept_text"].as_str().unwrap());
    let (mut of_text, mut of_kept) = (Vec::new(), Vec::new());
    let mut edited = (0, 0);
    for span in explanation["spans"].as_array().unwrap() {
        match span["kind"].as_str().unwrap() {
            "shared" => {
                assert_eq!(piece(text, &span["a"]), piece(kept, &span["b"]));
                of_text.push(piece(text, &span["a"]));
                of_kept.push(piece(kept, &span["b"]));
            }
            "only_a" => {
                of_text.push(piece(text, &span["a"]));
                edited.0 += span["words"].as_u64().unwrap();
            }
            _ => {
                of_kept.push(piece(kept, &span["b"]));
                edited.1 += span["words"].as_u64().unwrap();
            }
        }
    }
    assert_eq!((of_text.join(" "), of_kept.join(" ")), (text.to_owned(), kept.to_owned()));
    assert_eq!(edited, (8, 8));
}

#[test]
fn a_kept_page_is_explained_with_the_pages_that_went_for_it() {
    let workdir = deduplicated(&[]);
    let explanation = explained(&workdir, "c2")["explanations"][0].clone();
    assert_eq!(
        (explanation["decision"].as_str(), explanation["cluster"]["kept"].as_str()),
        (Some("kept"), Some("c2"))
    );
    let removed: Vec<&str> =
        explanation["removed"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(removed, ["c1", "c3"]);
}

#[test]
fn a_page_like_no_other_is_explained_too() {
    let workdir = deduplicated(&[]);
    let explanation = explained(&workdir, "lone-0")["explanations"][0].clone();
    assert_eq!(explanation["decision"], "kept");
    assert_eq!(explanation["cluster"], Value::Null);
    assert!(workdir.done(&["explain", "out", "--id", "lone-0"]).stdout.contains("is kept"));
}

#[test]
fn the_text_for_people_gives_the_figures() {
    let workdir = deduplicated(&[]);
    let printed = workdir.done(&["explain", "out", "--id", "c1"]).stdout;
    for part in ["c1", "was removed", "c2", "0.8182", "90 shared / 110", "0.7"] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
}

#[test]
fn an_id_that_is_not_there_cannot_be_explained() {
    let workdir = deduplicated(&[]);
    let run = workdir.tamis(&["explain", "out", "--id", "nobody"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nobody"), "{}", run.stderr);
}

#[test]
fn without_the_input_figures_have_to_do() {
    let workdir = deduplicated(&[]);
    std::fs::rename(workdir.path("crawl.jsonl"), workdir.path("moved.jsonl")).unwrap();
    let run = workdir.done(&["explain", "out", "--id", "c1"]);
    assert!(run.stdout.contains("0.8182") && run.stderr.contains("--input"), "{run:?}");
    let run = workdir.done(&["explain", "out", "--id", "c1", "--input", "moved.jsonl", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(document["explanations"][0]["text"].is_string());
}

#[test]
fn what_came_by_standard_input_is_explained_by_figures() {
    let workdir = Workdir::new();
    let run = workdir.tamis_fed(&["dedup", "-", "-o", "out"], crawl().as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    let removed = workdir.done(&["explain", "out", "--id", "c1"]);
    assert!(removed.stdout.contains("0.8182"), "{removed:?}");
    let alone = workdir.tamis(&["explain", "out", "--id", "lone-0"]);
    assert_eq!(alone.code, 0, "the page was there; standard input is gone: {alone:?}");
}

#[test]
fn every_text_of_an_id_is_explained() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(9);
    let copied = prose.text(60);
    workdir.write(
        "in.jsonl",
        record("other", "s", &copied) + &record("same", "s", &copied) + &record("same", "s", &prose.text(60)),
    );
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--keep", "first"]);
    let explanations = explained(&workdir, "same")["explanations"].clone();
    let decisions: Vec<&str> =
        explanations.as_array().unwrap().iter().map(|row| row["decision"].as_str().unwrap()).collect();
    assert_eq!(decisions, ["removed", "kept"]);
}

#[test]
fn two_text_files_are_compared() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(1);
    let words = prose.words(102);
    workdir.write("a.txt", words.join(" "));
    workdir.write("near.txt", prose.edited(&words, 10, 8).join(" "));
    workdir.write("same.txt", words.join(", ").to_uppercase());
    workdir.write("other.txt", prose.text(50));
    workdir.write("empty.txt", "");
    for (b, relation, shared) in [
        ("near.txt", Value::from("near"), 90),
        ("same.txt", Value::from("exact"), 100),
        ("other.txt", Value::Null, 0),
        ("empty.txt", Value::Null, 0),
    ] {
        let run = workdir.done(&["explain", "--compare", "a.txt", b, "--format", "json"]);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&document["relation"], &document["shared"]), (&relation, &Value::from(shared)), "{b}");
        workdir.done(&["explain", "--compare", "a.txt", b]);
    }
    let strict = workdir.done(&["explain", "--compare", "a.txt", "near.txt", "--threshold", "0.9"]);
    assert!(strict.stdout.contains("are contained (abridged)"), "{}", strict.stdout);
}

#[test]
fn what_cannot_be_compared_ends_with_2() {
    let workdir = Workdir::new();
    workdir.write("a.txt", "text");
    workdir.write("latin.txt", b"caf\xE9");
    for arguments in [
        &["explain", "--compare", "a.txt", "nowhere.txt"][..],
        &["explain", "--compare", "a.txt", "latin.txt"],
        &["explain", "--compare", "a.txt"],
        &["explain"],
        &["explain", "nowhere", "--id", "x"],
    ] {
        let run = workdir.tamis(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
    }
}
