//! What timm's and Cadene's classes call the layers of a cell, and what this crate does: the one
//! table for reading and for writing.

/// A module of a cell, and the layer.
const LAYERS: [(&str, &str); 7] = [
    ("conv_1x1.conv", "h/conv"),
    ("conv_1x1.bn", "h/bn"),
    ("conv_prev_1x1.conv", "p/conv"),
    ("conv_prev_1x1.bn", "p/bn"),
    ("path_1.conv", "p/path_1"),
    ("path_2.conv", "p/path_2"),
    (FACTORISED_BN, "p/bn"),
];
/// The batch norm of `p` where two halves are concatenated.
const FACTORISED_BN: &str = "final_path_bn";

/// A module of one side of a block, and the layer.
const BLOCK_LAYERS: [(&str, &str); 8] = [
    ("separable_1.depthwise_conv2d", "depthwise_1"),
    ("separable_1.pointwise_conv2d", "pointwise_1"),
    ("bn_sep_1", "bn_1"),
    ("separable_2.depthwise_conv2d", "depthwise_2"),
    ("separable_2.pointwise_conv2d", "pointwise_2"),
    ("bn_sep_2", "bn_2"),
    // PNASNet's identity of stride 2, and a pool that changes the width.
    ("conv", "conv"),
    ("bn", "bn"),
];

/// A tensor of a batch norm, and its role.
const NORM: [(&str, &str); 4] =
    [("weight", "gamma"), ("bias", "beta"), ("running_mean", "mean"), ("running_var", "variance")];

fn ours(table: &[(&str, &'static str)], theirs: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == theirs).map(|(_, ours)| *ours)
}

fn theirs(table: &[(&'static str, &str)], ours: &str) -> Option<&'static str> {
    table.iter().find(|(_, name)| *name == ours).map(|(theirs, _)| *theirs)
}

/// `running_mean` -> `mean`
pub(super) fn norm(tensor: &str) -> Option<&'static str> {
    ours(&NORM, tensor)
}

/// `mean` -> `running_mean`
pub(super) fn norm_tensor(role: &str) -> Option<&'static str> {
    theirs(&NORM, role)
}

/// PNASNet's classes put the two halves of a factorised `p` into this module.
const HALVES: &str = "conv_prev_1x1.";

fn is_of_halves(name: &str) -> bool {
    name.starts_with("path_") || name.starts_with("final_")
}

/// The name that NASNet's class has for what PNASNet's has in a module for halves.
pub(super) fn without_halves(name: &str) -> &str {
    name.strip_prefix(HALVES).filter(|name| is_of_halves(name)).unwrap_or(name)
}

/// The other way round.
pub(super) fn with_halves(name: String) -> String {
    if is_of_halves(&name) { format!("{HALVES}{name}") } else { name }
}

/// Where in its cell a tensor goes: `comb_iter_0_left.bn_sep_1.bias` -> `b0/left/bn_1/beta`.
pub(super) fn path(name: &str) -> Option<String> {
    let (module, tensor) = name.rsplit_once('.')?;
    let layer = match module.strip_prefix("comb_iter_") {
        Some(rest) => {
            let (place, module) = rest.split_once('.')?;
            let (block, side) = place.split_once('_')?;
            let known = matches!(block, "0" | "1" | "2" | "3" | "4");
            (known && matches!(side, "left" | "right")).then_some(())?;
            format!("b{block}/{side}/{}", ours(&BLOCK_LAYERS, module)?)
        }
        None => ours(&LAYERS, module)?.to_owned(),
    };
    let role = match is_norm(&layer) {
        true => norm(tensor)?,
        false => (tensor == "weight").then_some("weight")?,
    };
    Some(format!("{layer}/{role}"))
}

/// The other way round. `factorised` says whether the cell's `p` is made of two halves.
pub(super) fn name(path: &str, factorised: bool) -> Option<String> {
    let (layer, role) = path.rsplit_once('/')?;
    let tensor = match is_norm(layer) {
        true => norm_tensor(role)?,
        false => (role == "weight").then_some("weight")?,
    };
    let module = match layer.split('/').collect::<Vec<_>>().as_slice() {
        ["p", "bn"] if factorised => FACTORISED_BN.to_owned(),
        [_, _] => theirs(&LAYERS, layer)?.to_owned(),
        [block, side, layer] => {
            let module = theirs(&BLOCK_LAYERS, layer)?;
            format!("comb_iter_{}_{side}.{module}", block.strip_prefix('b')?)
        }
        _ => return None,
    };
    Some(format!("{module}.{tensor}"))
}

fn is_norm(layer: &str) -> bool {
    layer.rsplit('/').next().is_some_and(|last| last.starts_with("bn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        let blocks = (0..5).flat_map(|block| {
            ["left", "right"].into_iter().flat_map(move |side| {
                BLOCK_LAYERS.map(|(module, _)| format!("comb_iter_{block}_{side}.{module}"))
            })
        });
        let mut count = 0;
        for module in LAYERS.map(|(module, _)| module.to_owned()).into_iter().chain(blocks) {
            for tensor in ["weight", "bias", "running_mean", "running_var"] {
                let theirs = format!("{module}.{tensor}");
                let Some(ours) = path(&theirs) else { continue };
                assert_eq!(name(&ours, module == FACTORISED_BN), Some(theirs), "{ours}");
                count += 1;
            }
        }
        // Cells have 4 convolutions and 3 norms, sides of blocks 5 and 3.
        assert_eq!(count, 4 + 3 * 4 + 10 * (5 + 3 * 4));
        for (ours, theirs) in [
            ("p/bn/mean", "conv_prev_1x1.bn.running_mean"),
            ("b4/right/conv/weight", "comb_iter_4_right.conv.weight"),
        ] {
            assert_eq!(name(ours, false).as_deref(), Some(theirs));
        }
        for ours in ["p/bn/weight", "h/conv/gamma", "h/conv", "b0/left/odd/weight", "a/b/c/weight"]
        {
            assert_eq!(name(ours, false), None, "{ours}");
        }
    }
}
