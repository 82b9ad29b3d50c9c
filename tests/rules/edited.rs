//! A text of rules is edited and applied; what a person decided stays, and is obeyed.

use super::{ARABIC, ENGLISH, learned, pages, profile, told_of};
use crate::support::workdir::Workdir;
use tamis::boilerplate::judge::Tier;

/// The rules with the first word of some lines changed.
fn edited(workdir: &Workdir, changes: &[(&str, &str)]) -> String {
    let text = workdir.done(&["rules", "sites.tamis"]).stdout;
    let edited = text.lines().map(|row| {
        let change = changes.iter().find(|(line, _)| row.ends_with(&format!(" | {line}")));
        match (change, row.split_once(' ')) {
            (Some((_, word)), Some((_, rest))) => format!("{word} {rest}\n"),
            _ => format!("{row}\n"),
        }
    });
    edited.collect()
}

fn apply(workdir: &Workdir, text: &str) -> crate::support::workdir::Run {
    workdir.write("rules.txt", text);
    let run = workdir.tamis(&["rules", "sites.tamis", "--apply", "rules.txt"]);
    assert_eq!(run.code, 0, "{run:?}");
    run
}

#[test]
fn applying_what_is_printed_changes_nothing() {
    let workdir = learned();
    let before = workdir.bytes("sites.tamis");
    let run = apply(&workdir, &edited(&workdir, &[]));
    assert!(run.stdout.contains("no edits") && run.stderr.is_empty(), "{run:?}");
    assert!(workdir.bytes("sites.tamis") == before);
}

#[test]
fn a_decision_is_printed_obeyed_and_kept_when_learning_on() {
    let workdir = learned();
    let text = edited(&workdir, &[("Our correspondent reports", "strip"), ("Leave a comment", "keep")]);
    let run = apply(&workdir, &text);
    assert!(run.stdout.contains("edits written to sites.tamis"), "{run:?}");
    assert!(run.stdout.contains(&format!("{ENGLISH}  ")), "{run:?}");
    workdir.write("more.jsonl", pages(30, 10));
    workdir.done(&["learn", "more.jsonl", "--merge", "sites.tamis", "-o", "sites.tamis", "--overwrite"]);
    for (line, word, reason) in [
        ("Our correspondent reports", Tier::Strip, "stripped by hand"),
        ("Leave a comment", Tier::Keep, "kept by hand"),
    ] {
        let told = told_of(&workdir, ENGLISH, line);
        assert_eq!(told.tier, word, "{line}");
        assert_eq!(told.reasons[0], reason, "{line}");
        assert!(told.decision.is_some() && told.learned != word, "{line}");
    }
    let printed = workdir.done(&["rules", "sites.tamis", "--reasons"]).stdout;
    let row = printed.lines().position(|row| row.ends_with("| Our correspondent reports")).unwrap();
    let row: Vec<&str> = printed.lines().skip(row).take(2).collect();
    assert!(row[0].starts_with("strip ") && row[0].contains(" was:"), "{row:?}");
    assert_eq!(row[1], "#   stripped by hand");

    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "out"]);
    let text = workdir.column("out/pages.jsonl", "text").concat();
    assert!(!text.contains("Our correspondent reports") && text.contains("Leave a comment"));
}

#[test]
fn a_decision_is_taken_back_by_the_word_that_was_learned_or_by_suggest() {
    let workdir = learned();
    let line = "Your name";
    let learned = told_of(&workdir, ENGLISH, line);
    assert_eq!(learned.decision, None);
    for back in [learned.tier.name(), "suggest", "recurrent"] {
        let other = if learned.tier == Tier::Strip { "keep" } else { "strip" };
        apply(&workdir, &edited(&workdir, &[(line, other)]));
        let decided = told_of(&workdir, ENGLISH, line);
        assert_eq!((decided.tier.name(), decided.learned), (other, learned.tier));
        assert!(decided.decision.is_some());
        let run = apply(&workdir, &edited(&workdir, &[(line, back)]));
        assert!(run.stdout.contains("1 taken back"), "{run:?}");
        assert_eq!(told_of(&workdir, ENGLISH, line), learned);
    }
    let edits = profile(&workdir).site(ENGLISH).unwrap().edits.clone();
    assert!(edits.iter().all(|(_, edit)| edit.decision.is_none()), "{edits:?}");
}

#[test]
fn lines_are_added_by_hand_known_or_not_with_a_warning() {
    let workdir = learned();
    let text = "\
## news.example
strip | LEAVE a comment!
strip | A line that no page has
## new.example
keep  1/2 | Sponsored by a friend
";
    let run = apply(&workdir, text);
    assert!(run.stderr.contains("rules.txt:3: no two articles of the site have this line"), "{run:?}");
    assert!(run.stderr.contains("rules.txt:5: the profile knows no page of site new.example"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 2, "{run:?}");
    assert_eq!(told_of(&workdir, ENGLISH, "Leave a comment").tier, Tier::Strip, "of equal words");
    assert_eq!(told_of(&workdir, ENGLISH, "A line that no page has").tier, Tier::Strip);
    assert_eq!(told_of(&workdir, "new.example", "Sponsored by a friend").tier, Tier::Keep);
    let printed = workdir.done(&["rules", "sites.tamis"]).stdout;
    assert!(printed.contains("  was:unknown"), "{printed}");
    let before = workdir.bytes("sites.tamis");
    assert!(apply(&workdir, &printed).stdout.contains("no edits"));
    assert!(workdir.bytes("sites.tamis") == before);
    // Two decisions filed under two spellings are one.
    apply(&workdir, "## news.example\nkeep | leave a COMMENT\n");
    assert_eq!(told_of(&workdir, ENGLISH, "Leave a comment").tier, Tier::Keep);
    apply(&workdir, "## news.example\nsuggest | leave a comment\nsuggest | A line that no page has");
    assert_eq!(told_of(&workdir, ENGLISH, "Leave a comment").decision, None);
    assert!(!workdir.done(&["rules", "sites.tamis", "--site", ENGLISH]).stdout.contains("  was:"));
}

#[test]
fn nothing_is_applied_unless_all_of_it_can_be() {
    let workdir = learned();
    let before = workdir.bytes("sites.tamis");
    for (text, says) in [
        ("## news.example\nstrip | Home\nremove | About us\n", "rules.txt:3: begins with \"remove\""),
        ("## news.example\nstrip | Home\nkeep | HOME\n", "rules.txt:3: says keep, but line 2 says strip"),
    ] {
        workdir.write("rules.txt", text);
        let run = workdir.tamis(&["rules", "sites.tamis", "--apply", "rules.txt"]);
        assert!(run.code == 2 && run.stderr.contains(says), "{run:?}");
        assert!(workdir.bytes("sites.tamis") == before);
    }
    let learned = told_of(&workdir, ENGLISH, "Home").tier;
    let other = if learned == Tier::Suggest { "recurrent" } else { "suggest" };
    let run = apply(&workdir, &format!("## news.example\n{other} | Home\n"));
    assert!(run.stderr.contains("a person decides strip or keep"), "{run:?}");
    assert!(workdir.bytes("sites.tamis") == before);
    assert_eq!(workdir.names("."), ["in.jsonl", "rules.txt", "sites.tamis"], "nothing is left beside it");
}

#[test]
fn rules_come_from_standard_input_and_for_one_site() {
    let workdir = learned();
    let text = format!("## {ENGLISH}\nstrip | Home\n## {ARABIC}\nstrip | من نحن\n");
    let arguments = ["rules", "sites.tamis", "--site", ARABIC, "--apply", "-"];
    let run = workdir.tamis_fed(&arguments, text.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    let edits = |site: &str| profile(&workdir).site(site).unwrap().edits.iter().len();
    assert_eq!((edits(ENGLISH), edits(ARABIC)), (0, usize::from(!run.stdout.contains("no edits"))));
    assert_eq!(told_of(&workdir, ARABIC, "من نحن").tier, Tier::Strip);
}

#[test]
fn two_profiles_are_compared() {
    let workdir = learned();
    apply(&workdir, "## news.example\nkeep | Home\nkeep | Read also\n");
    workdir.write("old.tamis", workdir.bytes("sites.tamis"));
    apply(&workdir, "## news.example\nstrip | Home\nstrip | \\u{202e}by hand\n");
    let forth = workdir.done(&["rules", "old.tamis", "--diff", "sites.tamis"]).stdout;
    assert_eq!(
        forth,
        "## news.example\n\
         +      keep -> strip      | Home\n\
         +   unknown -> strip      | \\u{202e}by hand\n"
    );
    let back = workdir.done(&["rules", "sites.tamis", "--diff", "old.tamis", "--site", ENGLISH]).stdout;
    assert!(back.contains("-     strip -> keep       | Home\n"), "{back}");
    let same = workdir.done(&["rules", "old.tamis", "--diff", "old.tamis"]);
    assert!(same.stdout.is_empty() && same.stderr.contains("the same lines"), "{same:?}");
}

#[test]
fn a_line_with_a_slot_for_the_title_can_be_decided() {
    let workdir = learned();
    let printed = workdir.done(&["rules", "sites.tamis", "--site", ENGLISH]).stdout;
    let row = printed.lines().find(|row| row.ends_with("to a friend")).unwrap();
    assert!(row.contains("30/30") && row.contains('#'), "{row}");
    let (_, rest) = row.split_once(' ').unwrap();
    apply(&workdir, &format!("## {ENGLISH}\nstrip {rest}\n"));
    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "out"]);
    let english = workdir.rows("out/pages.jsonl").into_iter().filter(|row| row["site"] == ENGLISH);
    assert!(english.into_iter().all(|row| !row["text"].as_str().unwrap().contains("to a friend")));
}
