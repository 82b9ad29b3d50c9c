//! Connected components by disjoint sets.

/// Disjoint sets over dense numbers; the root of a set is its smallest number, whatever the order of unions.
#[derive(Debug)]
pub struct DisjointSets(Vec<u32>);

impl DisjointSets {
    /// `count` sets of one.
    pub fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// The smallest number in the set of `item`.
    pub fn root(&mut self, mut item: u32) -> u32 {
        // Path halving (Tarjan and van Leeuwen 1984).
        while self.0[item as usize] != item {
            let grandparent = self.0[self.0[item as usize] as usize];
            self.0[item as usize] = grandparent;
            item = grandparent;
        }
        item
    }

    /// Joins two sets.
    pub fn union(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
