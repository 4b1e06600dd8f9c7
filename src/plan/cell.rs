//! One cell: its inputs brought to size and width, its blocks, its output.

use std::collections::BTreeMap;

use super::builder::{Builder, Given, Kernel};
use super::wiring::WiredBlock;
use super::{CombinedBlock, Kind, Shape, UnitKind, ValueId};
use crate::arch::{CellKind, Combine, Op, Side, StateName};

/// Added to the variance of layer norm and instance norm. The paper gives none; this is PyTorch's.
pub(super) const GROUP_NORM_EPSILON: f64 = 1e-5;

impl Builder<'_> {
    /// Builds a cell behind the last of the units `outputs`. Its other inputs are the outputs of
    /// the units before that, or of `further_back` before those.
    pub fn cell(
        &mut self,
        path: String,
        kind: CellKind,
        stage: u8,
        filters: u32,
        outputs: &[Option<usize>],
        further_back: usize,
    ) -> usize {
        let first = self.layers.len();
        let last = outputs[outputs.len() - 1].expect("only the entry before the stem is empty");
        let net = self.given(last, 0);
        let wiring = self.wiring(kind);
        let mut states = BTreeMap::new();
        for (number, name) in wiring.inputs.iter().rev() {
            let value = if *name == StateName::H {
                self.projected(&path, net, filters)
            } else {
                let previous = self.previous(outputs, *number, further_back);
                self.adjusted(&[&path, "/", &name.to_string()].concat(), previous, net, filters)
            };
            states.insert(*name, value);
        }
        for wired in &wiring.blocks {
            let value = self.block(&path, kind, wired, filters, &states);
            states.insert(wired.block.name, value);
        }
        let mut made = self.fitted_outputs(&path, kind, filters, &wiring.output, &states);
        if wiring.concatenates {
            made = vec![self.concatenated(&path, &made)];
        }
        self.unit(path, UnitKind::Cell(kind), stage, first, made)
    }

    /// What a cell behind the last of `outputs` reads as the input of this number. Where fewer
    /// cells lie before, the stem stands in; for the first cell there is nothing, and the input is
    /// the stem's output as it is.
    fn previous(
        &self,
        outputs: &[Option<usize>],
        number: usize,
        further_back: usize,
    ) -> Option<Given> {
        let place = (outputs.len() - 1).saturating_sub(number + further_back);
        let stem_stands_in = outputs[place].is_none() && outputs.len() > 2;
        let unit = if stem_stands_in { outputs[1] } else { outputs[place] };
        unit.map(|unit| self.given(unit, number))
    }

    /// The output of the unit before, of `filters` channels.
    fn projected(&mut self, path: &str, net: Given, filters: u32) -> ValueId {
        let group = [path, "/h"].concat();
        let activated = self.relu(net.value);
        let once = self.projection(&group, activated, filters, 1);
        let source = self.given_signature(net);
        self.sign(group, source);
        if !self.construction.projects_h_twice || self.shape(net.value).channels == filters {
            return once;
        }
        let group = [path, "/h_base"].concat();
        let activated = self.relu(once);
        self.sign(group.clone(), StateName::H.to_string());
        self.projection(&group, activated, filters, 1)
    }

    /// An earlier output at the size of `net` and of `filters` channels. With four inputs it may be
    /// two reductions back.
    fn adjusted(
        &mut self,
        group: &str,
        previous: Option<Given>,
        net: Given,
        filters: u32,
    ) -> ValueId {
        let Some(previous) = previous else { return net.value };
        let (from, to) = (self.shape(previous.value), self.shape(net.value));
        let source = self.given_signature(previous);
        // The published code compares widths only.
        let value = if from.width != to.width {
            return self.halved(group, previous.value, filters, to.width, source);
        } else if from.channels != filters || self.construction.projects_always {
            let activated = self.relu(previous.value);
            self.projection(group, activated, filters, 1)
        } else {
            return previous.value;
        };
        self.sign(group.to_owned(), source);
        value
    }

    /// A value halved until it has `width` columns; `source` says what it is. The last halving is
    /// called `group`, those before it `group_1` and so on.
    fn halved(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        width: u32,
        source: String,
    ) -> ValueId {
        let (mut value, mut source) = (value, source);
        for number in 1.. {
            let from = self.shape(value).width;
            let last = super::same_size(from, 2) <= width;
            let name = if last { group.to_owned() } else { format!("{group}_{number}") };
            let activated = self.relu(value);
            value = self.factorised_reduction(&name, activated, filters);
            self.sign(name.clone(), std::mem::replace(&mut source, name));
            if last {
                break;
            }
        }
        value
    }

    fn block(
        &mut self,
        path: &str,
        kind: CellKind,
        wired: &WiredBlock,
        filters: u32,
        states: &BTreeMap<StateName, ValueId>,
    ) -> ValueId {
        let block = &wired.block;
        let [left, right] = [0, 1].map(|side| {
            let operand = block.operand(Side::BOTH[side]);
            let group = [path, &wired.side_paths[side]].concat();
            let strided = kind == CellKind::Reduction && operand.from.is_input();
            let stride = if strided { 2 } else { 1 };
            let before = self.layers.len();
            let value = self.operation(&group, operand.op, states[&operand.from], filters, stride);
            if self.layers.len() > before {
                self.sign(group, wired.side_signatures[side].clone());
            }
            value
        });
        let shape = self.shape(left);
        let path = [path, &wired.path].concat();
        let cells = self.units.iter().filter(|unit| matches!(unit.kind, UnitKind::Cell(_)));
        self.blocks.push(CombinedBlock {
            layer: self.layers.len(),
            cell: cells.count(),
            droppable: Side::BOTH.map(|side| block.operand(side).op != Op::Identity),
        });
        match block.combine {
            Combine::Add => self.push(path, Kind::Add, &[left, right], shape),
            Combine::Concat => {
                let shape = Shape { channels: 2 * shape.channels, ..shape };
                self.push(path, Kind::Concat, &[left, right], shape)
            }
            Combine::AddLayerNorm => self.normalised_sum(path, wired, [left, right], 1),
            Combine::AddInstanceNorm => {
                self.normalised_sum(path, wired, [left, right], shape.channels)
            }
        }
    }

    /// A sum and its norm over groups of channels.
    fn normalised_sum(
        &mut self,
        path: String,
        wired: &WiredBlock,
        sides: [ValueId; 2],
        groups: u32,
    ) -> ValueId {
        let shape = self.shape(sides[0]);
        let sum = self.push(path.clone(), Kind::Add, &sides, shape);
        let norm = Kind::GroupNorm { groups, epsilon: GROUP_NORM_EPSILON };
        let made = self.push([&path, "/norm"].concat(), norm, &[sum], shape);
        self.sign(path, wired.signature.clone());
        made
    }

    /// The output states. An input among them is brought to size and width first, without a ReLU
    /// (TF-slim's `cell_output`); block states already fit.
    fn fitted_outputs(
        &mut self,
        path: &str,
        kind: CellKind,
        filters: u32,
        output: &[StateName],
        states: &BTreeMap<StateName, ValueId>,
    ) -> Vec<ValueId> {
        let stride = if kind == CellKind::Reduction { 2 } else { 1 };
        let mut joined = Vec::with_capacity(output.len());
        for name in output {
            let value = states[name];
            let fits = stride == 1 && self.shape(value).channels == filters;
            if !name.is_input() || fits {
                joined.push(value);
                continue;
            }
            let group = format!("{path}/output/{name}");
            joined.push(if stride == 2 {
                self.factorised_reduction(&group, value, filters)
            } else {
                self.projection(&group, value, filters, 1)
            });
            self.sign(group, name.to_string());
        }
        joined
    }

    /// Output states as one value.
    fn concatenated(&mut self, path: &str, states: &[ValueId]) -> ValueId {
        if let [only] = states {
            return *only;
        }
        let channels = states.iter().map(|value| self.shape(*value).channels).sum();
        let shape = Shape { channels, ..self.shape(states[0]) };
        self.push([path, "/output"].concat(), Kind::Concat, states, shape)
    }

    /// Halves height and width without losing samples: two 1x1 convolutions, one on the even
    /// rows and columns, one on the odd, concatenated under one batch norm. Of odd `filters`, which
    /// PNASNet-5 Mobile and AmoebaNet have, the second makes one more (TF-slim).
    pub fn factorised_reduction(&mut self, group: &str, value: ValueId, filters: u32) -> ValueId {
        let mut halves = Vec::with_capacity(2);
        for (offset, number, half) in [(0, "1", filters / 2), (1, "2", filters.div_ceil(2))] {
            if half > 0 {
                let sampled = self.subsample([group, "/sample_", number].concat(), value, offset);
                let path = [group, "/path_", number].concat();
                halves.push(self.convolution(path, sampled, half, Kernel::full(1, 1)));
            }
        }
        let joined = match halves[..] {
            [only] => only,
            _ => {
                let shape = Shape { channels: filters, ..self.shape(halves[0]) };
                self.push([group, "/paths"].concat(), Kind::Concat, &halves, shape)
            }
        };
        self.batch_norm([group, "/bn"].concat(), joined)
    }

    /// A 1x1 convolution and its batch norm.
    pub fn projection(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        stride: u32,
    ) -> ValueId {
        let path = [group, "/conv"].concat();
        let projected = self.convolution(path, value, filters, Kernel::full(1, stride));
        self.batch_norm([group, "/bn"].concat(), projected)
    }
}
