//! The text of rules read again: what a person asks for each line.
//!
//! Of a line of the text its first word and what stands behind the bar say what is asked; the figures between them
//! are for the eye, and may be left out: `strip | Subscribe to our newsletter`. What looks like no rule is an error
//! that names its place, since a rule that was meant and not read would be lost without a word.

use super::super::edits;
use super::super::judge::Tier;
use super::super::line::LineReader;
use super::escape::unescape;
use super::{NO_SITE, UNKNOWN};
use crate::error::{Error, ErrorKind, Result};

/// What is asked for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Number of the line in the text, from 1.
    pub number: usize,
    /// The site.
    pub site: String,
    /// What should become of the line.
    pub word: Tier,
    /// The line.
    pub line: String,
    /// Its template key.
    pub key: u32,
}

const TIERS: [Tier; 5] = [Tier::Strip, Tier::Wait, Tier::Suggest, Tier::Recurrent, Tier::Keep];

/// Reads the text of rules; `place` names it in errors.
pub fn parse(text: &str, place: &str) -> Result<Vec<Asked>> {
    let mut asked = Vec::new();
    let mut site: Option<String> = None;
    let mut reader = LineReader::default();
    for (number, row) in (1..).zip(text.strip_prefix('\u{FEFF}').unwrap_or(text).lines()) {
        let fault = |what: String, step: &str| {
            Error::new(ErrorKind::Input, format!("{place}:{number}"), what).next_step(step)
        };
        let row = row.trim();
        if let Some(heading) = row.strip_prefix("## ") {
            let word = heading.split_whitespace().next().unwrap_or_default();
            let name = unescape(word).map_err(|what| fault(what, A_BACKSLASH))?;
            site = Some(if word == NO_SITE { String::new() } else { name });
        } else if !row.is_empty() && !row.starts_with('#') {
            let Some(site) = &site else {
                return Err(fault(
                    "stands before the first site".to_owned(),
                    "write its site above it: ## SITE",
                ));
            };
            let (word, key, line) = read_row(row, &fault)?;
            let key = key.unwrap_or_else(|| edits::key_of_text(&line, &mut reader));
            asked.push(Asked { number, site: site.clone(), word, line, key });
        }
    }
    Ok(asked)
}

const A_RULE: &str = "a rule reads: strip | the line";
const A_BACKSLASH: &str = "a backslash is written twice";

fn read_row(row: &str, fault: &dyn Fn(String, &str) -> Error) -> Result<(Tier, Option<u32>, String)> {
    let shown = |text: &str| format!("{:?}", text.chars().take(40).collect::<String>());
    let Some((figures, line)) = row.split_once('|') else {
        return Err(fault(format!("has no | before the line: {}", shown(row)), A_RULE));
    };
    let mut figures = figures.split_whitespace();
    let first = figures.next().unwrap_or_default();
    let Some(word) = TIERS.into_iter().find(|tier| tier.name() == first) else {
        let step = "the first word is strip, waits, suggest, recurrent or keep";
        return Err(fault(format!("begins with {}", shown(first)), step));
    };
    let mut key = None;
    for figure in figures {
        match figure.strip_prefix('#') {
            Some(digits) if key.is_none() && edits::key_from_digits(digits).is_some() => {
                key = edits::key_from_digits(digits);
            }
            None if is_figure(figure) => {}
            _ => return Err(fault(format!("has {}, which is no figure of a rule", shown(figure)), A_RULE)),
        }
    }
    let line = unescape(line.trim()).map_err(|what| fault(what, A_BACKSLASH))?;
    if line.trim().is_empty() {
        return Err(fault("has no line behind the |".to_owned(), A_RULE));
    }
    Ok((word, key, line))
}

/// Whether this is printed before the bar: `12/118`, `>=6%`, `tail`, `2024-05-06..2024-05-31`, `was:suggest`.
fn is_figure(figure: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_counts = figure.split_once('/').is_some_and(|(pages, of)| is_number(pages) && is_number(of));
    let is_bound = figure.strip_prefix(">=").and_then(|bound| bound.strip_suffix('%')).is_some_and(is_number);
    let is_learned = figure
        .strip_prefix("was:")
        .is_some_and(|name| name == UNKNOWN || TIERS.iter().any(|tier| tier.name() == name));
    let is_day = |text: &str| {
        text.split('-').count() >= 3 && text.split('-').all(|part| part.is_empty() || is_number(part))
    };
    let is_seen = figure.split_once("..").is_some_and(|(first, last)| is_day(first) && is_day(last));
    is_counts || is_bound || is_seen || is_learned || matches!(figure, "head" | "text" | "tail")
}
