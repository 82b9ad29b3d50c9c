//! A disk that takes no more, at many places: the limit of file sizes refuses writes behind it, of output, temporary files
//! and what is kept for `--resume` alike. And inputs that cannot be read.

use super::{assert_same, state, write_crawl};
use crate::support::workdir::Workdir;
use std::fs;
use std::process::Command;

/// Runs `tamis` with files of at most so many blocks of 512 bytes.
#[cfg(unix)]
fn limited(workdir: &Workdir, blocks: u64, arguments: &str) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_tamis");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {program} {arguments}");
    let output = Command::new("sh").args(["-c", &script]).current_dir(workdir.path(".")).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_fault_that_leaves_the_old_state() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 2 << 20);
    write_crawl(&workdir, "old.jsonl", 1 << 16);
    workdir.done(&["learn", "in.jsonl", "-o", "known.tamis", "--quiet"]);
    for (command, output) in [
        ("dedup INPUT --pairs --passages -o out", "out"),
        ("run INPUT -o out", "out"),
        ("learn INPUT -o out.tamis", "out.tamis"),
        ("strip INPUT --profile known.tamis -o out", "out"),
    ] {
        let of = |input: &str, more: &str| command.replace("INPUT", input) + " --quiet" + more;
        let unlimited = |input: &str| {
            let arguments = of(input, " --overwrite");
            workdir.done(&arguments.split(' ').collect::<Vec<&str>>());
            state(&workdir.path(output)).unwrap()
        };
        let new = unlimited("in.jsonl");
        let old = unlimited("old.jsonl");
        let mut refused = 0;
        for blocks in (0..14).map(|power| 1 << power) {
            for more in [" --overwrite", " --resume"] {
                let (code, told) = limited(&workdir, blocks, &of("in.jsonl", more));
                let when = format!("{command}{more}, {blocks} blocks: {code:?} {told}");
                let found = state(&workdir.path(output));
                if code == Some(0) {
                    assert_same(found.as_ref(), &new, &when);
                    unlimited("old.jsonl");
                } else {
                    refused += 1;
                    assert_eq!(code, Some(2), "{when}");
                    assert!(told.contains("File too large"), "{when}");
                    assert_same(found.as_ref(), &old, &when);
                }
                let left = workdir.names(".").into_iter().filter(|name| name.ends_with(".partial"));
                assert_eq!(left.count(), 0, "{when}");
            }
        }
        assert!(refused > 8, "{command}: {refused}");
        let (code, told) = limited(&workdir, 1 << 30, &of("in.jsonl", " --resume"));
        assert_eq!(code, Some(0), "{told}");
        assert_same(state(&workdir.path(output)).as_ref(), &new, "resumed when there was room");
        fs::remove_file(workdir.path("out.tamis")).ok();
        fs::remove_dir_all(workdir.path("out")).ok();
    }
}

#[test]
fn an_input_that_changes_or_vanishes_is_a_fault_that_leaves_nothing() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 1 << 16);
    let run = workdir.tamis(&["dedup", "in.jsonl", "absent.jsonl", "-o", "out", "--resume"]);
    assert!(run.code == 2 && run.stderr.contains("absent.jsonl"), "{run:?}");
    assert!(!workdir.path("out").exists());
    if cfg!(target_os = "linux") {
        // Opens, and fails when it is read.
        let run = workdir.tamis(&["dedup", "in.jsonl", "/proc/self/mem", "-o", "out"]);
        assert!(run.code == 2 && run.stderr.contains("/proc/self/mem"), "{run:?}");
    }
    assert_eq!(workdir.names("."), ["in.jsonl"]);
}

#[test]
fn an_output_that_another_run_works_on_is_refused() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 1 << 16);
    let (_journal, _) = tamis::io::journal::Journal::open(&workdir.path("out"), 0).unwrap();
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--resume"]);
    if cfg!(unix) {
        assert!(run.code == 2 && run.stderr.contains("another process works on this"), "{run:?}");
    }
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "-", "--evidence", "out", "--resume"]);
    assert!(run.code == 2 && run.stderr.contains("--resume"), "{run:?}");
}

#[test]
fn a_run_in_one_go_says_what_an_interrupted_one_has_left() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 1 << 14);
    workdir.write(".out.resume", b"finished");
    let run = workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    assert!(run.stderr.contains(".out.resume holds what an earlier run has finished"), "{run:?}");
    assert_eq!(workdir.bytes(".out.resume"), b"finished");
}
