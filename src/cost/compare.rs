//! Two networks side by side: what differs, and what each costs.

use serde::Serialize;

use super::{ActivationBytes, Cost, ParameterCount, analyse};
use crate::arch::{Architecture, Block, CellKind, Flavour, Settings, StateName};
use crate::plan::{Plan, UnitKind, lower};

/// Two networks side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The first network.
    pub a: Summary,
    /// The second network.
    pub b: Summary,
    /// Every setting, in the order of the window.
    pub settings: Vec<SettingPair>,
    /// The normal and the reduction cell.
    pub cells: Vec<CellDifference>,
}

/// One network in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What the user calls it.
    pub name: String,
    /// Its parameters.
    pub params: ParameterCount,
    /// Multiply-adds at batch 1.
    pub macs: u64,
    /// Floating point operations, two per multiply-add.
    pub flops: u64,
    /// Memory of activations.
    pub activation_bytes: ActivationBytes,
    /// Bytes of all weights as float32.
    pub weight_bytes: u64,
    /// Channels of the last cell.
    pub penultimate: u32,
    /// Side of the square of input pixels that one output of the last cell sees.
    pub receptive_field: u64,
    /// Stem, the three stages, head.
    pub stages: Vec<StageCost>,
}

/// What one stage costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageCost {
    /// 0 for the stem and its cells, 1 to 3 for the stages, 4 for the head.
    pub stage: u8,
    /// Cells in it.
    pub cells: usize,
    /// Trainable parameters.
    pub params: u64,
    /// Multiply-adds.
    pub macs: u64,
}

impl StageCost {
    /// The stage in words.
    pub fn label(&self) -> String {
        match self.stage {
            0 => "Stem".to_owned(),
            4 => "Head".to_owned(),
            stage => format!("Stage {stage}"),
        }
    }
}

/// The value of one setting in both networks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettingPair {
    /// The setting in words.
    pub setting: &'static str,
    /// Its value in the first network.
    pub a: String,
    /// Its value in the second network.
    pub b: String,
}

impl SettingPair {
    /// Whether the networks have different values.
    pub fn differs(&self) -> bool {
        self.a != self.b
    }
}

/// How the cells of one kind differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellDifference {
    /// The kind.
    pub cell: CellKind,
    /// The blocks that are not the same, by number.
    pub blocks: Vec<BlockPair>,
    /// Both output lists, where they are not the same.
    pub output: Option<[Vec<StateName>; 2]>,
}

impl CellDifference {
    /// Whether the cells are the same.
    pub fn is_none(&self) -> bool {
        self.blocks.is_empty() && self.output.is_none()
    }
}

/// One block in both networks; nothing where a network has no such block.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockPair {
    /// The block.
    pub block: StateName,
    /// As it is in the first network.
    pub a: Option<Block>,
    /// As it is in the second network.
    pub b: Option<Block>,
}

/// Compares two networks.
pub fn compare(a: &Architecture, b: &Architecture) -> Comparison {
    Comparison {
        a: summarise(a),
        b: summarise(b),
        settings: setting_pairs(a.settings(), b.settings()),
        cells: CellKind::BOTH.map(|kind| cell_difference(a, b, kind)).to_vec(),
    }
}

fn summarise(architecture: &Architecture) -> Summary {
    let plan = lower(architecture);
    let cost = analyse(&plan);
    Summary {
        name: architecture.name().to_owned(),
        params: cost.parameters(),
        macs: cost.total.macs,
        flops: cost.flops(),
        activation_bytes: cost.activation_bytes,
        weight_bytes: cost.weight_bytes(),
        penultimate: plan.penultimate(),
        receptive_field: cost.receptive_field(),
        stages: stages(&plan, &cost),
    }
}

fn stages(plan: &Plan, cost: &Cost) -> Vec<StageCost> {
    let last = plan.units.iter().map(|unit| unit.stage).max().unwrap_or(0);
    let of = |stage| {
        let units = cost.units.iter().filter(move |unit| unit.stage == stage);
        let mut sum = StageCost { stage, cells: 0, params: 0, macs: 0 };
        for unit in units {
            sum.cells += usize::from(matches!(unit.kind, UnitKind::Cell(_)));
            sum.params += unit.cost.parameters;
            sum.macs += unit.cost.macs;
        }
        sum
    };
    (0..=last).map(of).collect()
}

fn setting_pairs(a: &Settings, b: &Settings) -> Vec<SettingPair> {
    let pair =
        |setting, of: &dyn Fn(&Settings) -> String| SettingPair { setting, a: of(a), b: of(b) };
    vec![
        pair("N", &|settings| settings.n.to_string()),
        pair("F", &|settings| settings.f.to_string()),
        pair("Stem", &|settings| settings.stem.to_string()),
        pair("Stem channels", &|settings| settings.stem_channels.to_string()),
        pair("Input size", &|settings| settings.input.to_string()),
        pair("Classes", &|settings| settings.classes.to_string()),
        pair("p wiring", &|settings| wiring(settings.skip_reduction).to_owned()),
        pair("Family", &|settings| settings.family.to_string()),
        pair("Flavour", &|settings| Flavour::to_string(&settings.flavour)),
    ]
}

fn wiring(skip_reduction: bool) -> &'static str {
    if skip_reduction { "as Large" } else { "as Mobile" }
}

fn cell_difference(a: &Architecture, b: &Architecture, kind: CellKind) -> CellDifference {
    let [first, second] = [a.cell(kind), b.cell(kind)];
    let mut names: Vec<_> = first.states().into_iter().chain(second.states()).collect();
    names.sort();
    names.dedup();
    let pairs = names.into_iter().filter(|name| !name.is_input()).map(|block| BlockPair {
        block,
        a: first.block(block).ok(),
        b: second.block(block).ok(),
    });
    let outputs = [first.output().to_vec(), second.output().to_vec()];
    CellDifference {
        cell: kind,
        blocks: pairs.filter(|pair| pair.a != pair.b).collect(),
        output: (outputs[0] != outputs[1]).then_some(outputs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Edit, Op, Side, zoo};

    #[test]
    fn mobile_and_large_differ_in_settings_and_not_in_cells() {
        let [mobile, large] = ["nasnet-a-mobile", "nasnet-a-large"]
            .map(|name| zoo::architecture(name).expect("a preset"));
        let comparison = compare(&mobile, &large);
        assert_eq!(comparison.a.params.trainable, 5_289_978);
        assert_eq!(comparison.b.params.trainable, 88_753_150);
        assert_eq!(comparison.b.macs, 23_783_414_658);
        assert!(comparison.cells.iter().all(CellDifference::is_none));
        let differing = comparison.settings.iter().filter(|pair| pair.differs());
        let names: Vec<_> = differing.map(|pair| pair.setting).collect();
        assert_eq!(names, ["N", "F", "Stem channels", "Input size", "p wiring"]);
    }

    #[test]
    fn stages_add_up_to_the_network() {
        for preset in zoo::PRESETS {
            let network = preset.architecture();
            let summary = compare(&network, &network).a;
            let sums = summary
                .stages
                .iter()
                .fold((0, 0), |(params, macs), stage| (params + stage.params, macs + stage.macs));
            assert_eq!(sums, (summary.params.trainable, summary.macs), "{}", preset.name);
            assert_eq!(summary.stages.len(), 5);
        }
    }

    #[test]
    fn a_changed_and_an_added_block_are_named() {
        let a = zoo::architecture("nasnet-a-small").expect("a preset");
        let block = StateName::Block(3);
        let cell = CellKind::Normal;
        let operand = a.cell(cell).block(block).expect("b3").left;
        let edits = [
            Edit::SetOp { cell, block, side: Side::Left, op: Op::Conv1x1 },
            Edit::AddBlock { cell, left: operand, right: operand, combine: Default::default() },
        ];
        let b = edits.iter().fold(a.clone(), |network, edit| network.edited(edit).expect("legal"));
        let difference = &compare(&a, &b).cells[0];
        let names: Vec<_> = difference.blocks.iter().map(|pair| pair.block.to_string()).collect();
        assert_eq!(names, ["b3", "b5"]);
        assert_eq!(difference.blocks[1].a, None);
        let outputs = difference.output.as_ref().expect("the new block is an output");
        assert_eq!(outputs[1].len(), outputs[0].len() + 1);
        assert!(compare(&a, &b).cells[1].is_none());
    }
}
