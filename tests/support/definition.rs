//! What the fold of each code point is, said with the Unicode crates and no regard for speed.
//!
//! The table in `src/text/tables/fold.rs` is generated from this file and compared with it for every code
//! point. Rules, in order:
//!
//! 1. Compatibility decomposition (NFKD), lower case, decomposition again.
//! 2. Decimal digits become ASCII; letters that these steps leave apart although writers mix them: [`SAME_LETTER`].
//! 3. Each resulting code point is a separator, dropped, part of a word, or part of an unspaced run.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

/// Letters that are written one for another, after NFKD and lower case.
const SAME_LETTER: &[(char, &str)] = &[
    // Arabic script: alef wasla and wavy hamza, alef maqsura, ta marbuta, Persian yeh and kaf, Urdu heh.
    ('\u{0671}', "\u{0627}"),
    ('\u{0672}', "\u{0627}"),
    ('\u{0673}', "\u{0627}"),
    ('\u{0649}', "\u{064A}"),
    ('\u{06CC}', "\u{064A}"),
    ('\u{0629}', "\u{0647}"),
    ('\u{06C1}', "\u{0647}"),
    ('\u{06BE}', "\u{0647}"),
    ('\u{06C3}', "\u{0647}"),
    ('\u{06D5}', "\u{0647}"),
    ('\u{06A9}', "\u{0643}"),
    ('\u{06AA}', "\u{0643}"),
    // Latin: what NFKD does not take apart.
    ('\u{0131}', "i"),
    ('\u{00DF}', "ss"),
    ('\u{00E6}', "ae"),
    ('\u{0153}', "oe"),
    ('\u{00F8}', "o"),
    ('\u{0142}', "l"),
    ('\u{0111}', "d"),
    ('\u{0127}', "h"),
    // Greek final sigma.
    ('\u{03C2}', "\u{03C3}"),
];

/// What a folded code point does to the word it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Separator,
    Word,
    Drop,
    /// Han, kana, bopomofo: windows of a few characters.
    Ideographic,
    /// Thai, Lao, Khmer, Myanmar and their neighbours: windows of more characters.
    SoutheastAsian,
}

/// Folded code points with their classes; dropped ones are left out.
pub fn fold(c: char) -> Vec<(char, Class)> {
    match c {
        // Trade and service marks, and a Korean letter that is typed as a middle dot.
        '\u{2122}' | '\u{2120}' | '\u{318D}' => return vec![(' ', Class::Separator)],
        // Arabic vowel marks on a blank of their own, as texts taken from PDF have them inside words.
        '\u{FC5E}'..='\u{FC63}' | '\u{FE70}' | '\u{FE72}' | '\u{FE74}' | '\u{FE76}'..='\u{FE7F}' => {
            return Vec::new();
        }
        _ => {}
    }
    let mut folded = Vec::new();
    // A vulgar fraction is no part of the number before it.
    if std::iter::once(c).nfkd().any(|part| part == '\u{2044}') {
        folded.push(' ');
    }
    for decomposed in std::iter::once(c).nfkd() {
        for lower in decomposed.to_lowercase() {
            for part in std::iter::once(lower).nfkd() {
                let part = ascii_digit(part);
                match SAME_LETTER.iter().find(|(from, _)| *from == part) {
                    Some((_, to)) => folded.extend(to.chars()),
                    None => folded.push(part),
                }
            }
        }
    }
    folded
        .into_iter()
        .map(|part| (part, class(part)))
        .filter(|(_, class)| *class != Class::Drop)
        .map(|(part, class)| if class == Class::Separator { (' ', class) } else { (part, class) })
        .collect()
}

/// Decimal digits of every script become ASCII digits; they come in runs of ten that begin with zero.
fn ascii_digit(c: char) -> char {
    let is_digit = |value: u32| {
        char::from_u32(value).is_some_and(|c| c.general_category() == GeneralCategory::DecimalNumber)
    };
    if !is_digit(c as u32) {
        return c;
    }
    let start = (0..=c as u32).rev().find(|&value| !is_digit(value)).map_or(0, |before| before + 1);
    char::from(b'0' + ((c as u32 - start) % 10) as u8)
}

/// Class of one code point that is already folded.
pub fn class(c: char) -> Class {
    use GeneralCategory as G;
    let category = c.general_category();
    let script = c.script();
    match c {
        '\u{0640}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => return Class::Drop,
        // Apostrophes and primes that count as letters split words as the other apostrophes do.
        '\u{02B9}'..='\u{02BF}' => return Class::Separator,
        _ => {}
    }
    let is_mark = matches!(category, G::NonspacingMark | G::EnclosingMark | G::SpacingMark);
    if category == G::Format
        || is_mark
            && matches!(
                script,
                Script::Inherited
                    | Script::Common
                    | Script::Latin
                    | Script::Greek
                    | Script::Cyrillic
                    | Script::Arabic
                    | Script::Hebrew
                    | Script::Syriac
            )
    {
        return Class::Drop;
    }
    let is_letter_or_number = matches!(
        category,
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
    );
    if !is_letter_or_number && !is_mark {
        return Class::Separator;
    }
    match script {
        Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo => Class::Ideographic,
        Script::Thai
        | Script::Lao
        | Script::Khmer
        | Script::Myanmar
        | Script::Tai_Tham
        | Script::Tai_Le
        | Script::New_Tai_Lue
        | Script::Tai_Viet
            if category != G::DecimalNumber =>
        {
            Class::SoutheastAsian
        }
        // The prolonged sound mark is common to both kanas; the closing mark stands for a character.
        _ if matches!(c, '\u{30FC}' | '\u{3006}') => Class::Ideographic,
        _ => Class::Word,
    }
}

/// Whether the Unicode version of the pinned crates knows `c`; a newer standard library may know more.
pub fn is_assigned(c: char) -> bool {
    !matches!(c.general_category(), GeneralCategory::Unassigned)
}
