//! What people look at of a unit's output.

/// What one unit of the network computed of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The unit: `stem`, `cell_stem_0`, `cell_7`, ...
    pub path: String,
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    /// Mean of all numbers.
    pub mean: f32,
    /// Standard deviation of all numbers.
    pub deviation: f32,
    /// Share of numbers that are at most zero, 0 to 1: units give on sums before their ReLU, and
    /// these are what the next ReLU makes zero.
    pub zeros: f32,
    /// The smallest and the largest number.
    pub range: [f32; 2],
    /// Every channel as 8-bit grey `[C, H, W]`, black at the channel's smallest number and white
    /// at its largest; a channel of one value is black.
    pub maps: Vec<u8>,
}

/// Describes numbers `[C, H, W]`.
pub(super) fn activation(path: &str, shape: [usize; 3], numbers: &[f32]) -> Activation {
    let [_, height, width] = shape;
    let count = numbers.len() as f64;
    let mean = numbers.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let squares = numbers.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>();
    let silenced = numbers.iter().filter(|value| **value <= 0.0).count();
    let mut maps = Vec::with_capacity(numbers.len());
    for channel in numbers.chunks_exact(height * width) {
        let [least, most] = range(channel);
        let scale = if most > least { 255.0 / (most - least) } else { 0.0 };
        maps.extend(channel.iter().map(|value| ((value - least) * scale).round() as u8));
    }
    Activation {
        path: path.to_owned(),
        shape,
        mean: mean as f32,
        deviation: (squares / count).sqrt() as f32,
        zeros: silenced as f32 / numbers.len() as f32,
        range: range(numbers),
        maps,
    }
}

fn range(numbers: &[f32]) -> [f32; 2] {
    numbers.iter().fold([f32::INFINITY, f32::NEG_INFINITY], |[least, most], value| {
        [least.min(*value), most.max(*value)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_stretched_one_by_one() {
        let numbers = [-1.0, 0.0, 1.0, 3.0, 5.0, 5.0, 5.0, 5.0];
        let activation = activation("stem", [2, 2, 2], &numbers);
        assert_eq!(activation.maps, [0, 64, 128, 255, 0, 0, 0, 0]);
        assert_eq!(activation.mean, 23.0 / 8.0);
        assert_eq!(activation.zeros, 0.25);
        assert_eq!(activation.range, [-1.0, 5.0]);
        let variance = (15.015_625 + 8.265_625 + 3.515_625 + 0.015_625 + 4.0 * 4.515_625) / 8.0;
        assert!((activation.deviation - f32::sqrt(variance)).abs() < 1e-6);
    }
}
