//! Scraped text on one line of a text that people edit, so that the same text can be read from it again.
//!
//! Control characters, bidi controls and other characters that show nothing or reorder what follows are written
//! `\u{…}`, and so are blanks at the ends, which editors drop; a backslash is written twice. The joiners U+200C and
//! U+200D stay: Persian, Urdu and Hindi need them, and emoji.

use std::fmt::Write as _;

/// The text on one line.
pub fn escape(text: &str) -> String {
    let inside = text.trim();
    let start = text.len() - text.trim_start().len();
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let is_at_end = at < start || at >= start + inside.len();
        if c == '\\' {
            out.push_str("\\\\");
        } else if is_at_end || is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The same with every blank escaped: one word, or none of an empty text.
pub fn escape_word(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text).chars() {
        if c.is_whitespace() {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The text that was escaped; an error says what cannot be read.
pub fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some(behind) = behind.strip_prefix('\\') {
            out.push('\\');
            rest = behind;
            continue;
        }
        let digits = behind.strip_prefix("u{").and_then(|behind| behind.split_once('}'));
        let read = digits.and_then(|(digits, behind)| {
            let is_number =
                (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = if is_number { u32::from_str_radix(digits, 16).ok() } else { None };
            Some((char::from_u32(number?)?, behind))
        });
        let Some((c, behind)) = read else {
            let mut shown = String::from("\\");
            let _ = write!(shown, "{}", behind.chars().take(9).collect::<String>());
            return Err(format!("has {shown:?}, which is no escape"));
        };
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether a character moves, reorders or hides text.
fn is_hidden(c: char) -> bool {
    let is_bidi_control =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}');
    let shows_nothing = matches!(
        c,
        '\u{00AD}' | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    );
    c.is_control() || is_bidi_control || is_line_end || shows_nothing
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_word, unescape};

    #[test]
    fn what_is_hidden_is_shown_and_read_again() {
        for (text, shown) in [
            ("a\u{1b}[31m\nb", "a\\u{1b}[31m\\u{a}b"),
            ("a\u{202e}b\\n", "a\\u{202e}b\\\\n"),
            (" می\u{200c}خواهم\u{a0}", "\\u{20}می\u{200c}خواهم\\u{a0}"),
            ("\t", "\\u{9}"),
            ("", ""),
        ] {
            assert_eq!(escape(text), shown);
            assert_eq!(unescape(shown).as_deref(), Ok(text));
        }
        assert_eq!(escape_word(" a b"), "\\u{20}a\\u{20}b");
    }

    #[test]
    fn what_is_no_escape_is_an_error() {
        for text in ["\\", "a\\n", "\\u", "\\u{}", "\\u{110000}", "\\u{d800}", "\\u{+1}", "\\u{1", "\\\\\\"] {
            assert!(unescape(text).is_err(), "{text}");
        }
    }
}
