//! Frames are remembered: a site is looked at anew once an eighth of its sample is new.

use super::{SITES, add, page};
use crate::support::workdir::{Prose, Workdir};

/// Pages of one site: articles, and bulletins that share a form of 100 words and say 8 of their own.
fn night(prose: &mut Prose, name: &str, articles: usize, forms: &[(&[String], usize)]) -> String {
    let mut lines: String =
        (0..articles).map(|number| page(&format!("{name}-{number}"), SITES[0], &prose.words(120))).collect();
    for (form, count) in forms {
        for number in 0..*count {
            let mut words = form.to_vec();
            for place in 0..8 {
                words.insert(place * 13, format!("{}n", prose.word()));
            }
            lines += &page(&format!("{name}-bulletin-{}-{number}", words[1]), SITES[0], &words);
        }
    }
    lines
}

#[test]
fn a_site_is_looked_at_anew_once_an_eighth_of_its_pages_is_new() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(21);
    let (weather, tides, markets) = (prose.words(100), prose.words(100), prose.words(100));
    workdir.write("night-0.jsonl", night(&mut prose, "a", 90, &[(&weather, 10)]));
    // A few pages: a bulletin of a known form, and a new form that the night itself shows.
    workdir.write("night-1.jsonl", night(&mut prose, "b", 4, &[(&weather, 1), (&tides, 3)]));
    // Many.
    workdir.write("night-2.jsonl", night(&mut prose, "c", 40, &[(&markets, 5)]));
    // Few again, of all forms.
    workdir.write("night-3.jsonl", night(&mut prose, "d", 2, &[(&weather, 1), (&tides, 1), (&markets, 1)]));
    for number in 0..4 {
        add(&workdir, "dedup", number, "seen", &format!("out-{number}"));
        let rows = workdir.rows(&format!("out-{number}/removed.jsonl"));
        assert!(rows.is_empty(), "night {number}: no bulletin goes, but {rows:?}");
    }
    let stat = workdir.done(&["index", "stat", "seen", "--format", "json"]).stdout;
    let stat: serde_json::Value = serde_json::from_str(&stat).unwrap();
    let learned: Vec<bool> =
        stat["batches"].as_array().unwrap().iter().map(|batch| !batch["frames"].is_null()).collect();
    assert_eq!(learned, [true, false, true, false]);
    assert!(stat["bytes_of"]["frames"].as_u64().unwrap() > 0);
    let shingles =
        |number: usize| workdir.manifest(&format!("out-{number}"))["frame"]["shingles"].as_u64().unwrap();
    assert!(shingles(1) > shingles(0), "the new form is frame, with the known one");
    for number in 0..4 {
        let (out, input) = (format!("out-{number}"), format!("night-{number}.jsonl"));
        workdir.done(&["verify", &out, &input, "--index", "seen", "--quiet"]);
    }
}

#[test]
fn a_damaged_file_of_frames_is_named() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(22);
    let weather = prose.words(100);
    workdir.write("night-0.jsonl", night(&mut prose, "a", 40, &[(&weather, 10)]));
    add(&workdir, "dedup", 0, "seen", "out-0");
    let name = workdir.names("seen").into_iter().find(|name| name.ends_with(".frames")).unwrap();
    let mut bytes = workdir.bytes(&format!("seen/{name}"));
    bytes[40] ^= 1;
    workdir.write(&format!("seen/{name}"), bytes);
    let run = workdir.tamis(&["index", "stat", "seen", "--check"]);
    assert!(run.code == 2 && run.stderr.contains(&name), "{run:?}");
}
