//! `.pth` before PyTorch 1.6: the pickles of a magic number, a protocol version, the system, the
//! state dict and a list of storage keys; then, in the order of that list, each storage as the
//! number of its elements and the elements.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::numbers::{NumberKind, Numbers, Place};
use super::pickle::Pickled;
use super::value::{Fault, Value, View, shown};
use super::{pickle, state};
use crate::weights::Tensor;

/// The only version there was.
const PROTOCOL: i64 = 1001;

/// `start` is where the second pickle begins.
pub(super) fn read(
    mut file: File,
    length: u64,
    start: usize,
) -> Result<Vec<(String, Tensor)>, Fault> {
    let data = file.try_clone()?;
    let mut place = start as u64;
    let mut next = || -> Result<Pickled, Fault> {
        file.seek(SeekFrom::Start(place))?;
        let pickled = pickle::read(BufReader::new(&file))?;
        place += pickled.bytes;
        Ok(pickled)
    };
    if !matches!(next()?.value, Value::Integer(PROTOCOL)) {
        return Err(Fault::Unsupported("an unknown version of PyTorch's format".into()));
    }
    let big_endian = is_big_endian(&next()?);
    let pickled = next()?;
    let keys = next()?;
    let tensors = state::tensors(&pickled)?;
    let starts = starts(file, length, place, &keys, &pickled)?;
    let mut numbers = Numbers::new(data, length, big_endian);
    let mut list = Vec::new();
    for (name, view) in tensors {
        let View { storage, offset, shape, strides } = &*view;
        let start = *starts.get(&storage.key).ok_or_else(|| {
            Fault::Damaged(format!("it lists no storage {}", shown(&storage.key)))
        })?;
        let (name_shown, kind) = (shown(&name), storage.kind);
        let place = Place { name: &name_shown, kind, start, offset: *offset, shape, strides };
        list.push((name.to_string(), numbers.read(&place)?));
    }
    Ok(list)
}

/// The system's pickle tells, among sizes of C's types.
fn is_big_endian(system: &Pickled) -> bool {
    let entries = system.heap.entries(&system.value).unwrap_or_default();
    entries.iter().any(|entry| {
        matches!(entry, (Value::Text(name), Value::Bool(false)) if **name == *"little_endian")
    })
}

/// The byte at which each storage's elements begin.
fn starts(
    mut file: File,
    length: u64,
    mut place: u64,
    keys: &Pickled,
    pickled: &Pickled,
) -> Result<HashMap<Rc<str>, u64>, Fault> {
    let known: HashMap<&str, (NumberKind, u64)> = pickled
        .storages
        .iter()
        .map(|storage| (&*storage.key, (storage.kind, storage.elements)))
        .collect();
    let list = keys.heap.items(&keys.value);
    let list = list.ok_or_else(|| Fault::damaged("it has no list of storages"))?;
    let mut starts = HashMap::new();
    for key in list {
        let Value::Text(key) = key else {
            return Err(Fault::damaged("a storage's key is no text"));
        };
        let &(kind, elements) = known.get(&**key).ok_or_else(|| {
            Fault::Damaged(format!("the storage {} belongs to no tensor", shown(key)))
        })?;
        let mut count = [0; 8];
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(&mut count)?;
        let count = u64::from_le_bytes(count);
        place += count.to_le_bytes().len() as u64;
        let bytes = count.saturating_mul(kind.width());
        if bytes > length - place.min(length) {
            let (what, limit) = (format!("a storage {}", shown(key)), length - place.min(length));
            return Err(Fault::TooLarge { what, bytes, limit });
        }
        if count != elements {
            let key = shown(key);
            let detail = format!("the storage {key} has {count} numbers instead of {elements}");
            return Err(Fault::Damaged(detail));
        }
        starts.insert(key.clone(), place);
        place += bytes;
    }
    Ok(starts)
}
