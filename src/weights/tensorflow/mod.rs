//! TensorFlow's checkpoints with the names of TF-slim, read as data.
//!
//! | part | content |
//! |---|---|
//! | `model.ckpt.index` | a table (`table`) of messages (`wire`, `bundle`): name, kind, shape and place of each tensor |
//! | `model.ckpt.data-00000-of-00001` | the tensors' numbers, nothing else |
//! | `.tar.gz` | both, as published (`archive`, `tar`) |
//!
//! A checkpoint holds what a training needs, of which a network needs a part (`choose`). Only that
//! part is read; every checksum on the way is verified.

mod archive;
mod bundle;
mod choose;
mod names;
mod network;
mod numbers;
mod parts;
mod snappy;
pub(super) mod table;
pub(super) mod tar;
mod wire;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use self::archive::{Archive, Found};
use self::bundle::{Index, LONGEST_INDEX};
use self::numbers::Budget;
pub(super) use self::parts::index_beside;
pub use self::parts::is_checkpoint_data;
use super::recognise::{Kind, Opened};
use super::torch::value::Fault;
use super::{
    Container, Expected, Inspection, LoadReport, NetworkShape, Tensor, WeightTable, WeightsError,
    matching,
};

/// A file of float16 becomes twice its size; no part of it is read twice.
const RATIO: u64 = 2;

/// A TensorFlow checkpoint, of which everything was read that a network may need.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorFlowFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its format.
    pub container: Container,
    /// Tensors by what TF-slim calls their variables, in TensorFlow's layouts.
    pub tensors: Vec<(String, Tensor)>,
    /// How many of them are moving averages, which are taken wherever there are some.
    pub averages: usize,
    /// How many others were not read because only training needs them: variables that have an
    /// average, an optimiser's numbers, the auxiliary head, counters.
    pub set_aside: usize,
}

/// Reads a file that was recognised as an index or as an archive.
pub(super) fn read_opened(path: &Path, opened: Opened) -> Result<TensorFlowFile, WeightsError> {
    let Opened { file, length, kind } = opened;
    if kind == Kind::TensorFlowIndex {
        return read_parts(path, &file);
    }
    let packed = kind == Kind::Gzip;
    let found = Archive::new(file, length, packed).read().map_err(|fault| fault.of(path))?;
    let Some(Found { chosen, tensors }) = found else {
        let (path, packed) = (path.to_path_buf(), if packed { "gzip-packed " } else { "" });
        let looks_like = format!("a {packed}tar archive without a TensorFlow checkpoint");
        return Err(WeightsError::NotWeights { path, looks_like });
    };
    Ok(TensorFlowFile::new(path, Container::TensorFlowArchive, chosen, tensors))
}

fn read_parts(path: &Path, index: &File) -> Result<TensorFlowFile, WeightsError> {
    let apart = |detail: String| WeightsError::Apart { path: path.to_path_buf(), detail };
    let checkpoint = parts::file_name(path).and_then(parts::of_index);
    let checkpoint =
        checkpoint.ok_or_else(|| apart("the name of its index does not end in .index".into()))?;
    let Index { shards, entries } = read_index(index).map_err(|fault| fault.of(path))?;
    let chosen = choose::choose(entries);
    let mut tensors = vec![None; chosen.tensors.len()];
    for shard in 0..shards {
        let name = parts::data_name(checkpoint, shard, shards);
        let path = path.with_file_name(&name);
        let mut file = File::open(&path).map_err(|reason| match reason.kind() {
            std::io::ErrorKind::NotFound => apart(format!("there is no {name} beside it")),
            _ => WeightsError::Open { path: path.clone(), reason },
        })?;
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let mut budget = Budget::new(length, RATIO);
        numbers::read(&mut file, &chosen.tensors, shard, &mut budget, &mut tensors)
            .map_err(|fault| fault.of(&path))?;
    }
    Ok(TensorFlowFile::new(path, Container::TensorFlow, chosen, tensors))
}

fn read_index(file: &File) -> Result<Index, Fault> {
    let mut index = Vec::new();
    file.take(LONGEST_INDEX + 1).read_to_end(&mut index)?;
    let (bytes, limit) = (index.len() as u64, LONGEST_INDEX);
    if bytes > limit {
        return Err(Fault::TooLarge { what: "an index".into(), bytes, limit });
    }
    bundle::parse(&index)
}

impl TensorFlowFile {
    fn new(
        path: &Path,
        container: Container,
        chosen: choose::Chosen,
        tensors: Vec<Option<Tensor>>,
    ) -> Self {
        let names = chosen.tensors.into_iter().map(|(name, _)| name);
        let (averages, set_aside) = (chosen.averages, chosen.set_aside);
        let tensors = names.zip(tensors).filter_map(|(name, tensor)| Some((name, tensor?)));
        let (path, tensors) = (path.to_path_buf(), tensors.collect());
        TensorFlowFile { path, container, tensors, averages, set_aside }
    }

    /// Gives every expected parameter its tensor, and says what became of all others.
    pub(super) fn matched(self, expected: &[Expected<'_>]) -> (WeightTable, LoadReport) {
        let turned = |(name, tensor): (String, Tensor)| match names::destination(&name) {
            Some((_, layout)) => (name, layout.turned(tensor)),
            None => (name, tensor),
        };
        let tensors = self.tensors.into_iter().map(turned).collect();
        let path = |name: &str| Some(names::destination(name)?.0);
        let (table, report) = matching::matched(self.container, tensors, path, expected);
        let (averages, set_aside) = (self.averages, self.set_aside);
        (table, LoadReport { averages, set_aside, ..report })
    }

    /// Infers which network the weights belong to.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Foreign`] if they are another network's, [`WeightsError::Inconsistent`] if
    /// their sizes contradict each other.
    pub fn network(&self) -> Result<NetworkShape, WeightsError> {
        network::infer(self)
    }

    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|(other, _)| other == name).map(|(_, tensor)| tensor)
    }

    /// Removes the classifier's first class if there are 1001; whether it did.
    pub(super) fn drop_background(&mut self) -> bool {
        let mut dropped = false;
        for (name, tensor) in &mut self.tensors {
            let head = matches!(name.as_str(), "final_layer/FC/weights" | "final_layer/FC/biases");
            if head && tensor.shape.last() == Some(&1001) {
                let rows = tensor.data.chunks_exact(1001).flat_map(|row| row[1..].iter().copied());
                tensor.data = rows.collect();
                tensor.shape.pop();
                tensor.shape.push(1000);
                dropped = true;
            }
        }
        dropped
    }

    /// Sums the file up.
    pub(super) fn inspect(&self) -> Inspection {
        let (averages, set_aside) = (self.averages, self.set_aside);
        let inspection = Inspection::of_tensors(self.container, &self.tensors, '/', self.network());
        Inspection { averages, set_aside, ..inspection }
    }
}
