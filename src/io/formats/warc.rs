//! WARC and WET: responses with HTML or text, resources, and the texts that a crawl made of them (conversions).
//!
//! * `reader`: records one by one, whatever is damaged between them (ISO 28500; also the older 0.17 and 0.18).
//! * `http`: what a response holds.
//! * `page`: what a record says as a page.
//! * [`write`](mod@write): kept records.

mod http;
mod page;
mod reader;
pub(in crate::io) mod write;

use super::lines::{Convert, RecordLines};
use crate::error::Result;
use crate::io::compression::members::Members;
use crate::io::fields::FieldNames;
use page::PageMaker;
use rayon::prelude::*;
use reader::{Item, Reader};

/// What every record begins with.
pub(in crate::io) const OPENING: &[u8] = b"WARC/";

/// Bytes of records of which pages are made at once, on all threads.
const AT_ONCE: usize = 1 << 21;

/// Reads the records of a file.
pub(in crate::io) struct Records {
    reader: Reader,
    maker: PageMaker,
    name: String,
}

impl Records {
    /// The records of a file; what of it is needed is at most `longest` bytes a record.
    pub(in crate::io) fn open(members: Members, name: &str, names: &FieldNames, longest: usize) -> Self {
        Self {
            reader: Reader::new(members, longest),
            maker: PageMaker::new(names, longest),
            name: name.to_owned(),
        }
    }
}

impl Convert for Records {
    fn convert(&mut self, out: &mut RecordLines) -> Result<bool> {
        let mut items = Vec::new();
        let mut bytes = 0;
        while bytes < AT_ONCE
            && let Some(item) = self.reader.next(&self.name)?
        {
            bytes += item.bytes() + 256;
            items.push(item);
        }
        let made: Vec<RecordLines> = items
            .par_iter()
            .with_min_len(4)
            .map(|item| {
                let mut lines = RecordLines::default();
                match item {
                    Item::Fault { place, reason, start } => lines.fault(*place, reason, start),
                    Item::Other { place, kind } => lines.no_page(*place, kind),
                    Item::Record(record) => self.maker.make(record, &mut lines),
                }
                lines
            })
            .collect();
        made.into_iter().for_each(|mut lines| out.append(&mut lines));
        Ok(!items.is_empty())
    }
}
