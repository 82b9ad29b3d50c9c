//! Crawls by the gigabyte from a seed: invented words, invented sites, planted copies.
//!
//! Two kinds of topics. *Unlike*: pages share words but hardly a phrase, as pages of many subjects do. *Close*:
//! half of each page is drawn from phrases that many pages use, as a week of one country's news does; such
//! pages meet in buckets without being copies, which is what costs time at scale.
//!
//! One page in ten is a copy of a page shortly before, with up to a fifth of its words changed.

use std::io::{self, Write};

/// How much pages have in common.
#[allow(dead_code, reason = "not every bench needs both")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topics {
    Unlike,
    Close,
}

/// A generator of pages.
pub(crate) struct Corpus {
    state: u64,
    vocabulary: [Vec<String>; 2],
    topics: Topics,
    number: u64,
    recent: Vec<(usize, Vec<u32>)>,
}

const WORDS: usize = 60_000;
const PHRASES: u64 = 4_000;
const RECENT: usize = 64;

impl Corpus {
    pub(crate) fn new(seed: u64, topics: Topics) -> Self {
        let mut corpus =
            Self { state: seed, vocabulary: [Vec::new(), Vec::new()], topics, number: 0, recent: Vec::new() };
        let latin: Vec<char> = ('a'..='z').collect();
        let arabic: Vec<char> = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإ".chars().collect();
        corpus.vocabulary =
            [latin, arabic].map(|letters| (0..WORDS).map(|rank| corpus.word(&letters, rank)).collect());
        corpus
    }

    /// Frequent words are short.
    fn word(&mut self, letters: &[char], rank: usize) -> String {
        let length = 2 + self.below(3) + if rank > 200 { self.below(5) } else { 0 };
        (0..length).map(|_| letters[self.below(letters.len() as u64) as usize]).collect()
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A word by its rank; ranks fall off about as in natural text (Zipf).
    fn zipf(&mut self) -> u32 {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((WORDS as f64).powf(uniform) - 1.0) as u32
    }

    fn fresh_words(&mut self) -> Vec<u32> {
        let length = 80 + self.below(120) + self.below(200);
        let mut words = Vec::with_capacity(length as usize);
        while (words.len() as u64) < length {
            if self.topics == Topics::Close && self.below(8) == 0 {
                // A phrase is the same words wherever its number comes up.
                let mut phrase = Corpus {
                    state: self.below(PHRASES),
                    vocabulary: Default::default(),
                    recent: Vec::new(),
                    ..*self
                };
                let count = 5 + phrase.below(4);
                words.extend((0..count).map(|_| phrase.zipf()));
            } else {
                words.push(self.zipf());
            }
        }
        words
    }

    fn words_of_next_page(&mut self) -> (usize, Vec<u32>) {
        if self.recent.len() == RECENT && self.below(10) == 0 {
            let copied = self.below(RECENT as u64) as usize;
            let (language, mut words) = self.recent[copied].clone();
            let changes = self.below(words.len() as u64 / 20 + 1);
            for _ in 0..changes {
                let at = self.below(words.len() as u64) as usize;
                words[at] = self.zipf();
            }
            return (language, words);
        }
        (self.below(2) as usize, self.fresh_words())
    }

    /// Writes one page as a JSON line.
    pub(crate) fn write_page(&mut self, out: &mut impl Write) -> io::Result<()> {
        let (language, words) = self.words_of_next_page();
        let slot = (self.number % RECENT as u64) as usize;
        if self.recent.len() < RECENT {
            self.recent.push((language, words.clone()));
        } else {
            self.recent[slot] = (language, words.clone());
        }
        let (number, site) = (self.number, self.below(200));
        self.number += 1;
        write!(
            out,
            "{{\"id\": \"p{number:09}\", \"url\": \"https://site-{site}.example/{number}\", \"site\": \"site-{site}.example\", "
        )?;
        write!(out, "\"date\": \"2026-01-{:02}\", \"text\": \"", 1 + number % 28)?;
        for (at, &word) in words.iter().enumerate() {
            let between = match at {
                0 => "",
                _ if at % 90 == 0 => ".\\n\\n",
                _ if at % 17 == 0 => ", ",
                _ => " ",
            };
            write!(out, "{between}{}", self.vocabulary[language][word as usize])?;
        }
        out.write_all(b".\"}\n")
    }
}
