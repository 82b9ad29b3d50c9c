//! Which rows of which stages go to which stage.

use super::components::{LargeStar, SmallStar};
use super::context::Context;
use super::decisions::{Decide, Flows, Gather, TemplateParts, Templates};
use super::pages::{Copies, Dates, Deliveries, Samples};
use super::pairs::{Agreements, Blocks, Buckets, Degrees, Offers};
use super::rows::Kind;
use super::texts::{Deliver, Frames, Verify};
use super::{Grouped, Stage};
use crate::error::{Error, Result};
use std::sync::Arc;

/// A stage of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name of the stage.
    pub name: &'static str,
    /// What it takes: rows of a kind, of a stage above.
    pub takes: &'static [(&'static str, Kind)],
    /// The stage with which it takes turns, as often as that has pages unsettled, from what it gives.
    pub until_settled: Option<&'static str>,
}

const fn step(name: &'static str, takes: &'static [(&'static str, Kind)]) -> Step {
    Step { name, takes, until_settled: None }
}

/// The name of what gives the first rows; [`read`](super::read::read) makes them.
pub const READ: &str = "read";

/// All stages behind [`READ`], in an order in which they can be done.
///
/// [`Context::frame`] is to be known before `verify` ([`Kind::Frame`] of `frames`), and [`Context::crawl_dated`]
/// ([`Kind::CrawlDated`] of `dates`) and [`Context::batch`] (from the sums of `read` and `deliveries`) before `decide`.
pub const PLAN: &[Step] = &[
    step("deliveries", &[(READ, Kind::Page)]),
    step("samples", &[("deliveries", Kind::Candidate)]),
    step("dates", &[("deliveries", Kind::Date)]),
    step("copies", &[("deliveries", Kind::Member)]),
    step("buckets", &[("copies", Kind::Band)]),
    step("offers", &[("copies", Kind::Signature), ("buckets", Kind::Link)]),
    step("agreements", &[("copies", Kind::Signature), ("offers", Kind::Offer)]),
    step("degrees", &[("agreements", Kind::Pair)]),
    step("blocks", &[("degrees", Kind::Degree)]),
    step(
        "deliver",
        &[(READ, Kind::Text), ("samples", Kind::Need), ("copies", Kind::Need), ("blocks", Kind::Need)],
    ),
    step("frames", &[("deliver", Kind::Sampled)]),
    step("verify", &[("deliver", Kind::Text), ("blocks", Kind::Pair)]),
    Step { name: "large-star", takes: &[("verify", Kind::Edge)], until_settled: Some("small-star") },
    step(
        "gather",
        &[
            ("large-star", Kind::Label),
            ("deliver", Kind::Size),
            ("copies", Kind::Member),
            ("verify", Kind::Finding),
        ],
    ),
    step("decide", &[("gather", Kind::Part)]),
    step("flows", &[("decide", Kind::Flow)]),
    step("template-parts", &[("gather", Kind::TemplatePart)]),
    step("templates", &[("template-parts", Kind::TemplatePage)]),
];

/// The stage of a name, ready for its first row.
pub fn stage(name: &str, context: &Arc<Context>) -> Result<Grouped> {
    let stage: Box<dyn Stage> = match name {
        "deliveries" => Box::new(Deliveries::new(context)),
        "samples" => Box::new(Samples::default()),
        "dates" => Box::new(Dates::default()),
        "copies" => Box::new(Copies::new(Arc::clone(context))),
        "buckets" => Box::new(Buckets::default()),
        "offers" => Box::new(Offers::default()),
        "agreements" => Box::new(Agreements::new(context)),
        "degrees" => Box::new(Degrees::default()),
        "blocks" => Box::new(Blocks::default()),
        "deliver" => Box::new(Deliver::new(context)),
        "frames" => Box::new(Frames::default()),
        "verify" => Box::new(Verify::new(Arc::clone(context))),
        "large-star" => Box::new(LargeStar::default()),
        "small-star" => Box::new(SmallStar::default()),
        "gather" => Box::new(Gather::default()),
        "decide" => Box::new(Decide::new(Arc::clone(context))),
        "flows" => Box::new(Flows::default()),
        "template-parts" => Box::new(TemplateParts::default()),
        "templates" => Box::new(Templates::new(Arc::clone(context))),
        _ => return Err(Error::usage(name, "is no stage")),
    };
    Ok(Grouped::new(stage))
}
