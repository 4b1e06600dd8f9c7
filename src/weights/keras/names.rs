//! Keras' layer names and this crate's parameter paths.
//!
//! Keras numbers its blocks `stem_1`, `stem_2`, `0` .. `N-1`, `reduce_N`, `N+1` .. `2N`,
//! `reduce_2N`, `2N+1` .. `3N`: the first reduction takes a number of its own, the second does not.

use super::LayerKind;
use crate::weights::layout::Layout;

/// Where the weights of one Keras layer go: a path and a layout each, in Keras' order of weights.
pub(crate) fn destinations(layer: &str, n: usize) -> Option<Vec<(String, Layout)>> {
    let (prefix, part) = place(layer, n)?;
    let under = |names: &[(&str, Layout)]| {
        let path = |&(name, layout): &(&str, Layout)| (format!("{prefix}/{name}"), layout);
        names.iter().map(path).collect()
    };
    Some(match part {
        Part::Convolution => under(&[("weight", Layout::Convolution)]),
        Part::Separable(repeat) => under(&[
            (&format!("depthwise_{repeat}/weight"), Layout::Depthwise),
            (&format!("pointwise_{repeat}/weight"), Layout::Convolution),
        ]),
        Part::Norm => under(&[
            ("gamma", Layout::AsIs),
            ("beta", Layout::AsIs),
            ("mean", Layout::AsIs),
            ("variance", Layout::AsIs),
        ]),
        Part::Dense => under(&[("weight", Layout::Dense), ("bias", Layout::AsIs)]),
    })
}

/// Which kind of layer bears a NASNet name, or `None` for a name that no NASNet has.
pub(crate) fn kind_of(layer: &str, n: usize) -> Option<LayerKind> {
    place(layer, n).map(|(_, part)| match part {
        Part::Convolution => LayerKind::Conv2D,
        Part::Separable(_) => LayerKind::SeparableConv2D,
        Part::Norm => LayerKind::BatchNormalization,
        Part::Dense => LayerKind::Dense,
    })
}

#[derive(Clone, Copy)]
enum Part {
    Convolution,
    Separable(u8),
    Norm,
    Dense,
}

fn place(layer: &str, n: usize) -> Option<(String, Part)> {
    match layer {
        "stem_conv1" => return Some(("stem/conv".into(), Part::Convolution)),
        "stem_bn1" => return Some(("stem/bn".into(), Part::Norm)),
        "predictions" => return Some(("head/dense".into(), Part::Dense)),
        _ => {}
    }
    if let Some(rest) = layer.strip_prefix("separable_conv_") {
        return separable(rest, n);
    }
    let simple = [
        ("normal_conv_1_", "h/conv", Part::Convolution),
        ("normal_bn_1_", "h/bn", Part::Norm),
        ("reduction_conv_1_", "h/conv", Part::Convolution),
        ("reduction_bn_1_", "h/bn", Part::Norm),
        ("adjust_conv_projection_", "p/conv", Part::Convolution),
        ("adjust_conv_1_", "p/path_1", Part::Convolution),
        ("adjust_conv_2_", "p/path_2", Part::Convolution),
        ("adjust_bn_", "p/bn", Part::Norm),
    ];
    simple.into_iter().find_map(|(prefix, inside, part)| {
        let id = layer.strip_prefix(prefix)?;
        let cell = Cell::from_id(id, n)?;
        let fits = prefix.starts_with("adjust") || prefix.starts_with(cell.kind());
        fits.then(|| (format!("{cell}/{inside}"), part))
    })
}

/// `{1|2}_[bn_]{normal|reduction}_{left|right}{block}_{id}`
fn separable(rest: &str, n: usize) -> Option<(String, Part)> {
    let (repeat, rest) = match rest.split_once('_')? {
        ("1", rest) => (1, rest),
        ("2", rest) => (2, rest),
        _ => return None,
    };
    let (norm, rest) = match rest.strip_prefix("bn_") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (kind, rest) = rest.split_once('_')?;
    let (place, id) = rest.split_once('_')?;
    let (side, number) = match place.strip_prefix("left") {
        Some(number) => ("left", number),
        None => ("right", place.strip_prefix("right")?),
    };
    let cell = Cell::from_id(id, n)?;
    let number: usize = number.parse().ok().filter(|number| (1..=5).contains(number))?;
    // Keras calls the convolution of a reduction's fifth block `reduction_left4`, like the pool
    // of the fourth, which has no weights.
    let quirk = kind == "reduction" && side == "left" && number == 4;
    let block = if quirk { 4 } else { number - 1 };
    if kind != cell.kind() {
        return None;
    }
    let prefix = format!("{cell}/b{block}/{side}");
    Some(if norm {
        (format!("{prefix}/bn_{repeat}"), Part::Norm)
    } else {
        (prefix, Part::Separable(repeat))
    })
}

enum Cell {
    Stem(usize),
    Normal(usize),
    Reduction(usize),
}

impl Cell {
    fn from_id(id: &str, n: usize) -> Option<Self> {
        match id {
            "stem_1" => return Some(Self::Stem(0)),
            "stem_2" => return Some(Self::Stem(1)),
            _ => {}
        }
        if let Some(after) = id.strip_prefix("reduce_") {
            let after: usize = after.parse().ok()?;
            return match after {
                _ if after == n => Some(Self::Reduction(0)),
                _ if after == 2 * n => Some(Self::Reduction(1)),
                _ => None,
            };
        }
        let number: usize = id.parse().ok()?;
        match number {
            _ if number < n => Some(Self::Normal(number)),
            _ if number > n && number <= 3 * n => Some(Self::Normal(number - 1)),
            _ => None,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Normal(_) => "normal",
            Self::Stem(_) | Self::Reduction(_) => "reduction",
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stem(index) => write!(formatter, "cell_stem_{index}"),
            Self::Normal(index) => write!(formatter, "cell_{index}"),
            Self::Reduction(index) => write!(formatter, "reduction_cell_{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::keras::graph::weighted_layers;

    fn first(layer: &str, n: usize) -> Option<String> {
        destinations(layer, n).map(|list| list[0].0.clone())
    }

    #[test]
    fn names_of_each_form() {
        for (layer, path) in [
            ("stem_conv1", "stem/conv/weight"),
            ("predictions", "head/dense/weight"),
            ("reduction_conv_1_stem_2", "cell_stem_1/h/conv/weight"),
            ("normal_bn_1_3", "cell_3/h/bn/gamma"),
            ("normal_bn_1_5", "cell_4/h/bn/gamma"),
            ("normal_bn_1_12", "cell_11/h/bn/gamma"),
            ("adjust_conv_projection_reduce_8", "reduction_cell_1/p/conv/weight"),
            ("adjust_conv_2_0", "cell_0/p/path_2/weight"),
            ("separable_conv_2_normal_right2_1", "cell_1/b1/right/depthwise_2/weight"),
            (
                "separable_conv_1_reduction_left4_reduce_4",
                "reduction_cell_0/b4/left/depthwise_1/weight",
            ),
            ("separable_conv_2_bn_reduction_left4_stem_1", "cell_stem_0/b4/left/bn_2/gamma"),
            ("separable_conv_1_normal_left5_2", "cell_2/b4/left/depthwise_1/weight"),
        ] {
            assert_eq!(first(layer, 4).as_deref(), Some(path), "{layer}");
        }
    }

    #[test]
    fn names_that_no_such_network_has() {
        for layer in [
            "block1_conv1",
            "normal_bn_1_4",
            "normal_bn_1_13",
            "reduction_conv_1_3",
            "normal_conv_1_stem_1",
            "separable_conv_3_normal_left1_0",
            "separable_conv_1_normal_left6_0",
            "adjust_bn_reduce_5",
            "",
            "é_bn_",
            "adjust_bn_",
            "separable_conv_1_",
            "separable_conv_1_normal_left_0",
        ] {
            assert_eq!(first(layer, 4), None, "{layer}");
        }
    }

    /// Every layer of the graph has its own place, of its own kind.
    #[test]
    fn all_layers_go_to_different_places() {
        for n in 1..=7 {
            let mut paths = std::collections::HashSet::new();
            for layer in weighted_layers(n, false) {
                assert_eq!(kind_of(&layer.name, n), Some(layer.kind));
                for (path, _) in destinations(&layer.name, n).unwrap() {
                    assert!(paths.insert(path.clone()), "{path} twice");
                }
            }
            let separables = 40 + 30 * n;
            let norms = 48 + 36 * n - usize::from(n == 1);
            let convolutions = 12 + 6 * n - usize::from(n == 1);
            assert_eq!(paths.len(), 2 * separables + 4 * norms + convolutions + 2);
        }
    }
}
