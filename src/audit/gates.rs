//! Gates: what must hold of a crawl, as people write it in a file. The only door to `toml`.
//!
//! ```toml
//! [[gate]]
//! name = "few error pages"
//! figure = "wall"          # a metric, or junk, length.median, pages, kept, rejected
//! site = "*"               # each site of this pattern; without it, all pages together
//! max = 0.02
//! min_pages = 50           # smaller sites are not asked
//!
//! [[gate]]
//! name = "no new truncation"
//! figure = "truncated"
//! site = "*.example"
//! max_increase = 0.01      # against --baseline; max_decrease likewise
//! unless_noise = true      # only changes beyond noise count
//! ```

use super::baseline::{junk, rate};
use super::metric::Metric;
use super::report::{Figures, Gate, Report};
use crate::error::{Error, ErrorKind, Result};
use serde::Deserialize;

/// The gates of a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    #[serde(default, rename = "gate")]
    rules: Vec<Rule>,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    figure: String,
    site: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    max_increase: Option<f64>,
    max_decrease: Option<f64>,
    #[serde(default)]
    unless_noise: bool,
    #[serde(default)]
    min_pages: u64,
}

/// Figures besides metrics.
const OTHER_FIGURES: [&str; 5] = ["junk", "length.median", "pages", "kept", "rejected"];

impl Gates {
    /// Reads gates; `place` names the file in errors.
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        let fault = |error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let place = line.map_or(place.to_owned(), |line| format!("{place}:{line}"));
            Error::new(ErrorKind::Usage, place, error.message().to_owned())
                .next_step("a gate has name, figure, and max, min, max_increase or max_decrease")
        };
        let gates: Self = toml::from_str(text).map_err(fault)?;
        if gates.rules.is_empty() {
            return Err(
                Error::new(ErrorKind::Usage, place, "there is no gate").next_step("write one under [[gate]]")
            );
        }
        gates.rules.iter().try_for_each(|rule| rule.validate(place))?;
        Ok(gates)
    }

    /// Asks all gates, in the order of the file; a gate of sites for each site, in the order of the report. `baseline` is
    /// the earlier report that increases are measured against.
    pub fn check(&self, report: &Report, baseline: Option<&Report>) -> Vec<Gate> {
        self.rules.iter().flat_map(|rule| rule.check(report, baseline)).collect()
    }
}

impl Rule {
    fn validate(&self, file: &str) -> Result<()> {
        let place = format!("{file}: gate {:?}", self.name);
        if !OTHER_FIGURES.contains(&self.figure.as_str()) && metric(&self.figure).is_none() {
            let known: Vec<&str> =
                Metric::ALL.iter().map(|metric| metric.name()).chain(OTHER_FIGURES).collect();
            return Err(Error::new(ErrorKind::Usage, place, format!("there is no figure {:?}", self.figure))
                .next_step(format!("one of {}", known.join(", "))));
        }
        let limits = [self.min, self.max, self.max_increase, self.max_decrease];
        if limits.iter().all(Option::is_none) {
            return Err(Error::new(ErrorKind::Usage, place, "nothing is asked")
                .next_step("give it max, min, max_increase or max_decrease"));
        }
        if limits.iter().flatten().any(|limit| !limit.is_finite()) {
            return Err(Error::new(ErrorKind::Usage, place, "a limit is no number")
                .next_step("shares go from 0 to 1"));
        }
        let is_relative = self.max_increase.or(self.max_decrease).is_some();
        if self.unless_noise && !is_relative {
            return Err(Error::new(ErrorKind::Usage, place, "unless_noise is for changes")
                .next_step("give it max_increase or max_decrease"));
        }
        Ok(())
    }

    fn check(&self, report: &Report, baseline: Option<&Report>) -> Vec<Gate> {
        let Some(pattern) = &self.site else { return vec![self.ask(None, report, baseline)] };
        let sites = report.sites.iter().filter(|site| matches(pattern, &site.site));
        let asked = sites.filter(|site| site.figures.pages >= self.min_pages);
        let gates: Vec<Gate> = asked.map(|site| self.ask(Some(&site.site), report, baseline)).collect();
        if gates.is_empty() {
            let message = format!("no site of {pattern:?} has {} pages", self.min_pages.max(1));
            return vec![Gate { gate: self.name.clone(), site: None, passed: None, message }];
        }
        gates
    }

    fn ask(&self, site: Option<&str>, report: &Report, baseline: Option<&Report>) -> Gate {
        let (passed, message) = self.judge(site, report, baseline);
        Gate { gate: self.name.clone(), site: site.map(str::to_owned), passed, message }
    }

    fn judge(
        &self,
        site: Option<&str>,
        report: &Report,
        baseline: Option<&Report>,
    ) -> (Option<bool>, String) {
        if site.is_none() && report.total.pages < self.min_pages {
            return (None, format!("only {} of {} pages", report.total.pages, self.min_pages));
        }
        let Some(now) = self.value(site, report) else {
            return (None, format!("{} was not measured", self.figure));
        };
        let shown = |value: f64| show(&self.figure, value);
        let mut wanted = Vec::new();
        let mut passed = true;
        if let Some(max) = self.max {
            passed &= now <= max;
            wanted.push(format!("at most {}", shown(max)));
        }
        if let Some(min) = self.min {
            passed &= now >= min;
            wanted.push(format!("at least {}", shown(min)));
        }
        if self.max_increase.or(self.max_decrease).is_some() {
            let Some(before) = baseline.and_then(|before| self.value(site, before)) else {
                let message = format!("{} is {}, and there is no earlier figure", self.figure, shown(now));
                return ((!passed).then_some(false), message);
            };
            let is_noise = self.unless_noise && !self.is_beyond_noise(site, report);
            for (limit, change, word) in
                [(self.max_increase, now - before, "up"), (self.max_decrease, before - now, "down")]
            {
                if let Some(limit) = limit {
                    passed &= change <= limit || is_noise;
                    wanted.push(format!("at most {} {word} from {}", shown(limit), shown(before)));
                }
            }
            if is_noise {
                wanted.push("unless that is noise, as it is here".to_owned());
            }
        }
        (Some(passed), format!("{} is {}, wanted {}", self.figure, shown(now), wanted.join(" and ")))
    }

    /// Whether the comparison with the baseline lists this figure.
    fn is_beyond_noise(&self, site: Option<&str>, report: &Report) -> bool {
        let figure = if self.figure == "length.median" { "length" } else { &self.figure };
        let mut changes = report.changes.iter().flat_map(|changes| &changes.changes);
        changes.any(|change| change.site.as_deref() == site && change.figure == figure)
    }

    fn value(&self, site: Option<&str>, report: &Report) -> Option<f64> {
        let figures = match site {
            None => &report.total,
            Some(name) => &report.sites.iter().find(|site| site.site == name)?.figures,
        };
        match self.figure.as_str() {
            "rejected" => Some(rate(&report.rejected)),
            other => value(other, figures),
        }
    }
}

fn metric(name: &str) -> Option<Metric> {
    Metric::ALL.iter().copied().find(|metric| metric.name() == name)
}

fn value(figure: &str, figures: &Figures) -> Option<f64> {
    match figure {
        "junk" => Some(junk(figures)),
        "length.median" => Some(figures.lengths[2] as f64),
        "pages" => Some(figures.pages as f64),
        "kept" => Some(figures.kept as f64),
        name => figures.metrics.get(&metric(name)?).map(rate),
    }
}

fn show(figure: &str, value: f64) -> String {
    match figure {
        "length.median" | "pages" | "kept" => format!("{value}"),
        _ => format!("{:.2} %", 100.0 * value),
    }
}

/// Whether a name is of a pattern in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, name) in
            [("*", "a.example"), ("*.example", "b.example"), ("a*c", "abc"), ("abc", "abc"), ("a*b*", "axxb")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.example", "example"), ("a*c", "abcd"), ("abc", "abcd"), ("ab*ba", "aba")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_fault_in_the_file_is_told_with_its_place_and_what_to_do() {
        let fault = |text: &str| Gates::parse("gates.toml", text).unwrap_err().to_string();
        assert!(fault("[[gate]]\nname = 3").starts_with("gates.toml:2: "), "{}", fault("[[gate]]\nname = 3"));
        assert!(fault("").contains("[[gate]]"));
        let gate = |more: &str| format!("[[gate]]\nname = \"g\"\n{more}");
        assert!(
            fault(&gate("figure = \"wal\"\nmax = 1"))
                .contains("there is no figure \"wal\" (one of redelivered")
        );
        assert!(fault(&gate("figure = \"wall\"")).contains("max_increase"));
        assert!(fault(&gate("figure = \"wall\"\nmax = 1\nunless_noise = true")).contains("unless_noise"));
        assert!(fault(&gate("figure = \"wall\"\nmaximum = 1")).contains("maximum"));
    }
}
