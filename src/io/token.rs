//! A string as it stands in JSON: read, written, and written again just as another program wrote it.
//!
//! One string has many spellings: `é` or `\u00e9`, `/` or `\/`. A page that loses a line is written anew, and
//! `tamis restore` must give back the spelling that it had. Programs spell consistently, so a token mostly is what
//! one of a few [`Spelling`]s makes of the text, and the name of the spelling is all that must be remembered. What
//! none of them makes (mixed spellings, lone surrogates) must be remembered as it is.

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a string is spelled in JSON. All of them escape quotes, backslashes and control characters, those that have
/// one by their short escape (`\n`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// Everything else as it is, as most programs do.
    #[default]
    Plain,
    /// What is not printable ASCII as `\u00e9`, in lower case: Python's `json.dumps`.
    Ascii,
    /// Slashes as `\/`.
    Slash,
    /// What is not ASCII as `\u00e9`, slashes as `\/`: PHP's `json_encode`.
    AsciiSlash,
    /// `<`, `>`, `&` and the two line separators of Unicode as `\u003c`: Go's `json.Marshal`.
    Html,
}

impl Spelling {
    /// All spellings, the simplest first.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Ascii, Self::Slash, Self::AsciiSlash, Self::Html];

    /// The spelling that makes `token` of `text`, if one does.
    pub fn of(token: &[u8], text: &str) -> Option<Self> {
        let body = token.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        Self::ALL.into_iter().find(|spelling| {
            let mut rest = body;
            let is_alike = spelling.pieces(text, |piece| match rest.strip_prefix(piece.as_bytes()) {
                Some(after) => {
                    rest = after;
                    true
                }
                None => false,
            });
            is_alike && rest.is_empty()
        })
    }

    /// Whether this is [`Plain`](Self::Plain), which goes without saying.
    pub fn is_plain(&self) -> bool {
        *self == Self::Plain
    }

    /// Appends `text` as a token.
    pub fn write(self, text: &str, out: &mut Vec<u8>) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        self.pieces(text, |piece| {
            out.extend_from_slice(piece.as_bytes());
            true
        });
        out.push(b'"');
    }

    /// Gives the token without its quotes piece by piece, as long as `take` wants more; whether it took all.
    fn pieces(self, text: &str, mut take: impl FnMut(&str) -> bool) -> bool {
        let (mut done, mut at) = (0, 0);
        while let Some(next) = self.next_escape(&text.as_bytes()[at..]) {
            at += next;
            let Some(c) = text[at..].chars().next() else { break };
            let before = at;
            at += c.len_utf8();
            if self.escapes(c) {
                if !take(&text[done..before]) || !take(written(c, &mut [0; 12])) {
                    return false;
                }
                done = at;
            }
        }
        take(&text[done..])
    }

    /// The first byte from which a character may be escaped.
    fn next_escape(self, bytes: &[u8]) -> Option<usize> {
        let may_escape = &MAY_ESCAPE[self as usize];
        let passed = match self {
            Self::Plain => plain_blocks(bytes, b'"'),
            Self::Slash => plain_blocks(bytes, b'/'),
            Self::Ascii | Self::AsciiSlash | Self::Html => 0,
        };
        let rest = bytes.get(passed..)?;
        Some(passed + rest.iter().position(|&byte| may_escape[usize::from(byte)])?)
    }

    const fn escapes(self, c: char) -> bool {
        match c {
            '\0'..='\u{1F}' | '"' | '\\' => true,
            '/' => matches!(self, Self::Slash | Self::AsciiSlash),
            '<' | '>' | '&' => matches!(self, Self::Html),
            '\u{7F}' => matches!(self, Self::Ascii),
            '\u{2028}' | '\u{2029}' if matches!(self, Self::Html) => true,
            '\u{80}'.. => matches!(self, Self::Ascii | Self::AsciiSlash),
            _ => false,
        }
    }
}

/// Bytes of the first blocks that have neither what all spellings escape nor this byte; the compiler looks at a block in a few
/// steps.
fn plain_blocks(bytes: &[u8], escaped: u8) -> usize {
    const BLOCK: usize = 32;
    let is_special = |&byte: &u8| {
        u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte == escaped)
    };
    let is_plain = |block: &&[u8]| block.iter().fold(0, |found, byte| found | is_special(byte)) == 0;
    BLOCK * bytes.chunks(BLOCK).take_while(is_plain).count()
}

/// By spelling, whether a character that begins with a byte may be escaped: most bytes are passed over at one look.
static MAY_ESCAPE: [[bool; 256]; Spelling::ALL.len()] = {
    let mut may_escape = [[false; 256]; Spelling::ALL.len()];
    let mut number = 0;
    while number < may_escape.len() {
        let spelling = Spelling::ALL[number];
        let mut byte = 0;
        while byte < 256 {
            may_escape[number][byte] = match byte {
                0..0x80 => spelling.escapes(byte as u8 as char),
                // The lead byte of the line separators, among others; no character begins with those up to 0xBF.
                0xC0.. => {
                    matches!(spelling, Spelling::Ascii | Spelling::AsciiSlash)
                        || (byte == 0xE2 && matches!(spelling, Spelling::Html))
                }
                _ => false,
            };
            byte += 1;
        }
        number += 1;
    }
    may_escape
};

/// The escape of a character.
fn written(c: char, buffer: &mut [u8; 12]) -> &str {
    match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '/' => "\\/",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{C}' => "\\f",
        _ => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            let mut len = 0;
            for unit in c.encode_utf16(&mut [0; 2]) {
                let digits = [12, 8, 4, 0].map(|shift| DIGITS[usize::from(*unit >> shift & 15)]);
                buffer[len..len + 2].copy_from_slice(b"\\u");
                buffer[len + 2..len + 6].copy_from_slice(&digits);
                len += 6;
            }
            std::str::from_utf8(&buffer[..len]).unwrap_or_default()
        }
    }
}

/// The string that a token says; none if it is no JSON string. Lone surrogates become U+FFFD.
pub fn decode(token: &str) -> Option<String> {
    serde_json::from_str(token).ok().map(|Lossy(text)| text)
}

/// A JSON string in which lone surrogates become U+FFFD.
pub(super) struct Lossy(pub(super) String);

impl<'de> Deserialize<'de> for Lossy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Lossy;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Lossy, E> {
                Ok(Lossy(text.to_owned()))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Lossy, E> {
                Ok(Lossy(lossy(bytes)))
            }
        }
        // As bytes, `serde_json` gives lone surrogates as three bytes each instead of refusing them.
        deserializer.deserialize_bytes(Bytes)
    }
}

fn lossy(mut bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    loop {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                text.push_str(rest);
                return text;
            }
            Err(error) => {
                let (good, rest) = bytes.split_at(error.valid_up_to());
                text.push_str(std::str::from_utf8(good).unwrap_or_default());
                text.push(char::REPLACEMENT_CHARACTER);
                bytes = rest.get(3..).unwrap_or_default();
            }
        }
    }
}
