//! What people decided about the lines of a site: it wins over what was learned, and survives learning again.
//!
//! An edit is filed under the text of a line with its slots, as the rules print it. Profiles are merged in any order,
//! so an edit carries a **revision**, greater than all that its site had when it was made: of two edits of one line
//! the later wins. Two people may edit two copies of a profile alike late; then what keeps a line wins, because a line
//! that stays can be stripped tomorrow. Taking an edit back is an edit too, else a merge would bring the old one back.
//!
//! So the edits of a line are totally ordered and a merge takes the greatest: any order, any number of times.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// It is taken out.
    Strip,
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

    /// Whether nothing was ever decided.
    pub fn is_empty(&self) -> bool {
        self.by_line.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Edits};

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
