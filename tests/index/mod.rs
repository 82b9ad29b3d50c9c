//! `--index DIR`: batch after batch.

mod adding;
mod asking;
mod damaged;
mod frames;
mod killed;
mod real;
mod replayed;

use crate::support::workdir::{Prose, Workdir, line};
use serde_json::json;

/// Sites of the invented crawl.
const SITES: [&str; 3] = ["harbour.example", "valley.example", "city.example"];

/// Writes the pages of so many nights, `night-0.jsonl` and on: articles of their own, articles that an earlier night had in
/// other words, exact reprints on another site, pages delivered again, and old ids with new texts.
fn nights(workdir: &Workdir, count: usize, pages: usize) {
    let mut prose = Prose::new(11);
    let mut seen: Vec<(String, Vec<String>)> = Vec::new();
    for night in 0..count {
        let mut lines = String::new();
        for number in 0..pages {
            let id = format!("n{night}-{number}");
            let words = match (number % 8, seen.len()) {
                (1, 1..) => {
                    let old = seen[prose.below(seen.len())].1.clone();
                    prose.edited(&old, 40, 3)
                }
                (2, 1..) => seen[prose.below(seen.len())].1.clone(),
                (3, 1..) => {
                    let (old, words) = seen[prose.below(seen.len())].clone();
                    // The same page once more, or another text under its id.
                    let words = if number % 16 == 3 { words } else { prose.edited(&words, 10, 60) };
                    lines += &page(&old, site_of(&old), &words);
                    continue;
                }
                _ => prose.words(120),
            };
            lines += &page(&id, SITES[(night + number) % 3], &words);
            seen.push((id, words));
        }
        workdir.write(&format!("night-{night}.jsonl"), lines);
    }
}

/// A page that is always delivered again from the same site.
fn site_of(id: &str) -> &'static str {
    SITES[id.len() % 3]
}

fn page(id: &str, site: &str, words: &[String]) -> String {
    // Each site has a menu, so that there is something to strip.
    let text = format!("Home of {site}\nNews and weather\n{}\nWrite to {site}", words.join(" "));
    let url = format!("https://{site}/{id}");
    line(
        &json!({ "id": id, "site": site, "url": url, "date": "2024-05-03", "title": words[..4].join(" "), "text": text }),
    )
}

/// Runs a command on a night.
fn add(workdir: &Workdir, command: &str, night: usize, index: &str, out: &str) {
    let input = format!("night-{night}.jsonl");
    workdir.done(&[command, &input, "-o", out, "--index", index, "--pairs", "--quiet"]);
}

/// Runs a night whose output may be there already.
fn add_over(workdir: &Workdir, night: usize, index: &str, out: &str) {
    let input = format!("night-{night}.jsonl");
    workdir.done(&["run", &input, "-o", out, "--index", index, "--pairs", "--quiet", "--overwrite"]);
}

/// All files of a folder with their bytes; of the manifest, what may not differ.
fn contents(workdir: &Workdir, folder: &str) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = if name == "manifest.json" {
            let mut manifest = workdir.manifest(folder);
            manifest.as_object_mut().unwrap().retain(|field, _| field != "timing" && field != "memory");
            manifest.to_string().into_bytes()
        } else {
            workdir.bytes(&format!("{folder}/{name}"))
        };
        (name, bytes)
    };
    workdir.names(folder).into_iter().map(read).collect()
}

/// Fails, naming the first file in which two folders differ.
fn assert_same(workdir: &Workdir, a: &str, b: &str) {
    let (of_a, of_b) = (contents(workdir, a), contents(workdir, b));
    let names = |of: &[(String, Vec<u8>)]| of.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&of_a), names(&of_b), "files of {a} and {b}");
    for (x, y) in of_a.iter().zip(&of_b) {
        assert!(x.1 == y.1, "{} of {a} and {b} differ", x.0);
    }
}
