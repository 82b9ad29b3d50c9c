//! What stands in the folder of `tamis strip`.

use super::{Dice, Junk, restored, stripped};
use crate::support::workdir::{Prose, Workdir, line, record};
use serde_json::json;
use std::collections::BTreeMap;
use tamis::pipeline::strip::SiteCounts;

/// Some pages with a line of junk, some without, of three sites.
pub(super) fn crawl() -> String {
    let mut prose = Prose::new(3);
    let mut pages: Vec<String> = (0..40)
        .map(|number| {
            let body = prose.text(12);
            let text = if number % 3 == 0 { body } else { format!("junk\n{body}\n junk \nend") };
            record(&format!("p{}", 99 - number), &format!("site-{}", number % 3), &text)
        })
        .collect();
    pages.push(line(&json!({ "text": "an id is missing\njunk" })));
    pages.push("no record\n".to_owned());
    pages.push(record("all", "site-9", "junk\njunk"));
    pages.concat()
}

#[test]
fn all_files_exist_and_rows_are_sorted() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl());
    stripped(&workdir, &["in.jsonl"], &Dice(5), |settings| settings.mask = true).unwrap();
    let names = ["gaps", "inputs", "lines", "manifest", "mask", "pages", "rejects", "spans"];
    let expected = names
        .map(|name| if name == "manifest" { "manifest.json".to_owned() } else { format!("{name}.jsonl") });
    assert_eq!(workdir.names("out"), expected);
    let ids = workdir.column("out/spans.jsonl", "id");
    assert!(ids.len() > 20 && ids.is_sorted());
    let lines: Vec<(String, String)> = workdir
        .column("out/lines.jsonl", "site")
        .into_iter()
        .zip(workdir.column("out/lines.jsonl", "line"))
        .collect();
    assert_eq!(lines, [("a", "y"), ("a", "z"), ("b", "x")].map(|(site, line)| (site.into(), line.into())));
}

#[test]
fn spans_are_bytes_of_the_decoded_text() {
    let workdir = Workdir::new();
    let text = "caf\u{e9}\njunk\nend \u{1F600}\n\tjunk";
    workdir.write("in.jsonl", line(&json!({ "id": "p", "text": text })));
    stripped(&workdir, &["in.jsonl"], &Junk, |settings| settings.mask = true).unwrap();
    let row = &workdir.rows("out/spans.jsonl")[0];
    assert_eq!(
        row["spans"],
        json!([{ "start": 6, "end": 10, "line": "junk" }, { "start": 20, "end": 25, "line": "\tjunk" }])
    );
    assert_eq!((&row["id"], &row["record"]), (&json!("p"), &json!(1)));
    for span in row["spans"].as_array().unwrap() {
        let [start, end] = ["start", "end"].map(|side| span[side].as_u64().unwrap() as usize);
        assert_eq!(span["line"], text[start..end]);
    }
    assert_eq!(workdir.rows("out/mask.jsonl"), [json!({ "id": "p", "keep": [1, 0, 1, 0] })]);
    assert_eq!(workdir.rows("out/pages.jsonl")[0]["text"], "caf\u{e9}\nend \u{1F600}");
}

#[test]
fn pages_without_a_stripped_line_are_copied_and_so_are_those_that_would_be_empty() {
    let workdir = Workdir::new();
    let input = "  {\"text\":\"\\u0061\\nb\" }\r\n{\"text\":\"junk\\njunk\"}\n";
    workdir.write("in.jsonl", input);
    let outcome = stripped(&workdir, &["in.jsonl"], &Junk, |_| ()).unwrap();
    assert_eq!(workdir.bytes("out/pages.jsonl"), input.as_bytes());
    assert_eq!((outcome.manifest.counts.stripped_pages, outcome.manifest.counts.lines), (0, 4));
    assert_eq!(workdir.bytes("out/spans.jsonl"), b"");
    assert_eq!(workdir.bytes("out/gaps.jsonl"), b"");
}

#[test]
fn a_page_that_is_no_article_loses_nothing() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", "{\"text\":\"?\\na\\nb\\nc\\nd\\ne\\nf\"}\n");
    let outcome = stripped(&workdir, &["in.jsonl"], &Dice(1), |settings| settings.mask = true).unwrap();
    assert_eq!((outcome.manifest.counts.without_article, outcome.manifest.counts.stripped_lines), (1, 0));
    assert_eq!(workdir.rows("out/mask.jsonl")[0]["keep"], json!([1, 1, 1, 1, 1, 1, 1]));
}

#[test]
fn figures_add_up() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl());
    let outcome = stripped(&workdir, &["in.jsonl"], &Junk, |_| ()).unwrap();
    let counts = &outcome.manifest.counts;
    let texts = |pages: Vec<serde_json::Value>| -> (u64, u64) {
        let texts: Vec<String> = pages.iter().map(|page| page["text"].as_str().unwrap().to_owned()).collect();
        (
            texts.iter().map(|text| text.chars().count() as u64).sum(),
            texts.iter().map(|text| text.len() as u64).sum(),
        )
    };
    let before = crawl().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ((characters, bytes), (rest, rest_bytes)) = (texts(before), texts(workdir.rows("out/pages.jsonl")));
    assert_eq!((counts.characters, counts.stripped_characters), (characters, characters - rest));
    assert_eq!((outcome.manifest.inputs.text_bytes, counts.stripped_bytes), (bytes, bytes - rest_bytes));
    assert_eq!((counts.pages, counts.rejected, counts.sites), (42, 1, 4));
    assert!(outcome.too_many_rejects);
    let mut by_site = BTreeMap::new();
    let count = |site: &str, of: SiteCounts| _ = by_site.insert(site.to_owned(), of.stripped_characters);
    outcome.sites.for_each(count).unwrap();
    assert_eq!(by_site.values().sum::<u64>(), counts.stripped_characters);
    assert_eq!((by_site["site-0"], by_site[""], by_site["site-9"]), (0, 5, 0));
}

#[test]
fn results_are_the_same_for_any_number_of_threads() {
    let mut prose = Prose::new(11);
    let input: String = (0..20_000)
        .map(|number| {
            record(
                &format!("p{}", number * 7919 % 20_011),
                "s",
                &format!("{}\njunk\n{}", prose.text(8), prose.text(9)),
            )
        })
        .collect();
    let results = |threads: usize| {
        let workdir = Workdir::new();
        workdir.write("in/a.jsonl", &input);
        workdir.write("in/b.jsonl", crawl());
        let pool = rayon_pool(threads);
        pool(&mut || {
            stripped(&workdir, &["in"], &Dice(9), |settings| settings.mask = true).unwrap();
        });
        assert!(restored(&workdir).unwrap() == [input.as_bytes(), crawl().as_bytes()].concat());
        let folder = workdir.path("").display().to_string();
        let mut manifest = workdir.manifest("out");
        manifest.as_object_mut().unwrap().retain(|field, _| field != "timing" && field != "memory");
        // An id that is not given names the file, which lies elsewhere each time.
        manifest["inputs"]["digest"].take();
        manifest["batch"].take();
        let tables =
            ["pages.jsonl", "spans.jsonl", "mask.jsonl", "rejects.jsonl", "inputs.jsonl", "gaps.jsonl"];
        let tables = tables.map(|name| {
            String::from_utf8(workdir.bytes(&format!("out/{name}"))).unwrap().replace(&folder, "")
        });
        (manifest, tables)
    };
    let (one, many) = (results(1), results(4));
    assert_eq!(one.0, many.0);
    assert!(one.1 == many.1);
}

/// Runs on so many threads.
fn rayon_pool(threads: usize) -> impl Fn(&mut (dyn FnMut() + Send)) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    move |work| pool.install(&mut *work)
}

#[test]
fn a_folder_is_refused_replaced_or_left_alone_as_with_dedup() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", crawl());
    stripped(&workdir, &["in.jsonl"], &Junk, |settings| settings.mask = true).unwrap();
    let error = stripped(&workdir, &["in.jsonl"], &Junk, |_| ()).unwrap_err().to_string();
    assert!(error.contains("--overwrite"), "{error}");
    stripped(&workdir, &["in.jsonl"], &Junk, |settings| {
        settings.existing = tamis::io::output::Existing::Replace
    })
    .unwrap();
    assert!(!workdir.path("out/mask.jsonl").exists());
    let error = stripped(&workdir, &["in.jsonl"], &Junk, |settings| {
        settings.reading.on_error = tamis::pipeline::settings::OnError::Fail;
        settings.folder = settings.folder.with_file_name("other");
    });
    assert!(error.unwrap_err().to_string().contains("in.jsonl:42"));
    assert_eq!(workdir.names("."), ["in.jsonl", "out"]);
}

#[test]
fn the_summary_names_the_sites_that_lost_most() {
    let workdir = Workdir::new();
    let pages: String = (0..9)
        .map(|number| {
            record("p", &format!("s{number}\u{1b}"), &format!("{}\nkept text", "junk\n".repeat(number)))
        })
        .collect();
    workdir.write("in.jsonl", pages + &record("q", "whole", "nothing"));
    let mut settings = None;
    let outcome = stripped(&workdir, &["in.jsonl"], &Junk, |given| settings = Some(given.clone())).unwrap();
    let junkiest = tamis::cli::strip::junkiest(&outcome).unwrap();
    let text = tamis::cli::strip::summary(&outcome, &settings.unwrap(), &junkiest);
    let places: Vec<Option<usize>> =
        (0..9).map(|number| text.find(&format!("page  s{number}\\u{{1b}}"))).collect();
    assert!(places[4..].iter().all(Option::is_some) && places[4..].is_sorted_by(|a, b| a > b), "{text}");
    assert!(places[..4].iter().all(Option::is_none), "{text}");
    assert!(text.contains("lines from 8 pages: 65.0 % of the characters"), "{text}");
    assert!(text.contains("80.0 % of 1 page  s8"), "{text}");
}
