//! Legacy `.h5`: a group per layer, with lists of names in attributes that give the order.

use hdf5_pure::{AttrValue, Group};

use super::hdf5::Reader;
use super::{Container, KerasFile, KerasLayer, config};
use crate::weights::WeightsError;

/// A whole model: `/model_weights` and, in an attribute of the root, its configuration.
pub(super) fn read_model(reader: &mut Reader<'_>, root: &Group) -> Result<KerasFile, WeightsError> {
    let attributes = reader.attributes(root)?;
    let group = reader.group(root, "model_weights")?;
    let mut keras = read_weights(reader, &group)?;
    keras.container = Container::LegacyModel;
    keras.config = attributes
        .get("model_config")
        .and_then(AttrValue::as_str)
        .and_then(|text| config::Config::parse(text.as_bytes()));
    if keras.keras_version.is_none() {
        keras.keras_version =
            attributes.get("keras_version").and_then(AttrValue::as_str).map(str::to_owned);
    }
    config::complete(&mut keras);
    Ok(keras)
}

/// Weights only.
pub(super) fn read_weights(
    reader: &mut Reader<'_>,
    root: &Group,
) -> Result<KerasFile, WeightsError> {
    let attributes = reader.attributes(root)?;
    let mut layers = Vec::new();
    for name in reader.names(&attributes, "layer_names")? {
        let group = reader.group(root, &name)?;
        // Never the group's own listing: it is alphabetical, and would put beta before gamma.
        let inside = reader.names(&reader.attributes(&group)?, "weight_names")?;
        let mut weights = Vec::with_capacity(inside.len());
        for path in inside {
            let tensor = reader.tensor(&group, &path)?;
            weights.push((short_name(&path).to_owned(), tensor));
        }
        layers.push(KerasLayer { name: Some(name), class: None, number: None, weights });
    }
    Ok(KerasFile {
        path: reader.path.to_path_buf(),
        container: Container::LegacyWeights,
        keras_version: attributes
            .get("keras_version")
            .and_then(AttrValue::as_str)
            .map(str::to_owned),
        layers,
        config: None,
    })
}

/// `reduction_A_block_stem_1/.../depthwise_kernel:0` -> `depthwise_kernel`
fn short_name(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split_once(':').map_or(last, |(name, _)| name)
}
