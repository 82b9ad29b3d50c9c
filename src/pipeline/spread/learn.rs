//! `tamis learn` spread over machines: profiles of some pages, site by site, and their merge.
//!
//! What is remembered of a site is a function of the set of its pages, so that profiles of shares of them merge into the very
//! profile of all ([`crate::boilerplate::sample`]).

use super::Stage;
use super::rows::{Kind, Row, Rows};
use crate::boilerplate::encoding;
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::error::Result;
use crate::io::table::Table;
use crate::pipeline::Silent;
use crate::pipeline::gathering::Gathering;
use crate::pipeline::learn::{Settings, sample};
use crate::pipeline::resume::Units;
use crate::pipeline::stored::StoredProfile;

/// Learns from a share of the pages, table by table, within the memory that the settings name.
pub struct Learner {
    settings: Settings,
    gathering: Gathering,
}

impl Learner {
    /// Nothing is known yet.
    pub fn new(settings: Settings) -> Result<Self> {
        let reading = &settings.reading;
        let nothing = StoredProfile::of(Profile::default());
        let gathering = Gathering::new(&nothing, false, &reading.temp_dir, reading.memory)?;
        Ok(Self { settings, gathering })
    }

    /// Takes in the pages of a table.
    pub fn take(self, table: Table, out: &mut Rows) -> Result<Self> {
        let Self { settings, gathering } = self;
        let reading = &settings.reading;
        let mut sources = reading.of_table(table);
        let mut units = Units::unkept();
        let mut reject = |reject| super::read::push_reject(&reject, out);
        let (gathering, sampled) =
            sample(&mut sources, reading, &mut units, settings.as_of, gathering, &Silent, &mut reject)?;
        out.sums.records += sampled.met.records;
        out.sums.rejected += sampled.met.rejected;
        out.sums.pages += sampled.pages;
        out.sums.empty += sampled.empty;
        Ok(Self { settings, gathering })
    }

    /// Gives what was learned as [`Kind::Profile`], by site.
    pub fn finish(self, out: &mut Rows) -> Result<()> {
        let (profile, _) = self.gathering.finish()?;
        profile.for_each_some(
            |_| true,
            |some| {
                some.iter().try_for_each(|site| {
                    push(&site.name, site.profile()?, out);
                    Ok(())
                })
            },
        )
    }
}

fn push(name: &str, site: SiteProfile, out: &mut Rows) {
    let of_site: Profile = [(name.to_owned(), site)].into_iter().collect();
    out.push_bytes(Kind::Profile, &[name.as_bytes()], &[], &encoding::encode(&of_site));
}

/// The profile that a row of [`Kind::Profile`] says.
pub fn profile_of(value: &[u8]) -> Result<Profile> {
    encoding::decode(value, "profile")
}

/// Takes [`Kind::Profile`], by site; gives one for all.
#[derive(Default)]
pub struct Profiles {
    merged: Profile,
}

impl Stage for Profiles {
    fn row(&mut self, row: Row<'_>, _: &mut Rows) -> Result<()> {
        self.merged.merge(profile_of(row.value)?);
        Ok(())
    }

    fn end(&mut self, _: &[u8], out: &mut Rows) -> Result<()> {
        std::mem::take(&mut self.merged).into_sites().for_each(|(name, site)| push(&name, site, out));
        Ok(())
    }
}
