//! `kill -9` at moments spread over the whole run, of the program itself.

use super::{assert_same, state, write_crawl};
use crate::support::workdir::Workdir;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Commands, with what they write to.
const COMMANDS: [(&[&str], &str); 4] = [
    (&["dedup", "in.jsonl", "--pairs", "--passages", "-o", "out", "--quiet"], "out"),
    (&["run", "in.jsonl", "-o", "out", "--quiet"], "out"),
    (&["learn", "in.jsonl", "-o", "out.tamis", "--quiet"], "out.tamis"),
    (&["strip", "in.jsonl", "--profile", "known.tamis", "--mask", "-o", "out", "--quiet"], "out"),
];

/// Moments at which each command is killed.
const MOMENTS: u32 = 10;

fn start(workdir: &Workdir, command: &[&str], more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(command)
        .args(more)
        .current_dir(workdir.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A crawl, a profile of it, and how long the command takes.
fn prepared(command: &[&str]) -> (Workdir, Duration) {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 6 << 20);
    workdir.done(&["learn", "in.jsonl", "-o", "known.tamis", "--quiet"]);
    let begin = Instant::now();
    workdir.done(command);
    (workdir, begin.elapsed())
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_one() {
    for (command, output) in COMMANDS {
        let (workdir, takes) = prepared(command);
        let new = state(&workdir.path(output)).unwrap();
        // An older output of other pages.
        write_crawl(&workdir, "old.jsonl", 1 << 16);
        let old_command: Vec<&str> = command
            .iter()
            .map(|&argument| if argument == "in.jsonl" { "old.jsonl" } else { argument })
            .collect();
        workdir.done(&[&old_command, &["--overwrite"][..]].concat());
        let old = state(&workdir.path(output)).unwrap();
        for moment in 0..MOMENTS {
            let mut child = start(&workdir, command, &["--overwrite"]);
            std::thread::sleep(takes * moment / (MOMENTS - 2));
            child.kill().unwrap();
            child.wait().unwrap();
            let found = state(&workdir.path(output));
            if found.as_ref() == Some(&old) {
                continue;
            }
            assert_same(found.as_ref(), &new, &format!("{command:?}, moment {moment}"));
            workdir.done(&[&old_command, &["--overwrite"][..]].concat());
        }
        workdir.done(&[command, &["--overwrite"]].concat());
        assert_same(state(&workdir.path(output)).as_ref(), &new, "in the end");
        let expected = ["in.jsonl", "known.tamis", "old.jsonl", output];
        assert_eq!(workdir.names("."), expected, "{command:?}: what killed runs left is cleared");
    }
}

#[test]
fn a_killed_run_goes_on_and_gives_the_same_bytes() {
    for (command, output) in COMMANDS {
        let (workdir, takes) = prepared(command);
        let expected = state(&workdir.path(output)).unwrap();
        workdir.done(&["learn", "in.jsonl", "-o", "spare.tamis", "--quiet"]);
        let remove = || {
            let place = workdir.path(output);
            if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) }.unwrap();
        };
        for moment in 1..MOMENTS {
            remove();
            // Killed twice: the second time while it goes on.
            for share in [moment, MOMENTS - moment] {
                let mut child = start(&workdir, command, &["--resume"]);
                std::thread::sleep(takes * share / MOMENTS);
                child.kill().unwrap();
                child.wait().unwrap();
                if let Some(found) = state(&workdir.path(output)) {
                    assert_same(Some(&found), &expected, &format!("{command:?}, moment {moment}"));
                }
            }
            workdir.done(&[command, &["--resume"]].concat());
            let found = state(&workdir.path(output));
            assert_same(found.as_ref(), &expected, &format!("{command:?}, resumed after moment {moment}"));
        }
        let left: Vec<String> = workdir.names(".").into_iter().filter(|name| name.starts_with('.')).collect();
        assert!(left.is_empty(), "{command:?}: {left:?}");
    }
}

#[test]
fn what_dead_processes_left_is_cleared_or_brought_back() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 1 << 16);
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    let expected = state(&workdir.path("out")).unwrap();
    workdir.write(".out.aB3dEf.partial/pages.jsonl", "half");
    workdir.write(".out.txt.aB3dEf.partial/pages.jsonl", "of another output");
    // A run that was killed between moving the old folder away and putting the new one there.
    fs::rename(workdir.path("out"), workdir.path(".out.xyz123.old")).unwrap();
    let refused = workdir.tamis(&["dedup", "in.jsonl", "-o", "out"]);
    assert!(refused.code == 2 && refused.stderr.contains("exists already"), "{refused:?}");
    assert_same(state(&workdir.path("out")).as_ref(), &expected, "brought back");
    assert_eq!(workdir.names("."), [".out.txt.aB3dEf.partial", "in.jsonl", "out"]);
}
