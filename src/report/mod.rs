//! What does a person see of the audit, and what does a build server? The document [`Report`] as one HTML file
//! and as JUnit XML.
//!
//! * [`html`]: `report.html`, self-contained: no request to anywhere, nothing of a crawl can run in it.
//! * [`shown`]: how foreign text and figures are written for people; **why a page cannot be attacked by what it shows**.
//! * [`overview`]: what is written into the page when it is made: the answer, findings, gates, figures, changes.
//! * [`data`]: what its script shows on demand: sites, sample pages, clusters.
//! * [`junit`]: gates for build servers.
//!
//! Templates, style and scripts are files of their own in `templates`, `assets` and `vendor`; `vendor/README.md` says
//! where what is not ours comes from.
//!
//! [`Report`]: crate::audit::report::Report

pub mod data;
pub mod html;
pub mod junit;
pub mod overview;
pub mod shown;
