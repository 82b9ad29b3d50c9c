//! Text of a crawl and figures, as people see them.

use crate::audit::report::Share;
use serde::Serialize;
use std::fmt;

/// Text that we did not write, fit to be looked at: a control character, which would be invisible or turn the
/// direction of its neighbours, is written as what it is. Joiners and direction marks, which scripts need, stay.
///
/// The page shows foreign text only in this type, escaped by the template or as a text node, each in an element that
/// isolates its direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Shown(String);

impl Shown {
    /// The visible form of a text.
    pub fn new(text: &str) -> Self {
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\t' | '\n' => shown.push(character),
                '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + character as u32)),
                '\x7f'..='\u{9f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{206f}'
                | '\u{e0000}'..='\u{e007f}' => shown.push_str(&code(character)),
                _ => shown.push(character),
            }
        }
        Self(shown)
    }

    /// The visible form of a text that may be missing.
    pub fn of(text: Option<&String>) -> Option<Self> {
        text.map(|text| Self::new(text))
    }

    /// As a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has no character.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn code(character: char) -> String {
    format!("[U+{:04X}]", character as u32)
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `url`, if it may become a link: of `http` or `https`, and of visible characters alone.
pub fn link(url: &str) -> Option<&str> {
    let starts =
        |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let is_web = starts("http://") || starts("https://");
    let is_plain =
        !url.chars().any(|c| c.is_control() || c.is_whitespace()) && Shown::new(url).as_str() == url;
    (is_web && is_plain).then_some(url)
}

/// A count with thousands apart: `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A share of 0 to 1 as `12.3 %` with a blank that does not break; what would round to nothing is `< 0.1 %`, and to
/// everything, `> 99.9 %`.
pub fn percent(share: f64) -> String {
    let number = match share {
        0.0 => "0".into(),
        1.0 => "100".into(),
        share if share < 0.0005 => "<\u{a0}0.1".into(),
        share if share > 0.9995 => ">\u{a0}99.9".into(),
        share => format!("{:.1}", 100.0 * share),
    };
    number + "\u{a0}%"
}

/// `part` of `whole`, 0 of nothing.
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The ratio of a share.
pub fn of_share(share: &Share) -> f64 {
    ratio(share.count, share.of)
}

/// `1 page`, `2 pages`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_hide_are_seen_and_those_that_scripts_need_stay() {
        assert_eq!(Shown::new("a\u{202e}b\u{2069}\0\u{1b}\u{85}").as_str(), "a[U+202E]b[U+2069]␀␛[U+0085]");
        let persian = "می\u{200c}خواهم\u{200f}!";
        assert_eq!(Shown::new(persian).as_str(), persian);
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        for url in ["https://example.org/a?b=c#d", "HTTP://example.org", "https://example.org/خبر"] {
            assert_eq!(link(url), Some(url));
        }
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            " https://example.org",
            "https://example.org/\u{202e}gpj",
            "java\nscript:alert(1)",
            "//example.org",
            "",
        ] {
            assert_eq!(link(url), None, "{url:?}");
        }
    }

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"].map(String::from),
            [0, 999, 1000, 1_234_567].map(count)
        );
        let shares = [0.0, 0.0001, 0.123, 0.9999, 1.0];
        let shown = shares.map(|share| percent(share).replace('\u{a0}', " "));
        assert_eq!(shown, ["0 %", "< 0.1 %", "12.3 %", "> 99.9 %", "100 %"]);
    }
}
