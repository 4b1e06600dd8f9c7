//! What pickles put together, and why one is refused.

use std::io;
use std::path::Path;
use std::rc::Rc;

use super::numbers::NumberKind;
use crate::weights::WeightsError;

/// Why a file is not read, before its path is known.
#[derive(Debug)]
pub(in crate::weights) enum Fault {
    /// It asks for more than data.
    Code(String),
    /// It breaks off or contradicts its own format.
    Damaged(String),
    /// It uses what is not supported.
    Unsupported(String),
    /// A part declares more than the file can hold.
    TooLarge { what: String, bytes: u64, limit: u64 },
}

impl Fault {
    pub(in crate::weights) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged(detail.into())
    }

    /// The error for the file at `path`.
    pub(in crate::weights) fn of(self, path: &Path) -> WeightsError {
        let path = path.to_path_buf();
        match self {
            Self::Code(what) => WeightsError::Code { path, what },
            Self::Damaged(detail) => WeightsError::Damaged { path, detail },
            Self::Unsupported(what) => WeightsError::Unsupported { path, what },
            Self::TooLarge { what, bytes, limit } => {
                WeightsError::TooLarge { path, what, bytes, limit }
            }
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::damaged("it ends in the middle"),
            _ => Self::damaged(error.to_string()),
        }
    }
}

/// A name from a file, short and on one line, for a message.
pub(in crate::weights) fn shown(name: &str) -> String {
    const LONGEST: usize = 100;
    let mut text: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if name.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}

/// The functions and classes that state dicts mention; every other is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    OrderedDict,
    /// `torch._utils._rebuild_tensor`, until PyTorch 0.3, and `_rebuild_tensor_v2`.
    RebuildTensor,
    RebuildParameter,
    Storage(NumberKind),
}

impl Global {
    pub(super) fn named(module: &str, name: &str) -> Result<Self, Fault> {
        let storage = || {
            let kind = matches!(module, "torch" | "torch.cuda").then_some(name)?;
            NumberKind::of_storage(kind.strip_suffix("Storage")?)
        };
        match (module, name) {
            ("collections", "OrderedDict") => Ok(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Ok(Self::RebuildTensor),
            ("torch._utils", "_rebuild_parameter") => Ok(Self::RebuildParameter),
            _ => storage().map(Self::Storage).ok_or_else(|| {
                Fault::Code(format!("the Python object {}.{}", shown(module), shown(name)))
            }),
        }
    }
}

/// A part of a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Storage {
    pub(super) key: Rc<str>,
    pub(super) kind: NumberKind,
    /// Numbers in the whole storage.
    pub(super) elements: u64,
    /// Where the part begins: 0 except in views of PyTorch 0.3 and older.
    pub(super) first: u64,
    /// Numbers in the part.
    pub(super) count: u64,
}

/// A tensor whose numbers are still in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) storage: Rc<Storage>,
    /// The first number's place in the whole storage.
    pub(super) offset: u64,
    pub(super) shape: Vec<usize>,
    /// Steps in the storage from one index of a dimension to the next.
    pub(super) strides: Vec<usize>,
}

/// A value on the stack. Containers are places in the [`Heap`], so that a file that shares or
/// nests them in any way costs no more than its own length, and nothing here is recursive.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Mark,
    None,
    Bool(bool),
    Integer(i64),
    /// A floating point number; no state dict's layout depends on one.
    Float,
    Text(Rc<str>),
    /// A tuple or a list.
    Sequence(usize),
    Dictionary(usize),
    Global(Global),
    Storage(Rc<Storage>),
    Tensor(Rc<View>),
}

/// The containers that values refer to.
#[derive(Debug, Default)]
pub(super) struct Heap {
    sequences: Vec<Vec<Value>>,
    dictionaries: Vec<Vec<(Value, Value)>>,
}

impl Heap {
    pub(super) fn sequence(&mut self, items: Vec<Value>) -> Value {
        self.sequences.push(items);
        Value::Sequence(self.sequences.len() - 1)
    }

    pub(super) fn dictionary(&mut self, items: Vec<(Value, Value)>) -> Value {
        self.dictionaries.push(items);
        Value::Dictionary(self.dictionaries.len() - 1)
    }

    /// The items of a tuple or list.
    pub(super) fn items(&self, value: &Value) -> Option<&[Value]> {
        match value {
            Value::Sequence(place) => self.sequences.get(*place).map(Vec::as_slice),
            _ => None,
        }
    }

    pub(super) fn items_mut(&mut self, value: &Value) -> Option<&mut Vec<Value>> {
        match value {
            Value::Sequence(place) => self.sequences.get_mut(*place),
            _ => None,
        }
    }

    /// The items of a dictionary, in the order in which they were set.
    pub(super) fn entries(&self, value: &Value) -> Option<&[(Value, Value)]> {
        match value {
            Value::Dictionary(place) => self.dictionaries.get(*place).map(Vec::as_slice),
            _ => None,
        }
    }

    pub(super) fn entries_mut(&mut self, value: &Value) -> Option<&mut Vec<(Value, Value)>> {
        match value {
            Value::Dictionary(place) => self.dictionaries.get_mut(*place),
            _ => None,
        }
    }
}
