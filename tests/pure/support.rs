//! Networks to test with, and what holds for every plan.

use std::collections::HashSet;

use nasnet_explorer::arch::{Architecture, Edit, zoo};
use nasnet_explorer::plan::{Kind, Layer, Plan, Shape, same_size};

/// A preset with edits that must all be legal.
pub fn network(preset: &str, edits: &[Edit]) -> Architecture {
    let start = zoo::architecture(preset).expect(preset);
    edits.iter().fold(start, |network, edit| match network.edited(edit) {
        Ok(next) => next,
        Err(error) => panic!("{edit}: {error}"),
    })
}

/// Fails unless every layer's shape follows from those it reads, and units and names are whole.
pub fn assert_consistent(plan: &Plan) {
    let mut paths = HashSet::new();
    for (index, layer) in plan.layers.iter().enumerate() {
        assert!(paths.insert(&layer.path), "{} names two layers", layer.path);
        assert!(layer.inputs.iter().all(|input| *input < index), "{} reads ahead", layer.path);
        let inputs: Vec<_> = layer.inputs.iter().map(|input| plan.shape(*input)).collect();
        assert_eq!(expected_shape(layer, &inputs), layer.shape, "{}", layer.path);
        let learns = matches!(
            layer.kind,
            Kind::Convolution(_) | Kind::BatchNorm { .. } | Kind::GroupNorm { .. }
        );
        assert!(
            !learns || plan.signatures.contains_key(layer.group()),
            "{} has no signature",
            layer.path
        );
    }
    let mut end = 1;
    for unit in &plan.units {
        assert_eq!(unit.layers.start, end, "{} does not begin where the last ended", unit.path);
        end = unit.layers.end;
        assert!(!unit.outputs.is_empty(), "{} gives nothing", unit.path);
        for output in &unit.outputs {
            assert!(*output < end, "{} gives what it has not made", unit.path);
            let size = |shape: Shape| (shape.height, shape.width);
            assert_eq!(size(plan.shape(*output)), size(plan.output_shape(unit)), "{}", unit.path);
        }
    }
    assert_eq!(end, plan.layers.len());
}

fn expected_shape(layer: &Layer, inputs: &[Shape]) -> Shape {
    let resized = |shape: Shape, along: &dyn Fn(u32, usize) -> u32| Shape {
        height: along(shape.height, 0),
        width: along(shape.width, 1),
        ..shape
    };
    match (layer.kind, inputs) {
        (Kind::Input, []) => layer.shape,
        (Kind::Relu | Kind::BatchNorm { .. }, [shape]) => *shape,
        (Kind::GroupNorm { groups, .. }, [shape]) => {
            assert!(groups == 1 || groups == shape.channels, "{}", layer.path);
            *shape
        }
        (Kind::Convolution(convolution), [shape]) => {
            assert_eq!(convolution.input, shape.channels, "{}", layer.path);
            assert!(!convolution.depthwise || convolution.input == convolution.output);
            let padding = convolution.padding;
            let added = [padding.top + padding.bottom, padding.left + padding.right];
            let along = |size: u32, axis: usize| {
                let reach = (convolution.kernel[axis] - 1) * convolution.dilation + 1;
                (size + added[axis] - reach) / convolution.stride[axis] + 1
            };
            Shape { channels: convolution.output, ..resized(*shape, &along) }
        }
        (Kind::Pool(pool), [shape]) => resized(*shape, &|size, _| same_size(size, pool.stride)),
        (Kind::Subsample { .. }, [shape]) => resized(*shape, &|size, _| same_size(size, 2)),
        (Kind::Add, [left, right]) => {
            assert_eq!(left, right, "{} adds different shapes", layer.path);
            *left
        }
        (Kind::Concat, [first, ..]) => {
            let size = |shape: &Shape| (shape.height, shape.width);
            assert!(inputs.iter().all(|shape| size(shape) == size(first)), "{}", layer.path);
            Shape { channels: inputs.iter().map(|shape| shape.channels).sum(), ..*first }
        }
        (Kind::GlobalAveragePool, [shape]) => Shape { height: 1, width: 1, ..*shape },
        (Kind::Dense, [Shape { height: 1, width: 1, .. }]) => layer.shape,
        (kind, _) => panic!("{}: {kind:?} reads {inputs:?}", layer.path),
    }
}
