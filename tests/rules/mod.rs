//! Rules as a text: printed, read again, edited, applied, compared; lines explained.
//!
//! Weights may change, so nothing here relies on what they say of a line: tiers come from edits, or are compared.

mod agreed;
mod edited;
mod explained;
mod text;

use crate::support::workdir::{Prose, Workdir, line};
use serde_json::json;
use tamis::boilerplate::judge::Rule;
use tamis::boilerplate::profile::Profile;
use tamis::boilerplate::rules::SiteRules;
use tamis::pipeline::profiles;
use tamis::pipeline::rules::rules;

pub const ENGLISH: &str = "news.example";
pub const ARABIC: &str = "akhbar.example";

/// A site, and its lines above an article, in its comment form, and below.
type Template = (&'static str, [&'static str; 3], [&'static str; 4], [&'static str; 3]);

/// A menu, a comment form and a footer, in two languages; the `…` is the number of the page.
const TEMPLATES: [Template; 2] = [
    (
        ENGLISH,
        ["Home", "Politics and economy", "Subscribe to our newsletter"],
        [
            "Leave a comment",
            "Your name",
            "Your e-mail address will not be published",
            "… people have read this",
        ],
        ["Read also", "About us", "© 2024 The News. All rights reserved"],
    ),
    (
        ARABIC,
        ["الرئيسية", "سياسة واقتصاد", "اشترك في نشرتنا البريدية"],
        ["اترك تعليقا", "الاسم", "لن يتم نشر عنوان بريدك الإلكتروني", "قرأ هذا … شخصا"],
        ["اقرأ أيضا", "من نحن", "جميع الحقوق محفوظة © 2024 الأخبار"],
    ),
];

/// Pages of both sites from article `from` on; each article with sentences of its own, some with a refrain.
pub fn pages(from: usize, count: usize) -> String {
    let mut pages = String::new();
    for (site, menu, form, footer) in TEMPLATES {
        for number in from..from + count {
            let mut prose = Prose::new(number as u64 * 7 + site.len() as u64);
            let sentences: Vec<String> = (0..6).map(|_| prose.text(14) + ".").collect();
            let title = prose.text(5);
            let refrain = if number % 3 == 0 { "Our correspondent reports" } else { "" };
            let text = [
                &menu.join("\n"),
                &title,
                refrain,
                &sentences.join("\n"),
                &form.join("\n").replace('…', &(number + 3).to_string()),
                &format!("Send {title} to a friend"),
                &footer.join("\n"),
            ]
            .join("\n");
            let id = format!("{site}/{number}");
            pages.push_str(&line(&json!({ "id": id, "site": site, "title": title, "text": text })));
        }
    }
    pages
}

/// A folder with 30 articles a site in `in.jsonl`, and the profile `sites.tamis` that was learned from it.
pub fn learned() -> Workdir {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", pages(0, 30));
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis"]);
    workdir
}

pub fn profile(workdir: &Workdir) -> Profile {
    profiles::read(&workdir.path("sites.tamis")).unwrap()
}

/// What the profile in the folder says of a site.
pub fn told(workdir: &Workdir, site: &str) -> SiteRules {
    rules(&profile(workdir), |name| name == site).remove(0)
}

/// What it says of a line.
pub fn told_of(workdir: &Workdir, site: &str, line: &str) -> Rule {
    let told = told(workdir, site);
    let found = told.lines.iter().find(|told| told.line == line);
    found.unwrap_or_else(|| panic!("{line:?} is not among {:#?}", told.lines)).clone()
}
