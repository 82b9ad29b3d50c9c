//! What a person sees of an HTML page: its title, and its text in lines. The only door to `html5ever` and `chardetng`.
//!
//! The page is read as tokens, which follow the HTML standard; no tree is built, so that nothing depends on how deep
//! elements nest and memory is that of the text. An element that browsers show as a block begins a line and ends one, `br`
//! ends one, a cell of a table is set off by a blank; other white space is one blank. Lines without a word are left
//! out. What browsers do not show (`script`, `style`, `noscript`, `template`, comments, ...) is no text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::borrow::Cow;
use std::cell::RefCell;

/// What a person sees of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::io) struct Visible {
    /// What the window is called.
    pub(in crate::io) title: String,
    /// Lines, with a line feed between two.
    pub(in crate::io) text: String,
}

/// What a person sees of these bytes. `charset` is what was said of them from outside, in HTTP.
pub(in crate::io) fn visible(bytes: &[u8], charset: Option<&str>) -> Visible {
    let html = decoded(bytes, charset);
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    // A piece of text is shared, not copied, by all tokens that are parts of it; its size is 32 bits.
    let mut rest: &str = &html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(boundary(rest));
        input.push_back(StrTendril::from_slice(piece));
        // It stops at the end of each script, too.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        rest = after;
    }
    tokenizer.end();
    tokenizer.sink.state.into_inner().finish()
}

/// Bytes that are given to the tokenizer at once.
const PIECE: usize = 1 << 20;

/// Where the first piece of a text ends.
fn boundary(text: &str) -> usize {
    let end = text.len().min(PIECE);
    (0..=end).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(end)
}

/// Bytes as text: by their byte order mark, by what was said of them, by what the page says of itself, or as UTF-8 if
/// they are; else by what they look like.
pub(in crate::io) fn decoded<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, str> {
    let told = charset.and_then(|name| Encoding::for_label(name.as_bytes()));
    let encoding =
        Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or(told).or_else(|| declared(bytes));
    let encoding = encoding.unwrap_or_else(|| {
        if simdutf8::basic::from_utf8(bytes).is_ok() {
            return UTF_8;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(&bytes[..bytes.len().min(PIECE)], true);
        detector.guess(None, Utf8Detection::Allow)
    });
    encoding.decode(bytes).0
}

/// Bytes in which a page says its encoding, if it does (HTML standard, 13.2.3.2).
const DECLARED_WITHIN: usize = 1024;

/// The encoding that a `meta` names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes[..bytes.len().min(DECLARED_WITHIN)].to_ascii_lowercase();
    let at = memchr::memmem::find_iter(&start, b"charset").find_map(|at| {
        let value = start[at + b"charset".len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)));
        Encoding::for_label(&value[..end.unwrap_or(value.len())])
    })?;
    // What says that it is UTF-16 in ASCII is none.
    Some(if at.is_ascii_compatible() { at } else { UTF_8 })
}

#[derive(Default)]
struct Reader {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    title: String,
    text: String,
    /// Text of the line that is not ended, white space folded.
    line: String,
    has_title: bool,
    in_title: bool,
    /// Elements `pre` that are open: their line feeds count.
    pre: u32,
    /// The element whose text is not shown, and how many of its name are open.
    hidden: Option<(String, u32)>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.text(&text),
            Token::TagToken(tag) => return state.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let is_start = tag.kind == TagKind::StartTag;
        if let Some((hidden, open)) = &mut self.hidden {
            if hidden == name {
                *open = if is_start { open.saturating_add(u32::from(!tag.self_closing)) } else { *open - 1 };
                if *open == 0 {
                    self.hidden = None;
                }
            }
            return raw_text(name, is_start);
        }
        match (name, is_start) {
            ("title", _) => {
                self.in_title = is_start && !self.has_title;
                self.has_title = true;
                // An unclosed title takes all that follows, for browsers too.
                return if is_start {
                    TokenSinkResult::RawData(RawKind::Rcdata)
                } else {
                    TokenSinkResult::Continue
                };
            }
            ("br", _) | ("hr", true) => self.end_line(),
            ("pre", _) => {
                self.end_line();
                self.pre = if is_start { self.pre.saturating_add(1) } else { self.pre.saturating_sub(1) };
            }
            ("td" | "th", _) => self.blank(),
            (_, true) if HIDDEN.contains(&name) && !tag.self_closing => {
                self.hidden = Some((name.to_owned(), 1));
                return raw_text(name, is_start);
            }
            _ if BLOCKS.contains(&name) => self.end_line(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
            return;
        }
        if self.hidden.is_some() {
            return;
        }
        for piece in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = piece.trim_end_matches(|c: char| c.is_ascii_whitespace());
            self.line.push_str(word);
            if word.len() < piece.len() {
                if self.pre > 0 && piece.ends_with('\n') { self.end_line() } else { self.blank() }
            }
        }
    }

    fn blank(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn end_line(&mut self) {
        let line = self.line.trim();
        if !line.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(line);
        }
        self.line.clear();
    }

    fn finish(mut self) -> Visible {
        self.end_line();
        let title: Vec<&str> = self.title.split_whitespace().collect();
        Visible { title: title.join(" "), text: self.text }
    }
}

/// How the content of an element is read that holds no elements.
fn raw_text(name: &str, is_start: bool) -> TokenSinkResult<()> {
    match name {
        "script" if is_start => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp" if is_start => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "textarea" | "title" if is_start => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

/// Elements whose text browsers that run scripts do not show, or show in a control.
const HIDDEN: &[&str] = &[
    "canvas", "datalist", "iframe", "noembed", "noframes", "noscript", "script", "select", "style", "svg",
    "template", "textarea",
];

/// Elements that browsers show as blocks (HTML standard, 15.3), and what people see as lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "html",
    "legend",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
    "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        visible(html.as_bytes(), None).text
    }

    #[test]
    fn blocks_are_lines_and_other_white_space_is_one_blank() {
        let html = "<title> The\n ferry </title><h1>Ferry</h1>\n<p>leaves  at\n<b>nine</b>, <i>they</i> said.<p>Next<br>line\
                    <ul><li>one<li>two</ul><table><tr><td>a<td>b<tr><td>c</table><pre>x  y\nz</pre>";
        let seen = visible(html.as_bytes(), None);
        assert_eq!(seen.title, "The ferry");
        assert_eq!(seen.text, "Ferry\nleaves at nine, they said.\nNext\nline\none\ntwo\na b\nc\nx y\nz");
    }

    #[test]
    fn what_browsers_do_not_show_is_no_text() {
        let html = "a<script>if (a < b) { '</p>' }</script><style>p {}</style><noscript><p>on</p></noscript>\
                    <template>t<template>u</template>v</template><!-- c --><svg><title>s</title><text>w</text></svg>\
                    <textarea><p></textarea>b";
        assert_eq!(text(html), "ab");
        assert_eq!(text("shown<script>never ended"), "shown");
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(text("caf&eacute; &amp; t&#xE9; &lt;b&gt; &nosuch;"), "café & té <b> &nosuch;");
    }

    #[test]
    fn the_encoding_is_that_of_mark_header_page_or_looks_in_this_order() {
        let latin = b"<meta charset=iso-8859-1><p>caf\xE9";
        assert_eq!(visible(latin, None).text, "caf\u{E9}");
        assert_eq!(visible(b"<p>caf\xC3\xA9", Some("iso-8859-1")).text, "caf\u{C3}\u{A9}");
        assert_eq!(visible(b"\xEF\xBB\xBF<p>caf\xC3\xA9", Some("iso-8859-1")).text, "caf\u{E9}");
        assert_eq!(visible(b"<p>caf\xC3\xA9", None).text, "caf\u{E9}");
        let meta = b"<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'><p>\xCF\xE0\xF0\xEE\xEC";
        assert_eq!(visible(meta, None).text, "\u{41F}\u{430}\u{440}\u{43E}\u{43C}");
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = "<div>".repeat(300_000) + "bottom" + &"</div>".repeat(300_000);
        assert_eq!(text(&deep), "bottom");
        let hidden = "<template>".repeat(100_000) + "no" + &"</template>".repeat(100_000) + "yes";
        assert_eq!(text(&hidden), "yes");
    }
}
