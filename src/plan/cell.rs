//! One cell: its two inputs brought to size and width, its blocks, its output.

use std::collections::BTreeMap;

use super::builder::{Builder, Given, Kernel};
use super::wiring::WiredBlock;
use super::{CombinedBlock, Kind, Shape, UnitKind, ValueId};
use crate::arch::{CellKind, Combine, Op, Side, StateName};

impl Builder<'_> {
    /// Builds a cell behind the last of `outputs`. Its previous input is the output before that,
    /// or `further_back` before that; none at the very start, where `p` is the stem itself.
    pub fn cell(
        &mut self,
        path: String,
        kind: CellKind,
        stage: u8,
        filters: u32,
        outputs: &[Option<Given>],
        further_back: usize,
    ) -> Given {
        let first = self.layers.len();
        let net = outputs[outputs.len() - 1].expect("only the entry before the stem is empty");
        let previous = outputs[outputs.len() - 2 - further_back];
        let wiring = self.wiring(kind);
        let mut states = BTreeMap::new();
        if wiring.reads_p {
            states.insert(StateName::P, self.adjusted(&path, previous, net, filters));
        }
        if wiring.reads_h {
            states.insert(StateName::H, self.projected(&path, net, filters));
        }
        for wired in &wiring.blocks {
            let value = self.block(&path, kind, wired, filters, &states);
            states.insert(wired.block.name, value);
        }
        let from = self.shape(net.value);
        let value = self.concatenated(&path, kind, filters, from, &wiring.output, &states);
        self.unit(path, UnitKind::Cell(kind), stage, first, value)
    }

    /// The output of the unit before, of `filters` channels.
    fn projected(&mut self, path: &str, net: Given, filters: u32) -> ValueId {
        let group = [path, "/h"].concat();
        let activated = self.relu(net.value);
        let once = self.projection(&group, activated, filters, 1);
        let source = self.output_signature(net.unit);
        self.sign(group, source);
        if !self.construction.projects_h_twice || self.shape(net.value).channels == filters {
            return once;
        }
        let group = [path, "/h_base"].concat();
        let activated = self.relu(once);
        self.sign(group.clone(), StateName::H.to_string());
        self.projection(&group, activated, filters, 1)
    }

    /// The previous input at the size of `net` and of `filters` channels.
    fn adjusted(
        &mut self,
        path: &str,
        previous: Option<Given>,
        net: Given,
        filters: u32,
    ) -> ValueId {
        let Some(previous) = previous else { return net.value };
        let (from, to) = (self.shape(previous.value), self.shape(net.value));
        let group = [path, "/p"].concat();
        // The published code compares widths only.
        let value = if from.width != to.width {
            let activated = self.relu(previous.value);
            self.factorised_reduction(&group, activated, filters)
        } else if from.channels != filters || self.construction.projects_always {
            let activated = self.relu(previous.value);
            self.projection(&group, activated, filters, 1)
        } else {
            return previous.value;
        };
        let source = self.output_signature(previous.unit);
        self.sign(group, source);
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
        }
    }

    /// Joins the output states. An input among them is brought to size and width first, without
    /// a ReLU (TF-slim's `cell_output`); block states already fit.
    fn concatenated(
        &mut self,
        path: &str,
        kind: CellKind,
        filters: u32,
        from: Shape,
        output: &[StateName],
        states: &BTreeMap<StateName, ValueId>,
    ) -> ValueId {
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
        if let [only] = joined[..] {
            return only;
        }
        let channels = joined.iter().map(|value| self.shape(*value).channels).sum();
        let [height, width] = [from.height, from.width].map(|size| super::same_size(size, stride));
        let shape = Shape { channels, height, width };
        self.push([path, "/output"].concat(), Kind::Concat, &joined, shape)
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
