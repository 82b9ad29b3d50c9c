//! Scraped text made safe to print, and printing that never ends a run: standard output and standard error may be a full disk
//! or a program that reads no further.
//!
//! Control characters can move the cursor or rename the window, bidi controls can reorder what follows; both are
//! shown escaped. The joiners U+200C and U+200D stay, since Persian, Urdu and Hindi need them.

use crate::error::{Error, Result};
use std::borrow::Cow;
use std::fmt::Arguments;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

/// Why standard output took no more, if it did not.
static REFUSED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Prints a text; [`printed`] says whether it came through.
pub(super) fn print_text(text: Arguments<'_>) {
    if let Err(cause) = anstream::stdout().write_fmt(text) {
        REFUSED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(cause);
    }
}

/// Tells on standard error. Where nobody listens, work goes on.
pub(super) fn tell_text(text: Arguments<'_>) {
    let _ = anstream::stderr().write_fmt(text);
}

/// Fails if something that was printed did not come through.
pub(super) fn printed() -> Result<()> {
    match REFUSED.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(cause) => Err(Error::stream(&cause)),
        None => Ok(()),
    }
}

macro_rules! print_part {
    ($($part:tt)*) => { $crate::cli::terminal::print_text(format_args!($($part)*)) };
}

macro_rules! print_line {
    ($($part:tt)*) => { $crate::cli::terminal::print_text(format_args!("{}\n", format_args!($($part)*))) };
}

macro_rules! tell_line {
    ($($part:tt)*) => { $crate::cli::terminal::tell_text(format_args!("{}\n", format_args!($($part)*))) };
}

pub(super) use {print_line as println, print_part as print, tell_line as eprintln};

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
