//! How cells become a network: sizes, wiring, stems and outputs, as TF-slim and Keras do it.

use nasnet_explorer::arch::{CellKind, Combine, Edit, Op, Setting, Side, StateName, zoo};
use nasnet_explorer::cost::by_group;
use nasnet_explorer::plan::{Kind, Layer, Plan, UnitKind, ValueId, lower};

use crate::support::{assert_consistent, network};

fn plan(preset: &str, edits: &[Edit]) -> Plan {
    lower(&network(preset, edits))
}

fn layer<'a>(plan: &'a Plan, path: &str) -> &'a Layer {
    plan.layers.iter().find(|layer| layer.path == path).expect(path)
}

fn has_group(plan: &Plan, group: &str) -> bool {
    plan.layers.iter().any(|layer| layer.path.starts_with(&format!("{group}/")))
}

/// Follows the single inputs of a layer back to the first unit output.
fn source_unit<'a>(plan: &'a Plan, path: &str) -> &'a str {
    let mut value: ValueId = layer(plan, path).inputs[0];
    loop {
        if let Some(unit) = plan.units.iter().find(|unit| unit.outputs.contains(&value)) {
            return &unit.path;
        }
        let [input] = plan.layers[value].inputs[..] else { panic!("{path} reads a join") };
        value = input;
    }
}

/// For every cell the unit that its `p` comes from, marked where it is halved on the way; `-`
/// for a cell that reads the stem as it is.
fn wiring_of_p(plan: &Plan) -> String {
    let cells = plan.units.iter().filter(|unit| matches!(unit.kind, UnitKind::Cell(_)));
    let read = cells.map(|unit| {
        let group = format!("{}/p", unit.path);
        if has_layer(plan, &format!("{group}/paths")) {
            let [first, second] = ["path_1", "path_2"].map(|path| format!("{group}/{path}"));
            assert_eq!(source_unit(plan, &first), source_unit(plan, &second));
            format!("half of {}", source_unit(plan, &first))
        } else if has_group(plan, &group) {
            source_unit(plan, &format!("{group}/conv")).to_owned()
        } else {
            "-".to_owned()
        }
    });
    read.collect::<Vec<_>>().join(", ")
}

fn has_layer(plan: &Plan, path: &str) -> bool {
    plan.layers.iter().any(|layer| layer.path == path)
}

fn set_output(cell: CellKind, output: &[StateName]) -> Edit {
    Edit::SetOutput { cell, output: output.to_vec() }
}

const B: fn(u16) -> StateName = StateName::Block;

#[test]
fn sizes_follow_the_input_through_odd_and_even() {
    // Input; then stem, both stem cells, the three stages.
    let imagenet = [
        (224, [111, 56, 28, 28, 14, 7]),
        (225, [112, 56, 28, 28, 14, 7]),
        (331, [165, 83, 42, 42, 21, 11]),
        (299, [149, 75, 38, 38, 19, 10]),
        (32, [15, 8, 4, 4, 2, 1]),
        (33, [16, 8, 4, 4, 2, 1]),
        (64, [31, 16, 8, 8, 4, 2]),
        (97, [48, 24, 12, 12, 6, 3]),
        (160, [79, 40, 20, 20, 10, 5]),
    ];
    for (input, [stem, first, second, stages @ ..]) in imagenet {
        let plan = plan("nasnet-a-mobile", &[Edit::Set(Setting::Input, input)]);
        assert_consistent(&plan);
        for unit in &plan.units {
            let shape = plan.output_shape(unit);
            let expected = match (unit.stage, unit.path.as_str()) {
                (0, "stem") => stem,
                (0, "cell_stem_0") => first,
                (0, "cell_stem_1") => second,
                (4, _) => 1,
                (stage, _) => stages[usize::from(stage) - 1],
            };
            assert_eq!([shape.height, shape.width], [expected; 2], "{input}: {}", unit.path);
        }
    }
    for (input, stages) in [(32, [32, 16, 8]), (33, [33, 17, 9]), (97, [97, 49, 25])] {
        let plan = plan("nasnet-a-cifar-6-768", &[Edit::Set(Setting::Input, input)]);
        assert_consistent(&plan);
        for unit in plan.units.iter().filter(|unit| (1..4).contains(&unit.stage)) {
            let shape = plan.output_shape(unit);
            let expected = stages[usize::from(unit.stage) - 1];
            assert_eq!([shape.height, shape.width], [expected; 2], "{input}: {}", unit.path);
        }
    }
}

#[test]
fn every_cell_reads_the_unit_before_it_as_h() {
    for preset in zoo::names() {
        let plan = plan(preset, &[]);
        let cells = plan.units.windows(2).filter(|pair| matches!(pair[1].kind, UnitKind::Cell(_)));
        for pair in cells {
            let conv = format!("{}/h/conv", pair[1].path);
            assert_eq!(source_unit(&plan, &conv), pair[0].path, "{preset}");
        }
    }
}

#[test]
fn p_is_the_output_before_the_last_and_mobile_and_large_differ_after_reductions() {
    assert_eq!(
        wiring_of_p(&plan("nasnet-a-mobile", &[])),
        "-, half of stem, half of cell_stem_0, cell_stem_1, cell_0, cell_1, cell_2, \
         half of cell_3, reduction_cell_0, cell_4, cell_5, cell_6, \
         half of cell_7, reduction_cell_1, cell_8, cell_9"
    );
    assert_eq!(
        wiring_of_p(&plan("nasnet-a-large", &[])),
        "-, half of stem, half of cell_stem_0, cell_stem_1, cell_0, cell_1, cell_2, cell_3, \
         cell_4, half of cell_4, reduction_cell_0, cell_6, cell_7, cell_8, cell_9, \
         cell_10, half of cell_10, reduction_cell_1, cell_12, cell_13, cell_14, cell_15"
    );
    assert_eq!(
        wiring_of_p(&plan("nasnet-a-small", &[])),
        "-, stem, cell_0, half of cell_1, reduction_cell_0, cell_2, half of cell_3, \
         reduction_cell_1"
    );
    assert_eq!(
        wiring_of_p(&plan(
            "nasnet-a-small",
            &[Edit::Set(Setting::N, 1), Edit::SetSkipReduction(true)]
        )),
        "-, stem, half of stem, reduction_cell_0, half of reduction_cell_0"
    );
}

#[test]
fn a_p_that_already_fits_is_left_as_it_is() {
    let narrow = set_output(CellKind::Normal, &[B(0)]);
    let plan = plan("nasnet-a-small", &[narrow, Edit::Set(Setting::N, 3)]);
    assert_consistent(&plan);
    assert!(has_group(&plan, "cell_1/p"), "the stem has three times the filters");
    assert!(!has_group(&plan, "cell_2/p"));
    let unit = plan.units.iter().find(|unit| unit.path == "cell_0").unwrap();
    let first = layer(&plan, "cell_2/b0/right/depthwise_1");
    assert_eq!(plan.layers[first.inputs[0]].inputs, unit.outputs);
}

/// Both halves, from the rectified input, share one batch norm.
#[test]
fn a_factorised_reduction_takes_even_and_odd_samples() {
    let plan = plan("nasnet-a-mobile", &[]);
    let first = layer(&plan, "cell_0/p/sample_1");
    let second = layer(&plan, "cell_0/p/sample_2");
    assert_eq!(first.kind, Kind::Subsample { offset: 0 });
    assert_eq!(second.kind, Kind::Subsample { offset: 1 });
    assert_eq!(first.inputs, second.inputs);
    assert_eq!(plan.layers[first.inputs[0]].kind, Kind::Relu);
    assert_eq!(layer(&plan, "cell_0/p/path_1").shape.to_array(), [22, 28, 28]);
    assert_eq!(layer(&plan, "cell_0/p/path_2").shape.to_array(), [22, 28, 28]);
    assert_eq!(layer(&plan, "cell_0/p/bn").shape.to_array(), [44, 28, 28]);
    let odd = lower(&network("nasnet-a-small", &[Edit::Set(Setting::F, 1)]));
    assert_consistent(&odd);
    let odd = lower(&network("nasnet-a-small", &[Edit::Set(Setting::F, 15), reduced_h()]));
    assert_consistent(&odd);
}

fn reduced_h() -> Edit {
    set_output(CellKind::Reduction, &[StateName::H, StateName::P, B(4)])
}

#[test]
fn inputs_in_a_reductions_output_are_reduced_without_relu() {
    let plan = plan("nasnet-a-mobile", &[reduced_h()]);
    assert_consistent(&plan);
    for input in ["h", "p"] {
        let state = plan
            .layers
            .iter()
            .position(|layer| layer.path == format!("reduction_cell_0/{input}/bn"));
        let sample = layer(&plan, &format!("reduction_cell_0/output/{input}/sample_1"));
        assert_eq!(Some(sample.inputs[0]), state, "nothing between the state and its sampling");
        let joined = layer(&plan, &format!("reduction_cell_0/output/{input}/bn"));
        assert_eq!(joined.shape.to_array(), [88, 14, 14]);
    }
    assert_eq!(layer(&plan, "reduction_cell_0/output").shape.to_array(), [3 * 88, 14, 14]);
}

/// CIFAR's first cell has no output before its last: `p` is the stem's 3 F channels as they are.
#[test]
fn the_first_cifar_cell_reads_the_stem_itself_as_p() {
    let plan = plan("nasnet-a-cifar-6-768", &[]);
    let stem = plan.units[0].outputs[0];
    assert_eq!(plan.shape(stem).to_array(), [96, 32, 32]);
    assert!(!has_group(&plan, "cell_0/p"));
    let groups = by_group(&plan);
    let projection = 96 * 32 + 2 * 32;
    // identity(p): ReLU, 1x1 convolution, batch norm.
    let identity = layer(&plan, "cell_0/b2/right/conv");
    assert_eq!(plan.layers[identity.inputs[0]].kind, Kind::Relu);
    assert_eq!(groups["cell_0/b2/right"].parameters, projection);
    // avg 3x3(p): the pool once, then a projection for each side, without ReLU.
    let pool = layer(&plan, "cell_0/b3/left/pool");
    assert_eq!(pool.inputs, [stem]);
    for side in ["left", "right"] {
        let path = format!("cell_0/b3/{side}");
        let conv = layer(&plan, &format!("{path}/conv"));
        assert_eq!(plan.layers[conv.inputs[0]].path, pool.path);
        assert_eq!(groups[path.as_str()].parameters, projection);
    }
    // sep 3x3(p): the first half brings the 96 channels to 32.
    let first_half = 9 * 96 + 96 * 32 + 2 * 32;
    let second_half = 9 * 32 + 32 * 32 + 2 * 32;
    assert_eq!(groups["cell_0/b0/right"].parameters, first_half + second_half);
    // p among the outputs: a projection without ReLU.
    assert_eq!(layer(&plan, "cell_0/output/p/conv").inputs, [stem]);
    assert_eq!(groups["cell_0/output/p"].parameters, projection);
    assert_eq!(layer(&plan, "cell_0/output").shape.channels, 6 * 32);
    // The next cell has the stem as its p, projected as usual, and nothing before its output.
    assert_eq!(source_unit(&plan, "cell_1/p/conv"), "stem");
    assert!(!has_group(&plan, "cell_1/output/p"));
}

/// The stem convolution has no padding for ImageNet, SAME for CIFAR, and neither has a ReLU.
#[test]
fn stems_and_their_batch_norms() {
    for (preset, epsilon, padded) in
        [("nasnet-a-mobile", 1e-3, false), ("nasnet-a-cifar-6-768", 1e-5, true)]
    {
        let plan = plan(preset, &[]);
        let Kind::Convolution(stem) = layer(&plan, "stem/conv").kind else { panic!("{preset}") };
        assert_eq!(!stem.padding.is_none(), padded);
        assert_eq!(layer(&plan, "stem/bn").kind, Kind::BatchNorm { epsilon });
        assert_eq!(plan.units[0].layers, 1..3);
        assert_eq!(plan.layers[plan.units[0].outputs[0]].path, "stem/bn");
    }
    let mobile = plan("nasnet-a-mobile", &[]);
    let Kind::Convolution(first) = layer(&mobile, "cell_stem_0/b0/right/pointwise_1").kind else {
        panic!("a pointwise convolution is one");
    };
    assert_eq!((first.input, first.output), (32, 11), "p is the stem, not projected");
}

#[test]
fn what_does_not_reach_the_output_is_not_built() {
    let without = set_output(CellKind::Reduction, &[B(1), B(3), B(4)]);
    let plan = plan("nasnet-a-mobile", &[without]);
    assert_consistent(&plan);
    assert!(!has_group(&plan, "reduction_cell_0/b2") && !has_layer(&plan, "reduction_cell_0/b2"));
    assert!(has_layer(&plan, "reduction_cell_0/b0"), "read by b3 and b4");
    let only_h = lower(&network("nasnet-a-mobile", &[set_output(CellKind::Normal, &[B(4)])]));
    assert_consistent(&only_h);
    assert!(!has_group(&only_h, "cell_3/p"), "b4 reads h alone");
    assert_eq!(only_h.penultimate(), 4 * 44);
}

#[test]
fn a_concatenating_block_is_twice_as_wide_and_its_readers_narrow_it() {
    let cell = CellKind::Normal;
    let concat = Edit::SetCombine { cell, block: B(0), combine: Combine::Concat };
    let read = |block, side, op| {
        [Edit::Replug { cell, block, side, from: B(0) }, Edit::SetOp { cell, block, side, op }]
    };
    let mut edits = vec![concat];
    edits.extend(read(B(1), Side::Left, Op::SeparableConv5x5));
    edits.extend(read(B(2), Side::Right, Op::Identity));
    edits.extend(read(B(3), Side::Left, Op::AveragePool3x3));
    let plan = plan("nasnet-a-mobile", &edits);
    assert_consistent(&plan);
    assert_eq!(layer(&plan, "cell_1/b0").kind, Kind::Concat);
    assert_eq!(layer(&plan, "cell_1/b0").shape.channels, 88);
    assert_eq!(layer(&plan, "cell_1/output").shape.channels, 7 * 44);
    let groups = by_group(&plan);
    let projection = 88 * 44 + 2 * 44;
    assert_eq!(groups["cell_1/b2/right"].parameters, projection);
    assert_eq!(groups["cell_1/b3/left"].parameters, projection);
    let (first, second) = (25 * 88 + 88 * 44 + 2 * 44, 25 * 44 + 44 * 44 + 2 * 44);
    assert_eq!(groups["cell_1/b1/left"].parameters, first + second);
    let before = |path: &str| plan.layers[layer(&plan, path).inputs[0]].kind;
    assert_eq!(before("cell_1/b2/right/conv"), Kind::Relu);
    assert!(matches!(before("cell_1/b3/left/conv"), Kind::Pool(_)), "no ReLU after a pool");
}
