//! Receptive fields: how much of the picture one number of a value sees.

use crate::plan::{Kind, Plan};

/// The input columns that column 0 of a value sees, and how far the next column is from it.
/// Rows are alike: every window of the search space, or pair of windows, is square.
#[derive(Clone, Copy)]
struct Window {
    first: i64,
    last: i64,
    jump: i64,
}

impl Window {
    fn through(self, kernel: u32, dilation: u32, stride: u32, before: u32) -> Window {
        let reach = i64::from(kernel - 1) * i64::from(dilation);
        let before = i64::from(before);
        Window {
            first: self.first - before * self.jump,
            last: self.last + (reach - before) * self.jump,
            jump: self.jump * i64::from(stride),
        }
    }

    fn with(self, other: Window) -> Window {
        Window { first: self.first.min(other.first), last: self.last.max(other.last), ..self }
    }
}

/// For every value the side of the square of input pixels that one of its numbers sees.
pub(super) fn fields(plan: &Plan) -> Vec<u64> {
    let mut windows: Vec<Window> = Vec::with_capacity(plan.layers.len());
    for layer in &plan.layers {
        let inputs = layer.inputs.iter().map(|input| windows[*input]);
        let read = inputs.reduce(Window::with).unwrap_or(Window { first: 0, last: 0, jump: 1 });
        windows.push(match layer.kind {
            Kind::Convolution(convolution) => {
                let [_, columns] = convolution.kernel;
                let [_, stride] = convolution.stride;
                read.through(columns, convolution.dilation, stride, convolution.padding.left)
            }
            Kind::Pool(pool) => read.through(pool.kernel, 1, pool.stride, pool.padding.left),
            Kind::Subsample { offset } => {
                let shift = i64::from(offset) * read.jump;
                Window { first: read.first + shift, last: read.last + shift, jump: read.jump * 2 }
            }
            Kind::GlobalAveragePool => {
                let columns = i64::from(plan.shape(layer.inputs[0]).width) - 1;
                Window { last: read.last + columns * read.jump, ..read }
            }
            Kind::Input
            | Kind::Relu
            | Kind::BatchNorm { .. }
            | Kind::GroupNorm { .. }
            | Kind::Add
            | Kind::Concat
            | Kind::Dense => read,
        });
    }
    windows.iter().map(|window| (window.last - window.first + 1).unsigned_abs()).collect()
}
