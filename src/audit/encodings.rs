//! Text that was read in another encoding than it was written in. The only door to `encoding_rs`.
//!
//! Two faults, each known by what it can be turned back to:
//!
//! * UTF-8 read as a code page (Latin-1 and Windows-1252, Windows-1251, Windows-1256): "Ã©", "Ø§Ù„", "ط§ظ„". The characters
//!   give bytes of that code page, and those are UTF-8 sequences. Words of real languages are not: after a
//!   letter comes a letter, and letters stand where UTF-8 has no continuation.
//! * A code page read as Latin-1: `ÇáÓáÇã`, `Ïðèâåò`. Words wholly of U+00C0 to U+00FF, which no language of
//!   Europe has, because its plain letters are ASCII.

use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};
use memchr::memchr2_iter;
use std::sync::LazyLock;

/// Sequences or words from which on a page counts; fewer are slips of writers.
const ENOUGH: usize = 3;

/// Words wholly above ASCII from which on a page counts.
const ENOUGH_WORDS: usize = 5;

/// Characters of a run among which one must begin a sequence.
const FIRST: usize = 6;

/// Code points that code pages have, at most.
const CODE_POINTS: usize = 0x2200;

/// The byte of a code page for each code point; 0 where it has none.
type Bytes = Box<[u8]>;

static CODE_PAGES: LazyLock<[Bytes; 3]> = LazyLock::new(|| {
    let mut latin = bytes_of(WINDOWS_1252);
    // Latin-1 has controls where Windows-1252 has quotes and dashes; both readings of a byte are known.
    (0x80..=0xFF).for_each(|byte: u8| latin[usize::from(byte)] = byte);
    [latin, bytes_of(WINDOWS_1251), bytes_of(WINDOWS_1256)]
});

fn bytes_of(encoding: &'static Encoding) -> Bytes {
    let mut bytes = vec![0; CODE_POINTS];
    for byte in 0x80..=0xFF_u8 {
        let raw = [byte];
        let (text, _) = encoding.decode_without_bom_handling(&raw);
        if let Some(place) = text.chars().next().and_then(|c| bytes.get_mut(c as usize)) {
            *place = byte;
        }
    }
    bytes.into()
}

/// Where text was misread first, as a byte of `text`; none if it was read as it was written.
pub fn misread(text: &str) -> Option<usize> {
    if !may_be_misread(text.as_bytes()) {
        return None;
    }
    let mut sequences = [0; 3];
    let mut firsts = [None; 4];
    let (mut foreign, mut words) = (0, 0);
    for (start, run) in runs(text) {
        for (number, page) in CODE_PAGES.iter().enumerate() {
            let found = utf8_sequences(run, page);
            sequences[number] += found;
            if found > 0 {
                firsts[number].get_or_insert(start);
            }
        }
        words += 1;
        if is_foreign_word(text, start, run) {
            foreign += 1;
            firsts[3].get_or_insert(start);
        }
    }
    let most = (0..3).max_by_key(|&number| sequences[number]).filter(|&number| sequences[number] >= ENOUGH);
    match most {
        Some(number) => firsts[number],
        None if foreign >= ENOUGH_WORDS && 3 * foreign >= words => firsts[3],
        None => None,
    }
}

/// Whether there are some characters of U+0080 to U+00FF (but quotes, blanks and dots) directly beside others above ASCII, or
/// some of the Cyrillic letters (U+0400 to U+040F, U+0450 to U+045F) for which Windows-1251 has bytes that no letter of UTF-8
/// begins with: cheap, and rare in most text that was read as it was written.
fn may_be_misread(bytes: &[u8]) -> bool {
    let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
    let is_beside = |&lead: &usize| {
        let is_quote = matches!(at(lead + 1), 0xAB | 0xBB | 0xA0 | 0xB7);
        !is_quote && (at(lead.wrapping_sub(1)) >= 0x80 || at(lead + 2) >= 0xC2)
    };
    let is_rare =
        |&lead: &usize| matches!((at(lead), at(lead + 1)), (0xD0, 0x80..=0x8F) | (0xD1, 0x90..=0x9F));
    // In Cyrillic text every letter is a candidate: the beginning says enough.
    let beginning = &bytes[..bytes.len().min(CYRILLIC)];
    memchr2_iter(0xC2, 0xC3, bytes).filter(is_beside).take(ENOUGH).count() == ENOUGH
        || memchr2_iter(0xD0, 0xD1, beginning).filter(is_rare).take(ENOUGH).count() == ENOUGH
}

/// Bytes in which Cyrillic letters are looked at.
const CYRILLIC: usize = 2048;

/// Runs of characters above ASCII, and where they begin.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_start = |&(_, piece): &(usize, &str)| !piece.is_empty();
    text.split(|c: char| c.is_ascii())
        .map(|piece| (piece.as_ptr().addr() - text.as_ptr().addr(), piece))
        .filter(is_start)
}

/// How many characters a run was in UTF-8, if it was UTF-8 read by a code page; else 0.
fn utf8_sequences(run: &str, page: &Bytes) -> usize {
    // Nearly every run is text as it was written, and shows it at once: what was UTF-8 begins with a sequence.
    let mut before = 0;
    let begins = |c: char| {
        let byte = page.get(c as usize).copied().unwrap_or_default();
        std::mem::replace(&mut before, byte) >= 0xC2 && byte & 0xC0 == 0x80
    };
    if !run.chars().take(FIRST).any(begins) {
        return 0;
    }
    let mut bytes = [0u8; 256];
    let mut len = 0;
    for c in run.chars().take(bytes.len()) {
        bytes[len] = page.get(c as usize).copied().unwrap_or_default();
        len += 1;
    }
    let (mut sequences, mut good, mut at) = (0, 0, 0);
    while at < len {
        let size = match bytes[at] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        let is_sequence = size > 1
            && bytes[..len]
                .get(at + 1..at + size)
                .is_some_and(|rest| rest.iter().all(|byte| byte & 0xC0 == 0x80));
        sequences += usize::from(is_sequence);
        good += if is_sequence { size } else { 0 };
        at += if is_sequence { size } else { 1 };
    }
    // Blanks of U+00A0 and the like may be gone.
    if 5 * good >= 4 * len { sequences } else { 0 }
}

/// Whether a run is a word of its own, of three characters or more, all of U+00A1 to U+00FF and mostly letters.
fn is_foreign_word(text: &str, start: usize, run: &str) -> bool {
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let letters = run.chars().filter(|&c| ('\u{c0}'..='\u{ff}').contains(&c)).count();
    let all = run.chars().count();
    letters >= 3
        && 10 * letters >= 7 * all
        && run.chars().all(|c| ('\u{a1}'..='\u{ff}').contains(&c))
        && !touches(text[..start].chars().next_back())
        && !touches(text[start + run.len()..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text in a code page, read as another.
    fn read(bytes: &[u8], by: &'static Encoding) -> String {
        by.decode_without_bom_handling(bytes).0.into_owned()
    }

    fn latin1(bytes: &[u8]) -> String {
        bytes.iter().map(|&byte| byte as char).collect()
    }

    const ARABIC: &str =
        "قال رئيس البلدية إن الجسر سيغلق يوم الاثنين لمدة تسعة عشر أسبوعا بعد اكتشاف صدع في المحور";
    const RUSSIAN: &str =
        "Мост закроют в понедельник на девятнадцать недель после обнаружения трещины в опоре";
    const FRENCH: &str =
        "Le pont sera fermé dès lundi après la découverte d’une fêlure ; l’été s’annonce compliqué à la cité";
    const GERMAN: &str =
        "Die Brücke wird für neunzehn Wochen gesperrt, größere Schäden müssen „später“ überprüft werden";

    #[test]
    fn text_read_in_a_wrong_encoding_is_found() {
        for text in [
            ARABIC,
            RUSSIAN,
            FRENCH,
            GERMAN,
            "橋は月曜日から十九週間閉鎖される",
            "Η γέφυρα θα κλείσει τη Δευτέρα",
        ] {
            for page in [WINDOWS_1252, WINDOWS_1251, WINDOWS_1256] {
                assert!(misread(&read(text.as_bytes(), page)).is_some(), "{text} read as {}", page.name());
            }
            assert!(misread(&latin1(text.as_bytes())).is_some(), "{text} read as Latin-1");
        }
        for (text, page) in [(ARABIC, WINDOWS_1256), (RUSSIAN, WINDOWS_1251)] {
            let (bytes, _, _) = page.encode(text);
            assert!(misread(&latin1(&bytes)).is_some(), "{} read as Latin-1", page.name());
            assert!(misread(&read(&bytes, WINDOWS_1252)).is_some(), "{} read as Windows-1252", page.name());
        }
    }

    #[test]
    fn text_read_as_it_was_written_is_not() {
        let vietnamese =
            "Cây cầu sẽ đóng cửa từ thứ Hai trong mười chín tuần vì vết nứt ở trụ xoay, ông Đặng nói";
        let icelandic = "Brúnni verður lokað á mánudag í nítján vikur eftir að sprunga fannst í ásnum, sagði Þórður Æðarsson";
        let portuguese = "A PONTE SERÁ FECHADA: INFORMAÇÃO, AÇÕES E REAÇÕES À DECISÃO DE JOÃO SÃO ESPERADAS";
        let urdu = "پل پیر سے انیس ہفتوں کے لیے بند رہے گا، “میئر” نے کہا «یہ ضروری ہے»";
        for text in
            [ARABIC, RUSSIAN, FRENCH, GERMAN, vietnamese, icelandic, portuguese, urdu, "橋は閉鎖される", ""]
        {
            assert_eq!(misread(&text.repeat(20)), None, "{text}");
        }
    }
}
