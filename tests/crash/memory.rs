//! `--memory` is kept, by the peak that the system measured.

use super::{assert_same, state, write_crawl};
use crate::support::workdir::Workdir;

/// Peak resident bytes of a run, as its manifest says.
fn peak(workdir: &Workdir, command: &str, folder: &str, memory: &str) -> u64 {
    workdir.done(&[command, "in.jsonl", "-o", folder, "--memory", memory, "--threads", "2", "--quiet"]);
    workdir.manifest(folder)["memory"]["peak_bytes"].as_u64().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_that_was_given_is_kept() {
    let workdir = Workdir::new();
    write_crawl(&workdir, "in.jsonl", 192 << 20);
    for (command, given) in [("dedup", 128), ("run", 192)] {
        let plenty = peak(&workdir, command, "plenty", "8GiB");
        let little = peak(&workdir, command, "little", &format!("{given}MiB"));
        eprintln!("{command}: {} MiB, of {given} MiB {} MiB", plenty >> 20, little >> 20);
        assert!(plenty > given << 20, "{command}: {plenty}: nothing had to be done");
        assert!(little <= given << 20, "{command}: {little}");
        let expected = state(&workdir.path("plenty")).unwrap();
        assert_same(state(&workdir.path("little")).as_ref(), &expected, command);
        for folder in ["plenty", "little"] {
            std::fs::remove_dir_all(workdir.path(folder)).unwrap();
        }
    }
}

#[test]
fn pages_that_cannot_fit_are_a_fault_and_not_a_crash() {
    let workdir = Workdir::new();
    let pages: String =
        (0..260_000).map(|number| format!("{{\"id\":\"{number}\",\"text\":\"\"}}\n")).collect();
    workdir.write("in.jsonl", pages);
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--memory", "128MiB"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("--memory: ") && run.stderr.contains("(give more"), "{run:?}");
    assert_eq!(workdir.names("."), ["in.jsonl"]);
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--memory", "256MiB"]);
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "more", "--memory", "1MiB"]);
    assert!(run.code == 2 && run.stderr.contains("128MiB or more"), "{run:?}");
}
