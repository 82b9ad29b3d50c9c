//! Whatever ends a run in the middle, the old state or the new one is there, and `--resume` gives the same bytes.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

mod failing;
mod interrupted;
mod killed;
mod memory;
mod refused;

use crate::support::workdir::Workdir;
use corpus::{Corpus, Topics};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Writes a crawl of about so many bytes on several sites.
fn write_crawl(workdir: &Workdir, name: &str, bytes: usize) {
    let mut corpus = Corpus::new(7, Topics::Close);
    let mut crawl = Vec::new();
    while crawl.len() < bytes {
        corpus.write_page(&mut crawl).unwrap();
    }
    workdir.write(name, crawl);
}

/// The files of a folder, or a file, without what may differ between equal runs; none if nothing is there.
fn state(place: &Path) -> Option<BTreeMap<String, Vec<u8>>> {
    if place.is_file() {
        return Some([(String::new(), fs::read(place).unwrap())].into());
    }
    let entries = fs::read_dir(place).ok()?;
    let content = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        if !path.ends_with("manifest.json") {
            return bytes;
        }
        let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        manifest.as_object_mut().unwrap().retain(|field, _| field != "timing" && field != "memory");
        serde_json::to_vec(&manifest).unwrap()
    };
    let files = entries.map(|entry| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), content(&path))
    });
    Some(files.collect())
}

/// Fails with names, not with megabytes.
fn assert_same(found: Option<&BTreeMap<String, Vec<u8>>>, expected: &BTreeMap<String, Vec<u8>>, when: &str) {
    let Some(found) = found else { panic!("{when}: nothing is there") };
    let names = |state: &BTreeMap<String, Vec<u8>>| state.keys().cloned().collect::<Vec<String>>();
    assert_eq!(names(found), names(expected), "{when}");
    for (name, bytes) in expected {
        assert!(&found[name] == bytes, "{when}: {name} differs");
    }
}
