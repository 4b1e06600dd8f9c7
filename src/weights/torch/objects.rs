//! The few functions that state dicts call, as what they mean for reading numbers.

use std::rc::Rc;

use super::numbers::{elements, reach};
use super::value::{Fault, Global, Heap, Storage, Value, View, shown};

/// Convolutions have four dimensions.
const MOST_DIMENSIONS: usize = 8;

/// What a function gives for these arguments.
pub(super) fn call(heap: &mut Heap, function: Global, arguments: &[Value]) -> Result<Value, Fault> {
    match (function, arguments) {
        (Global::OrderedDict, []) => Ok(heap.dictionary(Vec::new())),
        // Python 2 gave the items at once.
        (Global::OrderedDict, [items]) => {
            let pairs = heap.items(items).and_then(|items| pairs(heap, items));
            let pairs = pairs.ok_or_else(|| Fault::damaged("an OrderedDict without items"))?;
            Ok(heap.dictionary(pairs))
        }
        // Then follow whether it is trained, and hooks, which are empty.
        (Global::RebuildTensor, [Value::Storage(storage), offset, shape, strides, ..]) => {
            view(heap, storage, offset, shape, strides)
                .map(|view| Value::Tensor(Rc::new(view)))
                .ok_or_else(|| {
                    let key = shown(&storage.key);
                    Fault::Damaged(format!("a tensor reaches beyond its storage {key}"))
                })
        }
        (Global::RebuildParameter, [tensor @ Value::Tensor(_), ..]) => Ok(tensor.clone()),
        (function, _) => Err(Fault::Damaged(format!("{function:?} has unknown arguments"))),
    }
}

fn pairs(heap: &Heap, items: &[Value]) -> Option<Vec<(Value, Value)>> {
    let pair = |item| match heap.items(item)? {
        [key, value] => Some((key.clone(), value.clone())),
        _ => None,
    };
    items.iter().map(pair).collect()
}

/// A tensor, if it lies within its storage.
fn view(
    heap: &Heap,
    storage: &Rc<Storage>,
    offset: &Value,
    shape: &Value,
    strides: &Value,
) -> Option<View> {
    let sizes = |value| {
        let items = heap.items(value)?;
        (items.len() <= MOST_DIMENSIONS).then_some(())?;
        items.iter().map(|item| usize::try_from(natural(item)?).ok()).collect::<Option<Vec<_>>>()
    };
    let (shape, strides) = (sizes(shape)?, sizes(strides)?);
    let offset = natural(offset)?;
    elements(&shape)?;
    let end = offset.checked_add(reach(&shape, &strides)?)?;
    let fits = shape.len() == strides.len() && end <= storage.count;
    let offset = storage.first.checked_add(offset)?;
    fits.then(|| View { storage: storage.clone(), offset, shape, strides })
}

fn natural(value: &Value) -> Option<u64> {
    match value {
        Value::Integer(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// A storage by its id: `("storage", type, key, location, elements)`, and before PyTorch 0.4 a
/// view of it, `(key, first, count)` or `None`.
pub(super) fn storage(heap: &Heap, id: &Value) -> Result<Rc<Storage>, Fault> {
    let parts = heap.items(id).unwrap_or_default();
    if let [Value::Text(kind), ..] = parts
        && **kind == *"module"
    {
        return Err(Fault::Code("a whole module with its source".into()));
    }
    let unknown = || Fault::damaged("a storage is described in an unknown way");
    let [Value::Text(word), Value::Global(Global::Storage(kind)), Value::Text(key), _, rest @ ..] =
        parts
    else {
        return Err(unknown());
    };
    let [elements, view @ ..] = rest else {
        return Err(unknown());
    };
    let elements = natural(elements).filter(|_| **word == *"storage").ok_or_else(unknown)?;
    let (first, count) = match view {
        [] | [Value::None] => (0, elements),
        [view] => match heap.items(view).unwrap_or_default() {
            [_, first, count] => natural(first).zip(natural(count)).ok_or_else(unknown)?,
            _ => return Err(unknown()),
        },
        _ => return Err(unknown()),
    };
    if first.checked_add(count).is_none_or(|end| end > elements) {
        return Err(unknown());
    }
    let (kind, key) = (*kind, key.clone());
    Ok(Rc::new(Storage { key, kind, elements, first, count }))
}
