//! Claims about real crawls, measured on the development data beside the checkout.
//!
//! The data is not part of the project. Where it is absent these tests say so and pass; with
//! `TAMIS_REQUIRE_DATA=1`, as in CI, they fail instead.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tamis::pipeline::Silent;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::replay::replay;
use tamis::pipeline::settings::{Method, Settings};

/// The folder with the data; none, loudly, if it is not there.
fn data() -> Option<PathBuf> {
    let folder = crate::support::path("../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("TAMIS_REQUIRE_DATA").is_none(), "{} is not there", folder.display());
    eprintln!("LEFT OUT: {} is not there, so this claim about real crawls is not tested", folder.display());
    None
}

/// The records of the Arabic news, a line each; none, loudly, if they are not there.
pub fn pages_of_saudinewsnet() -> Option<String> {
    data().map(|data| unpacked(&data.join("saudinewsnet/saudinewsnet.jsonl.zst")))
}

/// A run into a folder that vanishes.
struct Run {
    folder: tempfile::TempDir,
}

impl Run {
    fn new(input: &Path, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(vec![input.to_owned()], folder.path().join("out"));
        settings.pairs = true;
        change(&mut settings);
        dedup(&settings, &Silent, &mut |_| Ok(())).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn rows(&self, table: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path().join(table)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Pairs of ids with their Jaccard similarity.
    fn pairs(&self) -> BTreeMap<(String, String), f64> {
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        let pair = |row: Value| ((text(&row, "a"), text(&row, "b")), row["jaccard"].as_f64().unwrap());
        self.rows("pairs.jsonl").into_iter().map(pair).collect()
    }

    /// The kept page of each page in a cluster.
    fn kept_of(&self) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for row in self.rows("removed.jsonl") {
            let text = |field: &str| row[field].as_str().unwrap().to_owned();
            kept.insert(text("kept"), text("kept"));
            kept.insert(text("id"), text("kept"));
        }
        kept
    }
}

fn unpacked(file: &Path) -> String {
    let mut text = String::new();
    zstd::Decoder::new(std::fs::File::open(file).unwrap()).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn signatures_find_the_promised_share_of_the_pairs_that_the_exact_join_finds() {
    let Some(data) = data() else { return };
    let input = data.join("saudinewsnet/saudinewsnet.jsonl.zst");
    let lowest = Run::new(&input, |settings| {
        settings.method = Method::Exact;
        settings.threshold = "0.5".parse().unwrap();
    });
    let exact = lowest.pairs();
    assert!(exact.len() > 4_000, "the oracle found {} pairs", exact.len());
    for threshold in ["0.5", "0.6", "0.7", "0.8"] {
        let at: f64 = threshold.parse().unwrap();
        let wanted: BTreeSet<_> =
            exact.iter().filter(|(_, jaccard)| **jaccard >= at).map(|(pair, _)| pair).collect();
        for recall in [0.99, 0.999] {
            let run = Run::new(&input, |settings| {
                settings.threshold = threshold.parse().unwrap();
                settings.recall = recall;
            });
            let found = run.pairs();
            // What only contains another page is listed as well, where signatures happen to propose it.
            for (pair, jaccard) in found.iter().filter(|(_, jaccard)| **jaccard >= at) {
                assert_eq!(
                    exact.get(pair),
                    Some(jaccard),
                    "{pair:?}: a pair that the exact join does not have"
                );
            }
            let share =
                wanted.iter().filter(|pair| found.contains_key(**pair)).count() as f64 / wanted.len() as f64;
            eprintln!("threshold {threshold}, promised {recall}: found {share:.5} of {}", wanted.len());
            assert!(share >= recall, "threshold {threshold}, promised {recall}: found {share}");
        }
    }
}

#[test]
fn the_defaults_find_nearly_every_pair_from_0_8_on_and_every_removal_replays() {
    let Some(data) = data() else { return };
    let input = data.join("saudinewsnet/saudinewsnet.jsonl.zst");
    let exact = Run::new(&input, |settings| settings.method = Method::Exact).pairs();
    let run = Run::new(&input, |_| {});
    let found = run.pairs();
    let wanted: Vec<_> = exact.iter().filter(|(_, jaccard)| **jaccard >= 0.8).map(|(pair, _)| pair).collect();
    let share = wanted.iter().filter(|pair| found.contains_key(**pair)).count() as f64 / wanted.len() as f64;
    eprintln!("defaults: found {share:.5} of {} pairs from 0.8 on", wanted.len());
    assert!(share >= 0.999);
    let report = replay(&run.path(), &[input], None, std::env::temp_dir(), &Silent).unwrap();
    assert_eq!(report.mismatches, Vec::<String>::new());
    assert_eq!(report.proved_from_text, report.removals);
    assert!(report.removals > 1_500);
}

#[test]
fn contained_reference_pairs_are_found() {
    let Some(data) = data() else { return };
    let run =
        Run::new(&data.join("saudinewsnet/saudinewsnet.jsonl.zst"), |settings| settings.passages = true);
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    // Pages of equal words are listed once with others, by a representative.
    let rows = run.rows("pairs.jsonl");
    let exact = rows.iter().filter(|row| row["relation"] == "exact");
    let stars: Vec<(String, String)> = exact.map(|row| (text(row, "a"), text(row, "b"))).collect();
    let related: BTreeMap<(String, String), String> =
        rows.iter().map(|row| ((text(row, "a"), text(row, "b")), text(row, "relation"))).collect();
    let of = |page: &str| -> Vec<String> {
        let star = stars.iter().filter(|(a, b)| a == page || b == page);
        star.flat_map(|(a, b)| [a.clone(), b.clone()]).chain([page.to_owned()]).collect()
    };
    let reference = unpacked(&data.join("saudinewsnet/reference_pairs.tsv.zst"));
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    for line in reference.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let figure = |at: usize| cells[at].parse::<f64>().unwrap();
        if figure(3) < 0.8 || figure(2) >= 0.5 || figure(4) < 30.0 {
            continue;
        }
        all += 1;
        let pairs =
            of(cells[0]).into_iter().flat_map(|a| of(cells[1]).into_iter().map(move |b| (a.clone(), b)));
        let relation =
            pairs.filter_map(|(a, b)| related.get(&if a <= b { (a, b) } else { (b, a) })).next().cloned();
        if relation.is_none() {
            eprintln!("not found: {line}");
        }
        *found.entry(relation.unwrap_or_else(|| "nothing".to_owned())).or_default() += 1;
    }
    eprintln!("{all} contained reference pairs: {found:?}");
    let of = |relation: &str| found.get(relation).copied().unwrap_or(0);
    // Folding lifts some of these pairs over the threshold.
    let (right, near) = (of("contained") + of("template"), of("near"));
    assert!(all > 700 && near * 10 < all, "{found:?}");
    assert!(right as f64 >= 0.97 * (all - near) as f64, "{right} of {}: {found:?}", all - near);
}

#[test]
fn reference_pairs_from_0_9_on_end_in_one_cluster() {
    let Some(data) = data() else { return };
    let run = Run::new(&data.join("saudinewsnet/saudinewsnet.jsonl.zst"), |_| {});
    let kept = run.kept_of();
    let reference = unpacked(&data.join("saudinewsnet/reference_pairs.tsv.zst"));
    let (mut together, mut apart) = (0, Vec::new());
    for line in reference.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (jaccard, smaller): (f64, u32) = (cells[2].parse().unwrap(), cells[4].parse().unwrap());
        if jaccard < 0.9 || smaller < 30 {
            continue;
        }
        match (kept.get(cells[0]), kept.get(cells[1])) {
            (Some(a), Some(b)) if a == b => together += 1,
            _ => apart.push(format!("{} {}", cells[0], cells[1])),
        }
    }
    let share = f64::from(together) / (f64::from(together) + apart.len() as f64);
    eprintln!(
        "{together} of {} reference pairs in one cluster; apart: {apart:?}",
        together as usize + apart.len()
    );
    assert!(together > 1_000 && share >= 0.995, "{share}: {apart:?}");
}

/// What pairs are; pages of equal words are listed as a star, and one of them with others.
struct Relations {
    equal: BTreeMap<String, BTreeSet<String>>,
    of_pairs: BTreeMap<(String, String), String>,
}

impl Relations {
    fn of(run: &Run) -> Self {
        let mut relations = Self { equal: BTreeMap::new(), of_pairs: BTreeMap::new() };
        for row in run.rows("pairs.jsonl") {
            let text = |field: &str| row[field].as_str().unwrap().to_owned();
            if text("relation") == "exact" {
                relations.equal.entry(text("a")).or_default().insert(text("b"));
                relations.equal.entry(text("b")).or_default().insert(text("a"));
            }
            relations.of_pairs.insert((text("a"), text("b")), text("relation"));
        }
        relations
    }

    /// A page and those of equal words that are a step away.
    fn around<'a>(&'a self, page: &'a str) -> BTreeSet<&'a str> {
        self.equal.get(page).into_iter().flatten().map(String::as_str).chain([page]).collect()
    }

    fn between(&self, a: &str, b: &str) -> Option<&str> {
        let (of_a, of_b) = (self.around(a), self.around(b));
        if !of_a.is_disjoint(&of_b) {
            return Some("exact");
        }
        let pairs = of_a.iter().flat_map(|a| of_b.iter().map(|b| (*a.min(b), *a.max(b))));
        let mut found = pairs.filter_map(|(a, b)| self.of_pairs.get(&(a.to_owned(), b.to_owned())));
        found.next().map(String::as_str)
    }
}

#[test]
fn of_the_pairs_labelled_different_hardly_any_is_removable_and_of_the_same_ones_few_are_lost() {
    let Some(data) = data() else { return };
    let run = Run::new(&data.join("saudinewsnet/saudinewsnet.jsonl.zst"), |_| {});
    let relations = Relations::of(&run);
    let labels = std::fs::read_to_string(data.join("saudinewsnet/labelled_pairs.tsv")).unwrap();
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for line in labels.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let verdict = match relations.between(cells[0], cells[1]) {
            Some("template") => "template",
            Some(_) => "removable",
            None => "none",
        };
        *counts.entry((cells[2], verdict)).or_default() += 1;
    }
    eprintln!("labelled pairs at the defaults: {counts:?}");
    let count = |label, verdict| counts.get(&(label, verdict)).copied().unwrap_or(0);
    let different: u32 =
        ["removable", "template", "none"].map(|verdict| count("different", verdict)).iter().sum();
    assert!(different > 150 && 50 * count("different", "removable") <= different, "{counts:?}");
    assert!(count("different", "template") >= 10, "{counts:?}");
    assert!(count("same", "removable") >= 110 && count("same", "template") <= 4, "{counts:?}");
}

/// Unrelated articles of one broadcaster under the same captions of photographs (`docs/accuracy.md`).
const GALLERIES: [&str; 6] = [
    "6SIizcKvoDv2H6r9",
    "TyuY1cMpw1UYKMRZ",
    "Ydhx9zqtmKXXdJEB",
    "e4i1PII6qrwrEjuG",
    "m6Ksl6daR1EVTwtb",
    "sjSWPWZ7Qoz3BZsf",
];

#[test]
fn no_articles_are_merged_since_they_carry_one_photo_gallery() {
    let Some(data) = data() else { return };
    let run = Run::new(&data.join("allsides/allsides.jsonl.zst"), |_| {});
    let removed: BTreeSet<String> =
        run.rows("removed.jsonl").iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    eprintln!("allsides: {} removed", removed.len());
    let merged: Vec<&str> = GALLERIES.into_iter().filter(|id| removed.contains(*id)).collect();
    assert!(merged.is_empty(), "{merged:?}");
    assert!(removed.len() >= 18, "what 0.7 finds, but for two galleries");
}

#[test]
fn five_stories_stay_five() {
    let Some(data) = data() else { return };
    for threshold in ["0.7", "0.5"] {
        for input in ["seeds/pages.jsonl", "seeds/txt"] {
            let run = Run::new(&data.join(input), |settings| settings.threshold = threshold.parse().unwrap());
            assert_eq!(run.rows("removed.jsonl"), Vec::<Value>::new(), "{input} at {threshold}");
            assert_eq!(run.rows("pages.jsonl").len(), 5, "{input} at {threshold}");
        }
    }
}

#[test]
fn planted_copies_are_found_and_nothing_else() {
    let Some(data) = data() else { return };
    for size in [100, 1000, 2500] {
        let run = Run::new(&data.join(format!("minhash-articles/articles_{size}.jsonl.zst")), |_| {});
        let found: BTreeSet<(String, String)> = run.pairs().into_keys().collect();
        let pairs =
            std::fs::read_to_string(data.join(format!("minhash-articles/articles_{size}.pairs.json")))
                .unwrap();
        let pairs: Vec<[String; 2]> = serde_json::from_str(&pairs).unwrap();
        let planted: BTreeSet<(String, String)> =
            pairs.into_iter().map(|[a, b]| if a <= b { (a, b) } else { (b, a) }).collect();
        assert_eq!(found, planted, "{size} articles");
    }
}
