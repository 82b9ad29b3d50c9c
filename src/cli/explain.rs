//! `tamis explain`: one decision, or two texts, for a person to judge.

use super::exit::Exit;
use super::explain_line;
use super::progress::Progress;
use super::running::{Spooling, Threads};
use super::terminal::safe;
use super::terminal::{eprintln, println};
use super::{FAINT, Format, ONLY_A, ONLY_B, STRONG};
use crate::difference::{Difference, Stretch};
use crate::error::{Error, ErrorKind, Result};
use crate::io::lists::text_file;
use crate::passage::kind::Kind;
use crate::pipeline::explain::{Explained, Explanation, compare, explain};
use crate::pipeline::explain_line::explain_line as of_line;
use crate::pipeline::explain_places::Lookup;
use crate::pipeline::rows::RemovedRow;
use crate::shingle::Ngram;
use crate::similarity::{Overlap, Threshold};
use crate::verify::{CONTAINMENT, Guard, Relation, Rule, SHORT_PAGE, UNGUARDED_THRESHOLD};
use clap::Args;
use serde_json::{Value, json};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  tamis explain out --id daily-0042          why this page was removed or kept
  tamis explain --compare a.txt b.txt        how two texts relate
  tamis explain stripped --line 'Read also' --site news.example    why this line was judged so
  tamis explain stripped --line 'By Ada Lee' --profile sites.tamis    the same of a line of one page
  tamis explain out --id daily-0042 --format json";

/// Arguments of `tamis explain`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["id", "compare", "line"])))]
pub struct Arguments {
    /// Folder that tamis dedup or tamis run has written; for --line one of tamis run or tamis strip, or a profile
    #[arg(value_name = "DIR", required_unless_present = "compare", conflicts_with = "compare")]
    folder: Option<PathBuf>,
    /// The page
    #[arg(long)]
    id: Option<String>,
    /// A line of a page
    #[arg(long, value_name = "TEXT", requires = "folder")]
    line: Option<String>,
    /// With --line: of this site only
    #[arg(long, value_name = "SITE", requires = "line", conflicts_with = "id")]
    site: Option<String>,
    /// Read pages from here instead of the files that the run read
    #[arg(long, value_name = "INPUT", num_args = 1.., conflicts_with = "compare")]
    input: Vec<PathBuf>,
    /// With --line: profile that the folder was stripped with, to judge the line again where it stands on one page
    #[arg(long, value_name = "PROFILE", requires = "line", conflicts_with = "id")]
    profile: Option<PathBuf>,
    /// Two text files
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    compare: Vec<PathBuf>,
    /// With --compare: Jaccard from which two texts are near
    #[arg(long, value_name = "J", default_value = "0.5", requires = "compare")]
    threshold: Threshold,
    /// With --compare: words a shingle
    #[arg(long, value_name = "N", default_value_t = 3, requires = "compare")]
    ngram: u32,
    /// Show all of what the texts share
    #[arg(long)]
    full: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    spooling: Spooling,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Exit> {
    arguments.threads.set()?;
    if let [a, b] = arguments.compare.as_slice() {
        return run_compare(arguments, a, b);
    }
    if let (Some(place), Some(line)) = (&arguments.folder, &arguments.line) {
        let site = arguments.site.as_deref();
        let progress = Progress::new(false)?;
        let lookup = Lookup {
            inputs: arguments.input.clone(),
            profile: arguments.profile.clone(),
            temp_dir: arguments.spooling.temp_dir(),
        };
        let explained = of_line(place, line, site, &lookup, &progress)?;
        progress.finish();
        match arguments.format {
            Format::Json => print_json(&explain_line::as_json(&explained, site))?,
            Format::Text => explain_line::print(&explained, site),
        }
        return Ok(Exit::Done);
    }
    let (Some(folder), Some(id)) = (&arguments.folder, &arguments.id) else {
        return Err(Error::usage("tamis explain", "needs DIR and --id or --line, or --compare A B"));
    };
    let progress = Progress::new(false)?;
    let explained = explain(folder, id, &arguments.input, arguments.spooling.temp_dir(), &progress)?;
    progress.finish();
    match arguments.format {
        Format::Json => print_json(&explained_as_json(id, &explained))?,
        Format::Text => print_explained(id, &explained, arguments.full),
    }
    Ok(Exit::Done)
}

fn run_compare(arguments: &Arguments, a: &Path, b: &Path) -> Result<Exit> {
    let (text_a, text_b) = (text_file(a)?, text_file(b)?);
    let rule = Rule { threshold: arguments.threshold };
    let (difference, evidence, relation, kind) =
        compare(&text_a, &text_b, Ngram::new(arguments.ngram)?, rule);
    let (name_a, name_b) = (a.display().to_string(), b.display().to_string());
    match arguments.format {
        Format::Json => {
            let mut document = figures(difference.overlap);
            document["a"] = json!(name_a);
            document["b"] = json!(name_b);
            document["relation"] = json!(relation);
            document["kind"] = json!(kind);
            document["threshold"] = json!(rule.needed(&evidence));
            document["spans"] = json!(difference.stretches);
            print_json(&document)?;
        }
        Format::Text => {
            let verdict = match relation {
                Some(Relation::Exact) => "exact: the same words".to_owned(),
                Some(Relation::Contained) => {
                    let kind = kind.map_or("", Kind::name);
                    format!("contained ({kind}): one has >= {CONTAINMENT} of the other's shingles")
                }
                Some(relation) => format!("{}: Jaccard >= {}", relation.name(), rule.needed(&evidence)),
                None => format!("no relation: Jaccard < {}", rule.needed(&evidence)),
            };
            println!(
                "{STRONG}{}{STRONG:#} and {STRONG}{}{STRONG:#} are {verdict}",
                safe(&name_a),
                safe(&name_b)
            );
            print_figures(difference.overlap, "A", "B");
            print_stretches(&difference, &text_a, &text_b, ("A", "B"), arguments.full);
        }
    }
    Ok(Exit::Done)
}

fn figures(overlap: Overlap) -> Value {
    json!({
        "jaccard": overlap.jaccard(),
        "containment_a": overlap.containment_a(),
        "containment_b": overlap.containment_b(),
        "shared": overlap.shared,
        "size_a": overlap.size_a,
        "size_b": overlap.size_b,
    })
}

fn print_json(document: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|cause| Error::new(ErrorKind::Disk, "explanation", cause.to_string()))?;
    println!("{text}");
    Ok(())
}

fn explained_as_json(id: &str, explained: &Explained) -> Value {
    let explanations: Vec<Value> = explained
        .explanations
        .iter()
        .map(|explanation| match explanation {
            Explanation::Removed { row, texts, difference } => json!({
                "decision": "removed",
                "row": row,
                "text": texts.as_ref().map(|(text, _)| text),
                "kept_text": texts.as_ref().map(|(_, kept)| kept),
                "spans": difference.as_ref().map(|difference| &difference.stretches),
            }),
            Explanation::KeptForOthers { cluster, removed } => {
                json!({ "decision": "kept", "cluster": cluster, "removed": removed })
            }
            Explanation::KeptAlone => json!({ "decision": "kept", "cluster": null, "removed": [] }),
        })
        .collect();
    json!({
        "id": id,
        "explanations": explanations,
        "templates": explained.templates,
        "threshold": explained.manifest.settings.threshold,
        "keep": explained.manifest.settings.keep,
        "notes": explained.notes,
    })
}

fn print_explained(id: &str, explained: &Explained, is_full: bool) {
    let settings = &explained.manifest.settings;
    for explanation in &explained.explanations {
        match explanation {
            Explanation::Removed { row, texts, difference } => {
                println!(
                    "{STRONG}{}{STRONG:#} was removed: {} to {STRONG}{}{STRONG:#}, which is kept",
                    safe(&row.id),
                    row.relation.name(),
                    safe(&row.kept)
                );
                print_sites(row);
                let overlap = Overlap { shared: row.shared, size_a: row.size, size_b: row.size_kept };
                print_figures(overlap, "removed", "kept");
                print_framed(row);
                println!("  {FAINT}{}{FAINT:#}", reason(row, settings.threshold, &settings.keep));
                if let (Some((text, kept)), Some(difference)) = (texts, difference) {
                    print_stretches(difference, text, kept, ("removed", "kept"), is_full);
                }
            }
            Explanation::KeptForOthers { cluster, removed } => {
                println!(
                    "{STRONG}{}{STRONG:#} is kept, by policy {}; {} removed for it",
                    safe(id),
                    settings.keep,
                    if removed.len() == 1 {
                        "1 page was".to_owned()
                    } else {
                        format!("{} pages were", removed.len())
                    }
                );
                println!("  cluster {} on {}", cluster.cluster, safe(&cluster.sites.join(", ")));
                for row in removed {
                    println!(
                        "  {:<6} Jaccard {:.3}  {}  {FAINT}{}{FAINT:#}",
                        row.relation.name(),
                        row.jaccard,
                        safe(&row.id),
                        safe(&row.site)
                    );
                }
            }
            Explanation::KeptAlone => println!(
                "{STRONG}{}{STRONG:#} is kept: no page was found that it is a copy of, at Jaccard >= {}",
                safe(id),
                settings.threshold
            ),
        }
    }
    for template in &explained.templates {
        println!(
            "{STRONG}{}{STRONG:#} is one of {} pages of template {} on {}",
            safe(id),
            template.members.len(),
            template.template,
            safe(&template.sites.join(", "))
        );
    }
    for note in &explained.notes {
        eprintln!("{STRONG}note{STRONG:#} {}", safe(note));
    }
}

fn print_sites(row: &RemovedRow) {
    if row.site == row.kept_site {
        println!("  both on {}", safe(&row.site));
    } else {
        println!("  from {} to {}", safe(&row.site), safe(&row.kept_site));
    }
}

/// What of the figures is the sites' frame.
fn print_framed(row: &RemovedRow) {
    let (Some(common), Some([frame, frame_kept])) = (row.framed.common, row.framed.frame) else { return };
    let residual = row.framed.residual.map_or("nothing".to_owned(), |residual| format!("{residual:.3}"));
    println!(
        "  frame of the sites: {common} of what both share, {frame} of removed, {frame_kept} of kept; containment without it {residual}"
    );
}

fn reason(row: &RemovedRow, threshold: Threshold, keep: &str) -> String {
    let why = match row.relation {
        Relation::Exact => "the folded words are the same, in the same order".to_owned(),
        Relation::Near if row.size.min(row.size_kept) < SHORT_PAGE => {
            format!(
                "fewer than {SHORT_PAGE} shingles, so Jaccard >= {} was asked",
                threshold.max(crate::verify::SHORT_THRESHOLD)
            )
        }
        Relation::Near if row.framed.guard == Guard::None => format!(
            "no templates are known of the sites, so Jaccard >= {} was asked",
            threshold.max(UNGUARDED_THRESHOLD)
        ),
        Relation::Near => format!("Jaccard >= {threshold} was asked"),
        Relation::Contained => {
            return format!("the kept page is larger and has >= {CONTAINMENT} of its shingles");
        }
        Relation::Template => "they share a template of the sites, whose pages were to be removed".to_owned(),
    };
    format!("{why}; of its kept neighbours this one is the most alike; kept by policy {keep}")
}

fn print_figures(overlap: Overlap, a: &str, b: &str) {
    println!(
        "  Jaccard {STRONG}{:.4}{STRONG:#} = {} shared / {} in either   {:.1} % of {a} ({}), {:.1} % of {b} ({})",
        overlap.jaccard(),
        overlap.shared,
        overlap.union(),
        100.0 * overlap.containment_a(),
        overlap.size_a,
        100.0 * overlap.containment_b(),
        overlap.size_b
    );
}

/// Words shown at either end of a long stretch that both texts share.
const CONTEXT: usize = 8;

fn print_stretches(difference: &Difference, a: &str, b: &str, names: (&str, &str), is_full: bool) {
    println!(
        "\n  {FAINT}= both   {FAINT:#}{ONLY_A}- only {}{ONLY_A:#}   {ONLY_B}+ only {}{ONLY_B:#}",
        names.0, names.1
    );
    for stretch in &difference.stretches {
        match stretch {
            Stretch::Shared { a: span, words, .. } => {
                let text = piece(a, span);
                let shown = if is_full { safe(text).into_owned() } else { ends(text, *words) };
                println!("  {FAINT}= {shown}{FAINT:#}");
            }
            Stretch::OnlyA { a: span, .. } => println!("  {ONLY_A}- {}{ONLY_A:#}", safe(piece(a, span))),
            Stretch::OnlyB { b: span, .. } => println!("  {ONLY_B}+ {}{ONLY_B:#}", safe(piece(b, span))),
        }
    }
}

fn piece<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    text.get(span.clone()).unwrap_or_default()
}

/// The first and last few words of a long text, cut at blanks.
fn ends(text: &str, words: usize) -> String {
    let blanks: Vec<&str> = text.split_whitespace().collect();
    if words <= 3 * CONTEXT || blanks.len() <= 3 * CONTEXT {
        return safe(text).into_owned();
    }
    let (first, last) = (blanks[..CONTEXT].join(" "), blanks[blanks.len() - CONTEXT..].join(" "));
    format!("{} [... {} words ...] {}", safe(&first), words - 2 * CONTEXT, safe(&last))
}
