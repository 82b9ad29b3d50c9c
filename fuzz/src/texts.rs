//! Texts: the fast ways of folding and counting say what the slow obvious ones say, and what is cut out can be put back.

use std::collections::BTreeSet;
use tamis::boilerplate::encoding;
use tamis::boilerplate::evidence::Gatherer;
use tamis::boilerplate::judge::{SiteJudge, Strictness, shared_lines};
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::profile::Profile;
use tamis::boilerplate::rules::{self, SiteRules, escape};
use tamis::boilerplate::sample::{SampledPage, Wanted, page_hash};
use tamis::boilerplate::spans::{Span, cut, put_back};
use tamis::difference::difference;
use tamis::shingle::Ngram;
use tamis::text::{fold, lines, reference, words as fast};
use tamis::{date, hash};

/// Words, folding and lines of a text, and how its halves differ.
pub fn words(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let slow = reference::words(text);
    let expected: Vec<u64> = slow.iter().map(|word| hash::word(&word.folded)).collect();
    let mut hashes = Vec::new();
    fast::hash_words(text, &mut hashes);
    assert_eq!(hashes, expected);
    let placed = fast::PlacedWords::of(text);
    assert_eq!(placed.hashes, expected);
    for (span, word) in placed.spans.iter().zip(&slow) {
        assert_eq!((span.start as usize, span.end as usize), (word.span.start, word.span.end));
    }
    let folded = fold::fold(text);
    assert_eq!(fold::fold(&folded), folded);
    let cut: Vec<&str> = lines::lines(text).map(|range| &text[range]).collect();
    assert_eq!(cut, text.split('\n').collect::<Vec<&str>>());
    assert_eq!(lines::count(text), cut.len());
    let middle = (text.len() / 2..).find(|&at| text.is_char_boundary(at)).unwrap();
    let found = difference(&text[..middle], &text[middle..], Ngram::DEFAULT);
    let shingles = |text: &str| -> BTreeSet<Vec<u64>> {
        let words: Vec<u64> = reference::words(text).iter().map(|word| hash::word(&word.folded)).collect();
        let n = Ngram::DEFAULT.words();
        if words.len() < n {
            (!words.is_empty()).then_some(words).into_iter().collect()
        } else {
            words.windows(n).map(<[u64]>::to_vec).collect()
        }
    };
    let (a, b) = (shingles(&text[..middle]), shingles(&text[middle..]));
    assert_eq!(found.overlap.shared as usize, a.intersection(&b).count());
}

/// Dates and addresses.
pub fn dates(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    date::in_address(text).map(date::day_name);
    date::stated(text);
    if let Some(read) = date::parse(text) {
        assert!(date::day(text).is_some());
        let name = read.name();
        if let Some(again) = date::parse(&name) {
            assert_eq!(again.name(), name);
        }
    }
}

/// Pages of one site, parted by form feeds: what is learned of them, what is cut out of each, and the rules that a person
/// reads.
pub fn boilerplate(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let title = |page: &str| page.lines().next().unwrap_or_default().to_owned();
    let mut profile = Profile::default();
    let mut reader = LineReader::default();
    for (number, page) in pages.iter().enumerate() {
        let hash = page_hash("s", page);
        let day = (number % 3 > 0).then_some(number as i32);
        profile.insert(
            "s",
            SampledPage::read(Wanted::Examples, hash, day, page, &title(page), None, &mut reader),
        );
    }
    let saved = encoding::encode(&profile);
    assert_eq!(encoding::encode(&encoding::decode(&saved, "profile").unwrap()), saved);
    let shared = shared_lines(profile.sites().map(|(_, site)| site));
    let site = profile.site("s").unwrap();
    for strictness in [Strictness::Usual, Strictness::Strict] {
        let judge = SiteJudge::new(site, &shared, strictness);
        let (mut gatherer, mut keep) = (Gatherer::default(), Vec::new());
        for page in &pages {
            let has_article = judge.judge(&mut gatherer, "s", page, &title(page), None, &mut keep);
            if !has_article {
                continue;
            }
            let Some((rest, spans)) = cut(page, &keep) else { panic!("an article that loses everything") };
            assert_eq!(put_back(&rest, &spans).unwrap(), *page);
        }
    }
    let told = SiteRules::new("s", site, &shared);
    let printed = rules::print([&told], true);
    let asked = rules::parse(&printed, "rules").unwrap();
    assert_eq!(asked.len(), told.lines.len());
    for (asked, told) in asked.iter().zip(&told.lines) {
        assert_eq!(asked.key, told.template, "{printed}");
    }
}

/// What a person writes: rules, escapes; and spans that are not what was cut.
pub fn rules(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Err(fault) = rules::parse(text, "rules") {
        assert!(fault.to_string().starts_with("rules"), "{fault}");
    }
    let escaped = escape::escape(text);
    assert!(!escaped.contains('\n'));
    assert_eq!(escape::unescape(&escaped).as_deref(), Ok(text));
    assert_eq!(escape::unescape(&escape::escape_word(text)).as_deref(), Ok(text));
    let _ = escape::unescape(text);
    let spans: Vec<Span<'_>> = bytes
        .chunks_exact(4)
        .map(|at| Span {
            start: at[0].into(),
            end: at[1].into(),
            line: text.chars().take(at[2].into()).collect(),
        })
        .collect();
    let _ = put_back(text, &spans);
    let flags: Vec<bool> = text.split('\n').zip(bytes.iter().rev()).map(|(_, byte)| byte & 1 == 0).collect();
    if let Some((rest, spans)) = cut(text, &flags) {
        assert_eq!(put_back(&rest, &spans).as_deref(), Ok(text));
    }
}
