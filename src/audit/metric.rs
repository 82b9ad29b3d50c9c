//! What is measured: a share of pages that have something, usually something that they should not have.

use serde::{Deserialize, Serialize};

/// Makes the metrics with their names, titles and meanings.
macro_rules! metrics {
    ($($(#[doc = $meaning:literal])+ $variant:ident $name:literal $title:literal $kind:ident,)+) => {
        /// One metric. Each is a count of pages out of those it could be true of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum Metric {
            $($(#[doc = $meaning])+ #[serde(rename = $name)] $variant,)+
        }

        impl Metric {
            /// All of them, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in documents and gates.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Its name for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii()),+ }
            }

            /// What kind of fault it is of.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind),+ }
            }
        }
    };
}

/// What kind of fault a metric is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Pages that are there already, or nearly.
    Copies,
    /// Pages without an article, or with less than one.
    Body,
    /// Pages with something that is not theirs.
    Foreign,
    /// Text that was read in a wrong encoding or is of a wrong language.
    Text,
    /// Fields besides the text.
    Fields,
}

metrics! {
    /// Pages delivered before with the same id and text.
    Redelivered "redelivered" "delivered again" Copies,
    /// Pages with the same words as the page that is kept.
    Exact "exact" "exact copies" Copies,
    /// Pages nearly equal to the page that is kept.
    Near "near" "near copies" Copies,
    /// Copies of a page of another site.
    Syndicated "syndicated" "copies across sites" Copies,
    /// Copies of a page of the same site under another URL or date.
    Stale "stale" "stale repeats" Copies,
    /// Copies of a page of the same site in another template: the site was redesigned, or the scraper changed.
    Restyled "restyled" "copies in another template" Copies,
    /// Pages alike only by what pages of the site share.
    Template "template" "pages of one template" Copies,
    /// Pages of which nearly all stands in a larger page.
    Contained "contained" "contained in another page" Copies,
    /// Pages without any word.
    Empty "empty" "empty pages" Body,
    /// Pages of which only a few words are left without the lines of the site.
    Stub "stub" "stubs" Body,
    /// Pages that have nothing but lines of the site.
    NoArticle "no_article" "no article" Body,
    /// Pages that are a list of short lines, such as a menu or an index, where an article should be.
    Menu "menu" "menus for articles" Body,
    /// Error, consent, robot-check and paywall pages: one text under many addresses, without content of its own.
    Wall "wall" "error, consent and paywall pages" Body,
    /// Pages whose text breaks off.
    Truncated "truncated" "bodies that break off" Body,
    /// Pages with a second article behind or inside the first.
    SecondArticle "second_article" "second article glued on" Foreign,
    /// Pages with lines that every comment form, licence warning or related list has, left in the text.
    Leftover "leftover" "junk left in the text" Foreign,
    /// Pages that have the same short lines twice, such as a menu at head and foot.
    RepeatedLines "repeated_lines" "lines repeated in a page" Foreign,
    /// Pages whose title or headline has nothing to do with their text.
    ForeignTitle "foreign_title" "title of another story" Foreign,
    /// Pages whose title or headline breaks off.
    CutTitle "cut_title" "titles that break off" Fields,
    /// Text read in another encoding than it was written in.
    Mojibake "mojibake" "mojibake" Text,
    /// Characters lost in decoding: U+FFFD, or question marks in place of letters.
    Replacement "replacement" "lost characters" Text,
    /// Pages in another language than their site.
    WrongLanguage "wrong_language" "wrong language" Text,
    /// Pages of which a part is in another language than the rest.
    MixedLanguage "mixed_language" "mixed languages" Text,
    /// Pages without a title, on sites or in batches that have titles.
    MissingTitle "missing_title" "no title" Fields,
    /// Pages without a date, on sites or in batches that have dates.
    MissingDate "missing_date" "no date" Fields,
    /// Pages without a URL, on sites or in batches that have URLs.
    MissingUrl "missing_url" "no URL" Fields,
    /// Pages without an author, on sites that name authors.
    MissingAuthor "missing_author" "no author" Fields,
    /// Pages of different texts under one title.
    ConstantTitle "constant_title" "one title for many pages" Fields,
    /// Pages of different texts with the same moment as their date.
    ConstantDate "constant_date" "one moment for many pages" Fields,
    /// Dates that cannot be read.
    UnreadDate "unread_date" "dates not understood" Fields,
    /// Dates in the future, or long before there were such pages.
    ImplausibleDate "implausible_date" "implausible dates" Fields,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_documents_are_the_names_in_code() {
        for metric in Metric::ALL {
            assert_eq!(serde_json::to_string(metric).unwrap(), format!("{:?}", metric.name()));
            assert!(metric.meaning().ends_with('.'));
        }
    }
}
