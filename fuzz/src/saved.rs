//! Saved files: refused, or read as what one way of writing them could have written. Checksums are made to fit, so that what
//! lies behind them is met.

use tamis::audit::gates::Gates;
use tamis::boilerplate::encoding as profile;
use tamis::frame::encoding as frame;
use tamis::hash;
use tamis::index::bytes::{Bytes, Slice};
use tamis::index::catalogue::Catalogue;
use tamis::index::container::{Container, ContainerWriter};
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

/// A file that Tamis saves; the first byte says which.
pub fn saved(bytes: &[u8]) {
    let Some((&kind, body)) = bytes.split_first() else { return };
    match kind % 9 {
        0 => {
            let bytes = [body, &hash::digest(body).to_le_bytes()].concat();
            if let Ok(read) = profile::decode(&bytes, "profile") {
                assert_eq!(profile::encode(&read), bytes);
            }
        }
        1 => {
            let bytes = [body, &hash::digest(body).to_le_bytes()].concat();
            if let Ok(read) = frame::decode(&bytes, Ngram::DEFAULT, "frame") {
                assert_eq!(frame::encode(&read, Ngram::DEFAULT), bytes);
            }
        }
        2 => {
            let bytes = [body, &hash::checksum(body).to_le_bytes()].concat();
            if let Ok(read) = minhash::encoding::decode(&bytes, "signatures") {
                assert_eq!(minhash::encoding::encode(&read), bytes);
            }
        }
        3 => {
            let bytes = [body, &hash::checksum(body).to_le_bytes()].concat();
            if let Ok(read) = simhash::encoding::decode(&bytes, "fingerprints") {
                assert_eq!(simhash::encoding::encode(&read), bytes);
            }
        }
        4 => catalogue(body),
        5 => segment(body),
        6 => container(body),
        7 => sorted_table(body),
        _ => {
            if let Ok(read) = proof::decode(body) {
                let mut again = Vec::new();
                proof::encode(&read, &mut again);
                assert_eq!(again, body);
            }
        }
    }
}

fn catalogue(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let checksum = hash::checksum(text.as_bytes());
    let sealed = format!("{{\"checksum\":\"{checksum:016x}\",\"catalogue\":{text}}}");
    if let Ok(read) = Catalogue::decode(sealed.as_bytes(), "catalogue") {
        for page in [0, 1, read.pages().saturating_sub(1), u32::MAX] {
            read.batch_of(page);
        }
        assert!(read.files().count() < body.len());
        let again = Catalogue::decode(&read.encode().unwrap(), "catalogue").unwrap();
        assert_eq!(again, read);
    }
}

/// Sections one behind the other, each behind the two bytes of its length.
fn segment(mut body: &[u8]) {
    let mut section = || {
        let Some((length, rest)) = body.split_first_chunk::<2>() else { return Vec::new() };
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        let section = rest[..length].to_vec();
        body = &rest[length..];
        section
    };
    let mut file = |magic: [u8; 8], numbers: std::ops::Range<u16>| {
        let mut writer = ContainerWriter::new(Vec::new(), magic).unwrap();
        numbers.for_each(|number| writer.section(number, &section()).unwrap());
        Container::open(Box::new(writer.finish().unwrap()), magic, "segment").unwrap()
    };
    let pages = file(PAGES_MAGIC, 0..7);
    let proofs = file(PROOFS_MAGIC, 1..3);
    let Ok(segment) = Segment::open(pages, Some(proofs)) else { return };
    let _ = segment.check();
    let _ = segment.sizes();
    for page in [0, 1, segment.len(), u32::MAX] {
        let _ = segment.page(page);
        let _ = segment.sketch(page, &mut Vec::new());
        let _ = segment.proof(page);
    }
    for site in segment.sites() {
        let _ = segment.sample(site);
    }
}

fn container(body: &[u8]) {
    for magic in [PAGES_MAGIC, PROOFS_MAGIC] {
        let body = [&magic[..], body, &magic[..]].concat();
        if let Ok(container) = Container::open(Box::new(body), magic, "container") {
            let _ = container.check();
            for number in 0..8 {
                if let Ok(section) = container.section(number) {
                    assert!(section.read(section.len(), &mut [0]).is_err());
                }
            }
        }
    }
}

fn sorted_table(body: &[u8]) {
    let body = body.to_vec();
    let Ok(table) = Table::open(Slice { of: &body, start: 0, length: body.len() as u64 }) else { return };
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
}
