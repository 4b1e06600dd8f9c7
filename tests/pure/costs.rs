//! The published numbers, to the last digit: shapes, parameters, statistics, multiply-adds.

use std::collections::BTreeMap;

use nasnet_explorer::arch::{Edit, Flavour, Setting};
use nasnet_explorer::cost::{Cost, LayerCost, analyse, by_group};
use nasnet_explorer::plan::{Convolution, Kind, Layer, Padding, Plan, Shape, UnitKind, lower};

use crate::support::network;

/// Unit, `[C, H, W]`, trainable parameters, batch norm statistics, multiply-adds.
#[rustfmt::skip]
const MOBILE: &[(&str, [u32; 3], u64, u64, u64)] = &[
    ("stem", [32, 111, 111], 928, 64, 10_645_344),
    ("cell_stem_0", [44, 56, 56], 8_534, 242, 29_236_832),
    ("cell_stem_1", [88, 28, 28], 13_948, 528, 14_453_824),
    ("cell_0", [264, 28, 28], 33_000, 1_056, 25_044_096),
    ("cell_1", [264, 28, 28], 42_680, 1_056, 32_633_216),
    ("cell_2", [264, 28, 28], 50_424, 1_056, 38_704_512),
    ("cell_3", [264, 28, 28], 50_424, 1_056, 38_704_512),
    ("reduction_cell_0", [352, 14, 14], 153_648, 2_112, 57_021_888),
    ("cell_4", [528, 14, 14], 147_312, 2_112, 28_459_200),
    ("cell_5", [528, 14, 14], 170_544, 2_112, 33_012_672),
    ("cell_6", [528, 14, 14], 186_032, 2_112, 36_048_320),
    ("cell_7", [528, 14, 14], 186_032, 2_112, 36_048_320),
    ("reduction_cell_1", [704, 7, 7], 555_104, 4_224, 54_313_952),
    ("cell_8", [1056, 7, 7], 557_920, 4_224, 27_131_104),
    ("cell_9", [1056, 7, 7], 650_848, 4_224, 31_684_576),
    ("cell_10", [1056, 7, 7], 712_800, 4_224, 34_720_224),
    ("cell_11", [1056, 7, 7], 712_800, 4_224, 34_720_224),
    ("head", [1000, 1, 1], 1_057_000, 0, 1_056_000),
];

/// Unit, `[C, H, W]`, trainable parameters, batch norm statistics, multiply-adds.
#[rustfmt::skip]
const LARGE: &[(&str, [u32; 3], u64, u64, u64)] = &[
    ("stem", [96, 165, 165], 2_784, 192, 70_567_200),
    ("cell_stem_0", [168, 83, 83], 49_230, 924, 414_774_786),
    ("cell_stem_1", [336, 42, 42], 121_128, 2_016, 323_765_568),
    ("cell_0", [1008, 42, 42], 396_816, 4_032, 692_870_976),
    ("cell_1", [1008, 42, 42], 537_936, 4_032, 941_806_656),
    ("cell_2", [1008, 42, 42], 650_832, 4_032, 1_140_955_200),
    ("cell_3", [1008, 42, 42], 650_832, 4_032, 1_140_955_200),
    ("cell_4", [1008, 42, 42], 650_832, 4_032, 1_140_955_200),
    ("cell_5", [1008, 42, 42], 650_832, 4_032, 1_140_955_200),
    ("reduction_cell_0", [1344, 21, 21], 1_919_904, 8_064, 1_739_289_888),
    ("cell_6", [2016, 21, 21], 1_979_040, 8_064, 869_200_416),
    ("cell_7", [2016, 21, 21], 2_317_728, 8_064, 1_018_561_824),
    ("cell_8", [2016, 21, 21], 2_543_520, 8_064, 1_118_136_096),
    ("cell_9", [2016, 21, 21], 2_543_520, 8_064, 1_118_136_096),
    ("cell_10", [2016, 21, 21], 2_543_520, 8_064, 1_118_136_096),
    ("cell_11", [2016, 21, 21], 2_543_520, 8_064, 1_118_136_096),
    ("reduction_cell_1", [2688, 11, 11], 7_452_480, 16_128, 1_766_839_872),
    ("cell_12", [4032, 11, 11], 7_796_544, 16_128, 941_430_336),
    ("cell_13", [4032, 11, 11], 9_151_296, 16_128, 1_105_355_328),
    ("cell_14", [4032, 11, 11], 10_054_464, 16_128, 1_214_638_656),
    ("cell_15", [4032, 11, 11], 10_054_464, 16_128, 1_214_638_656),
    ("cell_16", [4032, 11, 11], 10_054_464, 16_128, 1_214_638_656),
    ("cell_17", [4032, 11, 11], 10_054_464, 16_128, 1_214_638_656),
    ("head", [1000, 1, 1], 4_033_000, 0, 4_032_000),
];

/// Unit, `[C, H, W]`, trainable parameters, batch norm statistics, multiply-adds.
#[rustfmt::skip]
const CIFAR: &[(&str, [u32; 3], u64, u64, u64)] = &[
    ("stem", [96, 32, 32], 2_784, 192, 2_654_208),
    ("cell_0", [192, 32, 32], 40_384, 960, 40_370_176),
    ("cell_1", [192, 32, 32], 25_152, 768, 24_969_216),
    ("cell_2", [192, 32, 32], 28_224, 768, 28_114_944),
    ("cell_3", [192, 32, 32], 28_224, 768, 28_114_944),
    ("cell_4", [192, 32, 32], 28_224, 768, 28_114_944),
    ("cell_5", [192, 32, 32], 28_224, 768, 28_114_944),
    ("reduction_cell_0", [256, 16, 16], 87_168, 1_536, 40_796_160),
    ("cell_6", [384, 16, 16], 81_024, 1_536, 20_348_928),
    ("cell_7", [384, 16, 16], 93_312, 1_536, 23_494_656),
    ("cell_8", [384, 16, 16], 101_504, 1_536, 25_591_808),
    ("cell_9", [384, 16, 16], 101_504, 1_536, 25_591_808),
    ("cell_10", [384, 16, 16], 101_504, 1_536, 25_591_808),
    ("cell_11", [384, 16, 16], 101_504, 1_536, 25_591_808),
    ("reduction_cell_1", [512, 8, 8], 305_408, 3_072, 38_223_872),
    ("cell_12", [768, 8, 8], 301_312, 3_072, 19_087_360),
    ("cell_13", [768, 8, 8], 350_464, 3_072, 22_233_088),
    ("cell_14", [768, 8, 8], 383_232, 3_072, 24_330_240),
    ("cell_15", [768, 8, 8], 383_232, 3_072, 24_330_240),
    ("cell_16", [768, 8, 8], 383_232, 3_072, 24_330_240),
    ("cell_17", [768, 8, 8], 383_232, 3_072, 24_330_240),
    ("head", [10, 1, 1], 7_690, 0, 7_680),
];

fn cost(name: &str, edits: &[Edit]) -> Cost {
    analyse(&lower(&network(name, edits)))
}

fn assert_table(name: &str, table: &[(&str, [u32; 3], u64, u64, u64)]) {
    let cost = cost(name, &[]);
    let rows: Vec<_> = cost
        .units
        .iter()
        .map(|unit| {
            let LayerCost { parameters, statistics, macs, .. } = unit.cost;
            (unit.path.as_str(), unit.output.to_array(), parameters, statistics, macs)
        })
        .collect();
    assert_eq!(rows, table, "{name}");
}

#[test]
fn every_unit_of_mobile_is_as_published() {
    assert_table("nasnet-a-mobile", MOBILE);
}

#[test]
fn every_unit_of_large_is_as_published() {
    assert_table("nasnet-a-large", LARGE);
}

#[test]
fn every_unit_of_cifar_6_768_is_as_published() {
    assert_table("nasnet-a-cifar-6-768", CIFAR);
}

#[test]
fn totals_are_as_published() {
    let classes = |count| Edit::Set(Setting::Classes, count);
    let n = |count| Edit::Set(Setting::N, count);
    // Name, edits, trainable, statistics.
    let totals: [(&str, &[Edit], u64, u64); 6] = [
        ("nasnet-a-mobile", &[], 5_289_978, 36_738),
        ("nasnet-a-large", &[], 88_753_150, 196_668),
        ("nasnet-a-mobile", &[classes(1001)], 5_291_035, 36_738),
        ("nasnet-a-large", &[classes(1001)], 88_757_183, 196_668),
        ("nasnet-a-cifar-6-768", &[], 3_346_538, 37_248),
        // The proxy on which the paper's search trains its children.
        ("nasnet-a-cifar-6-768", &[n(2)], 1_294_698, 15_744),
    ];
    for (name, edits, trainable, statistics) in totals {
        let parameters = cost(name, edits).parameters();
        assert_eq!(parameters.trainable, trainable, "{name} {edits:?}");
        assert_eq!(parameters.total, trainable + statistics, "{name} {edits:?}");
    }
}

#[test]
fn without_the_head_the_totals_are_those_of_the_no_top_files() {
    for (name, trainable, total) in
        [("nasnet-a-mobile", 4_232_978, 4_269_716), ("nasnet-a-large", 84_720_150, 84_916_818)]
    {
        let cost = cost(name, &[]);
        let body: LayerCost = cost
            .units
            .iter()
            .filter(|unit| unit.kind != UnitKind::Head)
            .map(|unit| &unit.cost)
            .sum();
        let parameters = body.parameter_count();
        assert_eq!((parameters.trainable, parameters.total), (trainable, total), "{name}");
    }
}

#[test]
fn multiply_adds_and_activations_are_as_published() {
    let input = |size| Edit::Set(Setting::Input, size);
    let macs = |name, edits: &[Edit]| cost(name, edits).total.macs;
    assert_eq!(macs("nasnet-a-mobile", &[]), 563_638_816);
    assert_eq!(macs("nasnet-a-mobile", &[Edit::Set(Setting::Classes, 1001)]), 563_639_872);
    assert_eq!(macs("nasnet-a-large", &[]), 23_783_414_658);
    assert_eq!(macs("nasnet-a-large", &[input(299)]), 19_526_893_026);
    assert_eq!(macs("nasnet-a-cifar-6-768", &[]), 544_333_312);
    assert_eq!(cost("nasnet-a-large", &[]).total.convolved, 90_560_452);
    assert_eq!(cost("nasnet-a-mobile", &[]).total.convolved, 7_938_035);
}

#[test]
fn no_flavour_and_no_wiring_of_p_changes_the_cost() {
    for flavour in Flavour::ALL {
        let edits = [Edit::SetFlavour(flavour), Edit::SetSkipReduction(true)];
        let (edited, plain) = (cost("nasnet-a-mobile", &edits), cost("nasnet-a-mobile", &[]));
        assert_eq!(edited.total.parameters, plain.total.parameters);
        assert_eq!(edited.total.macs, plain.total.macs);
    }
}

#[test]
fn memory_follows_each_tensor_from_its_layer_to_its_last_use() {
    // input 10 -> conv 40 (batch norm in place) -> relu 40 -> pool 10, relu + relu again 40.
    let layer = |kind, inputs: &[usize], channels| Layer {
        path: "layer".to_owned(),
        kind,
        inputs: inputs.to_vec(),
        shape: Shape { channels, height: 1, width: 10 },
    };
    let convolution = Convolution {
        input: 1,
        output: 4,
        kernel: [1; 2],
        stride: [1; 2],
        dilation: 1,
        depthwise: false,
        padding: Padding::NONE,
    };
    let layers = vec![
        layer(Kind::Input, &[], 1),
        layer(Kind::Convolution(convolution), &[0], 4),
        layer(Kind::BatchNorm { epsilon: 1e-3 }, &[1], 4),
        layer(Kind::Relu, &[2], 4),
        layer(Kind::Add, &[3, 3], 4),
        layer(Kind::Add, &[4, 3], 4),
        layer(Kind::GlobalAveragePool, &[5], 1),
    ];
    let plan = Plan { layers, units: Vec::new(), blocks: Vec::new(), signatures: BTreeMap::new() };
    let bytes = analyse(&plan).activation_bytes;
    assert_eq!(bytes.sum, 4 * (10 + 40 + 40 + 40 + 40 + 10));
    // While the second sum is made: the ReLU, the first sum and itself.
    assert_eq!(bytes.peak, 4 * (40 + 40 + 40));
    let network = cost("nasnet-a-large", &[]);
    assert!(network.activation_bytes.peak < network.activation_bytes.sum / 4);
}

#[test]
fn receptive_fields_grow_from_the_stem() {
    let mobile = cost("nasnet-a-mobile", &[]);
    assert_eq!(mobile.units[0].receptive_field, 3);
    // cell_stem_0's widest path is sep 7x7(p), then sep 3x3(b0): 7x7 on the stem's step of
    // 2 pixels, then 7x7, 3x3 and 3x3 on its own of 4.
    assert_eq!(mobile.units[1].receptive_field, 3 + 6 * 2 + 6 * 4 + 2 * 4 + 2 * 4);
    let fields = mobile.units.iter().map(|unit| unit.receptive_field);
    assert!(fields.is_sorted());
}

#[test]
fn groups_add_up_to_the_total() {
    let plan = lower(&network("nasnet-a-mobile", &[]));
    let groups = by_group(&plan);
    let sum: LayerCost = groups.values().sum();
    assert_eq!(sum, analyse(&plan).total);
    // b0 left of a repeated cell is a 5x5 separable convolution, twice.
    let (k, f) = (25, 44);
    assert_eq!(groups["cell_3/b0/left"].parameters, 2 * (k * f + f * f + 2 * f));
}
