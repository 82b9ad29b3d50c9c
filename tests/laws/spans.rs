//! Lines that are cut out can be put back, whatever the text and whichever lines.

use proptest::prelude::*;
use tamis::boilerplate::spans::{Span, cut, put_back};

/// Texts with many line feeds, blank lines, and characters of any length.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::collection::vec(prop_oneof![2 => "[ab\r]{0,3}", 1 => Just(String::new()), 1 => any::<String>()], 0..8)
            .prop_map(|lines| lines.join("\n")),
        1 => "[\n\u{e9}\u{1F600}a]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_cut_can_be_put_back(text in text(), flags in prop::collection::vec(any::<bool>(), 64)) {
        let lines: Vec<&str> = text.split('\n').collect();
        let keep: Vec<bool> = (0..lines.len()).map(|line| flags[line % flags.len()]).collect();
        let Some((rest, spans)) = cut(&text, &keep) else {
            prop_assert!(!keep.contains(&true));
            return Ok(());
        };
        let kept: Vec<&str> = lines.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(line, _)| *line).collect();
        prop_assert_eq!(&rest, &kept.join("\n"));
        for span in &spans {
            prop_assert_eq!(&text[span.start as usize..span.end as usize], &span.line);
        }
        prop_assert_eq!(put_back(&rest, &spans), Ok(text));
    }

    #[test]
    fn any_spans_on_any_text_are_an_error_or_a_text(
        rest in text(),
        spans in prop::collection::vec((0u64..20, 0u64..20, "[a\n]{0,3}"), 0..4),
    ) {
        let span = |(start, end, line): (u64, u64, String)| Span { start, end, line: line.into() };
        let spans: Vec<Span<'_>> = spans.into_iter().map(span).collect();
        if let Ok(text) = put_back(&rest, &spans) {
            let keep: Vec<bool> = tamis::text::lines::lines(&text)
                .map(|line| spans.iter().all(|span| span.start != line.start as u64))
                .collect();
            prop_assert_eq!(cut(&text, &keep), Some((rest, spans)));
        }
    }
}

#[test]
fn a_text_never_loses_its_last_line_nor_one_that_has_no_flag() {
    assert_eq!(cut("a\nb", &[false, false]), None);
    assert_eq!(cut("", &[false]), None);
    assert_eq!(cut("a\nb", &[true]), None);
    assert_eq!(cut("a\nb", &[true, true, true]), None);
    assert_eq!(cut("", &[true]), Some((String::new(), vec![])));
}

#[test]
fn an_empty_rest_is_one_empty_line() {
    let (rest, spans) = cut("a\n\nb", &[false, true, false]).unwrap();
    assert_eq!((rest.as_str(), spans.len()), ("", 2));
    assert_eq!(put_back(&rest, &spans).unwrap(), "a\n\nb");
}

#[test]
fn a_span_that_fits_nowhere_is_named() {
    let (rest, mut spans) = cut("one\ntwo\nthree", &[true, false, true]).unwrap();
    spans[0].start += 1;
    spans[0].end += 1;
    assert!(put_back(&rest, &spans).unwrap_err().contains("byte 5"));
    spans[0] = Span { start: 4, end: 3, line: "two".into() };
    assert!(put_back(&rest, &spans).unwrap_err().contains("byte 4"));
}
