//! The loss of a plan in double precision, by the most literal loops: what finite differences are
//! taken of. Single precision would leave three digits of a difference.

use std::collections::BTreeMap;
use std::ops::Range;

use nasnet_explorer::net::Batch;
use nasnet_explorer::plan::{Border, Convolution, Kind, Layer, Plan, Pool, PoolKind, ValueId};

/// `[N, C, H, W]`.
pub struct Value {
    pub shape: [usize; 4],
    pub data: Vec<f64>,
}

impl Value {
    fn zeros(shape: [usize; 4]) -> Self {
        Value { shape, data: vec![0.0; shape.iter().product()] }
    }

    fn place(&self, [n, c, y, x]: [usize; 4]) -> usize {
        let [_, channels, height, width] = self.shape;
        ((n * channels + c) * height + y) * width + x
    }

    /// The number there, or nothing outside of the picture.
    fn at(&self, n: usize, c: usize, y: i64, x: i64) -> Option<f64> {
        let [_, _, height, width] = self.shape;
        let y = usize::try_from(y).ok().filter(|y| *y < height)?;
        let x = usize::try_from(x).ok().filter(|x| *x < width)?;
        Some(self.data[self.place([n, c, y, x])])
    }

    fn map(&self, shape: [usize; 4], mut make: impl FnMut(&Self, [usize; 4]) -> f64) -> Self {
        let mut made = Value::zeros(shape);
        let [examples, channels, height, width] = shape;
        for n in 0..examples {
            for c in 0..channels {
                for y in 0..height {
                    for x in 0..width {
                        let place = made.place([n, c, y, x]);
                        made.data[place] = make(self, [n, c, y, x]);
                    }
                }
            }
        }
        made
    }
}

/// A plan with where its numbers lie.
pub struct Double<'a> {
    plan: &'a Plan,
    first_stage: u8,
    /// By path, trained ones among the trained, gathered ones among the gathered.
    pub ranges: BTreeMap<String, Range<usize>>,
}

impl<'a> Double<'a> {
    pub fn new(plan: &'a Plan, first_stage: u8) -> Self {
        let mut ends = [0, 0];
        let parameters = plan.parameters().into_iter();
        let range = parameters.map(|parameter| {
            let end = &mut ends[usize::from(!parameter.role.trainable())];
            let start = *end;
            *end += parameter.elements() as usize;
            (parameter.path, start..*end)
        });
        Double { plan, first_stage, ranges: range.collect() }
    }

    /// The loss, the auxiliary head's share included.
    pub fn loss(&self, trained: &[f64], gathered: &[f32], batch: &Batch) -> f64 {
        let mut values: Vec<Value> = Vec::new();
        for (index, layer) in self.plan.layers.iter().enumerate() {
            let made = self.layer(index, layer, &values, trained, gathered, batch);
            values.push(made);
        }
        let entropy = |value: ValueId| cross_entropy(&values[value].data, batch);
        let auxiliary = self.plan.auxiliary_output();
        entropy(self.plan.output())
            + auxiliary.map_or(0.0, |value| batch.auxiliary * entropy(value))
    }

    fn layer(
        &self,
        index: usize,
        layer: &Layer,
        values: &[Value],
        trained: &[f64],
        gathered: &[f32],
        batch: &Batch,
    ) -> Value {
        let [channels, height, width] = layer.shape.to_array().map(|size| size as usize);
        let shape = [batch.examples, channels, height, width];
        if layer.kind == Kind::Input {
            let data = batch.pictures.iter().map(|number| f64::from(*number)).collect();
            return Value { shape, data };
        }
        let own = |name: &str| &trained[self.ranges[&format!("{}/{name}", layer.path)].clone()];
        let first = &values[layer.inputs[0]];
        match layer.kind {
            Kind::Input => unreachable!(),
            Kind::Relu => first.map(shape, |value, place| value.data[value.place(place)].max(0.0)),
            Kind::Convolution(convolution) => convolve(first, &convolution, own("weight"), shape),
            Kind::BatchNorm { epsilon } => {
                let moving = |name: &str| -> Vec<f64> {
                    let range = self.ranges[&format!("{}/{name}", layer.path)].clone();
                    gathered[range].iter().map(|number| f64::from(*number)).collect()
                };
                let [mean, variance] = match self.is_frozen(index) {
                    true => [moving("mean"), moving("variance")],
                    false => statistics(first),
                };
                let (gamma, beta) = (own("gamma"), own("beta"));
                first.map(shape, |value, place| {
                    let channel = place[1];
                    let distance = value.data[value.place(place)] - mean[channel];
                    gamma[channel] * distance / (variance[channel] + epsilon).sqrt() + beta[channel]
                })
            }
            Kind::GroupNorm { groups, epsilon } => {
                normalised(first, groups as usize, epsilon, [own("gamma"), own("beta")])
            }
            Kind::Pool(pool) => pooled(first, &pool, shape),
            Kind::Subsample { offset } => first.map(shape, |value, [n, c, y, x]| {
                let from = |place: usize| (2 * place) as i64 + i64::from(offset);
                value.at(n, c, from(y), from(x)).unwrap_or(0.0)
            }),
            Kind::Add | Kind::Concat => self.combined(index, layer, values, batch, shape),
            Kind::GlobalAveragePool => first.map(shape, |value, [n, c, _, _]| {
                let [_, _, height, width] = value.shape;
                let start = value.place([n, c, 0, 0]);
                value.data[start..start + height * width].iter().sum::<f64>()
                    / (height * width) as f64
            }),
            Kind::Dense => {
                let (weight, bias) = (own("weight"), own("bias"));
                let features = first.shape[1];
                first.map(shape, |value, [n, c, _, _]| {
                    let (row, input) = (&weight[c * features..], &value.data[n * features..]);
                    bias[c] + (0..features).map(|place| row[place] * input[place]).sum::<f64>()
                })
            }
        }
    }

    fn combined(
        &self,
        index: usize,
        layer: &Layer,
        values: &[Value],
        batch: &Batch,
        shape: [usize; 4],
    ) -> Value {
        let block = self.plan.blocks.iter().position(|block| block.layer == index);
        let factor = |side: usize, example: usize| {
            let factors = block.and_then(|block| batch.factors.get(block));
            let factors = factors.and_then(|sides| sides.get(side)?.as_ref());
            factors.map_or(1.0, |factors| f64::from(factors[example]))
        };
        let mut made = Value::zeros(shape);
        let mut start = 0;
        for (side, input) in layer.inputs.iter().enumerate() {
            let value = &values[*input];
            let [examples, channels, height, width] = value.shape;
            let plane = height * width;
            for n in 0..examples {
                for place in 0..channels * plane {
                    let to = (n * shape[1] + start) * plane + place;
                    let number = value.data[n * channels * plane + place];
                    made.data[to] += number * factor(side, n);
                }
            }
            start += if layer.kind == Kind::Concat { channels } else { 0 };
        }
        made
    }

    fn is_frozen(&self, layer: usize) -> bool {
        let unit = self.plan.units.iter().find(|unit| unit.layers.contains(&layer)).unwrap();
        unit.stage < self.first_stage
    }
}

/// A convolution to a value of this shape.
pub fn convolve(value: &Value, layer: &Convolution, weight: &[f64], shape: [usize; 4]) -> Value {
    let [rows, columns] = layer.kernel.map(|size| size as usize);
    let read = if layer.depthwise { 1 } else { layer.input as usize };
    let dilation = layer.dilation as usize;
    let from = |place: usize, axis: usize, tap: usize, before: u32| {
        (place * layer.stride[axis] as usize + tap * dilation) as i64 - i64::from(before)
    };
    value.map(shape, |value, [n, o, y, x]| {
        let mut sum = 0.0;
        for i in 0..read {
            let channel = if layer.depthwise { o } else { i };
            for row in 0..rows {
                for column in 0..columns {
                    let y = from(y, 0, row, layer.padding.top);
                    let x = from(x, 1, column, layer.padding.left);
                    let number = value.at(n, channel, y, x).unwrap_or(0.0);
                    sum += number * weight[((o * read + i) * rows + row) * columns + column];
                }
            }
        }
        sum
    })
}

/// A pool to a value of this shape.
pub fn pooled(value: &Value, pool: &Pool, shape: [usize; 4]) -> Value {
    let side = pool.kernel as usize;
    value.map(shape, |value, [n, c, y, x]| {
        let from = |place: usize, tap: usize, before: u32| {
            (place * pool.stride as usize + tap) as i64 - i64::from(before)
        };
        let places = (0..side * side).map(|tap| {
            let y = from(y, tap / side, pool.padding.top);
            value.at(n, c, y, from(x, tap % side, pool.padding.left))
        });
        let outside = (pool.border == Border::Zeros).then_some(0.0);
        let window: Vec<f64> = places.filter_map(|number| number.or(outside)).collect();
        match pool.kind {
            PoolKind::Average => window.iter().sum::<f64>() / window.len() as f64,
            PoolKind::Max => window.into_iter().fold(f64::NEG_INFINITY, f64::max),
        }
    })
}

/// Each group of channels of each picture with mean 0 and variance 1, then scaled and moved.
fn normalised(value: &Value, groups: usize, epsilon: f64, [gamma, beta]: [&[f64]; 2]) -> Value {
    let channels = value.shape[1];
    let size = value.shape[1..].iter().product::<usize>() / groups;
    let of_group = |n: usize, c: usize| {
        let group = n * groups + c / (channels / groups);
        let numbers = &value.data[group * size..(group + 1) * size];
        let mean = numbers.iter().sum::<f64>() / size as f64;
        let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>();
        [mean, (variance / size as f64 + epsilon).sqrt()]
    };
    let examples = value.shape[0];
    let statistics: Vec<_> = (0..examples * channels)
        .map(|plane| of_group(plane / channels, plane % channels))
        .collect();
    value.map(value.shape, |value, [n, c, y, x]| {
        let [mean, deviation] = statistics[n * channels + c];
        gamma[c] * (value.data[value.place([n, c, y, x])] - mean) / deviation + beta[c]
    })
}

/// Mean and biased variance of each channel.
fn statistics(value: &Value) -> [Vec<f64>; 2] {
    let [examples, channels, height, width] = value.shape;
    let count = (examples * height * width) as f64;
    let sum = |channel: usize, of: &dyn Fn(f64) -> f64| {
        let planes = value.data.chunks_exact(height * width).skip(channel).step_by(channels);
        planes.flatten().map(|number| of(*number)).sum::<f64>() / count
    };
    let mean: Vec<f64> = (0..channels).map(|channel| sum(channel, &|number| number)).collect();
    let variance = (0..channels).map(|c| sum(c, &|number| (number - mean[c]).powi(2))).collect();
    [mean, variance]
}

fn cross_entropy(logits: &[f64], batch: &Batch) -> f64 {
    let classes = logits.len() / batch.examples;
    let rows = logits.chunks_exact(classes).zip(batch.targets.chunks_exact(classes));
    let one = |(row, targets): (&[f64], &[f32])| {
        let whole = row.iter().map(|logit| logit.exp()).sum::<f64>().ln();
        let each = row.iter().zip(targets);
        each.map(|(logit, target)| f64::from(*target) * (whole - logit)).sum::<f64>()
    };
    rows.map(one).sum::<f64>() / batch.examples as f64
}
