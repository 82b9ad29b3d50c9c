//! A crawl of many pages from the invented stories of the examples: every page is a story in which the words that say
//! something have changed places, the same way in title and text. So pages differ as pages of different articles do, and hang
//! together as they do.

use crate::support::random::Random;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tamis::audit::examine::{Examiner, PageView};
use tamis::audit::prior::{Prior, SampledPage};
use tamis::audit::summary::{Batch, Removed, Summary, summarise};
use tamis::boilerplate::sample::page_hash;
use tamis::hash;
use tamis::page::{Location, Page, Pages};
use tamis::text::words::hash_words;

pub const LANGUAGES: [&str; 4] = ["en", "ar", "fr", "tr"];

/// A page of the made crawl.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub site: String,
    pub id: String,
    pub url: Option<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub author: Option<String>,
    pub text: String,
}

/// The stories of one language.
pub struct Bank {
    stories: Vec<Vec<String>>,
    /// Words that say something, those of one stem together: each family can stand for any other.
    families: Vec<Vec<String>>,
    /// Of each such word, the number of its family, and its place there.
    places: HashMap<String, (usize, usize)>,
}

/// Letters of a stem.
const STEM: usize = 4;

/// Words of a title.
const TITLE: usize = 8;

/// Articles and prepositions that Arabic writes before a word without a blank.
const PREFIXES: [&str; 9] = ["وال", "بال", "كال", "فال", "ال", "لل", "و", "ب", "ل"];

/// The stem of a word in lower case; none if it is too short to say something.
fn stem(word: &str) -> Option<&str> {
    let long = |rest: &&str| rest.chars().count() > STEM;
    let prefix = PREFIXES.iter().find(|prefix| word.strip_prefix(**prefix).filter(long).is_some());
    let rest = word.strip_prefix(prefix.copied().unwrap_or("")).unwrap_or(word);
    rest.char_indices().nth(STEM).map(|(end, _)| &rest[..end])
}

impl Bank {
    pub fn read(language: &str) -> Self {
        let file = crate::support::path(&format!("examples/stories/{language}.json"));
        let bank: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let story =
            |story: &serde_json::Value| story["paragraphs"].as_array().unwrap().iter().map(text).collect();
        let stories: Vec<Vec<String>> = bank["stories"].as_array().unwrap().iter().map(story).collect();
        let mut known: BTreeMap<String, (BTreeSet<usize>, BTreeSet<String>)> = BTreeMap::new();
        for (number, paragraphs) in stories.iter().enumerate() {
            for word in paragraphs.iter().flat_map(|paragraph| words(paragraph)).map(str::to_lowercase) {
                let Some(stem) = stem(&word) else { continue };
                let (on_stories, family) = known.entry(stem.to_owned()).or_default();
                on_stories.insert(number);
                family.insert(word);
            }
        }
        let says_something =
            |(on_stories, _): &(BTreeSet<usize>, BTreeSet<String>)| 4 * on_stories.len() < stories.len();
        let families: Vec<Vec<String>> = known
            .into_values()
            .filter(says_something)
            .map(|(_, family)| family.into_iter().collect())
            .collect();
        let place = |(number, family): (usize, &Vec<String>)| {
            family.iter().enumerate().map(|(at, word)| (word.clone(), (number, at))).collect::<Vec<_>>()
        };
        let places = families.iter().enumerate().flat_map(place).collect();
        Self { stories, families, places }
    }

    /// An article: title and paragraphs. The title is made of words of the first paragraphs and of two words besides.
    pub fn article(&self, random: &mut Random) -> (String, Vec<String>) {
        let paragraphs = self.story(random);
        let mut order: Vec<usize> = (0..self.families.len()).collect();
        random.shuffle(&mut order);
        let change = |text: &str| self.change(text, &order);
        let leaves_out = 2 + random.below(paragraphs.len() as u64) as usize;
        let left = paragraphs.iter().enumerate().filter(|(at, _)| *at != leaves_out);
        let text: Vec<String> = left.map(|(_, paragraph)| change(paragraph)).collect();
        let all: Vec<&str> = words(&text[0])
            .chain(words(&text[1]))
            .filter(|word| self.places.contains_key(&word.to_lowercase()))
            .collect();
        let from = random.below(all.len().saturating_sub(TITLE).max(1) as u64) as usize;
        let mut title: Vec<&str> = all[from..].iter().copied().take(TITLE).collect();
        for _ in 0..2 {
            let family = &self.families[random.below(self.families.len() as u64) as usize];
            title[random.below(TITLE.min(all.len()) as u64) as usize] = &family[0];
        }
        // A headline does not end with an article.
        title.push(&self.families[random.below(self.families.len() as u64) as usize][0]);
        (title.join(" "), text)
    }

    /// The paragraphs of a story as they were written.
    pub fn story(&self, random: &mut Random) -> &[String] {
        &self.stories[random.below(self.stories.len() as u64) as usize]
    }

    fn change(&self, text: &str, order: &[usize]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphabetic) {
            let end =
                rest[start..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |length| start + length);
            out.push_str(&rest[..start]);
            out.push_str(&self.changed_word(&rest[start..end], order));
            rest = &rest[end..];
        }
        out + rest
    }

    fn changed_word(&self, word: &str, order: &[usize]) -> String {
        let Some(&(number, at)) = self.places.get(&word.to_lowercase()) else { return word.to_owned() };
        let family = &self.families[order[number]];
        let changed = &family[at % family.len()];
        let mut letters = changed.chars();
        match letters.next() {
            Some(first) if word.starts_with(char::is_uppercase) => {
                first.to_uppercase().chain(letters).collect()
            }
            _ => changed.clone(),
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// A site of clean pages.
pub fn site(name: &str, bank: &Bank, count: usize, random: &mut Random) -> Vec<Made> {
    let page = |number: usize, random: &mut Random| {
        let (title, paragraphs) = bank.article(random);
        let (day, minute) = (1 + number % 28, random.below(1440));
        Made {
            site: name.to_owned(),
            id: format!("{name}-{number}"),
            url: Some(format!("https://{name}/news/{number}")),
            title: Some(title),
            date: Some(format!(
                "2025-03-{day:02}T{:02}:{:02}:{:02}Z",
                minute / 60,
                minute % 60,
                random.below(60)
            )),
            author: Some("Desk".to_owned()),
            text: paragraphs.join("\n\n"),
        }
    };
    (0..count).map(|number| page(number, random)).collect()
}

/// Runs the audit over pages; nothing is stripped.
pub fn audit(made: &[Made], removed: &[Removed]) -> Summary {
    let mut prior = Prior::default();
    for page in made {
        let hash = page_hash(&page.site, &page.text);
        if prior.wants(&page.site, hash) {
            prior.insert(&page.site, hash, SampledPage::read(&page.text, page.title.as_deref()));
        }
    }
    let known = prior.freeze();
    let mut names: Vec<String> = made.iter().map(|page| page.site.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let mut pages = Pages::default();
    let mut facts = Vec::new();
    let mut examiner = Examiner::default();
    for page in made {
        let mut words = Vec::new();
        hash_words(&page.text, &mut words);
        facts.push(examiner.examine(&known, &view(page, &words)));
        let row = Page {
            location: Location { source: 0, length: 0, offset: 0, record: 0 },
            file: 0,
            digest: hash::digest(page.text.as_bytes()),
            words: hash::sequence(&words),
            delivery: 0,
            site: names.binary_search(&page.site).unwrap() as u32,
            text_bytes: page.text.len() as u32,
            word_count: words.len() as u32,
            date: None,
            address_day: None,
            headline: None,
        };
        pages.push(row, &page.id);
    }
    pages.set_sites(names);
    summarise(Batch {
        pages: &pages,
        facts: &facts,
        known: &known,
        redelivered: &[],
        removed,
        template: &[],
        held: &[],
        syndication: Vec::new(),
        lines: BTreeMap::new(),
        drifts: BTreeMap::new(),
        rejects: Vec::new(),
        as_of: None,
        digest: String::new(),
    })
}

/// A page as the audit sees it, with all its lines.
pub fn view<'a>(page: &'a Made, words: &'a [u64]) -> PageView<'a> {
    PageView {
        site: &page.site,
        url: page.url.as_deref(),
        title: page.title.as_deref(),
        date: page.date.as_deref(),
        author: page.author.as_deref(),
        text: &page.text,
        keep: &[],
        rest: &page.text,
        article: true,
        form: 0,
        words,
    }
}
