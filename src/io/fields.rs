//! Which field of a record is the text, the id, the site?

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a field is to Tamis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The text that is compared.
    Text,
    /// What the page is called in the output.
    Id,
    /// Where it was found.
    Url,
    /// Whose it is.
    Site,
    /// Its headline.
    Title,
    /// When it was published.
    Date,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [Self::Text, Self::Id, Self::Url, Self::Site, Self::Title, Self::Date];

    /// The default field name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Url => "url",
            Self::Site => "site",
            Self::Title => "title",
            Self::Date => "date",
        }
    }

    /// The flag that sets the name.
    pub fn flag(self) -> String {
        format!("--{}-field", self.name())
    }

    /// Names that are recognised in records without the default one, in this order.
    const fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Text => {
                &["content", "body", "raw_content", "article", "article_text", "page_text", "plain_text"]
            }
            Self::Id => {
                &["doc_id", "docid", "page_id", "article_id", "_id", "uuid", "guid", "warc_record_id"]
            }
            Self::Url => &["link", "uri", "source_url", "page_url", "canonical_url", "warc_target_uri"],
            Self::Site => &["host", "hostname", "domain", "netloc", "site_name"],
            Self::Title => &["headline", "page_title"],
            Self::Date => {
                &["date_published", "published", "published_at", "publish_date", "pub_date", "timestamp"]
            }
        }
    }
}

/// Field names by role, the first that a record has counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldNames {
    names: [Vec<String>; 6],
}

impl Default for FieldNames {
    fn default() -> Self {
        let names = Role::ALL.map(|role| {
            std::iter::once(role.name())
                .chain(role.other_names().iter().copied())
                .map(str::to_owned)
                .collect()
        });
        Self { names }
    }
}

impl FieldNames {
    /// Takes this name alone for `role`; fails if another role has it already.
    pub fn set(&mut self, role: Role, name: &str) -> Result<()> {
        self.names[role as usize] = vec![name.to_owned()];
        let clash = Role::ALL.iter().find(|&&other| other != role && self.of(other) == [name.to_owned()]);
        if let Some(other) = clash {
            let fault = format!("field {name:?} is the {} already", other.name());
            return Err(Error::usage(&role.flag(), fault));
        }
        // A name that the user gave away is no stand-in for another role.
        for other in Role::ALL.iter().filter(|&&other| other != role) {
            if self.names[*other as usize].len() > 1 {
                self.names[*other as usize].retain(|known| known != name);
            }
        }
        Ok(())
    }

    /// The names for a role, best first.
    pub fn of(&self, role: Role) -> &[String] {
        &self.names[role as usize]
    }

    /// The role of a field name, and its place among the names of the role.
    pub fn role(&self, name: &str) -> Option<(Role, usize)> {
        // First the best name of each role: nearly every field that counts has it.
        let longest = self.names.iter().map(Vec::len).max().unwrap_or(0);
        (0..longest).find_map(|place| {
            let role = Role::ALL.iter().find(|&&role| self.of(role).get(place).is_some_and(|known| known == name))?;
            Some((*role, place))
        })
    }
}
