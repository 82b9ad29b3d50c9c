//! Anchors: what a line is known by to the lines around it.

/// The anchor above the first line.
pub(super) const START: u32 = 3;
/// The anchor below the last line.
pub(super) const END: u32 = 5;

/// The key, as a neighbour and an anchor, of a page's own title.
pub(super) const HEADLINE: u32 = 7;

/// An anchor: its key, and the number of its line from 1 on; [`START`] and [`END`] lie outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    pub(super) key: u32,
    pub(super) number: usize,
}

/// What a line is known by as a neighbour and an anchor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) key: u32,
    /// Other pages that have it.
    pub(super) pages: u32,
    /// The same if it is a frame, else 0.
    pub(super) framed: u32,
}

/// The nearest lines above and below each line for which `is_anchor` holds, in place of what `anchors` held.
pub(super) fn nearest_anchors(
    lines: &[Context],
    is_anchor: impl Fn(usize) -> bool,
    anchors: &mut Vec<(Anchor, Anchor)>,
) {
    let outside = Anchor { key: START, number: 0 };
    let end = Anchor { key: END, number: lines.len() + 1 };
    anchors.clear();
    let mut above = outside;
    for (at, &Context { key, .. }) in lines.iter().enumerate() {
        anchors.push((above, end));
        if is_anchor(at) {
            above = Anchor { key, number: at + 1 };
        }
    }
    let mut below = end;
    for (at, &Context { key, .. }) in lines.iter().enumerate().rev() {
        anchors[at].1 = below;
        if is_anchor(at) {
            below = Anchor { key, number: at + 1 };
        }
    }
}
