//! A table in memory is read like a file of Parquet with the same rows, and its kept rows are given back.

use super::made::{pages, parquet_nested, parquet_plain, rows_of};
use crate::support::workdir::Workdir;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, Schema};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tamis::boilerplate::profile::Profile;
use tamis::cli::asked::{Asked, Inputs, asked};
use tamis::error::ErrorKind;
use tamis::io::table::Table;
use tamis::io::tables::{read_rows, read_table};
use tamis::pipeline::dedup::{Outcome, dedup};
use tamis::pipeline::restore::restore_table;
use tamis::pipeline::settings::Destination;
use tamis::pipeline::strip::{Settings, strip};
use tamis::pipeline::{Silent, condemn::ProfileJudge};

fn table(batches: Vec<RecordBatch>) -> Table {
    Table::new(batches[0].schema(), batches).unwrap()
}

fn flags(folder: &Path, more: &[&str]) -> Vec<OsString> {
    let output: [OsString; 2] = ["-o".into(), folder.into()];
    output.into_iter().chain(more.iter().map(Into::into)).collect()
}

fn of_table(table: Table, folder: &Path, more: &[&str]) -> Outcome {
    let Ok(Asked::Dedup(settings)) = asked("dedup", &flags(folder, more), Inputs::Table(table)) else {
        panic!("no settings of dedup")
    };
    dedup(&settings, &Silent, &mut |_| Ok(())).unwrap()
}

/// A column in another type.
fn with_type(batch: &RecordBatch, name: &str, data_type: &DataType) -> RecordBatch {
    let schema = batch.schema();
    let at = schema.index_of(name).unwrap();
    let mut columns = batch.columns().to_vec();
    columns[at] = cast(&columns[at], data_type).unwrap();
    let mut fields: Vec<Field> = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
    fields[at] = fields[at].clone().with_data_type(data_type.clone());
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

#[test]
fn the_rows_of_a_table_are_decided_like_those_of_a_file() {
    let workdir = Workdir::new();
    let pages = pages();
    for (bytes, arguments) in [
        (parquet_plain(&pages), &["--pairs"][..]),
        (parquet_nested(&pages), &["--url-field", "meta.url", "--date-field", "meta.date"][..]),
    ] {
        workdir.write("crawl.parquet", &bytes);
        workdir.done(&[&["dedup", "crawl.parquet", "-o", "file", "--overwrite"], arguments].concat());
        let rows = rows_of(&bytes);
        let more = [&["--overwrite"], arguments].concat();
        let outcome = of_table(table(rows), &workdir.path("memory"), &more);
        let names = |folder: &str| -> Vec<_> {
            let mut names: Vec<_> =
                fs::read_dir(workdir.path(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names("file"), names("memory"));
        for name in names("file") {
            let name = name.to_str().unwrap();
            if !["manifest.json", "inputs.jsonl", "pages.parquet"].contains(&name) {
                let (file, memory) = (format!("file/{name}"), format!("memory/{name}"));
                assert_eq!(workdir.bytes(&file), workdir.bytes(&memory), "{name}");
            }
        }
        let kept = outcome.kept.unwrap();
        assert_eq!(kept.rows(), workdir.rows("file/pages.jsonl").len());
        let written = rows_of(&workdir.bytes("file/pages.parquet"));
        let shown = |batches: &[RecordBatch]| -> Vec<String> {
            let rows = |batch: &RecordBatch| {
                (0..batch.num_rows())
                    .map(|row| format!("{:?}", batch.slice(row, 1).columns()))
                    .collect::<Vec<_>>()
            };
            batches.iter().flat_map(rows).collect()
        };
        assert_eq!(shown(kept.batches()), shown(&written));
    }
}

#[test]
fn evidence_alone_is_what_stands_beside_the_pages() {
    let workdir = Workdir::new();
    let rows = rows_of(&parquet_plain(&pages()));
    let whole = of_table(table(rows.clone()), &workdir.path("whole"), &[]);
    let Ok(Asked::Dedup(mut settings)) =
        asked("dedup", &flags(&workdir.path("evidence"), &[]), Inputs::Table(table(rows)))
    else {
        panic!("no settings of dedup")
    };
    settings.destination = Destination::Evidence(workdir.path("evidence"));
    let evidence = dedup(&settings, &Silent, &mut |_| Ok(())).unwrap();
    assert_eq!(evidence.kept.unwrap().batches(), whole.kept.unwrap().batches());
    assert_eq!(workdir.bytes("evidence/removed.jsonl"), workdir.bytes("whole/removed.jsonl"));
    assert!(
        !workdir.path("evidence/pages.jsonl").exists() && !workdir.path("evidence/pages.parquet").exists()
    );
    settings.annotate = true;
    let refused = dedup(&settings, &Silent, &mut |_| Ok(())).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Usage);
}

#[test]
fn texts_are_read_whatever_type_holds_them() {
    let workdir = Workdir::new();
    let rows = rows_of(&parquet_plain(&pages()));
    let plain = of_table(table(rows.clone()), &workdir.path("plain"), &[]).kept.unwrap();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    for (number, data_type) in
        [DataType::LargeUtf8, DataType::Utf8View, DataType::Binary, dictionary].iter().enumerate()
    {
        let rows: Vec<RecordBatch> = rows.iter().map(|batch| with_type(batch, "text", data_type)).collect();
        let folder = format!("typed-{number}");
        let kept = of_table(table(rows), &workdir.path(&folder), &[]).kept.unwrap();
        assert_eq!(workdir.bytes(&format!("{folder}/removed.jsonl")), workdir.bytes("plain/removed.jsonl"));
        assert_eq!(kept.rows(), plain.rows());
        assert_eq!(kept.schema().field_with_name("text").unwrap().data_type(), data_type);
    }
}

#[test]
fn nulls_of_a_dictionary_are_nulls() {
    let workdir = Workdir::new();
    let texts: DictionaryArray<Int32Type> =
        [Some("a page with some words"), None, Some("another page with other words")].into_iter().collect();
    assert_eq!(texts.values().len(), 2);
    let schema = Schema::new(vec![Field::new("text", texts.data_type().clone(), true)]);
    let rows = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(texts) as ArrayRef]).unwrap();
    let outcome = of_table(table(vec![rows]), &workdir.path("out"), &["--max-rejects", "1"]);
    assert_eq!((outcome.manifest.counts.rejected, outcome.kept.unwrap().rows()), (1, 2));
}

#[test]
fn batches_of_other_columns_are_refused() {
    let rows = rows_of(&parquet_plain(&pages()));
    let other = with_type(&rows[0], "text", &DataType::LargeUtf8);
    let refused = Table::new(rows[0].schema(), vec![rows[0].clone(), other]).unwrap_err();
    assert_eq!(refused.to_string(), "table: batch 2 has other columns");
}

#[test]
fn flags_are_refused_as_they_are_when_typed() {
    let inputs = || Inputs::Named(vec!["crawl".into()]);
    let refused = |command: &str, typed: &[&str]| {
        let typed: Vec<OsString> = typed.iter().map(Into::into).collect();
        let error = asked(command, &typed, inputs()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        error.to_string()
    };
    assert!(refused("dedup", &[]).contains("--output <DIR>"));
    assert!(refused("dedup", &["-o", "out", "--treshold=1"]).contains("exists: '--threshold'"));
    let message = refused("dedup", &["-o", "out", "--threshold=2"]);
    assert_eq!(message, "--threshold: \"2\" is not a decimal above 0 and up to 1");
    assert_eq!(refused("man", &[]).lines().count(), 1);
}

#[test]
fn a_stripped_table_is_restored() {
    let workdir = Workdir::new();
    let mut pages = pages();
    for (number, page) in pages.iter_mut().enumerate() {
        page.text = format!("Subscribe to our newsletter\n{}\nShare this page with friends", page.text);
        page.url = format!("https://one.example/{number}");
    }
    let rows = rows_of(&parquet_plain(&pages));
    let given = table(rows);
    workdir.write("crawl.parquet", parquet_plain(&pages));
    workdir.done(&["learn", "crawl.parquet", "-o", "sites.tamis"]);
    let profile: Profile = tamis::pipeline::profiles::read(&workdir.path("sites.tamis")).unwrap();
    let mut settings = Settings::new(Vec::new(), workdir.path("out"), profile.digest());
    settings.reading.table = Some(given.clone());
    let judge = ProfileJudge::new(profile, settings.strictness);
    let left = strip(&settings, &judge, &Silent).unwrap().kept.unwrap();
    assert_ne!(left.batches(), given.batches());
    let temp_dir = std::env::temp_dir();
    let restored = restore_table(&workdir.path("out"), &left, &temp_dir, &Silent).unwrap();
    assert_eq!(restored.batches(), given.batches());

    let shorter = Table::new(left.schema().clone(), left.batches()[1..].to_vec()).unwrap();
    let refused = restore_table(&workdir.path("out"), &shorter, &temp_dir, &Silent).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Saved);
}

#[test]
fn the_tables_of_a_folder_have_typed_columns_whatever_they_were_written_as() {
    let workdir = Workdir::new();
    workdir.write("crawl.parquet", parquet_plain(&pages()));
    let mut found = Vec::new();
    for more in [&[][..], &["--compress", "zst"], &["--output-format", "parquet"]] {
        workdir.done(&[&["dedup", "crawl.parquet", "-o", "out", "--overwrite"], more].concat());
        let folder = workdir.path("out");
        let removed = read_table(&folder, "removed.jsonl").unwrap();
        let rows: Vec<serde_json::Value> = read_rows(&folder, "removed.jsonl").unwrap();
        assert_eq!(removed.rows(), rows.len());
        let ids = removed.batches()[0].column_by_name("id").unwrap().as_string::<i32>();
        assert_eq!(ids.value(0), rows[0]["id"]);
        found.push(removed.batches().to_vec());
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}
