//! Which NASNet-A a file's weights belong to.

use super::config::Config;
use super::names::kind_of;
use super::naming::{Naming, infer_n, name_layers};
use super::{KerasFile, LayerKind};
use crate::arch::{Family, Flavour, StemKind};
use crate::weights::{NetworkShape, WeightsError, shape};

pub(super) fn infer(file: &KerasFile) -> Result<NetworkShape, WeightsError> {
    let foreign = || WeightsError::Foreign { path: file.path.clone(), layers: first_layers(file) };
    let n = infer_n(file).ok_or_else(foreign)?;
    let naming = name_layers(file, n);
    let kernel = |layer: &str| kernel_shape(file, &naming, layer, n);
    let (stem, squeeze) = match (kernel("stem_conv1"), kernel("normal_conv_1_0")) {
        (Some(stem), Some(squeeze)) => (stem, squeeze),
        _ => return Err(foreign()),
    };
    let inconsistent =
        |detail: String| WeightsError::Inconsistent { path: file.path.clone(), detail };
    let &[3, 3, 3, stem_channels] = stem else {
        return Err(inconsistent(format!(
            "the stem's kernel is {stem:?}, not [3, 3, 3, channels]"
        )));
    };
    let &[1, 1, _, f] = squeeze else {
        return Err(inconsistent(format!(
            "the first cell's kernel is {squeeze:?}, not [1, 1, channels, F]"
        )));
    };
    let family = Family::Nasnet;
    shape::check_widths(family, f, stem_channels).map_err(inconsistent)?;
    let classes = shape::classes(family, f, kernel("predictions"), false);
    Ok(NetworkShape {
        family,
        stem: StemKind::Imagenet,
        n,
        f,
        stem_channels,
        classes: classes.map_err(inconsistent)?,
        skip_reduction: file
            .config
            .as_ref()
            .and_then(|config| skip_reduction(config, n))
            .or_else(|| shape::skip_reduction(n, f, *kernel("adjust_conv_1_2")?.get(2)?)),
        input: file
            .config
            .as_ref()
            .and_then(|config| config.input)
            .and_then(|(height, width)| (height == width).then_some(width)),
        flavour: Flavour::Keras,
    })
}

/// The shape of a layer's first weight, if its weights are those of its kind.
fn kernel_shape<'a>(
    file: &'a KerasFile,
    naming: &Naming,
    layer: &str,
    n: usize,
) -> Option<&'a [usize]> {
    let index = naming.names.iter().position(|name| name.as_deref() == Some(layer))?;
    let weights = &file.layers[index].weights;
    let ranks: Vec<usize> = weights.iter().map(|(_, tensor)| tensor.shape.len()).collect();
    let kind = LayerKind::from_ranks(&ranks);
    (kind.is_some() && kind == kind_of(layer, n)).then(|| weights[0].1.shape.as_slice())
}

/// From what the first normal cell after the first reduction reads.
fn skip_reduction(config: &Config, n: usize) -> Option<bool> {
    let relu = format!("adjust_relu_1_{}", n + 1);
    let [read] = config.inputs_of(&relu) else {
        return None;
    };
    let input_of_reduction = format!("normal_concat_{}", n - 1);
    let previous_input = match n {
        1 => "reduction_concat_stem_2".to_owned(),
        _ => format!("normal_concat_{}", n - 2),
    };
    if *read == input_of_reduction {
        Some(false)
    } else if *read == previous_input {
        Some(true)
    } else {
        None
    }
}

/// "layers block1_conv1, block1_conv2, fc1 and 12 more"
fn first_layers(file: &KerasFile) -> String {
    const SHOWN: usize = 4;
    let labels: Vec<String> = file.weighted().map(|(_, layer)| layer.label()).collect();
    match labels.len() {
        0 => "no layers with weights".into(),
        1 => format!("the layer {}", labels[0]),
        count if count <= SHOWN => format!("the layers {}", labels.join(", ")),
        count => format!("the layers {} and {} more", labels[..SHOWN].join(", "), count - SHOWN),
    }
}
