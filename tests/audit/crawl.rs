//! A crawl of many pages from the invented stories of the examples: every page is a story in which the words that say
//! something have changed places, the same way in title and text. So pages differ as pages of different articles do, and hang
//! together as they do.

use crate::support::random::Random;
use std::collections::{BTreeMap, HashMap};
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
    stories: Vec<(String, Vec<String>)>,
    /// Words that say something, longest first by about equal lengths, so that they can change places.
    content: Vec<String>,
    places: HashMap<String, usize>,
}

impl Bank {
    pub fn read(language: &str) -> Self {
        let file = crate::support::path(&format!("examples/stories/{language}.json"));
        let bank: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let story = |story: &serde_json::Value| {
            let paragraphs = story["paragraphs"].as_array().unwrap().iter().map(text).collect();
            (text(&story["title"]), paragraphs)
        };
        let stories: Vec<(String, Vec<String>)> = bank["stories"].as_array().unwrap().iter().map(story).collect();
        let mut on_stories: BTreeMap<String, usize> = BTreeMap::new();
        for (title, paragraphs) in &stories {
            let all = paragraphs.join(" ") + " " + title;
            let mut words: Vec<&str> = words(&all).collect();
            words.sort_unstable();
            words.dedup();
            words.iter().for_each(|word| *on_stories.entry((*word).to_owned()).or_default() += 1);
        }
        let says_something = |(word, count): &(String, usize)| word.chars().count() >= 5 && 8 * count < stories.len();
        let content: Vec<String> =
            on_stories.into_iter().filter(says_something).map(|(word, _)| word).collect();
        let places = content.iter().enumerate().map(|(at, word)| (word.clone(), at)).collect();
        Self { stories, content, places }
    }

    /// An article: title and paragraphs.
    pub fn article(&self, random: &mut Random) -> (String, Vec<String>) {
        let (title, paragraphs) = &self.stories[random.below(self.stories.len() as u64) as usize];
        let mut order: Vec<usize> = (0..self.content.len()).collect();
        random.shuffle(&mut order);
        let change = |text: &str| self.change(text, &order);
        let leaves_out = random.below(paragraphs.len() as u64 + 3) as usize;
        let left = paragraphs.iter().enumerate().filter(|(at, _)| *at != leaves_out);
        (change(title), left.map(|(_, paragraph)| change(paragraph)).collect())
    }

    fn change(&self, text: &str, order: &[usize]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphabetic) {
            let end = rest[start..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |length| start + length);
            let word = &rest[start..end];
            out.push_str(&rest[..start]);
            out.push_str(self.places.get(word).map_or(word, |&at| &self.content[order[at]]));
            rest = &rest[end..];
        }
        out + rest
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
            date: Some(format!("2025-03-{day:02}T{:02}:{:02}:{:02}Z", minute / 60, minute % 60, random.below(60))),
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
            digest: hash::digest(page.text.as_bytes()),
            words: hash::sequence(&words),
            delivery: 0,
            site: names.binary_search(&page.site).unwrap() as u32,
            text_bytes: page.text.len() as u32,
            word_count: words.len() as u32,
            date: None,
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
        words,
    }
}
