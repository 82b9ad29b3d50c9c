//! `tamis index`: what is known, what is forgotten, what is left.

use super::{SITES, add, nights, page};
use crate::support::workdir::{Prose, Workdir, text};
use serde_json::Value;

fn told(workdir: &Workdir, arguments: &[&str]) -> Value {
    let run = workdir.done(&[&["index"], arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_text_is_known_by_its_words_and_by_most_of_them() {
    let workdir = Workdir::new();
    nights(&workdir, 2, 60);
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    let kept = workdir.rows("out-1/pages.jsonl").remove(0);
    workdir.write("copy.txt", text(&kept, "text"));
    let known = told(&workdir, &["query", "seen", "--text", "copy.txt", "--site", &text(&kept, "site")]);
    assert_eq!((text(&known[0], "id"), &known[0]["relation"]), (text(&kept, "id"), &Value::from("exact")));
    assert_eq!(known[0]["batch"], workdir.manifest("out-1")["batch"]);
    workdir.write("near.txt", text(&kept, "text").replacen("News", "Old news", 1));
    let known = told(&workdir, &["query", "seen", "--text", "near.txt"]);
    assert_eq!((text(&known[0], "id"), &known[0]["relation"]), (text(&kept, "id"), &Value::from("near")));
    workdir.write("new.txt", Prose::new(99).text(200));
    assert_eq!(told(&workdir, &["query", "seen", "--text", "new.txt"]), serde_json::json!([]));
    for by in [["--id", &text(&kept, "id")], ["--url", &text(&kept, "url")]] {
        let known = told(&workdir, &["query", "seen", by[0], by[1]]);
        assert_eq!(text(&known[0], "id"), text(&kept, "id"), "{by:?}");
    }
    let removed = workdir.rows("out-1/removed.jsonl").remove(0);
    let known = told(&workdir, &["query", "seen", "--id", &text(&removed, "id")]);
    assert!(
        known
            .as_array()
            .unwrap()
            .iter()
            .any(|known| text(known, "decision") == "removed" && known["kept"] == removed["kept"]),
        "{known}"
    );
}

#[test]
fn when_a_kept_page_is_forgotten_its_cluster_stays_decided_and_the_next_page_alike_is_kept() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(5);
    let words = prose.words(150);
    let edited = |prose: &mut Prose| prose.edited(&words, 70, 2);
    let (near, later, last) = (edited(&mut prose), edited(&mut prose), edited(&mut prose));
    for (night, (id, words)) in
        [("old", &words), ("near", &near), ("later", &later), ("last", &last)].iter().enumerate()
    {
        workdir.write(&format!("night-{night}.jsonl"), page(id, SITES[0], words));
    }
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    assert_eq!(workdir.column("out-1/removed.jsonl", "kept"), ["old"]);
    let forgotten = told(&workdir, &["forget", "seen", "https://harbour.example/old"]);
    assert_eq!(forgotten, 1);
    // Before and after its bytes are given back, nobody is removed for it, or for the page that was removed for it.
    add(&workdir, "dedup", 2, "seen", "out-2");
    assert_eq!(workdir.column("out-2/pages.jsonl", "id"), ["later"]);
    workdir.done(&["index", "compact", "seen"]);
    add(&workdir, "dedup", 3, "seen", "out-3");
    assert_eq!(workdir.column("out-3/removed.jsonl", "kept"), ["later"]);
    assert_eq!(told(&workdir, &["query", "seen", "--id", "old"]), serde_json::json!([]));
    // The published decision stands, and is said to be beyond proof.
    let run = workdir.done(&["verify", "out-1", "night-1.jsonl", "--index", "seen"]);
    assert!(run.stdout.contains("1 were removed for pages that the index has forgotten"), "{}", run.stdout);
    let bytes: Vec<u8> =
        workdir.names("seen").iter().flat_map(|name| workdir.bytes(&format!("seen/{name}"))).collect();
    assert!(
        !bytes.windows(27).any(|window| window == b"https://harbour.example/old"),
        "its address is on the disk"
    );
}

#[test]
fn old_batches_and_sites_are_forgotten_as_a_whole() {
    let workdir = Workdir::new();
    nights(&workdir, 2, 40);
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    let pages = told(&workdir, &["stat", "seen"])["pages"].as_u64().unwrap();
    let of_site = told(&workdir, &["forget", "seen", "--site", SITES[1]]).as_u64().unwrap();
    assert!(0 < of_site && of_site < pages);
    assert_eq!(told(&workdir, &["compact", "seen", "--before", "2020-01-01"])["forgotten"], of_site);
    assert_eq!(told(&workdir, &["compact", "seen", "--before", "2100-01-01"])["forgotten"], pages);
    let run = workdir.tamis(&["index", "forget", "seen", "nobody"]);
    assert!(run.code == 2 && run.stderr.contains("nobody"), "{run:?}");
    let run = workdir.tamis(&["index", "compact", "seen", "--before", "yesterday"]);
    assert!(run.code == 2 && run.stderr.contains("2025-01-31"), "{run:?}");
}

#[test]
fn a_second_writer_is_refused_and_told_who_writes_and_readers_are_not_disturbed() {
    let workdir = Workdir::new();
    nights(&workdir, 2, 20);
    add(&workdir, "dedup", 0, "seen", "out-0");
    let holder = std::fs::File::options().read(true).write(true).open(workdir.path("seen/lock")).unwrap();
    holder.lock().unwrap();
    let run = workdir.tamis(&["dedup", "night-1.jsonl", "-o", "out-1", "--index", "seen"]);
    assert!(run.code == 2 && run.stderr.contains("is held by process"), "{run:?}");
    told(&workdir, &["stat", "seen", "--check"]);
    drop(holder);
    add(&workdir, "dedup", 1, "seen", "out-1");
}
