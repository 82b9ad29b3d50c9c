//! Bytes by chance: soup, and good files with a few bytes changed.

use super::survive;
use crate::support::workdir::{Prose, gzip, record, zst};
use proptest::prelude::*;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "in.jsonl",
        "in.ndjson",
        "in.txt",
        "in",
        "in.jsonl.gz",
        "in.jsonl.zst",
        "in.json",
    ])
}

/// Bytes that JSON cares about, and any others.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        6 => prop::sample::select(b"{}[]\",:\\ \n\r\tu0123456789eE+-.truefalsn\"text\"id".to_vec()),
        2 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..400)
}

/// Pieces of records in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\n",
        "\r\n",
        " ",
        "\"text\"",
        "\"id\"",
        "\"a b c\"",
        "\"\\ud800\"",
        "null",
        "1e999",
        "-0",
        "\"text\":\"one two three\"",
        "\"id\":\"x\"",
        "{\"text\":\"some words\"}\n",
        "\u{FEFF}",
        "{\"id\":1,\"text\":\"\"}\n",
        "\0",
        "\"",
        "\\",
        "\u{202e}",
        "{\"text\":\"some words\",\"tamis\":{}}\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

fn good_lines() -> Vec<u8> {
    let mut prose = Prose::new(77);
    let words = prose.words(60);
    let mut lines = String::new();
    for number in 0..6 {
        lines +=
            &record(&format!("p{}", number % 4), "s.example", &prose.edited(&words, 8 * number, 3).join(" "));
        lines += "{\"text\": \"caf\\u00e9 ünïcödé مرحبا \\ud83d\\ude00\", \"n\": [1.5e3, {\"a\": null}], \"id\": 7}\n";
    }
    lines.into_bytes()
}

#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Delete(prop::sample::Index),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        2 => at().prop_map(Change::Delete),
        1 => at().prop_map(Change::Cut),
        1 => (at(), at()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at.index(len)] = *byte,
            Change::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Change::Delete(at) => _ = bytes.remove(at.index(len)),
            Change::Cut(at) => bytes.truncate(at.index(len)),
            Change::Repeat(from, to) => {
                let (from, to) = (from.index(len).min(to.index(len)), from.index(len).max(to.index(len)));
                let again = bytes[from..to].to_vec();
                bytes.extend(again);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn random_bytes_survive(name in name(), bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        survive(name, &bytes);
    }

    #[test]
    fn soup_of_json_survives(name in name(), bytes in soup()) {
        survive(name, &bytes);
    }

    #[test]
    fn pieces_of_records_survive(name in name(), bytes in pieces()) {
        survive(name, &bytes);
    }

    #[test]
    fn changed_records_survive(name in name(), changes in prop::collection::vec(change(), 1..8)) {
        survive(name, &changed(good_lines(), &changes));
    }

    #[test]
    fn changed_packed_records_survive(changes in prop::collection::vec(change(), 1..4), is_zstd in any::<bool>()) {
        let (name, packed) =
            if is_zstd { ("in.jsonl.zst", zst(&good_lines())) } else { ("in.jsonl.gz", gzip(&good_lines())) };
        survive(name, &changed(packed, &changes));
    }
}
