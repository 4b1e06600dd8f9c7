//! Batch norm folded into the convolutions before it.
//!
//! At inference a batch norm is a scale and an offset per channel. Every batch norm of a plan
//! reads a convolution, or the concatenation of the two of a factorised reduction, so all of
//! them disappear into weights and biases. Depthwise convolutions are never followed by one,
//! which keeps them without bias and so on burn's fast path.

use std::collections::HashMap;

use crate::plan::{Kind, Parameter, Plan, Role};
use crate::weights::Fitted;

/// The numbers that a layer computes with.
pub(super) struct Folded {
    /// `[O, I, KH, KW]`, or `[classes, features]` of the dense layer.
    pub weight: Vec<f32>,
    /// `[O]`; none where neither a batch norm nor a bias follows.
    pub bias: Option<Vec<f32>>,
}

/// A scale and an offset for each channel.
struct Affine {
    scale: Vec<f64>,
    offset: Vec<f64>,
}

/// The numbers of every layer that has any, by layer; batch norms have none left.
pub(super) struct Folding<'a> {
    fitted: &'a Fitted<'a>,
    by_layer: HashMap<(usize, Role), &'a Parameter>,
    /// For each folded convolution the batch norm that reads it, and its first channel there.
    norms: HashMap<usize, (usize, usize)>,
    plan: &'a Plan,
}

impl<'a> Folding<'a> {
    pub fn new(plan: &'a Plan, fitted: &'a Fitted<'a>) -> Self {
        let parameters = fitted.parameters().iter();
        let by_layer = parameters.map(|one| ((one.layer, one.role), one)).collect();
        let mut norms = HashMap::new();
        for (index, layer) in plan.layers.iter().enumerate() {
            if !matches!(layer.kind, Kind::BatchNorm { .. }) {
                continue;
            }
            let source = layer.inputs[0];
            match plan.layers[source].kind {
                Kind::Concat => {
                    let mut channel = 0;
                    for convolution in &plan.layers[source].inputs {
                        norms.insert(*convolution, (index, channel));
                        channel += plan.shape(*convolution).channels as usize;
                    }
                }
                _ => {
                    norms.insert(source, (index, 0));
                }
            }
        }
        Folding { fitted, by_layer, norms, plan }
    }

    /// The numbers of one layer; `None` for a layer without any.
    pub fn layer(&self, index: usize) -> Option<Folded> {
        let layer = &self.plan.layers[index];
        if matches!(layer.kind, Kind::BatchNorm { .. }) {
            return None;
        }
        let weight = self.numbers(index, Role::Weight)?;
        let Some((norm, first)) = self.norms.get(&index) else {
            return Some(Folded { weight, bias: self.numbers(index, Role::Bias) });
        };
        let affine = self.affine(*norm);
        let channels = layer.shape.channels as usize;
        let each = weight.len() / channels;
        let mut weight = weight;
        for (channel, kernel) in weight.chunks_exact_mut(each).enumerate() {
            let scale = affine.scale[first + channel];
            kernel.iter_mut().for_each(|value| *value = (f64::from(*value) * scale) as f32);
        }
        let offsets = &affine.offset[*first..first + channels];
        Some(Folded { weight, bias: Some(offsets.iter().map(|offset| *offset as f32).collect()) })
    }

    /// Scale and offset of a group norm, `[C]` each: its statistics are those of what it reads, so
    /// it stays as it is.
    pub fn scale_and_offset(&self, index: usize) -> Option<[Vec<f32>; 2]> {
        Some([self.numbers(index, Role::Gamma)?, self.numbers(index, Role::Beta)?])
    }

    fn numbers(&self, layer: usize, role: Role) -> Option<Vec<f32>> {
        let parameter = self.by_layer.get(&(layer, role))?;
        Some(self.fitted.numbers(parameter).into_owned())
    }

    fn affine(&self, norm: usize) -> Affine {
        let Kind::BatchNorm { epsilon } = self.plan.layers[norm].kind else {
            unreachable!("only batch norms are asked for")
        };
        let [gamma, beta, mean, variance] = [Role::Gamma, Role::Beta, Role::Mean, Role::Variance]
            .map(|role| self.numbers(norm, role).expect("a batch norm has all four"));
        let scale: Vec<f64> = gamma
            .iter()
            .zip(&variance)
            .map(|(gamma, variance)| f64::from(*gamma) / (f64::from(*variance) + epsilon).sqrt())
            .collect();
        let offset = beta
            .iter()
            .zip(&mean)
            .zip(&scale)
            .map(|((beta, mean), scale)| f64::from(*beta) - f64::from(*mean) * scale)
            .collect();
        Affine { scale, offset }
    }
}
