//! TF-slim's names and this crate's parameter paths.
//!
//! Normal cells are numbered 0 to 3N-1, as here.

use crate::arch::StemKind;
use crate::weights::layout::Layout;

/// What the stem's convolution and its batch norm are called, on ImageNet and on CIFAR.
pub(super) const STEMS: [(&str, &str, StemKind); 2] =
    [("conv0", "conv0_bn", StemKind::Imagenet), ("l1_stem_3x3", "l1_stem_bn", StemKind::Cifar)];

/// What `tf.train.Checkpoint` puts behind a variable's name.
const ATTRIBUTE: &str = "/.ATTRIBUTES/VARIABLE_VALUE";

/// The variable that a key names: `tf.train.Checkpoint` writes `.S` for a slash within a name, and
/// two dots for one.
pub(super) fn variable(key: &str) -> String {
    let Some(name) = key.strip_suffix(ATTRIBUTE) else {
        return key.to_owned();
    };
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(dot) = rest.find('.') {
        plain.push_str(&rest[..dot]);
        let (letters, after) = match rest.get(dot..dot + 2) {
            Some(".S") => ("/", 2),
            Some("..") => (".", 2),
            _ => (".", 1),
        };
        plain.push_str(letters);
        rest = &rest[dot + after..];
    }
    plain + rest
}

/// What comes before all names of a network, mostly nothing; `None` if there is no stem.
pub(super) fn prefix<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.find_map(|name| {
        let stem = name.strip_suffix("/weights")?;
        let prefix = STEMS.into_iter().find_map(|(called, ..)| stem.strip_suffix(called))?;
        (prefix.is_empty() || prefix.ends_with('/')).then_some(prefix)
    })
}

/// Whether a variable is of use in training alone: an optimiser's, or the auxiliary head's.
pub(super) fn is_for_training(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    let auxiliary = first
        .strip_prefix("aux_")
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let last = name.rsplit('/').next().unwrap_or_default();
    // `RMSProp_1`: the second of an optimiser's numbers for a variable.
    let slot = last.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_');
    let slot = matches!(
        slot,
        "RMSProp" | "Momentum" | "Adam" | "Adagrad" | "Adadelta" | "Ftrl" | "GradientDescent"
    );
    let counter = matches!(
        last,
        "global_step" | "beta1_power" | "beta2_power" | "save_counter" | "learning_rate"
    );
    auxiliary || slot || counter || name.contains("/.OPTIMIZER_SLOT/")
}

/// Where a tensor goes and how it has to be turned, or `None` for one that no such network has.
pub(super) fn destination(name: &str) -> Option<(String, Layout)> {
    match name {
        "final_layer/FC/weights" => return Some(("head/dense/weight".into(), Layout::Dense)),
        "final_layer/FC/biases" => return Some(("head/dense/bias".into(), Layout::AsIs)),
        _ => {}
    }
    let (cell, inside) = name.split_once('/')?;
    for (convolution, batch_norm, _) in STEMS {
        if cell == convolution && inside == "weights" {
            return Some(("stem/conv/weight".into(), Layout::Convolution));
        }
        if cell == batch_norm {
            return Some((format!("stem/bn/{}", norm(inside)?), Layout::AsIs));
        }
    }
    let is_cell = matches!(cell, "cell_stem_0" | "cell_stem_1")
        || matches!(cell, "reduction_cell_0" | "reduction_cell_1")
        || number(cell).is_some();
    is_cell.then_some(())?;
    let (module, last) = inside.rsplit_once('/')?;
    let (place, layout) = match module {
        "1x1" => ("h/conv".to_owned(), Layout::Convolution),
        "prev_1x1" => ("p/conv".to_owned(), Layout::Convolution),
        "path1_conv" => ("p/path_1".to_owned(), Layout::Convolution),
        "path2_conv" => ("p/path_2".to_owned(), Layout::Convolution),
        "beginning_bn" => ("h/bn".to_owned(), Layout::AsIs),
        "prev_bn" | "final_path_bn" => ("p/bn".to_owned(), Layout::AsIs),
        _ => match module.strip_prefix("cell_output/reduction_") {
            Some(state) => output(state)?,
            None => {
                let (place, layout) = block(module.strip_prefix("comb_iter_")?, last)?;
                return Some((format!("{cell}/{place}"), layout));
            }
        },
    };
    Some((format!("{cell}/{place}/{}", tensor_of(layout, last)?), layout))
}

/// What a state needs that comes out of the cell and has other channels or another size: `1/path_bn`
/// -> `output/p/bn`. Only the cell's inputs, 0 and 1, can have.
fn output(module: &str) -> Option<(String, Layout)> {
    let (state, part) = module.split_once('/')?;
    let state = match state {
        "0" => "h",
        "1" => "p",
        _ => return None,
    };
    let (part, layout) = match part {
        "path_conv" => ("conv", Layout::Convolution),
        "path1_conv" => ("path_1", Layout::Convolution),
        "path2_conv" => ("path_2", Layout::Convolution),
        "path_bn" | "final_path_bn" => ("bn", Layout::AsIs),
        _ => return None,
    };
    Some((format!("output/{state}/{part}"), layout))
}

/// What a convolution's or a batch norm's tensor is called here.
fn tensor_of(layout: Layout, last: &str) -> Option<&'static str> {
    match layout {
        Layout::Convolution => (last == "weights").then_some("weight"),
        _ => norm(last),
    }
}

/// `0/left/separable_5x5_1`, `depthwise_weights` -> `b0/left/depthwise_1/weight`
fn block(module: &str, last: &str) -> Option<(String, Layout)> {
    let (place, part) = module.rsplit_once('/')?;
    let (block, side) = place.split_once('/')?;
    let known = matches!(block, "0" | "1" | "2" | "3" | "4") && matches!(side, "left" | "right");
    known.then_some(())?;
    let place = format!("b{block}/{side}");
    // An identity or a pool that changes size or width.
    let projection = match part {
        "1x1" => Some(("conv", Layout::Convolution)),
        "bn_1" => Some(("bn", Layout::AsIs)),
        _ => None,
    };
    if let Some((part, layout)) = projection {
        return Some((format!("{place}/{part}/{}", tensor_of(layout, last)?), layout));
    }
    if let Some(part) = part.strip_prefix("bn_sep_") {
        return Some((format!("{place}/bn_{}/{}", repeat(part)?, norm(last)?), Layout::AsIs));
    }
    let repeat = repeat(part.strip_prefix("separable_")?)?;
    match last {
        "depthwise_weights" => {
            Some((format!("{place}/depthwise_{repeat}/weight"), Layout::Depthwise))
        }
        "pointwise_weights" => {
            Some((format!("{place}/pointwise_{repeat}/weight"), Layout::Convolution))
        }
        _ => None,
    }
}

/// `5x5_1` -> `1`. Whether the operation is the right one, the shape of its weight tells.
fn repeat(part: &str) -> Option<&str> {
    let (kernel, repeat) = part.split_once('_')?;
    (matches!(kernel, "3x3" | "5x5" | "7x7") && matches!(repeat, "1" | "2")).then_some(repeat)
}

/// `cell_7` -> 7
pub(super) fn number(cell: &str) -> Option<usize> {
    let digits = cell.strip_prefix("cell_")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 4;
    digits.parse().ok().filter(|number: &usize| plain && number.to_string() == digits)
}

fn norm(name: &str) -> Option<&'static str> {
    Some(match name {
        "gamma" => "gamma",
        "beta" => "beta",
        "moving_mean" => "mean",
        "moving_variance" => "variance",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_objects() {
        let plain = "cell_0/comb_iter_0/left/bn_sep_5x5_1/gamma";
        let key = format!("variables/{}{ATTRIBUTE}", plain.replace('/', ".S"));
        assert_eq!(variable(&key), format!("variables/{plain}"));
        assert_eq!(variable(&format!("a..b.Sc.d{ATTRIBUTE}")), "a.b/c.d");
        assert_eq!(variable("a.Sb"), "a.Sb");
    }

    #[test]
    fn what_is_for_training() {
        for name in [
            "aux_7/aux_logits/proj/weights",
            "cell_0/1x1/weights/RMSProp",
            "cell_0/1x1/weights/RMSProp_1",
            "conv0/weights/Momentum",
            "global_step",
            "beta1_power",
        ] {
            assert!(is_for_training(name), "{name}");
            assert_eq!(destination(name), None);
        }
        for name in ["conv0/weights", "cell_0/1x1/weights", "final_layer/FC/biases", "aux_x/a", "b"]
        {
            assert!(!is_for_training(name), "{name}");
        }
    }

    #[test]
    fn names_of_cifar_and_of_pnasnet() {
        for (name, path, layout) in [
            ("l1_stem_3x3/weights", "stem/conv/weight", Layout::Convolution),
            ("l1_stem_bn/moving_variance", "stem/bn/variance", Layout::AsIs),
            ("conv0_bn/beta", "stem/bn/beta", Layout::AsIs),
            ("cell_0/1x1/weights", "cell_0/h/conv/weight", Layout::Convolution),
            ("cell_0/beginning_bn/gamma", "cell_0/h/bn/gamma", Layout::AsIs),
            ("cell_5/path2_conv/weights", "cell_5/p/path_2/weight", Layout::Convolution),
            ("cell_5/final_path_bn/gamma", "cell_5/p/bn/gamma", Layout::AsIs),
            (
                "cell_0/comb_iter_2/right/1x1/weights",
                "cell_0/b2/right/conv/weight",
                Layout::Convolution,
            ),
            ("cell_4/comb_iter_4/right/bn_1/moving_mean", "cell_4/b4/right/bn/mean", Layout::AsIs),
            (
                "cell_0/cell_output/reduction_1/path_conv/weights",
                "cell_0/output/p/conv/weight",
                Layout::Convolution,
            ),
            (
                "cell_0/cell_output/reduction_1/path_bn/beta",
                "cell_0/output/p/bn/beta",
                Layout::AsIs,
            ),
            (
                "cell_0/comb_iter_0/left/separable_5x5_2/depthwise_weights",
                "cell_0/b0/left/depthwise_2/weight",
                Layout::Depthwise,
            ),
        ] {
            assert_eq!(destination(name), Some((path.to_owned(), layout)), "{name}");
        }
    }

    #[test]
    fn names_that_no_nasnet_has() {
        for name in [
            "cell_0/comb_iter_5/left/separable_5x5_1/depthwise_weights",
            "cell_0/comb_iter_0/middle/separable_5x5_1/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_9x9_1/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_5x5_3/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_5x5_1/weights",
            "cell_00/1x1/weights",
            "cell_0/1x1/biases",
            "cell_0/1x1/gamma",
            "cell_0/cell_output/reduction_2/path_conv/weights",
            "cell_0/comb_iter_0/left/1x1/gamma",
            "cell_0/comb_iter_0/left/bn_1/weights",
            "conv0/gamma",
            "conv0_bn/weights",
            "Conv/weights",
        ] {
            assert_eq!(destination(name), None, "{name}");
        }
    }
}
