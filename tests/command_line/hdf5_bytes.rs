//! Changing numbers inside a weight file.

use std::path::Path;

use nasnet_explorer::weights::read_keras;

/// Makes the first number of a layer's first weight NaN, in a file that stores `float32` as it is.
pub fn with_a_nan(file: &str, layer: &str) -> Vec<u8> {
    let weights = read_keras(Path::new(file)).unwrap();
    let layer = weights.layers.iter().find(|one| one.name.as_deref() == Some(layer)).unwrap();
    let numbers: Vec<u8> =
        layer.weights[0].1.data.iter().flat_map(|number| number.to_le_bytes()).collect();
    let mut bytes = std::fs::read(file).unwrap();
    let mut places = bytes.windows(numbers.len()).enumerate().filter(|(_, part)| *part == numbers);
    let (place, _) = places.next().expect("the numbers are in the file as they are");
    assert!(places.next().is_none(), "and nowhere else");
    bytes[place..place + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    bytes
}
