//! Names made to lead somewhere else: of sites, of pages, of files in a folder.

use super::assert_survived;
use crate::support::workdir::{Prose, Workdir, record};
use std::collections::BTreeSet;
use std::path::Path;

/// Names that some system takes for more than a name.
fn names() -> Vec<String> {
    let long = "x".repeat(100_000);
    [
        "../../../up",
        "/tmp/owned",
        "..",
        ".",
        "",
        "nul\0byte",
        "CON",
        "aux.txt",
        "a\\..\\b",
        "~root",
        "$(id)",
        "-o",
        "--help",
    ]
    .into_iter()
    .chain([
        "a\nb",
        "\u{1b}]0;owned\u{7}",
        "\u{202e}fdp.exe",
        "\u{2066}x",
        "%2e%2e%2f",
        "a|b",
        "*",
        "@list",
        &long,
    ])
    .map(str::to_owned)
    .collect()
}

/// All files and folders below a folder.
fn tree(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.insert(path.display().to_string());
        if path.is_dir() {
            found.extend(tree(&path));
        }
    }
    found
}

#[test]
fn no_command_writes_a_file_that_a_site_or_an_id_names() {
    let mut prose = Prose::new(9);
    let pages = |prose: &mut Prose, name: &dyn Fn(&str) -> (String, String)| -> String {
        let one = |hostile: &String| {
            let (site, id) = name(hostile);
            (0..3).map(|number| record(&format!("{id}{number}"), &site, &prose.text(40))).collect::<String>()
        };
        names().iter().map(one).collect()
    };
    let harmless = |name: &str| (format!("s{}", name.len()), format!("p{}", name.len()));
    let hostile = |name: &str| (name.to_owned(), name.to_owned());
    let trees: Vec<BTreeSet<String>> = [&harmless as &dyn Fn(&str) -> (String, String), &hostile]
        .into_iter()
        .map(|name| {
            let workdir = Workdir::new();
            workdir.write("jail/in.jsonl", pages(&mut prose, name));
            let inside = |arguments: &[&str]| {
                let run = workdir.tamis(arguments);
                assert_survived(&run);
                assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
                let told = run.stdout + &run.stderr;
                let harmful = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2066}');
                assert!(!told.contains(harmful), "{arguments:?}: {told:?}");
            };
            inside(&["dedup", "jail/in.jsonl", "-o", "jail/dedup", "--index", "jail/seen-1", "--pairs"]);
            inside(&["run", "jail/in.jsonl", "-o", "jail/run", "--index", "jail/seen-2"]);
            inside(&["learn", "jail/in.jsonl", "-o", "jail/known.tamis"]);
            inside(&[
                "strip",
                "jail/in.jsonl",
                "--profile",
                "jail/known.tamis",
                "-o",
                "jail/strip",
                "--mask",
            ]);
            inside(&["restore", "jail/strip", "-o", "jail/again.jsonl"]);
            inside(&["audit", "jail/in.jsonl", "-o", "jail/audit"]);
            inside(&["rules", "jail/known.tamis"]);
            inside(&["verify", "jail/run", "jail/in.jsonl", "--index", "jail/seen-2"]);
            assert_eq!(workdir.bytes("jail/again.jsonl"), workdir.bytes("jail/in.jsonl"));
            let top = workdir.path(".").display().to_string();
            tree(&workdir.path(".")).into_iter().map(|path| path.replace(&top, "")).collect()
        })
        .collect();
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn whoever_asks_for_a_hostile_name_gets_an_answer() {
    let workdir = Workdir::new();
    let asked: Vec<String> =
        names().into_iter().filter(|name| !name.contains('\0') && name.len() < 1000).collect();
    let mut prose = Prose::new(10);
    let pages: String = asked.iter().map(|name| record(name, name, &prose.text(40))).collect();
    workdir.write("in.jsonl", pages);
    workdir.done(&["run", "in.jsonl", "-o", "out", "--index", "seen"]);
    let before = tree(&workdir.path("."));
    for name in &asked {
        let [id, site] = ["--id", "--site"].map(|flag| format!("{flag}={name}"));
        for arguments in [
            vec!["explain", "out", &id],
            vec!["rules", "out/profile.tamis", &site],
            vec!["index", "query", "seen", &id],
            vec!["explain", "out", "--line", "some line", &site],
        ] {
            let run = workdir.tamis(&arguments);
            assert!(matches!(run.code, 0 | 2) && !run.stderr.contains("panicked"), "{arguments:?}: {run:?}");
            let told = run.stdout + &run.stderr;
            assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}']), "{arguments:?}: {told:?}");
        }
    }
    assert_eq!(tree(&workdir.path(".")), before);
}

#[test]
fn what_is_forgotten_by_a_hostile_name_is_that_page_and_nothing_beside_the_index_changes() {
    let workdir = Workdir::new();
    let asked: Vec<String> =
        names().into_iter().filter(|name| !name.contains('\0') && name.len() < 1000).collect();
    let mut prose = Prose::new(12);
    // An empty id is no id.
    let ids: Vec<&String> = asked.iter().filter(|name| !name.is_empty()).collect();
    let page = |id: &str, site: &str, prose: &mut Prose| record(id, site, &prose.text(40));
    let mut pages: String = ids.iter().map(|id| page(id, "s", &mut prose)).collect();
    pages.extend(asked.iter().map(|site| page(&format!("of {}", site.len()), site, &mut prose)));
    workdir.write("jail/in.jsonl", pages);
    workdir.done(&["dedup", "jail/in.jsonl", "-o", "jail/out", "--index", "jail/seen"]);
    let outside = || -> BTreeSet<String> {
        tree(&workdir.path(".")).into_iter().filter(|path| !path.contains("/jail/seen/")).collect()
    };
    let before = outside();
    let told = |arguments: &[&str]| {
        let run = workdir.tamis(arguments);
        assert_survived(&run);
        let told = run.stdout.clone() + &run.stderr;
        assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}']), "{arguments:?}: {told:?}");
        run
    };
    for id in ids {
        // Once there is such a page, then no more.
        for expected in ["1", "0"] {
            let run = told(&["index", "forget", "jail/seen", "--format", "json", "--", id]);
            assert!(run.code == 0 || expected == "0" && run.code == 2, "{id:?}: {run:?}");
            assert!(run.code == 2 || run.stdout.trim() == expected, "{id:?}: {run:?}");
        }
    }
    for site in &asked {
        told(&["index", "forget", "jail/seen", &format!("--site={site}")]);
        // No index there: nothing is begun, whatever the place is called.
        if !site.is_empty() {
            let run = told(&["index", "forget", "--", &format!("jail/none/{site}"), "id"]);
            assert_eq!(run.code, 2, "{run:?}");
        }
    }
    assert_eq!(outside(), before);
    let left = told(&["index", "stat", "jail/seen", "--check"]);
    assert_eq!(left.code, 0, "{left:?}");
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_not_followed_and_loops_end() {
    use std::os::unix::fs::symlink;
    let workdir = Workdir::new();
    workdir.write("in/a.jsonl", record("a", "s", "the words of a page"));
    workdir.write("in/deep/b.jsonl", record("b", "s", "and those of another"));
    workdir.write("outside/secret.jsonl", record("secret", "s", "nobody named this folder"));
    for (to, from) in [
        ("in", "in/loop"),
        ("in/deep", "in/deep/again"),
        ("outside", "in/outside"),
        ("in/self.jsonl", "in/self.jsonl"),
        ("nowhere", "in/gone.jsonl"),
    ] {
        symlink(workdir.path(to), workdir.path(from)).unwrap();
    }
    for input in ["in", "in/**/*.jsonl"] {
        let run = workdir.tamis(&["dedup", input, "-o", "out", "--overwrite"]);
        assert_survived(&run);
        if input == "in" {
            assert_eq!(run.code, 0, "{run:?}");
            assert_eq!(workdir.column("out/pages.jsonl", "id"), ["a", "b"]);
        } else {
            // A pattern also matches what cannot be opened, which is a fault with its name.
            assert!(run.code == 2 && run.stderr.contains("gone.jsonl"), "{run:?}");
        }
    }
}
