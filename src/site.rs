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

/// The host of a page's URL, if its site field names another: both are host names, of different registered domains.
pub fn other_host(field: Option<&str>, url: Option<&str>) -> Option<String> {
    let named = field?.trim().to_ascii_lowercase();
    let is_host_name = named.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let named = Some(named.as_str()).filter(|_| is_host_name).and_then(registered)?;
    let host = host(url?)?;
    let is_other = registered(&host).is_some_and(|of_url| of_url != named);
    is_other.then_some(host)
}

/// The registered domain of a host name under a suffix that the list knows.
fn registered(host: &str) -> Option<&str> {
    psl::domain(host.as_bytes()).filter(|domain| domain.suffix().is_known())?;
    psl::domain_str(host)
}

fn host(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url.trim()).ok()?;
    let host = parsed.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{SiteBy, other_host};

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

    #[test]
    fn hosts_of_other_domains_disagree() {
        let of = |field, url| other_host(Some(field), Some(url));
        assert_eq!(of("Example.co.uk", "https://www.daily.com/a").as_deref(), Some("daily.com"));
        assert_eq!(of("example.co.uk", "https://daily.co.uk/a").as_deref(), Some("daily.co.uk"));
        for (field, url) in [
            ("news.example.co.uk", "https://example.co.uk/a"),
            ("The Daily", "https://example.com/a"),
            ("daily", "https://example.com/a"),
            ("v1.2", "https://example.com/a"),
            ("example.com", "https://127.0.0.1/a"),
            ("example.com", "no URL"),
            ("", "https://example.com/"),
        ] {
            assert_eq!(of(field, url), None, "{field} {url}");
        }
    }
}
