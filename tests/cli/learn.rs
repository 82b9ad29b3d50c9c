//! `tamis learn`: the same bytes however the pages come; files that are refused; what is printed.

use crate::support::random::Random;
use crate::support::workdir::{Prose, Workdir, line};
use serde_json::{Value, json};
use tamis::boilerplate::edits::Decision;
use tamis::pipeline::profiles;

/// Names that would be paths, terminal codes or nothing, were they used as such.
const RUDE: [&str; 6] =
    ["../../etc/passwd", "/tmp/owned", "nul\u{0}byte", "\u{202e}gro.elpmaxe\u{1b}[2J", "a\nb", "con.\\..\\x"];

/// Pages of three sites and some rude ones; some come twice, with another title or date.
fn pages() -> Vec<String> {
    let mut prose = Prose::new(5);
    let mut pages = Vec::new();
    for n in 0..1_200 {
        let site = ["a.example.com", "b.example.com", "c.example.org"][n % 3];
        let site = if n % 50 == 0 { RUDE[n / 50 % RUDE.len()] } else { site };
        let body = prose.text(5 + n % 40);
        let text = format!("Home\nContact {site}\n{body}\n\n{}\nAll rights reserved", prose.text(8));
        let page = |title: &str, date: &str| json!({ "id": n.to_string(), "site": site, "text": text, "title": title, "date": date });
        pages.push(line(&page(&prose.text(4), "2024-05-06")));
        if n % 4 == 0 {
            pages.push(line(&page(&prose.text(3), "2024-05-07T10:00:00Z")));
        }
    }
    pages
}

fn write_files(workdir: &Workdir, folder: &str, pages: &[String], files: usize) {
    for file in 0..files {
        let part: String = pages.iter().skip(file).step_by(files).map(String::as_str).collect();
        workdir.write(&format!("{folder}/{file}.jsonl"), part);
    }
}

#[test]
fn threads_files_order_and_shards_do_not_show() {
    let workdir = Workdir::new();
    let mut pages = pages();
    write_files(&workdir, "in", &pages, 1);
    workdir.done(&["learn", "in", "-o", "sites.tamis", "--threads", "1"]);
    let expected = workdir.bytes("sites.tamis");
    for threads in ["2", "8"] {
        let name = format!("{threads}.tamis");
        workdir.done(&["learn", "in", "-o", &name, "--threads", threads]);
        assert!(workdir.bytes(&name) == expected, "{threads} threads");
    }
    Random::new(3).shuffle(&mut pages);
    write_files(&workdir, "shuffled", &pages, 7);
    workdir.done(&["learn", "shuffled", "-o", "7.tamis", "--threads", "2"]);
    assert!(workdir.bytes("7.tamis") == expected, "7 files, shuffled");

    let shards: Vec<String> = (0..7).map(|shard| format!("shard{shard}.tamis")).collect();
    for (number, shard) in shards.iter().enumerate() {
        workdir.done(&["learn", &format!("shuffled/{number}.jsonl"), "-o", shard]);
    }
    let shards: Vec<&str> = shards.iter().rev().map(String::as_str).collect();
    workdir.done(&[&["learn", "-o", "merged.tamis", "--merge"], &shards[..]].concat());
    assert!(workdir.bytes("merged.tamis") == expected, "7 shards merged");
    // Learned on, into the file itself, with pages that it knows already.
    workdir.done(&[&["learn", "in", "-o", "shard0.tamis", "--overwrite", "--merge"], &shards[3..]].concat());
    assert!(workdir.bytes("shard0.tamis") == expected, "re-delivered");

    let profile = profiles::read(&workdir.path("sites.tamis")).unwrap();
    let names: Vec<&str> = profile.sites().map(|(name, _)| name).collect();
    assert!(RUDE.iter().all(|rude| names.contains(rude)), "{names:?}");
    let [first, ..] = [profile.site("a.example.com").unwrap()];
    assert!(first.sample.whole.len() > 300 && first.edits.is_empty());
    assert!(first.sample.whole.pages().all(|page| page.day == Some(19_849)), "the earlier of two dates");
}

#[test]
fn names_of_sites_never_become_names_of_files() {
    let workdir = Workdir::new();
    write_files(&workdir, "in", &pages(), 1);
    let run = workdir.done(&["learn", "in", "-o", "out/sites.tamis"]);
    assert_eq!(workdir.names("."), ["in", "out"]);
    assert_eq!(workdir.names("out"), ["sites.tamis"]);
    let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!run.stdout.contains(harmful), "{:?}", run.stdout);
    assert!(run.stdout.contains("sites with fewer than 5 pages"), "{}", run.stdout);
}

#[test]
fn files_that_are_no_profile_of_this_version_are_refused() {
    let workdir = Workdir::new();
    write_files(&workdir, "in", &pages(), 1);
    workdir.done(&["learn", "in", "-o", "sites.tamis"]);
    let packed = workdir.bytes("sites.tamis");
    let plain = crate::support::workdir::unpacked(&packed);
    let mut other = plain.clone();
    other[8] = 9;
    workdir.write("other.tamis", crate::support::workdir::zst(&other));
    workdir.write("plain.tamis", &plain);
    workdir.write("cut.tamis", &packed[..packed.len() / 2]);
    workdir.write("cut-plain.tamis", &plain[..plain.len() / 2]);
    let bomb = [&plain[..24], &vec![0; 64 << 20]].concat();
    workdir.write("bomb.tamis", crate::support::workdir::zst(&bomb));
    workdir.write("text.tamis", "no profile");
    for (name, says) in [
        ("other.tamis", "has format version 9, this Tamis has 2"),
        ("cut.tamis", "cut off"),
        ("cut-plain.tamis", "cut off"),
        ("bomb.tamis", "is damaged: it unpacks to more than Tamis writes"),
        ("text.tamis", "is no profile"),
        ("missing.tamis", "missing.tamis"),
    ] {
        let run = workdir.tamis(&["learn", "--merge", name, "-o", "new.tamis"]);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.stderr.contains(says), "{name}: {}", run.stderr);
        assert!(!workdir.path("new.tamis").exists());
    }
    workdir.done(&["learn", "--merge", "plain.tamis", "-o", "new.tamis"]);
    assert!(workdir.bytes("new.tamis") == packed, "a profile may come unpacked");
}

#[test]
fn only_profiles_are_replaced_and_only_if_asked() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", line(&json!({ "site": "s", "text": "Home\nNews" })));
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    let run = workdir.tamis(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("exists already (use --overwrite)"), "{}", run.stderr);
    let run = workdir.tamis(&["learn", "in.jsonl", "-o", "in.jsonl", "--overwrite"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is no profile and is not overwritten"), "{}", run.stderr);
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis", "--overwrite"]);
    for arguments in [&["learn", "-o", "new.tamis"][..], &["learn", "in.jsonl", "-o", "-"]] {
        assert_eq!(workdir.tamis(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(workdir.names("."), ["in.jsonl", "sites.tamis"]);
}

#[test]
fn edits_survive_learning_on() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", line(&json!({ "site": "s", "text": "Home\nNews" })));
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    let place = workdir.path("sites.tamis");
    let mut profile = profiles::read(&place).unwrap();
    profile.site_mut("s").edits.insert("home", Decision::Keep);
    let file = profiles::create(&place, tamis::io::output::Existing::Replace).unwrap();
    profiles::write(&profile, file).unwrap();
    workdir.done(&["learn", "in.jsonl", "--merge", "sites.tamis", "-o", "sites.tamis", "--overwrite"]);
    assert!(profiles::read(&place).unwrap() == profile);
}

#[test]
fn rejects_are_counted_told_and_listed() {
    let workdir = Workdir::new();
    let good: String = (0..9).map(|n| line(&json!({ "site": "s", "text": format!("page {n}") }))).collect();
    workdir.write("in.jsonl", good + "bad\nbad\nbad\nbad\nbad\n");
    let run = workdir.tamis(&["learn", "in.jsonl", "-o", "sites.tamis", "--rejects", "rejects.jsonl"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(workdir.rows("rejects.jsonl").len(), 5);
    assert!(run.stderr.contains("in.jsonl:10"), "{}", run.stderr);
    assert!(run.stderr.contains("2 more records were rejected: see rejects.jsonl"), "{}", run.stderr);
    assert!(workdir.path("sites.tamis").exists());
}

#[test]
fn the_summary_says_what_was_learned_and_which_sites_are_unclear() {
    let workdir = Workdir::new();
    let page =
        |n: usize, url: &str| json!({ "site": "example.com", "url": url, "text": format!("Home\npage {n}") });
    let pages =
        [page(1, "https://www.example.com/1"), page(2, "https://daily.org/2"), page(3, "https://aaa.net/")];
    let empty = json!({ "site": "example.com", "text": " \n " });
    workdir.write("in.jsonl", pages.iter().chain([&empty]).map(line).collect::<String>());
    let run = workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    assert!(run.stdout.contains("example.com, but aaa.net"), "{}", run.stdout);
    let arguments = ["learn", "in.jsonl", "-o", "sites.tamis", "--overwrite", "--format", "json"];
    let found: Value = serde_json::from_str(&workdir.done(&arguments).stdout).unwrap();
    assert_eq!(found["counts"]["pages"], 4);
    assert_eq!(found["counts"]["empty"], 1);
    assert_eq!(
        (&found["sites"], &found["remembered"], &found["small_sites"]),
        (&json!(1), &json!(3), &json!(1))
    );
    assert_eq!(found["disagreeing"], json!([["example.com", "aaa.net"]]));
    let profile = profiles::read(&workdir.path("sites.tamis")).unwrap();
    assert_eq!(found["profile"], profile.digest());
    assert_eq!(workdir.done(&["learn", "in.jsonl", "-o", "q.tamis", "--quiet"]).stdout, "");
}
