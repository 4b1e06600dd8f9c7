//! The layers of a NASNet-A as Keras wants them in a file.

use std::collections::HashMap;

use super::LayerKind;
use super::graph::weighted_layers;
use super::names::destinations;
use crate::arch::Settings;
use crate::weights::layout::Layout;

/// A layer with weights.
pub(in crate::weights) struct WrittenLayer {
    /// Its name in the network: `normal_conv_1_0`.
    pub(in crate::weights) name: String,
    /// Its class and how many layers of it come before: `conv2d_7`.
    pub(in crate::weights) numbered: String,
    /// In Keras' order.
    pub(in crate::weights) weights: Vec<WrittenWeight>,
}

/// A tensor of such a layer.
pub(in crate::weights) struct WrittenWeight {
    /// Its name in the layer: `kernel`.
    pub(in crate::weights) name: &'static str,
    /// The parameter of ours that it is.
    pub(in crate::weights) path: String,
    /// How ours has to be turned back.
    pub(in crate::weights) layout: Layout,
}

/// The layers of a network with these settings, in the order of Keras' `model.layers`.
pub(in crate::weights) fn layers(settings: &Settings) -> Vec<WrittenLayer> {
    let n = settings.n as usize;
    let mut counts: HashMap<LayerKind, usize> = HashMap::new();
    let layer =
        |layer: super::graph::OrderedLayer| {
            let (_, class, names) = layer.kind.names();
            let count = counts.entry(layer.kind).or_default();
            let numbered = if *count == 0 { class.to_owned() } else { format!("{class}_{count}") };
            *count += 1;
            let places = destinations(&layer.name, n).unwrap_or_default();
            let weight = |(&name, (path, layout)): (&&'static str, (String, Layout))| {
                WrittenWeight { name, path, layout }
            };
            let weights = names.iter().zip(places).map(weight).collect();
            WrittenLayer { name: layer.name, numbered, weights }
        };
    weighted_layers(n, settings.skip_reduction).into_iter().map(layer).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::arch::zoo;
    use crate::plan::lower;

    /// What is written is what the network has, each tensor once.
    #[test]
    fn every_parameter_has_its_place() {
        for preset in ["nasnet-a-mobile", "nasnet-a-large"] {
            let network = zoo::architecture(preset).unwrap();
            let parameters = lower(&network).parameters();
            let wanted: BTreeSet<String> = parameters.into_iter().map(|one| one.path).collect();
            let mut written = BTreeSet::new();
            for layer in layers(network.settings()) {
                assert_eq!(
                    layer.weights.len(),
                    LayerKind::ALL
                        .into_iter()
                        .find(|kind| { layer.numbered.starts_with(kind.names().1) })
                        .unwrap()
                        .names()
                        .2
                        .len()
                );
                for weight in layer.weights {
                    assert!(written.insert(weight.path.clone()), "{} twice", weight.path);
                }
            }
            assert_eq!(written, wanted);
        }
    }
}
