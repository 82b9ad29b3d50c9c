//! `tamis explain --line`: why a line was judged as it was.

use super::terminal::println;
use super::terminal::safe;
use super::{FAINT, STRONG};
use crate::boilerplate::rules::site_word;
use crate::pipeline::explain_line::{ExplainedLine, FoundBy, LookedIn};
use crate::pipeline::explain_places::LinePlace;
use crate::pipeline::strip::rows::LineRow;
use serde_json::{Value, json};

/// For people.
pub(super) fn print(explained: &ExplainedLine, site: Option<&str>) {
    if let Some(meaning) = meaning(explained, site) {
        println!("{STRONG}{}{STRONG:#} is not known", safe(&explained.line));
        println!("  {meaning}");
    }
    for row in &explained.rows {
        print_row(row);
        if explained.found_by == Some(FoundBy::Template) {
            let key = &explained.template;
            println!("  {FAINT}found by its words without numbers and addresses, template {key}{FAINT:#}");
        }
    }
    for place in &explained.places {
        print_place(&explained.line, place);
    }
    for note in &explained.notes {
        println!("  {FAINT}{}{FAINT:#}", safe(note));
    }
}

fn print_place(line: &str, place: &LinePlace) {
    let LinePlace { id, file, record, site, line: number, tier, reasons } = place;
    println!("{STRONG}{}{STRONG:#}  {}", safe(tier), safe(line.trim()));
    let id = if id.is_empty() { String::new() } else { format!("{} ", safe(id)) };
    let stands = match (site, number) {
        (Some(site), Some(number)) => format!(", site {}, line {number}", site_word(site)),
        _ => String::new(),
    };
    println!("  page {id}({}:{record}){stands}", safe(file));
    for reason in reasons {
        println!("  {}", safe(reason));
    }
}

fn print_row(row: &LineRow) {
    let line = if row.line.is_empty() { "(no example is remembered)".into() } else { safe(&row.line) };
    println!("{STRONG}{}{STRONG:#}  {line}", safe(&row.tier));
    let site = site_word(&row.site);
    let bound = (row.bound * 100.0).floor();
    println!("  site {site}: on {} of {} articles, a share of at least {bound}%", row.pages, row.of);
    if (1..row.places).contains(&row.stripped) {
        println!(
            "  it depends on the place: stripped at {} of its {} places in the sample",
            row.stripped, row.places
        );
    }
    for reason in &row.reasons {
        println!("  {}", safe(reason));
    }
}

/// What it means that a line is not known; none if something is known of it.
fn meaning(explained: &ExplainedLine, site: Option<&str>) -> Option<String> {
    if !explained.rows.is_empty() || !explained.places.is_empty() {
        return None;
    }
    let whose = site.map_or_else(|| "no site".to_owned(), |site| format!("not site {}", site_word(site)));
    let seen = explained.seen.map_or_else(String::new, |(seen, of)| {
        format!("it stands on {seen} of the {of} pages that are remembered; ")
    });
    let went = match explained.looked_in {
        LookedIn::Pages => "it stands on no page that was looked through",
        LookedIn::Tables => "it went from no page",
        LookedIn::Nothing => {
            "a line of one page is judged by what stands around it: name the pages with --input"
        }
    };
    Some(format!("{seen}{whose} has it on two articles or more; {went}"))
}

/// For programs.
pub(super) fn as_json(explained: &ExplainedLine, site: Option<&str>) -> Value {
    json!({
        "line": explained.line,
        "site": site,
        "template": explained.template,
        "found_by": explained.found_by,
        "rows": explained.rows,
        "seen": explained.seen.map(|(pages, of)| json!({ "pages": pages, "of": of })),
        "places": explained.places,
        "looked_in": explained.looked_in,
        "notes": explained.notes,
        "meaning": meaning(explained, site),
    })
}
