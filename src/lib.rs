//! Tamis finds near-duplicate pages in scraped text and proves every removal.
//!
//! A *tamis* is a drum sieve. A crawl goes in; what is worth keeping comes out, and every byte that was taken
//! away is accounted for. The program is `tamis`; this library is the same stages for Rust.
//!
//! ```
//! use tamis::difference::difference;
//! use tamis::shingle::Ngram;
//!
//! let a = "The ferry to Orlen leaves at nine, the harbour office said on Monday.";
//! let b = "The ferry to Orlen leaves at ten, the harbour office said on Monday.";
//! let found = difference(a, b, Ngram::DEFAULT);
//! assert_eq!((found.overlap.shared, found.overlap.union()), (8, 14));
//! ```
//!
//! # The street
//!
//! Nothing flows back. A later stage never calls an earlier one; each takes values and gives values.
//!
//! ```text
//!  io (readers) ──> page ──> text (fold, words, lines) ──> boilerplate: profile ──> judge ──> spans
//!                               │
//!                               v
//!                            shingle ──> sketch (MinHash, SimHash)
//!                               │           │
//!                               │           v
//!                               │        lsh: bands, hamming ──> candidate pairs <── passage: sample, meetings
//!                               v           │
//!                            similarity <───┘
//!                               │
//!                               v
//!      frame: sample ──> freeze ──> verify: exact counts ──> relation ──> passage: align, kind
//!                               │
//!                               v
//!                            cluster ──> keep policy ──> decision ──> io (writers)
//! ```
//!
//! # Where is what?
//!
//! A module uses only modules that stand above it in this list; `tests/architecture.rs` holds everyone to it.
//!
//! | module | the question it answers |
//! |---|---|
//! | [`error`] | what went wrong, where, and what to do next? |
//! | [`hash`] | which hash, of what, pinned how? |
//! | [`text`] | what is a character, a word, a line? |
//! | [`shingle`] | what is compared? |
//! | [`similarity`] | how alike are two pages, exactly? |
//! | [`scheme`] | may these two fingerprints be compared? |
//! | [`sketch`] | how is a page summarised in a few bytes? |
//! | [`lsh`] | which pairs are worth checking? |
//! | [`frame`] | which shingles are a site's and not a page's? |
//! | [`verify`] | what are two pages to each other? |
//! | [`passage`] | which passage do two pages share, and **is a contained page an abridgement?** ([`passage::kind`]) |
//! | [`cluster`] | which pages belong together, and **how is the kept page chosen?** ([`cluster::leaders`]) |
//! | [`difference`] | where do two texts differ? |
//! | [`date`] | what does this date mean? |
//! | [`page`] | what does Tamis know of a page while it works? |
//! | [`site`] | which site is a page of? |
//! | [`boilerplate`] | which lines are the site's and not the page's, **why**, and how are they put back? ([`boilerplate::judge`]) |
//! | [`syndication`] | who printed a story first, and **who reprints whom**? ([`syndication::source`]) |
//! | [`index`] | what is remembered of earlier batches, and how are old pages found again? (who uses it: [`pipeline::index`]) |
//! | [`audit`] | is this crawl any good, and what changed? ([`audit::metric`]) |
//! | [`report`] | what does a person see of the audit, and why can nothing of a crawl run in it? ([`report::shown`]) |
//! | [`io`] | where do bytes come from and go to? |
//! | [`pipeline`] | in which order, with which threads and how much memory? ([`pipeline::dedup`]) |
//! | [`cli`] | what does the user type and see? |
//!
//! # Glossary
//!
//! One word an idea, the same in code, flags, files and documentation.
//!
//! * **page**: one record of a crawl, or one text file; **site**: whose it is.
//! * **shingle**: n words in a row (three by default); what two pages share is counted in shingles.
//! * **signature**: the MinHash sketch of a page; **band**: a part of it; pages with an equal band share a
//!   **bucket** and are a **candidate pair**.
//! * **fingerprint**: the SimHash sketch of a page, 64 bits; **distance**: how many of them differ in two pages. A
//!   **table** is all fingerprints by one **block** of their bits; its **key**.
//! * **verified**: compared by exact counts from the texts. Only verified pairs decide anything.
//! * **frame**: the shingles that three items or more of a site use; **residual**: what is left of two pages once it
//!   is taken out.
//! * **relation**: what a page is to another: `exact` (the same folded words), `near` (Jaccard at or above the
//!   threshold), `template` (the same, by what the pages of a site share: never removed unless asked for); **guard**:
//!   what tells the last two apart.
//! * **sampled shingle**: one of the few of a page by which shared passages are looked for; **passage**: words that two
//!   pages share in order, with small gaps; **contained**: nearly all of a page stands in a larger one; **kind**: what
//!   the larger page is besides: `abridged`, `embedded` or `glued`.
//! * **component**: pages joined by verified pairs, directly or over others; **cluster**: a kept page and the
//!   pages verified against it.
//! * **line**: what stands between two line feeds of a text; **stripped**: taken out of it; **span**: where a
//!   stripped line stood, and what it said; **gap**: bytes of an input that are no page.
//! * **line**: what stands between two line feeds; **template key**: its words with slots for what changes from page
//!   to page; **anchor**: a line on a quarter of a site's pages; **slot**: what lies between two anchors.
//! * **sample**: the pages that are remembered of a site; **profile**: the samples of all sites; **rule**: what was
//!   learned about one line of a template; **tier**: what becomes of it; **span**: where a line was stripped.
//! * **epoch**: the pages of one template of a site, of the several that it may have had; **strange**: a page with hardly
//!   any anchor of any epoch; **drift**: the newest pages are strange; a rule that **waits** is applied once approved.
//! * **story**: a cluster over several sites; **edition**: a page of it; **source**: the edition that was printed first,
//!   as far as dates tell; **crawl date**: one that the crawler filled in, which tells nothing.
//! * **batch**: the pages of one run that are decided against an index and added to it; **remembered**: of an earlier batch;
//!   **proof**: the shingles that an old page is verified by; **table**, in an index: sorted keys by which old pages are found;
//!   **segment**: rows, signatures and proofs of batches in a row; **view**: how much of an index a batch was decided against.
//! * **stage**, **row**: of work that is spread over machines: a function of groups of rows; bytes that sort and meet by a key.
//! * **kept**, **removed**: every removed page names the kept page it was verified against.

pub mod error;

pub mod hash;

pub mod text;

pub mod shingle;

pub mod similarity;

pub mod scheme;

pub mod sketch;

pub mod lsh;

pub mod frame;

pub mod verify;

pub mod passage;

pub mod cluster;

pub mod difference;

pub mod date;

pub mod page;

pub mod site;

pub mod boilerplate;

pub mod syndication;

pub mod index;

pub mod audit;

pub mod report;

pub mod io;

pub mod pipeline;

pub mod cli;
