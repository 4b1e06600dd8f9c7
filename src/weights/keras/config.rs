//! The configuration of a network that whole-model files carry: a JSON list of layers with their
//! inputs. It tells what weights alone cannot: names, the input size, and how cells are wired.

use std::collections::HashMap;

use serde_json::Value;

use super::{KerasFile, LayerKind};

/// What a network's configuration says, as far as it concerns weights.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// In the order of `model.layers`.
    layers: Vec<LayerConfig>,
    /// Height and width of the input, where they are fixed.
    pub(crate) input: Option<(usize, usize)>,
}

#[derive(Debug, Clone, PartialEq)]
struct LayerConfig {
    name: String,
    class: String,
    inputs: Vec<String>,
}

impl Config {
    /// From JSON text, or `None` where it is not a functional model's configuration.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let root: Value = serde_json::from_slice(text).ok()?;
        let list = root.get("config")?.get("layers")?.as_array()?;
        let layers = list.iter().filter_map(LayerConfig::parse).collect();
        let input = list
            .iter()
            .find(|layer| layer.get("class_name").and_then(Value::as_str) == Some("InputLayer"))
            .and_then(input_size);
        Some(Self { layers, input })
    }

    /// The layers that a layer reads, in order; none for an unknown name.
    pub(crate) fn inputs_of(&self, name: &str) -> &[String] {
        self.layers.iter().find(|layer| layer.name == name).map_or(&[], |layer| &layer.inputs)
    }
}

impl LayerConfig {
    fn parse(layer: &Value) -> Option<Self> {
        // Keras 2 has a `name` beside the class; both have it inside `config`.
        let name = layer.get("config")?.get("name")?.as_str()?;
        let mut inputs = Vec::new();
        if let Some(nodes) = layer.get("inbound_nodes") {
            collect_inputs(nodes, &mut inputs);
        }
        Some(Self {
            name: name.to_owned(),
            class: layer.get("class_name")?.as_str()?.to_owned(),
            inputs,
        })
    }
}

/// Both generations name an input by a triple `[layer, node, tensor]`: Keras 2 in nested lists,
/// Keras 3 as the `keras_history` of a serialised tensor. `serde_json` bounds the nesting.
fn collect_inputs(value: &Value, inputs: &mut Vec<String>) {
    match value {
        Value::Array(items) => match items.as_slice() {
            [Value::String(name), Value::Number(_), Value::Number(_), ..] => {
                inputs.push(name.clone())
            }
            items => items.iter().for_each(|item| collect_inputs(item, inputs)),
        },
        Value::Object(fields) => fields.values().for_each(|field| collect_inputs(field, inputs)),
        _ => {}
    }
}

/// `[None, height, width, channels]`
fn input_size(layer: &Value) -> Option<(usize, usize)> {
    let config = layer.get("config")?;
    let shape = config.get("batch_shape").or_else(|| config.get("batch_input_shape"))?;
    let size = |index: usize| usize::try_from(shape.get(index)?.as_u64()?).ok();
    Some((size(1)?, size(2)?))
}

/// Fills in what the configuration knows of the file's layers: the class by name, or the name by
/// the class' counter.
pub(super) fn complete(keras: &mut KerasFile) {
    let Some(config) = &keras.config else {
        return;
    };
    let class_of: HashMap<&str, &str> =
        config.layers.iter().map(|layer| (layer.name.as_str(), layer.class.as_str())).collect();
    let mut of_kind: HashMap<LayerKind, Vec<&str>> = HashMap::new();
    for layer in &config.layers {
        if let Some(kind) = LayerKind::from_class(&layer.class) {
            of_kind.entry(kind).or_default().push(&layer.name);
        }
    }
    for layer in &mut keras.layers {
        match (&layer.name, layer.number) {
            (Some(name), None) => {
                layer.class = class_of.get(name.as_str()).map(|&class| class.to_owned())
            }
            (None, Some(number)) => {
                let names = layer.kind().and_then(|kind| of_kind.get(&kind));
                layer.name = names.and_then(|names| names.get(number)).map(|&name| name.to_owned());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KERAS_2: &str = r#"{"class_name": "Model", "config": {"name": "NASNet", "layers": [
        {"name": "input_1", "class_name": "InputLayer",
         "config": {"batch_input_shape": [null, 331, 331, 3], "name": "input_1"}, "inbound_nodes": []},
        {"name": "add_1", "class_name": "Add", "config": {"name": "add_1"},
         "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]}]}}"#;

    #[test]
    fn keras_2_configuration() {
        let config = Config::parse(KERAS_2.as_bytes()).unwrap();
        assert_eq!(config.input, Some((331, 331)));
        assert_eq!(config.inputs_of("add_1"), ["a", "b"]);
        assert!(config.inputs_of("input_1").is_empty());
        assert!(config.inputs_of("nothing").is_empty());
    }

    #[test]
    fn not_a_configuration() {
        for text in ["", "[]", "{}", "{\"config\": 3}", "\u{0}"] {
            assert_eq!(Config::parse(text.as_bytes()), None);
        }
    }
}
