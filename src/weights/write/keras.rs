//! HDF5 files that Keras loads.

use std::io::{self, Write};

use hdf5_pure::{
    AttrValue, Datatype, DatatypeByteOrder, Error, FileBuilder, FloatingPointLayout, GroupBuilder,
    make_f32_type,
};

use super::Source;
use super::safetensors::stored;
use crate::weights::keras::written::{WrittenWeight, layers};

/// Keras turns the tensors of files that name no version or the first.
const KERAS_VERSION: &str = "2.2.4";
/// Longer attributes Keras parts into several with a number behind the name, for HDF5 keeps none of
/// 64 kB.
const LONGEST_ATTRIBUTE: usize = 64_512;

/// Legacy `.h5`: a group per layer, with attributes that list the layers and their weights in order.
pub(super) fn write_legacy(output: &mut dyn Write, source: &Source<'_>) -> io::Result<()> {
    let mut file = FileBuilder::new();
    let layers = layers(source.settings);
    let names: Vec<String> = layers.iter().map(|layer| layer.name.clone()).collect();
    for (name, part) in parted("layer_names", &names) {
        // Strings of a fixed length, as Keras 2 wrote them: every reader knows them.
        file.set_attr(&name, AttrValue::AsciiStringArray(part.to_vec()));
    }
    file.set_attr("backend", AttrValue::AsciiString("tensorflow".to_owned()));
    file.set_attr("keras_version", AttrValue::AsciiString(KERAS_VERSION.to_owned()));
    for layer in layers {
        let mut group = file.create_group(&layer.name);
        let name = |weight: &WrittenWeight| format!("{}/{}:0", layer.name, weight.name);
        let names = layer.weights.iter().map(name).collect();
        group.set_attr("weight_names", AttrValue::AsciiStringArray(names));
        let mut inner = group.create_group(&layer.name);
        for weight in &layer.weights {
            add(&mut inner, &format!("{}:0", weight.name), weight, source)?;
        }
        group.add_group(inner.finish());
        file.add_group(group.finish());
    }
    finish(file, output)
}

/// An attribute of texts, parted where it is too long for one.
fn parted<'a>(name: &str, texts: &'a [String]) -> Vec<(String, &'a [String])> {
    let width = texts.iter().map(String::len).max().unwrap_or(0).max(1);
    let parts = texts.chunks((LONGEST_ATTRIBUTE / width).max(1));
    if parts.len() == 1 {
        return vec![(name.to_owned(), texts)];
    }
    parts.enumerate().map(|(number, part)| (format!("{name}{number}"), part)).collect()
}

/// `.weights.h5`: `/layers/<class>[_k]/vars/<i>`.
pub(super) fn write(output: &mut dyn Write, source: &Source<'_>) -> io::Result<()> {
    let mut file = FileBuilder::new();
    let mut all = file.create_group("layers");
    for layer in layers(source.settings) {
        let mut group = all.create_group(&layer.numbered);
        let mut variables = group.create_group("vars");
        variables.set_attr("name", AttrValue::String(layer.name));
        for (number, weight) in layer.weights.iter().enumerate() {
            add(&mut variables, &number.to_string(), weight, source)?;
        }
        group.add_group(variables.finish());
        all.add_group(group.finish());
    }
    file.add_group(all.finish());
    finish(file, output)
}

/// Adds a tensor, turned into Keras' layout.
fn add(
    group: &mut GroupBuilder,
    name: &str,
    weight: &WrittenWeight,
    source: &Source<'_>,
) -> io::Result<()> {
    let lacking = || io::Error::other(format!("the weights lack {}", weight.path));
    let tensor = source.table.get(&weight.path).ok_or_else(lacking)?;
    let tensor = weight.layout.undone(tensor);
    let shape: Vec<u64> = tensor.shape.iter().map(|size| *size as u64).collect();
    let kind = if source.half { half_type() } else { make_f32_type() };
    let bytes = stored(&tensor.data, source.half);
    group
        .create_dataset(name)
        .with_raw_data(kind, bytes, shape.iter().product())
        .with_shape(&shape);
    Ok(())
}

fn finish(file: FileBuilder, output: &mut dyn Write) -> io::Result<()> {
    file.finish_to(output).map_err(|error| match error {
        Error::Io(error) => error,
        other => io::Error::other(other.to_string()),
    })
}

/// IEEE 754 binary16, little-endian.
fn half_type() -> Datatype {
    let byte_order = DatatypeByteOrder::LittleEndian;
    let layout = FloatingPointLayout {
        bit_offset: 0,
        bit_precision: 16,
        exponent_location: 10,
        exponent_size: 5,
        mantissa_location: 0,
        mantissa_size: 10,
        exponent_bias: 15,
    };
    Datatype::FloatingPoint { size: 2, byte_order, layout }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_parted() {
        let texts = |count: usize| vec!["a".repeat(32); count];
        let (short, long) = (texts(2016), texts(2017));
        assert_eq!(parted("names", &short), [("names".to_owned(), short.as_slice())]);
        let parts = parted("names", &long);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].0.as_str(), parts[0].1.len()), ("names0", 2016));
        assert_eq!((parts[1].0.as_str(), parts[1].1.len()), ("names1", 1));
    }
}
