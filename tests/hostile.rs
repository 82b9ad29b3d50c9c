//! No input makes Tamis panic, hang or lose a record.

mod bombs;
mod crowds;
mod packed;
mod passages;
mod paths;
mod random;
mod records;
mod sizes;

use crate::support::workdir::{Run, Workdir, unpacked};
use base64::Engine as _;
use serde_json::Value;

/// Runs `dedup` on a file of these bytes and checks everything that holds for any bytes.
fn survive(name: &str, bytes: &[u8]) -> (Workdir, Run) {
    let workdir = Workdir::new();
    workdir.write(name, bytes);
    let run = workdir.tamis(&["dedup", name, "-o", "out", "--pairs", "--passages"]);
    assert_survived(&run);
    if run.code == 2 {
        assert!(!workdir.path("out").exists(), "complete or absent: {run:?}");
        assert!(run.stderr.contains(name), "a place: {run:?}");
        return (workdir, run);
    }
    assert_accounted_for(&workdir);
    assert_rejects_are_found_again(&workdir, name);
    let proof = workdir.tamis(&["verify", "out", name]);
    assert_eq!(proof.code, 0, "{proof:?}");
    (workdir, run)
}

fn assert_survived(run: &Run) {
    assert!((0..=3).contains(&run.code), "{run:?}");
    assert!(!run.stderr.contains("panicked"), "{run:?}");
}

/// removed + kept + redelivered + rejected = records, in the manifest and in the tables.
fn assert_accounted_for(workdir: &Workdir) {
    let manifest = workdir.manifest("out");
    let counts = &manifest["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    let removed: u64 = counts["removed"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let accounted = removed + count("kept") + count("redelivered") + count("rejected");
    assert_eq!(accounted, manifest["inputs"]["records"].as_u64().unwrap(), "{counts}");
    let lines =
        |name: &str| workdir.bytes(&format!("out/{name}.jsonl")).iter().filter(|&&b| b == b'\n').count();
    assert_eq!(lines("removed") as u64, removed);
    assert_eq!(lines("pages") as u64, count("kept"));
    assert_eq!(lines("rejects") as u64, count("rejected"));
}

/// Each row of `rejects.jsonl` points at its bytes in the plain input.
fn assert_rejects_are_found_again(workdir: &Workdir, name: &str) {
    let rows = workdir.rows("out/rejects.jsonl");
    if rows.is_empty() {
        return;
    }
    // Of damaged packed files, what could be read is not known here.
    let bytes = workdir.bytes(name);
    let is_packed = bytes.starts_with(&[0x1F, 0x8B]) || bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]);
    let plain = if is_packed { Vec::new() } else { unpacked(&bytes) };
    for row in rows {
        for field in ["file", "record", "offset", "length", "reason", "raw"] {
            assert!(row.get(field).is_some(), "{field} in {row}");
        }
        assert_eq!(row["file"], name);
        assert!(row["record"].as_u64().unwrap() > 0);
        assert!(!row["reason"].as_str().unwrap().is_empty());
        if !is_packed {
            assert_points_at(&row, &plain);
        }
    }
}

fn assert_points_at(row: &Value, plain: &[u8]) {
    let number = |field: &str| row[field].as_u64().unwrap() as usize;
    let record = &plain[number("offset")..number("offset") + number("length")];
    let raw = raw_of(row);
    assert!(record.starts_with(&raw), "{row}");
    let first = &record[..record.len().min(4096)];
    assert!(raw.len() + 3 >= first.len(), "raw is the first 4 KiB, but for a cut character: {row}");
}

/// The bytes that a row of `rejects.jsonl` holds.
fn raw_of(row: &Value) -> Vec<u8> {
    let raw = row["raw"].as_str().unwrap();
    match row["encoding"].as_str() {
        Some("base64") => base64::engine::general_purpose::STANDARD.decode(raw).unwrap(),
        _ => raw.as_bytes().to_vec(),
    }
}
