//! What is planted: one function a fault, from a clean page to one that has it.

use super::crawl::{Bank, Made};
use crate::support::random::Random;
use encoding_rs::WINDOWS_1256;
use tamis::audit::metric::Metric;

/// What a fault is made from.
pub struct Soil<'a> {
    pub own: &'a Bank,
    /// The stories of another language.
    pub other: &'a Bank,
    pub language: &'a str,
    /// Another clean page of the site.
    pub neighbour: &'a Made,
}

pub struct Fault {
    pub name: &'static str,
    pub metric: Metric,
    /// The least share of pages at which it can be seen at all.
    pub from: f64,
    pub plant: fn(&mut Made, &Soil<'_>, &mut Random),
    /// What all pages of the sites have, planted or not.
    pub habit: fn(&mut Made),
    /// The share of planted pages that must be found, and the pages of a site that may be flagged for anything although
    /// they are clean. `docs/audit.md` says where these are worse than 95 % and 1 %, and why.
    pub found: f64,
    pub alarms: usize,
    /// Languages in which it makes sense; all if empty.
    pub languages: &'static [&'static str],
}

const NO_HABIT: fn(&mut Made) = |_| {};

const fn fault(name: &'static str, metric: Metric, plant: fn(&mut Made, &Soil<'_>, &mut Random)) -> Fault {
    Fault { name, metric, from: 0.0, plant, habit: NO_HABIT, found: 0.95, alarms: 2, languages: &[] }
}

pub fn all() -> Vec<Fault> {
    vec![
        fault("cut at a word", Metric::Truncated, |page, _, random| page.text = cut(&page.text, random)),
        fault("cut with an ellipsis", Metric::Truncated, |page, _, random| {
            page.text = cut(&page.text, random) + "…"
        }),
        Fault {
            from: 0.05,
            ..fault("cut at 700 characters", Metric::Truncated, |page, _, _| {
                page.text = page.text.chars().take(700).collect()
            })
        },
        fault("error and consent pages", Metric::Wall, |page, soil, random| {
            page.text = wall(soil.language, random)
        }),
        Fault {
            from: 0.05,
            ..fault("walls in an unknown language", Metric::Wall, |page, _, _| {
                page.text = "Zuva rino hapana chinyorwa pano.\nDzokera kumusha uone zvimwe.".to_owned();
            })
        },
        fault("menus", Metric::Menu, |page, soil, random| page.text = menu(soil.own, 24, random).join("\n")),
        fault("stubs", Metric::Stub, |page, _, _| page.text = part(page, 6)),
        fault("empty", Metric::Empty, |page, _, _| page.text = " \n".to_owned()),
        fault("stale", Metric::Stale, |page, soil, _| {
            page.text.clone_from(&soil.neighbour.text);
            page.date = Some("2025-04-02T08:09:10Z".to_owned());
        }),
        Fault {
            languages: &["ar", "fr", "tr"],
            ..fault("UTF-8 read as Latin-1", Metric::Mojibake, |page, _, _| {
                page.text = page.text.bytes().map(char::from).collect();
            })
        },
        Fault {
            languages: &["ar"],
            ..fault("UTF-8 read as Windows-1256", Metric::Mojibake, |page, _, _| {
                page.text = WINDOWS_1256.decode_without_bom_handling(page.text.as_bytes()).0.into_owned();
            })
        },
        Fault {
            languages: &["ar"],
            ..fault("Windows-1256 read as Latin-1", Metric::Mojibake, |page, _, _| {
                page.text = WINDOWS_1256.encode(&page.text).0.iter().map(|&byte| byte as char).collect();
            })
        },
        fault("U+FFFD", Metric::Replacement, |page, _, _| {
            page.text = page.text.replacen(char::is_alphabetic, "\u{fffd}", 3)
        }),
        Fault {
            languages: &["ar", "fr", "tr"],
            ..fault("question marks", Metric::Replacement, |page, _, _| {
                page.text = page.text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
            })
        },
        fault("wrong language", Metric::WrongLanguage, |page, soil, random| {
            page.text = soil.other.story(random).join("\n\n")
        }),
        fault("half in another language", Metric::MixedLanguage, |page, soil, random| {
            page.text = format!("{}\n\n{}", page.text, soil.other.story(random).join("\n\n"));
        }),
        fault("title of another page", Metric::ForeignTitle, |page, soil, _| {
            page.title.clone_from(&soil.neighbour.title)
        }),
        Fault {
            found: 0.4,
            ..fault("title of a story elsewhere", Metric::ForeignTitle, |page, soil, random| {
                page.title = Some(soil.own.article(random).0)
            })
        },
        Fault {
            habit: headline_in_text,
            ..fault("headline of another page", Metric::ForeignTitle, |page, soil, _| {
                let (_, rest) = page.text.split_once('\n').unwrap();
                page.text = format!("{}\n{rest}", soil.neighbour.title.as_deref().unwrap());
            })
        },
        fault("title with an ellipsis", Metric::CutTitle, |page, _, _| {
            page.title = Some(part(page, 4) + "...")
        }),
        Fault {
            habit: |page| page.text = format!("{}\n\n{}", page.title.as_deref().unwrap(), page.text),
            ..fault("beginning of the headline", Metric::CutTitle, |page, _, _| {
                page.title = Some(part(page, 5))
            })
        },
        fault("second article", Metric::SecondArticle, |page, soil, _| {
            let other = soil.neighbour;
            page.text = format!("{}\n\n{}\n\n{}", page.text, other.title.as_deref().unwrap(), other.text);
        }),
        Fault {
            habit: heading_inside,
            ..fault("second article behind a heading", Metric::SecondArticle, |page, soil, _| {
                let other = soil.neighbour;
                page.text = format!("{}\n\n{}\n\n{}", page.text, other.title.as_deref().unwrap(), other.text);
            })
        },
        Fault {
            from: 0.2,
            found: 0.8,
            ..fault("second article from elsewhere", Metric::SecondArticle, |page, soil, random| {
                let (title, paragraphs) = soil.own.article(random);
                page.text = format!("{}\n\n{title}\n\n{}", page.text, paragraphs.join("\n\n"));
            })
        },
        fault("second article behind a related list", Metric::SecondArticle, |page, soil, _| {
            let other = soil.neighbour;
            let related = related(soil.language);
            page.text = format!(
                "{}\n\n{related}\n\n{}\n\n{}",
                page.text,
                other.title.as_deref().unwrap(),
                other.text
            );
        }),
        fault("comment form", Metric::Leftover, |page, soil, _| {
            page.text = format!("{}\n\n{}", page.text, comment(soil.language));
        }),
        fault("menu at head and foot", Metric::RepeatedLines, |page, soil, random| {
            let menu = menu(soil.own, 6, random).join("\n");
            page.text = format!("{menu}\n\n{}\n\n{menu}", page.text);
        }),
        fault("no title", Metric::MissingTitle, |page, _, _| page.title = None),
        fault("no date", Metric::MissingDate, |page, _, _| page.date = None),
        fault("no URL", Metric::MissingUrl, |page, _, _| page.url = None),
        fault("no author", Metric::MissingAuthor, |page, _, _| page.author = None),
        Fault {
            from: 0.2,
            ..fault("one title", Metric::ConstantTitle, |page, _, _| {
                page.title = Some("Latest news from the coast".to_owned())
            })
        },
        Fault {
            from: 0.04,
            ..fault("one moment", Metric::ConstantDate, |page, _, _| {
                page.date = Some("2025-03-09T11:22:33Z".to_owned())
            })
        },
        fault("unread date", Metric::UnreadDate, |page, _, _| page.date = Some("the day before".to_owned())),
        fault("date in the future", Metric::ImplausibleDate, |page, _, _| {
            page.date = Some("2031-01-02T03:04:05Z".to_owned())
        }),
        fault("date of 1970", Metric::ImplausibleDate, |page, _, _| {
            page.date = Some("1970-01-01T00:00:00Z".to_owned())
        }),
        fault("date of 1981", Metric::ImplausibleDate, |page, _, _| {
            page.date = Some("1981-02-03T04:05:06Z".to_owned())
        }),
    ]
}

/// A text up to a word somewhere in its second third, where no sentence ends.
fn cut(text: &str, random: &mut Random) -> String {
    let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let from = blanks.len() as u64 / 3;
    loop {
        let at = blanks[(from + random.below(from)) as usize];
        if text[..at].ends_with(char::is_alphabetic) {
            return text[..at].to_owned();
        }
    }
}

/// The first words of the title.
fn part(page: &Made, words: usize) -> String {
    page.title.as_deref().unwrap().split(' ').take(words).collect::<Vec<_>>().join(" ")
}

fn headline_in_text(page: &mut Made) {
    page.text = format!("{}\n\n{}", page.title.take().unwrap(), page.text);
}

/// A heading in the middle of the text, of words of the title and of the paragraph below it.
fn heading_inside(page: &mut Made) {
    let paragraphs: Vec<&str> = page.text.split("\n\n").collect();
    let (above, below) = paragraphs.split_at(paragraphs.len() / 2);
    let words = below[0].split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).skip(3).take(4);
    let heading: Vec<&str> = page.title.as_deref().unwrap().split(' ').take(3).chain(words).collect();
    page.text = format!("{}\n\n{}\n\n{}", above.join("\n\n"), heading.join(" "), below.join("\n\n"));
}

/// Lines of two or three words.
fn menu(bank: &Bank, count: usize, random: &mut Random) -> Vec<String> {
    let (_, paragraphs) = bank.article(random);
    let text = paragraphs.join(" ");
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 4).collect();
    words.chunks_exact(2).take(count).map(|pair| pair.join(" ")).collect()
}

fn wall(language: &str, random: &mut Random) -> String {
    let ray = random.below(1 << 40);
    match language {
        "ar" => "عذرا، الصفحة غير موجودة.\nعد إلى الصفحة الرئيسية.".to_owned(),
        "fr" => format!("Nous utilisons des cookies.\nContinuer sans accepter\nRéférence {ray:x}"),
        "tr" => "Bu site çerez kullanmaktadır.\nTüm çerezleri kabul et".to_owned(),
        _ => format!("Just a moment. Please verify you are human.\nRay ID {ray:x}"),
    }
}

fn related(language: &str) -> &'static str {
    match language {
        "ar" => "اقرأ أيضا:",
        "fr" => "À lire aussi",
        "tr" => "İlgili haberler",
        _ => "Related articles",
    }
}

fn comment(language: &str) -> &'static str {
    match language {
        "ar" => "اترك تعليقا\nلن يتم نشر عنوان بريدك الإلكتروني",
        "fr" => "Laisser un commentaire",
        "tr" => "Bir yorum yazın",
        _ => "Leave a reply\nYour email address will not be published",
    }
}
