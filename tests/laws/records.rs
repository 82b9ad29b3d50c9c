//! The fast record parser equals the slow obvious one on anything that looks like JSON.

use proptest::prelude::*;
use tamis::io::fields::FieldNames;
use tamis::io::record::{Parser, parse_slowly};

fn same(record: &[u8]) -> Result<(), TestCaseError> {
    let names = FieldNames::default();
    let mut parser = Parser::default();
    prop_assert_eq!(parser.parse(record, &names), parse_slowly(record, &names));
    Ok(())
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => "\"(\\\\u[0-9a-fA-F]{4}|\\\\[nrtbf/\\\\\"]|[a-z ]){0,12}\"",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => string(),
        1 => "-?[0-9]{1,25}",
        1 => "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,4})?",
        1 => Just("null".to_owned()),
        1 => prop::collection::vec(string(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
        1 => prop::collection::vec(prop_oneof![4 => string(), 1 => Just("[\"in\"]".to_owned()), 1 => Just("null".to_owned())], 1..4)
            .prop_map(|all| format!("[ {}]", all.join(" ,"))),
        1 => Just("true".to_owned()),
        1 => Just("[1,{\"text\":\"inner\"},[]]".to_owned()),
        1 => Just("{\"text\":{\"id\":3}}".to_owned()),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["text", "id", "url", "site", "title", "date", "author", "byline", "content", "headline"]),
        1 => Just("other"),
        1 => Just("te\\u0078t"),
    ]
    .prop_map(|key| format!("\"{key}\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn objects_of_all_kinds_of_values(fields in prop::collection::vec((key(), value()), 0..6), space in "[ \t]{0,2}") {
        let members: Vec<String> = fields.iter().map(|(key, value)| format!("{space}{key}{space}:{space}{value}")).collect();
        same(format!("{{{}{space}}}", members.join(",")).as_bytes())?;
    }

    #[test]
    fn objects_with_a_byte_changed(fields in prop::collection::vec((key(), value()), 1..4), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let members: Vec<String> = fields.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        let mut record = format!("{{{}}}", members.join(",")).into_bytes();
        let at = at.index(record.len());
        record[at] = byte;
        let names = FieldNames::default();
        let mut parser = Parser::default();
        // Which fault is named first may differ; whether there is one may not.
        let (fast, slow) = (parser.parse(&record, &names), parse_slowly(&record, &names));
        prop_assert_eq!(fast.is_ok(), slow.is_ok(), "{:?}", String::from_utf8_lossy(&record));
        if let (Ok(fast), Ok(slow)) = (fast, slow) {
            prop_assert_eq!(fast, slow);
        }
    }

    #[test]
    fn bytes_of_any_kind(record in prop::collection::vec(any::<u8>(), 0..60)) {
        let names = FieldNames::default();
        prop_assert_eq!(Parser::default().parse(&record, &names).is_ok(), parse_slowly(&record, &names).is_ok());
    }
}

#[test]
fn lone_surrogates_become_one_replacement_character_each() {
    let names = FieldNames::default();
    let record = br#"{"text":"a\ud800b\udc00\ud83d\ude00","id":"\udfff"}"#;
    let mut parser = Parser::default();
    let found = parser.parse(record, &names).unwrap();
    assert_eq!(found.text, "a\u{FFFD}b\u{FFFD}\u{1F600}");
    assert_eq!(found.id.as_deref(), Some("\u{FFFD}"));
}

#[test]
fn the_last_of_equal_keys_counts_and_better_names_win() {
    let names = FieldNames::default();
    let mut parser = Parser::default();
    let found = parser.parse(br#"{"text":"one","content":"two","text":"three"}"#, &names).unwrap();
    assert_eq!(found.text, "three");
    assert_eq!(parser.parse(br#"{"text":null,"content":"two"}"#, &names).unwrap().text, "two");
    assert_eq!(parser.parse(br#"{"content":"two"}"#, &names).unwrap().chosen[0], 1);
}

#[test]
fn authors_may_be_a_list_of_strings_and_nothing_odder() {
    let names = FieldNames::default();
    let author = |value: &str| {
        let record = format!("{{\"text\":\"t\",\"authors\":{value}}}");
        Parser::default().parse(record.as_bytes(), &names).unwrap().author.map(|author| author.into_owned())
    };
    assert_eq!(author("\"Ana Lindqvist\"").as_deref(), Some("Ana Lindqvist"));
    assert_eq!(author("[\"Ana\", \"Bo\"]").as_deref(), Some("Ana, Bo"));
    assert_eq!(author("[\"Ana\", \"\\ud800\"]").as_deref(), Some("Ana, \u{FFFD}"));
    for odd in ["[]", "\"\"", "null", "5", "{\"name\":\"Ana\"}", "[\"Ana\",{\"name\":\"Bo\"}]", "[[\"Ana\"]]"]
    {
        assert_eq!(author(odd), None, "{odd}");
    }
    assert!(Parser::default().parse(b"{\"text\":[\"a\",\"b\"]}", &names).is_err());
}
