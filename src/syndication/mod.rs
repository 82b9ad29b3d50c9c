//! Who printed a story first, and who reprints whom?
//!
//! A cluster over several sites is one story in several **editions**. Which of them is the **source** is proposed from
//! dates alone, and only where they tell: the moment of a crawl is no date of printing, a day and a time on that day are
//! a tie, and an edition without a date may have been first.
//!
//! * [`headline`]: what two titles must have in common to be one headline.
//! * [`crawl_dates`]: which sites' dates are those of the crawl.
//! * [`source`]: which edition is proposed as the source, and how sure that is.
//! * [`exchange`]: how many pages of which site reprint which other site.

pub mod crawl_dates;
pub mod exchange;
pub mod headline;
pub mod source;
