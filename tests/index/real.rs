//! Daily batches of a real crawl, from the development data beside the checkout.

use super::adding::assert_same_pairs;
use crate::real_data::pages_of_saudinewsnet;
use crate::support::workdir::{Workdir, text};
use std::collections::BTreeMap;

#[test]
fn days_of_a_real_crawl_find_the_pairs_of_one_shot_and_every_removal_replays() {
    let Some(lines) = pages_of_saudinewsnet() else { return };
    let workdir = Workdir::new();
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for line in lines.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let day: String = text(&row, "date").chars().take(10).collect();
        let day = days.entry(day).or_default();
        *day += line;
        day.push('\n');
    }
    assert!(days.len() > 5, "{} days", days.len());
    let mut pairs = Vec::new();
    let (mut removed, mut of_earlier_days, mut kept_of) = (0, 0, BTreeMap::new());
    for (day, lines) in &days {
        let (input, out) = (format!("{day}.jsonl"), format!("out-{day}"));
        workdir.write(&input, lines);
        workdir.done(&["dedup", &input, "-o", &out, "--index", "seen", "--pairs", "--quiet"]);
        pairs.extend(workdir.rows(&format!("{out}/pairs.jsonl")));
        for row in workdir.rows(&format!("{out}/removed.jsonl")) {
            removed += 1;
            if row["evidence"] == "index" {
                of_earlier_days += 1;
                let kept_day = &text(&row, "kept")[3..13];
                let batch = &workdir.manifest(&format!("out-{kept_day}"))["batch"];
                assert_eq!(&row["batch"], batch, "{row}");
            }
            kept_of.insert(text(&row, "id"), text(&row, "kept"));
        }
    }
    for day in days.keys() {
        let (input, out) = (format!("{day}.jsonl"), format!("out-{day}"));
        workdir.done(&["verify", &out, &input, "--index", "seen"]);
        workdir.done(&[
            "dedup",
            &input,
            "-o",
            "again",
            "--index",
            "seen",
            "--pairs",
            "--quiet",
            "--overwrite",
        ]);
        super::assert_same(&workdir, &out, "again");
    }
    workdir.write("all.jsonl", lines);
    workdir.done(&["dedup", "all.jsonl", "-o", "one", "--pairs", "--quiet"]);
    assert_same_pairs(&workdir.rows("one/pairs.jsonl"), &pairs);
    let one: BTreeMap<String, String> =
        workdir.rows("one/removed.jsonl").iter().map(|row| (text(row, "id"), text(row, "kept"))).collect();
    let same = one.iter().filter(|(id, kept)| kept_of.get(*id) == Some(kept)).count();
    let both = one.keys().filter(|id| kept_of.contains_key(*id)).count();
    println!(
        "{} days: {removed} removed, {of_earlier_days} of them for pages of earlier days; one shot: {} removed, \
         {both} of these by days too, {same} for the same page",
        days.len(),
        one.len()
    );
    assert!(of_earlier_days > 500, "{of_earlier_days}");
    assert!(both * 100 >= one.len() * 85, "{both} of {}", one.len());
}
