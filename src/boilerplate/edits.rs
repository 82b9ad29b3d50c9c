//! What people decided about the lines of a site: it wins over what was learned, and survives learning again.
//!
//! An edit is filed under the text of a line with its slots, as the rules print it. Profiles are merged in any order,
//! so an edit carries a **revision**, greater than all that its site had when it was made: of two edits of one line
//! the later wins. Two people may edit two copies of a profile alike late; then what keeps a line wins, because a line
//! that stays can be stripped tomorrow. Taking an edit back is an edit too, else a merge would bring the old one back.
//!
//! So the edits of a line are totally ordered and a merge takes the greatest: any order, any number of times.
//!
//! Pages are judged by template keys, and the text of a line does not always say its key: of a long line only the
//! beginning is remembered, and a line that holds the title of its page has a slot there. Such a line is filed as
//! its key and its text ([`name`]). Two texts may have one key: then too the greatest edit wins ([`Edits::by_key`]).

use super::line::{LineReader, Own};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Stands between key and text where a line is filed under both; no line of text has it behind eight digits.
const BEHIND_KEY: char = '\u{1F}';

/// Hexadecimal digits of a key.
const KEY_DIGITS: usize = 8;

/// The template key that a line has when nothing is known but its text.
pub fn key_of_text(line: &str, reader: &mut LineReader) -> u32 {
    reader.read(line, 0..line.len(), &Own::default()).template
}

/// What the edit of a line is filed under: its text, with its key where the text alone has another.
pub fn name(line: &str, key: u32, reader: &mut LineReader) -> String {
    if key_of_text(line, reader) == key {
        line.to_owned()
    } else {
        format!("{key:0KEY_DIGITS$x}{BEHIND_KEY}{line}")
    }
}

/// A key from its digits, as [`name`] writes them.
pub fn key_from_digits(digits: &str) -> Option<u32> {
    let is_key = digits.len() == KEY_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_key { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// The key, where the name says one, and the text of the line that an edit is filed under.
pub fn split_name(name: &str) -> (Option<u32>, &str) {
    let split = name.split_once(BEHIND_KEY).and_then(|(key, text)| Some((key_from_digits(key)?, text)));
    split.map_or((None, name), |(key, text)| (Some(key), text))
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// It is taken out.
    Strip,
    /// It waits for a person, and stays until then; only learning on says so
    /// ([`quarantine`](super::quarantine)).
    Wait,
    /// It stays.
    Keep,
}

/// An edit of one line; greater ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// When it was made, counted in edits of its site.
    pub revision: u64,
    /// What was decided; none if an earlier edit was taken back.
    pub decision: Option<Decision>,
}

/// The edits of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    by_line: BTreeMap<String, Edit>,
}

impl Edits {
    /// What was decided about a line; none if nothing was, or if it was taken back.
    pub fn get(&self, line: &str) -> Option<Decision> {
        self.by_line.get(line)?.decision
    }

    /// Decides about a line, whatever was decided before.
    pub fn insert(&mut self, line: &str, decision: Decision) {
        self.append(line, Some(decision));
    }

    /// Lets a line wait, unless something was decided about it.
    pub fn wait(&mut self, line: &str) {
        if self.get(line).is_none() {
            self.append(line, Some(Decision::Wait));
        }
    }

    /// Takes the edit of a line back, if there is one.
    pub fn remove(&mut self, line: &str) {
        if self.get(line).is_some() {
            self.append(line, None);
        }
    }

    fn append(&mut self, line: &str, decision: Option<Decision>) {
        let latest = self.by_line.values().map(|edit| edit.revision).max().unwrap_or(0);
        self.take(line.to_owned(), Edit { revision: latest.saturating_add(1), decision });
    }

    /// Takes an edit of another copy in; the greater of two stays.
    pub fn take(&mut self, line: String, edit: Edit) {
        match self.by_line.entry(line) {
            Entry::Vacant(entry) => {
                entry.insert(edit);
            }
            Entry::Occupied(mut entry) => {
                let greater = edit.max(*entry.get());
                entry.insert(greater);
            }
        }
    }

    /// Takes the edits of another copy in.
    pub fn merge(&mut self, other: Self) {
        other.by_line.into_iter().for_each(|(line, edit)| self.take(line, edit));
    }

    /// All edits by line, those that were taken back too.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Edit)> {
        self.by_line.iter().map(|(line, edit)| (line.as_str(), *edit))
    }

    /// The edit that counts for each template key, and what it is filed under; those that were taken back too.
    pub fn by_key(&self) -> BTreeMap<u32, (&str, Edit)> {
        let mut reader = LineReader::default();
        let mut by_key = BTreeMap::new();
        for (filed, edit) in self.iter() {
            let (key, text) = split_name(filed);
            let key = key.unwrap_or_else(|| key_of_text(text, &mut reader));
            let greatest = by_key.entry(key).or_insert((filed, edit));
            if edit > greatest.1 {
                *greatest = (filed, edit);
            }
        }
        by_key
    }

    /// Whether nothing was ever decided.
    pub fn is_empty(&self) -> bool {
        self.by_line.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Edits, key_of_text, name, split_name};
    use crate::boilerplate::line::LineReader;

    #[test]
    fn a_line_is_filed_under_its_text_unless_that_has_another_key() {
        let mut reader = LineReader::default();
        let key = key_of_text("Read also: 12 boats", &mut reader);
        assert_eq!(name("Read also: 7 boats", key, &mut reader), "Read also: 7 boats");
        let filed = name("Read also: boats", key, &mut reader);
        assert_eq!(split_name(&filed), (Some(key), "Read also: boats"));
        for other in ["\u{1f}a", "1234567\u{1f}a", "123456789\u{1f}a", "+1234567\u{1f}", "1234567é\u{1f}", ""]
        {
            assert_eq!(split_name(other), (None, other));
        }
    }

    #[test]
    fn of_two_texts_of_one_key_the_later_edit_counts() {
        let mut edits = Edits::default();
        edits.insert("Share this!", Decision::Keep);
        edits.insert("share THIS", Decision::Strip);
        let by_key = edits.by_key();
        let (filed, edit) = by_key.values().next().unwrap();
        assert_eq!((by_key.len(), *filed, edit.decision), (1, "share THIS", Some(Decision::Strip)));
        edits.insert("Share this!", Decision::Keep);
        assert_eq!(edits.by_key().values().next().unwrap().1.decision, Some(Decision::Keep));
        edits.insert(
            &name(
                "the beginning of a line",
                key_of_text("share this", &mut LineReader::default()),
                &mut LineReader::default(),
            ),
            Decision::Strip,
        );
        assert_eq!(edits.by_key().values().next().unwrap().1.decision, Some(Decision::Strip));
    }

    #[test]
    fn the_later_edit_wins_and_keeping_wins_a_tie() {
        let (mut a, mut b) = (Edits::default(), Edits::default());
        a.insert("share this", Decision::Strip);
        b.insert("share this", Decision::Keep);
        let mut merged = a.clone();
        merged.merge(b.clone());
        assert_eq!(merged.get("share this"), Some(Decision::Keep));
        merged.insert("share this", Decision::Strip);
        b.merge(merged.clone());
        assert_eq!(b.get("share this"), Some(Decision::Strip));
        b.remove("share this");
        merged.merge(b);
        assert_eq!((merged.get("share this"), merged.iter().len()), (None, 1));
    }
}
