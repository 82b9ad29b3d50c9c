//! What two titles must have in common to be one headline.

use crate::boilerplate::title::Title;
use crate::hash;

/// A digest of the headline in a title: the folded words of its longest part, since title elements read
/// `Headline | Site`. None where the title has no word. Two unlike headlines have one digest in 4 billion cases.
pub fn headline(title: &str) -> Option<u32> {
    let title = Title::new(title);
    let longest = title.parts().iter().max_by_key(|part| part.length)?;
    Some((hash::sequence(&longest.words) >> 96) as u32)
}

#[cfg(test)]
mod tests {
    use super::headline;

    #[test]
    fn one_headline_under_two_names_of_sites_is_one() {
        let bare = headline("Bell raised from the seabed");
        assert!(bare.is_some());
        for title in [
            "Bell raised from the seabed | Harbour Courier",
            "The Valley Ledger :: Bell raised from the seabed",
            "  BELL raised, from the “seabed”! ",
        ] {
            assert_eq!(headline(title), bare, "{title}");
        }
        for title in ["Bell raised from the lake", "Bell raised", "Harbour Courier"] {
            assert_ne!(headline(title), bare, "{title}");
        }
        assert_eq!((headline(""), headline(" | ")), (None, None));
    }
}
