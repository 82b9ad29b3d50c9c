//! Packed files that are cut off or damaged.

use super::{assert_survived, survive};
use crate::support::workdir::{Prose, Workdir, gzip, record, zst};

/// Records that do not pack away to nothing.
fn records(count: usize) -> String {
    let mut prose = Prose::new(8);
    (0..count).map(|number| record(&format!("p{number}"), "s", &prose.text(30))).collect()
}

type Pack = fn(&[u8]) -> Vec<u8>;
const PACKINGS: [(&str, Pack); 2] = [("in.jsonl.gz", gzip), ("in.jsonl.zst", zst)];

#[test]
fn a_stream_cut_off_anywhere_survives_and_says_so() {
    let plain = records(40);
    for (name, pack) in PACKINGS {
        let packed = pack(plain.as_bytes());
        let step = packed.len() / 40;
        for cut in (2..12).chain((12..packed.len()).step_by(step)).chain(packed.len() - 9..packed.len()) {
            let (workdir, run) = survive(name, &packed[..cut]);
            // With less than its magic number, the file is not known to be packed.
            let reasons: Vec<String> =
                if run.code == 2 { Vec::new() } else { workdir.column("out/rejects.jsonl", "reason") };
            let is_said = run.code == 2 || reasons.iter().any(|reason| reason.contains("cut off or damaged"));
            assert!(is_said || cut < 4, "{name} cut at {cut}: {run:?} {reasons:?}");
        }
    }
}

#[test]
fn records_before_the_cut_are_kept() {
    let plain = records(20_000);
    for (name, pack) in PACKINGS {
        let packed = pack(plain.as_bytes());
        let (workdir, _) = survive(name, &packed[..packed.len() / 2]);
        let pages = workdir.bytes("out/pages.jsonl");
        assert!(pages.len() > plain.len() / 4, "{name}: {} bytes", pages.len());
        assert!(plain.as_bytes().starts_with(&pages), "{name}");
        let rows = workdir.rows("out/rejects.jsonl");
        assert!(rows.len() <= 2, "the fault, and the record that it cut");
    }
}

#[test]
fn damage_in_the_middle_survives() {
    let plain = records(40);
    for (name, pack) in PACKINGS {
        let packed = pack(plain.as_bytes());
        for at in (4..packed.len()).step_by(packed.len() / 30) {
            for flip in [0x01, 0xFF] {
                let mut damaged = packed.clone();
                damaged[at] ^= flip;
                // Checksums of gzip find every flip, zstd may decode to other text; nothing may panic.
                survive(name, &damaged);
            }
        }
    }
}

#[test]
fn a_flipped_bit_in_gzip_is_never_taken_for_the_text() {
    let plain = records(40);
    let packed = gzip(plain.as_bytes());
    for at in (20..packed.len() - 8).step_by(packed.len() / 20) {
        let mut damaged = packed.clone();
        damaged[at] ^= 0x10;
        let (_, run) = survive("in.jsonl.gz", &damaged);
        assert!(run.code != 0, "damaged at {at}: {run:?}");
    }
}

#[test]
fn garbage_behind_a_stream_survives_and_keeps_the_records() {
    let plain = records(40);
    for (name, pack) in PACKINGS {
        let (workdir, _) = survive(name, &[&pack(plain.as_bytes())[..], b"garbage behind the end"].concat());
        assert_eq!(workdir.rows("out/pages.jsonl").len(), 40, "{name}");
    }
}

#[test]
fn a_packed_text_file_that_is_cut_off_is_no_page() {
    let text = Prose::new(8).text(20_000);
    for (name, packed) in [("in.txt.gz", gzip(text.as_bytes())), ("in.txt.zst", zst(text.as_bytes()))] {
        let (workdir, run) = survive(name, &packed[..packed.len() / 2]);
        assert_eq!(
            (run.code, workdir.rows("out/pages.jsonl").len()),
            (3, 0),
            "{name}: half a text is no page"
        );
    }
}

#[test]
fn empty_streams_hold_no_record() {
    for (name, pack) in PACKINGS {
        let (workdir, run) = survive(name, &pack(b""));
        assert_eq!((run.code, workdir.manifest("out")["inputs"]["records"].as_u64()), (0, Some(0)), "{name}");
    }
}

#[test]
fn a_broken_file_among_good_ones_costs_only_itself() {
    let workdir = Workdir::new();
    let plain = records(30);
    let lines: Vec<&str> = plain.split_inclusive('\n').collect();
    workdir.write("in/a.jsonl", lines[..10].concat());
    let packed = gzip(lines[10..20].concat().as_bytes());
    workdir.write("in/b.jsonl.gz", &packed[..10]);
    workdir.write("in/c.jsonl.zst", zst(lines[20..].concat().as_bytes()));
    let run = workdir.tamis(&["dedup", "in", "-o", "out"]);
    assert_survived(&run);
    assert_eq!(run.code, 3);
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 20);
    assert_eq!(workdir.column("out/rejects.jsonl", "file"), ["in/b.jsonl.gz"]);
}

#[test]
fn a_record_too_long_inside_a_damaged_stream_does_not_hide_the_damage() {
    let mut prose = Prose::new(3);
    let long = record("long", "s", &prose.text(300_000));
    for (name, pack) in PACKINGS {
        let packed = pack(long.as_bytes());
        let workdir = Workdir::new();
        workdir.write(name, &packed[..packed.len() / 2]);
        let run = workdir.tamis(&["dedup", name, "-o", "out", "--longest-record", "64KiB"]);
        assert_survived(&run);
        let reasons = workdir.column("out/rejects.jsonl", "reason");
        assert!(reasons.iter().any(|reason| reason.contains("cut off or damaged")), "{name}: {reasons:?}");
    }
}
