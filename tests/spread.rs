//! Dedup spread over many machines decides what one machine decides, whichever way rows are spread.
//!
//! The engine here is the plainest there is: it sorts all rows and cuts them into partitions wherever a key ends.

use crate::support::random::Random;
use crate::support::workdir::{Prose, Workdir};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tamis::frame::common::Frame;
use tamis::io::table::Table;
use tamis::io::values;
use tamis::pipeline::Silent;
use tamis::pipeline::dedup::dedup;
use tamis::pipeline::manifest::CountsReport;
use tamis::pipeline::settings::{Scope, Settings};
use tamis::pipeline::spread::context::{Context, CrawlDated};
use tamis::pipeline::spread::plan::{PLAN, READ, Step, stage};
use tamis::pipeline::spread::read::read;
use tamis::pipeline::spread::rows::{Kind, Row, Rows};
use tamis::pipeline::spread::sums::Sums;
use tamis::pipeline::spread::texts::frame_of;
use tamis::verify::Relation;

/// A page to be deduplicated: id, site, date, title, text.
type Record = [String; 5];

const FIELDS: [&str; 5] = ["id", "site", "date", "title", "text"];

fn table(records: &[Record]) -> Table {
    let column = |at: usize| {
        let values = records.iter().map(|record| Some(record[at].as_str()).filter(|value| !value.is_empty()));
        Arc::new(values.collect::<StringArray>()) as ArrayRef
    };
    let fields: Vec<Field> = FIELDS.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), (0..FIELDS.len()).map(column).collect()).unwrap();
    Table::new(schema, vec![batch]).unwrap()
}

type OwnedRow = (Vec<u8>, Vec<u8>, Vec<u8>);

/// All rows that stages gave, by stage and kind.
#[derive(Default)]
struct Engine {
    rows: BTreeMap<(String, Kind), Vec<OwnedRow>>,
    random: Option<Random>,
    sums: Sums,
}

impl Engine {
    fn keep(&mut self, step: &str, rows: &Rows) {
        for (kind, row) in rows.iter() {
            if kind == Kind::Sums {
                self.sums.add(&row.value().unwrap());
                continue;
            }
            let (key, order, value) = (row.key.to_vec(), row.order.to_vec(), row.value.to_vec());
            self.rows.entry((step.to_owned(), kind)).or_default().push((key, order, value));
        }
    }

    fn of(&self, step: &str, kind: Kind) -> &[OwnedRow] {
        self.rows.get(&(step.to_owned(), kind)).map_or(&[], Vec::as_slice)
    }

    /// Brings rows together by key, in order; those of equal order as chance has it.
    fn exchange(&mut self, takes: &[(&str, Kind)]) -> Vec<Vec<OwnedRow>> {
        let mut rows: Vec<OwnedRow> =
            takes.iter().flat_map(|&(step, kind)| self.of(step, kind).to_vec()).collect();
        let random = self.random.as_mut().unwrap();
        random.shuffle(&mut rows);
        rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let mut partitions: Vec<Vec<OwnedRow>> = vec![Vec::new(); 3];
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            partitions[random.below(3) as usize].extend_from_slice(group);
        }
        partitions
    }

    /// Does one stage; the pages that it left unsettled.
    fn stage(&mut self, name: &str, takes: &[(&str, Kind)], context: &Arc<Context>) -> u64 {
        let before = self.sums.unsettled;
        let partitions = self.exchange(takes);
        self.rows.retain(|(step, _), _| step != name);
        for partition in partitions {
            let (mut grouped, mut out) = (stage(name, context).unwrap(), Rows::default());
            for (key, order, value) in &partition {
                grouped.row(Row { key, order, value }, &mut out).unwrap();
            }
            grouped.finish(&mut out).unwrap();
            self.keep(name, &out);
        }
        self.sums.unsettled - before
    }
}

/// What was decided: rows of the tables, and counts.
struct Decided {
    tables: BTreeMap<&'static str, Vec<String>>,
    counts: CountsReport,
    batch: String,
}

const TABLES: [(&str, &str, Kind); 4] = [
    ("removed", "decide", Kind::Removed),
    ("clusters", "decide", Kind::Cluster),
    ("syndication", "flows", Kind::Syndication),
    ("templates", "templates", Kind::Template),
];

fn spread(records: &[Record], settings: &Settings, seed: u64) -> Decided {
    let mut context = Arc::new(Context::new(settings.clone(), records.len() as u64).unwrap());
    let mut random = Random::new(seed);
    let mut shuffled = records.to_vec();
    random.shuffle(&mut shuffled);
    let mut engine = Engine { random: Some(random), ..Engine::default() };
    for some in shuffled.chunks(records.len().div_ceil(4).max(1)) {
        let mut out = Rows::default();
        read(&context, table(some), &mut out).unwrap();
        let mut sums = Rows::default();
        sums.push(Kind::Sums, &[], &[], &out.sums).unwrap();
        engine.keep(READ, &out);
        engine.keep(READ, &sums);
    }
    for &Step { name, takes, until_settled } in PLAN {
        if name == "verify" {
            let frames = engine.of("frames", Kind::Frame).iter();
            let frames = frames
                .map(|(site, _, value)| (String::from_utf8(site.clone()).unwrap(), frame_of(value).unwrap()));
            let frame = frames.collect::<Frame>();
            Arc::get_mut(&mut context).unwrap().frame = frame;
        }
        if name == "decide" {
            let judged = engine.of("dates", Kind::CrawlDated).iter();
            let judged = judged.map(|(site, _, value)| {
                (String::from_utf8(site.clone()).unwrap(), values::decode(value).unwrap())
            });
            let known = Arc::get_mut(&mut context).unwrap();
            known.crawl_dated = CrawlDated::new(judged.collect());
            known.batch = known.batch_of(&engine.sums).unwrap();
        }
        let mut unsettled = engine.stage(name, takes, &context);
        while let (Some(other), true) = (until_settled, unsettled > 0) {
            engine.stage(other, &[(name, Kind::Edge)], &context);
            unsettled = engine.stage(name, &[(other, Kind::Edge)], &context);
        }
    }
    let rows = |step: &str, kind: Kind| {
        let mut rows = engine.of(step, kind).to_vec();
        rows.sort();
        rows.into_iter().map(|(_, _, row)| String::from_utf8(row).unwrap()).collect()
    };
    Decided {
        tables: TABLES.iter().map(|&(table, step, kind)| (table, rows(step, kind))).collect(),
        counts: engine.sums.counts(&settings.remove),
        batch: context.batch.clone(),
    }
}

/// What one machine decides; without places, since spread pages stand in no file.
fn together(records: &[Record], settings: &Settings) -> Decided {
    let workdir = Workdir::new();
    let mut settings = settings.clone();
    settings.reading.table = Some(table(records));
    settings.destination = tamis::pipeline::settings::Destination::Evidence(workdir.path("out"));
    let outcome = dedup(&settings, &Silent, &mut |_| Ok(())).unwrap();
    let rows = |table: &str| {
        let text = std::fs::read_to_string(workdir.path(&format!("out/{table}.jsonl"))).unwrap();
        text.lines().map(without_places).collect()
    };
    Decided {
        tables: TABLES.iter().map(|&(table, ..)| (table, rows(table))).collect(),
        counts: outcome.manifest.counts.clone(),
        batch: outcome.manifest.batch,
    }
}

/// A row without what says where its pages stand; byte for byte itself if nothing does.
fn without_places(line: &str) -> String {
    let fields: BTreeSet<String> = match serde_json::from_str(line).unwrap() {
        Value::Object(fields) => fields.into_iter().map(|(name, _)| name).collect(),
        _ => panic!("{line}"),
    };
    let mut line = line.to_owned();
    let mut cut = |start: &str, end: &str| {
        if let Some(at) = line.find(start) {
            let length = line[at + 1..].find(end).unwrap() + end.len();
            line.replace_range(at..at + 1 + length, "");
        }
    };
    if fields.contains("file") {
        cut(",\"file\":", ",\"record\":");
        // The number that is left of it.
        let at = line.find("\"kept\":").unwrap();
        let id_end = line[..at].rfind('"').unwrap();
        line.replace_range(id_end + 1..at, ",");
    }
    if fields.contains("kept_place") {
        let at = line.find(",\"kept_place\":").unwrap();
        let end = at + line[at..].find('}').unwrap();
        line.replace_range(at..=end, "");
    }
    if let Some(at) = fields.contains("places").then(|| line.find(",\"places\":").unwrap()) {
        line.replace_range(at.., "}");
    }
    line
}

fn ensure_same(records: &[Record], settings: &Settings, seed: u64) -> Decided {
    let (spread, together) = (spread(records, settings, seed), together(records, settings));
    for (table, rows) in &together.tables {
        for (ours, theirs) in spread.tables[table].iter().zip(rows) {
            assert_eq!(ours, theirs, "{table}");
        }
        assert_eq!(spread.tables[table].len(), rows.len(), "{table}");
    }
    assert_eq!((&spread.counts, &spread.batch), (&together.counts, &together.batch));
    together
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::new(Vec::new(), "nowhere");
    change(&mut settings);
    settings
}

/// The crawl of the examples.
fn crawl() -> Vec<Record> {
    let mut records = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(crate::support::path("examples/crawl")).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().file_name());
    for file in files {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "jsonl") {
            records.extend(of_lines(&std::fs::read_to_string(path).unwrap()));
        }
    }
    records
}

fn of_lines(lines: &str) -> Vec<Record> {
    let field = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    rows.map(|row| FIELDS.map(|name| field(&row, name))).collect()
}

/// A crawl with everything in it: templates, reprints, chains of edits, copies, crowds, pages delivered again, ids of two texts.
fn made(seed: u64, stories: usize) -> Vec<Record> {
    let mut prose = Prose::new(seed);
    let menus: Vec<String> = (0..6).map(|_| prose.text(60)).collect();
    let mut records: Vec<Record> = Vec::new();
    let mut add = |site: usize, day: usize, title: &str, text: String| {
        let date = format!("2026-03-{:02}T0{}:{:02}:00Z", 1 + day % 28, site, (7 * day) % 60);
        let record =
            [format!("p{}", records.len()), format!("site{site}.example"), date, title.to_owned(), text];
        records.push(record);
    };
    for story in 0..stories {
        let length = 40 + prose.below(200);
        let words = prose.words(length);
        let title = words[..5].join(" ");
        let mut text = words;
        for edition in 0..prose.below(5) + 1 {
            let site = (story + edition) % menus.len();
            let whole = format!("{}\n{}", menus[site], text.join(" "));
            add(site, story, &title, whole.clone());
            if prose.below(4) == 0 {
                add((site + 1) % menus.len(), story + 1, &title, whole);
            }
            // A chain: each edition is made from the one before.
            let (at, count) = (prose.below(30), 2 + prose.below(8));
            text = prose.edited(&text, at, count);
        }
    }
    let crowd = prose.words(120);
    for copy in 0..90 {
        let words = prose.edited(&crowd, copy % 100, 1);
        add(copy % 3, copy, "crowd", words.join(" "));
    }
    (0..40).for_each(|copy| add(copy % 4, copy, "same", crowd.join(" ")));
    add(0, 0, "nothing", " - ".to_owned());
    let again: Vec<Record> = records.iter().step_by(9).cloned().collect();
    let elsewhere = records.iter().step_by(31).cloned().map(|mut record| {
        record[1] = "mirror.example".to_owned();
        record
    });
    let other_text = records.iter().step_by(37).cloned().map(|mut record| {
        record[4].push_str(" and more of it");
        record
    });
    let more: Vec<Record> = again.into_iter().chain(elsewhere).chain(other_text).collect();
    records.extend(more);
    records
}

#[test]
fn the_example_crawl_is_decided_alike() {
    let decided = ensure_same(&crawl(), &settings(|_| ()), 1);
    assert!(decided.counts.removed_in_all() > 20 && decided.counts.syndicated > 5);
    assert!(decided.counts.templates > 0, "{:?}", decided.counts);
}

type Change = &'static dyn Fn(&mut Settings);

#[test]
fn every_setting_is_decided_alike() {
    use tamis::cluster::keep::KeepPolicy;
    let records = made(7, 60);
    let changes: [(&str, Change); 7] = [
        ("defaults", &|_| ()),
        ("threshold", &|settings| settings.threshold = "0.8".parse().unwrap()),
        ("within", &|settings| settings.scope = Scope::WithinSite),
        ("across", &|settings| settings.scope = Scope::AcrossSites),
        ("earliest", &|settings| settings.keep = KeepPolicy::Earliest),
        ("sites", &|settings| {
            let preferred = ["site3.example", "site0.example"].map(str::to_owned);
            settings.keep = KeepPolicy::Sites(preferred.to_vec());
        }),
        ("templates", &|settings| {
            settings.remove = vec![Relation::Exact, Relation::Near, Relation::Template];
        }),
    ];
    for (name, change) in changes {
        let decided = ensure_same(&records, &settings(change), 3);
        assert!(decided.counts.removed_in_all() > 50, "{name}: {:?}", decided.counts);
        assert!(decided.counts.redelivered > 10 && decided.counts.versions > 4, "{name}");
    }
}

#[test]
fn crawls_made_at_random_are_decided_alike() {
    for seed in 0..12 {
        ensure_same(&made(seed, 5 + 10 * seed as usize), &settings(|_| ()), seed);
    }
}

/// More pairs of one page than a block takes.
#[test]
fn a_crowd_is_cut_into_blocks_and_decided_alike() {
    let mut prose = Prose::new(5);
    let crowd = prose.words(60);
    let record = |(number, words): (usize, Vec<String>)| -> Record {
        let site = format!("site{}.example", number % 5);
        [format!("p{number}"), site, String::new(), String::new(), words.join(" ")]
    };
    let edited = (0..3000).map(|number| prose.edited(&crowd, number % 55, 2)).enumerate();
    let decided = ensure_same(&edited.map(record).collect::<Vec<_>>(), &settings(|_| ()), 2);
    assert!(decided.counts.hot_buckets > 0 && decided.counts.candidates > 10_000, "{:?}", decided.counts);
}

#[test]
fn arabic_news_are_decided_alike() {
    let Some(lines) = crate::real_data::pages_of_saudinewsnet() else { return };
    let records = of_lines(&lines);
    let decided = ensure_same(&records, &settings(|_| ()), 5);
    println!("{:?}", decided.counts);
}

#[test]
fn what_is_not_done_this_way_is_refused_by_name() {
    let refused = |change: &dyn Fn(&mut Settings)| {
        Context::new(settings(change), 10).map(drop).unwrap_err().to_string()
    };
    assert!(refused(&|settings| settings.pairs = true).starts_with("--pairs"));
    assert!(refused(&|settings| settings.keep = tamis::cluster::keep::KeepPolicy::First).contains("first"));
    assert!(refused(&|settings| settings.passages = true).starts_with("--passages"));
}
