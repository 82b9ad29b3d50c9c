//! The columns of each table. `docs/output.md` describes them to users.

use arrow_schema::{DataType, Field, Fields};
use std::sync::Arc;

/// What a column holds. Any of them may be null.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Count,
    Share,
    Flag,
    List(&'static Kind),
    Struct(&'static [(&'static str, Kind)]),
    /// By text.
    Map(&'static Kind),
}

use Kind::{Count, Flag, List, Map, Share, Struct, Text};

const TEXTS: Kind = List(&Text);
const PLACE: Kind = Struct(&[("file", Text), ("record", Count)]);
const PLACES: Kind = Map(&List(&PLACE));
const FRAME: Kind = List(&Count);

/// The columns of a table by its name among JSON lines.
#[expect(clippy::too_many_lines, reason = "it is a list")]
pub(super) fn columns(table: &str) -> Option<&'static [(&'static str, Kind)]> {
    Some(match table {
        "removed.jsonl" => &[
            ("id", Text),
            ("file", Text),
            ("record", Count),
            ("kept", Text),
            ("kept_place", PLACE),
            ("cluster", Text),
            ("relation", Text),
            ("jaccard", Share),
            ("containment", Share),
            ("containment_kept", Share),
            ("shared", Count),
            ("size", Count),
            ("size_kept", Count),
            ("residual", Share),
            ("guard", Text),
            ("common", Count),
            ("frame", FRAME),
            ("site", Text),
            ("kept_site", Text),
            ("evidence", Text),
            ("batch", Text),
            ("digest", Text),
            ("kept_digest", Text),
        ],
        "clusters.jsonl" => &[
            ("cluster", Text),
            ("kept", Text),
            ("members", TEXTS),
            ("sites", TEXTS),
            ("relations", Map(&Count)),
            ("source", Text),
            ("source_by", Text),
            ("editions", List(&EDITION)),
            ("component", Text),
            ("places", PLACES),
        ],
        "syndication.jsonl" => {
            &[("from", Text), ("to", Text), ("source_by", Text), ("stories", Count), ("pages", Count)]
        }
        "templates.jsonl" => &[("template", Text), ("members", TEXTS), ("sites", TEXTS), ("places", PLACES)],
        "pairs.jsonl" => &[
            ("a", Text),
            ("a_place", PLACE),
            ("b", Text),
            ("b_place", PLACE),
            ("relation", Text),
            ("kind", Text),
            ("jaccard", Share),
            ("containment_a", Share),
            ("containment_b", Share),
            ("shared", Count),
            ("size_a", Count),
            ("size_b", Count),
            ("residual", Share),
            ("guard", Text),
            ("common", Count),
            ("frame", FRAME),
        ],
        "passages.jsonl" => &[
            ("a", Text),
            ("a_place", PLACE),
            ("b", Text),
            ("b_place", PLACE),
            ("a_start", Count),
            ("a_end", Count),
            ("b_start", Count),
            ("b_end", Count),
            ("words", Count),
            ("relation", Text),
            ("kind", Text),
        ],
        "redelivered.jsonl" => {
            &[("id", Text), ("batch", Text), ("decision", Text), ("kept", Text), ("digest", Text)]
        }
        "matches.jsonl" => &[
            ("id", Text),
            ("old", Text),
            ("batch", Text),
            ("estimate", Share),
            ("same_words", Flag),
            ("digest", Text),
        ],
        "rejects.jsonl" => &[
            ("file", Text),
            ("record", Count),
            ("offset", Count),
            ("length", Count),
            ("reason", Text),
            ("raw", Text),
            ("encoding", Text),
        ],
        "inputs.jsonl" => &[
            ("file", Text),
            ("format", Text),
            ("compression", Text),
            ("bytes", Count),
            ("digest", Text),
            ("records", Count),
            ("rejected", Count),
            ("no_pages", Map(&Count)),
        ],
        "lines.jsonl" => &[
            ("site", Text),
            ("line", Text),
            ("template", Text),
            ("pages", Count),
            ("of", Count),
            ("bound", Share),
            ("tier", Text),
            ("places", Count),
            ("stripped", Count),
            ("reasons", TEXTS),
        ],
        "spans.jsonl" => &[
            ("id", Text),
            ("file", Text),
            ("record", Count),
            ("page", Count),
            ("digest", Text),
            ("spans", List(&Struct(&[("start", Count), ("end", Count), ("line", Text)]))),
            ("escapes", Text),
            ("raw", Text),
        ],
        "gaps.jsonl" => &[("file", Text), ("offset", Count), ("raw", Text), ("base64", Text)],
        "mask.jsonl" => &[("id", Text), ("keep", List(&Count))],
        _ => return None,
    })
}

const EDITION: Kind = Struct(&[
    ("id", Text),
    ("site", Text),
    ("date", Text),
    ("date_by", Text),
    ("same_headline", Flag),
    ("cut", Count),
    ("added", Count),
]);

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Text => DataType::Utf8,
            Count => DataType::Int64,
            Share => DataType::Float64,
            Flag => DataType::Boolean,
            List(item) => DataType::List(Arc::new(Field::new("element", item.data_type(), true))),
            Struct(columns) => DataType::Struct(fields(columns)),
            Map(value) => {
                let key = Field::new("key", DataType::Utf8, false);
                let entry = Fields::from(vec![key, Field::new("value", value.data_type(), true)]);
                DataType::Map(Arc::new(Field::new("key_value", DataType::Struct(entry), false)), false)
            }
        }
    }
}

pub(super) fn fields(columns: &[(&str, Kind)]) -> Fields {
    columns.iter().map(|(name, kind)| Field::new(*name, kind.data_type(), true)).collect()
}
