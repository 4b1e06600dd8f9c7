//! The layer graph that `keras.applications.nasnet` builds, and the order Keras puts its layers in.
//!
//! Keras matches weights by position where it does not match them by name: legacy files list the
//! layers in the order of `model.layers`, and `.weights.h5` files number the layers of each class
//! in that order. A functional model sorts its layers by falling depth (the longest way to the
//! output) and, within a depth, by when a walk from the output first met them. Neither follows
//! from the architecture in an obvious way, so this module rebuilds the graph and sorts it alike.
//!
//! Layers without weights matter only for the depths they add; they have no name here.

use super::LayerKind;

/// A layer with weights, where Keras keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderedLayer {
    pub(crate) name: String,
    pub(crate) kind: LayerKind,
}

/// The layers with weights of a NASNet-A with `n` normal cells per stage, in the order of Keras'
/// `model.layers`, the classifier last. A network without its top lacks just that last layer.
///
/// The order does not depend on the width, the input size or the number of classes.
pub(crate) fn weighted_layers(n: usize, skip_reduction: bool) -> Vec<OrderedLayer> {
    let mut graph = Graph::default();
    let output = graph.network(n, skip_reduction);
    let mut order = graph.sorted(output);
    order.retain(|&index| graph.nodes[index].layer.is_some());
    order.into_iter().filter_map(|index| graph.nodes[index].layer.take()).collect()
}

#[derive(Default)]
struct Graph {
    /// In the order of creation, which is topological: a node's inputs come before it.
    nodes: Vec<Node>,
}

struct Node {
    layer: Option<OrderedLayer>,
    inputs: Vec<usize>,
}

/// A tensor on its way through the network.
#[derive(Clone, Copy)]
struct Flow {
    node: usize,
    /// How often the resolution was halved.
    level: usize,
    /// Channels in quarters of F; `None` for the stem, whose width is a free choice.
    quarters: Option<usize>,
}

/// Which network's kernel and stride a separable block uses decides only its padding layer here.
#[derive(Clone, Copy, PartialEq)]
enum Stride {
    One,
    Two,
}

impl Graph {
    fn add(&mut self, inputs: &[usize]) -> usize {
        self.nodes.push(Node { layer: None, inputs: inputs.to_vec() });
        self.nodes.len() - 1
    }

    fn weighted(&mut self, kind: LayerKind, name: String, input: usize) -> usize {
        let node = self.add(&[input]);
        self.nodes[node].layer = Some(OrderedLayer { name, kind });
        node
    }

    fn network(&mut self, n: usize, skip_reduction: bool) -> usize {
        let input = self.add(&[]);
        let convolution = self.weighted(LayerKind::Conv2D, "stem_conv1".into(), input);
        let stem = self.weighted(LayerKind::BatchNormalization, "stem_bn1".into(), convolution);
        let mut x = Flow { node: stem, level: 0, quarters: None };
        let mut p;
        (x, p) = self.reduction_cell(x, None, 1, "stem_1");
        (x, p) = self.reduction_cell(x, Some(p), 2, "stem_2");
        let mut width = 4;
        for stage in 0..3 {
            if stage > 0 {
                width *= 2;
                let id = format!("reduce_{}", stage * n);
                let (reduced, before) = self.reduction_cell(x, Some(p), width, &id);
                x = reduced;
                if !skip_reduction {
                    p = before;
                }
            }
            for cell in 0..n {
                let id = (stage * n + cell + usize::from(stage > 0)).to_string();
                (x, p) = self.normal_cell(x, p, width, &id);
            }
        }
        let relu = self.add(&[x.node]);
        let pooled = self.add(&[relu]);
        self.weighted(LayerKind::Dense, "predictions".into(), pooled)
    }

    /// Brings the previous input to the current resolution and width, as `_adjust_block` does.
    fn adjust(&mut self, p: Option<Flow>, ip: Flow, quarters: usize, id: &str) -> usize {
        let Some(p) = p else {
            return ip.node;
        };
        if p.level != ip.level {
            let relu = self.add(&[p.node]);
            let even = self.add(&[relu]);
            let first = self.weighted(LayerKind::Conv2D, format!("adjust_conv_1_{id}"), even);
            let padded = self.add(&[relu]);
            let cropped = self.add(&[padded]);
            let odd = self.add(&[cropped]);
            let second = self.weighted(LayerKind::Conv2D, format!("adjust_conv_2_{id}"), odd);
            let both = self.add(&[first, second]);
            self.weighted(LayerKind::BatchNormalization, format!("adjust_bn_{id}"), both)
        } else if p.quarters != Some(quarters) {
            let relu = self.add(&[p.node]);
            let name = format!("adjust_conv_projection_{id}");
            let projected = self.weighted(LayerKind::Conv2D, name, relu);
            self.weighted(LayerKind::BatchNormalization, format!("adjust_bn_{id}"), projected)
        } else {
            // Only the first reduction of a network with N = 1 gets here: its previous input, the
            // second stem cell's output, happens to have the right width already.
            p.node
        }
    }

    fn squeeze(&mut self, ip: usize, kind: &str, id: &str) -> usize {
        let relu = self.add(&[ip]);
        let convolution = self.weighted(LayerKind::Conv2D, format!("{kind}_conv_1_{id}"), relu);
        self.weighted(LayerKind::BatchNormalization, format!("{kind}_bn_1_{id}"), convolution)
    }

    fn separable(&mut self, ip: usize, stride: Stride, suffix: &str) -> usize {
        let mut x = self.add(&[ip]);
        if stride == Stride::Two {
            x = self.add(&[x]);
        }
        for repeat in 1..=2 {
            if repeat == 2 {
                x = self.add(&[x]);
            }
            let name = format!("separable_conv_{repeat}_{suffix}");
            x = self.weighted(LayerKind::SeparableConv2D, name, x);
            let name = format!("separable_conv_{repeat}_bn_{suffix}");
            x = self.weighted(LayerKind::BatchNormalization, name, x);
        }
        x
    }

    fn normal_cell(&mut self, ip: Flow, p: Flow, quarters: usize, id: &str) -> (Flow, Flow) {
        let p = self.adjust(Some(p), ip, quarters, id);
        let h = self.squeeze(ip.node, "normal", id);
        let block = |graph: &mut Self, input, place: &str| {
            graph.separable(input, Stride::One, &format!("normal_{place}_{id}"))
        };
        let (left1, right1) = (block(self, h, "left1"), block(self, p, "right1"));
        let x1 = self.add(&[left1, right1]);
        let (left2, right2) = (block(self, p, "left2"), block(self, p, "right2"));
        let x2 = self.add(&[left2, right2]);
        let left3 = self.add(&[h]);
        let x3 = self.add(&[left3, p]);
        let (left4, right4) = (self.add(&[p]), self.add(&[p]));
        let x4 = self.add(&[left4, right4]);
        let left5 = block(self, h, "left5");
        let x5 = self.add(&[left5, h]);
        let output = Flow {
            node: self.add(&[p, x1, x2, x3, x4, x5]),
            level: ip.level,
            quarters: Some(6 * quarters),
        };
        (output, ip)
    }

    fn reduction_cell(
        &mut self,
        ip: Flow,
        p: Option<Flow>,
        quarters: usize,
        id: &str,
    ) -> (Flow, Flow) {
        let p = self.adjust(p, ip, quarters, id);
        let h = self.squeeze(ip.node, "reduction", id);
        let padded = self.add(&[h]);
        let block = |graph: &mut Self, input, stride, place: &str| {
            graph.separable(input, stride, &format!("reduction_{place}_{id}"))
        };
        let left1 = block(self, h, Stride::Two, "left1");
        let right1 = block(self, p, Stride::Two, "right1");
        let x1 = self.add(&[left1, right1]);
        let left2 = self.add(&[padded]);
        let right2 = block(self, p, Stride::Two, "right2");
        let x2 = self.add(&[left2, right2]);
        let left3 = self.add(&[padded]);
        let right3 = block(self, p, Stride::Two, "right3");
        let x3 = self.add(&[left3, right3]);
        let left4 = self.add(&[x1]);
        let x4 = self.add(&[x2, left4]);
        // Keras names the fifth block's convolution like the fourth block's pool.
        let left5 = block(self, x1, Stride::One, "left4");
        let right5 = self.add(&[padded]);
        let x5 = self.add(&[left5, right5]);
        let output = Flow {
            node: self.add(&[x2, x3, x4, x5]),
            level: ip.level + 1,
            quarters: Some(4 * quarters),
        };
        (output, ip)
    }

    /// All nodes by falling depth, then by when a depth-first walk from the output met them.
    fn sorted(&self, output: usize) -> Vec<usize> {
        let mut depth = vec![0_usize; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate().rev() {
            for &input in &node.inputs {
                depth[input] = depth[input].max(depth[index] + 1);
            }
        }
        let mut met = vec![usize::MAX; self.nodes.len()];
        let mut count = 0;
        // A stack of our own: the walk goes as deep as the network is long.
        let mut waiting = vec![output];
        while let Some(index) = waiting.pop() {
            if met[index] == usize::MAX {
                met[index] = count;
                count += 1;
                waiting.extend(self.nodes[index].inputs.iter().rev());
            }
        }
        let mut order: Vec<usize> =
            (0..self.nodes.len()).filter(|&index| met[index] != usize::MAX).collect();
        order.sort_by_key(|&index| (std::cmp::Reverse(depth[index]), met[index]));
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(layers: &[OrderedLayer], kind: LayerKind) -> usize {
        layers.iter().filter(|layer| layer.kind == kind).count()
    }

    /// Keras' own "depth" of the two published networks: 389 and 533 layers with weights.
    #[test]
    fn counts_of_the_published_networks() {
        for (n, skip, total, [conv, norm, separable]) in
            [(4, false, 389, [36, 192, 160]), (6, true, 533, [48, 264, 220])]
        {
            let layers = weighted_layers(n, skip);
            assert_eq!(layers.len(), total);
            assert_eq!(count(&layers, LayerKind::Conv2D), conv);
            assert_eq!(count(&layers, LayerKind::BatchNormalization), norm);
            assert_eq!(count(&layers, LayerKind::SeparableConv2D), separable);
            assert_eq!(count(&layers, LayerKind::Dense), 1);
        }
    }

    /// Against `model.layers` of a live Keras: N = 1, 2, 3, Mobile's 4 and Large's 6.
    #[test]
    fn order_of_a_live_keras() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keras_layer_order.tsv.zip");
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let text = std::io::read_to_string(archive.by_index(0).unwrap()).unwrap();
        let mut networks: std::collections::BTreeMap<(usize, bool), Vec<OrderedLayer>> =
            Default::default();
        for line in text.lines() {
            let [n, skip, class, name] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            networks.entry((n.parse().unwrap(), skip == "1")).or_default().push(OrderedLayer {
                name: name.into(),
                kind: LayerKind::from_class(class).unwrap(),
            });
        }
        assert_eq!(networks.len(), 6);
        for ((n, skip), layers) in networks {
            assert_eq!(weighted_layers(n, skip), layers, "N = {n}, skip_reduction = {skip}");
        }
    }
}
