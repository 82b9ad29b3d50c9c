//! How far the place of a line wanders from page to page, from the head or from the tail.

/// Lines from either end beyond which a position is no longer told apart.
const FARTHEST: usize = 60;

/// Where a template key stands first on its pages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Positions {
    pages: f32,
    head: f32,
    head_squares: f32,
    tail: f32,
    tail_squares: f32,
}

impl Positions {
    /// The spread, in lines, of what was seen on fewer than two pages.
    pub(super) const UNKNOWN: f32 = 30.0;

    pub(super) fn of(line: usize, lines: usize) -> Self {
        let head = line.min(FARTHEST) as f32;
        let tail = (lines - 1 - line).min(FARTHEST) as f32;
        Self { pages: 1.0, head, head_squares: head * head, tail, tail_squares: tail * tail }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.head += other.head;
        self.head_squares += other.head_squares;
        self.tail += other.tail;
        self.tail_squares += other.tail_squares;
    }

    /// Whether it was seen on two pages, without which the spread is unknown.
    pub(super) fn are_several(&self) -> bool {
        self.pages >= 2.0
    }

    /// The smaller of the standard deviations from the head and from the tail, in lines, without the positions
    /// in `own`; [`Self::UNKNOWN`] if fewer than two are left.
    pub(super) fn spread(self, own: Self) -> f32 {
        let pages = self.pages - own.pages;
        if pages < 2.0 {
            return Self::UNKNOWN;
        }
        let deviation = |sum: f32, squares: f32| {
            let mean = sum / pages;
            (squares / pages - mean * mean).max(0.0).sqrt()
        };
        deviation(self.head - own.head, self.head_squares - own.head_squares)
            .min(deviation(self.tail - own.tail, self.tail_squares - own.tail_squares))
    }
}
