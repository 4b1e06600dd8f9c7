//! Tar archives, read forwards. Nothing is ever written, so where an entry wants to lie says
//! nothing; links and folders hold nothing and are passed over.

use std::io::{self, Read};

use super::numbers::Forwards;
use crate::weights::torch::value::Fault;

const BLOCK: usize = 512;
/// Of a name that does not fit into a header.
const LONGEST_NAME: u64 = 64 << 10;
/// A checkpoint has three files and a few folders.
const MOST_ENTRIES: usize = 10_000;

/// Whether these bytes begin a tar archive.
pub(in crate::weights) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// An archive, unpacked on the way.
pub(super) struct Tar<R> {
    source: R,
    /// Bytes of the entry at hand that were not read.
    left: u64,
    /// Bytes behind them that fill the last block.
    padding: u64,
    entries: usize,
}

impl<R: Read> Tar<R> {
    pub(super) fn new(source: R) -> Self {
        Tar { source, left: 0, padding: 0, entries: 0 }
    }

    /// The next file's name and bytes; it is then read from this reader, as far as one likes.
    pub(super) fn next(&mut self) -> Result<Option<(String, u64)>, Fault> {
        let mut long_name = None;
        loop {
            let rest = self.left + self.padding;
            self.pass(rest)?;
            (self.left, self.padding) = (0, 0);
            let mut header = [0; BLOCK];
            match self.source.read(&mut header[..1])? {
                // Some writers leave out the empty blocks at the end.
                0 => return Ok(None),
                _ => self.source.read_exact(&mut header[1..])?,
            }
            if header.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            self.entries += 1;
            let size = size(&header).filter(|_| self.entries <= MOST_ENTRIES);
            let size = size.ok_or_else(|| Fault::damaged("an entry of the archive is broken"))?;
            (self.left, self.padding) = (size, size.wrapping_neg() % BLOCK as u64);
            match header[156] {
                b'0' | 0 | b'7' => {
                    let name = long_name.take().unwrap_or_else(|| name(&header));
                    return Ok(Some((name, size)));
                }
                b'L' => long_name = Some(text(&self.content()?)),
                b'x' => long_name = path(&self.content()?).or(long_name),
                _ => long_name = None,
            }
        }
    }

    /// The whole entry at hand, which is one of those that give the next one's name.
    fn content(&mut self) -> Result<Vec<u8>, Fault> {
        if self.left > LONGEST_NAME {
            return Err(Fault::damaged("a name in the archive is too long"));
        }
        let mut content = Vec::new();
        self.read_to_end(&mut content)?;
        Ok(content)
    }

    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.source.by_ref().take(bytes), &mut io::sink())?;
        if passed == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl<R: Read> Read for Tar<R> {
    /// Reads from the entry at hand.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.by_ref().take(self.left).read(buffer)?;
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

impl<R: Read> Forwards for Tar<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.pass(bytes)
    }
}

/// The size in a header whose checksum is right.
fn size(header: &[u8; BLOCK]) -> Option<u64> {
    // The checksum counts its own eight bytes as spaces.
    let own = 148..156;
    let sum =
        |(place, byte): (usize, &u8)| if own.contains(&place) { 32 } else { u64::from(*byte) };
    let checksum: u64 = header.iter().enumerate().map(sum).sum();
    let size = &header[124..136];
    let size = match size[0] {
        // GNU's way to say more than 8 GB.
        0x80 => u64::from_be_bytes(*size.last_chunk()?),
        _ => octal(size)?,
    };
    (octal(&header[own.clone()])? == checksum && size <= i64::MAX as u64).then_some(size)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = text(field);
    u64::from_str_radix(text.trim_matches(' '), 8).ok()
}

fn name(header: &[u8; BLOCK]) -> String {
    let (name, folder) = (text(&header[..100]), text(&header[345..500]));
    // Where GNU's own format has other things than a folder, it marks it by a space.
    let is_posix = header[257..263] == *b"ustar\0";
    if is_posix && !folder.is_empty() { format!("{folder}/{name}") } else { name }
}

/// Up to the first zero.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The path among the records `<length> <key>=<value>\n` of POSIX's extended headers.
fn path(records: &[u8]) -> Option<String> {
    let mut rest = records;
    while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
        let record = rest.get(space + 1..length)?;
        rest = &rest[length..];
        if let Some(path) = record.strip_prefix(b"path=") {
            return Some(text(path.strip_suffix(b"\n")?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        block[156] = kind;
        block[257..263].copy_from_slice(b"ustar\0");
        block[148..156].fill(b' ');
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        block.extend(content);
        block.resize(block.len().next_multiple_of(BLOCK), 0);
        block
    }

    fn listed(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut tar = Tar::new(archive);
        let mut files = Vec::new();
        while let Some((name, _)) = tar.next()? {
            let mut content = Vec::new();
            tar.read_to_end(&mut content)?;
            files.push((name, content));
        }
        Ok(files)
    }

    #[test]
    fn files_with_short_and_long_names_among_what_holds_nothing() {
        let long = "long/".repeat(30) + "name";
        let record = format!(" path={long}\n");
        let record = format!("{}{record}", record.len() + 3);
        let archive = [
            entry("folder/", b'5', b""),
            entry("folder/a", b'0', b"one"),
            entry("link", b'2', b""),
            entry("/etc/passwd", 0, &[7; 513]),
            entry("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            entry("cut", b'0', b""),
            entry("header", b'x', record.as_bytes()),
            entry("cut", b'0', b"two"),
            vec![0; 2 * BLOCK],
            b"what follows the end".to_vec(),
        ];
        let file = |name: &str, content: &[u8]| (name.to_owned(), content.to_vec());
        let expected = [
            file("folder/a", b"one"),
            file("/etc/passwd", &[7; 513]),
            file(&long, b""),
            file(&long, b"two"),
        ];
        assert_eq!(listed(&archive.concat()).unwrap(), expected);
        // A file that nobody reads is passed over.
        let archive = archive.concat();
        let mut tar = Tar::new(archive.as_slice());
        assert_eq!(tar.next().unwrap().unwrap(), ("folder/a".to_owned(), 3));
        assert_eq!(tar.next().unwrap().unwrap().1, 513);
        tar.skip(512).unwrap();
        assert!(tar.skip(2).is_err());
    }

    #[test]
    fn damaged_archives() {
        let whole = [entry("a", b'0', b"one"), entry("b", b'0', b"two")].concat();
        for length in 1..whole.len() {
            // Without its last empty blocks an archive may end after any entry.
            let ends = length == 2 * BLOCK;
            assert_eq!(listed(&whole[..length]).is_ok(), ends, "cut at {length}");
        }
        let mut changed = whole.clone();
        changed[3] = b'x';
        assert!(listed(&changed).is_err(), "a wrong checksum");
        let mut huge = entry("a", b'0', b"");
        huge[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
        huge[148..156].fill(b' ');
        let sum: u64 = huge.iter().map(|byte| u64::from(*byte)).sum();
        huge[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        assert!(listed(&huge).is_err(), "a size beyond the file");
        assert!(listed(&entry("a", b'0', b"").repeat(MOST_ENTRIES + 1)).is_err());
        let name = vec![b'a'; LONGEST_NAME as usize + 1];
        assert!(listed(&entry("a", b'L', &name)).is_err());
    }
}
