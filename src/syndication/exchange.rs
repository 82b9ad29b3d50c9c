//! How many pages of which site reprint which other site?

use super::source::SourceBy;
use std::collections::{BTreeMap, BTreeSet};

/// Reprints between sites, counted from stories one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange<'a> {
    flows: BTreeMap<Way<'a>, Flow>,
}

/// From which site to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way<'a> {
    /// The source's site; if the source is not known, the site whose name comes first.
    pub from: &'a str,
    /// The reprinting site, or the other one.
    pub to: &'a str,
    /// What sources are proposed by, or why none is.
    pub by: SourceBy,
}

/// What went that way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Stories.
    pub stories: u64,
    /// Editions of these stories on the other sites than the one in the middle.
    pub pages: u64,
}

impl<'a> Exchange<'a> {
    /// Takes in a story: each edition on another site than `middle` is a page that goes from there to its site. `middle`
    /// is the site of the source; if that is not known, of the page that the others were compared with. So a story on
    /// n sites makes n − 1 ways, not all their pairs. Sites without a name are left out.
    pub fn add(&mut self, middle: &'a str, by: SourceBy, editions: impl IntoIterator<Item = &'a str>) {
        let mut met = BTreeSet::new();
        for site in
            editions.into_iter().filter(|site| *site != middle && !site.is_empty() && !middle.is_empty())
        {
            let (from, to) =
                if by.is_proposed() { (middle, site) } else { (middle.min(site), middle.max(site)) };
            let flow = self.flows.entry(Way { from, to, by }).or_default();
            flow.stories += u64::from(met.insert(site));
            flow.pages += 1;
        }
    }

    /// All ways, sorted by the names of the sites.
    pub fn flows(&self) -> impl Iterator<Item = (Way<'a>, Flow)> + '_ {
        self.flows.iter().map(|(way, flow)| (*way, *flow))
    }

    /// Between which sites most pages go, at most `count` pairs; ties by name. Ways of one direction, or of none, are
    /// one, named by the surest.
    pub fn largest(&self, count: usize) -> Vec<(Way<'a>, Flow)> {
        let mut joined: BTreeMap<(&str, &str, bool), (Way<'a>, Flow)> = BTreeMap::new();
        for (way, flow) in self.flows() {
            let (_, sum) =
                joined.entry((way.from, way.to, way.by.is_proposed())).or_insert((way, Flow::default()));
            sum.stories += flow.stories;
            sum.pages += flow.pages;
        }
        let mut flows: Vec<(Way<'a>, Flow)> = joined.into_values().collect();
        flows.sort_by_key(|(_, flow)| std::cmp::Reverse(flow.pages));
        flows.truncate(count);
        flows
    }
}

#[cfg(test)]
mod tests {
    use super::Exchange;
    use crate::syndication::source::SourceBy::{Earliest, EarliestDay, Tie, Undated};

    fn told(exchange: &Exchange<'_>) -> Vec<String> {
        let tell = |(way, flow): (super::Way<'_>, super::Flow)| {
            let arrow = if way.by.is_proposed() { "->" } else { "--" };
            format!("{} {arrow} {} {}/{}", way.from, way.to, flow.stories, flow.pages)
        };
        exchange.flows().map(tell).collect()
    }

    #[test]
    fn a_story_is_a_star_around_its_source() {
        let mut exchange = Exchange::default();
        exchange.add("wire", Earliest, ["a", "wire", "b", "b", ""]);
        exchange.add("wire", EarliestDay, ["b"]);
        exchange.add("b", Earliest, ["wire"]);
        assert_eq!(told(&exchange), ["b -> wire 1/1", "wire -> a 1/1", "wire -> b 1/2", "wire -> b 1/1"]);
        let (way, flow) = exchange.largest(1)[0];
        assert_eq!((way.to, way.by, flow.stories, flow.pages), ("b", Earliest, 2, 3));
    }

    #[test]
    fn without_a_source_a_way_has_no_direction() {
        let mut exchange = Exchange::default();
        exchange.add("m", Tie, ["a", "z"]);
        exchange.add("a", Undated, ["m"]);
        exchange.add("", Undated, ["m"]);
        assert_eq!(told(&exchange), ["a -- m 1/1", "a -- m 1/1", "m -- z 1/1"]);
    }

    #[test]
    fn a_story_on_very_many_sites_makes_as_many_ways() {
        let sites: Vec<String> = (0..100_000).map(|site| format!("s{site}.example")).collect();
        let mut exchange = Exchange::default();
        exchange.add("wire", Earliest, sites.iter().map(String::as_str));
        assert_eq!(exchange.flows().count(), 100_000);
    }
}
