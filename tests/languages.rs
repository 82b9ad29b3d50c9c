//! What folding and words give in fifteen languages, as a speaker would expect: the tables of `tests/languages/`.
//!
//! * `<language>.tsv`: a text, its folded form, its words and what the row shows.
//! * `same.tsv`: texts with the same words, written two ways.
//! * `different.tsv`: texts that must not be taken for one another.
//!
//! What cannot be seen, or would not survive NFC, stands as `\u{200C}`. Folding takes syllables and voiced kana
//! apart; the tables show them composed, so both sides are compared in NFC.

use tamis::hash;
use tamis::text::{fold, reference, words};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

const LANGUAGES: [&str; 15] = [
    "arabic", "persian", "urdu", "hebrew", "english", "french", "german", "turkish", "russian", "greek",
    "hindi", "chinese", "japanese", "korean", "thai",
];

/// A line of a table: where it stands and its cells, escapes resolved.
struct Row<const N: usize> {
    place: String,
    cells: [String; N],
}

fn read(table: &str) -> (String, String) {
    let name = format!("tests/languages/{table}.tsv");
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    (name, text)
}

fn rows<const N: usize>(table: &str, header: [&str; N]) -> Vec<Row<N>> {
    let (name, text) = read(table);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header.join("\t").as_str()), "{name}:1");
    let rows: Vec<Row<N>> = lines
        .zip(2..)
        .map(|(line, number)| {
            let place = format!("{name}:{number}");
            let cells: Vec<String> = line.split('\t').map(|cell| unescape(cell, &place)).collect();
            let cells = cells.try_into().unwrap_or_else(|_| panic!("{place}: not {N} cells"));
            Row { place, cells }
        })
        .collect();
    assert!(!rows.is_empty(), "{name}: no rows");
    rows
}

fn language_rows() -> impl Iterator<Item = Row<4>> {
    LANGUAGES.iter().flat_map(|language| rows(language, ["input", "folded", "words", "why"]))
}

fn unescape(cell: &str, place: &str) -> String {
    let mut parts = cell.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) =
            part.split_once('}').unwrap_or_else(|| panic!("{place}: an escape without an end"));
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        text.push(c.unwrap_or_else(|| panic!("{place}: no character has the number {code:?}")));
        text.push_str(rest);
    }
    text
}

fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// As one may read it in a message: composed, what is invisible escaped.
fn shown(text: &str) -> String {
    nfc(text)
        .chars()
        .map(|c| if is_invisible(c) { c.escape_unicode().to_string() } else { c.to_string() })
        .collect()
}

fn is_invisible(c: char) -> bool {
    use GeneralCategory as G;
    let category = c.general_category();
    c != ' '
        && matches!(
            category,
            G::Format | G::Control | G::SpaceSeparator | G::LineSeparator | G::ParagraphSeparator
        )
}

fn folded_words(text: &str) -> Vec<String> {
    reference::words(text).into_iter().map(|word| word.folded).collect()
}

fn hot_loop(text: &str) -> Vec<u64> {
    let mut hashes = Vec::new();
    words::hash_words(text, &mut hashes);
    hashes
}

/// Fails with every complaint at once, so that a changed rule shows all that it changes.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} rows\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn each_text_folds_as_its_language_expects() {
    let complaints: Vec<String> = language_rows()
        .filter_map(|Row { place, cells: [input, folded, _, why] }| {
            let found = fold::fold(&input);
            (nfc(&found) != nfc(&folded)).then(|| {
                format!("{place}: {why}\n  expected {}\n  found    {}", shown(&folded), shown(&found))
            })
        })
        .collect();
    none(&complaints);
}

#[test]
fn each_text_has_the_words_its_language_expects() {
    let complaints: Vec<String> = language_rows()
        .filter_map(|Row { place, cells: [input, _, expected, why] }| {
            let found = folded_words(&input).join(" | ");
            (nfc(&found) != nfc(&expected)).then(|| {
                format!("{place}: {why}\n  expected {}\n  found    {}", shown(&expected), shown(&found))
            })
        })
        .collect();
    none(&complaints);
}

#[test]
fn the_hot_loop_hashes_the_words_of_every_language() {
    let pairs = ["same", "different"].iter().flat_map(|table| rows(table, ["a", "b", "why"]));
    let pairs = pairs.flat_map(|Row { place, cells: [a, b, _] }| [(place.clone(), a), (place, b)]);
    let inputs = language_rows().map(|Row { place, cells: [input, ..] }| (place, input));
    let complaints: Vec<String> = inputs
        .chain(pairs)
        .filter_map(|(place, text)| {
            let expected: Vec<u64> = folded_words(&text).iter().map(|word| hash::word(word)).collect();
            (hot_loop(&text) != expected).then(|| format!("{place}: {}", shown(&text)))
        })
        .collect();
    none(&complaints);
}

#[test]
fn texts_written_two_ways_have_the_same_words() {
    let complaints: Vec<String> = rows("same", ["a", "b", "why"])
        .into_iter()
        .filter_map(|Row { place, cells: [a, b, why] }| {
            let (a, b) = (folded_words(&a), folded_words(&b));
            (a != b || a.is_empty())
                .then(|| format!("{place}: {why}\n  {}\n  {}", shown(&a.join(" | ")), shown(&b.join(" | "))))
        })
        .collect();
    none(&complaints);
}

#[test]
fn texts_that_say_different_things_have_different_words() {
    let complaints: Vec<String> = rows("different", ["a", "b", "why"])
        .into_iter()
        .filter_map(|Row { place, cells: [a, b, why] }| {
            (folded_words(&a) == folded_words(&b) || hot_loop(&a) == hot_loop(&b))
                .then(|| format!("{place}: {why}\n  both {}", shown(&folded_words(&a).join(" | "))))
        })
        .collect();
    none(&complaints);
}

#[test]
fn the_tables_hide_nothing_from_a_reader_or_an_editor() {
    for table in LANGUAGES.iter().chain(&["same", "different"]) {
        let (name, text) = read(table);
        for (line, number) in text.lines().zip(1..) {
            assert!(is_nfc(line), "{name}:{number}: write what NFC would change as an escape");
            let hidden = line.chars().find(|&c| c != '\t' && is_invisible(c));
            assert_eq!(hidden, None, "{name}:{number}: write it as an escape");
        }
    }
}
