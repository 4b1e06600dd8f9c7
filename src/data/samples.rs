//! A few small pictures to begin with, drawn by `examples/make_samples.rs`.

/// A picture that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What the gallery calls it.
    pub name: &'static str,
    /// A PNG or JPEG file.
    pub bytes: &'static [u8],
}

macro_rules! sample {
    ($name:literal, $file:literal) => {
        Sample { name: $name, bytes: include_bytes!(concat!("../../assets/samples/", $file)) }
    };
}

static SAMPLES: [Sample; 6] = [
    sample!("Red triangle", "red_triangle.jpg"),
    sample!("Blue ring", "blue_ring.jpg"),
    sample!("Checkered ball", "checkered_ball.jpg"),
    sample!("Stripes", "stripes.png"),
    sample!("Star", "star.jpg"),
    sample!("Evening", "evening.jpg"),
];

/// All of them, in the order to show them.
#[must_use]
pub fn all() -> &'static [Sample] {
    &SAMPLES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Picture;

    #[test]
    fn every_sample_is_a_picture_of_some_contrast() {
        for sample in all() {
            assert!(sample.bytes.len() < 40_000, "{}: {} bytes", sample.name, sample.bytes.len());
            let picture = Picture::decode(sample.bytes, sample.name).unwrap();
            assert_eq!((picture.width, picture.height), (224, 224));
            let (low, high) =
                (picture.rgb.iter().min().unwrap(), picture.rgb.iter().max().unwrap());
            assert!(high - low > 100, "{}", sample.name);
        }
    }
}
