//! Tiny networks, batches for them, and comparisons of gradients.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use nasnet_explorer::arch::{
    Architecture, CellKind, Combine, Edit, Family, Flavour, Op, Settings, Side, StateName,
    StemKind, zoo,
};
use nasnet_explorer::net::{Batch, Lesson, PathFactors, Trainable, upload};
use nasnet_explorer::plan::{Plan, Role};
use nasnet_explorer::weights::WeightTable;

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() >> 40) as f32 / (1 << 24) as f32
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }
}

/// N = 1 behind the CIFAR stem.
pub fn settings(filters: u32, input: u32, classes: u32) -> Settings {
    Settings {
        n: 1,
        f: filters,
        stem: StemKind::Cifar,
        stem_channels: 3 * filters,
        input,
        classes,
        skip_reduction: false,
        flavour: Flavour::Slim,
        family: Family::Nasnet,
    }
}

/// NASNet-A with other settings.
pub fn nasnet(settings: Settings) -> Architecture {
    let preset = zoo::architecture("nasnet-a-cifar-6-768").unwrap();
    preset.edited(&Edit::SetSettings(settings)).unwrap()
}

/// A network both of whose cells are `b0 = op(h) + op(p)`, `b1 = op(b0), identity(h)` joined as
/// said, and give `b1, b0, p`. In its reductions the operation has stride 2 in `b0` and stride 1
/// in `b1`, and `p` and the identity of `h` are halved.
pub fn one_operation(op: Op, combine: Combine, settings: Settings) -> Architecture {
    let mut network = nasnet(settings);
    let mut edit = |edit: Edit| network = network.edited(&edit).unwrap();
    let [first, second] = [0, 1].map(StateName::Block);
    for cell in CellKind::BOTH {
        for number in [4, 3, 2] {
            edit(Edit::RemoveBlock { cell, block: StateName::Block(number) });
        }
        for (block, side, from, op) in [
            (first, Side::Left, StateName::H, op),
            (first, Side::Right, StateName::P, op),
            (second, Side::Left, first, op),
            (second, Side::Right, StateName::H, Op::Identity),
        ] {
            edit(Edit::Replug { cell, block, side, from });
            edit(Edit::SetOp { cell, block, side, op });
        }
        edit(Edit::SetCombine { cell, block: second, combine });
        edit(Edit::SetOutput { cell, output: vec![second, first, StateName::P] });
    }
    network
}

/// Numbers for a network, none of them trivial: trained `[T]` and gathered `[G]`.
pub fn numbers(network: &Trainable, seed: u64) -> [Vec<f32>; 2] {
    let mut random = Random(seed);
    let mut all = [Vec::new(), Vec::new()];
    for parameter in network.plan().parameters() {
        let read = parameter.shape[1..].iter().product::<usize>() as f32;
        let (low, high) = match parameter.role {
            Role::Weight => (-(4.0 / read).sqrt(), (4.0 / read).sqrt()),
            Role::Gamma | Role::Variance => (0.5, 1.5),
            Role::Bias | Role::Beta | Role::Mean => (-0.4, 0.4),
        };
        let sort = usize::from(!parameter.role.trainable());
        all[sort].extend((0..parameter.elements()).map(|_| random.between(low, high)));
    }
    all
}

/// Random pictures with random labels, smoothed by 0.1.
pub fn batch(plan: &Plan, examples: usize, seed: u64) -> Batch {
    let mut random = Random(seed);
    let pictures = (0..examples as u64 * plan.shape(0).elements())
        .map(|_| random.between(-1.0, 1.0))
        .collect();
    let classes = plan.shape(plan.output()).channels as usize;
    let labels: Vec<u32> = (0..examples).map(|_| random.below(classes) as u32).collect();
    let targets = targets(&labels, classes, 0.1);
    Batch { pictures, targets, examples, factors: Vec::new(), auxiliary: 0.4 }
}

/// `[N, classes]`: the label's part, and what all classes share.
pub fn targets(labels: &[u32], classes: usize, smoothing: f32) -> Vec<f32> {
    let row = |label: &u32| {
        let mut row = vec![smoothing / classes as f32; classes];
        row[*label as usize] += 1.0 - smoothing;
        row
    };
    labels.iter().flat_map(row).collect()
}

/// Drops about a third of the paths that may be dropped.
pub fn factors(plan: &Plan, examples: usize, seed: u64) -> PathFactors {
    let mut random = Random(seed);
    let mut one = || if random.below(3) == 0 { 0.0 } else { 1.5 };
    let blocks = plan.blocks.iter();
    let sides = |droppable: [bool; 2]| {
        droppable.map(|droppable| droppable.then(|| (0..examples).map(|_| one()).collect()))
    };
    blocks.map(|block| block.droppable).map(sides).collect()
}

/// The numbers of a tensor on any device.
pub fn host<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.clone().into_data().try_into_vec().unwrap()
}

pub fn cpu(numbers: &[f32]) -> Tensor<1> {
    upload(numbers.to_vec(), &Device::flex())
}

/// A network without frozen stages.
pub fn trainable(plan: Plan) -> Trainable {
    Trainable::new(Arc::new(plan), 0)
}

/// A lesson's gradients and statistics by path.
pub fn by_path(network: &Trainable, lesson: &Lesson) -> WeightTable {
    network.table(&host(&lesson.gradient), &host(&lesson.statistics))
}

pub fn largest(numbers: &[f32]) -> f32 {
    numbers.iter().fold(0.0, |largest: f32, number| largest.max(number.abs()))
}

/// Fails unless every tensor is within `tolerance` of its own largest number of the wanted one; of
/// one that should be almost nothing, within `tolerance * floor`.
pub fn assert_near(found: &WeightTable, wanted: &WeightTable, tolerance: f32, floor: f32) {
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (path, wanted) in wanted {
        let found = &found[path];
        assert_eq!(found.shape, wanted.shape, "{path}");
        let scale = largest(&wanted.data).max(floor);
        let difference = crate::network::largest_difference(&found.data, &wanted.data);
        assert!(
            difference <= tolerance * scale,
            "{path} differs by {difference}, its largest number is {scale}"
        );
    }
}
