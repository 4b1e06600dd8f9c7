//! Which of a checkpoint's tensors are the network's.

use std::collections::HashSet;

use super::bundle::Entry;
use super::names;
use crate::weights::torch::numbers::NumberKind;

/// What TensorFlow appends to the name of a variable's moving average.
const AVERAGE: &str = "/ExponentialMovingAverage";

/// A checkpoint's tensors, sorted out.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Those to read, by what TF-slim calls them.
    pub(super) tensors: Vec<(String, Entry)>,
    /// How many of them are moving averages.
    pub(super) averages: usize,
    /// How many others are of use in training alone.
    pub(super) set_aside: usize,
}

/// Of a variable with a moving average that, for the published accuracies are those of the
/// averages; of the others themselves.
pub(super) fn choose(entries: Vec<Entry>) -> Chosen {
    let names: Vec<String> = entries.iter().map(|entry| names::variable(&entry.name)).collect();
    let prefix = names::prefix(names.iter().map(String::as_str)).unwrap_or_default().to_owned();
    let averaged: HashSet<String> =
        names.iter().filter_map(|name| Some(name.strip_suffix(AVERAGE)?.to_owned())).collect();
    let mut chosen = Chosen::default();
    for (name, entry) in names.into_iter().zip(entries) {
        let (variable, is_average) = match name.strip_suffix(AVERAGE) {
            Some(variable) => (variable, true),
            None => (name.as_str(), false),
        };
        let plain = variable.strip_prefix(prefix.as_str()).unwrap_or(variable);
        let replaced = !is_average && averaged.contains(variable);
        let number = matches!(entry.kind, NumberKind::Other(..));
        if replaced || number || names::is_for_training(plain) {
            chosen.set_aside += 1;
            continue;
        }
        chosen.averages += usize::from(is_average);
        chosen.tensors.push((plain.to_owned(), entry));
    }
    chosen
}
