//! A ZIP archive in memory, as small as a spreadsheet needs: deflated entries, no clock, the same bytes every time.

use std::io::{self, Write};

use flate2::{Compression, Crc, write::DeflateEncoder};

/// The archive so far.
#[derive(Default)]
pub(crate) struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

/// Takes the bytes of one entry. They come a few at a time and are packed by the block, because each call of the packer
/// costs as much as a thousand bytes.
pub(crate) struct Entry {
    deflate: DeflateEncoder<Vec<u8>>,
    block: Vec<u8>,
    crc: Crc,
    /// How many bytes were taken, before they were packed.
    pub(crate) length: u64,
}

/// So many bytes are packed at once.
const BLOCK: usize = 1 << 16;

impl Entry {
    fn of(out: Vec<u8>) -> Self {
        Self {
            deflate: DeflateEncoder::new(out, Compression::new(4)),
            block: Vec::with_capacity(2 * BLOCK),
            crc: Crc::new(),
            length: 0,
        }
    }

    fn pack(&mut self) -> io::Result<()> {
        self.crc.update(&self.block);
        self.deflate.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl Write for Entry {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(bytes);
        self.length += bytes.len() as u64;
        if self.block.len() >= BLOCK {
            self.pack()?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// Version 2.0, no flags (names are ASCII), deflate, and 1 January 1980, the first day that the format knows.
const KIND: [u8; 10] = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];

impl Zip {
    /// Adds an entry; `write` gives its bytes, below 4 GB.
    pub(crate) fn add(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Entry) -> io::Result<()>,
    ) -> io::Result<()> {
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        out.extend(b"PK\x03\x04");
        out.extend(KIND);
        out.extend([0; 12]);
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0; 2]);
        out.extend(name.as_bytes());
        let body = out.len();
        let mut entry = Entry::of(out);
        write(&mut entry)?;
        entry.pack()?;
        self.out = entry.deflate.finish()?;
        let size = |bytes: u64| u32::try_from(bytes).map_err(|_| io::Error::other("an entry above 4 GB"));
        let mut sums = Vec::with_capacity(12);
        sums.extend(entry.crc.sum().to_le_bytes());
        sums.extend(size((self.out.len() - body) as u64)?.to_le_bytes());
        sums.extend(size(entry.length)?.to_le_bytes());
        self.out[start + 14..start + 26].copy_from_slice(&sums);

        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(KIND);
        self.directory.extend(&sums);
        self.directory.extend((name.len() as u16).to_le_bytes());
        self.directory.extend([0; 12]);
        self.directory.extend(size(start as u64)?.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Ok(())
    }

    /// The archive's bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let start = self.out.len() as u32;
        self.out.extend(&self.directory);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(self.entries.to_le_bytes());
        self.out.extend(self.entries.to_le_bytes());
        self.out.extend((self.directory.len() as u32).to_le_bytes());
        self.out.extend(start.to_le_bytes());
        self.out.extend([0; 2]);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_can_be_found_and_is_the_same_every_time() {
        let pack = || {
            let mut zip = Zip::default();
            zip.add("a.txt", |out| out.write_all(&b"hello ".repeat(1000))).unwrap();
            zip.add("b.txt", |out| out.write_all(b"x")).unwrap();
            zip.finish()
        };
        let bytes = pack();
        assert_eq!(bytes, pack());
        assert!(bytes.len() < 500 && bytes.starts_with(b"PK\x03\x04"));
        let end = &bytes[bytes.len() - 22..];
        assert_eq!((&end[..4], end[10]), (&b"PK\x05\x06"[..], 2));
    }
}
