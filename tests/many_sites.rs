//! Any number of sites: what is known of them stays within `--memory`, and no byte of what comes out depends on it.

use crate::support::workdir::{Prose, Workdir, line};
use serde_json::json;
use std::path::{Path, PathBuf};
use tamis::boilerplate::judge::Strictness;
use tamis::pipeline::Silent;
use tamis::pipeline::budget::Budget;
use tamis::pipeline::condemn::ProfileJudge;
use tamis::pipeline::learn::{self, learn};
use tamis::pipeline::run::{RunSettings, run};
use tamis::pipeline::stored::StoredProfile;
use tamis::pipeline::strip::{self, strip};

/// Pages on sites of one page, of a few, and of many; some sites have another template in `night` 1.
fn crawl(night: u64) -> String {
    let mut prose = Prose::new(night);
    let mut records = String::new();
    let mut page = |site: &str, number: usize, frame: &str| {
        let day = format!("2026-0{}-{:02}", 1 + night, 1 + number % 28);
        let (title, text) = (prose.text(6), [prose.text(30), prose.text(25)].join("\n"));
        let mut lines = vec![format!("{frame} home and news"), format!("{frame} subscribe to our letter")];
        lines.extend([title.clone(), text, format!("{frame} about us and the paper")]);
        lines.extend((0..4).map(|line| format!("{frame} more of what {line} is read now")));
        let record = json!({
            "id": format!("{night}-{site}-{number}"), "site": site, "title": title, "date": day, "text": lines.join("\n"),
            "url": format!("https://{}/{number}", if number == 3 { "other.net" } else { site }),
        });
        records.push_str(&line(&record));
    };
    for number in 0..40 {
        for site in 0..3 {
            let frame =
                if night == 1 && site == 0 { "Anew:".to_owned() } else { format!("The {site} paper") };
            page(&format!("large{site}.com"), number, &frame);
        }
        for site in 0..15 {
            page(&format!("once-{}.com", (number * 15 + site) * 7919 % 600), number, "A page");
        }
        if number % 8 == 0 {
            (0..20).for_each(|site| page(&format!("few-{site}.com"), number, &format!("Few {site}")));
        }
    }
    records
}

fn budgets() -> [(&'static str, Budget); 2] {
    [("plenty", Budget::new(8 << 30).unwrap()), ("nothing", Budget::nothing_held())]
}

/// Learns from a night, and takes in what was known.
fn learned(
    workdir: &Workdir,
    night: &str,
    merge: &[PathBuf],
    (name, memory): (&str, Budget),
) -> learn::Outcome {
    let mut settings =
        learn::Settings::new(vec![workdir.path(night)], workdir.path(&format!("{name}/{night}.tamis")));
    settings.reading.memory = memory;
    settings.merge = merge.to_vec();
    learn::Outcome { seconds: 0.0, ..learn(&settings, &Silent).unwrap() }
}

/// Fails unless two folders hold the same but for times and peaks.
fn assert_same(workdir: &Workdir, a: &str, b: &str) {
    let names = workdir.names(a);
    assert_eq!(names, workdir.names(b));
    for name in names {
        let read = |folder: &str| workdir.bytes(&format!("{folder}/{name}"));
        if name == "manifest.json" {
            let told = |folder: &str| {
                let mut manifest = workdir.manifest(folder);
                manifest.as_object_mut().unwrap().retain(|field, _| field != "timing" && field != "memory");
                manifest
            };
            assert_eq!(told(a), told(b));
        } else {
            assert!(read(a) == read(b), "{name} differs");
        }
    }
}

#[test]
fn what_is_learned_does_not_depend_on_the_memory() {
    let workdir = Workdir::new();
    (0..2).for_each(|night| workdir.write(&format!("{night}"), crawl(night)));
    let outcomes = budgets().map(|budget| {
        let first = learned(&workdir, "0", &[], budget);
        let known = [workdir.path(&format!("{}/0.tamis", budget.0))];
        (first, learned(&workdir, "1", &known, budget))
    });
    assert_eq!(outcomes[0], outcomes[1]);
    let (first, second) = &outcomes[0];
    assert!(first.sites > 600 && first.small_sites >= 600 && first.disagreeing_sites > 0, "{first:?}");
    assert!(second.changes.iter().any(|change| change.drift.is_some()), "{:?}", second.changes);
    for name in ["0.tamis", "1.tamis"] {
        assert!(
            workdir.bytes(&format!("plenty/{name}")) == workdir.bytes(&format!("nothing/{name}")),
            "{name}"
        );
    }
}

#[test]
fn what_is_stripped_does_not_depend_on_the_memory() {
    let workdir = Workdir::new();
    (0..2).for_each(|night| workdir.write(&format!("{night}"), crawl(night)));
    learned(&workdir, "0", &[], budgets()[0]);
    for (name, memory) in budgets() {
        let temp_dir = std::env::temp_dir();
        let place = workdir.path("plenty/0.tamis");
        let (profile, digest) = StoredProfile::read_with_digest(&place, &temp_dir, memory).unwrap();
        let judge = ProfileJudge::within(profile, Strictness::Usual, &temp_dir, memory).unwrap();
        let mut settings =
            strip::Settings::new(vec![workdir.path("1")], workdir.path(&format!("{name}/out")), digest);
        settings.reading.memory = memory;
        settings.mask = true;
        let outcome = strip(&settings, &judge, &Silent).unwrap();
        assert!(outcome.manifest.counts.stripped_lines > 500, "{:?}", outcome.manifest.counts);
        assert_eq!(outcome.manifest.drifts.keys().collect::<Vec<_>>(), ["large0.com"]);
    }
    assert_same(&workdir, "plenty/out", "nothing/out");
}

#[test]
fn what_the_whole_street_says_does_not_depend_on_the_memory() {
    let workdir = Workdir::new();
    (0..2).for_each(|night| workdir.write(&format!("{night}"), crawl(night)));
    learned(&workdir, "0", &[], budgets()[0]);
    for (name, memory) in budgets() {
        let mut settings = RunSettings::new(vec![workdir.path("1")], workdir.path(&format!("{name}/out")));
        settings.merge = vec![workdir.path("plenty/0.tamis")];
        settings.dedup.reading.memory = memory;
        let outcome = run(&settings, &Silent, &mut |_| Ok(())).unwrap();
        assert!(!outcome.changes.is_empty());
    }
    assert_same(&workdir, "plenty/out", "nothing/out");
}

/// Peak resident bytes of a run of the program, as the system says while it lives.
#[cfg(target_os = "linux")]
fn peak(folder: &Path, arguments: &[&str]) -> u64 {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(arguments)
        .current_dir(folder)
        .spawn()
        .unwrap();
    let place = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&place).unwrap_or_default();
        let told = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB"));
        peak = told.map_or(peak, |told| told.trim().parse().unwrap());
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    1024 * peak
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_thousand_sites_are_learned_and_stripped_within_the_memory_that_was_given() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(3);
    let mut records = String::new();
    for number in 0..100_000 {
        let text = format!("Home and news\n{}\nWrite to the editors", prose.text(12));
        let site = number * 7919 % 100_000;
        records.push_str(&line(&json!({ "id": number, "site": format!("s{site}.example"), "text": text })));
    }
    workdir.write("in.jsonl", records);
    let mut peaks = Vec::new();
    for memory in ["8GiB", "128MiB"] {
        let of = |command: &str, arguments: &[&str]| {
            let more = ["--memory", memory, "--threads", "2", "--quiet"];
            peak(&workdir.path(""), &[&[command, "in.jsonl"], arguments, &more].concat())
        };
        let profile = format!("{memory}.tamis");
        peaks.push([of("learn", &["-o", &profile]), of("strip", &["--profile", &profile, "-o", memory])]);
    }
    eprintln!("{:?} MiB", peaks.iter().map(|of| of.map(|bytes| bytes >> 20)).collect::<Vec<_>>());
    assert!(peaks[1].iter().all(|&peak| peak < 128 << 20), "{peaks:?}");
    assert!(peaks[0][1] > 256 << 20, "nothing had to be given up: {peaks:?}");
    assert!(workdir.bytes("8GiB.tamis") == workdir.bytes("128MiB.tamis"));
    assert_same(&workdir, "8GiB", "128MiB");
}
