//! Every byte that was read comes back.

use super::{Dice, Junk, restored, stripped};
use crate::support::workdir::{Workdir, gzip, zst};
use proptest::prelude::*;
use tamis::io::compression::Compression;
use tamis::io::fields::Role;
use tamis::io::tables::{TableFormat, read_rows};

/// A JSON string in which anything may be escaped, with many line feeds.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "\"(\\\\n|\\\\n|[a-c?]|\\\\u[0-9a-fA-F]{4}|\\\\ud83d\\\\ude00|\\\\[rtbf/\\\\\"]|[ /<é\u{2028}\u{7f}]){0,10}\"",
        2 => "([a-c/é]|\n){0,10}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => "([a-c/]|\\\\n|\\\\u00e9){0,10}".prop_map(|body| format!("\"{body}\"")),
        1 => "([a-c]|\\\\n|\\\\/|\\\\u00e9){0,10}".prop_map(|body| format!("\"{body}\"")),
    ]
}

fn record() -> impl Strategy<Value = Vec<u8>> {
    let key = prop::sample::select(vec![
        "text",
        "te\\u0078t",
        "content",
        "body",
        "id",
        "url",
        "site",
        "other",
        "text",
    ]);
    let value =
        prop_oneof![8 => token(), 1 => Just("null".to_owned()), 1 => Just("{\"text\":\"a\\nb\"}".to_owned())];
    (prop::collection::vec((key, value), 0..5), token(), "[ \t]{0,2}").prop_map(|(fields, text, space)| {
        let mut members: Vec<String> =
            fields.iter().map(|(key, value)| format!("\"{key}\"{space}:{space}{value}")).collect();
        members.push(format!("{space}\"text\":{text}"));
        format!("{space}{{{}}}{space}", members.join(",")).into_bytes()
    })
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => record(),
        1 => "[ \t]{0,2}".prop_map(String::into_bytes),
        1 => prop::sample::select(vec![&b"no json"[..], b"{\"id\":\"no text\"}", b"{\"text\":5}", b"\xff\xfe", b"{\"text\":\"\xe9\"}", "caf\u{e9}".as_bytes()]).prop_map(<[u8]>::to_vec),
    ]
}

fn lines_file() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec![&b"\n"[..], b"\n", b"\r\n"]);
    (prop::collection::vec((line(), end), 0..8), any::<bool>(), any::<bool>()).prop_map(
        |(lines, has_mark, ends)| {
            let mut bytes = if has_mark { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
            for (line, end) in lines {
                bytes.extend([&line, end].concat());
            }
            if !ends {
                bytes.pop();
            }
            bytes
        },
    )
}

fn text_file() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "\u{FEFF}?([a-c\u{e9}\r]|\n){0,10}".prop_map(String::into_bytes),
        1 => any::<String>().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| [&b"text "[..], &bytes].concat()),
    ]
}

/// Name, plain bytes, whether packed and how.
fn file() -> impl Strategy<Value = (&'static str, Vec<u8>, u8)> {
    prop_oneof![
        3 => (lines_file(), 0u8..3).prop_map(|(bytes, packing)| ("jsonl", bytes, packing)),
        1 => (text_file(), 0u8..3).prop_map(|(bytes, packing)| ("txt", bytes, packing)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_files_come_back_byte_for_byte(
        files in prop::collection::vec(file(), 1..4),
        seed in any::<u64>(),
        packing in 0u8..4,
        renamed in any::<bool>(),
    ) {
        let workdir = Workdir::new();
        let mut names = Vec::new();
        let mut expected = Vec::new();
        for (number, (kind, bytes, packing)) in files.iter().enumerate() {
            let (packed, suffix) = match packing {
                0 => (bytes.clone(), ""),
                1 => (gzip(bytes), ".gz"),
                _ => (zst(bytes), ".zst"),
            };
            names.push(format!("site/{number}.{kind}{suffix}"));
            workdir.write(&names[number], packed);
            expected.extend_from_slice(bytes);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let outcome = stripped(&workdir, &names, &Dice(seed), |settings| {
            let packings = [Compression::Plain, Compression::Gzip, Compression::Zstd];
            settings.tables = packings.get(usize::from(packing)).map_or(TableFormat::Parquet, |how| TableFormat::JsonLines(*how));
            settings.mask = true;
            if renamed {
                settings.reading.fields = settings.reading.fields.clone().with(Role::Text, "body");
            }
        });
        let outcome = match outcome {
            Ok(outcome) => outcome,
            // A text that begins like JSON or WARC is refused as a whole.
            Err(error) => {
                prop_assert!(error.to_string().contains("which this version does not read"), "{}", error);
                return Ok(());
            }
        };
        let restored = restored(&workdir).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(String::from_utf8_lossy(&restored), String::from_utf8_lossy(&expected));
        prop_assert!(restored == expected);
        let rows = |name: &str| read_rows::<serde_json::Value>(&workdir.path("out"), name).unwrap();
        let pages = workdir.bytes("out/pages.jsonl");
        let counts = &outcome.manifest.counts;
        prop_assert_eq!(pages.iter().filter(|&&byte| byte == b'\n').count() as u64, counts.pages);
        prop_assert_eq!(rows("spans.jsonl").len() as u64, counts.stripped_pages);
        prop_assert_eq!(rows("rejects.jsonl").len() as u64, counts.rejected);
        let masks = rows("mask.jsonl");
        prop_assert_eq!(masks.len() as u64, counts.pages);
        let flags = masks.iter().flat_map(|row| row["keep"].as_array().unwrap());
        let (kept, gone): (Vec<_>, Vec<_>) = flags.partition(|flag| **flag == 1);
        prop_assert_eq!((kept.len() + gone.len()) as u64, counts.lines);
        prop_assert_eq!(gone.len() as u64, counts.stripped_lines);
    }
}

fn comes_back(bytes: &[u8]) -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", bytes);
    stripped(&workdir, &["in.jsonl"], &Junk, |settings| settings.reading.longest_record = 1 << 16).unwrap();
    assert!(restored(&workdir).unwrap() == bytes);
    workdir
}

#[test]
fn the_rest_of_a_text_is_spelled_as_the_text_was() {
    let texts = [
        r#""é/<\njunk""#,
        r#""\u00e9/<\njunk""#,
        r#""é\/<\njunk""#,
        r#""\u00e9\/<\njunk""#,
        r#""é/\u003c\njunk""#,
        r#""\u00E9/<\njunk""#,
        r#""\ud800\njunk""#,
    ];
    let input: String = texts.map(|text| format!("{{ \"text\" : {text} , \"n\":1.0}}\n")).concat();
    let workdir = comes_back(input.as_bytes());
    let pages = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
    let rests: Vec<&str> = pages.lines().map(|page| page[11..].split_once(" ,").unwrap().0).collect();
    assert_eq!(
        rests,
        [
            r#""é/<""#,
            r#""\u00e9/<""#,
            r#""é\/<""#,
            r#""\u00e9\/<""#,
            r#""é/\u003c""#,
            r#""é/<""#,
            "\"\u{FFFD}\""
        ]
    );
    assert!(pages.lines().all(|page| page.starts_with("{ \"text\" : ") && page.ends_with(" , \"n\":1.0}")));
    let mut rows = workdir.rows("out/spans.jsonl");
    rows.sort_by_key(|row| row["record"].as_u64());
    let escapes: Vec<&str> = rows.iter().map(|row| row["escapes"].as_str().unwrap_or("-")).collect();
    assert_eq!(escapes, ["-", "ascii", "slash", "ascii-slash", "html", "-", "-"]);
    let raw: Vec<&str> = rows.iter().map(|row| row["raw"].as_str().unwrap_or("-")).collect();
    assert_eq!(raw, ["-", "-", "-", "-", "-", texts[5], texts[6]]);
}

#[test]
fn of_two_texts_the_one_that_counts_is_stripped() {
    let input = "{\"text\":\"first\\njunk\",\"meta\":{\"text\":\"inner\\njunk\"},\"text\":\"a\\njunk\",\"text\":null}\n";
    let workdir = comes_back(input.as_bytes());
    let page = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
    assert_eq!(page, input.replace("\"a\\njunk\"", "\"a\""));
}

#[test]
fn records_of_any_length_come_back_used_or_not() {
    let long = |bytes: usize| format!("{{\"text\":\"{}\\njunk\"}}\n", "wide \u{e9} ".repeat(bytes / 8));
    // Too long within a batch, over several batches, and as the last line without an end.
    let mut input = format!("{{\"text\":\"a\\njunk\"}}\n{}\n\n{}", long(70_000), long(1_500_000));
    input.push_str("{\"text\":\"b\\njunk\"}\n");
    input.push_str(&long(60_000));
    input.push_str(long(900_000).trim_end());
    let workdir = comes_back(input.as_bytes());
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 3);
    assert_eq!(workdir.rows("out/rejects.jsonl").len(), 3);
    assert_eq!(workdir.rows("out/spans.jsonl").len(), 3);
}

#[test]
fn binary_rubbish_between_records_comes_back() {
    let rubbish: Vec<u8> =
        (0..700_000u32).map(|n| (n.wrapping_mul(n) >> 3) as u8).filter(|byte| *byte != b'\n').collect();
    let record = b"{\"text\":\"a\\njunk\"}\n";
    comes_back(&[&record[..], &rubbish, b"\n", record, b"\r\n\r\n", record, b"\n\n \n"].concat());
}

#[test]
fn a_packed_stream_that_is_cut_off_gives_what_could_be_read() {
    let workdir = Workdir::new();
    let records: String =
        (0..40_000).map(|n| format!("{{\"text\":\"page {n} {}\\njunk\"}}\n", n * 7919 % 1013)).collect();
    let packed = gzip(records.as_bytes());
    workdir.write("in.jsonl.gz", &packed[..packed.len() / 2]);
    stripped(&workdir, &["in.jsonl.gz"], &Junk, |_| ()).unwrap();
    let restored = restored(&workdir).unwrap();
    assert!(restored.len() > records.len() / 3 && records.as_bytes().starts_with(&restored));
    assert!(!workdir.rows("out/rejects.jsonl").is_empty());
}

#[test]
fn text_files_come_back_as_files() {
    let workdir = Workdir::new();
    workdir.write("crawl/a.example/one.txt", "\u{FEFF}line\r\njunk\r\nline \"two\" \\ \u{1}\n");
    workdir.write("crawl/b.example/none.txt", "");
    workdir.write("crawl/b.example/two.txt", "no line end\njunk");
    workdir.write("crawl/c.example/bad.txt", b"not \xff UTF-8\njunk");
    stripped(&workdir, &["crawl"], &Junk, |_| ()).unwrap();
    let expected = b"\xEF\xBB\xBFline\r\njunk\r\nline \"two\" \\ \x01\nno line end\njunknot \xff UTF-8\njunk";
    assert_eq!(restored(&workdir).unwrap(), expected);
    let pages = workdir.rows("out/pages.jsonl");
    assert_eq!(pages[0]["text"], "line\r\nline \"two\" \\ \u{1}\n");
    assert_eq!(pages[0]["site"], "a.example");
    assert_eq!(pages[2]["text"], "no line end");
    assert_eq!(workdir.rows("out/inputs.jsonl")[0]["format"], "plain-text");
}
