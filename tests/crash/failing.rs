//! A disk that takes no more and a disk that cannot be read, at every n-th call of the system: `strace` has them fail.
//!
//! What is asked of each failure: a message and exit code 2, no panic; an index that is whole, with the batch or without it; and
//! the same batch delivered again gives what an undisturbed run gives, to the byte.

use super::{assert_same, state};
use crate::support::workdir::{Prose, Workdir, record};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

/// Calls with how they fail, and at how many moments at most.
const FAILURES: [(&str, &str, usize); 14] = [
    ("write", "ENOSPC", 16),
    ("pwrite64", "ENOSPC", 10),
    ("fsync", "EIO", 12),
    ("rename", "EIO", 10),
    ("renameat", "ENOSPC", 10),
    ("renameat2", "EINVAL", 10),
    ("ftruncate", "EIO", 10),
    ("fallocate", "ENOSPC", 10),
    ("mkdir", "ENOSPC", 4),
    ("openat", "ENOSPC", 6),
    ("openat", "EMFILE", 4),
    ("read", "EIO", 6),
    ("pread64", "EIO", 6),
    ("getdents64", "EIO", 2),
];

/// Moments at least, over all calls.
const FEWEST: usize = 60;

const RUN: [&str; 10] =
    ["run", "night-1.jsonl", "-o", "out", "--index", "seen", "--pairs", "--quiet", "--threads", "1"];

/// Two nights of a few sites: the second has pages of its own, copies of the first, near copies, and a page once more.
fn write_nights(workdir: &Workdir) {
    let mut prose = Prose::new(23);
    let first: Vec<Vec<String>> = (0..40).map(|_| prose.words(80)).collect();
    let page = |night: usize, number: usize, words: &[String]| {
        let site = format!("site{}.example", number % 2);
        let text = format!("Home of {site}\\n{}\\nWrite to {site}", words.join(" ")).replace("\\n", "\n");
        record(&format!("n{night}-{number}"), &site, &text)
    };
    let lines = |night: usize, pages: &[Vec<String>]| -> String {
        pages.iter().enumerate().map(|(number, words)| page(night, number, words)).collect()
    };
    let second: Vec<Vec<String>> = first
        .iter()
        .enumerate()
        .map(|(number, words)| match number % 4 {
            0 => words.clone(),
            1 => prose.edited(words, 30, 2),
            _ => prose.words(80),
        })
        .collect();
    workdir.write("night-0.jsonl", lines(0, &first));
    workdir.write("night-1.jsonl", lines(1, &second) + &page(0, 7, &first[7]));
}

/// Runs the second night with these words for `strace`.
fn traced(workdir: &Workdir, words: &[&str]) -> Output {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "--seccomp-bpf"]).args(words).arg(env!("CARGO_BIN_EXE_tamis")).args(RUN);
    strace.current_dir(workdir.path(".")).env("TMPDIR", workdir.path("tmp")).output().unwrap()
}

/// Whether calls can be watched here.
fn can_trace() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-qq", "--seccomp-bpf", "-e", "trace=write", "-o", "/dev/null", "true"])
        .output();
    let works = tried.is_ok_and(|output| output.status.success());
    if !works {
        let is_required = std::env::var_os("TAMIS_REQUIRE_STRACE").is_some();
        assert!(!is_required, "TAMIS_REQUIRE_STRACE is set, and strace is not there or may not trace");
        eprintln!("NOTE: no strace, or it may not trace: failing writes and reads are LEFT OUT");
    }
    works
}

/// How often the thread that does it most makes each call: failures are counted by thread.
fn calls(workdir: &Workdir) -> BTreeMap<String, usize> {
    let mut names: Vec<&str> = FAILURES.iter().map(|(call, ..)| *call).collect();
    names.dedup();
    let watched = format!("trace={}", names.join(","));
    let output = traced(workdir, &["-o", "calls", "-e", &watched]);
    assert!(output.status.success(), "{output:?}");
    let mut by_thread: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in String::from_utf8_lossy(&workdir.bytes("calls")).lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        *by_thread.entry((thread.to_owned(), name.to_owned())).or_default() += 1;
    }
    let mut most = BTreeMap::new();
    for ((_, name), count) in by_thread {
        let known = most.entry(name).or_insert(0);
        *known = count.max(*known);
    }
    fs::remove_file(workdir.path("calls")).unwrap();
    most
}

/// The index as the first night left it, and no output.
fn begin_anew(workdir: &Workdir) {
    for folder in ["seen", "out", "tmp"] {
        let _ = fs::remove_dir_all(workdir.path(folder));
    }
    for entry in fs::read_dir(workdir.path(".")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with('.'), "{name} was left");
    }
    fs::create_dir(workdir.path("tmp")).unwrap();
    for name in workdir.names("first") {
        workdir.write(&format!("seen/{name}"), workdir.bytes(&format!("first/{name}")));
    }
}

/// A folder in which the first night is done, and what an undisturbed run makes of the second.
fn after_the_first_night() -> (Workdir, BTreeMap<String, Vec<u8>>) {
    let workdir = Workdir::new();
    write_nights(&workdir);
    workdir.done(&["run", "night-0.jsonl", "-o", "out-0", "--index", "first", "--pairs", "--quiet"]);
    begin_anew(&workdir);
    workdir.done(&RUN);
    let expected = state(&workdir.path("out")).unwrap();
    begin_anew(&workdir);
    (workdir, expected)
}

/// What has to hold after a failure, whatever it was.
fn assert_old_or_new(workdir: &Workdir, output: &Output, expected: &BTreeMap<String, Vec<u8>>, when: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    let is_not_begun = code == Some(127) && told.contains("shared librar");
    assert!(matches!(code, Some(0 | 2)) || is_not_begun, "{when}: {code:?} {told}");
    assert!(!told.contains("panicked"), "{when}: {told}");
    if let Some(found) = state(&workdir.path("out")) {
        assert_same(Some(&found), expected, when);
    } else {
        assert_ne!(code, Some(0), "{when}: no output");
    }
    let stat = workdir.done(&["index", "stat", "seen", "--check", "--format", "json"]);
    let stat: serde_json::Value = serde_json::from_str(&stat.stdout).unwrap();
    let batches = stat["batches"].as_array().unwrap().len();
    assert!(batches == 2 || batches == 1 && code != Some(0), "{when}: {batches} batches");
    // Delivered again it is whole, and nothing else is left.
    workdir.done(&[&RUN[..], &["--overwrite"]].concat());
    assert_same(state(&workdir.path("out")).as_ref(), expected, &format!("{when}: delivered again"));
    assert_eq!(workdir.names("tmp"), [""; 0], "{when}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_call_that_fails_anywhere_leaves_the_old_state_or_the_new_one() {
    if !can_trace() {
        return;
    }
    let (workdir, expected) = after_the_first_night();
    let calls = calls(&workdir);
    let (mut moments, mut refused) = (0, BTreeMap::new());
    for (call, error, most) in FAILURES {
        let count = calls.get(call).copied().unwrap_or(0);
        for moment in (0..count.min(most)).map(|at| 1 + at * count / count.min(most)) {
            begin_anew(&workdir);
            let when = format!("{error} at {call} {moment} of {count}");
            let inject = format!("inject={call}:error={error}:when={moment}");
            let output =
                traced(&workdir, &["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
            if output.status.code() == Some(2) {
                let told = String::from_utf8_lossy(&output.stderr);
                assert!(told.contains(": ") && told.contains("os error"), "{when}: {told}");
                *refused.entry(call).or_insert(0) += 1;
            }
            assert_old_or_new(&workdir, &output, &expected, &when);
            moments += 1;
        }
    }
    eprintln!("{moments} moments, refused: {refused:?}, of {calls:?}");
    assert!(moments >= FEWEST, "{moments}: {calls:?}");
    assert!(refused["write"] > 5 && refused["fsync"] > 5 && refused["renameat"] > 2, "{refused:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_stays_full_leaves_the_old_state_though_nothing_can_be_told() {
    if !can_trace() {
        return;
    }
    let (workdir, expected) = after_the_first_night();
    let count = calls(&workdir)["write"];
    for moment in (0..count.min(5)).map(|at| 1 + at * count / count.min(5)) {
        begin_anew(&workdir);
        // The message is a write, too.
        let inject = format!("inject=write:error=ENOSPC:when={moment}+");
        let output = traced(&workdir, &["-o", "/dev/null", "-e", "trace=write", "-e", &inject]);
        assert_old_or_new(&workdir, &output, &expected, &format!("full from write {moment} of {count} on"));
    }
}
