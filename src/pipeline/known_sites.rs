//! What is known of sites before their pages are judged, from samples that lie in a temporary file if they are many.

use super::budget::Budget;
use super::recent::Recent;
use super::site_runs::read_back;
use crate::audit::known::{Known, Pools, PoolsBuilder, SiteKnown, Source};
use crate::audit::languages::Language;
use crate::audit::prior::SitePrior;
use crate::error::{Error, Result};
use crate::io::named::Named;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 20;

/// What is known of all sites that were sampled.
pub(super) struct KnownSites {
    priors: Arc<Named>,
    pools: Pools,
    /// The languages of sites, by their numbers: one more than that of a language, or 0.
    language_of: Vec<u8>,
    languages: Vec<Language>,
    recent: Recent<Option<Arc<SiteKnown>>>,
    /// What went wrong first, if anything did.
    fault: Faults,
}

/// What went wrong first while a site was looked up, for whoever is asked for no result.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<Option<Error>>>);

impl Faults {
    fn keep<T>(&self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
                None
            }
        }
    }

    /// Fails if anything went wrong.
    pub(super) fn none(&self) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// What is known of the sites of these samples; what could not be read back is told by the faults.
pub(super) fn known(priors: Arc<Named>, memory: Budget) -> Result<(Known, Faults)> {
    let mut pools = PoolsBuilder::default();
    let (mut language_of, mut languages) = (Vec::new(), Vec::new());
    let mut sites = priors.reader(AT_ONCE);
    while let Some((_, bytes)) = sites.next_record()? {
        let number = pools.take(&read_back(bytes)?).map_or(0, |language| {
            let at = languages.iter().position(|known| *known == language).unwrap_or_else(|| {
                languages.push(language);
                languages.len() - 1
            });
            at as u8 + 1
        });
        language_of.push(number);
    }
    let (pools, recent, faults) = (pools.finish(), Recent::new(memory.sites() / 4), Faults::default());
    let known = KnownSites { priors, pools, language_of, languages, recent, fault: faults.clone() };
    let unknown = known.pools.clone();
    Ok((Known::new(Box::new(known), &unknown), faults))
}

impl KnownSites {
    fn language_of(&self, number: u64) -> Option<Language> {
        let language = usize::from(self.language_of[number as usize]);
        language.checked_sub(1).map(|at| self.languages[at])
    }

    fn make(&self, name: &str) -> Result<(Option<Arc<SiteKnown>>, u64)> {
        let Some((number, bytes)) = self.priors.find(name)? else { return Ok((None, 0)) };
        let prior: SitePrior = read_back(&bytes)?;
        let known = SiteKnown::new(&prior, self.language_of(number), &self.pools);
        let bytes = known.bytes();
        Ok((Some(Arc::new(known)), bytes))
    }
}

impl Source for KnownSites {
    fn site(&self, name: &str) -> Option<Arc<SiteKnown>> {
        let made = self.recent.get_or_make(name, || self.make(name));
        self.fault.keep(made)?.value().clone()
    }

    fn language(&self, name: &str) -> Option<Language> {
        let (number, _) = self.fault.keep(self.priors.find(name))??;
        self.language_of(number)
    }
}
