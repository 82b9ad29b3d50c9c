//! Help, manual, completions; what is printed of text that is not to be trusted.

use super::deduplicated;
use crate::support::workdir::{Prose, Workdir, line, record};
use serde_json::json;

/// An id that would colour the terminal, rename its window and turn the rest around.
const RUDE: &str = "id\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\u{2066}\r\u{7f}end";

fn assert_harmless(what: &str, printed: &str) {
    let harmful = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2066}');
    assert!(!printed.contains(harmful), "{what}: {printed:?}");
}

#[test]
fn ids_with_terminal_codes_are_printed_escaped() {
    let workdir = Workdir::new();
    let text = Prose::new(1).text(40) + " \u{1b}[2J \u{202e} end";
    workdir.write(
        "in.jsonl",
        record(RUDE, RUDE, &text) + &record("second", RUDE, &text) + &line(&json!({ "id": RUDE, "text": 1 })),
    );
    let arguments = ["--keep", "first", "--max-rejects", "100%"];
    let runs = [
        workdir.done(&[&["dedup", "in.jsonl", "-o", "out"], &arguments[..]].concat()),
        workdir.done(&["explain", "out", "--id", RUDE]),
        workdir.done(&["explain", "out", "--id", "second", "--full"]),
        workdir.tamis(&["explain", "out", "--id", &format!("no {RUDE}")]),
    ];
    for run in &runs {
        assert_harmless("standard output", &run.stdout);
        assert_harmless("standard error", &run.stderr);
    }
    assert!(runs[0].stdout.contains("\\u{1b}[31m"), "{}", runs[0].stdout);
    assert!(runs[2].stdout.contains("\\u{202e}"), "{}", runs[2].stdout);
    assert_eq!(workdir.column("out/removed.jsonl", "kept"), [RUDE], "tables hold the id as it is");

    let rows = workdir.bytes("out/removed.jsonl");
    let rows = String::from_utf8(rows).unwrap().replace("\"shared\":", "\"shared\":1");
    workdir.write("out/removed.jsonl", rows);
    let run = workdir.tamis(&["verify", "out", "in.jsonl"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_harmless("verify", &run.stdout);
}

#[test]
fn field_names_with_terminal_codes_are_printed_escaped() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", "{\"id\":\"a\"}\n");
    let run = workdir.tamis(&[
        "dedup",
        "in.jsonl",
        "-o",
        "out",
        "--on-error",
        "fail",
        "--text-field",
        "a\u{1b}[31m",
    ]);
    assert_eq!(run.code, 2);
    assert_harmless("standard error", &run.stderr);
}

#[cfg(unix)]
#[test]
fn file_names_with_terminal_codes_are_printed_escaped() {
    let workdir = Workdir::new();
    workdir.write("in/\u{1b}[31mred.jsonl", "bad\n");
    let failed = workdir.tamis(&["dedup", "in", "-o", "out", "--on-error", "fail"]);
    assert_eq!(failed.code, 2);
    assert_harmless("standard error", &failed.stderr);
    let named = workdir.tamis(&["dedup", "in/\u{1b}[31mred.jsonl", "-o", "out"]);
    assert_harmless("summary", &named.stdout);
}

#[test]
fn a_shell_gets_its_completions() {
    let workdir = Workdir::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = workdir.done(&["completions", shell]);
        assert!(run.stdout.contains("tamis") && run.stdout.contains("dedup"), "{shell}");
    }
    assert_eq!(workdir.tamis(&["completions", "cmd"]).code, 2);
}

#[test]
fn the_manual_covers_every_command() {
    let printed = Workdir::new().done(&["man"]).stdout;
    assert!(printed.starts_with(".ie") || printed.contains(".TH"), "{printed:.80}");
    for command in ["dedup", "verify", "explain"] {
        assert!(printed.contains(&format!("tamis\\-{command}")), "{command}");
    }
}

#[test]
fn every_command_has_help_with_its_flags() {
    let workdir = Workdir::new();
    for (command, flags) in [
        (
            "dedup",
            &[
                "--output",
                "--evidence",
                "--threshold",
                "--recall",
                "--ngram",
                "--method",
                "--distance",
                "--keep",
                "--remove",
                "--scope",
                "--expect-pages",
                "--pairs",
                "--annotate",
                "--text-field",
                "--id-field",
                "--url-field",
                "--site-field",
                "--title-field",
                "--date-field",
                "--author-field",
                "--site-by",
                "--in-order",
                "--threads",
                "--temp-dir",
                "--on-error",
                "--max-rejects",
                "--overwrite",
                "--compress",
                "--quiet",
                "--format",
            ][..],
        ),
        (
            "learn",
            &[
                "INPUT",
                "--output",
                "--merge",
                "--overwrite",
                "--rejects",
                "--text-field",
                "--threads",
                "--format",
            ][..],
        ),
        ("rules", &["PROFILE", "--site", "--reasons", "--apply", "--diff", "--quiet"][..]),
        ("restore", &["DIR", "--output", "--overwrite", "--temp-dir", "--quiet"][..]),
        ("verify", &["DIR", "INPUT", "--format", "--quiet"][..]),
        ("explain", &["--id", "--compare", "--line", "--site", "--input", "--format"][..]),
    ] {
        let long = workdir.done(&[command, "--help"]);
        flags.iter().for_each(|flag| assert!(long.stdout.contains(flag), "{command} {flag}"));
        assert!(long.stdout.contains("Examples:"), "{command}");
        assert_eq!(long.stderr, "");
        workdir.done(&[command, "-h"]);
    }
    assert!(workdir.done(&["--help"]).stdout.contains("verify"));
    assert!(workdir.done(&["--version"]).stdout.starts_with("tamis "));
}

#[test]
fn usage_errors_end_with_2_on_standard_error() {
    let workdir = deduplicated(&[]);
    for arguments in
        [&[][..], &["sieve"], &["dedup"], &["dedup", "crawl.jsonl"], &["dedup", "--no-such-flag"]]
    {
        let run = workdir.tamis(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{arguments:?}: {run:?}");
    }
}
