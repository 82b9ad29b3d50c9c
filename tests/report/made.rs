//! Reports that are made, not measured: small, right-to-left, hostile, empty, and of 5,000 sites.

use super::{
    BTreeMap, Change, Changes, Cluster, Figures, Finding, Flow, Gate, JunkLine, LeftOut, Metric, Random,
    Reject, Report, Run, Sample, SampleLine, Share, Side, Site,
};

type Make = fn() -> Report;

/// Names of the reports, and how each is made.
pub const REPORTS: &[(&str, Make)] =
    &[("small", small), ("arabic", arabic), ("hostile", hostile), ("empty", empty), ("large", large)];

/// What a crawl may try; none of it may run, load or turn around what stands beside it.
pub const ATTACKS: &[&str] = &[
    "<script>window.attacked = 1</script>",
    "</script><script>window.attacked = 1</script>",
    "<!--<script>",
    "<img src=x onerror=\"window.attacked = 1\">",
    "\"><svg onload=window.attacked=1>",
    "' onmouseover='window.attacked=1",
    "{{7*7}} {% include \"x\" %} ${7*7}",
    "\u{202e}evil\u{2066}\u{2069}\u{2069} right",
    "a\0b\u{7}c\u{1b}[31m\u{2028}\u{2029}",
    "</style><style>body{display:none}",
    "&lt;b&gt;&amp;amp;",
    "\u{1f600}\u{301}\u{fffd}",
];

/// Mostly small shares, seldom large ones.
fn share_of(dice: &mut Random, whole: u64) -> u64 {
    let reach = [1, 2, 6, 40][dice.below(4) as usize];
    whole * dice.below(reach) / 100
}

fn share(count: u64, of: u64, example: &str) -> Share {
    Share::of(count, of, (count > 0).then(|| example.to_string()))
}

fn figures(dice: &mut Random, pages: u64, name: &str) -> Figures {
    let id = format!("{name}-0007");
    let metrics: BTreeMap<Metric, Share> = Metric::ALL
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 25)
        .map(|(_, &metric)| (metric, share(share_of(dice, pages), pages, &id)))
        .collect();
    let counted = |metric| metrics.get(&metric).map_or(0, |share: &Share| share.count);
    let copies = counted(Metric::Redelivered) + counted(Metric::Exact) + counted(Metric::Near);
    let middle = 9 + dice.below(4) as usize;
    let mut length_classes = vec![0; 24];
    let mut left = pages;
    for (step, class) in
        [middle, middle + 1, middle - 1, middle + 2, middle - 2, middle + 3, 4].into_iter().enumerate()
    {
        let some = if step == 6 { left } else { (left * (2 + dice.below(3)) / 7).min(left) };
        length_classes[class] += some;
        left -= some;
    }
    let median = 1 << middle;
    let characters = pages * median * 3 / 2;
    Figures {
        pages,
        kept: pages - copies.min(pages),
        characters,
        stripped: characters * dice.below(45) / 100,
        lengths: [8, median / 2, median, median * 2, median * 9],
        length_classes,
        metrics,
    }
}

/// How a language's sites look.
struct Tongue {
    code: &'static str,
    titles: &'static [&'static str],
    lines: &'static [&'static str],
    junk: &'static [&'static str],
}

const ENGLISH: Tongue = Tongue {
    code: "eng",
    titles: &[
        "Harbour reopens after the storm",
        "Council votes on the night ferry",
        "A bakery that never closed",
    ],
    lines: &[
        "The ferry to Orlen leaves at nine again, the harbour office said on Monday, after four days of wind.",
        "Three boats were damaged; none of them was at sea when the gale reached the coast.",
        "\u{201c}We have seen worse,\u{201d} said the harbour master, who has kept the log since 1987.",
        "The insurance will pay for the quay wall. Work on it begins in April and ends, if all goes well, before the herring season.",
    ],
    junk: &[
        "Home | News | Sport | Weather",
        "Subscribe to our newsletter",
        "Read also: ten walks for a rainy day",
        "Leave a comment",
    ],
};

const ARABIC: Tongue = Tongue {
    code: "arb",
    titles: &[
        "عودة العبّارة إلى العمل بعد العاصفة",
        "المجلس البلدي يناقش ميزانية العام (2026)",
        "مخبز لم يغلق أبوابه منذ 1952",
    ],
    lines: &[
        "قال مكتب الميناء يوم الاثنين إن العبّارة المتجهة إلى «أورلن» ستغادر في الساعة 9:30 صباحًا كالمعتاد.",
        "وتضررت ثلاثة قوارب، ولم يكن أي منها في البحر عند وصول الرياح (85 km/h) إلى الساحل.",
        "وأضاف مدير الميناء: «رأينا ما هو أسوأ من ذلك».",
        "وسيبدأ العمل في رصيف الميناء في أبريل/نيسان المقبل.",
    ],
    junk: &[
        "الرئيسية | الأخبار | الرياضة",
        "اشترك في النشرة البريدية",
        "اقرأ أيضًا: عشر نصائح للسفر",
        "اترك تعليقًا",
    ],
};

fn junk_lines(tongue: &Tongue, pages: u64) -> Vec<JunkLine> {
    let line = |(at, line): (usize, &&str)| JunkLine {
        line: (*line).to_string(),
        pages: (pages as u32).saturating_sub(3 * at as u32),
        of: pages as u32,
        tier: ["strip", "strip", "waits", "suggest"][at % 4].into(),
        reasons: vec![
            format!("on {} of {pages} articles +3.1", pages.saturating_sub(3 * at as u64)),
            "short line at the edge +0.8".into(),
            "in 4 smaller ones +1.2".into(),
            "+5.1 in sum; stripped from +1.1 on".into(),
        ],
    };
    tongue.junk.iter().enumerate().map(line).collect()
}

fn sample(tongue: &Tongue, site: &str, at: usize) -> Sample {
    let stripped = |line: &&str| SampleLine {
        text: (*line).to_string(),
        stripped: true,
        reasons: vec![
            "on 41 of 44 articles +3.1".into(),
            "short line at the edge +0.8".into(),
            "in 4 smaller ones +1.2".into(),
            "+5.1 in sum; stripped from +1.1 on".into(),
        ],
    };
    let kept = |line: &&str| SampleLine { text: (*line).to_string(), stripped: false, reasons: Vec::new() };
    let unexplained = SampleLine { text: tongue.junk[1].into(), stripped: true, reasons: Vec::new() };
    let (head, foot) = tongue.junk.split_at(1);
    Sample {
        site: site.into(),
        id: format!("{site}-{at:04}"),
        url: Some(format!("https://{site}/news/{at}?lang={}", tongue.code)),
        title: Some(tongue.titles[at % tongue.titles.len()].into()),
        date: Some("2026-02-11T08:30:00Z".into()),
        metrics: vec![Metric::Leftover, Metric::CutTitle],
        lines: head
            .iter()
            .map(stripped)
            .chain(tongue.lines.iter().map(kept))
            .chain(foot.iter().map(stripped))
            .chain([unexplained])
            .collect(),
        more: 0,
    }
}

fn cluster(tongue: &Tongue, at: usize, sites: &[String]) -> Cluster {
    let run = |side, text: &str| Run { side, text: text.into() };
    let [first, second, third, _] = tongue.lines else { panic!("four lines") };
    Cluster {
        cluster: format!("c{at:06x}"),
        members: 6 - (at as u64 % 4),
        sites: sites.to_vec(),
        ids: [format!("{}-0003", sites[0]), format!("{}-0011", sites[sites.len() - 1])],
        titles: [Some(tongue.titles[at % 3].into()), Some(tongue.titles[(at + 1) % 3].into())],
        relation: "near".into(),
        jaccard: 0.61 + 0.01 * at as f64,
        runs: vec![
            run(Side::Both, first),
            run(Side::Kept, second),
            run(Side::Removed, tongue.junk[2]),
            run(Side::Both, third),
            run(Side::Removed, tongue.junk[3]),
        ],
    }
}

fn finding(site: Option<&str>, metric: Metric, share: Share, text: &str, excerpt: &str) -> Finding {
    Finding { site: site.map(Into::into), metric, share, text: text.into(), excerpt: excerpt.into() }
}

fn of_sites(names: &[String], tongue_of: impl Fn(usize) -> &'static Tongue, seed: u64) -> Report {
    let mut dice = Random::new(seed);
    let site = |(at, name): (usize, &String)| {
        let pages = 12 + dice.below(400);
        Site {
            site: name.clone(),
            figures: figures(&mut dice, pages, name),
            language: Some(tongue_of(at).code.into()),
            drift: (at == 2).then(|| "31 of 40 newest pages have another template, since 2026-02-03".into()),
            lines: junk_lines(tongue_of(at), pages),
        }
    };
    let sites: Vec<Site> = names.iter().enumerate().map(site).collect();
    let pages = sites.iter().map(|site| site.figures.pages).sum();
    let mut total = figures(&mut dice, pages, &names[0]);
    total.kept = sites.iter().map(|site| site.figures.kept).sum();
    let sampled = names.len().min(200);
    let mut findings = vec![finding(
        None,
        Metric::Exact,
        share(pages / 7, pages, "x-1"),
        "14 % of all pages are exact copies of another",
        "",
    )];
    findings.extend(names.iter().take(sampled).enumerate().filter(|(at, _)| at % 3 != 2).map(
        |(at, name)| {
            let metric = Metric::ALL[(at * 7) % Metric::ALL.len()];
            let text = format!("{} on {} of 44 pages", metric.title(), 4 + at % 30);
            finding(
                Some(name),
                metric,
                share(4 + at as u64 % 30, 44, name),
                &text,
                tongue_of(at).junk[at % 4],
            )
        },
    ));
    let flow = |at: usize| Flow {
        from: names[at * 5 % names.len()].clone(),
        to: names[(at * 3 + 1) % names.len()].clone(),
        pages: 90 / (at as u64 + 1) + 1,
        is_directed: at % 4 != 3,
    };
    Report {
        tamis: "0.1.0".into(),
        report_version: 1,
        batch: "5e2c91d07a64b3f8".into(),
        as_of: Some("2026-02-14".into()),
        total,
        rejected: share(1, pages + 1, "x"),
        findings,
        syndication: (0..names.len().min(60)).map(flow).filter(|flow| flow.from != flow.to).collect(),
        samples: names
            .iter()
            .take(sampled)
            .enumerate()
            .map(|(at, name)| sample(tongue_of(at), name, at))
            .collect(),
        clusters: (0..names.len().min(60))
            .map(|at| cluster(tongue_of(at), at, &names[at..(at + 2).min(names.len())]))
            .collect(),
        rejects: vec![Reject {
            reason: "no text field".into(),
            records: 1,
            file: "night/07.jsonl".into(),
            record: 41,
        }],
        left_out: LeftOut { samples: (names.len() - sampled) as u64, ..LeftOut::default() },
        changes: None,
        gates: None,
        sites,
    }
}

fn changes(sites: &[String]) -> Changes {
    let change = |site: Option<&String>, figure: &str, before, now, p, is_worse| Change {
        site: site.cloned(),
        figure: figure.into(),
        before,
        now,
        p,
        is_worse,
    };
    Changes {
        batch: "0d11c7a2be904455".into(),
        false_discovery_rate: 0.05,
        comparisons: 410,
        changes: vec![
            change(Some(&sites[1]), "mojibake", 0.004, 0.31, 1e-19, Some(true)),
            change(Some(&sites[0]), "junk", 0.32, 0.11, 2e-6, Some(false)),
            change(None, "pages", 2190.0, 1804.0, 0.0004, None),
            change(Some(&sites[2]), "length", 3100.0, 900.0, 0.0011, Some(true)),
        ],
        new_sites: vec![sites[3].clone()],
        gone_sites: vec!["old-gazette.example".into()],
    }
}

fn gates(site: &str) -> Vec<Gate> {
    let gate = |gate: &str, site: Option<&str>, passed, message: &str| Gate {
        gate: gate.into(),
        site: site.map(Into::into),
        passed,
        message: message.into(),
    };
    vec![
        gate("copies", None, Some(true), "exact copies are 3.1 % of pages, at most 5 % are wanted"),
        gate("encoding", Some(site), Some(false), "mojibake is on 31.0 % of pages, at most 1 % is wanted"),
        gate("no-regression", None, None, "there is no baseline to compare with"),
    ]
}

fn small() -> Report {
    let names = [
        "valley-ledger.example",
        "harbour-courier.example",
        "north-post.example",
        "al-manara.example",
        "orlen-times.example",
    ];
    let names = names.map(String::from);
    let mut report = of_sites(&names, |at| if at == 3 { &ARABIC } else { &ENGLISH }, 7);
    report.changes = Some(changes(&names));
    report.gates = Some(gates(&names[1]));
    report
}

fn arabic() -> Report {
    let names =
        ["المنارة.example", "نبض-الجبل.example", "al-sahel.example", "الميناء.example"].map(String::from);
    of_sites(&names, |_| &ARABIC, 11)
}

/// Every text is an attack, every address would run something.
fn hostile() -> Report {
    let names: Vec<String> = ATTACKS.iter().map(ToString::to_string).chain([String::new()]).collect();
    let mut report = of_sites(&names, |_| &ENGLISH, 3);
    let attack = |at: usize| ATTACKS[at % ATTACKS.len()].to_string();
    for (at, sample) in report.samples.iter_mut().enumerate() {
        sample.id = attack(at);
        sample.title = Some(attack(at + 1));
        sample.date = Some(attack(at + 2));
        sample.url = Some(
            [
                "javascript:window.attacked=1",
                "data:text/html,<script>1</script>",
                "https://x.example/\" onclick=\"x",
            ][at % 3]
                .into(),
        );
        for (line, text) in sample.lines.iter_mut().enumerate() {
            text.text = attack(at + line);
            text.reasons.iter_mut().for_each(|reason| *reason = attack(at + line));
        }
    }
    for (at, finding) in report.findings.iter_mut().enumerate() {
        finding.text = attack(at);
        finding.excerpt = attack(at + 3);
    }
    for (at, cluster) in report.clusters.iter_mut().enumerate() {
        cluster.cluster = attack(at);
        cluster.titles = [Some(attack(at)), None];
        cluster.runs.iter_mut().for_each(|run| run.text = attack(at));
    }
    for site in &mut report.sites {
        site.drift = Some(attack(1));
        site.language = Some(attack(2));
        site.lines.iter_mut().enumerate().for_each(|(at, line)| {
            line.line = attack(at);
            line.tier = attack(at + 1);
            line.reasons = vec![attack(at + 2)];
        });
    }
    report.rejects = (0..ATTACKS.len())
        .map(|at| Reject { reason: attack(at), records: 1, file: attack(at + 1), record: 1 })
        .collect();
    report.changes = Some(changes(&names));
    report.gates = Some(gates(&names[0]));
    report.batch = attack(0);
    report
}

fn empty() -> Report {
    Report {
        tamis: "0.1.0".into(),
        report_version: 1,
        batch: "0000000000000000".into(),
        as_of: None,
        total: Figures { length_classes: vec![0; 24], ..Figures::default() },
        rejected: Share::default(),
        sites: Vec::new(),
        findings: Vec::new(),
        syndication: Vec::new(),
        samples: Vec::new(),
        clusters: Vec::new(),
        rejects: Vec::new(),
        left_out: LeftOut::default(),
        changes: None,
        gates: Some(Vec::new()),
    }
}

fn large() -> Report {
    let mut dice = Random::new(5);
    let first = ["north", "harbour", "valley", "daily", "orlen", "river", "hill", "coast"];
    let second = ["post", "courier", "ledger", "times", "herald", "gazette", "observer"];
    let mut pick = |of: &[&'static str]| of[dice.below(of.len() as u64) as usize];
    let mut name = |at: usize| format!("{}-{}-{at}.example", pick(&first), pick(&second));
    let mut names: Vec<String> = (0..5000).map(&mut name).collect();
    names.sort();
    let mut report = of_sites(&names, |at| if at % 2 == 0 { &ARABIC } else { &ENGLISH }, 13);
    // Rows as long as a real site's.
    for site in &mut report.sites {
        let lines = site.lines.clone();
        site.lines.extend(lines.into_iter().cycle().take(8));
    }
    let long = |line: &SampleLine| SampleLine {
        text: format!("{} {}", line.text, ARABIC.lines.join(" ")),
        ..line.clone()
    };
    for sample in &mut report.samples {
        let lines: Vec<SampleLine> = sample.lines.iter().filter(|line| !line.stripped).map(long).collect();
        sample.lines.extend(lines.into_iter().cycle().take(20));
    }
    report
}
