//! The interrupt key; and, by the library, an interrupt at every moment at which a run asks for it.

use super::{assert_same, state, write_crawl};
use crate::support::workdir::Workdir;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tamis::error::{ErrorKind, Result};
use tamis::pipeline::budget::Budget;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::run::{RunSettings, run};
use tamis::pipeline::settings::Settings;
use tamis::pipeline::{Observer, Silent};

/// Wants the work to stop when it is asked for the n-th time.
struct StopsAt {
    moment: usize,
    asked: AtomicUsize,
}

impl Observer for StopsAt {
    fn is_cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.moment
    }
}

fn work(street: bool, input: &Path, output: &Path, resume: bool, observer: &dyn Observer) -> Result<()> {
    let set = |settings: &mut Settings| {
        settings.reading.resume = resume;
        // Small waves and small groups: many moments.
        settings.reading.memory = Budget::nothing_held();
        settings.pairs = true;
        settings.passages = true;
        if resume {
            settings.existing = tamis::io::output::Existing::Replace;
        }
    };
    if street {
        let mut settings = RunSettings::new(vec![input.to_owned()], output);
        set(&mut settings.dedup);
        run(&settings, observer, &mut |_| Ok(())).map(drop)
    } else {
        let mut settings = Settings::new(vec![input.to_owned()], output);
        set(&mut settings);
        dedup(&settings, observer, &mut |_| Ok(())).map(drop)
    }
}

#[test]
fn an_interrupt_at_any_moment_leaves_nothing_or_what_can_be_gone_on_from() {
    for street in [false, true] {
        let workdir = Workdir::new();
        write_crawl(&workdir, "in.jsonl", 2 << 20);
        let (input, output) = (workdir.path("in.jsonl"), workdir.path("out"));
        work(street, &input, &output, false, &Silent).unwrap();
        let expected = state(&output).unwrap();
        fs::remove_dir_all(&output).unwrap();
        let counter = StopsAt { moment: usize::MAX, asked: AtomicUsize::new(0) };
        work(street, &input, &output, true, &counter).unwrap();
        assert_same(state(&output).as_ref(), &expected, "with --resume");
        fs::remove_dir_all(&output).unwrap();
        let moments = counter.asked.into_inner();
        assert!(moments > 20, "{moments}");
        for moment in (0..moments).step_by(moments / 20) {
            for resume in [false, true] {
                let observer = StopsAt { moment, asked: AtomicUsize::new(0) };
                let stopped = work(street, &input, &output, resume, &observer).unwrap_err();
                assert_eq!(stopped.kind(), ErrorKind::Interrupted, "moment {moment}");
                let left = if resume { vec![".out.resume", "in.jsonl"] } else { vec!["in.jsonl"] };
                assert_eq!(workdir.names("."), left, "moment {moment}");
            }
            work(street, &input, &output, true, &Silent).unwrap();
            assert_same(state(&output).as_ref(), &expected, &format!("moment {moment}"));
            assert_eq!(workdir.names("."), ["in.jsonl", "out"]);
            fs::remove_dir_all(&output).unwrap();
        }
    }
}

#[test]
fn what_is_kept_may_be_cut_off_anywhere() {
    for street in [false, true] {
        let workdir = Workdir::new();
        write_crawl(&workdir, "in.jsonl", 1 << 19);
        let (input, output) = (workdir.path("in.jsonl"), workdir.path("out"));
        let counter = StopsAt { moment: usize::MAX, asked: AtomicUsize::new(0) };
        work(street, &input, &output, false, &counter).unwrap();
        let expected = state(&output).unwrap();
        fs::remove_dir_all(&output).unwrap();
        let last = StopsAt { moment: counter.asked.into_inner() - 1, asked: AtomicUsize::new(0) };
        work(street, &input, &output, true, &last).unwrap_err();
        let journal = workdir.bytes(".out.resume");
        assert!(journal.len() > 10_000, "{}", journal.len());
        // Every kilobyte of a small one; thirty places of a large one.
        for end in (0..journal.len()).step_by((journal.len() / 30).max(1000)) {
            workdir.write(".out.resume", &journal[..end]);
            work(street, &input, &output, true, &Silent).unwrap();
            assert_same(state(&output).as_ref(), &expected, &format!("cut off at {end}"));
        }
        // Other pages in a file of the same name are told by their bytes.
        workdir.write(".out.resume", &journal);
        let mut other = workdir.bytes("in.jsonl");
        other.extend_from_slice(
            b"{\"id\":\"one more\",\"text\":\"seven words that nobody has said before\"}\n",
        );
        workdir.write("in.jsonl", other);
        work(street, &input, &output, true, &Silent).unwrap();
        let resumed = state(&output).unwrap();
        fs::remove_dir_all(&output).unwrap();
        work(street, &input, &output, false, &Silent).unwrap();
        assert_same(Some(&resumed), &state(&output).unwrap(), "with one more page");
    }
}

#[cfg(unix)]
#[test]
fn the_interrupt_key_is_prompt_and_leaves_nothing() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 24 << 20);
    // The second waits for pages that never come.
    for (input, wait) in [("in.jsonl", 150), ("in.jsonl", 400), ("-", 200)] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["run", input, "-o", "out", "--quiet"])
            .current_dir(workdir.path("."))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        assert!(child.try_wait().unwrap().is_none(), "the run is too short for this test");
        let pressed = Instant::now();
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        // Open until the end: whoever waits for pages goes on waiting.
        let stdin = child.stdin.take();
        let code = child.wait().unwrap().code();
        drop(stdin);
        let took = pressed.elapsed();
        assert_eq!(code, Some(130), "{input} after {wait} ms");
        // Half a second is given; the rest is the machine, which may be busy.
        assert!(took < Duration::from_millis(1500), "{input} after {wait} ms: {took:?}");
        assert_eq!(workdir.names("."), ["in.jsonl"]);
    }
}
