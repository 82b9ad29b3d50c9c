//! Texts made to make the search for passages slow, or its table long.
//!
//! Limits of time are several times what a slow machine needs: they tell linear work from quadratic.

use super::assert_survived;
use crate::support::workdir::{Prose, Workdir, record};
use serde_json::Value;
use std::time::{Duration, Instant};

/// The counts of a run with `--passages`, which took no longer than `limit`.
fn searched(workdir: &Workdir, records: &[String], limit: Duration) -> Value {
    workdir.write("in.jsonl", records.concat());
    let start = Instant::now();
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--pairs", "--passages"]);
    assert_survived(&run);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
    workdir.manifest("out")["counts"]["passages"].clone()
}

#[test]
fn a_sentence_repeated_ten_thousand_times_is_one_passage_with_each_page_that_has_it() {
    let mut prose = Prose::new(1);
    let sentence = prose.text(30);
    let mut records: Vec<String> = (0..10)
        .map(|number| format!("{} {sentence} {}", prose.text(60), prose.text(60 + number)))
        .enumerate()
        .map(|(number, text)| record(&format!("once{number}"), "s", &text))
        .collect();
    for number in 0..5 {
        let repeated = format!("{sentence} ").repeat(10_000 + number);
        records.push(record(&format!("often{number}"), "s", &repeated));
    }
    let workdir = Workdir::new();
    searched(&workdir, &records, Duration::from_secs(120));
    let rows = workdir.rows("out/passages.jsonl");
    let with = |a: &str, b: &str| {
        let is = |row: &&Value, field: &str, kind: &str| row[field].as_str().unwrap().starts_with(kind);
        rows.iter().filter(|row| is(row, "a", a) && is(row, "b", b)).count()
    };
    assert_eq!(with("often", "once") + with("once", "often"), 50, "each pair shares one passage");
    assert_eq!(with("once", "once"), 45);
    assert_eq!(with("often", "often"), 10);
}

#[test]
fn a_page_made_of_thousands_of_others_is_compared_with_the_nearest_only() {
    let mut prose = Prose::new(2);
    let texts: Vec<String> = (0..3000).map(|number| prose.text(60 + number % 40)).collect();
    let mut records: Vec<String> =
        texts.iter().enumerate().map(|(number, text)| record(&format!("p{number}"), "s", text)).collect();
    for number in 0..4 {
        records.push(record(&format!("all{number}"), "s", &texts[number..].join(" ")));
    }
    let workdir = Workdir::new();
    let counts = searched(&workdir, &records, Duration::from_secs(120));
    assert_eq!(counts["crowded_pages"], 4, "{counts}");
    assert!(counts["candidates"].as_u64().unwrap() <= 4 * 512, "{counts}");
}

#[test]
fn a_phrase_on_every_page_gives_no_pairs() {
    let mut prose = Prose::new(3);
    let phrase = prose.text(60);
    let records: Vec<String> = (0..4000)
        .map(|number| {
            record(&format!("p{number}"), "s", &format!("{} {phrase} {}", prose.text(80), prose.text(80)))
        })
        .collect();
    let workdir = Workdir::new();
    let counts = searched(&workdir, &records, Duration::from_secs(120));
    assert_eq!(counts["candidates"], 0, "{counts}");
    assert!(counts["common_shingles"].as_u64().unwrap() > 0, "what was left out is counted: {counts}");
}
