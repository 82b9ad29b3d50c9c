//! A damaged index is refused, named, and never believed.

use super::{add, nights};
use crate::support::workdir::Workdir;

fn built() -> Workdir {
    let workdir = Workdir::new();
    nights(&workdir, 3, 40);
    add(&workdir, "run", 0, "seen", "out-0");
    add(&workdir, "run", 1, "seen", "out-1");
    workdir
}

#[test]
fn a_file_that_was_cut_off_anywhere_is_named() {
    let workdir = built();
    for name in workdir.names("seen").into_iter().filter(|name| name != "lock") {
        let sound = workdir.bytes(&format!("seen/{name}"));
        let cuts = (0..sound.len()).step_by(1000).chain([sound.len() - 2]);
        for cut in cuts {
            workdir.write(&format!("seen/{name}"), &sound[..cut]);
            let run = workdir.tamis(&["index", "stat", "seen", "--check"]);
            assert!(run.code == 2 && run.stderr.contains(&name), "{name} cut off at {cut}: {run:?}");
            if name.ends_with(".profile") {
                // What an earlier batch taught is asked for only when that batch comes again.
                continue;
            }
            let run = workdir.tamis(&["run", "night-2.jsonl", "-o", "out-2", "--index", "seen", "--quiet"]);
            assert!(run.code == 2, "{name} cut off at {cut}: {run:?}");
            assert!(!workdir.path("out-2").exists());
        }
        workdir.write(&format!("seen/{name}"), sound);
    }
}

#[test]
fn a_changed_byte_is_found_by_check() {
    let workdir = built();
    for name in workdir.names("seen").into_iter().filter(|name| name != "lock") {
        let sound = workdir.bytes(&format!("seen/{name}"));
        for at in (0..sound.len()).step_by(997) {
            let mut changed = sound.clone();
            changed[at] ^= 0x41;
            workdir.write(&format!("seen/{name}"), &changed);
            let run = workdir.tamis(&["index", "stat", "seen", "--check"]);
            assert_eq!(run.code, 2, "byte {at} of {name}: {run:?}");
        }
        workdir.write(&format!("seen/{name}"), sound);
    }
    workdir.done(&["index", "stat", "seen", "--check"]);
}

#[test]
fn what_is_no_index_is_told() {
    let workdir = Workdir::new();
    let run = workdir.tamis(&["index", "stat", "nowhere"]);
    assert!(run.code == 2 && run.stderr.contains("--index"), "{run:?}");
    workdir.write("seen/catalogue.json", "{}");
    let run = workdir.tamis(&["index", "stat", "seen"]);
    assert!(run.code == 2 && run.stderr.contains("catalogue.json"), "{run:?}");
}

#[test]
fn an_index_from_somebody_else_moves_and_removes_nothing_of_ours() {
    let workdir = built();
    let sound: serde_json::Value = serde_json::from_slice(&workdir.bytes("seen/catalogue.json")).unwrap();
    let forge = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut catalogue = sound["catalogue"].clone();
        change(&mut catalogue);
        let text = catalogue.to_string();
        let checksum = tamis::hash::checksum(text.as_bytes());
        workdir.write(
            "seen/catalogue.json",
            format!("{{\"checksum\":\"{checksum:016x}\",\"catalogue\":{text}}}"),
        );
        let run = workdir.tamis(&["run", "night-2.jsonl", "-o", "out-2", "--index", "seen", "--quiet"]);
        assert_eq!(run.code, 2, "{run:?}");
        run.stderr
    };
    workdir.write("precious/file", "nobody may touch this");
    // The output of the latest batch is in its place, so that what it was built in could go.
    let told = forge(&|catalogue| {
        let pending =
            serde_json::json!({ "building": workdir.path("precious"), "place": workdir.path("out-1") });
        catalogue["batches"][1]["pending"] = pending;
    });
    assert!(told.contains("precious"), "{told}");
    assert_eq!(workdir.bytes("precious/file"), b"nobody may touch this");
    let told = forge(&|catalogue| catalogue["segments"][0]["rows"]["name"] = "../precious/file".into());
    assert!(told.contains("outside the index"), "{told}");
}
