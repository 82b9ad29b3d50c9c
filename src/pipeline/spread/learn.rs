//! `tamis learn` spread over machines: profiles of some pages, site by site, and their merge.
//!
//! What is remembered of a site is a function of the set of its pages, so that profiles of shares of them merge into the very
//! profile of all ([`crate::boilerplate::sample`]).

use super::Stage;
use super::rows::{Kind, Row, Rows};
use crate::boilerplate::encoding;
use crate::boilerplate::profile::Profile;
use crate::error::Result;
use crate::io::table::Table;
use crate::pipeline::Silent;
use crate::pipeline::learn::{Samples, Settings, sample};
use crate::pipeline::resume::Units;

/// Takes in the pages of a table.
pub fn learn(settings: &Settings, table: Table, known: Profile, out: &mut Rows) -> Result<Profile> {
    let reading = &settings.reading;
    let sources =
        crate::io::source::Sources::of_table(table, reading.temp_dir.clone(), reading.longest_record);
    let mut sources = sources.with_fields(reading.fields.clone());
    let samples = Samples { profile: known, prior: None };
    let mut units = Units::unkept();
    let mut reject = |reject| super::read::push_reject(&reject, out);
    let (samples, sampled) =
        sample(&mut sources, reading, &mut units, settings.as_of, samples, &Silent, &mut reject)?;
    out.sums.records += sampled.met.records;
    out.sums.rejected += sampled.met.rejected;
    out.sums.pages += sampled.pages;
    out.sums.empty += sampled.empty;
    Ok(samples.profile)
}

/// Gives a profile as [`Kind::Profile`], by site.
pub fn push(profile: Profile, out: &mut Rows) {
    for (name, site) in profile.into_sites() {
        let of_site: Profile = [(name.clone(), site)].into_iter().collect();
        out.push_bytes(Kind::Profile, &[name.as_bytes()], &[], &encoding::encode(&of_site));
    }
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
        push(std::mem::take(&mut self.merged), out);
        Ok(())
    }
}
