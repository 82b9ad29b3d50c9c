//! Tables as Parquet: the same rows, typed, and read by every command that reads tables.

use super::made::{Page, csv, json_lines, pages, rows_of, schema_of};
use crate::support::workdir::{Workdir, text};
use arrow_schema::DataType;
use serde_json::Value;
use tamis::io::tables::{read_rows, read_table};

/// A run with every table, on sites with junk.
fn run(workdir: &Workdir, folder: &str, more: &[&str]) {
    let framed =
        |page: Page| Page { text: format!("Home News Contact\n{}\nAll rights reserved", page.text), ..page };
    let crawl: Vec<Page> = pages().into_iter().map(framed).collect();
    // Ids that several texts share have places; a record that cannot be used is rejected.
    let lines = [json_lines(&crawl), json_lines(&pages()[..4]), b"{broken\n".to_vec()].concat();
    workdir.write("crawl.jsonl", lines);
    let arguments = ["run", "crawl.jsonl", "-o", folder, "--pairs", "--passages", "--max-rejects", "10%"];
    workdir.done(&[&arguments, more].concat());
}

const TABLES: [&str; 10] = [
    "removed",
    "clusters",
    "syndication",
    "templates",
    "pairs",
    "passages",
    "rejects",
    "inputs",
    "lines",
    "spans",
];

/// A row without what is null or empty, which Parquet need not tell from what is not there.
fn bare(mut row: Value) -> Value {
    if let Value::Object(fields) = &mut row {
        fields
            .retain(|_, value| !value.is_null() && value.as_object().is_none_or(|fields| !fields.is_empty()));
    }
    if row["editions"].is_array() {
        let editions = row["editions"].as_array().unwrap().iter().cloned().map(bare).collect();
        row["editions"] = editions;
    }
    row
}

#[test]
fn tables_as_parquet_hold_the_same_rows() {
    let workdir = Workdir::new();
    run(&workdir, "lines", &[]);
    run(&workdir, "columns", &["--output-format", "parquet"]);
    for table in TABLES {
        assert!(!workdir.path(&format!("columns/{table}.jsonl")).exists());
        let name = format!("{table}.jsonl");
        let found: Vec<Value> = read_rows(&workdir.path("columns"), &name).unwrap();
        let expected: Vec<Value> = workdir.rows(&format!("lines/{name}")).into_iter().map(bare).collect();
        assert_eq!(found.into_iter().map(bare).collect::<Vec<Value>>(), expected, "{table}");
        let rows: usize = rows_of(&workdir.bytes(&format!("columns/{table}.parquet")))
            .iter()
            .map(|batch| batch.num_rows())
            .sum();
        assert_eq!(rows, expected.len());
    }
    assert_eq!(workdir.bytes("columns/pages.jsonl"), workdir.bytes("lines/pages.jsonl"));
}

#[test]
fn columns_are_typed_and_nested_even_without_rows() {
    let workdir = Workdir::new();
    workdir.write("one.jsonl", "{\"id\": \"a\", \"text\": \"few words\"}\n");
    workdir.done(&["dedup", "one.jsonl", "-o", "out", "--output-format", "parquet"]);
    let removed = schema_of(&workdir.bytes("out/removed.parquet"));
    let kind = |name: &str| removed.field_with_name(name).unwrap().data_type().clone();
    assert_eq!(
        (kind("jaccard"), kind("shared"), kind("id")),
        (DataType::Float64, DataType::Int64, DataType::Utf8)
    );
    assert!(matches!(kind("frame"), DataType::List(_)) && matches!(kind("kept_place"), DataType::Struct(_)));
    let clusters = schema_of(&workdir.bytes("out/clusters.parquet"));
    assert!(matches!(clusters.field_with_name("relations").unwrap().data_type(), DataType::Map(_, _)));
}

#[test]
fn a_folder_with_tables_as_parquet_is_verified_explained_and_restored() {
    let workdir = Workdir::new();
    run(&workdir, "out", &["--output-format", "parquet"]);
    workdir.done(&["verify", "out", "crawl.jsonl"]);
    let rows: Vec<Value> = read_rows(&workdir.path("out"), "removed.jsonl").unwrap();
    let explained = workdir.done(&["explain", "out", "--id", &text(&rows[0], "id")]);
    assert!(explained.stdout.contains(&text(&rows[0], "kept")), "{explained:?}");
    workdir.done(&["restore", "out", "-o", "kept.jsonl"]);
    run(&workdir, "lines", &[]);
    workdir.done(&["restore", "lines", "-o", "expected.jsonl"]);
    assert_eq!(workdir.bytes("kept.jsonl"), workdir.bytes("expected.jsonl"));
    workdir.write("crawl.csv", csv(&pages(), ','));
    workdir.done(&["dedup", "crawl.csv", "-o", "of-csv", "--output-format", "parquet"]);
    workdir.done(&["verify", "of-csv", "crawl.csv"]);
    let refused =
        workdir.tamis(&["dedup", "crawl.csv", "-o", "x", "--output-format", "parquet", "--compress", "gz"]);
    assert!(refused.code == 2 && refused.stderr.contains("--compress"), "{refused:?}");
}

/// A batch ends with the 1024th row, what is read at once with 64 KiB: here in the midst of that very row.
#[test]
fn a_table_of_lines_is_read_into_columns_wherever_its_pieces_end() {
    let workdir = Workdir::new();
    let row = |number: usize, length: usize| {
        let bare = format!("{{\"record\":{number:05},\"reason\":\"\"}}\n");
        bare.replace("\"\"", &format!("\"{}\"", "a".repeat(length - bare.len())))
    };
    let before: String = (2..1024).map(|number| row(10_000 + number, 50)).collect();
    let first = row(10_001, (1 << 16) - 10 - before.len());
    let after: String = (1024..3000).map(|number| row(10_000 + number, 50)).collect();
    workdir.write("rejects.jsonl", [first, before, after].concat());
    assert_eq!(read_table(&workdir.path("."), "rejects.jsonl").unwrap().rows(), 2999);
}
