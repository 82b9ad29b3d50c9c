//! The tables of Tamis: a file for some batches in a row, merged as they grow.

use crate::{BANDS, Result, Store};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use tamis::index::bytes::Bytes;
use tamis::index::container::{Container, ContainerWriter};
use tamis::index::merging::last_to_merge;
use tamis::index::table::{Entry, Shape, Table, encode, entry};

const MAGIC: [u8; 8] = *b"BENCHTAB";

/// All files, in the order of their pages.
pub(crate) struct Tables {
    folder: PathBuf,
    files: Vec<Opened>,
}

struct Opened {
    name: String,
    first: u32,
    pages: u64,
    container: Container,
    shapes: Vec<Shape>,
}

/// A file, read where it is asked.
struct Read(File, u64);

impl Bytes for Read {
    fn len(&self) -> u64 {
        self.1
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> tamis::error::Result<()> {
        self.0.read_exact_at(buffer, offset).map_err(|cause| tamis::error::Error::disk("bench", &cause))
    }
}

impl Opened {
    fn open(folder: &Path, name: &str) -> Result<Self> {
        let mut numbers = name.split('-').map(str::parse::<u64>);
        let (Some(Ok(first)), Some(Ok(pages))) = (numbers.next(), numbers.next()) else {
            return Err(format!("{name} is no name of a file").into());
        };
        let file = File::open(folder.join(name))?;
        let length = file.metadata()?.len();
        let container = Container::open(Box::new(Read(file, length)), MAGIC, name)?;
        let shapes = (0..BANDS as u16)
            .map(|band| Shape::read(&container.section(band)?))
            .collect::<tamis::error::Result<_>>()?;
        Ok(Self { name: name.to_owned(), first: first as u32, pages, container, shapes })
    }

    fn table(&self, band: usize) -> Result<Table<'_>> {
        Ok(Table::of_shape(self.container.section(band as u16)?, self.shapes[band]))
    }
}

impl Store for Tables {
    const NAME: &'static str = "tamis";

    fn open(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        if let Ok(catalogue) = fs::read_to_string(folder.join("catalogue")) {
            for name in catalogue.lines() {
                files.push(Opened::open(folder, name)?);
            }
        }
        Ok(Self { folder: folder.to_owned(), files })
    }

    fn add(&mut self, first: u32, keys: &[Vec<(u32, u32)>]) -> Result<()> {
        let pages = keys[0].len() as u64;
        let mut sizes: Vec<u64> = self.files.iter().map(|file| file.pages).collect();
        sizes.push(pages);
        let merged = self.files.split_off(self.files.len() + 1 - last_to_merge(&sizes, false));
        let from = merged.first().map_or(first, |file| file.first);
        let name = format!("{from}-{}", u64::from(first - from) + pages);
        let place = self.folder.join(&name);
        let mut out = ContainerWriter::new(BufWriter::new(File::create(&place)?), MAGIC)?;
        for (band, keys) in keys.iter().enumerate() {
            let mut entries: Vec<Entry> = Vec::new();
            for file in &merged {
                entries.extend(
                    file.table(band)?
                        .entries()?
                        .into_iter()
                        .map(|entry| entry + u64::from(file.first - from)),
                );
            }
            entries.extend(keys.iter().map(|&(key, page)| entry(key, page - from)));
            // Runs that ascend are merged.
            entries.sort();
            out.section(band as u16, &encode(&entries))?;
        }
        let mut file = out.finish()?;
        file.flush()?;
        file.get_ref().sync_all()?;
        self.files.push(Opened::open(&self.folder, &name)?);
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        let mut catalogue = File::create(self.folder.join("catalogue.new"))?;
        catalogue.write_all(names.join("\n").as_bytes())?;
        catalogue.sync_all()?;
        fs::rename(self.folder.join("catalogue.new"), self.folder.join("catalogue"))?;
        File::open(&self.folder)?.sync_all()?;
        for file in merged {
            fs::remove_file(self.folder.join(&file.name))?;
        }
        Ok(())
    }

    fn count(&self, band: usize, key: u32) -> Result<usize> {
        let mut found = Vec::new();
        for file in &self.files {
            file.table(band)?.find(key, 65, &mut found)?;
        }
        Ok(found.len())
    }
}
