//! The pages with the smallest keys, as many as fit budgets of bytes: the *bottom-k* sample of a set of pages.
//!
//! Pages stand in the order of their keys up to the first that does not fit, whose key becomes the **bound**; nothing
//! at or above the bound is ever taken in again. So what is held is a function of the *set* of pages: merging is
//! commutative, associative and idempotent, and gives the same bytes for any order, any sharding and any number of
//! deliveries (the tests state it as a law). Counters that add up would be none of these.
//!
//! Two things make the law hold. The key of a page never changes. And of several versions under one key the one that
//! costs most stays ([`SampledPage::join`]): then what a page costs can only grow, and a page that did not fit once
//! never fits again.

use super::sample::{SampledPage, Wanted};
use crate::page::Strings;
use std::fmt::Debug;

/// What a page is ordered by; it must follow from the page alone.
pub trait PageKey: Copy + Ord + Debug {
    /// The key of a page; none if it does not belong here.
    fn of(page: &SampledPage) -> Option<Self>;
}

/// What pages may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pages.
    pub pages: usize,
    /// Bytes but for examples, as they are counted by [`SampledPage::cost`].
    pub bytes: usize,
    /// Bytes of text that serve as examples; of the pages with the smallest keys.
    pub text: usize,
}

/// The pages with the smallest keys.
#[derive(Clone, Debug, PartialEq)]
pub struct BottomK<K> {
    limits: Limits,
    /// By key, in room for hardly more than there are: most sites of a crawl have a page or two.
    pages: Vec<SampledPage>,
    lines: Budget<K>,
    texts: Budget<K>,
}

/// What is spent, and the key from which on nothing is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Budget<K> {
    spent: usize,
    bound: Option<K>,
}

impl<K: Copy + Ord> Budget<K> {
    const FREE: Self = Self { spent: 0, bound: None };

    fn admits(self, key: K) -> bool {
        self.bound.is_none_or(|bound| key < bound)
    }

    /// Lowers the bound to that of another sample.
    fn lower(&mut self, other: Self) {
        self.bound = match (self.bound, other.bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl<K: PageKey> BottomK<K> {
    /// Holds no page yet.
    pub const fn new(limits: Limits) -> Self {
        Self { limits, pages: Vec::new(), lines: Budget::FREE, texts: Budget::FREE }
    }

    /// What was saved; none unless this is how it would be saved: pages by key, all within bounds and limits.
    pub fn from_parts(
        limits: Limits,
        pages: Vec<SampledPage>,
        bound: Option<K>,
        text_bound: Option<K>,
    ) -> Option<Self> {
        let keys: Vec<K> = pages.iter().map(K::of).collect::<Option<_>>()?;
        let may_have_text = |key: K| text_bound.is_none_or(|bound| key < bound);
        let are_texts_bounded =
            pages.iter().zip(&keys).all(|(page, &key)| page.texts.is_empty() || may_have_text(key));
        if !keys.is_sorted_by(|a, b| a < b) || !are_texts_bounded {
            return None;
        }
        let mut sample = Self::new(limits);
        sample.lines.bound = bound;
        sample.texts.bound = text_bound;
        pages.into_iter().for_each(|page| sample.insert(page));
        let is_as_saved =
            sample.len() == keys.len() && (sample.bound(), sample.text_bound()) == (bound, text_bound);
        is_as_saved.then_some(sample)
    }

    /// What of a page of this key belongs here; worth asking before its lines are read. A page that is there already
    /// may come with another title.
    pub fn wants(&self, key: K) -> Wanted {
        match (self.lines.admits(key), self.texts.admits(key)) {
            (false, _) => Wanted::Nothing,
            (true, false) => Wanted::Lines,
            (true, true) => Wanted::Examples,
        }
    }

    /// Takes a page in, if it belongs here.
    pub fn insert(&mut self, mut page: SampledPage) {
        let Some(key) = K::of(&page) else { return };
        match self.wants(key) {
            Wanted::Nothing => return,
            Wanted::Lines => page.texts = Strings::default(),
            Wanted::Examples => {}
        }
        let place = self.place(key);
        if let Ok(at) = place {
            let known = std::mem::take(&mut self.pages[at]);
            self.lines.spent -= known.cost();
            self.texts.spent -= known.text_cost();
            page = page.join(known);
        }
        self.lines.spent += page.cost();
        self.texts.spent += page.text_cost();
        match place {
            Ok(at) => self.pages[at] = page,
            Err(at) => {
                if self.pages.len() == self.pages.capacity() {
                    self.pages.reserve_exact(self.pages.len() / 2 + 1);
                }
                self.pages.insert(at, page);
            }
        }
        self.keep_within_limits();
    }

    /// Where the page of a key stands, or would.
    fn place(&self, key: K) -> Result<usize, usize> {
        self.pages.binary_search_by_key(&Some(key), K::of)
    }

    /// The number of pages below a key.
    fn below(&self, key: K) -> usize {
        self.place(key).unwrap_or_else(|at| at)
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        self.lines.lower(other.lines);
        self.texts.lower(other.texts);
        if let Some(bound) = self.lines.bound {
            for page in self.pages.split_off(self.below(bound)) {
                self.lines.spent -= page.cost();
                self.texts.spent -= page.text_cost();
            }
        }
        if let Some(bound) = self.texts.bound {
            let from = self.below(bound);
            for page in &mut self.pages[from..] {
                self.texts.spent -= page.text_cost();
                page.texts = Strings::default();
            }
        }
        for page in other.pages {
            self.insert(page);
        }
        self.keep_within_limits();
    }

    /// Its pages, by key.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = &SampledPage> {
        self.pages.iter()
    }

    /// Whether it holds a page of this key.
    pub fn has(&self, key: K) -> bool {
        self.place(key).is_ok()
    }

    /// How many pages it holds.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> u64 {
        // What lists and strings take besides what they hold, where they are short.
        (self.pages.capacity() * size_of::<SampledPage>() + 2 * (self.lines.spent + self.texts.spent)) as u64
    }

    /// Keys from here on are left out; none if all pages are here.
    pub fn bound(&self) -> Option<K> {
        self.lines.bound
    }

    /// Pages of keys from here on have no examples.
    pub fn text_bound(&self) -> Option<K> {
        self.texts.bound
    }

    /// Pages go from the top until lines fit; of those that stay, texts go from the top until they fit. One page
    /// always stays.
    fn keep_within_limits(&mut self) {
        let Limits { pages, bytes, text } = self.limits;
        while (self.lines.spent > bytes || self.pages.len() > pages) && self.pages.len() > 1 {
            let Some(page) = self.pages.pop() else { break };
            self.lines.spent -= page.cost();
            self.texts.spent -= page.text_cost();
            self.lines.bound = K::of(&page);
        }
        while self.texts.spent > text {
            let last = self.pages.iter_mut().rev().find(|page| !page.texts.is_empty());
            let Some(page) = last else { break };
            self.texts.spent -= page.text_cost();
            self.texts.bound = K::of(page);
            page.texts = Strings::default();
        }
        // A bound that no page can meet says nothing, and would depend on the order in which pages came.
        if self.lines.bound.is_some_and(|bound| self.texts.bound >= Some(bound)) {
            self.texts.bound = None;
        }
    }
}
