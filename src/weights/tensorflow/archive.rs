//! A checkpoint in a `.tar.gz` as Google published it, or in a `.tar`; read as a stream, twice:
//! the index lies behind the data that it describes.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use flate2::read::GzDecoder;

use super::bundle::{self, Index, LONGEST_INDEX};
use super::choose::{Chosen, choose};
use super::numbers::{self, Budget};
use super::parts;
use super::tar::Files;
use crate::weights::Tensor;
use crate::weights::torch::value::{Fault, shown};

/// Trained numbers hardly compress, so an archive that holds much more than its own size is a
/// bomb. Networks full of zeros are the exception, hence the floor.
const LARGEST_RATIO: u64 = 20;
const SMALLEST_LIMIT: u64 = 256 << 20;

type Stream<'a> = tar::Archive<Box<dyn Read + 'a>>;

/// An archive that can be unpacked from its beginning any number of times.
pub(super) struct Archive {
    file: File,
    length: u64,
    packed: bool,
}

/// What was found in an archive.
pub(super) struct Found {
    pub(super) chosen: Chosen,
    pub(super) tensors: Vec<Option<Tensor>>,
}

impl Archive {
    /// Of a file of `length` bytes, compressed by gzip or not.
    pub(super) fn new(file: File, length: u64, packed: bool) -> Self {
        Archive { file, length, packed }
    }

    fn stream(&mut self) -> Result<Stream<'_>, Fault> {
        self.file.rewind()?;
        let file = BufReader::with_capacity(1 << 16, &self.file);
        if !self.packed {
            return Ok(tar::Archive::new(Box::new(file)));
        }
        let limit = self.length.saturating_mul(LARGEST_RATIO).max(SMALLEST_LIMIT);
        Ok(tar::Archive::new(Box::new(GzDecoder::new(file).take(limit))))
    }

    /// The one checkpoint's tensors; `None` if there is no checkpoint.
    pub(super) fn read(&mut self) -> Result<Option<Found>, Fault> {
        let Some((checkpoint, index)) = self.index()? else { return Ok(None) };
        let Index { shards, entries } = bundle::parse(&index)?;
        let chosen = choose(entries);
        let mut tensors = vec![None; chosen.tensors.len()];
        let mut budget = Budget::new(self.length.max(SMALLEST_LIMIT), LARGEST_RATIO);
        let mut missing: Vec<(u64, String)> = (0..shards)
            .map(|shard| (shard, parts::data_name(&checkpoint, shard, shards)))
            .collect();
        let mut stream = self.stream()?;
        let mut files = Files::of(&mut stream)?;
        while !missing.is_empty() {
            let Some((name, mut data)) = files.next()? else { break };
            let Some(place) = missing.iter().position(|(_, other)| *other == name) else {
                continue;
            };
            let (shard, _) = missing.swap_remove(place);
            let entries = &chosen.tensors;
            numbers::read(&mut data, entries, shard, &mut budget, &mut tensors)?;
        }
        match missing.first() {
            None => Ok(Some(Found { chosen, tensors })),
            Some((_, name)) => {
                Err(Fault::Damaged(format!("the archive has no file {}", shown(name))))
            }
        }
    }

    /// The checkpoint's name in the archive, and its index.
    fn index(&mut self) -> Result<Option<(String, Vec<u8>)>, Fault> {
        let mut stream = self.stream()?;
        let mut files = Files::of(&mut stream)?;
        let mut found: Option<(String, Vec<u8>)> = None;
        while let Some((name, file)) = files.next()? {
            let size = file.size();
            let Some(checkpoint) = parts::of_index(&name) else { continue };
            if let Some((first, _)) = &found {
                let names = format!("{} and {}", shown(first), shown(checkpoint));
                return Err(Fault::Unsupported(format!("more than one checkpoint, {names}")));
            }
            if size > LONGEST_INDEX {
                let (what, limit) = ("an index".to_owned(), LONGEST_INDEX);
                return Err(Fault::TooLarge { what, bytes: size, limit });
            }
            let mut index = Vec::new();
            file.take(size).read_to_end(&mut index)?;
            if index.len() as u64 != size {
                return Err(Fault::damaged("it ends within the index"));
            }
            found = Some((checkpoint.to_owned(), index));
        }
        Ok(found)
    }
}
