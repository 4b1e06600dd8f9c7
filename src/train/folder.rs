//! The folder of a training: what it was asked to do, its course, its state, what came out.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::curves::{self, Point};
use super::state::HostState;
use super::{Evaluation, Recipe, TrainError, checkpoint};
use crate::arch::{Architecture, Document};
use crate::files;
use crate::net::Trainable;
use crate::weights::{self, SaveOptions, WeightTable};

/// The largest description or course that is read.
const MOST_BYTES: u64 = 64 << 20;

/// What a training was asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Which program writes and reads this.
    pub format: String,
    /// The command that started it, if one did.
    pub command: Option<String>,
    /// The pictures.
    pub data: DataChoice,
    /// How it is done.
    pub recipe: Recipe,
    /// Where the weights to begin with came from, if not from the seed.
    pub started_from: Option<PathBuf>,
    /// The network, as its document.
    pub document: Value,
}

/// Which pictures are learned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataChoice {
    /// `shapes`, `cifar10:DIR`, `cifar100:DIR` or `folder:DIR`.
    pub source: String,
    /// Decides what is generated, and which pictures of a folder are for what.
    pub seed: u64,
    /// At most so many pictures to train on.
    pub limit: Option<usize>,
    /// At most so many pictures each to validate and to test with.
    pub held_out: Option<usize>,
}

const FORMAT: &str = "nasnet-explorer training 1";

impl Description {
    /// A description.
    pub fn new(architecture: &Architecture, data: DataChoice, recipe: Recipe) -> Self {
        let document = Document::new(architecture.clone()).to_json();
        Description {
            format: FORMAT.to_owned(),
            command: None,
            data,
            recipe,
            started_from: None,
            document: serde_json::from_str(&document).unwrap_or_default(),
        }
    }
}

/// The folder of a training.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Makes the folder and notes in it what is to be done.
    ///
    /// # Errors
    ///
    /// If it holds a training already or cannot be written to.
    pub fn create(path: &Path, description: &Description) -> Result<Self, TrainError> {
        let folder = RunFolder { path: path.to_path_buf() };
        if folder.file(DESCRIPTION).exists() {
            return Err(folder.refused(
                "holds a training already; choose another folder, or go on with it by --resume",
            ));
        }
        fs::create_dir_all(path)
            .map_err(|reason| files::FileError::Write { path: path.to_path_buf(), reason })?;
        let text = serde_json::to_string_pretty(description).unwrap_or_default() + "\n";
        files::write_atomic(&folder.file(DESCRIPTION), text.as_bytes())?;
        Ok(folder)
    }

    /// Opens the folder of a training and reads what it is to do.
    ///
    /// # Errors
    ///
    /// If it holds none.
    pub fn open(path: &Path) -> Result<(Self, Description, Architecture), TrainError> {
        let folder = RunFolder { path: path.to_path_buf() };
        if !folder.file(DESCRIPTION).is_file() {
            return Err(
                folder.refused("holds no training (no run.json); name the folder given to -o")
            );
        }
        let bytes = files::read(&folder.file(DESCRIPTION), MOST_BYTES)?;
        let broken = |error: &dyn std::fmt::Display| {
            folder.refused(&format!("holds a run.json that cannot be used: {error}"))
        };
        let description: Description =
            serde_json::from_slice(&bytes).map_err(|error| broken(&error))?;
        if description.format != FORMAT {
            return Err(broken(&format!("its format is {:?}, not {FORMAT:?}", description.format)));
        }
        description.recipe.check()?;
        let document = description.document.to_string();
        let document = Document::parse(document.as_bytes(), "the document in run.json")
            .map_err(|error| broken(&error))?;
        Ok((folder, description, document.architecture))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the network is saved.
    pub fn network(&self) -> PathBuf {
        self.file("network.safetensors")
    }

    /// Whether there is a state to go on from.
    pub fn has_state(&self) -> bool {
        self.file(CHECKPOINT).exists()
    }

    /// The state to go on from; `None` if none was saved yet.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be used.
    pub fn state(&self, network: &Trainable) -> Result<Option<HostState>, TrainError> {
        let path = self.file(CHECKPOINT);
        match path.exists() {
            false => Ok(None),
            true => {
                let (trained, gathered) = (network.trained_count(), network.gathered_count());
                checkpoint::read(&path, trained, gathered).map(Some)
            }
        }
    }

    /// The course up to a step.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be read.
    pub fn points(&self, step: u64) -> Result<Vec<Point>, TrainError> {
        let path = self.file(CURVES);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let bytes = files::read(&path, MOST_BYTES)?;
        Ok(curves::from_csv(&String::from_utf8_lossy(&bytes), step))
    }

    /// Saves course and state; the state last, so that the course is never behind it.
    pub(super) fn save(&self, points: &[Point], state: &HostState) -> Result<(), TrainError> {
        files::write_atomic(&self.file(CURVES), curves::to_csv(points).as_bytes())?;
        checkpoint::write(&self.file(CHECKPOINT), state)
    }

    /// Saves the network as it is to be used.
    pub(super) fn save_network(
        &self,
        architecture: &Architecture,
        table: &WeightTable,
        labels: &[String],
        training: &Value,
    ) -> Result<(), TrainError> {
        let options = SaveOptions { half: false, labels: Some(labels), training: Some(training) };
        Ok(weights::save(&self.network(), architecture, table, &options)?)
    }

    /// Saves how the network did on the test pictures.
    pub(super) fn save_result(
        &self,
        result: &Value,
        test: &Evaluation,
        classes: &[String],
    ) -> Result<(), TrainError> {
        let text = serde_json::to_string_pretty(result).unwrap_or_default() + "\n";
        files::write_atomic(&self.file("result.json"), text.as_bytes())?;
        let mut table = String::from("true class");
        classes.iter().for_each(|class| table.push_str(&format!(",{}", quoted(class))));
        for (class, row) in classes.iter().zip(&test.confusion) {
            table.push_str(&format!("\n{}", quoted(class)));
            row.iter().for_each(|count| table.push_str(&format!(",{count}")));
        }
        table.push('\n');
        Ok(files::write_atomic(&self.file("confusion.csv"), table.as_bytes())?)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn refused(&self, detail: &str) -> TrainError {
        TrainError::Folder { path: self.path.clone(), detail: detail.to_owned() }
    }
}

const DESCRIPTION: &str = "run.json";
const CHECKPOINT: &str = "checkpoint.safetensors";
const CURVES: &str = "curves.csv";

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
