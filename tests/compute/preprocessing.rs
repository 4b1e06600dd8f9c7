//! Pictures as networks see them, against Pillow, torchvision, timm and TensorFlow.

use nasnet_explorer::arch::Flavour;
use nasnet_explorer::data::{Picture, Preprocessing};

use crate::network::reference;

/// What is different between our input, in -1..=1, and a reference `[size, size, 3]` in 0..=255.
fn worst(picture: &Picture, preprocessing: Preprocessing, wanted: &[f32], size: usize) -> f32 {
    let input = picture.to_input(size, preprocessing);
    let pixel = |index: usize| (input[index % 3 * size * size + index / 3] + 1.0) * 127.5;
    let differences = wanted.iter().enumerate().map(|(index, value)| (pixel(index) - value).abs());
    differences.fold(0.0, f32::max)
}

#[test]
fn every_way_is_that_of_the_program_it_is_named_after() {
    let pillow = reference("preprocessing_pillow.npz");
    let slim = reference("preprocessing_slim.npz");
    for index in 0..3 {
        let pixels = &pillow[&format!("picture_{index}")];
        let picture = Picture {
            width: pixels.shape[1] as u32,
            height: pixels.shape[0] as u32,
            rgb: pixels.data.iter().map(|value| *value as u8).collect(),
        };
        for size in [31, 48] {
            for way in Preprocessing::ALL {
                let name = format!("{way}_{index}_{size}");
                let wanted = pillow.get(&name).or(slim.get(&name)).unwrap();
                let worst = worst(&picture, way, &wanted.data, size);
                // Whole numbers up to the scaling to -1..=1 and back; TensorFlow's are fractions.
                assert!(worst < 1e-3, "{name}: {worst}");
            }
        }
    }
}

#[test]
fn the_usual_way_is_that_of_the_flavour() {
    assert_eq!(Preprocessing::usual(331, Flavour::Timm), Preprocessing::Timm);
    assert_eq!(Preprocessing::usual(224, Flavour::Keras), Preprocessing::Cadene);
    assert_eq!(Preprocessing::usual(32, Flavour::Timm), Preprocessing::Square);
}
