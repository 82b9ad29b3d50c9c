//! Reference cases: what a user of `tamis learn` and `tamis strip` may rely on, each test named by its claim.
//!
//! The pages are invented (`sites.rs`) and go through the program itself. Every line of a page knows what it is, so
//! a test says what stays and what goes without looking at a score; every run is also restored, byte for byte.

mod everyday;
mod odd;
mod redesign;
mod repeated;
mod sites;

use crate::support::workdir::{Workdir, text};
use sites::{Page, Part};
use std::collections::BTreeMap;

/// Pages that went through the program: what was learned from all of them was stripped from all of them.
pub struct Stripped {
    pub workdir: Workdir,
    pub pages: Vec<Page>,
    /// For each page, which lines stay.
    masks: Vec<Vec<bool>>,
}

impl Stripped {
    pub fn new(pages: Vec<Page>) -> Self {
        let workdir = Workdir::new();
        let input: String = pages.iter().map(Page::record).collect();
        workdir.write("in.jsonl", &input);
        workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
        Self::by(workdir, pages, "sites.tamis").0
    }

    /// Pages stripped as a profile in the folder says, and what was said on standard error.
    pub fn by(workdir: Workdir, pages: Vec<Page>, profile: &str) -> (Self, String) {
        let input: String = pages.iter().map(Page::record).collect();
        workdir.write("in.jsonl", &input);
        let arguments = ["strip", "in.jsonl", "--profile", profile, "-o", "out", "--mask", "--overwrite"];
        let said = workdir.done(&arguments).stderr;
        workdir.done(&["restore", "out", "-o", "restored.jsonl", "--overwrite"]);
        assert!(workdir.bytes("restored.jsonl") == input.as_bytes(), "restore gives other bytes");
        let masks: Vec<Vec<bool>> = workdir
            .rows("out/mask.jsonl")
            .iter()
            .map(|row| row["keep"].as_array().unwrap().iter().map(|keep| keep == 1).collect())
            .collect();
        assert_eq!(masks.len(), pages.len());
        let stripped = Self { workdir, pages, masks };
        stripped.assert_texts_are_the_lines_that_stay();
        (stripped, said)
    }

    fn assert_texts_are_the_lines_that_stay(&self) {
        let texts = self.workdir.column("out/pages.jsonl", "text");
        for ((page, mask), text) in self.pages.iter().zip(&self.masks).zip(texts) {
            let all = page.text();
            assert_eq!(all.split('\n').count(), mask.len(), "{}", page.id);
            let staying = all.split('\n').zip(mask).filter(|(_, stays)| **stays).map(|(line, _)| line);
            assert!(text == staying.collect::<Vec<_>>().join("\n"), "{}", page.id);
        }
    }

    /// Lines of one kind on pages that `which` picks: page, line, whether it stays.
    fn lines(&self, part: Part, which: impl Fn(&Page) -> bool) -> Vec<(&Page, &str, bool)> {
        let pages = self.pages.iter().zip(&self.masks).filter(|(page, _)| which(page));
        let lines = pages.flat_map(|(page, mask)| {
            page.lines.iter().zip(mask).map(move |(line, stays)| (page, line, stays))
        });
        lines
            .filter(|(_, line, _)| line.0 == part)
            .map(|(page, line, stays)| (page, line.1.as_str(), *stays))
            .collect()
    }

    /// Every line of these kinds stays.
    pub fn assert_kept(&self, parts: &[Part]) {
        self.assert_kept_on(parts, |_| true);
    }

    pub fn assert_kept_on(&self, parts: &[Part], which: impl Fn(&Page) -> bool) {
        parts.iter().for_each(|&part| self.assert_share(part, 1.0, true, &which));
    }

    /// Every line of these kinds is stripped.
    pub fn assert_stripped(&self, parts: &[Part]) {
        self.assert_stripped_on(parts, |_| true);
    }

    pub fn assert_stripped_on(&self, parts: &[Part], which: impl Fn(&Page) -> bool) {
        parts.iter().for_each(|&part| self.assert_share(part, 1.0, false, &which));
    }

    /// At least this share of the lines of a kind stays, or goes.
    pub fn assert_share(&self, part: Part, share: f64, stays: bool, which: impl Fn(&Page) -> bool) {
        let lines = self.lines(part, which);
        assert!(!lines.is_empty(), "no page has {part:?}");
        let wrong: Vec<_> = lines.iter().filter(|line| line.2 != stays).collect();
        let found = 1.0 - wrong.len() as f64 / lines.len() as f64;
        if std::env::var_os("TAMIS_SHOW").is_some() {
            eprintln!("{part:?}: {found:.4} of {} as wanted (stays: {stays})", lines.len());
            wrong.iter().take(4).for_each(|line| {
                eprintln!("   {}: {:?}\n      {}", line.0.id, line.1, self.reasons(line.0, line.1))
            });
        }
        if found < share {
            let told = wrong
                .iter()
                .take(5)
                .map(|line| format!("\n{}: {:?}\n  {}", line.0.id, line.1, self.reasons(line.0, line.1)));
            panic!(
                "{part:?}: {found:.4} of {} as wanted (stays: {stays}){}",
                lines.len(),
                told.collect::<String>()
            );
        }
    }

    /// The row of a line in `lines.jsonl`.
    fn reasons(&self, page: &Page, line: &str) -> String {
        let rows = self.workdir.rows("out/lines.jsonl");
        let row = rows.iter().find(|row| row["line"] == line && row["site"] == page.site.as_str());
        row.map_or("no row".to_owned(), |row| {
            format!("{} {}/{} {}", text(row, "tier"), row["pages"], row["of"], row["reasons"])
        })
    }

    /// A count of the manifest.
    pub fn count(&self, name: &str) -> u64 {
        self.workdir.manifest("out")["counts"][name].as_u64().unwrap()
    }
}

/// Learns from an input and strips it.
pub fn run(workdir: &Workdir, input: &str, profile: &str, output: &str, threads: &str) {
    workdir.done(&["learn", input, "-o", profile, "--threads", threads]);
    workdir.done(&["strip", input, "--profile", profile, "-o", output, "--mask", "--threads", threads]);
}

/// Characters of each output line, by id: what stays of each page, whatever order they come in.
pub fn texts(workdir: &Workdir, output: &str) -> BTreeMap<String, String> {
    let rows = workdir.rows(&format!("{output}/pages.jsonl"));
    rows.iter().map(|row| (text(row, "id"), text(row, "text"))).collect()
}
