//! The contract of each command, as scripts see it.

mod dedup;
mod explain;
mod fields;
mod inputs;
mod keep;
mod kept_bytes;
mod learn;
mod output;
mod program;
mod rejects;
mod simhash;
mod syndication;
mod verify;

use crate::support::workdir::{Prose, Workdir, record};

/// A crawl of 3 sites, and what each page is to the others:
///
/// * `a1 a2 a3`: near each other pairwise; `a1` and `a4` have the same words, on two sites;
/// * `c1 c2 c3`: a chain, `c2` near both its neighbours, which are not near each other;
/// * `empty-1 empty-2`: no words; `again`: delivered twice; `lone-0` to `lone-4`: like no other page.
pub fn crawl() -> String {
    let mut prose = Prose::new(7);
    let a = prose.words(102);
    let a2 = prose.edited(&a, 10, 4);
    let a3 = prose.edited(&a, 60, 4);
    let (c1, c2, c3) = chain(&mut prose);
    let again = record("again", "north.example", &prose.text(50));
    let mut lines = vec![
        record("a1", "north.example", &a.join(" ")),
        record("a2", "north.example", &a2.join(" ")),
        record("a3", "south.example", &a3.join(" ")),
        record("a4", "east.example", &a.join(", ").to_uppercase()),
        record("c1", "north.example", &c1),
        record("c2", "south.example", &c2),
        record("c3", "south.example", &c3),
        record("empty-1", "east.example", ""),
        record("empty-2", "east.example", " \n ... "),
        again.clone(),
        again,
    ];
    lines.extend((0..5).map(|number| record(&format!("lone-{number}"), "east.example", &prose.text(60))));
    lines.concat()
}

/// Three texts of 100 shingles: neighbours share 90 of 110, the ends share 80 of 120.
pub fn chain(prose: &mut Prose) -> (String, String, String) {
    let first = prose.words(102);
    let middle = prose.edited(&first, 10, 8);
    let last = prose.edited(&middle, 60, 8);
    (first.join(" "), middle.join(" "), last.join(" "))
}

/// A folder with [`crawl`] in `crawl.jsonl`, deduplicated into `out` with further arguments.
pub fn deduplicated(arguments: &[&str]) -> Workdir {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    workdir.done(&[&["dedup", "crawl.jsonl", "-o", "out"], arguments].concat());
    workdir
}
