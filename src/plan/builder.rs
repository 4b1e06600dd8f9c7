//! The macro-architecture: stem, stages, reductions and head, in TF-slim's order and wiring.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::auxiliary::AUXILIARY_CHANNELS;
use super::construction::{AuxiliaryPlace, Construction, Reductions};
use super::wiring::Wiring;
use super::{
    CombinedBlock, Convolution, Kind, Layer, Padding, Plan, Pool, Shape, Unit, UnitKind, ValueId,
};
use crate::arch::{Architecture, CellKind, Settings, StemKind};

/// Lowers a document to its layers. Every valid document lowers.
pub fn lower(architecture: &Architecture) -> Plan {
    let mut builder = Builder::new(architecture);
    builder.network(None);
    builder.finished()
}

/// The same with the auxiliary head that helps deep networks learn, which is thrown away after
/// training; without it where the picture at its place is too small for it.
pub fn lower_for_training(architecture: &Architecture) -> Plan {
    lower_with_auxiliary(architecture, AUXILIARY_CHANNELS)
}

/// The same with other channels after that head's first and second convolution, which make up most
/// of it.
pub fn lower_with_auxiliary(architecture: &Architecture, channels: [u32; 2]) -> Plan {
    let mut builder = Builder::new(architecture);
    builder.network(Some(channels));
    builder.finished()
}

/// A value that a unit gives to later ones.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub value: ValueId,
    /// The unit that made it.
    pub unit: usize,
    /// Which of the unit's outputs it is.
    number: usize,
}

pub(super) struct Builder<'a> {
    settings: &'a Settings,
    pub construction: Construction,
    normal: Rc<Wiring>,
    reduction: Rc<Wiring>,
    pub layers: Vec<Layer>,
    pub units: Vec<Unit>,
    pub blocks: Vec<CombinedBlock>,
    pub signatures: BTreeMap<String, String>,
    /// For each value the layers without parameters that read it alone.
    reusable: Vec<Vec<ValueId>>,
}

impl<'a> Builder<'a> {
    fn new(architecture: &'a Architecture) -> Self {
        let size = architecture.settings().input;
        let input = Layer {
            path: "input".to_owned(),
            kind: Kind::Input,
            inputs: Vec::new(),
            shape: Shape { channels: 3, height: size, width: size },
        };
        let wiring = |kind| Rc::new(Wiring::new(architecture.cell(kind)));
        Builder {
            settings: architecture.settings(),
            construction: Construction::of(architecture.settings().family),
            normal: wiring(CellKind::Normal),
            reduction: wiring(CellKind::Reduction),
            layers: vec![input],
            units: Vec::new(),
            blocks: Vec::new(),
            signatures: BTreeMap::new(),
            reusable: vec![Vec::new()],
        }
    }

    fn finished(self) -> Plan {
        let Builder { layers, units, blocks, signatures, .. } = self;
        Plan { layers, units, blocks, signatures }
    }

    pub fn settings(&self) -> &'a Settings {
        self.settings
    }

    pub fn wiring(&self, kind: CellKind) -> Rc<Wiring> {
        match kind {
            CellKind::Normal => self.normal.clone(),
            CellKind::Reduction => self.reduction.clone(),
        }
    }

    fn network(&mut self, auxiliary: Option<[u32; 2]>) {
        let settings = *self.settings();
        // Units whose outputs the cells read.
        let mut outputs = self.stem().map(Some).to_vec();
        if settings.stem != StemKind::Convolutions && !self.construction.stem_is_p {
            outputs[0] = None;
        }
        if settings.stem == StemKind::Imagenet {
            for (index, divisor) in [4, 2].into_iter().enumerate() {
                let path = format!("cell_stem_{index}");
                let filters = settings.f / divisor;
                outputs.push(Some(self.cell(path, CellKind::Reduction, 0, filters, &outputs, 0)));
            }
        }
        let mut filters = settings.f;
        let place = self.auxiliary_place();
        let mut auxiliary_reads = None;
        for stage in 0..3_u8 {
            if stage == 2 && place == AuxiliaryPlace::BeforeReduction {
                auxiliary_reads = outputs.last().copied().flatten();
            }
            if stage > 0 {
                filters *= 2;
            }
            let between = self.construction.reductions == Reductions::Between;
            if stage > 0 && between {
                let path = format!("reduction_cell_{}", stage - 1);
                let kind = CellKind::Reduction;
                outputs.push(Some(self.cell(path, kind, stage + 1, filters, &outputs, 0)));
            }
            if stage == 2 && place == AuxiliaryPlace::Reduction {
                auxiliary_reads = outputs.last().copied().flatten();
            }
            for index in 0..settings.n {
                // After a reduction, Mobile reads as `p` what the reduction read as `h`, Large
                // what it read as `p`.
                let begins = stage > 0 && index == 0;
                let further_back = usize::from(begins && between && settings.skip_reduction);
                let path = format!("cell_{}", u32::from(stage) * settings.n + index);
                let reduces = begins && !between;
                let kind = if reduces { CellKind::Reduction } else { CellKind::Normal };
                let made = self.cell(path, kind, stage + 1, filters, &outputs, further_back);
                outputs.push(Some(made));
                if stage == 2 && index == 0 && place == AuxiliaryPlace::AfterReduction {
                    auxiliary_reads = Some(made);
                }
            }
        }
        if let (Some(unit), Some(channels)) = (auxiliary_reads, auxiliary) {
            self.auxiliary_head(unit, channels);
        }
        if let Some(Some(last)) = outputs.last().copied() {
            self.head(last);
        }
    }

    fn head(&mut self, last: usize) {
        let first = self.layers.len();
        let joined = self.joined_outputs("head", last);
        let read = if self.construction.head_relu { self.relu(joined) } else { joined };
        let pooled = Shape { height: 1, width: 1, ..self.shape(read) };
        let mean = self.push("head/pool".to_owned(), Kind::GlobalAveragePool, &[read], pooled);
        let logits = Shape { channels: self.settings().classes, height: 1, width: 1 };
        let value = self.push("head/dense".to_owned(), Kind::Dense, &[mean], logits);
        let source = self.output_signature(last);
        self.sign("head".to_owned(), source);
        self.unit("head".to_owned(), UnitKind::Head, 4, first, vec![value]);
    }

    /// What a classifier reads of a unit: its output, or all its outputs concatenated. The paper
    /// does not say so of NASNet-B, but calls the size with four outputs of 4 F = 288 channels
    /// "4 @ 1152".
    pub fn joined_outputs(&mut self, path: &str, unit: usize) -> ValueId {
        let outputs = self.units[unit].outputs.clone();
        if let [only] = outputs[..] {
            return only;
        }
        let channels = outputs.iter().map(|value| self.shape(*value).channels).sum();
        let shape = Shape { channels, ..self.shape(outputs[0]) };
        self.push([path, "/outputs"].concat(), Kind::Concat, &outputs, shape)
    }

    pub fn unit(
        &mut self,
        path: String,
        kind: UnitKind,
        stage: u8,
        first: usize,
        outputs: Vec<ValueId>,
    ) -> usize {
        let layers = first..self.layers.len();
        self.units.push(Unit { path, kind, stage, layers, outputs });
        self.units.len() - 1
    }

    /// The output of this number of a unit, or its only one.
    pub fn given(&self, unit: usize, number: usize) -> Given {
        let outputs = &self.units[unit].outputs;
        let number = number.min(outputs.len() - 1);
        Given { value: outputs[number], unit, number }
    }

    /// What a value means to its readers: the unit and the states that it concatenates, or the one
    /// state that it is.
    pub fn given_signature(&self, given: Given) -> String {
        let unit = &self.units[given.unit];
        match (unit.kind, &unit.outputs[..]) {
            (UnitKind::Cell(kind), [_, _, ..]) => {
                format!("{}[{}]", unit.path, self.wiring(kind).output[given.number])
            }
            _ => self.output_signature(given.unit),
        }
    }

    /// What all outputs of a unit mean to their readers: the unit and its output states.
    pub fn output_signature(&self, unit: usize) -> String {
        let unit = &self.units[unit];
        let states = match unit.kind {
            UnitKind::Cell(CellKind::Normal) => &self.normal.output_signature,
            UnitKind::Cell(CellKind::Reduction) => &self.reduction.output_signature,
            UnitKind::Stem | UnitKind::AuxiliaryHead | UnitKind::Head => "[]",
        };
        [&unit.path, states].concat()
    }

    pub fn sign(&mut self, group: String, signature: String) {
        self.signatures.insert(group, signature);
    }

    pub fn push(&mut self, path: String, kind: Kind, inputs: &[ValueId], shape: Shape) -> ValueId {
        self.layers.push(Layer { path, kind, inputs: inputs.to_vec(), shape });
        self.reusable.push(Vec::new());
        self.layers.len() - 1
    }

    pub fn shape(&self, value: ValueId) -> Shape {
        self.layers[value].shape
    }

    /// A layer without parameters. One that would compute the same again is made once.
    fn reuse(
        &mut self,
        path: impl FnOnce(&Self) -> String,
        kind: Kind,
        value: ValueId,
        shape: Shape,
    ) -> ValueId {
        let mut readers = self.reusable[value].iter();
        if let Some(made) = readers.find(|made| self.layers[**made].kind == kind) {
            return *made;
        }
        let made = self.push(path(self), kind, &[value], shape);
        self.reusable[value].push(made);
        made
    }

    pub fn relu(&mut self, value: ValueId) -> ValueId {
        let path = |builder: &Self| [&builder.layers[value].path, "/relu"].concat();
        self.reuse(path, Kind::Relu, value, self.shape(value))
    }

    pub fn pool(&mut self, group: &str, value: ValueId, pool: Pool) -> ValueId {
        let from = self.shape(value);
        let [height, width] =
            [from.height, from.width].map(|size| super::same_size(size, pool.stride));
        let shape = Shape { height, width, ..from };
        self.reuse(|_| [group, "/pool"].concat(), Kind::Pool(pool), value, shape)
    }

    pub fn subsample(&mut self, path: String, value: ValueId, offset: u32) -> ValueId {
        let from = self.shape(value);
        let [height, width] = [from.height, from.width].map(|size| super::same_size(size, 2));
        let shape = Shape { height, width, ..from };
        self.reuse(|_| path, Kind::Subsample { offset }, value, shape)
    }

    pub fn convolution(
        &mut self,
        path: String,
        value: ValueId,
        output: u32,
        kernel: Kernel,
    ) -> ValueId {
        let padding = self.construction.padding(self.shape(value), kernel);
        self.convolution_padded(path, value, output, kernel, padding)
    }

    pub fn convolution_padded(
        &mut self,
        path: String,
        value: ValueId,
        output: u32,
        kernel: Kernel,
        padding: Padding,
    ) -> ValueId {
        let from = self.shape(value);
        let along = |size: u32, axis: usize, before: u32, after: u32| {
            let reach = (kernel.size[axis] - 1) * kernel.dilation + 1;
            (size + before + after - reach) / kernel.stride[axis] + 1
        };
        let shape = Shape {
            channels: output,
            height: along(from.height, 0, padding.top, padding.bottom),
            width: along(from.width, 1, padding.left, padding.right),
        };
        let convolution = Convolution {
            input: from.channels,
            output,
            kernel: kernel.size,
            stride: kernel.stride,
            dilation: kernel.dilation,
            depthwise: kernel.depthwise,
            padding,
        };
        self.push(path, Kind::Convolution(convolution), &[value], shape)
    }

    pub fn batch_norm(&mut self, path: String, value: ValueId) -> ValueId {
        let kind = Kind::BatchNorm { epsilon: self.settings().batch_norm_epsilon() };
        self.push(path, kind, &[value], self.shape(value))
    }
}

/// The window of a convolution.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    pub size: [u32; 2],
    pub stride: [u32; 2],
    pub dilation: u32,
    pub depthwise: bool,
}

impl Kernel {
    /// A square window over all channels.
    pub fn full(size: u32, stride: u32) -> Self {
        Kernel { size: [size; 2], stride: [stride; 2], dilation: 1, depthwise: false }
    }

    /// A square window over each channel alone.
    pub fn depthwise(size: u32, stride: u32) -> Self {
        Kernel { depthwise: true, ..Kernel::full(size, stride) }
    }
}
