//! Site profiles: what was learned, said, edited, and applied to one page at a time.

use crate::errors::Raised;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use tamis::boilerplate::encoding;
use tamis::boilerplate::judge::Strictness;
use tamis::boilerplate::profile::Profile;
use tamis::boilerplate::rules::{parse, print};
use tamis::boilerplate::spans::{Span, put_back as put_lines_back};
use tamis::error::Error;
use tamis::io::output::Existing;
use tamis::io::record::Record;
use tamis::pipeline::condemn::{ProfileJudge, Workspace};
use tamis::pipeline::profiles;
use tamis::pipeline::rules::{apply, approve, ensure_known, rules};
use tamis::pipeline::strip::strip_text;
use tamis::site::SiteBy;

/// What was learned of sites. Nothing changes it: what edits or merges gives a new one.
#[pyclass(module = "tamis._tamis", frozen)]
pub(crate) struct SiteProfile {
    profile: Profile,
    /// What judges one page at a time, and its working space.
    judge: OnceLock<(ProfileJudge, Mutex<Workspace>)>,
}

impl SiteProfile {
    pub(crate) const fn of(profile: Profile) -> Self {
        Self { profile, judge: OnceLock::new() }
    }

    pub(crate) const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// A judge that goes by it.
    pub(crate) fn judge(&self, strictness: Strictness) -> ProfileJudge {
        ProfileJudge::new(self.profile.clone(), strictness)
    }
}

#[pymethods]
impl SiteProfile {
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        py.detach(|| profiles::read(&path)).map(Self::of).raised()
    }

    fn save(&self, py: Python<'_>, path: PathBuf, overwrite: bool) -> PyResult<u64> {
        let existing = if overwrite { Existing::Replace } else { Existing::Refuse };
        py.detach(|| profiles::write(&self.profile, profiles::create(&path, existing)?)).raised()
    }

    #[staticmethod]
    fn merge(py: Python<'_>, profiles: Vec<PyRef<'_, Self>>) -> Self {
        let profiles: Vec<&Profile> = profiles.iter().map(|profile| &profile.profile).collect();
        let mut merged = Profile::default();
        py.detach(|| profiles.into_iter().for_each(|profile| merged.merge(profile.clone())));
        Self::of(merged)
    }

    /// A profile that was saved, in memory.
    #[staticmethod]
    fn of_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        py.detach(|| encoding::decode(bytes, PLACE)).map(Self::of).raised()
    }

    /// What is saved, without the packing of files.
    fn to_bytes(&self, py: Python<'_>) -> Cow<'_, [u8]> {
        py.detach(|| encoding::encode(&self.profile)).into()
    }

    #[getter]
    fn digest(&self) -> String {
        self.profile.digest()
    }

    #[getter]
    fn sites(&self) -> Vec<String> {
        self.profile.sites().map(|(name, _)| name.to_owned()).collect()
    }

    fn rules(&self, py: Python<'_>, site: Option<&str>, reasons: bool) -> PyResult<String> {
        ensure_known(&self.profile, PLACE.as_ref(), site).raised()?;
        Ok(py.detach(|| print(&rules(&self.profile, |name| is_wanted(name, site)), reasons)))
    }

    /// The profile with what a text of rules asks for; edits by site, and warnings.
    fn apply<'py>(&self, py: Python<'py>, text: &str) -> PyResult<(Self, Bound<'py, PyDict>, Vec<String>)> {
        let mut profile = self.profile.clone();
        let applied = py.detach(|| apply(&mut profile, &parse(text, RULES)?, RULES)).raised()?;
        let edits = PyDict::new(py);
        for (site, counts) in applied.sites {
            let (strip, keep, taken_back) = (counts.strip, counts.keep, counts.taken_back);
            edits.set_item(site, (strip, keep, taken_back))?;
        }
        Ok((Self::of(profile), edits, applied.warnings))
    }

    /// The profile with what waits approved.
    fn approve(&self, py: Python<'_>, site: Option<&str>) -> PyResult<Self> {
        ensure_known(&self.profile, PLACE.as_ref(), site).raised()?;
        let mut profile = self.profile.clone();
        py.detach(|| approve(&mut profile, |name| is_wanted(name, site), PLACE)).raised()?;
        Ok(Self::of(profile))
    }

    /// What is left of one text, the lines that go as (start, end, line), and whether it has an article.
    #[pyo3(signature = (text, site, url, title, author))]
    fn strip_text(
        &self,
        py: Python<'_>,
        text: &str,
        site: Option<&str>,
        url: Option<&str>,
        title: Option<&str>,
        author: Option<&str>,
    ) -> (String, Vec<(u64, u64, String)>, bool) {
        py.detach(|| {
            let (judge, workspace) =
                self.judge.get_or_init(|| (self.judge(Strictness::Usual), Mutex::default()));
            let record = Record {
                text: text.into(),
                title: title.map(Into::into),
                author: author.map(Into::into),
                ..Record::default()
            };
            let mut workspace = workspace.lock().unwrap_or_else(PoisonError::into_inner);
            let site = SiteBy::Host.site(site, url);
            let (rest, spans, article) = strip_text(judge, &mut workspace, &site, &record);
            let spans = spans.into_iter().map(|Span { start, end, line }| (start, end, line.into_owned()));
            (rest, spans.collect(), article)
        })
    }
}

/// What stands for the name of a file in messages.
const PLACE: &str = "profile";

/// The same of a text of rules.
const RULES: &str = "rules";

fn is_wanted(name: &str, site: Option<&str>) -> bool {
    site.is_none_or(|wanted| wanted == name)
}

/// One text with every line put back.
#[pyfunction]
pub(crate) fn put_back(text: &str, spans: Vec<(u64, u64, String)>) -> PyResult<String> {
    let span = |(start, end, line): (u64, u64, String)| Span { start, end, line: line.into() };
    let spans: Vec<Span<'_>> = spans.into_iter().map(span).collect();
    put_lines_back(text, &spans).map_err(|fault| Error::usage("spans", fault)).raised()
}
