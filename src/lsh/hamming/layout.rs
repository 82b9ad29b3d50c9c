//! Which blocks, and how far to look in each?

use crate::sketch::simhash::signature::Distance;

/// A block of bits that a table is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Bits in front of it.
    pub start: u32,
    /// Its bits.
    pub width: u32,
    /// Bits in which the key of a visited bucket may differ.
    pub radius: u32,
}

/// One block a table; together they miss no pair within the distance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Blocks that do not overlap; the radii, each plus 1, sum up to the distance plus 1.
    pub blocks: Vec<Block>,
    /// How far apart pairs may be.
    pub distance: Distance,
}

/// Nanoseconds of a query, each measured by `cargo bench --bench hamming`: a bucket visited, a fingerprint
/// compared; and what a table's bytes are worth, a byte a fingerprint. Only their proportions matter.
const VISIT_COST: f64 = 40.0;
const COMPARE_COST: f64 = 3.0;
const BYTE_COST: f64 = 10.0;

impl Layout {
    /// The cheapest layout for this many fingerprints.
    pub fn cheapest(distance: Distance, fingerprints: usize) -> Self {
        let plans = (1..=distance.bits() + 1).filter_map(|tables| Plan::best(distance, fingerprints, tables));
        Self::of_plan(plans.min_by(|a, b| a.cost.total_cmp(&b.cost)), distance)
    }

    /// The cheapest layout of so many tables; one to the distance plus 1 of them.
    pub fn of_tables(tables: u32, distance: Distance, fingerprints: usize) -> Self {
        Self::of_plan(Plan::best(distance, fingerprints, tables.clamp(1, distance.bits() + 1)), distance)
    }

    fn of_plan(plan: Option<Plan>, distance: Distance) -> Self {
        let mut start = 0;
        let place = |(width, radius)| {
            start += width;
            Block { start: start - width, width, radius }
        };
        let blocks = plan.unwrap_or_default().blocks.into_iter().map(place).collect();
        Self { blocks, distance }
    }

    /// Buckets that a query visits.
    pub fn visits(&self) -> u64 {
        self.blocks.iter().map(|block| ball(block.width, block.radius)).sum()
    }

    /// Fingerprints that a query compares, if they are spread evenly.
    pub fn candidates(&self, fingerprints: usize) -> f64 {
        let of_block =
            |block: &Block| ball(block.width, block.radius) as f64 * bucket(fingerprints, block.width);
        self.blocks.iter().map(of_block).sum()
    }
}

/// Widths and radii, and what they cost.
#[derive(Clone, Debug, Default)]
struct Plan {
    cost: f64,
    blocks: Vec<(u32, u32)>,
}

impl Plan {
    /// The cheapest one, table by table: of all plans that have used up so much of the distance and so many
    /// bits, only the cheapest can be part of it.
    fn best(distance: Distance, fingerprints: usize, tables: u32) -> Option<Self> {
        let shares = distance.bits() as usize + 1;
        let widest = fingerprints.checked_ilog2().unwrap_or(0) + 1;
        let mut plans = vec![vec![None; 65]; shares + 1];
        plans[0][0] = Some(Self::default());
        for _ in 0..tables {
            let mut longer: Vec<Vec<Option<Self>>> = vec![vec![None; 65]; shares + 1];
            for share in 1..=shares {
                for width in 0..=widest.min(28) {
                    let radius = share as u32 - 1;
                    let cost = cost(fingerprints, width, radius);
                    for used in 0..=shares - share {
                        for bits in 0..=64 - width as usize {
                            let Some(before) = &plans[used][bits] else { continue };
                            let place = &mut longer[used + share][bits + width as usize];
                            if place.as_ref().is_none_or(|plan| before.cost + cost < plan.cost) {
                                let blocks = [before.blocks.as_slice(), &[(width, radius)]].concat();
                                *place = Some(Self { cost: before.cost + cost, blocks });
                            }
                        }
                    }
                }
            }
            plans = longer;
        }
        plans.swap_remove(shares).into_iter().flatten().min_by(|a, b| a.cost.total_cmp(&b.cost))
    }
}

/// What one table adds to a query.
fn cost(fingerprints: usize, width: u32, radius: u32) -> f64 {
    let bytes = 8.0 + 4.0 / bucket(fingerprints.max(1), width);
    let visit = VISIT_COST + COMPARE_COST * bucket(fingerprints, width);
    ball(width, radius) as f64 * visit + BYTE_COST * bytes
}

/// Fingerprints in a bucket, in the mean.
fn bucket(fingerprints: usize, width: u32) -> f64 {
    fingerprints as f64 / f64::from(width).exp2()
}

/// Keys of `width` bits within `radius` of one key.
pub(super) fn ball(width: u32, radius: u32) -> u64 {
    let choose = |of: u64, some: u64| (0..some).fold(1, |product, i| product * (of - i) / (i + 1));
    (0..=radius.min(width)).map(|bits| choose(width.into(), bits.into())).sum()
}
