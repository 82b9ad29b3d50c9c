//! A JSON string is written again as it stood, or known not to be writable so.

use proptest::prelude::*;
use tamis::io::fields::FieldNames;
use tamis::io::record::{parse_slowly, text_token};
use tamis::io::token::{Spelling, decode};

/// Tokens as no program writes them: escapes of every kind side by side, lone surrogates too.
fn odd_token() -> impl Strategy<Value = String> {
    "\"(\\\\u[0-9a-fA-F]{4}|\\\\ud83d\\\\ude00|\\\\[nrtbf/\\\\\"]|[a-z /<é\u{2028}\u{7f}]){0,12}\""
}

fn spelled(spelling: Spelling, text: &str) -> String {
    let mut token = Vec::new();
    spelling.write(text, &mut token);
    String::from_utf8(token).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_spelling_says_the_text_and_is_recognised(text in any::<String>()) {
        for spelling in Spelling::ALL {
            let token = spelled(spelling, &text);
            let decoded = decode(&token);
            prop_assert_eq!(decoded.as_ref(), Some(&text));
            let found = Spelling::of(token.as_bytes(), &text).unwrap();
            prop_assert_eq!(spelled(found, &text), token);
        }
    }

    #[test]
    fn the_plain_spelling_is_that_of_the_rows(text in any::<String>()) {
        prop_assert_eq!(spelled(Spelling::Plain, &text), serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn a_token_that_no_spelling_makes_is_known_as_such(token in odd_token()) {
        let text = decode(&token).unwrap();
        match Spelling::of(token.as_bytes(), &text) {
            Some(spelling) => prop_assert_eq!(spelled(spelling, &text), token),
            None => prop_assert!(Spelling::ALL.iter().all(|spelling| spelled(*spelling, &text) != token)),
        }
    }

    #[test]
    fn the_token_of_the_text_is_found_where_the_parser_finds_the_text(
        fields in prop::collection::vec((
            prop::sample::select(vec!["text", "te\\u0078t", "content", "body", "id", "other"]),
            prop_oneof![3 => odd_token(), 1 => Just("null".to_owned()), 1 => Just("{\"text\":\"in\"}".to_owned())],
        ), 0..6),
    ) {
        let members: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
        let record = format!("{{{}}}", members.join(" ,"));
        let names = FieldNames::default();
        if let Ok(found) = parse_slowly(record.as_bytes(), &names) {
            let token = &record[text_token(record.as_bytes(), &names).unwrap()];
            let text = decode(token);
            prop_assert_eq!(text.as_deref(), Some(&*found.text));
        }
    }
}

#[test]
fn spellings_of_common_programs_are_known() {
    let text = "caf\u{e9} </p> \u{1F600}\u{7f}\u{1}\u{8}\n";
    // json.dumps of Python 3.12, json_encode of PHP 8.3, json.Marshal of Go 1.22.
    let python = r#""caf\u00e9 </p> \ud83d\ude00\u007f\u0001\b\n""#;
    let php = "\"caf\\u00e9 <\\/p> \\ud83d\\ude00\u{7f}\\u0001\\b\\n\"";
    let go = "\"caf\u{e9} \\u003c/p\\u003e \u{1F600}\u{7f}\\u0001\\b\\n\"";
    assert_eq!(Spelling::of(python.as_bytes(), text), Some(Spelling::Ascii));
    assert_eq!(Spelling::of(php.as_bytes(), text), Some(Spelling::AsciiSlash));
    assert_eq!(Spelling::of(go.as_bytes(), text), Some(Spelling::Html));
    assert_eq!(Spelling::of("\"\u{e9}\\/\"".as_bytes(), "\u{e9}/"), Some(Spelling::Slash));
    for odd in [r#""\u00E9""#, r#""\u00e9é""#, r#""\ud800""#, r#""\u0041""#] {
        assert_eq!(Spelling::of(odd.as_bytes(), &decode(odd).unwrap()), None, "{odd}");
    }
}
