//! Characters that were lost in decoding: U+FFFD, or question marks in place of letters.

use memchr::{memchr_iter, memmem};

/// Question marks in place of letters from which on a page counts.
const ENOUGH: usize = 3;

/// Where the first lost character stands, as a byte of `text`.
pub(super) fn first_lost(text: &str) -> Option<usize> {
    memmem::find(text.as_bytes(), "\u{fffd}".as_bytes()).or_else(|| question_marks(text))
}

/// Where the first of several question marks stands that are in place of letters: inside words, or whole words of them.
fn question_marks(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut first, mut count, mut from) = (None, 0, 0);
    for at in memchr_iter(b'?', bytes) {
        if at < from {
            continue;
        }
        let length = bytes[at..].iter().take_while(|&&byte| byte == b'?').count();
        from = at + length;
        if is_lost(text, at, length) {
            first.get_or_insert(at);
            count += 1;
        }
    }
    first.filter(|_| count >= ENOUGH)
}

fn is_lost(text: &str, at: usize, length: usize) -> bool {
    let (before, behind) = (&text[..at], &text[at + length..]);
    let (last, next) = (before.chars().next_back(), behind.chars().next());
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    if is_blank(last) && is_blank(next) {
        return length >= 3;
    }
    // "really?Yes" is a question, "?id=3" an address.
    let is_inside = last.is_some_and(char::is_alphabetic) && next.is_some_and(char::is_lowercase);
    is_inside && !is_address(before, behind)
}

fn is_address(before: &str, behind: &str) -> bool {
    let (start, _) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
    super::prior::last_token(before).contains(['/', '.', ':']) || start.contains(['=', '&', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_became_question_marks_are_found() {
        assert_eq!(first_lost("caf\u{fffd}"), Some(3));
        assert_eq!(first_lost("Die Br?cke wird f?r neunzehn Wochen gesperrt, gr??ere Sch?den"), Some(6));
        assert_eq!(first_lost("???? ????? ?????????"), Some(0));
    }

    #[test]
    fn questions_and_addresses_are_not() {
        for text in [
            "Why? Because. How?And so?",
            "Really??? No??? ???",
            "http://a.example/b?id=3&c?d x?id=1 y?z=2 y?k=2",
        ] {
            assert_eq!(first_lost(text), None, "{text}");
        }
    }
}
