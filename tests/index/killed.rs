//! Killed at any moment, an index and an output are the old ones or the new ones, and the batch can be delivered again.

use super::{assert_same, nights};
use crate::support::workdir::{Prose, Workdir};
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kills, spread over runs from their first moment to their last.
const KILLS: usize = 200;

/// Nights of the crawl.
const NIGHTS: usize = 4;

#[test]
fn two_hundred_kills_change_nothing_in_the_end() {
    let workdir = Workdir::new();
    nights(&workdir, NIGHTS, 150);
    let mut slowest = Duration::ZERO;
    for night in 0..NIGHTS {
        let started = Instant::now();
        super::add(&workdir, "run", night, "undisturbed", &format!("out-{night}"));
        slowest = slowest.max(started.elapsed());
    }
    let mut random = Prose::new(2024);
    let (mut kills, mut round, mut done_before_kill) = (0, 0, 0);
    while kills < KILLS {
        round += 1;
        let index = format!("index-{round}");
        for night in 0..NIGHTS {
            let out = format!("out-{round}-{night}");
            loop {
                // From the first moment of a run to a bit beyond its end, drawn evenly.
                let moment = slowest * random.below(1100) as u32 / 1000;
                let with_resume = random.below(2) == 0;
                if killed_after(&workdir, night, &index, &out, moment, with_resume) {
                    done_before_kill += 1;
                    break;
                }
                kills += 1;
                if workdir.path(&out).exists() {
                    // In its place it is whole, whatever the index says of it.
                    assert_same(&workdir, &format!("out-{night}"), &out);
                }
                if kills >= KILLS {
                    super::add_over(&workdir, night, &index, &out);
                    break;
                }
            }
            assert_same(&workdir, &format!("out-{night}"), &out);
        }
        let stat = workdir.done(&["index", "stat", &index, "--check", "--format", "json"]);
        let stat: serde_json::Value = serde_json::from_str(&stat.stdout).unwrap();
        assert_eq!(stat["batches"].as_array().unwrap().len(), NIGHTS);
        // An old batch once more.
        let again = format!("again-{round}");
        super::add(&workdir, "run", 1, &index, &again);
        assert_same(&workdir, "out-1", &again);
    }
    println!("{kills} kills, {done_before_kill} runs ended before theirs, {round} indexes");
}

/// Runs a night and kills it after a while; whether it was done before.
fn killed_after(
    workdir: &Workdir,
    night: usize,
    index: &str,
    out: &str,
    moment: Duration,
    with_resume: bool,
) -> bool {
    let input = format!("night-{night}.jsonl");
    let mut arguments = vec!["run", &input, "-o", out, "--index", index, "--pairs", "--quiet"];
    // A night that was killed is delivered again: over what may be there, or going on from what is finished.
    arguments.push(if with_resume { "--resume" } else { "--overwrite" });
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(&arguments)
        .current_dir(workdir.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while started.elapsed() < moment {
        if let Some(status) = child.try_wait().unwrap() {
            let mut told = String::new();
            child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
            assert!(status.success(), "night {night} of {index}: {told}");
            return true;
        }
        std::thread::sleep(Duration::from_micros(300));
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    // It may have ended at that very moment.
    status.success()
}
