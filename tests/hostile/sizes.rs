//! Very long records and very many alike: bounded time, nothing lost.
//!
//! Limits of time are several times what a slow machine needs: they tell linear work from quadratic.

use super::{assert_survived, raw_of, survive};
use crate::support::workdir::{Prose, Workdir, record};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Deduplicates a file of these bytes and gives what is to be asserted on; it took no longer than `limit`.
fn within(limit: Duration, bytes: &[u8]) -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", bytes);
    let start = Instant::now();
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out"]);
    let took = start.elapsed();
    assert_survived(&run);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(took < limit, "{took:?} for {} MB", bytes.len() >> 20);
    workdir
}

fn pages(count: usize, text: impl Fn(usize) -> String) -> Vec<u8> {
    let mut lines = String::new();
    for number in 0..count {
        let _ = writeln!(
            lines,
            "{{\"site\":\"s{}\",\"id\":\"p{number}\",\"text\":\"{}\"}}",
            number % 5,
            text(number)
        );
    }
    lines.into_bytes()
}

fn removed(workdir: &Workdir) -> u64 {
    let counts = workdir.manifest("out")["counts"].clone();
    counts["removed"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn a_line_of_200_megabytes_is_rejected_and_its_neighbours_are_read() {
    let before = record("before", "s", "a page before the long one");
    let long = 200 << 20;
    let mut bytes = before.clone().into_bytes();
    bytes.extend_from_slice(b"{\"id\":\"long\",\"text\":\"");
    bytes.resize(before.len() + long - 2, b'x');
    bytes.extend_from_slice(b"\"}\n");
    bytes.extend_from_slice(record("after", "s", "and another behind it").as_bytes());
    let workdir = Workdir::new();
    workdir.write("in.jsonl", &bytes);
    let start = Instant::now();
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out"]);
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(workdir.column("out/pages.jsonl", "id"), ["before", "after"]);
    let row = &workdir.rows("out/rejects.jsonl")[0];
    assert!(row["reason"].as_str().unwrap().contains("--longest-record"), "{row}");
    assert_eq!((row["record"].as_u64(), row["offset"].as_u64()), (Some(2), Some(before.len() as u64)));
    assert_eq!(row["length"].as_u64(), Some(long as u64), "without the line end, as for other rejects");
    assert_eq!(raw_of(row), bytes[before.len()..before.len() + 4096]);
}

#[test]
fn records_behind_a_long_one_keep_their_numbers_and_offsets() {
    let long = record("long", "s", &"x".repeat(2 << 20));
    let short = record("short", "s", "a few words");
    let bytes = [short.as_str(), &long, "broken\n", &long, "broken too"].concat();
    let workdir = Workdir::new();
    workdir.write("in.jsonl", &bytes);
    workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--longest-record", "1MiB"]);
    let rows = workdir.rows("out/rejects.jsonl");
    let places: Vec<(u64, u64)> =
        rows.iter().map(|row| (row["record"].as_u64().unwrap(), row["offset"].as_u64().unwrap())).collect();
    let (s, l) = (short.len() as u64, long.len() as u64);
    assert_eq!(places, [(2, s), (3, s + l), (4, s + l + 7), (5, s + 2 * l + 7)]);
}

#[test]
fn the_longest_record_is_the_same_wherever_it_stands() {
    // What is read at once must not decide: 64 KiB are 64 KiB in a short file and in a long one.
    let long = record("long", "s", &"long ".repeat(20_000));
    let mut prose = Prose::new(5);
    for filler in [0, 100, 400, 450, 500, 900, 1_000] {
        let before: String = (0..filler).map(|n| record(&format!("p{n}"), "s", &prose.text(100))).collect();
        let workdir = Workdir::new();
        workdir.write("in.jsonl", before + &long);
        let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--longest-record", "64KiB"]);
        assert_survived(&run);
        assert_eq!(workdir.rows("out/rejects.jsonl").len(), 1, "behind {filler} records");
    }
}

#[test]
fn a_record_of_just_the_longest_length_is_read() {
    let frame = record("a", "s", "").trim_end().len();
    for (length, rejects) in [((1 << 16) - frame, 0), ((1 << 16) - frame + 1, 1)] {
        let workdir = Workdir::new();
        workdir
            .write("in.jsonl", record("a", "s", &"x".repeat(length)) + &record("b", "s", "and a short one"));
        workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--longest-record", "64KiB"]);
        assert_eq!(workdir.rows("out/rejects.jsonl").len(), rejects, "{length} bytes of text");
    }
}

#[test]
fn a_text_file_longer_than_the_longest_record_is_rejected() {
    let workdir = Workdir::new();
    workdir.write("in/long.txt", "word ".repeat(1 << 18));
    workdir.write("in/short.txt", "a few words");
    let run = workdir.tamis(&["dedup", "in", "-o", "out", "--longest-record", "1MiB"]);
    assert_eq!(run.code, 3, "{run:?}");
    let row = &workdir.rows("out/rejects.jsonl")[0];
    assert_eq!((row["offset"].as_u64(), row["length"].as_u64()), (Some(0), Some(5 << 18)));
    assert_eq!(workdir.column("out/pages.jsonl", "id"), ["in/short.txt:1"]);
}

#[test]
fn two_pages_of_5_megabytes_on_one_line_are_compared() {
    let mut prose = Prose::new(6);
    let mut words = prose.words(700_000);
    let first = words.join(" ");
    words[350_000] = "edited".to_owned();
    let bytes = record("a", "s", &first) + &record("b", "s", &words.join(" "));
    let workdir = within(Duration::from_secs(20), bytes.as_bytes());
    assert_eq!(workdir.column("out/removed.jsonl", "relation"), ["near"]);
}

#[test]
fn a_word_of_5_megabytes_survives() {
    within(Duration::from_secs(10), record("a", "s", &"x".repeat(5 << 20)).as_bytes());
    within(Duration::from_secs(10), record("a", "s", &"北".repeat(2 << 20)).as_bytes());
}

#[test]
fn three_hundred_thousand_copies_take_linear_time() {
    let text = Prose::new(1).text(30);
    let workdir = within(Duration::from_secs(15), &pages(300_000, |_| text.clone()));
    assert_eq!(removed(&workdir), 299_999);
}

#[test]
fn three_hundred_thousand_deliveries_of_one_page_take_linear_time() {
    let line = record("same", "s", &Prose::new(1).text(30));
    let workdir = within(Duration::from_secs(15), line.repeat(300_000).as_bytes());
    assert_eq!(workdir.manifest("out")["counts"]["redelivered"], 299_999);
}

#[test]
fn three_hundred_thousand_texts_of_one_id_take_linear_time() {
    let lines: String = (0..300_000).map(|n| record("same", "s", &format!("{n}"))).collect();
    let workdir = within(Duration::from_secs(15), lines.as_bytes());
    assert_eq!(workdir.manifest("out")["counts"]["versions"], 300_000);
}

#[test]
fn three_hundred_thousand_empty_pages_take_linear_time() {
    let workdir = within(Duration::from_secs(15), &pages(300_000, |_| String::new()));
    assert_eq!((removed(&workdir), &workdir.manifest("out")["counts"]["empty"]), (0, &300_000.into()));
}

#[test]
fn three_hundred_thousand_pages_of_one_word_take_linear_time() {
    let workdir = within(Duration::from_secs(15), &pages(300_000, |number| format!("w{}", number % 1_000)));
    assert_eq!(removed(&workdir), 299_000);
    let workdir = within(Duration::from_secs(15), &pages(300_000, |number| format!("w{number}")));
    assert_eq!(removed(&workdir), 0);
}

#[test]
fn pages_that_differ_in_one_number_take_bounded_time() {
    let words = Prose::new(4).words(60);
    let text = |number: usize| format!("{} {number} {}", words[..30].join(" "), words[30..].join(" "));
    let bytes = pages(20_000, text);
    let workdir = within(Duration::from_secs(30), &bytes);
    assert!(workdir.manifest("out")["counts"]["hot_buckets"].as_u64().unwrap() > 0);
    assert_eq!(removed(&workdir), 19_999);
    workdir.done(&["verify", "out", "in.jsonl"]);
}

#[test]
fn a_page_that_repeats_one_word_a_million_times_survives() {
    let bytes = record("a", "s", &"again ".repeat(1_000_000)) + &record("b", "s", "again again again again");
    survive("in.jsonl", bytes.as_bytes());
}
