//! Embedded databases: nine bytes of band, key and page, and no value.

use crate::{Result, Store};
use fjall::{KeyspaceCreateOptions, PersistMode};
use redb::{ReadableDatabase as _, TableDefinition};
use std::ops::RangeInclusive;
use std::path::Path;

const BAND_KEYS: TableDefinition<'_, &[u8; 9], ()> = TableDefinition::new("bands");

fn bytes(band: usize, key: u32, page: u32) -> [u8; 9] {
    let mut bytes = [band as u8; 9];
    bytes[1..5].copy_from_slice(&key.to_be_bytes());
    bytes[5..].copy_from_slice(&page.to_be_bytes());
    bytes
}

fn all_pages(band: usize, key: u32) -> RangeInclusive<[u8; 9]> {
    bytes(band, key, 0)..=bytes(band, key, u32::MAX)
}

/// A B-tree.
pub(crate) struct Redb(redb::Database);

impl Store for Redb {
    const NAME: &'static str = "redb";

    fn open(folder: &Path) -> Result<Self> {
        let database = redb::Database::create(folder.join("redb"))?;
        let begun = database.begin_write()?;
        begun.open_table(BAND_KEYS)?;
        begun.commit()?;
        Ok(Self(database))
    }

    fn add(&mut self, _first: u32, keys: &[Vec<(u32, u32)>]) -> Result<()> {
        let writing = self.0.begin_write()?;
        let mut table = writing.open_table(BAND_KEYS)?;
        for (band, keys) in keys.iter().enumerate() {
            for &(key, page) in keys {
                table.insert(&bytes(band, key, page), ())?;
            }
        }
        drop(table);
        Ok(writing.commit()?)
    }

    fn count(&self, band: usize, key: u32) -> Result<usize> {
        let table = self.0.begin_read()?.open_table(BAND_KEYS)?;
        let all = all_pages(band, key);
        Ok(table.range::<&[u8; 9]>(all.start()..=all.end())?.count())
    }
}

/// A log-structured merge tree.
pub(crate) struct Fjall {
    database: fjall::Database,
    keys: fjall::Keyspace,
}

impl Store for Fjall {
    const NAME: &'static str = "fjall";

    fn open(folder: &Path) -> Result<Self> {
        let database = fjall::Database::builder(folder.join("fjall")).open()?;
        let keys = database.keyspace("bands", KeyspaceCreateOptions::default)?;
        Ok(Self { database, keys })
    }

    fn add(&mut self, _first: u32, keys: &[Vec<(u32, u32)>]) -> Result<()> {
        let mut batch = self.database.batch();
        for (band, keys) in keys.iter().enumerate() {
            for &(key, page) in keys {
                batch.insert(&self.keys, bytes(band, key, page), []);
            }
        }
        batch.commit()?;
        Ok(self.database.persist(PersistMode::SyncAll)?)
    }

    fn count(&self, band: usize, key: u32) -> Result<usize> {
        Ok(self.keys.range(all_pages(band, key)).count())
    }
}
