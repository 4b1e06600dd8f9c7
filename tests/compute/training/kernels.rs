//! The loops themselves, on sizes that fill whole vectors and sizes that leave a rest.

use nasnet_explorer::net::kernels::{self, Geometry, PoolGeometry};
use nasnet_explorer::plan::{Border, Convolution, Padding, Pool, PoolKind};

use super::double::{Value, convolve, pooled};
use super::support::{Random, largest};

fn random(count: usize, random: &mut Random) -> Vec<f32> {
    (0..count).map(|_| random.between(-1.0, 1.0)).collect()
}

fn double(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().map(|number| f64::from(*number)).collect()
}

fn dot(left: &[f32], right: &[f32]) -> f64 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| f64::from(*left) * f64::from(*right)).sum()
}

fn length(numbers: &[f32]) -> f64 {
    dot(numbers, numbers).sqrt()
}

fn assert_forward(found: &[f32], wanted: &Value, name: &str) {
    assert_eq!(found.len(), wanted.data.len(), "{name}");
    let scale = f64::from(largest(found)).max(1e-3);
    for (found, wanted) in found.iter().zip(&wanted.data) {
        assert!((f64::from(*found) - wanted).abs() < 1e-5 * scale, "{name}: {found}, not {wanted}");
    }
}

/// A gradient is the transposed map: `<made, g> = <x, gradient(g)>`. The sides may differ by what
/// rounding makes of sums of this length; one number of 10 000 left out would be 1e-2.
fn assert_transposed(made: f64, back: f64, scale: f64, name: &str) {
    assert!((made - back).abs() < 1e-5 * scale, "{name}: {made} is not {back}");
}

const SIZES: [[usize; 2]; 8] =
    [[1, 1], [2, 3], [7, 8], [9, 17], [16, 16], [13, 33], [32, 32], [5, 70]];

/// Every window of the thirteen operations, with those of stem and factorised reduction.
const WINDOWS: [([u32; 2], [u32; 2], u32, bool); 15] = [
    ([1, 1], [1, 1], 1, false),
    ([1, 1], [2, 2], 1, false),
    ([3, 3], [1, 1], 1, false),
    ([3, 3], [2, 2], 1, false),
    ([1, 3], [1, 2], 1, false),
    ([3, 1], [2, 1], 1, false),
    ([1, 7], [1, 1], 1, false),
    ([7, 1], [2, 1], 1, false),
    ([3, 3], [1, 1], 1, true),
    ([3, 3], [2, 2], 1, true),
    ([3, 3], [1, 1], 2, true),
    ([3, 3], [2, 2], 2, true),
    ([5, 5], [2, 2], 1, true),
    ([7, 7], [1, 1], 1, true),
    ([7, 7], [2, 2], 1, true),
];

#[test]
fn convolutions_of_all_sizes_and_their_gradients() {
    let mut numbers = Random(1);
    for (kernel, stride, dilation, depthwise) in WINDOWS {
        for (turn, [height, width]) in SIZES.into_iter().enumerate() {
            let pictures = 1 + turn % 3;
            let input = [1, 3, 5, 19, 33][numbers.below(5)];
            let output = if depthwise { input } else { [1, 2, 17, 36][numbers.below(4)] };
            let size = [height, width].map(|size| size as u32);
            let padding = Padding::same(size, kernel, stride, dilation);
            let convolution =
                Convolution { input, output, kernel, stride, dilation, depthwise, padding };
            let shape = [pictures, input as usize, height, width];
            let name = format!("{convolution:?} on {shape:?}");
            let geometry = Geometry::new(convolution, shape);
            let read = if depthwise { 1 } else { input };
            let taps = (output * read * kernel[0] * kernel[1]) as usize;
            let (x, weight) =
                (random(shape.iter().product(), &mut numbers), random(taps, &mut numbers));
            let out = geometry.output_shape();
            // What was in the memory before must not matter.
            let mut made = vec![f32::NAN; out.iter().product()];
            kernels::convolve(&geometry, &x, &weight, &mut made);
            let value = Value { shape, data: double(&x) };
            assert_forward(&made, &convolve(&value, &convolution, &double(&weight), out), &name);

            let slope = random(made.len(), &mut numbers);
            let (mut to_input, mut to_weight) = (vec![f32::NAN; x.len()], vec![f32::NAN; taps]);
            kernels::input_gradient(&geometry, &weight, &slope, &mut to_input);
            kernels::weight_gradient(&geometry, &x, &slope, &mut to_weight);
            let scale = length(&made) * length(&slope);
            assert_transposed(dot(&made, &slope), dot(&x, &to_input), scale, &name);
            assert_transposed(dot(&made, &slope), dot(&weight, &to_weight), scale, &name);
        }
    }
}

#[test]
fn pools_of_all_sizes_and_their_gradients() {
    let mut numbers = Random(2);
    for (kind, kernel) in
        [(PoolKind::Average, 3), (PoolKind::Max, 3), (PoolKind::Max, 5), (PoolKind::Max, 7)]
    {
        for (stride, border) in [(1, Border::Excluded), (2, Border::Excluded), (2, Border::Zeros)] {
            for [height, width] in SIZES {
                let size = [height, width].map(|size| size as u32);
                let padding = Padding::same(size, [kernel; 2], [stride; 2], 1);
                let pool = Pool { kind, kernel, stride, padding, border };
                let shape = [2, 3, height, width];
                let name = format!("{pool:?} on {shape:?}");
                let geometry = PoolGeometry::new(pool, shape);
                let x = random(shape.iter().product(), &mut numbers);
                let out = geometry.output_shape();
                let mut made = vec![f32::NAN; out.iter().product()];
                kernels::pool(&geometry, &x, &mut made);
                let value = Value { shape, data: double(&x) };
                assert_forward(&made, &pooled(&value, &pool, out), &name);

                let slope = random(made.len(), &mut numbers);
                let mut back = vec![f32::NAN; x.len()];
                kernels::pool_gradient(&geometry, &x, &mut slope.clone(), &mut back);
                // A maximum of these numbers is a linear map near them as well.
                let scale = length(&made) * length(&slope);
                assert_transposed(dot(&made, &slope), dot(&x, &back), scale, &name);
            }
        }
    }
}

/// Constant input: the variance is 0, and epsilon alone keeps the gradient finite.
#[test]
fn a_channel_without_variance_stays_finite() {
    let x = vec![0.75_f32; 2 * 3 * 25];
    let statistics = kernels::Statistics::of(&x, 3, 25);
    assert_eq!((&statistics.mean, &statistics.variance), (&vec![0.75; 3], &vec![0.0; 3]));
    let norm =
        kernels::Norm { gamma: &[2.0; 3], statistics: &statistics, plane: 25, epsilon: 1e-5 };
    let mut made = vec![f32::NAN; x.len()];
    norm.apply(&x, &[0.25; 3], &mut made);
    assert!(made.iter().all(|number| (number - 0.25).abs() < 1e-3), "{made:?}");
    let slope = random(x.len(), &mut Random(3));
    let [gamma, beta] = norm.scale_gradients(&x, &slope);
    assert_eq!(gamma, [0.0; 3]);
    let mut back = vec![f32::NAN; x.len()];
    norm.input_gradient(&x, [&gamma, &beta], &slope, &mut back);
    // Only the mean is taken away; each channel's slopes then sum to zero.
    let factor = 2.0 / 1e-5_f32.sqrt();
    for (place, (back, slope)) in back.iter().zip(&slope).enumerate() {
        let wanted = factor * (slope - beta[place / 25 % 3] / 50.0);
        assert!((back - wanted).abs() < 1e-4 * factor, "{back} is not {wanted}");
    }
}
