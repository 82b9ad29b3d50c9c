//! Very many sites, one very large site, and pages made to meet in one bucket: what is needed grows with the input and no
//! faster.
//!
//! Each is measured at two sizes, four times apart. The millions are run by hand (`docs/operations.md`).

use super::assert_survived;
use crate::support::workdir::{Prose, Workdir, record};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// How long a command takes, and its peak memory as the manifest says.
fn measured(workdir: &Workdir, arguments: &[&str]) -> (Duration, u64) {
    let start = Instant::now();
    let run = workdir.tamis(&[arguments, &["-o", "out", "--quiet"]].concat());
    let took = start.elapsed();
    assert_survived(&run);
    assert_eq!(run.code, 0, "{run:?}");
    let peak = workdir.manifest("out")["memory"]["peak_bytes"].as_u64().unwrap();
    std::fs::remove_dir_all(workdir.path("out")).unwrap();
    (took, peak)
}

/// Fails if four times as much takes more than eight times as long, or more than four times the memory and what the program
/// needs by itself.
fn assert_linear(what: &str, few: (Duration, u64), many: (Duration, u64)) {
    eprintln!("{what}: {:?} {} MiB, {:?} {} MiB", few.0, few.1 >> 20, many.0, many.1 >> 20);
    assert!(many.0 < 8 * few.0 + Duration::from_secs(2), "{what}: {few:?} {many:?}");
    assert!(many.1 < 4 * few.1 + (32 << 20), "{what}: {few:?} {many:?}");
}

fn short_pages(count: usize, site: impl Fn(usize) -> String) -> String {
    let mut prose = Prose::new(count as u64);
    let mut lines = String::new();
    for number in 0..count {
        let (site, text) = (site(number), prose.text(12));
        let _ = writeln!(
            lines,
            "{{\"id\":\"p{number}\",\"site\":\"{site}\",\"title\":\"{}\",\"text\":\"Home\\n{text}\\nWrite to us\"}}",
            &text[..20]
        );
    }
    lines
}

/// All commands that look at sites, at two sizes.
fn assert_all_linear(what: &str, few: usize, site: fn(usize) -> String) {
    let sizes = [few, 4 * few].map(|count| {
        let workdir = Workdir::new();
        workdir.write("in.jsonl", short_pages(count, site));
        workdir.done(&["learn", "in.jsonl", "-o", "known.tamis", "--quiet"]);
        let strip = ["strip", "in.jsonl", "--profile", "known.tamis"];
        [&["dedup", "in.jsonl"][..], &strip, &["run", "in.jsonl"]]
            .map(|arguments| measured(&workdir, arguments))
    });
    for (at, command) in ["dedup", "strip", "run"].into_iter().enumerate() {
        assert_linear(&format!("{command} of {what}"), sizes[0][at], sizes[1][at]);
    }
}

#[test]
fn sites_of_one_page_each_take_linear_time_and_memory() {
    assert_all_linear("sites of one page", 4_000, |number| format!("s{number}.example"));
}

#[test]
fn more_sites_than_a_report_has_room_for_are_refused_with_a_way_out() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", short_pages(6_000, |number| format!("s{number}.example")));
    for command in ["run", "audit"] {
        let refused = workdir.tamis(&[command, "in.jsonl", "-o", "out", "--memory", "128MiB", "--quiet"]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains("a report of 6000 sites needs 47 MiB"), "{refused:?}");
        assert!(refused.stderr.contains("learn, strip and dedup"), "{refused:?}");
        assert!(!workdir.path("out").exists());
    }
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--memory", "128MiB", "--quiet"]);
}

#[test]
fn one_site_of_many_pages_takes_linear_time_and_memory() {
    assert_all_linear("one site", 20_000, |_| "one.example".to_owned());
}

#[test]
fn pages_made_to_share_bands_take_linear_time() {
    // Half of each page is that of all others: they meet in many bands and are near to none.
    let sizes = [4_000, 16_000].map(|count| {
        let mut prose = Prose::new(5);
        let shared = prose.text(60);
        let page = |number| {
            record(
                &format!("p{number}"),
                &format!("s{}", number % 50),
                &format!("{shared} {}", prose.text(50)),
            )
        };
        let workdir = Workdir::new();
        workdir.write("in.jsonl", (0..count).map(page).collect::<String>());
        measured(&workdir, &["dedup", "in.jsonl", "--threshold", "0.7"])
    });
    assert_linear("shared bands", sizes[0], sizes[1]);
}

#[test]
fn lines_made_to_share_a_key_take_linear_time() {
    // Each line of each page has the template of all others.
    let sizes = [200, 800].map(|count| {
        let workdir = Workdir::new();
        let page = |number: usize| {
            let lines: Vec<String> =
                (0..400).map(|line| format!("comment {} of {}", number * 7 + line, line)).collect();
            record(&format!("p{number}"), "s.example", &lines.join("\n"))
        };
        workdir.write("in.jsonl", (0..count).map(page).collect::<String>());
        measured(&workdir, &["run", "in.jsonl"])
    });
    assert_linear("one template key", sizes[0], sizes[1]);
}
