//! A few small pictures to begin with, drawn by `examples/make_samples.rs` and
//! `examples/make_drawings`. The network that comes with the program can name all but the last two.

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
        Sample { name: $name, bytes: include_bytes!(concat!("../../assets/", $file)) }
    };
}

static SAMPLES: [Sample; 12] = [
    sample!("Red triangle", "samples/red_triangle.jpg"),
    sample!("Star", "samples/star.jpg"),
    sample!("Stripes", "samples/stripes.png"),
    sample!("Drawn circle", "drawings/circle/2.png"),
    sample!("Drawn heart", "drawings/heart/3.png"),
    sample!("Drawn house", "drawings/house/2.png"),
    sample!("Drawn fish", "drawings/fish/4.png"),
    sample!("Drawn smiley", "drawings/smiley/5.png"),
    sample!("Drawn spiral", "drawings/spiral/1.png"),
    sample!("Drawn lightning", "drawings/lightning/6.png"),
    sample!("Checkered ball", "samples/checkered_ball.jpg"),
    sample!("Evening", "samples/evening.jpg"),
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
            assert_eq!(picture.width, picture.height);
            assert!([96, 224].contains(&picture.width), "{}", sample.name);
            let (low, high) =
                (picture.rgb.iter().min().unwrap(), picture.rgb.iter().max().unwrap());
            assert!(high - low > 100, "{}", sample.name);
        }
    }
}
