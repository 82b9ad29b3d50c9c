//! Seeds of saved files whose readers a fuzzer does not get through by chance: what is written today.

use crate::support::golden;
use std::collections::BTreeSet;
use tamis::boilerplate::encoding as profile_encoding;
use tamis::boilerplate::line::LineReader;
use tamis::boilerplate::profile::Profile;
use tamis::boilerplate::sample::{SampledPage, Wanted};
use tamis::frame::common::Frame;
use tamis::frame::encoding;
use tamis::frame::shingles::FrameShingles;
use tamis::index::table::{self, Entry, entry};
use tamis::shingle::Ngram;

/// Compares them with the corpus.
pub fn assert_as_written_today() {
    let seeds = [
        ("profile", profile()),
        ("frame", frame()),
        ("table-of-keys", of_table(300, |page| page.wrapping_mul(0x9E37_79B9))),
        ("table-of-crowds", of_table(200, |page| (page % 3) << 30)),
        ("frames", frames()),
    ];
    for (name, seed) in seeds {
        golden(&format!("fuzz/corpus/saved/written-{name}"), &seed);
    }
}

/// Without its checksum, which the target makes.
fn profile() -> Vec<u8> {
    let (mut profile, mut reader) = (Profile::default(), LineReader::default());
    for (number, text) in
        ["Home\nThe ferry leaves at 9.\nRead also", "Home\nNo train today.\nRead also"].iter().enumerate()
    {
        let day = (number > 0).then_some(18_000);
        let (title, author) = ("Ferry | Harbour", Some("Ada Lind"));
        let page = SampledPage::read(Wanted::Examples, number as u64, day, text, title, author, &mut reader);
        profile.insert("harbour.example", page);
    }
    let mut seed = [&[0], profile_encoding::encode(&profile).as_slice()].concat();
    seed.truncate(seed.len() - 16);
    seed
}

/// Likewise.
fn frame() -> Vec<u8> {
    let sites = ["harbour.example", "valley.example"].map(str::to_owned);
    let keys = (0..40).map(|key| key << 26 | 7).collect();
    let frame = Frame::new(BTreeSet::from(sites), FrameShingles::from_ascending(keys));
    let mut seed = [&[1], encoding::encode(&frame, Ngram::DEFAULT).as_slice()].concat();
    seed.truncate(seed.len() - 16);
    seed
}

fn of_table(pages: u32, key: impl Fn(u32) -> u32) -> Vec<u8> {
    let mut entries: Vec<Entry> = (0..pages).map(|page| entry(key(page), page)).collect();
    entries.sort_unstable();
    [&[7], table::encode(&entries).as_slice()].concat()
}

/// The sections of a file of frames, each behind its length.
fn frames() -> Vec<u8> {
    let sites = [("", 0u64..1), ("harbour.example", 1..9)];
    let names = sites.iter().flat_map(|(name, keys)| {
        let count = (keys.end - keys.start) as u32;
        let head = (name.len() as u32).to_le_bytes();
        [&head, name.as_bytes(), &keys.start.to_le_bytes(), &count.to_le_bytes()].concat()
    });
    let keys = (0..9u32).flat_map(|key| (key << 20).to_le_bytes());
    let mut seed = vec![9];
    for section in [names.collect::<Vec<u8>>(), keys.collect()] {
        seed.extend_from_slice(&(section.len() as u16).to_le_bytes());
        seed.extend(section);
    }
    seed
}
