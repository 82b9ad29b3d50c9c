//! Scraped text made safe to print.
//!
//! Control characters can move the cursor or rename the window, bidi controls can reorder what follows; both are
//! shown escaped. The joiners U+200C and U+200D stay, since Persian, Urdu and Hindi need them.

use std::borrow::Cow;

/// The text with harmful characters as `\u{…}`, line feeds and tabs as blanks.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_harmful(c) || matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            c if is_harmful(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_harmful(c: char) -> bool {
    let is_bidi_control =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_bidi_control || is_line_end
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn escapes_and_bidi_controls_are_shown_and_joiners_stay() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(safe("a\u{202e}b\u{9b}c\r"), "a\\u{202e}b\\u{9b}c\\u{d}");
        assert_eq!(safe("می\u{200c}خواهم\tx"), "می\u{200c}خواهم x");
    }
}
