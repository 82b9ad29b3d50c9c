//! Words to a fingerprint.
//!
//! The votes of 64 bits are counted at once, in binary numbers that stand upright: plane i of the sum holds
//! bit i of all 64 counts. Seven votes at a time go through a tree of full adders (Harley and Seal's; Warren,
//! "Hacker's Delight", section 5-1), which is six operations a word for all bits together, and no branch.

use crate::hash::in_round;

/// Makes fingerprints. Keeps its working space, so one hasher serves many pages.
#[derive(Clone, Debug, Default)]
pub struct SimHasher {
    distinct: Vec<u64>,
}

impl SimHasher {
    /// The fingerprint of a set of words (or of any shingles), given by their hashes in any order and with any
    /// repetitions: a bit is 1 where more than half of the distinct words vote for it. No words give 0, which says
    /// nothing.
    ///
    /// Cost: a sort of the words.
    pub fn sketch(&mut self, words: &[u64]) -> u64 {
        self.distinct.clear();
        self.distinct.extend_from_slice(words);
        self.distinct.sort_unstable();
        self.distinct.dedup();
        let mut votes = Votes::default();
        let (sevens, rest) = self.distinct.as_chunks::<7>();
        sevens.iter().for_each(|seven| votes.add(seven.map(vote)));
        let mut last = [0; 7];
        last.iter_mut().zip(rest).for_each(|(place, &word)| *place = vote(word));
        votes.add(last);
        votes.above(self.distinct.len() as u64 / 2)
    }
}

/// How a word votes.
#[inline]
const fn vote(word: u64) -> u64 {
    in_round(word, 0)
}

/// Sixty-four counts below 2³²; plane i holds bit i of each.
#[derive(Default)]
struct Votes {
    planes: [u64; 32],
}

impl Votes {
    #[inline]
    fn add(&mut self, votes: [u64; 7]) {
        let (a, two) = full_adder(votes[0], votes[1], votes[2]);
        let (b, other_two) = full_adder(votes[3], votes[4], votes[5]);
        let (ones, last_two) = full_adder(a, b, votes[6]);
        let (twos, fours) = full_adder(two, other_two, last_two);
        let mut carry = 0;
        let (low, high) = self.planes.split_at_mut(3);
        for (plane, bits) in low.iter_mut().zip([ones, twos, fours]) {
            (*plane, carry) = full_adder(*plane, bits, carry);
        }
        for plane in high {
            if carry == 0 {
                break;
            }
            (*plane, carry) = (*plane ^ carry, *plane & carry);
        }
    }

    /// The bits whose count is above `bound`.
    fn above(&self, bound: u64) -> u64 {
        let (mut above, mut equal) = (0, u64::MAX);
        for (place, &plane) in self.planes.iter().enumerate().rev() {
            if bound >> place & 1 == 0 {
                above |= equal & plane;
                equal &= !plane;
            } else {
                equal &= plane;
            }
        }
        above
    }
}

/// Sum and carry of three bits, in each of 64 places.
#[inline]
const fn full_adder(a: u64, b: u64, c: u64) -> (u64, u64) {
    (a ^ b ^ c, a & b | (a ^ b) & c)
}
