//! Saved files: refused, or read as what one way of writing them could have written. Checksums are made to fit, so that what
//! lies behind them is met.

use tamis::audit::gates::Gates;
use tamis::boilerplate::encoding as profile;
use tamis::frame::encoding as frame;
use tamis::hash;
use tamis::index::bytes::{Bytes, Slice};
use tamis::index::catalogue::Catalogue;
use tamis::index::container::{Container, ContainerWriter};
use tamis::index::frames::{self, FRAMES_MAGIC, FramesWriter};
use tamis::index::proof;
use tamis::index::segment::{PAGES_MAGIC, PROOFS_MAGIC, Segment};
use tamis::index::table::{self, Table};
use tamis::shingle::Ngram;
use tamis::sketch::{minhash, simhash};

/// The file of gates that people write.
pub fn gates(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Err(fault) = Gates::parse("gates", text) {
        assert!(fault.to_string().starts_with("gates"), "{fault}");
    }
}

/// Kinds of files that [`saved`] tells apart.
pub const KINDS: u8 = 10;

/// A file that Tamis saves; the first byte says which.
pub fn saved(bytes: &[u8]) {
    is_read(bytes);
}

/// Does what [`saved`] does, and says whether the file was read to its end.
pub fn is_read(bytes: &[u8]) -> bool {
    let Some((&kind, body)) = bytes.split_first() else { return false };
    match kind % KINDS {
        0 => {
            let bytes = [body, &hash::digest(body).to_le_bytes()].concat();
            profile::decode(&bytes, "profile").is_ok_and(|read| is_same(&profile::encode(&read), &bytes))
        }
        1 => {
            let bytes = [body, &hash::digest(body).to_le_bytes()].concat();
            let again = |read| frame::encode(&read, Ngram::DEFAULT);
            frame::decode(&bytes, Ngram::DEFAULT, "frame").is_ok_and(|read| is_same(&again(read), &bytes))
        }
        2 => {
            let bytes = [body, &hash::checksum(body).to_le_bytes()].concat();
            let read = minhash::encoding::decode(&bytes, "signatures");
            read.is_ok_and(|read| is_same(&minhash::encoding::encode(&read), &bytes))
        }
        3 => {
            let bytes = [body, &hash::checksum(body).to_le_bytes()].concat();
            let read = simhash::encoding::decode(&bytes, "fingerprints");
            read.is_ok_and(|read| is_same(&simhash::encoding::encode(&read), &bytes))
        }
        4 => catalogue(body),
        5 => segment(body),
        6 => container(body),
        7 => sorted_table(body),
        8 => proof::decode(body).is_ok_and(|read| {
            let mut again = Vec::new();
            proof::encode(&read, &mut again);
            is_same(&again, body)
        }),
        _ => frames(body),
    }
}

/// What is read is written as the same bytes.
fn is_same(again: &[u8], bytes: &[u8]) -> bool {
    assert_eq!(again, bytes);
    true
}

fn catalogue(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let checksum = hash::checksum(text.as_bytes());
    let sealed = format!("{{\"checksum\":\"{checksum:016x}\",\"catalogue\":{text}}}");
    let Ok(read) = Catalogue::decode(sealed.as_bytes(), "catalogue") else { return false };
    for page in [0, 1, read.pages().saturating_sub(1), u32::MAX] {
        read.batch_of(page);
    }
    assert!(read.files().count() < body.len());
    let again = Catalogue::decode(&read.encode().unwrap(), "catalogue").unwrap();
    assert_eq!(again, read);
    true
}

/// A file of sections that lie one behind the other in `body`, each behind the two bytes of its length.
fn file(body: &mut &[u8], magic: [u8; 8], numbers: std::ops::Range<u16>) -> Container {
    let mut section = || {
        let Some((length, rest)) = body.split_first_chunk::<2>() else { return Vec::new() };
        let (section, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
        *body = rest;
        section.to_vec()
    };
    let mut writer = ContainerWriter::new(Vec::new(), magic).unwrap();
    numbers.for_each(|number| writer.section(number, &section()).unwrap());
    Container::open(Box::new(writer.finish().unwrap()), magic, "file").unwrap()
}

fn segment(mut body: &[u8]) -> bool {
    let pages = file(&mut body, PAGES_MAGIC, 0..7);
    let proofs = file(&mut body, PROOFS_MAGIC, 1..3);
    let Ok(segment) = Segment::open(pages, Some(proofs)) else { return false };
    let is_sound = segment.check().is_ok();
    let _ = segment.sizes();
    for page in [0, 1, segment.len(), u32::MAX] {
        let _ = segment.page(page);
        let _ = segment.sketch(page, &mut Vec::new());
        let _ = segment.proof(page);
    }
    for site in segment.sites() {
        let _ = segment.sample(site);
    }
    is_sound
}

/// Frames of sites: what is read is written and read again.
fn frames(mut body: &[u8]) -> bool {
    let all = |file: &Container| -> tamis::error::Result<Vec<_>> {
        let keys = |(site, place)| Ok((site, frames::keys(file, &place)?));
        frames::sites(file)?.into_iter().map(keys).collect()
    };
    let Ok(read) = all(&file(&mut body, FRAMES_MAGIC, 0..2)) else { return false };
    let mut writer = FramesWriter::new(Vec::new()).unwrap();
    for (site, keys) in &read {
        let keys: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        writer.frame(site, &keys).unwrap();
    }
    let again = Container::open(Box::new(writer.finish().unwrap()), FRAMES_MAGIC, "again").unwrap();
    assert_eq!(all(&again).unwrap(), read);
    true
}

fn container(body: &[u8]) -> bool {
    let is_sound = |magic: [u8; 8]| {
        let body = [&magic[..], body, &magic[..]].concat();
        let Ok(container) = Container::open(Box::new(body), magic, "container") else { return false };
        for section in (0..8).filter_map(|number| container.section(number).ok()) {
            assert!(section.read(section.len(), &mut [0]).is_err());
        }
        container.check().is_ok()
    };
    [PAGES_MAGIC, PROOFS_MAGIC].map(is_sound).contains(&true)
}

fn sorted_table(body: &[u8]) -> bool {
    let body = body.to_vec();
    let Ok(table) = Table::open(Slice::new(&body, 0, body.len() as u64)) else { return false };
    let mut keys = vec![0, 1, 0x1234_5678, u32::MAX];
    let entries = table.entries();
    if let Ok(entries) = &entries {
        keys.extend(entries.iter().map(|entry| (entry >> 32) as u32));
    }
    keys.sort_unstable();
    let is_sound = entries.is_ok_and(|entries| entries.is_sorted() && table::encode(&entries) == body);
    let mut together = vec![Vec::new(); keys.len()];
    let each = table.find_each(&keys, 5, |number, pages| together[number] = pages.to_vec());
    for (&key, together) in keys.iter().zip(together) {
        let mut found = Vec::new();
        let alone = table.find(key, 5, &mut found);
        if is_sound {
            assert!(alone.is_ok() && each.is_ok());
            assert_eq!(found, together);
        }
    }
    is_sound
}
