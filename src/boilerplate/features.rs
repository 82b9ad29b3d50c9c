//! The list of features: what is measured of a line before it is judged, and how it is said.
//!
//! A row is a feature: its name; its sign (+1: more of it speaks for junk, -1: against, 0: either); what it is about
//! (`Subject`); its meaning; and what is said of a line of which it is low, middling or high
//! (`phrases.rs` says how a value is read). What is said is a clause about "it", the line, with the
//! number in the place of `{}`.

use super::phrases::{
    Phrase, articles, articles_by_length, at_least, chrome, count, distance, flag, place, share, spread,
};

macro_rules! features {
    ($($name:ident, $sign:literal, $subject:ident, $meaning:literal, $phrase:expr;)*) => {
        /// The numbers of the features, by name.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Feature { $(#[doc = $meaning] $name),* }

        /// Name, sign (+1: more of it speaks for junk, -1: against, 0: either) and meaning of each feature.
        pub const FEATURES: &[(&str, i8, &str)] = &[$((stringify!($name), $sign, $meaning)),*];

        /// What each feature is about, and how it is said.
        pub(super) const PHRASES: &[(Subject, Phrase)] = &[$((Subject::$subject, $phrase)),*];

        /// How many features there are.
        pub const COUNT: usize = FEATURES.len();
    };
}

/// So many are weighed; those behind are for what is told, and for guards.
pub const WEIGHED: usize = Feature::pages as usize;

/// What a feature is about: features of one subject say nearly the same thing, and are told as one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// How many pages have the line.
    Frequency,
    /// How many pages have a line that begins or ends so.
    Beginning,
    /// How many pages have a line that looks so.
    Shape,
    /// What stands around it.
    Around,
    /// What its slot holds elsewhere.
    Slot,
    /// Where the page's own text stands.
    Core,
    /// Other pages' titles.
    OtherTitles,
    /// The page's own title and author.
    Own,
    /// Phrases of site chrome.
    Chrome,
    /// What it looks like.
    Looks,
    /// Where in the page it stands; says little without the others.
    Place,
    /// What is known of the site; says little without the others.
    Site,
}

impl Subject {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Site as usize + 1;
}

features! {
    frame, 1, Beginning, "pages with just one line that begins or ends so, if these are half of them (bound)",
        articles("just one line begins or ends like it on {}");
    slot_prose, -1, Slot, "share of the site's prose that stands between these two anchors",
        share("no prose stands between the template lines around it", "{} of the site's prose stands between the template lines around it", "{} of the site's prose stands between the template lines around it");
    affix_above_anchor, 1, Beginning, "pages where a line that begins so stands above the same anchor (bound)",
        articles("lines that begin so stand above the same template line on {}");
    affix_below_anchor, 1, Beginning, "pages where a line that begins so stands below the same anchor (bound)",
        articles("lines that begin so stand below the same template line on {}");
    affix_between, 1, Beginning, "the smaller of the two",
        articles("lines that begin so stand between the same two template lines on {}");
    affix1_above_anchor, 1, Beginning, "pages where a line with this first word stands above the same anchor (bound)",
        articles("lines with its first word stand above the same template line on {}");
    affix1_below_anchor, 1, Beginning, "pages where a line with this first word stands below the same anchor (bound)",
        articles("lines with its first word stand below the same template line on {}");
    affix1, 1, Beginning, "pages with a line with this first word (bound)",
        articles("its first word begins a line on {}");
    affix1_once, 1, Beginning, "of the pages with a line with this first word, share that have just one",
        share("articles with a line with its first word have several of them", "of the articles with a line with its first word, {} have just one", "of the articles with a line with its first word, {} have just one");
    shape_above_anchor, 1, Shape, "pages where a line that looks like this stands at this distance above the same anchor (bound)",
        articles("a line of its look stands in the same place above the same template line on {}");
    shape_below_anchor, 1, Shape, "pages where a line that looks like this stands at this distance below the same anchor (bound)",
        articles("a line of its look stands in the same place below the same template line on {}");
    affix3, 1, Beginning, "pages with a line that begins with the same three words (bound)",
        articles("its first three words begin a line on {}");
    affix2, 1, Beginning, "pages with a line that begins with the same two words (bound)",
        articles("its first two words begin a line on {}");
    suffix2, 1, Beginning, "pages with a line that ends with the same two words (bound)",
        articles("its last two words end a line on {}");
    affix_once, 1, Beginning, "of the pages with a line that begins so, share that have just one",
        share("articles with a line that begins so have several of them", "of the articles with a line that begins so, {} have just one", "of the articles with a line that begins so, {} have just one");
    no_letters, -1, Looks, "fewer than two letters",
        flag("it has letters", "it has hardly a letter");
    in_core, -1, Core, "inside the core of the page's text",
        flag("it stands outside the stretch of the page's own text", "it stands inside the page's own text");
    core_distance, 1, Core, "lines from the core (logarithm)",
        count(1.0, 6.0, "it stands inside the page's own text", "it stands {} lines from the page's own text", "it stands {} lines away from the page's own text");
    prose_min, -1, Core, "share of the page's prose above or below, whichever is less",
        share("all of the page's prose stands on one side of it", "at least {} of the page's prose stands above it and below it", "it stands in the middle of the page's prose");
    prose_above, -1, Core, "share of the page's prose above",
        share("the page's prose begins below it", "{} of the page's prose stands above it", "{} of the page's prose stands above it");
    titles_near, 1, OtherTitles, "share of the lines within eight that are other pages' titles",
        share("no other pages' titles stand near it", "{} of the lines near it are other pages' titles", "{} of the lines near it are other pages' titles");
    title_cover_out, 1, OtherTitles, "share of the line covered by other pages' titles, outside the core",
        share("it is made of no other page's title", "other pages' titles make up {} of its words", "other pages' titles make up {} of its words");
    title_out, 1, OtherTitles, "another page's title or its beginning, outside the core",
        flag("it is no other page's title", "it is the title of another page");
    title_in, 1, OtherTitles, "another page's title or its beginning, inside the core",
        flag("it is no other page's title", "it is the title of another page, inside the text");
    own_title, -1, Own, "this page's own title",
        flag("it is not this page's title", "it is this page's own title");
    own_title_part, -1, Own, "a part of this page's own title",
        flag("it is no part of this page's title", "it is a part of this page's own title");
    template, 1, Frequency, "pages with this line (bound)",
        articles("it stands on {}");
    template_share, 1, Frequency, "pages with this line (share)",
        share("hardly another article has it", "{} of the other articles have it", "{} of the other articles have it");
    template_length, 1, Frequency, "pages with this line (bound), times the logarithm of its length",
        articles_by_length("it stands on {}");
    exact, 1, Frequency, "pages with these very words (bound)",
        articles("it stands word for word on {}");
    pair_above, 1, Around, "pages where it stands below the same line (bound)",
        articles("it stands below the same line on {}");
    pair_below, 1, Around, "pages where it stands above the same line (bound)",
        articles("it stands above the same line on {}");
    around, 1, Around, "pages where one line stands between the same two (bound)",
        articles("the lines just above and below it frame one line on {}");
    neighbours, 1, Around, "mean share of pages with the three lines above and below",
        share("hardly another article has the lines around it", "the lines around it stand on {} of the articles", "the lines around it stand on {} of the articles");
    block, 1, Around, "length of the run of frequent lines around it (logarithm)",
        count(2.0, 8.0, "it is in no block of the site's lines", "it is in a block of {} lines that the site repeats", "it is in a long block of lines that the site repeats ({})");
    spread, -1, Place, "how far its place wanders from page to page, in lines",
        spread("it stands in the same place on every page", "its place wanders from page to page by about {} lines", "it has no fixed place in the pages");
    head, 0, Place, "how near the head of the page (1 on the first line, a half five lines below)",
        place("it stands far below the head of the page ({})", "it stands near the head of the page ({})", "it stands at the head of the page ({})");
    tail, 0, Place, "how near the tail of the page",
        place("it stands far above the end of the page ({})", "it stands near the end of the page ({})", "it stands at the end of the page ({})");
    anchor_above, 0, Place, "how near the anchor above",
        distance("the nearest template line above is {} lines away", "the nearest template line above is {} lines away", "a template line stands right above it");
    anchor_below, 0, Place, "how near the anchor below",
        distance("the nearest template line below is {} lines away", "the nearest template line below is {} lines away", "a template line stands right below it");
    slot_lines, 0, Place, "lines between the two anchors (logarithm)",
        count(2.0, 10.0, "it stands alone between two template lines", "the template lines around it are {} lines apart", "the template lines around it are {} lines apart");
    place, 0, Place, "place in the page, 0 at the head to 1 at the tail",
        place("it stands in the upper part of the page ({})", "it stands in the middle of the page ({})", "it stands in the lower part of the page ({})");
    prose_near, -1, Core, "how near the nearest line of prose",
        distance("the nearest line of prose is {} lines away", "the nearest line of prose is {} lines away", "a line of prose stands beside it");
    below_given, 1, Beginning, "of the pages with the anchor above, share where a line that begins so stands below it (bound)",
        at_least("the template line above has hardly ever a line that begins so below it", "where the template line above stands, a line that begins so stands below it on {} of the articles", "where the template line above stands, a line that begins so stands below it on {} of the articles");
    above_given, 1, Beginning, "of the pages with the anchor below, share where a line that begins so stands above it (bound)",
        at_least("the template line below has hardly ever a line that begins so above it", "where the template line below stands, a line that begins so stands above it on {} of the articles", "where the template line below stands, a line that begins so stands above it on {} of the articles");
    pair_given, 1, Around, "of the pages with the line above, share where this line follows (bound)",
        at_least("it hardly ever follows the line above it elsewhere", "where the line above stands, it follows on {} of the articles", "where the line above stands, it follows on {} of the articles");
    share_above, 1, Around, "share of pages with the line above",
        share("hardly another article has the line above it", "{} of the articles have the line above it", "{} of the articles have the line above it");
    share_below, 1, Around, "share of pages with the line below",
        share("hardly another article has the line below it", "{} of the articles have the line below it", "{} of the articles have the line below it");
    own_title_words, -1, Own, "share of its words that are in this page's own title",
        share("hardly a word of it is in this page's title", "{} of its words are in this page's title", "{} of its words are in this page's title");
    headline, -1, Own, "this page's own title, where its text begins",
        flag("it is not the page's headline", "it is the page's headline");
    length, -1, Looks, "its length (logarithm)",
        count(30.0, 120.0, "it is short ({} characters)", "it is {} characters long", "it is long ({} characters)");
    sentence, -1, Looks, "ends like a sentence",
        flag("it does not end like a sentence", "it ends like a sentence");
    short_run, 1, Around, "length of the run of short lines around it (logarithm)",
        count(2.0, 8.0, "it is in no run of short lines", "it is in a run of {} short lines", "it is in a long run of short lines ({})");
    number, 0, Looks, "holds a number or a date",
        flag("it holds no number", "it holds a number or a date");
    address, 1, Looks, "holds an address",
        flag("it holds no address", "it holds a web or mail address");
    title_slot, 0, Own, "holds this page's own title beside other words",
        flag("it does not hold the page's title", "it holds the page's title beside other words");
    author_slot, 1, Own, "holds the page's author",
        flag("it does not name the page's author", "it names the page's author");
    phrase, 1, Chrome, "a phrase of site chrome",
        flag("it is no known phrase of site chrome", "it is a known phrase of site chrome");
    phrase_start, 1, Chrome, "begins with a phrase of site chrome",
        chrome("it does not begin like site chrome", "it begins like site chrome{}");
    few_pages, 0, Site, "other pages known of the site, at most 20 (logarithm)",
        count(5.0, 18.0, "few other articles of the site are known ({})", "{} other articles of the site are known", "enough other articles of the site are known");
    pages, 0, Site, "other pages known of the site (logarithm); told, not weighed, since it would tell sites apart",
        count(5.0, 40.0, "few other articles of the site are known ({})", "{} other articles of the site are known", "many other articles of the site are known ({})");
    by_chance, -1, Site, "hardly a page has it or begins so, and on a fifth of the pages its first word stands beside the same anchor, which chance explains; for a guard, not weighed",
        flag("where its first word stands is no chance", "its first word stands beside the same template line by chance");
}
