//! `tamis explain --line`: a line found by text or template key, in a folder or a profile; lines that are not known.

use super::{ARABIC, ENGLISH, learned, told_of};
use crate::support::workdir::{Prose, Workdir, line};
use serde_json::{Value, json};
use tamis::boilerplate::judge::Tier;

/// A profile with a decision, and the folder that was stripped with it.
fn stripped() -> Workdir {
    let workdir = learned();
    let word = if told_of(&workdir, ENGLISH, "Your name").tier == Tier::Strip { "keep" } else { "strip" };
    workdir.write(
        "rules.txt",
        format!("## news.example\n{word} | Your name\nkeep | Home\nstrip | Nowhere to be seen\n"),
    );
    workdir.done(&["rules", "sites.tamis", "--apply", "rules.txt"]);
    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "out"]);
    workdir
}

fn explained(workdir: &Workdir, place: &str, line: &str, site: &[&str]) -> Value {
    let arguments = [&["explain", place, "--line", line, "--format", "json"], site].concat();
    serde_json::from_str(&workdir.done(&arguments).stdout).unwrap()
}

#[test]
fn folder_and_profile_say_the_same_of_a_line() {
    let workdir = stripped();
    for line in ["Your name", "Read also", "Our correspondent reports"] {
        let found =
            ["out", "sites.tamis"].map(|place| explained(&workdir, place, line, &["--site", ENGLISH]));
        for field in
            ["site", "line", "template", "pages", "of", "bound", "tier", "places", "stripped", "reasons"]
        {
            assert_eq!(found[0]["rows"][0][field], found[1]["rows"][0][field], "{line}: {field}");
        }
        assert_eq!(found[0]["found_by"], "text");
        let rows = found[0]["rows"].as_array().unwrap();
        let told = told_of(&workdir, ENGLISH, line);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["tier"], told.tier.name(), "{line}");
        assert_eq!((&rows[0]["pages"], &rows[0]["of"]), (&json!(told.pages), &json!(30)));
        assert_eq!(rows[0]["reasons"], json!(told.reasons));
    }
    let run = workdir.done(&["explain", "out", "--line", "Your name", "--site", ENGLISH]);
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert!(rows[0].ends_with("  Your name"), "{rows:?}");
    assert_eq!(rows[1], "  site news.example: on 30 of 30 articles, a share of at least 88%");
    assert!(rows[2].ends_with(" by hand"), "{rows:?}");
}

#[test]
fn a_line_is_found_by_its_words_without_numbers() {
    let workdir = stripped();
    for place in ["out", "sites.tamis"] {
        let found = explained(&workdir, place, " 123456 people have READ this", &[]);
        assert_eq!(found["found_by"], "template");
        assert_eq!(found["rows"][0]["template"], found["template"]);
        let run = workdir.done(&["explain", place, "--line", "قرأ هذا 99999 شخصا", "--site", ARABIC]);
        assert!(run.stdout.contains("on 30 of 30 articles") && run.stdout.contains("template"), "{run:?}");
    }
}

#[test]
fn a_line_that_is_not_known_is_explained_too() {
    let workdir = stripped();
    let rows = workdir.rows("in.jsonl");
    let text = rows.iter().find(|row| row["site"] == ENGLISH).unwrap()["text"].as_str().unwrap();
    let own = text.lines().find(|line| line.ends_with('.')).unwrap();
    for place in ["out", "sites.tamis"] {
        let run = workdir.done(&["explain", place, "--line", own, "--site", ENGLISH]);
        assert!(
            run.stdout.contains("is not known") && run.stdout.contains("not site news.example has"),
            "{run:?}"
        );
        let found = explained(&workdir, place, own, &["--site", ENGLISH]);
        assert_eq!((&found["rows"], &found["found_by"]), (&json!([]), &Value::Null));
        assert!(found["meaning"].as_str().unwrap().contains("news.example"));
    }
    let found = explained(&workdir, "sites.tamis", own, &["--site", ENGLISH]);
    assert_eq!(found["seen"], json!({ "pages": 1, "of": 30 }));
    let rude = workdir.done(&["explain", "out", "--line", "a\u{1b}[2J\u{202e}b"]);
    assert!(!rude.stdout.contains(['\u{1b}', '\u{202e}']), "{rude:?}");
}

/// Pages whose last line begins alike and is another on each, so that it goes and is in no table.
fn greeted() -> Workdir {
    let workdir = Workdir::new();
    let pages = (0..30).map(|number| {
        let mut prose = Prose::new(number + 3);
        let sentences: Vec<String> = (0..6).map(|_| prose.text(30) + ".").collect();
        let title = prose.text(5);
        let last = format!("Published by the desk for {}", prose.text(2));
        let text = format!("Home\nContact\n{title}\n{}\n{last}\n  About us", sentences.join("\n"));
        line(&json!({ "id": number.to_string(), "site": "a.example", "title": title, "text": text }))
    });
    workdir.write("in.jsonl", pages.collect::<String>());
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "out"]);
    workdir
}

/// A line of one page that goes, and a sentence of that page, as rows of `spans.jsonl` and of the input say.
fn one_that_goes(workdir: &Workdir) -> (String, String) {
    let spans = workdir.rows("out/spans.jsonl");
    let row = spans.iter().find(|row| row["id"] == "7").unwrap();
    let lines = row["spans"].as_array().unwrap().iter().map(|span| span["line"].as_str().unwrap());
    let goes = lines.into_iter().find(|line| line.starts_with("Published by")).unwrap();
    let rows = workdir.rows("in.jsonl");
    let text = rows[7]["text"].as_str().unwrap();
    (goes.to_owned(), text.lines().find(|line| line.ends_with('.')).unwrap().to_owned())
}

#[test]
fn a_line_that_went_from_one_page_is_explained_by_its_page() {
    let workdir = greeted();
    let (goes, stays) = one_that_goes(&workdir);
    let asked = |arguments: &[&str]| {
        let arguments = [&["explain"], arguments, &["--format", "json"]].concat();
        serde_json::from_str::<Value>(&workdir.done(&arguments).stdout).unwrap()
    };
    let judged = asked(&["out", "--line", &goes, "--profile", "sites.tamis"]);
    let by_profile = asked(&["sites.tamis", "--line", &goes, "--input", "in.jsonl", "--site", "a.example"]);
    assert_eq!(judged["places"], by_profile["places"]);
    assert_eq!((judged["rows"].clone(), judged["looked_in"].clone()), (json!([]), json!("pages")));
    let place = &judged["places"][0];
    assert_eq!((&place["id"], &place["record"], &place["tier"]), (&json!("7"), &json!(8), &json!("strip")));
    assert_eq!((&place["line"], &place["site"]), (&json!(10), &json!("a.example")));
    let reasons: Vec<&str> =
        place["reasons"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
    assert!(reasons.last().unwrap().contains(" in sum; stripped from "), "{reasons:?}");

    let kept = asked(&["out", "--line", &stays, "--profile", "sites.tamis"]);
    assert_eq!(kept["places"][0]["tier"], "keep", "{kept}");
    let of_another = asked(&["out", "--line", &goes, "--profile", "sites.tamis", "--site", "b.example"]);
    assert_eq!(of_another["places"], json!([]));
    let elsewhere = json!({ "id": "x", "site": "c.example", "text": format!("Home\n{goes}\nAnd more.") });
    workdir.write("more.jsonl", format!("{elsewhere}\n{{}}\n"));
    let unknown = asked(&["sites.tamis", "--line", &goes, "--input", "more.jsonl"]);
    assert_eq!(unknown["places"][0]["tier"], "keep");
    assert!(unknown["places"][0]["reasons"][0].as_str().unwrap().contains("knows no page of this site"));
    assert_eq!(unknown["notes"], json!(["1 of 2 records could not be used as pages"]));
    let in_table = asked(&["out", "--line", "About us", "--input", "in.jsonl", "--profile", "sites.tamis"]);
    assert_eq!(in_table["found_by"], "text");
    assert_eq!(in_table["places"].as_array().unwrap().len(), 3);
}

#[test]
fn a_folder_alone_says_from_which_page_a_line_went() {
    let workdir = greeted();
    let (goes, stays) = one_that_goes(&workdir);
    let run = workdir.done(&["explain", "out", "--line", &goes]);
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(rows[0], format!("strip  {goes}"));
    assert!(rows[1].starts_with("  page 7 (") && rows[1].ends_with("in.jsonl:8)"), "{rows:?}");
    assert!(rows[2].contains("--profile"), "{rows:?}");
    let run = workdir.done(&["explain", "out", "--line", &stays]);
    assert!(run.stdout.contains("is not known") && run.stdout.contains("went from no page"), "{run:?}");
    let run = workdir.done(&["explain", "sites.tamis", "--line", &goes]);
    assert!(run.stdout.contains("name the pages with --input"), "{run:?}");
    let run = workdir.done(&["explain", "out", "--line", &goes, "--site", "b.example"]);
    assert!(run.stdout.contains("do not say of which site"), "{run:?}");
    let run = workdir.tamis(&["explain", "out", "--line", &goes, "--input", "in.jsonl"]);
    assert!(run.code == 2 && run.stderr.contains("name it with --profile"), "{run:?}");
}

#[test]
fn the_folder_of_a_run_explains_a_line_of_one_page_by_itself() {
    let workdir = greeted();
    workdir.done(&["run", "in.jsonl", "-o", "ran"]);
    let goes = one_that_goes(&workdir).0;
    let run = workdir.done(&["explain", "ran", "--line", &goes]);
    assert!(run.stdout.starts_with("strip  ") && run.stdout.contains(" in sum; stripped from "), "{run:?}");
    std::fs::remove_file(workdir.path("in.jsonl")).unwrap();
    let run = workdir.done(&["explain", "ran", "--line", &goes]);
    assert!(
        run.stdout.starts_with("strip  ") && run.stdout.contains("name the inputs with --input"),
        "{run:?}"
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let workdir = stripped();
    for (arguments, says) in [
        (&["explain", "--line", "a"][..], "DIR"),
        (&["explain", "out", "--site", "a"], "--line"),
        (&["explain", "out", "--line", "a", "--id", "b"], "cannot be used with"),
        (&["explain", "in.jsonl", "--line", "a"], "is no profile"),
        (&["explain", "sites.tamis", "--line", "a", "--site", "other"], "knows no site other"),
        (&["explain", "empty", "--line", "a"], "lines.jsonl"),
        (&["explain", "out", "--id", "a", "--profile", "b"], "cannot be used with"),
        (&["explain", "out", "--id", "a"], "--id wants a folder that"),
        (
            &["explain", "out", "--line", "a", "--profile", "other.tamis"],
            "is not the profile that the run was made with",
        ),
    ] {
        std::fs::create_dir_all(workdir.path("empty")).unwrap();
        workdir.done(&["learn", "in.jsonl", "--as-of", "2024-01-01", "-o", "other.tamis", "--overwrite"]);
        let run = workdir.tamis(arguments);
        assert!(run.code == 2 && run.stderr.contains(says), "{arguments:?}: {run:?}");
    }
}
