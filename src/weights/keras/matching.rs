//! From a file's tensors to a network's parameters.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::graph::weighted_layers;
use super::inspect::has_old_names;
use super::names::destinations;
use super::naming::{MOST_CELLS, Naming, name_layers};
use super::{KerasFile, KerasLayer};
use crate::weights::layout::Layout;
use crate::weights::{Expected, LoadReport, NotFinite, Tensor, Unused, WrongShape};

/// Gives every expected parameter its tensor, in this crate's layout and of the expected shape,
/// and says what became of all others.
///
/// `n` is the network's number of normal cells per stage, which decides what Keras calls its
/// cells. Layers are matched by name; where the names do not cover the network, by order, as
/// Keras itself matches legacy files: the k-th layer with weights of the file to the k-th of the
/// network. A tensor is only given where its shape is right. Never fails: see
/// [`LoadReport::is_complete`]. Tensors move: beside them no copy but of the one that is turned.
#[must_use]
pub fn match_keras(
    mut file: KerasFile,
    n: usize,
    expected: &[Expected<'_>],
) -> (BTreeMap<String, Tensor>, LoadReport) {
    let naming = name_layers(&file, n);
    let places = places(&file, &naming, n);
    let mut report = LoadReport::new(file.container, naming.how, expected.len());
    report.keras_version.clone_from(&file.keras_version);
    report.old_keras_names = has_old_names(&file);
    let mut tensors = BTreeMap::new();
    let mut taken = HashSet::new();
    for want in expected {
        let Some(place) = places.get(want.path) else {
            report.missing.push(want.path.to_owned());
            continue;
        };
        taken.insert((place.layer, place.weight));
        let layer = &file.layers[place.layer];
        let (weight_name, stored) = &layer.weights[place.weight];
        let shape = place.layout.shape(&stored.shape);
        if shape != want.shape {
            report.wrong_shape.push(WrongShape {
                path: want.path.to_owned(),
                file_name: full_name(layer, weight_name),
                in_file: shape,
                expected: want.shape.to_vec(),
            });
            continue;
        }
        let count = stored.count_not_finite();
        if count > 0 {
            let path = want.path.to_owned();
            report.not_finite.push(NotFinite { path, count });
        }
        report.values += stored.data.len();
        let nothing = Tensor { shape: Vec::new(), data: Vec::new() };
        let stored =
            std::mem::replace(&mut file.layers[place.layer].weights[place.weight].1, nothing);
        tensors.insert(want.path.to_owned(), place.layout.turned(stored));
    }
    report.matched = tensors.len();
    report.unused = unused(&file, &taken, &Absent::new(&naming, n, &report.missing));
    (tensors, report)
}

/// Where in the file a parameter is.
struct Place {
    layer: usize,
    weight: usize,
    layout: Layout,
}

fn places(file: &KerasFile, naming: &Naming, n: usize) -> HashMap<String, Place> {
    let mut places = HashMap::new();
    for (layer, name) in naming.names.iter().enumerate() {
        let Some(list) = name.as_deref().and_then(|name| destinations(name, n)) else {
            continue;
        };
        // Weights are told apart by their order, so a layer with more or fewer says nothing.
        if list.len() != file.layers[layer].weights.len() {
            continue;
        }
        for (weight, (path, layout)) in list.into_iter().enumerate() {
            places.entry(path).or_insert(Place { layer, weight, layout });
        }
    }
    places
}

fn full_name(layer: &KerasLayer, weight: &str) -> String {
    format!("{}/{weight}", layer.label())
}

fn unused(file: &KerasFile, taken: &HashSet<(usize, usize)>, absent: &Absent) -> Vec<Unused> {
    let mut list = Vec::new();
    for (index, layer) in file.weighted() {
        // One search a layer, and none in a file that is another network's anyway.
        let nearest = match list.len() {
            0..MOST_GUESSES => layer.name.as_deref().and_then(|name| absent.nearest(name)),
            _ => None,
        };
        for (weight, (name, _)) in layer.weights.iter().enumerate() {
            if !taken.contains(&(index, weight)) {
                list.push(Unused {
                    name: full_name(layer, name),
                    nearest: nearest.and_then(|paths| paths.get(weight)).cloned(),
                });
            }
        }
    }
    list
}

/// After so many unused tensors, guessing what each was meant for helps nobody.
const MOST_GUESSES: usize = 50;

/// The layers of the network that the file lacks, with their missing parameters.
struct Absent {
    layers: Vec<(String, Vec<String>)>,
}

impl Absent {
    fn new(naming: &Naming, n: usize, missing: &[String]) -> Self {
        let present: HashSet<&str> = naming.names.iter().flatten().map(String::as_str).collect();
        let missing: HashSet<&str> = missing.iter().map(String::as_str).collect();
        let mut layers = Vec::new();
        for layer in weighted_layers(n.min(MOST_CELLS), false) {
            if present.contains(layer.name.as_str()) {
                continue;
            }
            let paths: Vec<String> = destinations(&layer.name, n)
                .unwrap_or_default()
                .into_iter()
                .map(|(path, _)| path)
                .collect();
            if paths.iter().any(|path| missing.contains(path.as_str())) {
                layers.push((layer.name, paths));
            }
        }
        Self { layers }
    }

    /// The parameters of the absent layer whose name is most like `name`, if it differs by no
    /// more than a fifth.
    fn nearest(&self, name: &str) -> Option<&Vec<String>> {
        let allowed = name.chars().count() / 5;
        self.layers
            .iter()
            .map(|(absent, paths)| (edit_distance(name, absent), paths))
            .filter(|&(distance, _)| distance <= allowed)
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, paths)| paths)
    }
}

/// Levenshtein's: insertions, deletions and replacements of a character.
fn edit_distance(a: &str, b: &str) -> usize {
    // A file's names may be of any length, and the effort grows with the product.
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, distance) in
            [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2)]
        {
            assert_eq!(edit_distance(a, b), distance);
            assert_eq!(edit_distance(b, a), distance);
        }
    }
}
