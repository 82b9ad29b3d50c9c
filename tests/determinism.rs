//! Same pages and settings, same bytes: for any number of threads, any files, any order, and again.

use crate::support::workdir::{Prose, Workdir, line};
use serde_json::{Value, json};
use std::path::Path;
use tamis::pipeline::Silent;
use tamis::pipeline::budget::Budget;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::run::{RunSettings, run as run_street};
use tamis::pipeline::settings::{Method, Scope, Settings};
use tamis::verify::Relation;

/// About 600 pages on several sites: copies, near pairs, chains, a hot bucket, redelivered and empty pages.
/// Every id is given, and has one text.
fn records() -> Vec<String> {
    let mut prose = Prose::new(2025);
    let mut texts: Vec<String> = Vec::new();
    for family in 0..60 {
        let length = 80 + prose.below(80);
        let base = prose.words(length);
        texts.push(base.join(" "));
        match family % 4 {
            0 => texts.push(base.join(", ").to_uppercase()),
            1 => {
                let at = prose.below(60);
                texts.push(prose.edited(&base, at, 4).join(" "));
            }
            2 => {
                let mut link = base;
                for step in 0..4 {
                    link = prose.edited(&link, 10 * step + 5, 6);
                    texts.push(link.join(" "));
                }
            }
            _ => texts.push(prose.text(40)),
        }
    }
    let hot = prose.words(90);
    for number in 0..150 {
        let mut words = hot.clone();
        words[45] = number.to_string();
        texts.push(words.join(" "));
    }
    // Round-ups, which hold other pages whole.
    for round_up in 0..12 {
        texts.push(texts[9 * round_up..9 * round_up + 4].join(". "));
    }
    texts.extend(["", " ", "...", "one", "one", "two words"].map(str::to_owned));
    while texts.len() < 560 {
        texts.push(prose.text(20 + texts.len() % 60));
    }
    let mut records: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let site = format!("site-{}.example", prose.below(7));
            let date = format!("2025-{:02}-{:02}", 1 + prose.below(12), 1 + prose.below(28));
            line(&json!({ "id": format!("p{:03}", (number * 389) % 1000), "site": site, "date": date, "text": text }))
        })
        .collect();
    // Delivered again, once as it was and once with another title.
    let again: Vec<String> = records.iter().step_by(15).cloned().collect();
    let retitled =
        again.iter().map(|record| record.replacen("{", "{\"title\":\"new\",", 1)).collect::<Vec<_>>();
    records.extend(again);
    records.extend(retitled.into_iter().take(10));
    shuffled(records, 1)
}

fn shuffled(mut records: Vec<String>, seed: u64) -> Vec<String> {
    let mut prose = Prose::new(seed);
    for last in (1..records.len()).rev() {
        records.swap(last, prose.below(last + 1));
    }
    records
}

/// Everything that must not differ, as text; `pages.jsonl` sorted, since its order follows the files.
fn results(workdir: &Workdir, folder: &str) -> Vec<String> {
    let text = |name: &str| String::from_utf8(workdir.bytes(&format!("{folder}/{name}"))).unwrap();
    let mut manifest = workdir.manifest(folder);
    manifest.as_object_mut().unwrap().retain(|field, _| field != "timing" && field != "memory");
    let pages = text("pages.jsonl");
    let mut pages: Vec<&str> = pages.lines().collect();
    pages.sort_unstable();
    vec![
        serde_json::to_string_pretty(&manifest).unwrap(),
        text("removed.jsonl"),
        text("clusters.jsonl"),
        text("syndication.jsonl"),
        text("pairs.jsonl"),
        pages.join("\n"),
        if workdir.path(folder).join("passages.jsonl").exists() {
            text("passages.jsonl")
        } else {
            String::new()
        },
    ]
}

fn run(workdir: &Workdir, input: &str, folder: &str, arguments: &[&str]) -> Vec<String> {
    workdir.done(&[&["dedup", input, "-o", folder, "--pairs", "--quiet"], arguments].concat());
    results(workdir, folder)
}

fn assert_equal(a: &[String], b: &[String], what: &str) {
    for (a, b) in a.iter().zip(b) {
        let differing = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        assert!(a == b, "{what}: {differing:?}, {} and {} lines", a.lines().count(), b.lines().count());
    }
}

/// Settings under which the promise is checked.
const SETTINGS: [&[&str]; 10] = [
    &[],
    &["--keep", "earliest"],
    &["--keep", "longest", "--threshold", "0.5"],
    &["--scope", "within-site"],
    &["--scope", "across-sites"],
    &["--method", "exact", "--ngram", "2"],
    &["--passages"],
    &["--remove", "exact,near,contained", "--passages", "--keep", "earliest"],
    &["--method", "simhash"],
    &["--method", "simhash", "--scope", "within-site"],
];

#[test]
fn the_corpus_has_something_to_decide() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records().concat());
    run(&workdir, "in.jsonl", "out", &[]);
    let counts = &workdir.manifest("out")["counts"];
    let count = |value: &Value| value.as_u64().unwrap();
    assert!(count(&counts["removed"]["exact"]) > 10 && count(&counts["removed"]["near"]) > 150, "{counts}");
    assert!(count(&counts["hot_buckets"]) > 0 && count(&counts["redelivered"]) > 40, "{counts}");
    assert!(count(&counts["syndicated"]) > 10 && count(&counts["versions"]) == 0, "{counts}");
    workdir.done(&["verify", "out", "in.jsonl"]);

    run(&workdir, "in.jsonl", "contained", &["--remove", "exact,near,contained", "--passages"]);
    let counts = &workdir.manifest("contained")["counts"];
    assert!(count(&counts["removed"]["contained"]) > 10, "{counts}");
    assert!(count(&counts["passages"]["passages"]) > 100, "{counts}");
    assert!(count(&counts["passages"]["common_shingles"]) > 0, "{counts}");
    workdir.done(&["verify", "contained", "in.jsonl"]);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records().concat());
    for (number, settings) in SETTINGS.iter().enumerate() {
        let with = |threads: &str| {
            run(
                &workdir,
                "in.jsonl",
                &format!("{number}-{threads}"),
                &[settings, &["--threads", threads][..]].concat(),
            )
        };
        let one = with("1");
        for threads in ["2", "8"] {
            assert_equal(&with(threads), &one, &format!("{settings:?}, {threads} threads"));
            for name in ["pages.jsonl", "rejects.jsonl", "inputs.jsonl"] {
                let bytes = |threads: &str| workdir.bytes(&format!("{number}-{threads}/{name}"));
                assert!(bytes(threads) == bytes("1"), "{settings:?}: {name}, {threads} threads");
            }
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_files_or_their_order() {
    let workdir = Workdir::new();
    let records = records();
    workdir.write("one/in.jsonl", records.concat());
    for file in 0..7 {
        let dealt: String = records.iter().skip(file).step_by(7).map(String::as_str).collect();
        workdir.write(&format!("seven/{file}.jsonl"), &dealt);
        // Sorted by path, these come the other way round.
        workdir.write(&format!("renamed/{}.jsonl", 9 - file), &dealt);
    }
    workdir.write("shuffled/in.jsonl", shuffled(records, 99).concat());
    for (number, settings) in SETTINGS.iter().enumerate() {
        let one = run(&workdir, "one", &format!("{number}-one"), settings);
        for folder in ["seven", "renamed", "shuffled"] {
            let results = run(&workdir, folder, &format!("{number}-{folder}"), settings);
            assert_equal(&results, &one, &format!("{settings:?}, {folder}"));
        }
    }
}

#[test]
fn results_do_not_depend_on_the_order_in_which_files_are_named() {
    let workdir = Workdir::new();
    for (file, half) in records().chunks(300).enumerate() {
        workdir.write(&format!("{file}.jsonl"), half.concat());
    }
    workdir.done(&["dedup", "0.jsonl", "1.jsonl", "2.jsonl", "-o", "a", "--pairs"]);
    workdir.done(&["dedup", "2.jsonl", "0.jsonl", "1.jsonl", "-o", "b", "--pairs"]);
    assert_equal(&results(&workdir, "b"), &results(&workdir, "a"), "named the other way round");
    assert!(workdir.bytes("a/pages.jsonl") == workdir.bytes("b/pages.jsonl"));
}

#[test]
fn a_second_run_gives_the_same_bytes() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records().concat());
    for packing in [&[][..], &["--compress", "zst"], &["--annotate"]] {
        for folder in ["first", "second"] {
            workdir.done(&[&["dedup", "in.jsonl", "-o", folder, "--pairs", "--overwrite"], packing].concat());
        }
        let mut names = workdir.names("first");
        assert_eq!(names, workdir.names("second"));
        names.retain(|name| name != "manifest.json");
        for name in names {
            let bytes = |folder: &str| workdir.bytes(&format!("{folder}/{name}"));
            assert!(bytes("first") == bytes("second"), "{packing:?}: {name}");
        }
    }
}

#[test]
fn an_overridden_number_of_expected_pages_gives_the_same_bytes_for_any_threads() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records().concat());
    let with = |threads: &str| {
        run(&workdir, "in.jsonl", threads, &["--expect-pages", "3000000000", "--threads", threads])
    };
    assert_equal(&with("8"), &with("1"), "8 threads");
}

#[test]
fn the_example_crawl_gives_the_same_bytes_for_any_threads_and_again() {
    let workdir = Workdir::new();
    let crawl = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crawl");
    let crawl = crawl.to_str().unwrap();
    for threads in ["1", "2", "8"] {
        run(&workdir, crawl, threads, &["--threads", threads]);
        for name in ["pages.jsonl", "removed.jsonl", "clusters.jsonl", "pairs.jsonl"] {
            let bytes = |threads: &str| workdir.bytes(&format!("{threads}/{name}"));
            assert!(bytes(threads) == bytes("1"), "{name}, {threads} threads");
        }
    }
    assert_equal(&results(&workdir, "8"), &results(&workdir, "1"), "8 threads");
    workdir.done(&["verify", "1", crawl]);
}

#[test]
fn the_example_crawl_gives_the_same_bytes_from_one_file() {
    let workdir = Workdir::new();
    let crawl = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crawl");
    let mut files: Vec<_> = std::fs::read_dir(crawl)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        assert!(bytes.ends_with(b"\n"));
        workdir.write(&format!("many/{}", file.file_name().unwrap().to_str().unwrap()), &bytes);
        all.extend(bytes);
    }
    workdir.write("one.jsonl", all);
    assert_equal(&run(&workdir, "many", "a", &[]), &run(&workdir, "one.jsonl", "b", &[]), "one file");
}

/// Runs with plenty of memory and with none to hold anything, under several settings, and compares all files.
fn assert_equal_for_budgets(workdir: &Workdir, run: impl Fn(&Path, Budget, &dyn Fn(&mut Settings))) {
    let budgets = [("plenty", Budget::of_free_memory()), ("nothing", Budget::nothing_held())];
    let settings: [&dyn Fn(&mut Settings); 6] = [
        &|_| (),
        &|settings| settings.scope = Scope::WithinSite,
        &|settings| settings.scope = Scope::AcrossSites,
        &|settings| {
            settings.passages = true;
            settings.remove.push(Relation::Contained);
        },
        &|settings| settings.method = Method::SimHash,
        &|settings| settings.method = Method::Exact,
    ];
    for (number, set) in settings.iter().enumerate() {
        let folder = |budget: &str| format!("{number}-{budget}");
        for (name, budget) in &budgets {
            run(&workdir.path(&folder(name)), *budget, set);
        }
        let (first, others) = (folder(budgets[0].0), &budgets[1..]);
        let mut names = workdir.names(&first);
        names.retain(|name| name != "manifest.json");
        for other in others.iter().map(|(name, _)| folder(name)) {
            assert_equal(&results(workdir, &other), &results(workdir, &first), &other);
            for name in &names {
                let bytes = |folder: &str| workdir.bytes(&format!("{folder}/{name}"));
                assert!(bytes(&first) == bytes(&other), "{other}: {name}");
            }
        }
    }
}

#[test]
fn results_do_not_depend_on_the_memory() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records().concat());
    assert_equal_for_budgets(&workdir, |folder, budget, set| {
        let mut settings = Settings::new(vec![workdir.path("in.jsonl")], folder);
        settings.pairs = true;
        settings.reading.memory = budget;
        set(&mut settings);
        dedup(&settings, &Silent, &mut |_| Ok(())).unwrap();
    });
}

#[test]
fn results_of_the_whole_street_do_not_depend_on_the_memory() {
    let workdir = Workdir::new();
    let crawl = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crawl");
    assert_equal_for_budgets(&workdir, |folder, budget, set| {
        let mut settings = RunSettings::new(vec![crawl.clone()], folder);
        settings.dedup.pairs = true;
        settings.dedup.reading.memory = budget;
        set(&mut settings.dedup);
        run_street(&settings, &Silent, &mut |_| Ok(())).unwrap();
    });
}
