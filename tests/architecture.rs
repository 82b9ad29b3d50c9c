//! The one-way street: modules use only modules above them, third-party crates have one door each, files say
//! what they are for and stay small.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates and the only places that may name them.
const DOORS: &[(&str, &[&str])] = &[
    ("anstream", &["cli"]),
    ("anstyle", &["cli"]),
    ("arrow_array", &["io/formats/parquet_rows", "io/columns", "io/table.rs"]),
    ("arrow_cast", &["io/formats/parquet_rows"]),
    ("arrow_json", &["io/columns"]),
    ("arrow_schema", &["io/formats/parquet_rows", "io/columns", "io/table.rs"]),
    ("arrow_select", &["io/formats/parquet_rows"]),
    ("askama", &["report/html.rs"]),
    ("base64", &["io/raw.rs", "report/html.rs"]),
    ("bitvec", &["page.rs", "pipeline"]),
    ("brotli", &["io/compression"]),
    ("chardetng", &["io/formats/html.rs"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("csv_core", &["io/formats/csv"]),
    ("ctrlc", &["cli/progress.rs"]),
    ("encoding_rs", &["audit/encodings.rs", "io/formats/html.rs"]),
    ("flate2", &["io/compression"]),
    ("glob", &["io/discover.rs"]),
    ("html5ever", &["io/formats/html.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("jiff", &["date.rs"]),
    ("libm", &["audit/chance.rs"]),
    ("memchr", &["io", "pipeline", "text/lines.rs", "boilerplate/line.rs", "audit"]),
    ("parquet", &["io/formats/parquet_rows", "io/columns"]),
    ("psl", &["site.rs"]),
    ("pulp", &["boilerplate/model.rs"]),
    ("quick_junit", &["report/junit.rs"]),
    ("rayon", &["lsh", "pipeline", "io/formats/warc.rs", "cli/running.rs"]),
    ("postcard", &["io/values.rs"]),
    ("rustix", &["io/system.rs"]),
    ("serde_json", &["index/catalogue.rs", "io", "pipeline", "cli", "report"]),
    ("sha2", &["report/html.rs"]),
    ("similar", &["difference.rs"]),
    ("simd_json", &["io/record.rs"]),
    ("simdutf8", &["io", "pipeline/records.rs"]),
    ("tempfile", &["io"]),
    ("toml", &["audit/gates.rs"]),
    ("url", &["site.rs"]),
    ("whatlang", &["audit/languages.rs"]),
    ("wide", &["text/words"]),
    ("xxhash_rust", &["hash.rs"]),
    ("zstd", &["io/compression"]),
];

/// Parts of the standard library that reach outside, and the only places that may.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("std::fs", &["io"]),
    ("fs::", &["io"]),
    ("File::", &["io"]),
    ("std::env", &["cli", "pipeline/settings.rs", "io/system.rs"]),
    ("stdout()", &["cli"]),
    ("stdin()", &["io/opening.rs", "io/lists.rs"]),
    ("println!", &["cli"]),
    ("std::process", &["main.rs", "cli/progress.rs", "io/system.rs"]),
    ("SystemTime", &["pipeline/clock.rs"]),
    ("Instant", &["pipeline/clock.rs"]),
];

/// Lines of a file, tables apart.
const LONGEST_FILE: usize = 500;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All source files: path below `src` and content.
fn files() -> BTreeMap<String, String> {
    fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(&source(), &source(), &mut files);
    assert!(files.len() > 30, "the sources are not where they should be");
    files
}

/// Lines of code with their numbers; comments and what stands behind `#[cfg(test)]` left out.
fn code(content: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = content.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    lines
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Whether `line` uses `name` as a path of its own.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_part(before) && (name.ends_with([':', ')', '!']) || !is_part(after)) && before != Some('"')
    })
}

#[test]
fn modules_use_only_modules_above_them() {
    let files = files();
    let order: Vec<&str> =
        files["lib.rs"].lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10);
    let rank = |name: &str| order.iter().position(|module| *module == name);
    for (file, content) in &files {
        let Some(own) = rank(module(file)) else { continue };
        for (number, line) in code(content) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(other) = rank(&used) else { continue };
                assert!(
                    other <= own,
                    "src/{file}:{number}: {} uses {used}, which stands below it",
                    module(file)
                );
            }
        }
    }
}

#[test]
fn each_crate_has_one_door() {
    let manifest = fs::read_to_string(source().join("../Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for line in dependencies.lines().filter(|line| line.contains('=') && !line.starts_with('#')) {
        let name = line.split(['=', ' ']).next().unwrap().replace('-', "_");
        let listed = name == "serde" || DOORS.iter().any(|(known, _)| *known == name);
        assert!(listed, "dependency {name} has no door in tests/architecture.rs");
    }
    for (file, content) in files() {
        for (number, line) in code(&content) {
            for (name, doors) in DOORS {
                let is_open = doors.iter().any(|door| file.starts_with(door));
                let path = format!("{name}::");
                let is_used = line.trim_start().starts_with(&format!("use {name}")) || uses(line, &path);
                assert!(is_open || !is_used, "src/{file}:{number}: {name} is for {doors:?}");
            }
        }
    }
}

#[test]
fn only_the_doors_reach_outside() {
    for (file, content) in files() {
        for (number, line) in code(&content) {
            for (name, doors) in OUTSIDE {
                let is_open = doors.iter().any(|door| file.starts_with(door));
                assert!(is_open || !uses(line, name), "src/{file}:{number}: {name} is for {doors:?}");
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_small() {
    for (file, content) in files() {
        let kind = file.rsplit('.').next().unwrap();
        let opening = match kind {
            // Tables of words and numbers, and settings, say it in the module that reads them.
            "tsv" | "toml" => "",
            "html" => "{#- ",
            "css" => "/* ",
            "js" => "// ",
            _ => "//! ",
        };
        let is_ours = !file.contains("/vendor/");
        assert!(!is_ours || content.starts_with(opening), "src/{file} does not say what it is for");
        let lines = content.lines().count();
        let is_table = file.contains("/tables/");
        assert!(is_table || lines <= LONGEST_FILE, "src/{file} has {lines} lines: it wants to be two files");
    }
}

#[test]
fn nothing_in_the_project_names_places_outside_it_but_tests_and_benches() {
    let root = source().join("..");
    let named = |path: PathBuf| {
        let content = fs::read_to_string(&path).unwrap_or_default();
        assert!(!content.contains("../shared"), "{} names a folder outside the project", path.display());
    };
    files().keys().for_each(|file| named(source().join(file)));
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        named(entry.unwrap().path());
    }
    for file in ["README.md", "CHANGELOG.md", "Cargo.toml", "examples/README.md"] {
        named(root.join(file));
    }
}
