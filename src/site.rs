//! Which site is a page of? The only door to `url` and the public suffix list.

use serde::{Deserialize, Serialize};

/// What counts as one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteBy {
    /// The host, without `www.`.
    #[default]
    Host,
    /// The registered domain by the public suffix list: `news.example.co.uk` is of `example.co.uk`.
    Domain,
}

impl SiteBy {
    /// The site of a page: its site field if there is one, else the host of its URL, else nothing.
    pub fn site(self, field: Option<&str>, url: Option<&str>) -> String {
        let field = field.map(str::trim).filter(|field| !field.is_empty());
        let name = match field {
            Some(field) => field.to_owned(),
            None => url.and_then(host).unwrap_or_default(),
        };
        match self {
            Self::Host => name,
            Self::Domain => psl::domain_str(&name.to_ascii_lowercase()).map_or(name, str::to_owned),
        }
    }
}

fn host(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url.trim()).ok()?;
    let host = parsed.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::SiteBy;

    #[test]
    fn the_site_field_wins_and_the_host_stands_in() {
        let url = Some("https://www.News.example.co.uk:8080/a?b#c");
        assert_eq!(SiteBy::Host.site(Some(" daily "), url), "daily");
        assert_eq!(SiteBy::Host.site(None, url), "news.example.co.uk");
        assert_eq!(SiteBy::Domain.site(None, url), "example.co.uk");
        assert_eq!(SiteBy::Domain.site(Some("daily"), url), "daily");
        assert_eq!(SiteBy::Host.site(Some(""), Some("not a url")), "");
        assert_eq!(SiteBy::Host.site(None, None), "");
    }
}
