//! A temporary folder to run the program in, and invented pages to run it on.

use serde_json::{Value, json};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that vanishes with the test.
pub struct Workdir {
    folder: tempfile::TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Workdir {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
    }

    /// Runs `tamis` in the folder, with nothing on standard input.
    pub fn tamis(&self, arguments: &[&str]) -> Run {
        self.tamis_fed(arguments, b"")
    }

    /// Runs `tamis` in the folder with `input` on standard input.
    pub fn tamis_fed(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            // A program that does not read its input may close it.
            scope.spawn(move || stdin.write_all(input).ok());
            child.wait_with_output().unwrap()
        });
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs `tamis`, which must end with code 0.
    pub fn done(&self, arguments: &[&str]) -> Run {
        let run = self.tamis(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
        run
    }

    /// The rows of a table, packed or not.
    pub fn rows(&self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(unpacked(&self.bytes(name))).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn manifest(&self, folder: &str) -> Value {
        serde_json::from_slice(&self.bytes(&format!("{folder}/manifest.json"))).unwrap()
    }

    /// One field of all rows of a table.
    pub fn column(&self, name: &str, field: &str) -> Vec<String> {
        self.rows(name).iter().map(|row| text(row, field)).collect()
    }

    /// Names of the files and folders in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        names_in(&self.path(folder))
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A field that holds a string.
pub fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_else(|| panic!("{field} in {row}")).to_owned()
}

pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match bytes {
        [0x1F, 0x8B, ..] => _ = flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).unwrap(),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => plain = zstd::decode_all(bytes).unwrap(),
        _ => plain = bytes.to_vec(),
    }
    plain
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// A record as a line. It has a field that Tamis does not know, so that it can come from nowhere but the input.
pub fn record(id: &str, site: &str, text: &str) -> String {
    line(&json!({ "crawler": "by hand", "id": id, "site": site, "text": text }))
}

/// A value as a line.
pub fn line(value: &Value) -> String {
    format!("{value}\n")
}

/// Invented words in an order that follows from a seed.
pub struct Prose {
    state: u64,
}

const SYLLABLES: [&str; 32] = [
    "ba", "cro", "du", "fen", "gal", "hi", "jor", "ka", "lum", "mi", "nor", "pel", "qua", "ras", "sto",
    "tev", "ul", "vin", "wex", "yar", "zo", "bri", "clo", "dra", "eph", "flu", "gri", "hol", "ist", "kel",
    "mar", "ont",
];

impl Prose {
    pub fn new(seed: u64) -> Self {
        Self { state: seed ^ 0x9E37_79B9_7F4A_7C15 }
    }

    /// A number below `bound`, from a linear congruential generator (constants of Knuth's MMIX).
    pub fn below(&mut self, bound: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) as usize) % bound
    }

    pub fn word(&mut self) -> String {
        (0..3).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect()
    }

    pub fn words(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.word()).collect()
    }

    /// A text of `count` words.
    pub fn text(&mut self, count: usize) -> String {
        self.words(count).join(" ")
    }

    /// The words with `count` of them, from `at` on, replaced by others. Of three-word shingles inside the
    /// text, `count + 2` change.
    pub fn edited(&mut self, words: &[String], at: usize, count: usize) -> Vec<String> {
        let mut edited = words.to_vec();
        edited[at..at + count].iter_mut().for_each(|word| *word = self.word() + "x");
        edited
    }
}
