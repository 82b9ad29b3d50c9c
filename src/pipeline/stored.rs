//! A profile of any number of sites: by name, in memory while it is small, else in a temporary file.
//!
//! A [`Profile`] is for looking at and changing a few sites; whoever reads crawls goes by this, and has in memory what sites
//! are at hand, and some three bytes a site to find them by.

use super::budget::Budget;
use super::rows::hex;
use super::site_runs::{Remembered, SiteRuns, read_back};
use crate::boilerplate::edits::Edits;
use crate::boilerplate::encoding::{Decoder, Encoder, decode_site, encode_site};
use crate::boilerplate::judge::{FEWEST_SITES, SharedLines, line_keys};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::error::Result;
use crate::hash::Digester;
use crate::io::named::{Named, NamedWriter};
use crate::io::packed_file::{self, PackedFile};
use crate::io::runs::RunWriter;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Remembered for SiteProfile {
    fn merge(&mut self, other: Self) {
        Self::merge(self, other);
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(encode_site(self))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        decode_site(bytes)
    }
}

/// What is remembered of each site.
#[derive(Clone, Debug)]
pub struct StoredProfile {
    sites: Arc<Named>,
}

/// A site as it is stored.
pub(super) struct StoredSite {
    pub(super) name: String,
    bytes: Vec<u8>,
}

impl StoredSite {
    /// What is remembered of it.
    pub(super) fn profile(&self) -> Result<SiteProfile> {
        read_back(&self.bytes)
    }
}

/// Bytes of sites, and sites, that are looked at together.
const AT_ONCE: (usize, usize) = (1 << 20, 1 << 10);

impl StoredProfile {
    /// All sites of a profile, in memory.
    pub fn of(profile: Profile) -> Self {
        let sites = profile.into_sites().map(|(name, site)| (name, encode_site(&site)));
        Self { sites: Arc::new(Named::in_memory(sites)) }
    }

    pub(super) const fn new(sites: Arc<Named>) -> Self {
        Self { sites }
    }

    /// Reads a profile from its file.
    pub fn read(place: &Path, temp_dir: &Path, memory: Budget) -> Result<Self> {
        Ok(Self::read_with_digest(place, temp_dir, memory)?.0)
    }

    /// Reads a profile from its file, and says its digest ([`Profile::digest`]).
    pub fn read_with_digest(place: &Path, temp_dir: &Path, memory: Budget) -> Result<(Self, String)> {
        let mut writer = NamedWriter::new(temp_dir, memory.stored());
        let mut decoder = Decoder::new(place.display().to_string());
        let mut take = |name: &str, bytes: &[u8], _: &SiteProfile| writer.push(name, bytes);
        packed_file::for_each_piece(place, |piece| decoder.push(piece, &mut take))?;
        // There is one way to write a profile, so the digest of the file is that of the profile.
        let digest = decoder.finish(&mut take)?;
        Ok((Self::new(Arc::new(writer.finish()?)), hex(digest)))
    }

    /// Reads profiles, merged.
    pub(super) fn merged(places: &[PathBuf], temp_dir: &Path, memory: Budget) -> Result<Self> {
        let mut runs: SiteRuns<SiteProfile> = SiteRuns::new(temp_dir);
        for place in places {
            runs.add(Self::read(place, temp_dir, memory)?.sites)?;
        }
        Ok(Self::new(runs.finish(std::iter::empty(), memory.stored())?))
    }

    /// It and a profile, merged.
    pub(super) fn and(&self, other: &Profile, temp_dir: &Path, memory: Budget) -> Result<Self> {
        let mut runs: SiteRuns<SiteProfile> = SiteRuns::new(temp_dir);
        runs.add(Arc::clone(&self.sites))?;
        runs.add(Self::of(other.clone()).sites)?;
        Ok(Self::new(runs.finish(std::iter::empty(), memory.stored())?))
    }

    /// Writes it and puts the file in its place; gives its size.
    pub fn write(&self, mut file: PackedFile) -> Result<u64> {
        self.for_each_piece(|piece| file.write(piece))?;
        file.finish()
    }

    /// Names what it says ([`Profile::digest`]).
    pub fn digest(&self) -> Result<String> {
        let mut digester = Digester::default();
        self.for_each_piece(|piece| {
            digester.push(piece);
            Ok(())
        })?;
        Ok(hex(digester.digest()))
    }

    fn for_each_piece(&self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut encoder = Encoder::new(self.len());
        let mut sites = self.sites.reader(AT_ONCE.0);
        while let Some((name, site)) = sites.next_record()? {
            take(encoder.site(name, site))?;
        }
        take(encoder.end())
    }

    /// How many sites it knows.
    pub fn len(&self) -> u64 {
        self.sites.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// All of it as one value, whatever that takes.
    pub fn to_profile(&self) -> Result<Profile> {
        let mut all = Vec::new();
        self.for_each_some(
            |_| true,
            |some| {
                for site in some {
                    all.push((site.name.clone(), site.profile()?));
                }
                Ok(())
            },
        )?;
        Ok(all.into_iter().collect())
    }

    /// All of it as one value, if it is in memory anyway.
    pub(super) fn held(&self) -> Result<Option<Profile>> {
        if self.sites.is_held() { self.to_profile().map(Some) } else { Ok(None) }
    }

    /// Its sites as a sorted run.
    pub(super) const fn run(&self) -> &Arc<Named> {
        &self.sites
    }

    /// The number of a site among all, by name.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>> {
        Ok(self.sites.find(name)?.map(|(number, _)| number))
    }

    /// What is remembered of a site, and its number.
    pub(super) fn find(&self, name: &str) -> Result<Option<(u64, SiteProfile)>> {
        let Some((number, bytes)) = self.sites.find(name)? else { return Ok(None) };
        Ok(Some((number, read_back(&bytes)?)))
    }

    /// The same with other edits of some sites.
    pub(super) fn with_edits(
        self,
        mut edits: BTreeMap<String, Edits>,
        temp_dir: &Path,
        memory: Budget,
    ) -> Result<Self> {
        if edits.is_empty() {
            return Ok(self);
        }
        let mut writer = NamedWriter::new(temp_dir, memory.stored());
        let mut sites = self.sites.reader(AT_ONCE.0);
        while let Some((name, bytes)) = sites.next_record()? {
            match edits.remove(name) {
                Some(edits) => writer.push(name, &SiteProfile { edits, ..read_back(bytes)? }.to_bytes()?)?,
                None => writer.push(name, bytes)?,
            }
        }
        Ok(Self::new(Arc::new(writer.finish()?)))
    }

    /// Hands all sites whose numbers are wanted to `look`, by name, some at a time.
    pub(super) fn for_each_some(
        &self,
        is_wanted: impl Fn(u64) -> bool,
        mut look: impl FnMut(&[StoredSite]) -> Result<()>,
    ) -> Result<()> {
        let mut reader = self.sites.reader(AT_ONCE.0);
        let (mut some, mut size) = (Vec::new(), 0);
        for number in 0..self.len() {
            let Some((name, bytes)) = reader.next_record()? else { break };
            if !is_wanted(number) {
                continue;
            }
            size += bytes.len();
            some.push(StoredSite { name: name.to_owned(), bytes: bytes.to_vec() });
            if size >= AT_ONCE.0 || some.len() >= AT_ONCE.1 {
                look(&some)?;
                some.clear();
                size = 0;
            }
        }
        look(&some)
    }

    /// The lines that several sites have ([`shared_lines`](crate::boilerplate::judge::shared_lines)).
    pub(super) fn shared_lines(&self, temp_dir: &Path, memory: Budget) -> Result<SharedLines> {
        let mut keys = RunWriter::new(memory.sort() / size_of::<u64>(), temp_dir.to_owned());
        self.for_each_some(
            |_| true,
            |some| {
                let found: Vec<Result<Vec<u64>>> =
                    some.par_iter().map(|site| Ok(line_keys(&site.profile()?))).collect();
                found
                    .into_iter()
                    .try_for_each(|of_site| of_site?.into_iter().try_for_each(|key| keys.push(key)))
            },
        )?;
        let (mut shared, mut keys) = (SharedLines::default(), keys.finish());
        let mut same = (0, 0);
        loop {
            let key = keys.next_entry()?;
            if key == Some(same.0) {
                same.1 += 1;
                continue;
            }
            if same.1 >= FEWEST_SITES {
                shared.insert(same.0, same.1);
            }
            match key {
                Some(key) => same = (key, 1),
                None => return Ok(shared),
            }
        }
    }
}
