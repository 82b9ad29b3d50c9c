//! Pages that share sampled shingles, as candidate pairs, in linear work.
//!
//! All pages that hold one sampled shingle are a bucket. A bucket of over [`MOST_PAGES`] pages is left out: such a
//! shingle is a phrase, not a passage. The others give all their pairs, at most 30 a posting; a pair that meets in
//! [`LEAST_SHARED`] buckets is a candidate. A page that has over [`MOST_PARTNERS`] candidates keeps those with which
//! it shares most, so that a huge page made of many others costs its length times a constant.

/// Pages of the largest bucket that counts.
pub const MOST_PAGES: usize = 60;
/// Sampled shingles that the pages of a candidate pair share at least.
pub const LEAST_SHARED: u32 = 2;
/// Candidates of a page at most.
pub const MOST_PARTNERS: usize = 512;

/// Two pages, `a < b`, and how many sampled shingles they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// The smaller page number.
    pub a: u32,
    /// The larger page number.
    pub b: u32,
    /// Sampled shingles that they share.
    pub shared: u32,
}

/// The pairs of a bucket of pages in ascending order; none of a bucket that is too large.
pub fn pairs_of_bucket(pages: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let pages = if pages.len() <= MOST_PAGES { pages } else { &[] };
    pages.iter().enumerate().flat_map(move |(at, &a)| pages[at + 1..].iter().map(move |&b| (a, b)))
}

/// Leaves each page its `most` meetings of most shared shingles; ties by `rank` of the other page, which must follow
/// from what a page is and not from its number. A meeting stays if both pages leave it. Gives the number of pages
/// that had more.
pub fn leave_most_shared(meetings: &mut Vec<Meeting>, most: usize, rank: impl Fn(u32) -> u128) -> u64 {
    let mut ends: Vec<u32> = meetings.iter().flat_map(|meeting| [meeting.a, meeting.b]).collect();
    ends.sort_unstable();
    let crowded: Vec<u32> =
        ends.chunk_by(|x, y| x == y).filter(|same| same.len() > most).map(|same| same[0]).collect();
    let mut ranked = Vec::new();
    for (number, meeting) in meetings.iter().enumerate() {
        for (page, other) in [(meeting.a, meeting.b), (meeting.b, meeting.a)] {
            if crowded.binary_search(&page).is_ok() {
                ranked.push((page, std::cmp::Reverse(meeting.shared), rank(other), number));
            }
        }
    }
    ranked.sort_unstable();
    let mut stays = vec![true; meetings.len()];
    for of_page in ranked.chunk_by(|x, y| x.0 == y.0) {
        of_page[most..].iter().for_each(|&(.., number)| stays[number] = false);
    }
    let mut stays = stays.into_iter();
    meetings.retain(|_| stays.next() == Some(true));
    crowded.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_each_pair_once_and_a_large_one_none() {
        let pages: Vec<u32> = (0..MOST_PAGES as u32).collect();
        let pairs: Vec<(u32, u32)> = pairs_of_bucket(&pages).collect();
        assert_eq!(pairs.len(), MOST_PAGES * (MOST_PAGES - 1) / 2);
        assert!(pairs.iter().all(|(a, b)| a < b) && pairs.is_sorted());
        let too_many: Vec<u32> = (0..=MOST_PAGES as u32).collect();
        assert_eq!(pairs_of_bucket(&too_many).count(), 0);
    }

    #[test]
    fn a_crowded_page_keeps_the_partners_it_shares_most_with() {
        // Page 0 meets pages 1 to 9, more and more closely; 8 and 9 meet as well.
        let mut meetings: Vec<Meeting> = (1..10).map(|b| Meeting { a: 0, b, shared: b / 2 + 2 }).collect();
        meetings.push(Meeting { a: 8, b: 9, shared: 2 });
        let crowded = leave_most_shared(&mut meetings, 4, u128::from);
        let left: Vec<(u32, u32)> = meetings.iter().map(|meeting| (meeting.a, meeting.b)).collect();
        assert_eq!((crowded, left), (1, vec![(0, 6), (0, 7), (0, 8), (0, 9), (8, 9)]));
        assert_eq!(leave_most_shared(&mut meetings, 4, u128::from), 0);
        assert_eq!(meetings.len(), 5);
    }
}
