//! Which tables become one.
//!
//! A look-up asks every table, so there should be few; a page should not be written again and again. Both are had if a table
//! is merged with its neighbour once that is no more than [`RATIO`] times as large (O'Neil et al. 1996, the log-structured
//! merge tree): then there are about log₄ as many tables as batches, and each page is written as often.

use super::table::MOST_PAGES;

/// A table is left alone while it is more than so many times as large as all that follow.
pub const RATIO: u64 = 3;

/// How many of the last tables become one, given the pages of each; `all` merges whatever fits.
pub fn last_to_merge(pages: &[u64], all: bool) -> usize {
    let (mut count, mut sum) = (1, pages.last().copied().unwrap_or(0));
    for &before in pages.iter().rev().skip(1) {
        if before + sum > MOST_PAGES || (before > RATIO * sum && !all) {
            break;
        }
        sum += before;
        count += 1;
    }
    count.min(pages.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_batches_make_few_tables_and_few_writes() {
        let (mut tables, mut written): (Vec<u64>, u64) = (Vec::new(), 0);
        for batch in 0..1000 {
            tables.push(100 + batch % 50);
            let merged: u64 = tables.split_off(tables.len() - last_to_merge(&tables, false)).iter().sum();
            written += merged;
            tables.push(merged);
            assert!(tables.len() <= 8, "{} tables after {batch} batches", tables.len());
        }
        let pages: u64 = tables.iter().sum();
        assert!(written < 12 * pages, "every page was written {} times", written / pages);
    }

    #[test]
    fn no_table_has_more_pages_than_can_be_numbered() {
        assert_eq!(last_to_merge(&[MOST_PAGES - 1, 2], true), 1);
        assert_eq!(last_to_merge(&[MOST_PAGES - 2, 2], true), 2);
        assert_eq!(last_to_merge(&[], true), 0);
    }
}
