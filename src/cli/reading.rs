//! How a command that reads pages reads them: which field is which, and what a bad record does.

use crate::error::{Error, Result};
use crate::io::fields::{FieldNames, Role};
use crate::pipeline::budget::Budget;
use crate::pipeline::settings::{self, OnError};
use crate::site::SiteBy;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How inputs are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct Reading {
    /// Field with the text
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Field with the id
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// Field with the URL
    #[arg(long, value_name = "NAME")]
    url_field: Option<String>,
    /// Field with the site
    #[arg(long, value_name = "NAME")]
    site_field: Option<String>,
    /// Field with the title
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,
    /// Field with the date
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,
    /// Field with the author
    #[arg(long, value_name = "NAME")]
    author_field: Option<String>,
    /// What counts as one site: the host, or the registered domain
    #[arg(long, value_enum, default_value_t = SiteName::Host)]
    site_by: SiteName,
    /// Take inputs as given instead of sorted by path
    #[arg(long)]
    in_order: bool,
    /// What a bad record does: become a row of rejects.jsonl, or end the run
    #[arg(long, value_enum, default_value_t = OnErrorName::Reject)]
    on_error: OnErrorName,
    /// Share of rejected records from which the exit code is 3
    #[arg(long, value_name = "SHARE", default_value = "1%")]
    max_rejects: String,
    /// Longest record that is read
    #[arg(long, value_name = "SIZE", default_value = "128MiB")]
    longest_record: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SiteName {
    Host,
    Domain,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OnErrorName {
    Reject,
    Fail,
}

impl Reading {
    /// The settings that these arguments make for `inputs`.
    pub fn settings(
        &self,
        inputs: &[PathBuf],
        temp_dir: PathBuf,
        memory: Budget,
    ) -> Result<settings::Reading> {
        let mut reading = settings::Reading::new(inputs.to_vec());
        reading.fields = self.field_names();
        reading.site_by = match self.site_by {
            SiteName::Host => SiteBy::Host,
            SiteName::Domain => SiteBy::Domain,
        };
        reading.in_order = self.in_order;
        reading.on_error = match self.on_error {
            OnErrorName::Reject => OnError::Reject,
            OnErrorName::Fail => OnError::Fail,
        };
        reading.max_rejects = share("--max-rejects", &self.max_rejects)?;
        reading.longest_record = size("--longest-record", &self.longest_record)?;
        reading.temp_dir = temp_dir;
        reading.memory = memory;
        Ok(reading)
    }

    fn field_names(&self) -> FieldNames {
        let given = [
            (Role::Text, &self.text_field),
            (Role::Id, &self.id_field),
            (Role::Url, &self.url_field),
            (Role::Site, &self.site_field),
            (Role::Title, &self.title_field),
            (Role::Date, &self.date_field),
            (Role::Author, &self.author_field),
        ];
        given.into_iter().fold(FieldNames::default(), |names, (role, name)| match name {
            Some(name) => names.with(role, name),
            None => names,
        })
    }
}

/// A share, as a number or in per cent; `flag` names it in errors.
pub(super) fn share(flag: &str, text: &str) -> Result<f64> {
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number, 0.01),
        None => (text, 1.0),
    };
    number
        .trim()
        .parse::<f64>()
        .map(|number| number * scale)
        .map_err(|_| Error::usage(flag, format!("{text:?} is no share")).next_step("for example 1% or 0.01"))
}

/// A size in bytes, KiB, MB and so on; `flag` names it in errors.
pub(super) fn size(flag: &str, text: &str) -> Result<usize> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale: Option<usize> = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kib" => Some(1 << 10),
        "m" | "mib" => Some(1 << 20),
        "g" | "gib" => Some(1 << 30),
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        "t" | "tib" => Some(1 << 40),
        "tb" => Some(1_000_000_000_000),
        _ => None,
    };
    digits
        .parse::<usize>()
        .ok()
        .zip(scale)
        .and_then(|(number, scale)| number.checked_mul(scale))
        .ok_or_else(|| Error::usage(flag, format!("{text:?} is no size")).next_step("for example 64MiB"))
}
