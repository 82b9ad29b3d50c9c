//! Which field of a record is the text, the id, the site?

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
    /// Who wrote it.
    Author,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Text, Self::Id, Self::Url, Self::Site, Self::Title, Self::Date, Self::Author];

    /// The number of roles.
    pub const COUNT: usize = 7;

    /// The default field name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Url => "url",
            Self::Site => "site",
            Self::Title => "title",
            Self::Date => "date",
            Self::Author => "author",
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
            Self::Author => &["authors", "byline", "creator"],
        }
    }
}

/// Field names by role, the first that a record has counts. One field may have several roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[Vec<String>; Role::COUNT]", into = "[Vec<String>; Role::COUNT]")]
pub struct FieldNames {
    names: [Vec<String>; Role::COUNT],
    /// Each name once, the best name of each role first, with its roles and its place among their names.
    known: Vec<(String, Vec<(Role, u8)>)>,
}

impl Default for FieldNames {
    fn default() -> Self {
        let names = Role::ALL.map(|role| {
            std::iter::once(role.name())
                .chain(role.other_names().iter().copied())
                .map(str::to_owned)
                .collect()
        });
        names.into()
    }
}

impl From<[Vec<String>; Role::COUNT]> for FieldNames {
    fn from(names: [Vec<String>; Role::COUNT]) -> Self {
        let mut known: Vec<(String, Vec<(Role, u8)>)> = Vec::new();
        let longest = names.iter().map(Vec::len).max().unwrap_or(0);
        for place in 0..longest {
            for role in Role::ALL {
                let Some(name) = names[role as usize].get(place) else { continue };
                let at = known.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
                    known.push((name.clone(), Vec::new()));
                    known.len() - 1
                });
                known[at].1.push((role, place as u8));
            }
        }
        Self { names, known }
    }
}

impl From<FieldNames> for [Vec<String>; Role::COUNT] {
    fn from(fields: FieldNames) -> Self {
        fields.names
    }
}

impl FieldNames {
    /// The same names, but this one alone for `role`.
    #[must_use]
    pub fn with(mut self, role: Role, name: &str) -> Self {
        self.names[role as usize] = vec![name.to_owned()];
        self.names.into()
    }

    /// The names for a role, best first.
    pub fn of(&self, role: Role) -> &[String] {
        &self.names[role as usize]
    }

    /// The roles of a field, each with the place of its name among the names of the role.
    pub fn roles(&self, name: &str) -> &[(Role, u8)] {
        self.known.iter().find(|(known, _)| known == name).map_or(&[], |(_, roles)| roles)
    }
}
