//! The list of features: what is measured of a line before it is judged.

macro_rules! features {
    ($($name:ident, $sign:literal, $reason:literal;)*) => {
        /// The numbers of the features, by name.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Feature { $(#[doc = $reason] $name),* }

        /// Name, sign (+1: more of it speaks for junk, -1: against, 0: either) and meaning of each feature.
        pub const FEATURES: &[(&str, i8, &str)] = &[$((stringify!($name), $sign, $reason)),*];

        /// How many features there are.
        pub const COUNT: usize = FEATURES.len();
    };
}

features! {
    slot_prose, -1, "share of the site's prose that stands between these two anchors";
    affix_above_anchor, 1, "pages where a line that begins so stands above the same anchor (bound)";
    affix_below_anchor, 1, "pages where a line that begins so stands below the same anchor (bound)";
    affix_between, 1, "the smaller of the two";
    affix1_above_anchor, 1, "pages where a line with this first word stands above the same anchor (bound)";
    affix1_below_anchor, 1, "pages where a line with this first word stands below the same anchor (bound)";
    affix1, 1, "pages with a line with this first word (bound)";
    affix1_once, 1, "of the pages with a line with this first word, share that have just one";
    shape_above_anchor, 1, "pages where a line that looks like this stands at this distance above the same anchor (bound)";
    shape_below_anchor, 1, "pages where a line that looks like this stands at this distance below the same anchor (bound)";
    affix3, 1, "pages with a line that begins with the same three words (bound)";
    affix2, 1, "pages with a line that begins with the same two words (bound)";
    suffix2, 1, "pages with a line that ends with the same two words (bound)";
    affix_once, 1, "of the pages with a line that begins so, share that have just one";
    no_letters, -1, "fewer than two letters";
    in_core, -1, "inside the core of the page's text";
    core_distance, 1, "lines from the core (logarithm)";
    prose_min, -1, "share of the page's prose above or below, whichever is less";
    prose_above, -1, "share of the page's prose above";
    titles_near, 1, "share of the lines within eight that are other pages' titles";
    title_cover_out, 1, "share of the line covered by other pages' titles, outside the core";
    title_out, 1, "another page's title or its beginning, outside the core";
    title_in, 1, "another page's title or its beginning, inside the core";
    own_title, -1, "this page's own title";
    own_title_part, -1, "a part of this page's own title";
    template, 1, "pages with this line (bound)";
    template_share, 1, "pages with this line (share)";
    template_length, 1, "pages with this line (bound), times the logarithm of its length";
    exact, 1, "pages with these very words (bound)";
    pair_above, 1, "pages where it stands below the same line (bound)";
    pair_below, 1, "pages where it stands above the same line (bound)";
    around, 1, "pages where one line stands between the same two (bound)";
    neighbours, 1, "mean share of pages with the three lines above and below";
    block, 1, "length of the run of frequent lines around it (logarithm)";
    spread, -1, "how far its place wanders from page to page, in lines";
    head, 0, "how near the head of the page (1 on the first line, a half five lines below)";
    tail, 0, "how near the tail of the page";
    anchor_above, 0, "how near the anchor above";
    anchor_below, 0, "how near the anchor below";
    slot_lines, 0, "lines between the two anchors (logarithm)";
    place, 0, "place in the page, 0 at the head to 1 at the tail";
    prose_near, -1, "how near the nearest line of prose";
    below_given, 1, "of the pages with the anchor above, share where a line that begins so stands below it (bound)";
    above_given, 1, "of the pages with the anchor below, share where a line that begins so stands above it (bound)";
    pair_given, 1, "of the pages with the line above, share where this line follows (bound)";
    share_above, 1, "share of pages with the line above";
    share_below, 1, "share of pages with the line below";
    headline, -1, "this page's own title, where its text begins";
    length, -1, "its length (logarithm)";
    sentence, -1, "ends like a sentence";
    short_run, 1, "length of the run of short lines around it (logarithm)";
    number, 0, "holds a number or a date";
    address, 1, "holds an address";
    title_slot, 0, "holds this page's own title beside other words";
    author_slot, 1, "holds the page's author";
    phrase, 1, "a phrase of site chrome";
    phrase_start, 1, "begins with a phrase of site chrome";
    pages, 0, "other pages known of the site (logarithm)";
}
