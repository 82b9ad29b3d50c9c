//! Tables and numbers as Markdown.

/// Prints a heading.
pub(crate) fn heading(text: &str) {
    println!("\n## {text}\n");
}

/// Prints a paragraph.
pub(crate) fn paragraph(text: &str) {
    println!("{text}\n");
}

/// A table.
pub(crate) struct Table {
    lines: Vec<String>,
}

impl Table {
    /// A table of its head.
    pub(crate) fn new(columns: &[&str]) -> Self {
        Self {
            lines: vec![format!("| {} |", columns.join(" | ")), format!("|{}", "---|".repeat(columns.len()))],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[String]) {
        self.lines.push(format!("| {} |", cells.join(" | ")));
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        println!("{}\n", self.lines.join("\n"));
    }
}

/// A whole number with thousands set apart.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

/// A share as per cent, with one decimal where it matters.
pub(crate) fn percent(part: f64, whole: f64) -> String {
    match 100.0 * part / whole {
        share if share.is_nan() => "–".into(),
        share if share > 99.0 && share < 100.0 => format!("{share:.2} %"),
        share => format!("{share:.1} %"),
    }
}

/// A ratio between 0 and 1.
pub(crate) fn ratio(number: f64) -> String {
    if number.is_nan() { "–".into() } else { format!("{number:.3}") }
}
