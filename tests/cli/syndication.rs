//! Clusters over several sites: their source, their editions, and who reprints whom.

use crate::support::workdir::{Prose, Workdir, line};
use crate::templates::{articles, bulletins};
use serde_json::{Value, json};

/// One story as four sites print it, in the words of `text` and near to them, and pages that are like no other.
fn wire_story(dates: [Value; 4]) -> String {
    let mut prose = Prose::new(31);
    let text = prose.words(102);
    // The second edition lacks the last 24 words; the third has 10 more; in the fourth 4 are others.
    let longer = [text.clone(), prose.words(10)].concat();
    let edited = prose.edited(&text, 40, 4);
    let [wire, courier, ledger, post] = dates;
    [
        page("wire", "wire.example", wire, Some("Bell raised from the seabed"), &text.join(" ")),
        page(
            "courier",
            "courier.example",
            courier,
            Some("Bell raised from the seabed | Courier"),
            &text[..78].join(" "),
        ),
        page("ledger", "ledger.example", ledger, Some("Old bell sees daylight"), &longer.join(" ")),
        page("post", "post.example", post, None, &edited.join(" ")),
        page("lone", "post.example", json!("2025-03-01"), None, &prose.text(60)),
    ]
    .concat()
}

fn page(id: &str, site: &str, date: Value, title: Option<&str>, text: &str) -> String {
    line(&json!({ "id": id, "site": site, "date": date, "title": title, "text": text }))
}

/// The stories of an input.
fn stories(input: &str) -> (Workdir, Vec<Value>) {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", input);
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    workdir.done(&["verify", "out", "in.jsonl"]);
    let mut clusters = workdir.rows("out/clusters.jsonl");
    clusters.retain(|cluster| !cluster["source_by"].is_null());
    (workdir, clusters)
}

fn wire_story_of(dates: [&str; 4]) -> Value {
    let dates = dates.map(|date| if date.is_empty() { Value::Null } else { json!(date) });
    let (_, mut stories) = stories(&wire_story(dates));
    assert_eq!(stories.len(), 1);
    stories.remove(0)
}

#[test]
fn a_story_names_its_source_and_what_each_site_made_of_it() {
    let dates = ["2025-03-04T08:00:00Z", "2025-03-05", "2025-03-05T10:41:00Z", "2025-03-06"];
    let (workdir, stories) = stories(&wire_story(dates.map(|date| json!(date))));
    let [story] = &stories[..] else { panic!("{stories:?}") };
    assert_eq!((&story["kept"], &story["source"]), (&json!("wire"), &json!("wire")));
    assert_eq!(story["source_by"], "earliest");
    let edition = |id: &str, date: &str, same_headline: Value, cut: u32, added: u32| {
        let site = format!("{id}.example");
        json!({ "id": id, "site": site, "date": date, "date_by": "field", "same_headline": same_headline,
            "cut": cut, "added": added })
    };
    assert_eq!(
        story["editions"],
        json!([
            edition("wire", "2025-03-04T08:00Z", json!(true), 0, 0),
            edition("courier", "2025-03-05", json!(true), 24, 0),
            edition("ledger", "2025-03-05T10:41Z", json!(false), 0, 10),
            edition("post", "2025-03-06", Value::Null, 6, 6),
        ])
    );
    for row in workdir.rows("out/removed.jsonl") {
        let editions = story["editions"].as_array().unwrap();
        let edition = editions.iter().find(|edition| edition["id"] == row["id"]).unwrap();
        let number = |row: &Value, field: &str| row[field].as_u64().unwrap();
        assert_eq!(number(edition, "cut"), number(&row, "size_kept") - number(&row, "shared"));
        assert_eq!(number(edition, "added"), number(&row, "size") - number(&row, "shared"));
    }
    let counts = &workdir.manifest("out")["counts"];
    assert_eq!((&counts["syndicated"], &counts["sources"]), (&json!(1), &json!({ "earliest": 1 })));
}

#[test]
fn ties_and_missing_dates_are_said() {
    for (dates, source, by) in [
        (["2025-03-04", "2025-03-06", "2025-03-07", "2025-03-08"], json!("wire"), "earliest"),
        (["2025-03-06", "2025-03-07", "2025-03-04", "2025-03-08"], json!("ledger"), "earliest"),
        (["2025-03-04", "2025-03-05", "2025-03-07", "2025-03-08"], json!("wire"), "earliest-day"),
        (["2025-03-04", "2025-03-06", "2025-03-07", ""], json!("wire"), "earliest-dated"),
        (["2025-03-04", "2025-03-06", "soon", "2025-03-08"], json!("wire"), "earliest-dated"),
        (["2025-03-04", "2025-03-06", "2025-03-06", "1970-01-01"], json!("wire"), "earliest-dated"),
        (["2025-03-04", "2025-03-04T09:00:00Z", "2025-03-07", "2025-03-08"], Value::Null, "tie"),
        (["2025-03-04", "", "", ""], Value::Null, "undated"),
        (["", "", "", ""], Value::Null, "undated"),
    ] {
        let story = wire_story_of(dates);
        assert_eq!((&story["source"], &story["source_by"]), (&source, &json!(by)), "{dates:?}");
    }
}

#[test]
fn a_cluster_on_one_site_is_no_story() {
    let workdir = Workdir::new();
    let input = wire_story(["2025-03-04", "2025-03-06", "2025-03-07", "2025-03-08"].map(|date| json!(date)));
    for (name, site) in [("one", "wire.example"), ("none", "")] {
        let mut input = input.clone();
        for other in ["wire", "courier", "ledger", "post"] {
            input = input.replace(&format!("{other}.example"), site);
        }
        workdir.write("in.jsonl", input);
        workdir.done(&["dedup", "in.jsonl", "-o", name]);
        let clusters = workdir.rows(&format!("{name}/clusters.jsonl"));
        assert_eq!(clusters.len(), 1);
        for field in ["source", "source_by"] {
            assert_eq!(clusters[0][field], Value::Null);
        }
        assert_eq!(clusters[0]["editions"], json!([]));
        assert!(workdir.rows(&format!("{name}/syndication.jsonl")).is_empty());
        assert_eq!(workdir.manifest(name)["counts"]["syndicated"], 0);
    }
}

/// Pages of the wire's site that were crawled one after the other, every two seconds, and say so in `date`; and of a
/// site that prints one a day.
fn others(crawled_from: &str) -> String {
    let mut prose = Prose::new(8);
    let mut input = String::new();
    for number in 0..20 {
        let crawled = json!(format!("{crawled_from}:{:02}Z", 2 * number));
        input += &page(&format!("crawled-{number}"), "wire.example", crawled, None, &prose.text(40));
        let printed = json!(format!("2025-02-{:02}", number + 1));
        input += &page(&format!("printed-{number}"), "daily.example", printed, None, &prose.text(40));
    }
    input
}

#[test]
fn the_day_of_the_crawl_is_no_day_of_printing() {
    let dates = ["2025-03-09T10:00:07Z", "2025-03-04", "2025-03-06", "2025-03-07"].map(|date| json!(date));
    let (_, told) = stories(&(wire_story(dates.clone()) + &others("2025-03-09T10:00")));
    // The wire's own page may have been first.
    assert_eq!((&told[0]["source"], &told[0]["source_by"]), (&json!("courier"), &json!("earliest-dated")));
    let wire = &told[0]["editions"][0];
    assert_eq!((&wire["date"], &wire["date_by"]), (&json!("2025-03-09T10:00:07Z"), &json!("crawl")));

    // It was on the wire's site before the others printed it, and so they are not the source.
    let input = wire_story(dates.clone()).replace("2025-03-09T10", "2025-03-03T10");
    let (_, told) = stories(&(input + &others("2025-03-03T10:00")));
    assert_eq!((&told[0]["source"], &told[0]["source_by"]), (&Value::Null, &json!("undated")));

    // The address knows better.
    let input = wire_story(dates).replacen('{', "{\"url\":\"https://wire.example/2025/03/02/bell\",", 1);
    let (workdir, told) = stories(&(input + &others("2025-03-09T10:00")));
    assert_eq!((&told[0]["source"], &told[0]["source_by"]), (&json!("wire"), &json!("earliest")));
    let wire = &told[0]["editions"][0];
    assert_eq!((&wire["date"], &wire["date_by"]), (&json!("2025-03-02"), &json!("address")));
    assert_eq!(workdir.manifest("out")["counts"]["crawl_dated_sites"], 1);
    let run = workdir.done(&["dedup", "in.jsonl", "-o", "again"]);
    assert!(run.stderr.contains("wire.example") && run.stderr.contains("crawl"), "{run:?}");
}

#[test]
fn the_table_says_who_reprints_whom() {
    let mut prose = Prose::new(77);
    let mut input = String::new();
    for (story, sites) in
        [["wire", "courier", "post", "post"], ["wire", "courier", "ledger", ""], ["post", "wire", "", ""]]
            .iter()
            .enumerate()
    {
        let text = prose.text(60);
        for (day, site) in sites.iter().enumerate().filter(|(_, site)| !site.is_empty()) {
            let date = json!(format!("2025-03-{:02}", 1 + 2 * day));
            input += &page(&format!("{story}-{day}"), &format!("{site}.example"), date, None, &text);
        }
    }
    // Of this one nobody says when.
    let text = prose.text(60);
    for site in ["ledger.example", "courier.example"] {
        input += &page(site, site, Value::Null, None, &text);
    }
    let (workdir, _) = stories(&input);
    let rows: Vec<String> = workdir
        .rows("out/syndication.jsonl")
        .iter()
        .map(|row| {
            let [from, to, by] = ["from", "to", "source_by"].map(|field| row[field].as_str().unwrap());
            format!("{from} {to} {by} {} {}", row["stories"], row["pages"])
        })
        .collect();
    assert_eq!(
        rows,
        [
            "courier.example ledger.example undated 1 1",
            "post.example wire.example earliest 1 1",
            "wire.example courier.example earliest 2 2",
            "wire.example ledger.example earliest 1 1",
            "wire.example post.example earliest 1 2",
        ]
    );
    let run = workdir.done(&["dedup", "in.jsonl", "-o", "again"]);
    assert!(run.stdout.contains("2 pages  courier.example from wire.example"), "{}", run.stdout);
    assert!(run.stdout.contains("courier.example and ledger.example, source not known"), "{}", run.stdout);
}

#[test]
fn pages_of_a_template_reprint_nothing() {
    const SITES: [&str; 2] = ["north.example", "south.example"];
    let mut prose = Prose::new(21);
    let mut records: Vec<String> =
        SITES.iter().flat_map(|site| articles(&mut prose, site, 30, 120)).collect();
    records.extend(bulletins(&mut prose, "market", &[SITES, SITES, SITES].concat(), 100, 8));
    let (workdir, _) = stories(&records.concat());
    workdir.done(&["dedup", "in.jsonl", "-o", "asked", "--remove", "exact,near,template"]);
    let removed = workdir.rows("asked/removed.jsonl");
    assert!(removed.iter().any(|row| row["relation"] == "template" && row["site"] != row["kept_site"]));
    let clusters = workdir.rows("asked/clusters.jsonl");
    assert!(clusters.iter().any(|cluster| cluster["sites"].as_array().unwrap().len() == 2));
    for cluster in clusters {
        assert_eq!((&cluster["source_by"], &cluster["editions"]), (&Value::Null, &json!([])), "{cluster}");
    }
    assert!(workdir.rows("asked/syndication.jsonl").is_empty());
    workdir.done(&["verify", "asked", "in.jsonl"]);
}

#[test]
fn a_story_on_very_many_sites_takes_as_many_rows() {
    let text = Prose::new(1).text(40);
    let input: String = (0..20_000)
        .map(|site| {
            let date = json!(format!("2025-03-{:02}", if site == 77 { 1 } else { 3 + site % 20 }));
            page(&format!("p{site}"), &format!("s{site}.example"), date, None, &text)
        })
        .collect();
    let (workdir, stories) = stories(&input);
    assert_eq!(stories[0]["source"], "p77");
    let rows = workdir.rows("out/syndication.jsonl");
    assert_eq!(rows.len(), 19_999);
    assert!(rows.iter().all(|row| row["from"] == "s77.example" && row["pages"] == 1));
}

#[test]
fn a_changed_story_is_found() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 8] = [
        ("source", |story| story["source"] = json!("post")),
        ("no source", |story| story["source"] = Value::Null),
        ("source_by", |story| story["source_by"] = json!("tie")),
        ("date", |story| story["editions"][1]["date"] = json!("2025-03-01")),
        ("headline", |story| story["editions"][1]["same_headline"] = json!(false)),
        ("cut", |story| story["editions"][1]["cut"] = json!(1)),
        ("added", |story| story["editions"][1]["added"] = json!(1)),
        ("an edition less", |story| _ = story["editions"].as_array_mut().unwrap().pop()),
    ];
    let dates = ["2025-03-04", "2025-03-06", "2025-03-07", "2025-03-08"].map(|date| json!(date));
    let (workdir, told) = stories(&wire_story(dates));
    let untouched = workdir.bytes("out/clusters.jsonl");
    for (what, change) in changes {
        let mut story = told[0].clone();
        change(&mut story);
        workdir.write("out/clusters.jsonl", format!("{story}\n"));
        let run = workdir.tamis(&["verify", "out", "in.jsonl"]);
        assert_eq!(run.code, 1, "{what}: {run:?}");
    }
    workdir.write("out/clusters.jsonl", untouched);
    let table = String::from_utf8(workdir.bytes("out/syndication.jsonl")).unwrap();
    for changed in
        [table.replacen("wire", "post", 1), table.replacen("\"pages\":1", "\"pages\":2", 1), String::new()]
    {
        assert_ne!(changed, table);
        workdir.write("out/syndication.jsonl", changed);
        let run = workdir.tamis(&["verify", "out", "in.jsonl"]);
        assert!(run.code == 1 && run.stdout.contains("syndication.jsonl"), "{run:?}");
    }
}
