//! The files of a tar archive, read forwards. Nothing is ever written, so where an entry wants to
//! lie says nothing; links and folders hold nothing and are passed over.

use std::io::{self, Read};

use tar::{Archive, Entries, Entry, EntryType, PaxExtensions};

use super::numbers::Forwards;
use crate::weights::torch::value::Fault;

/// Of a name that does not fit into a header.
const LONGEST_NAME: u64 = 64 << 10;
/// A checkpoint has three files and a few folders.
const MOST_ENTRIES: usize = 10_000;

/// Whether these bytes begin a tar archive.
pub(in crate::weights) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// The files of an archive with their names.
pub(super) struct Files<'a, R: Read> {
    entries: Entries<'a, R>,
    seen: usize,
}

impl<'a, R: Read> Files<'a, R> {
    pub(super) fn of(archive: &'a mut Archive<R>) -> Result<Self, Fault> {
        // Raw: the crate would read long names of any length into memory.
        Ok(Files { entries: archive.entries()?.raw(true), seen: 0 })
    }

    /// The next file's name, and the file, which may be read as far as one likes.
    pub(super) fn next(&mut self) -> Result<Option<(String, Entry<'a, R>)>, Fault> {
        let mut long_name = None;
        for entry in self.entries.by_ref() {
            let entry = entry?;
            self.seen += 1;
            if self.seen > MOST_ENTRIES {
                return Err(Fault::damaged("the archive has too many entries"));
            }
            match entry.header().entry_type() {
                EntryType::Regular | EntryType::Continuous => {
                    let name = long_name.unwrap_or_else(|| text(&entry.path_bytes()));
                    return Ok(Some((name, entry)));
                }
                EntryType::GNULongName => long_name = Some(text(&content(entry)?)),
                EntryType::XHeader => long_name = path(&content(entry)?).or(long_name),
                _ => long_name = None,
            }
        }
        Ok(None)
    }
}

/// The whole of an entry that gives the next one's name.
fn content(entry: Entry<'_, impl Read>) -> Result<Vec<u8>, Fault> {
    let size = entry.size();
    if size > LONGEST_NAME {
        return Err(Fault::damaged("a name in the archive is too long"));
    }
    let mut content = Vec::new();
    entry.take(size).read_to_end(&mut content)?;
    match content.len() as u64 == size {
        true => Ok(content),
        false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}

impl<R: Read> Forwards for Entry<'_, R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.by_ref().take(bytes), &mut io::sink())?;
        if passed == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Up to the first zero.
fn text(name: &[u8]) -> String {
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}

/// The path in POSIX's extended header.
fn path(records: &[u8]) -> Option<String> {
    let mut records = PaxExtensions::new(records).map_while(Result::ok);
    records.find(|record| record.key_bytes() == b"path").map(|record| text(record.value_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: usize = 512;

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
        let mut archive = Archive::new(archive);
        let mut files = Files::of(&mut archive)?;
        let mut list = Vec::new();
        while let Some((name, mut entry)) = files.next()? {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            if content.len() as u64 != entry.size() {
                return Err(Fault::damaged("it ends in the middle"));
            }
            list.push((name, content));
        }
        Ok(list)
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
        let mut archive = Archive::new(archive.as_slice());
        let mut files = Files::of(&mut archive).unwrap();
        let (name, _) = files.next().unwrap().unwrap();
        assert_eq!(name, "folder/a");
        let (_, mut second) = files.next().unwrap().unwrap();
        assert_eq!(second.size(), 513);
        second.skip(512).unwrap();
        assert!(second.skip(2).is_err());
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
