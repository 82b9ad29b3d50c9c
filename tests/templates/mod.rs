//! Pages that pose as copies: what is flagged, what is not, and that all of it replays.

mod folder;
mod frames;
mod sites;

use crate::support::workdir::{Prose, Workdir, record};
use serde_json::Value;

/// Articles of a site, each like no other.
pub fn articles(prose: &mut Prose, site: &str, count: usize, words: usize) -> Vec<String> {
    (0..count).map(|number| record(&format!("{site}-{number:02}"), site, &prose.text(words))).collect()
}

/// Bulletins of a form of `form` words between which `own` words are their own, a few at a time.
pub fn bulletins(prose: &mut Prose, name: &str, sites: &[&str], form: usize, own: usize) -> Vec<String> {
    let form = prose.words(form);
    sites
        .iter()
        .enumerate()
        .map(|(number, site)| {
            let mut words = form.clone();
            let step = form.len() / own;
            for place in 0..own {
                words.insert(place * (step + 1), format!("{}n", prose.word()));
            }
            record(&format!("{name}-{number:02}"), site, &words.join(" "))
        })
        .collect()
}

/// Deduplicates records into `out`, with pairs.
pub fn deduplicated(records: &[String], arguments: &[&str]) -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", records.concat());
    workdir.done(&[&["dedup", "in.jsonl", "-o", "out", "--pairs", "--quiet"], arguments].concat());
    workdir.done(&["verify", "out", "in.jsonl", "--quiet"]);
    workdir
}

/// The ids of removed pages, ascending.
pub fn removed(workdir: &Workdir) -> Vec<String> {
    workdir.column("out/removed.jsonl", "id")
}

/// The relations of all pairs whose ids begin so.
pub fn relations(workdir: &Workdir, prefix: &str) -> Vec<String> {
    let begins = |row: &Value| ["a", "b"].iter().all(|id| row[id].as_str().unwrap().starts_with(prefix));
    let pairs = workdir.rows("out/pairs.jsonl").into_iter().filter(begins);
    pairs.map(|row| row["relation"].as_str().unwrap().to_owned()).collect()
}
