//! `.weights.h5`: `/layers/<class>[_k]/vars/<i>`, where `k` counts the layers of a class in the
//! order of `model.layers`.

use hdf5_pure::{AttrValue, Group};

use super::hdf5::Reader;
use super::{Container, KerasFile, KerasLayer};
use crate::weights::WeightsError;

/// Keras 3's group of layers, and TensorFlow 2.13's.
pub(super) const LAYER_GROUPS: [&str; 2] = ["layers", "_layer_checkpoint_dependencies"];

pub(super) fn read(
    reader: &mut Reader<'_>,
    root: &Group,
    group: &str,
) -> Result<KerasFile, WeightsError> {
    let all = reader.group(root, group)?;
    let mut layers = Vec::new();
    for member in all.groups().map_err(|error| reader.damaged(&error))? {
        let layer = reader.group(&all, &member)?;
        let parts = layer.groups().map_err(|error| reader.damaged(&error))?;
        if parts.iter().any(|part| part == "vars") {
            let variables = reader.group(&layer, "vars")?;
            layers.push(read_layer(reader, &variables, &member)?);
        }
    }
    // HDF5 lists members alphabetically: conv2d_10 before conv2d_2.
    layers.sort_by(|a: &KerasLayer, b| (&a.class, a.number).cmp(&(&b.class, b.number)));
    Ok(KerasFile {
        path: reader.path.to_path_buf(),
        container: Container::WeightsH5,
        keras_version: None,
        layers,
        config: None,
    })
}

fn read_layer(
    reader: &mut Reader<'_>,
    variables: &Group,
    member: &str,
) -> Result<KerasLayer, WeightsError> {
    let mut numbers: Vec<usize> = variables
        .datasets()
        .map_err(|error| reader.damaged(&error))?
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    numbers.sort_unstable();
    let mut weights = Vec::with_capacity(numbers.len());
    for number in numbers {
        let name = number.to_string();
        let tensor = reader.tensor(variables, &name)?;
        weights.push((name, tensor));
    }
    let name =
        reader.attributes(variables)?.get("name").and_then(AttrValue::as_str).map(str::to_owned);
    let (class, number) = class_and_number(member);
    Ok(KerasLayer { name, class: Some(class.to_owned()), number: Some(number), weights })
}

/// `separable_conv2d_5` -> (`separable_conv2d`, 5); the first of a class has no number.
fn class_and_number(member: &str) -> (&str, usize) {
    member
        .rsplit_once('_')
        .and_then(|(class, number)| Some((class, number.parse().ok()?)))
        .unwrap_or((member, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters() {
        assert_eq!(class_and_number("conv2d"), ("conv2d", 0));
        assert_eq!(class_and_number("separable_conv2d_105"), ("separable_conv2d", 105));
        assert_eq!(class_and_number("global_average_pooling2d"), ("global_average_pooling2d", 0));
    }
}
