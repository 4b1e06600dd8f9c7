//! The file that an architecture is kept in: versioned JSON, readable in a diff.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Architecture, Cell, CellKind, Family, Setting, StateName, StemKind};
use crate::files::{self, FileError};

const FORMAT: &str = "nasnet-explorer architecture";
/// Version 2 knows families of networks, a third stem and two more operations; version 3 knows
/// cells of four inputs and sums that are normalised.
const VERSION: u64 = 3;
/// A document with every block a cell may have is about 10 kB; people add notes and layouts.
const SIZE_LIMIT: u64 = 16 << 20;

/// Where nodes are drawn, in canvas units, for those that the user has moved.
pub type Positions = BTreeMap<StateName, [f32; 2]>;

/// How a document is looked at; never part of what it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Moved nodes of the normal cell.
    pub normal: Positions,
    /// Moved nodes of the reduction cell.
    pub reduction: Positions,
}

impl View {
    /// The moved nodes of one cell.
    pub fn positions(&self, cell: CellKind) -> &Positions {
        match cell {
            CellKind::Normal => &self.normal,
            CellKind::Reduction => &self.reduction,
        }
    }

    /// The moved nodes of one cell, to change.
    pub fn positions_mut(&mut self, cell: CellKind) -> &mut Positions {
        match cell {
            CellKind::Normal => &mut self.normal,
            CellKind::Reduction => &mut self.reduction,
        }
    }
}

/// An architecture with what its file holds beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The network.
    pub architecture: Architecture,
    /// How it is looked at.
    pub view: View,
    /// The file as it was read, for the keys that this version does not know.
    read: Value,
}

/// Why a file is not a document that this version can open.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The text is not JSON, or ends early.
    #[error("{path} is not JSON ({reason}); it may be cut short, or another kind of file")]
    NotJson {
        /// The file.
        path: String,
        /// What the parser found, and where.
        reason: String,
    },
    /// JSON, but of something else.
    #[error("{path} is JSON but no NASNet Explorer architecture: its \"format\" is not {FORMAT:?}")]
    Foreign {
        /// The file.
        path: String,
    },
    /// Written by a later version of the program.
    #[error(
        "{path} has version {version}, this program reads up to {VERSION}; update the program to open it"
    )]
    Newer {
        /// The file.
        path: String,
        /// The file's version.
        version: u64,
    },
    /// The network in it is not legal.
    #[error("{path} holds no legal network: {reason}")]
    Illegal {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

impl Document {
    /// A document without a file.
    pub fn new(architecture: Architecture) -> Self {
        Document { architecture, view: View::default(), read: Value::Null }
    }

    /// Reads a document file.
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        let bytes = files::read(path, SIZE_LIMIT)?;
        Self::parse(&bytes, &path.display().to_string())
    }

    /// Reads a document from memory; `path` names it in errors.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, DocumentError> {
        let path = path.to_owned();
        let read: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => return Err(DocumentError::NotJson { path, reason: error.to_string() }),
        };
        if read.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(DocumentError::Foreign { path });
        }
        let Some(version) = read.get("version").and_then(Value::as_u64) else {
            let reason = "its \"version\" is missing or no whole number".to_owned();
            return Err(DocumentError::Illegal { path, reason });
        };
        if version > VERSION {
            return Err(DocumentError::Newer { path, version });
        }
        match parts(&read) {
            Ok((architecture, view)) => Ok(Document { architecture, view, read }),
            Err(reason) => Err(DocumentError::Illegal { path, reason }),
        }
    }

    /// Writes the document, whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), DocumentError> {
        Ok(files::write_atomic(path, self.to_json().as_bytes())?)
    }

    /// The document as the text of its file.
    pub fn to_json(&self) -> String {
        let mut file = Map::new();
        file.insert("format".into(), FORMAT.into());
        file.insert("version".into(), version_of(&self.architecture).into());
        let architecture = serde_json::to_value(&self.architecture);
        if let Ok(Value::Object(architecture)) = architecture {
            file.extend(architecture);
        }
        if self.view != View::default() {
            let view = serde_json::to_value(&self.view).expect("positions have string keys");
            file.insert("view".into(), view);
        }
        let mut file = Value::Object(file);
        keep_unknown(&mut file, &self.read);
        let mut text = serde_json::to_string_pretty(&file).expect("a value is JSON");
        text.push('\n');
        text
    }
}

/// The first version that knows everything in a network, so that what older programs can open
/// stays open to them.
fn version_of(architecture: &Architecture) -> u64 {
    let settings = architecture.settings();
    let cells = CellKind::BOTH.map(|kind| architecture.cell(kind));
    let blocks: Vec<_> = cells.iter().flat_map(|cell| cell.blocks()).collect();
    let four_inputs = cells.iter().any(|cell| !cell.concatenates());
    if four_inputs || blocks.iter().any(|block| !block.combine.in_first_version()) {
        return 3;
    }
    let first = settings.family == Family::Nasnet
        && settings.stem != StemKind::Convolutions
        && blocks
            .iter()
            .all(|block| [block.left, block.right].iter().all(|at| at.op.in_first_version()));
    if first { 1 } else { 2 }
}

/// What a file holds, or the reason why it is not legal. Numbers and cells are looked at one by
/// one first: the error of the whole would not say which of them it means.
fn parts(read: &Value) -> Result<(Architecture, View), String> {
    let stem = read.get("stem").and_then(|stem| StemKind::deserialize(stem).ok());
    let stem = stem.unwrap_or(StemKind::Imagenet);
    for setting in Setting::ALL {
        let Some(value) = read.get(setting.key()) else { continue };
        if value.as_u64().and_then(|value| u32::try_from(value).ok()).is_none() {
            let (label, (least, most)) = (setting.label(), setting.range(stem));
            return Err(format!(
                "{label} cannot be {value}: it is a whole number from {least} to {most}"
            ));
        }
    }
    for kind in CellKind::BOTH {
        if let Some(cell) = read.get(kind.to_string()) {
            Cell::deserialize(cell).map_err(|error| format!("{kind} cell: {error}"))?;
        }
    }
    let architecture = Architecture::deserialize(read).map_err(|error| error.to_string())?;
    let view = match read.get("view") {
        Some(view) => View::deserialize(view).map_err(|error| format!("view: {error}"))?,
        None => View::default(),
    };
    Ok((architecture, view))
}

/// Copies into `new` the keys that only `old` has. List items are paired by their `name`: blocks
/// may have been added and removed since.
fn keep_unknown(new: &mut Value, old: &Value) {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            for (key, value) in old {
                match new.get_mut(key) {
                    Some(known) => keep_unknown(known, value),
                    // Positions and the view itself are ours: what is gone was moved back. So is
                    // the family, which NASNet's files do not mention, and the number of inputs,
                    // which those of cells of two do not.
                    None if ["view", "family"].contains(&key.as_str()) => {}
                    None if key == "inputs" && old.contains_key("blocks") => {}
                    None if key.parse::<StateName>().is_ok() => {}
                    None => {
                        new.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(new), Value::Array(old)) => {
            for item in new {
                let Some(name) = item.get("name").cloned() else { continue };
                if let Some(old) = old.iter().find(|old| old.get("name") == Some(&name)) {
                    keep_unknown(item, old);
                }
            }
        }
        _ => {}
    }
}
