//! The corpora of the fuzz targets, and what they once found, through the same functions (`docs/fuzzing.md`).

#[path = "../fuzz/src/lib.rs"]
mod targets;

mod seeds;

use crate::support::path;
use std::fs;
use std::path::PathBuf;
use targets::{KINDS, TARGETS, is_read};

/// The files of a folder, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_the_corpora_hold_keeps_the_laws() {
    for (name, target) in TARGETS {
        let inputs = files(&format!("fuzz/corpus/{name}"));
        assert!(inputs.len() >= 3, "{name}: {}", inputs.len());
        for input in inputs {
            // Named in the captured output, should it fail.
            println!("{}", input.display());
            target(&fs::read(input).unwrap());
        }
    }
}

#[test]
fn every_target_is_built_and_the_corpora_are_small() {
    let manifest = fs::read_to_string(path("fuzz/Cargo.toml")).unwrap();
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
    let mut bytes = 0;
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let program = fs::read_to_string(path(&format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("tamis_fuzz::{name}(")), "{name}");
        bytes += files(&format!("fuzz/corpus/{name}"))
            .iter()
            .map(|file| file.metadata().unwrap().len())
            .sum::<u64>();
    }
    assert!(bytes < 1 << 20, "{bytes}");
}

#[test]
fn of_each_kind_of_saved_file_there_is_a_seed_that_is_read_to_its_end() {
    seeds::assert_as_written_today();
    let read: Vec<u8> = files("fuzz/corpus/saved")
        .iter()
        .map(|file| fs::read(file).unwrap())
        .filter(|seed| is_read(seed))
        .map(|seed| seed[0] % KINDS)
        .collect();
    for kind in 0..KINDS {
        assert!(read.contains(&kind), "kind {kind} of fuzz/src/saved.rs");
    }
}
