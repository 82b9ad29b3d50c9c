//! The tables of `docs/accuracy.md`, measured again: `cargo bench --bench study`.
//!
//! They ask of a real crawl (one country's news in Arabic, ten days, twelve sites that print the same agencies)
//! what the defaults of Tamis should be and what they cost. Each module makes one group of tables and prints
//! it as Markdown:
//!
//! * [`population`]: which pairs are there? Every pair, by exact comparison.
//! * [`folding`]: what does folding do to reprints and to look-alikes?
//! * [`ngrams`]: how many words a shingle?
//! * [`thresholds`]: what is right and what is found at each threshold?
//! * [`templates`]: what do the frames of sites tell apart?
//! * [`sketch`]: how far off are signatures?
//! * [`bands`]: do bands and rows keep the promise, and what do they cost?
//! * [`clusters`]: components or leaders?
//! * [`passages`]: which sampled shingles find contained pages, and which reprints are found at the defaults?
//!
//! The data is not part of this repository. It is read from the folder in `TAMIS_DATA`, else from
//! `../shared/data` beside the checkout; without it the study says so and stops. A word after `--` chooses
//! tables: `cargo bench --bench study -- bands`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose product is what it prints")]
#![allow(clippy::unwrap_used, reason = "data of an unknown form should stop a study")]

mod bands;
mod clusters;
mod corpus;
mod folding;
mod labels;
mod markdown;
mod ngrams;
mod passages;
mod population;
mod sketch;
mod templates;
mod thresholds;

use corpus::Corpus;
use population::Population;

/// A name to choose it by, and what prints it.
type Study = (&'static str, fn(&Corpus, &Population));

const STUDIES: [Study; 9] = [
    ("population", population::print),
    ("folding", folding::print),
    ("ngrams", ngrams::print),
    ("thresholds", thresholds::print),
    ("templates", templates::print),
    ("sketch", sketch::print),
    ("bands", bands::print),
    ("clusters", clusters::print),
    ("passages", passages::print),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return println!("a study, not a test: cargo bench --bench study");
    }
    let Some(folder) = corpus::folder() else {
        return eprintln!(
            "NOTHING WAS MEASURED: no data in TAMIS_DATA or ../shared/data (see benches/study/main.rs)"
        );
    };
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let corpus = Corpus::read(&folder);
    let population = Population::of(&corpus);
    for (name, print) in STUDIES {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str())) {
            print(&corpus, &population);
        }
    }
}
