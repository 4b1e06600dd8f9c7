//! Gives every layer of a file its name in a NASNet: the one it bears, or the one its place says.

use std::collections::{HashMap, HashSet};

use super::graph::{OrderedLayer, weighted_layers};
use super::{KerasFile, LayerKind};
use crate::weights::How;

/// The NASNet names of a file's layers, in the file's order; `None` for a layer without weights,
/// or without a place in the network.
pub(super) struct Naming {
    pub(super) how: How,
    pub(super) names: Vec<Option<String>>,
}

/// NASNet-Large has 6 normal cells per stage. The bound keeps a hostile file from making us build
/// endless graphs.
pub(super) const MOST_CELLS: usize = 100;

/// Names the layers of a file for a network with `n` normal cells per stage.
///
/// By name where the file has all names of that network (the classifier may be absent), else by
/// the order of layers where that agrees in number, in kinds, and with every name that the
/// network does know; else by name again, with gaps.
pub(super) fn name_layers(file: &KerasFile, n: usize) -> Naming {
    // The wiring of `skip_reduction` changes neither which layers have weights nor their order.
    let order = weighted_layers(n.min(MOST_CELLS), false);
    let known: HashSet<&str> = order.iter().map(|layer| layer.name.as_str()).collect();
    let mut names: Vec<Option<String>> = vec![None; file.layers.len()];
    for (index, layer) in file.weighted() {
        names[index] = layer.name.clone().filter(|name| known.contains(name.as_str()));
    }
    let present: HashSet<&str> = names.iter().flatten().map(String::as_str).collect();
    let by_name = order
        .iter()
        .all(|layer| layer.kind == LayerKind::Dense || present.contains(layer.name.as_str()));
    if !by_name {
        let agrees = |places: &Vec<Option<String>>| {
            let mut pairs = names.iter().zip(places);
            pairs.all(|(name, place)| name.is_none() || name == place)
        };
        if let Some(names) = by_order(file, &order).filter(agrees) {
            let how = How::ByOrder;
            return Naming { how, names };
        }
    }
    let how = How::ByName;
    Naming { how, names }
}

/// Names by place, if the file has as many layers of each kind as the network.
fn by_order(file: &KerasFile, order: &[OrderedLayer]) -> Option<Vec<Option<String>>> {
    let mut names = vec![None; file.layers.len()];
    let mut give = |places: &[usize], layers: &[&OrderedLayer]| {
        // The classifier, last of all and alone of its kind, may be absent.
        let top = layers.last().is_some_and(|layer| layer.kind == LayerKind::Dense);
        let fits = places.len() == layers.len() || (top && places.len() + 1 == layers.len());
        for (&place, layer) in places.iter().zip(layers) {
            if file.layers[place].kind() != Some(layer.kind) {
                return None;
            }
            names[place] = Some(layer.name.clone());
        }
        fits.then_some(())
    };
    if file.layers.iter().any(|layer| layer.number.is_some()) {
        // Class counters: the order within a class is known, that between classes is not.
        let mut of_kind: HashMap<LayerKind, Vec<usize>> = HashMap::new();
        for (index, layer) in file.weighted() {
            of_kind.entry(layer.kind()?).or_default().push(index);
        }
        for kind in LayerKind::ALL {
            let mut places = of_kind.remove(&kind).unwrap_or_default();
            places.sort_by_key(|&place| file.layers[place].number);
            let layers: Vec<_> = order.iter().filter(|layer| layer.kind == kind).collect();
            give(&places, &layers)?;
        }
    } else {
        let places: Vec<usize> = file.weighted().map(|(index, _)| index).collect();
        give(&places, &order.iter().collect::<Vec<_>>())?;
    }
    Some(names)
}

/// The number of normal cells per stage, from names or else from how many separable convolutions
/// there are; `None` if that is no NASNet's number.
pub(super) fn infer_n(file: &KerasFile) -> Option<usize> {
    let numbered = |name: &str| {
        name.strip_prefix("normal_conv_1_").is_some_and(|id| id.parse::<usize>().is_ok())
    };
    let normal =
        file.weighted().filter(|(_, layer)| layer.name.as_deref().is_some_and(numbered)).count();
    let n = if normal > 0 && normal.is_multiple_of(3) {
        normal / 3
    } else {
        // Two for each separable block: five blocks in a normal cell, also five in a reduction.
        let separable = file
            .weighted()
            .filter(|(_, layer)| layer.kind() == Some(LayerKind::SeparableConv2D))
            .count();
        let in_normal = separable.checked_sub(40)?;
        if !in_normal.is_multiple_of(30) {
            return None;
        }
        in_normal / 30
    };
    (1..=MOST_CELLS).contains(&n).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skip_reduction_does_not_change_the_order() {
        for n in 1..=12 {
            assert_eq!(weighted_layers(n, false), weighted_layers(n, true), "N = {n}");
        }
    }
}
