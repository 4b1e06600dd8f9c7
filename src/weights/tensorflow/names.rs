//! TF-slim's names and this crate's parameter paths.
//!
//! Normal cells are numbered 0 to 3N-1, as here.

use crate::weights::layout::Layout;

/// The stem's weight, which every NASNet for ImageNet has.
pub(super) const STEM: &str = "conv0/weights";

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

/// What comes before all names of a NASNet, mostly nothing; `None` if there is no NASNet's stem.
pub(super) fn prefix<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.find_map(|name| {
        let prefix = name.strip_suffix(STEM)?;
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

/// Where a tensor goes and how it has to be turned, or `None` for one that no NASNet has.
pub(super) fn destination(name: &str) -> Option<(String, Layout)> {
    match name {
        STEM => return Some(("stem/conv/weight".into(), Layout::Convolution)),
        "final_layer/FC/weights" => return Some(("head/dense/weight".into(), Layout::Dense)),
        "final_layer/FC/biases" => return Some(("head/dense/bias".into(), Layout::AsIs)),
        _ => {}
    }
    let (cell, inside) = name.split_once('/')?;
    if cell == "conv0_bn" {
        return Some((format!("stem/bn/{}", norm(inside)?), Layout::AsIs));
    }
    let is_cell = matches!(cell, "cell_stem_0" | "cell_stem_1")
        || matches!(cell, "reduction_cell_0" | "reduction_cell_1")
        || number(cell).is_some();
    is_cell.then_some(())?;
    let (place, layout) = match inside {
        "1x1/weights" => ("h/conv/weight".to_owned(), Layout::Convolution),
        "prev_1x1/weights" => ("p/conv/weight".to_owned(), Layout::Convolution),
        "path1_conv/weights" => ("p/path_1/weight".to_owned(), Layout::Convolution),
        "path2_conv/weights" => ("p/path_2/weight".to_owned(), Layout::Convolution),
        _ => {
            let (module, last) = inside.rsplit_once('/')?;
            match module {
                "beginning_bn" => (format!("h/bn/{}", norm(last)?), Layout::AsIs),
                "prev_bn" | "final_path_bn" => (format!("p/bn/{}", norm(last)?), Layout::AsIs),
                _ => block(module.strip_prefix("comb_iter_")?, last)?,
            }
        }
    };
    Some((format!("{cell}/{place}"), layout))
}

/// `0/left/separable_5x5_1`, `depthwise_weights` -> `b0/left/depthwise_1/weight`
fn block(module: &str, last: &str) -> Option<(String, Layout)> {
    let (place, part) = module.rsplit_once('/')?;
    let (block, side) = place.split_once('/')?;
    let known = matches!(block, "0" | "1" | "2" | "3" | "4") && matches!(side, "left" | "right");
    known.then_some(())?;
    let place = format!("b{block}/{side}");
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
    fn names_that_no_nasnet_has() {
        for name in [
            "cell_0/comb_iter_5/left/separable_5x5_1/depthwise_weights",
            "cell_0/comb_iter_0/middle/separable_5x5_1/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_9x9_1/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_5x5_3/depthwise_weights",
            "cell_0/comb_iter_0/left/separable_5x5_1/weights",
            "cell_00/1x1/weights",
            "cell_0/1x1/biases",
            "Conv/weights",
        ] {
            assert_eq!(destination(name), None, "{name}");
        }
    }
}
