//! The state dict within what a pickle came to.

use std::rc::Rc;

use super::pickle::Pickled;
use super::value::{Fault, Heap, Value, View};

/// Where training scripts keep the state dict beside the optimiser's: moving averages, which are
/// what a network is used with, come first.
const WRAPPERS: [&str; 6] =
    ["state_dict_ema", "model_ema", "state_dict", "model_state_dict", "model_state", "model"];
/// A wrapper in a wrapper is seen in practice, more is not.
const DEEPEST: usize = 3;

/// Tensors by name, in the file's order.
pub(super) type NamedViews = Vec<(Rc<str>, Rc<View>)>;

/// The tensors of a state dict, without the counters of newer batch norms.
pub(super) fn tensors(pickled: &Pickled) -> Result<NamedViews, Fault> {
    let mut dictionary = &pickled.value;
    for _ in 0..DEEPEST {
        let entries = pickled.heap.entries(dictionary);
        let entries = entries.ok_or_else(|| Fault::damaged("it holds no dict of tensors"))?;
        let found: Vec<_> = entries.iter().filter_map(tensor).collect();
        if !found.is_empty() {
            return Ok(found.into_iter().filter(|(name, _)| !is_counter(name)).collect());
        }
        match WRAPPERS.into_iter().find_map(|key| wrapped(&pickled.heap, entries, key)) {
            Some(inner) => dictionary = inner,
            None => return Ok(Vec::new()),
        }
    }
    Ok(Vec::new())
}

/// Whether a tensor counts a batch norm's training steps, which no result depends on.
pub(super) fn is_counter(name: &str) -> bool {
    name.rsplit('.').next() == Some("num_batches_tracked")
}

fn tensor(entry: &(Value, Value)) -> Option<(Rc<str>, Rc<View>)> {
    match entry {
        (Value::Text(name), Value::Tensor(view)) => Some((name.clone(), view.clone())),
        _ => None,
    }
}

fn wrapped<'a>(heap: &Heap, entries: &'a [(Value, Value)], key: &str) -> Option<&'a Value> {
    let is = |name: &Value| matches!(name, Value::Text(text) if **text == *key);
    let (_, value) = entries.iter().find(|(name, _)| is(name))?;
    heap.entries(value).map(|_| value)
}
