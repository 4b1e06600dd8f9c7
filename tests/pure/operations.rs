//! The operations, layer by layer, with parameters counted by hand.

use nasnet_explorer::arch::{CellKind, Edit, Flavour, Op, Setting, Side, StateName};
use nasnet_explorer::cost::by_group;
use nasnet_explorer::plan::{Border, Kind, Layer, Padding, Plan, Pool, PoolKind, lower};

use crate::support::{assert_consistent, network};

/// Layers from the input to the result of `b0 left`, and its trainable parameters: in `cell_1` of
/// Mobile, 44 filters and stride 1, and in `reduction_cell_0`, 88 filters and stride 2.
#[rustfmt::skip]
const OPERATIONS: [(Op, &str, u64, &str, u64); 15] = [
    (Op::Identity,
        "", 0,
        "relu, 1x1 by 2x2, bn", 7_920),
    (Op::Conv1x3Then3x1,
        "relu, 1x3, 3x1, bn", 11_704,
        "relu, 1x3 by 1x2, 3x1 by 2x1, bn", 46_640),
    (Op::Conv1x7Then7x1,
        "relu, 1x7, 7x1, bn", 27_192,
        "relu, 1x7 by 1x2, 7x1 by 2x1, bn", 108_592),
    (Op::DilatedConv3x3,
        "relu, each 3x3 apart 2, 1x1, bn", 2_420,
        "relu, each 3x3 apart 2 by 2x2, 1x1, bn", 8_712),
    (Op::AveragePool3x3, "Average 3x3", 0, "Average 3x3 by 2x2", 0),
    (Op::MaxPool3x3, "Max 3x3", 0, "Max 3x3 by 2x2", 0),
    (Op::MaxPool5x5, "Max 5x5", 0, "Max 5x5 by 2x2", 0),
    (Op::MaxPool7x7, "Max 7x7", 0, "Max 7x7 by 2x2", 0),
    (Op::Conv1x1,
        "relu, 1x1, bn", 2_024,
        "relu, 1x1 by 2x2, bn", 7_920),
    (Op::Conv3x3,
        "relu, 3x3, bn", 17_512,
        "relu, 3x3 by 2x2, bn", 69_872),
    (Op::SeparableConv3x3,
        "relu, each 3x3, 1x1, bn, relu, each 3x3, 1x1, bn", 4_840,
        "relu, each 3x3 by 2x2, 1x1, bn, relu, each 3x3, 1x1, bn", 17_424),
    (Op::SeparableConv5x5,
        "relu, each 5x5, 1x1, bn, relu, each 5x5, 1x1, bn", 6_248,
        "relu, each 5x5 by 2x2, 1x1, bn, relu, each 5x5, 1x1, bn", 20_240),
    (Op::SeparableConv7x7,
        "relu, each 7x7, 1x1, bn, relu, each 7x7, 1x1, bn", 8_360,
        "relu, each 7x7 by 2x2, 1x1, bn, relu, each 7x7, 1x1, bn", 24_464),
    (Op::MaxPool2x2, "Max 2x2", 0, "Max 2x2 by 2x2", 0),
    (Op::DilatedConv5x5,
        "relu, each 5x5 apart 2, 1x1, bn", 3_124,
        "relu, each 5x5 apart 2 by 2x2, 1x1, bn", 10_120),
];

fn described(layer: &Layer) -> String {
    let by = |stride: [u32; 2]| match stride {
        [1, 1] => String::new(),
        [rows, columns] => format!(" by {rows}x{columns}"),
    };
    match layer.kind {
        Kind::Relu => "relu".to_owned(),
        Kind::BatchNorm { .. } => "bn".to_owned(),
        Kind::Pool(Pool { kind, kernel, stride, .. }) => {
            format!("{kind:?} {kernel}x{kernel}{}", by([stride; 2]))
        }
        Kind::Convolution(convolution) => {
            let [rows, columns] = convolution.kernel;
            let each = if convolution.depthwise { "each " } else { "" };
            let apart = match convolution.dilation {
                1 => String::new(),
                taps => format!(" apart {taps}"),
            };
            format!("{each}{rows}x{columns}{apart}{}", by(convolution.stride))
        }
        kind => format!("{kind:?}"),
    }
}

/// The layers between the cell's `h` and one side of its `b0`.
fn chain(plan: &Plan, cell: &str) -> String {
    let value = |path: String| plan.layers.iter().position(|layer| layer.path == path).unwrap();
    let (start, end) = (value(format!("{cell}/h/bn")), value(format!("{cell}/b0")));
    let mut at = plan.layers[end].inputs[0];
    let mut layers = Vec::new();
    while at != start {
        layers.push(described(&plan.layers[at]));
        at = plan.layers[at].inputs[0];
    }
    layers.reverse();
    layers.join(", ")
}

fn with_operation(op: Op, more: &[Edit]) -> Plan {
    let block = StateName::Block(0);
    let edits = CellKind::BOTH.map(|cell| Edit::SetOp { cell, block, side: Side::Left, op });
    lower(&network("nasnet-a-mobile", &[&edits, more].concat()))
}

#[test]
fn every_operation_is_made_of_its_layers() {
    assert_eq!(OPERATIONS.map(|(op, ..)| op), Op::ALL);
    for (op, layers, parameters, reducing, reducing_parameters) in OPERATIONS {
        let plan = with_operation(op, &[]);
        assert_consistent(&plan);
        let groups = by_group(&plan);
        for (cell, layers, parameters) in
            [("cell_1", layers, parameters), ("reduction_cell_0", reducing, reducing_parameters)]
        {
            assert_eq!(chain(&plan, cell), layers, "{op} in {cell}");
            let group = format!("{cell}/b0/left");
            let counted = groups.get(group.as_str()).map_or(0, |cost| cost.parameters);
            assert_eq!(counted, parameters, "{op} in {cell}");
        }
    }
}

fn pool(op: Op, cell: &str, flavour: Flavour, input: u32) -> Pool {
    let plan = with_operation(op, &[Edit::SetFlavour(flavour), Edit::Set(Setting::Input, input)]);
    let path = format!("{cell}/b0");
    let block = plan.layers.iter().find(|layer| layer.path == path).unwrap();
    match plan.layers[block.inputs[0]].kind {
        Kind::Pool(pool) => pool,
        kind => panic!("{op} became {kind:?}"),
    }
}

#[test]
fn flavours_differ_in_the_border_of_stride_two_pools_only() {
    use Border::{Excluded, Zeros};
    for (flavour, max, average) in [
        (Flavour::Slim, Excluded, Excluded),
        (Flavour::Keras, Zeros, Zeros),
        (Flavour::Timm, Excluded, Zeros),
    ] {
        for op in [Op::AveragePool3x3, Op::MaxPool3x3, Op::MaxPool5x5, Op::MaxPool7x7] {
            let reducing = pool(op, "reduction_cell_0", flavour, 224);
            let expected = if reducing.kind == PoolKind::Max { max } else { average };
            assert_eq!(reducing.border, expected, "{flavour} {op}");
            assert_eq!(pool(op, "cell_1", flavour, 224).border, Excluded, "{flavour} {op}");
        }
    }
}

/// 28 rows enter the first reduction of Mobile at 224 pixels, 41 at 323.
#[test]
fn stride_two_pools_pad_the_end_of_even_sizes() {
    for (op, even, odd) in [
        (Op::MaxPool3x3, (0, 1), (1, 1)),
        (Op::MaxPool5x5, (1, 2), (2, 2)),
        (Op::MaxPool7x7, (2, 3), (3, 3)),
    ] {
        for (input, (before, after)) in [(224, even), (323, odd)] {
            let padding = Padding { top: before, bottom: after, left: before, right: after };
            let pool = pool(op, "reduction_cell_0", Flavour::Keras, input);
            assert_eq!(pool.padding, padding, "{op} at {input}");
        }
    }
}
