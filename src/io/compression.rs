//! Plain, gzip or zstd, known by the first bytes; with `members` the only door to `flate2`, `zstd` and `brotli`.

pub(super) mod members;

use flate2::Compression as GzipLevel;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};

/// How a file is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, of any number of members.
    Gzip,
    /// zstd, of any number of frames.
    Zstd,
}

impl Compression {
    /// What the first bytes of a file say.
    pub fn detect(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// The plain bytes of a packed stream. Frames and members may follow one another.
    pub fn unpack(self, packed: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(zstd::Decoder::new(packed)?),
        })
    }

    /// What a file name ends in.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// A writer that packs; [`Packer::finish`] must be called.
    pub fn pack<W: Write>(self, out: W) -> io::Result<Packer<W>> {
        Ok(match self {
            Self::Plain => Packer::Plain(out),
            Self::Gzip => Packer::Gzip(GzEncoder::new(out, GzipLevel::default())),
            Self::Zstd => Packer::Zstd(zstd::Encoder::new(out, 3)?),
        })
    }
}

/// Packs what is written to it.
pub enum Packer<W: Write> {
    /// Passes on.
    Plain(W),
    /// One gzip member.
    Gzip(GzEncoder<W>),
    /// One zstd frame.
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Ends the stream and gives the writer back.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

/// The body of an HTTP response that was packed like this, at most `longest` bytes and one more; none if it was not, or if its
/// packing is not known.
pub(super) fn unpack_body(packed: &[u8], encoding: &str, longest: usize) -> Result<Option<Vec<u8>>, String> {
    let starts_like = |compression| Compression::detect(packed) == compression;
    let mut plain: Box<dyn Read + '_> = match encoding {
        "gzip" | "x-gzip" if starts_like(Compression::Gzip) => Box::new(MultiGzDecoder::new(packed)),
        "zstd" if starts_like(Compression::Zstd) => {
            Box::new(zstd::Decoder::new(packed).map_err(|cause| cause.to_string())?)
        }
        "deflate" if packed.first().is_some_and(|first| first & 0x0F == 8) => {
            Box::new(ZlibDecoder::new(packed))
        }
        "deflate" => Box::new(DeflateDecoder::new(packed)),
        "br" => Box::new(brotli::Decompressor::new(packed, 1 << 12)),
        _ => return Ok(None),
    };
    let mut unpacked = Vec::new();
    let read = plain.by_ref().take(longest as u64 + 1).read_to_end(&mut unpacked);
    match read {
        // What is no packing at all crawlers have unpacked.
        Err(_) if unpacked.is_empty() || simdutf8::basic::from_utf8(packed).is_ok() => Ok(None),
        // They cut bodies short, too; what came is what there is.
        _ => Ok(Some(unpacked)),
    }
}
