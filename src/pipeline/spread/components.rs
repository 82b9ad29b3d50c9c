//! Components by star contraction, a round at a time.
//!
//! Large-star and small-star in turn make every component a star around its smallest page (Kiveris et al. 2014, "Connected
//! Components in `MapReduce` and Beyond", section 3), in at most O(log² n) rounds. Both take rows in order, so that the smallest
//! neighbour comes first and nothing is held.
//!
//! Several graphs go through at once: the key of a page begins with the number of its graph.

use super::Stage;
use super::rows::{Kind, Row, Rows};
use crate::error::Result;

/// Takes [`Kind::Edge`], both ways: all neighbours of a page.
///
/// * [`Kind::Edge`]: once, by the larger page: the larger neighbours are joined to the smallest of all.
/// * [`Kind::Label`]: by page, where its component is known: the smallest page in it.
///
/// Counts pages that are neither the centre of a star nor a ray of one: once there are none, labels are the answer.
#[derive(Default)]
pub struct LargeStar {
    group: Option<Group>,
}

struct Group {
    smallest: Vec<u8>,
    before: Vec<u8>,
    smaller: u64,
    larger: u64,
}

impl Stage for LargeStar {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let (graph, own) = row.key.split_at(row.key.len().min(1));
        let group = self.group.get_or_insert_with(|| Group {
            smallest: row.order.min(own).to_vec(),
            before: Vec::new(),
            smaller: 0,
            larger: 0,
        });
        if group.before == row.order {
            return Ok(());
        }
        row.order.clone_into(&mut group.before);
        if row.order > own {
            group.larger += 1;
            out.push_bytes(Kind::Edge, &[graph, row.order], &[&group.smallest], &[]);
        } else {
            group.smaller += 1;
        }
        Ok(())
    }

    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let (graph, own) = key.split_at(key.len().min(1));
        let is_centre = group.smaller == 0;
        let is_ray = group.smaller == 1 && group.larger == 0;
        if is_centre || is_ray {
            out.push_bytes(Kind::Label, &[own], &[&[LABEL], graph], &group.smallest);
        } else {
            out.sums.unsettled += 1;
        }
        Ok(())
    }
}

/// Takes [`Kind::Edge`] of [`LargeStar`]: the smaller neighbours of a page.
///
/// Gives [`Kind::Edge`], both ways: they and the page are joined to the smallest.
#[derive(Default)]
pub struct SmallStar {
    /// The smallest neighbour, and the neighbour before.
    group: Option<(Vec<u8>, Vec<u8>)>,
}

impl Stage for SmallStar {
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        let (graph, own) = row.key.split_at(row.key.len().min(1));
        let mut join = |page: &[u8], centre: &[u8]| {
            out.push_bytes(Kind::Edge, &[graph, page], &[centre], &[]);
            out.push_bytes(Kind::Edge, &[graph, centre], &[page], &[]);
        };
        match &mut self.group {
            None => {
                join(own, row.order);
                self.group = Some((row.order.to_vec(), row.order.to_vec()));
            }
            Some((smallest, before)) if before != row.order => {
                join(row.order, smallest);
                row.order.clone_into(before);
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn end(&mut self, _: &[u8], _: &mut Rows) -> Result<()> {
        self.group = None;
        Ok(())
    }
}

/// Where labels stand among what is gathered of a page.
pub(super) const LABEL: u8 = 0;
