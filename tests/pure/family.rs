//! The relatives of NASNet-A: published figures, and what makes each family itself.

use std::collections::BTreeMap;

use nasnet_explorer::arch::{
    Architecture, CellKind, Document, Edit, Family, Op, Setting, Settings, Side, StateName,
    StemKind, zoo,
};
use nasnet_explorer::cost::{Cost, analyse};
use nasnet_explorer::format::grouped;
use nasnet_explorer::plan::{Kind, Layer, Padding, Plan, UnitKind, lower, lower_for_training};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{assert_consistent, network};

/// Preset, trained parameters, multiply-adds, and both as published, in millions, with as many
/// digits; empty where no figure is published or ours differs. `docs/family.md` says why.
#[rustfmt::skip]
const MEMBERS: [(&str, u64, u64, &str, &str); 16] = [
    ("pnasnet-5-mobile", 5_064_487, 587_293_200, "5.1", ""),
    ("pnasnet-5-large", 86_057_668, 24_937_395_792, "86.1", ""),
    ("amoebanet-a", 86_718_797, 23_133_663_507, "86.7", "23100"),
    ("amoebanet-b", 79_008_676, 20_934_489_887, "", ""),
    ("amoebanet-c", 155_272_667, 41_129_488_875, "", ""),
    ("amoebanet-d", 67_966_629, 18_095_622_054, "", ""),
    ("enas-cifar", 3_894_382, 620_907_552, "", ""),
    ("darts-v1-cifar", 3_169_414, 500_987_520, "", ""),
    ("darts-v1-imagenet", 4_510_432, 505_864_704, "", ""),
    ("darts-v2-cifar", 3_349_342, 528_359_040, "3.349342", ""),
    ("darts-v2-imagenet", 4_718_752, 529_911_552, "4.7", ""),
    ("p-darts-cifar", 3_433_798, 532_174_464, "", ""),
    ("p-darts-imagenet", 4_944_352, 542_819_328, "4.9", ""),
    ("pc-darts-cifar", 3_634_678, 556_670_592, "3.6", ""),
    ("pc-darts-imagenet", 5_342_464, 581_627_328, "5.3", ""),
    ("nasnet-a-unused-cifar", 3_830_950, 603_452_448, "", ""),
];

fn cost(network: &Architecture) -> Cost {
    let plan = lower(network);
    assert_consistent(&plan);
    analyse(&plan)
}

fn rounded_like(published: &str, value: u64) -> String {
    let digits = published.split_once('.').map_or(0, |(_, digits)| digits.len());
    format!("{:.digits$}", value as f64 / 1e6)
}

#[test]
fn every_member_has_its_figures() {
    for (name, parameters, macs, published, published_macs) in MEMBERS {
        let cost = cost(&network(name, &[]));
        assert_eq!((cost.parameters().trainable, cost.total.macs), (parameters, macs), "{name}");
        if !published.is_empty() {
            assert_eq!(rounded_like(published, parameters), published, "{name}");
        }
        if !published_macs.is_empty() {
            let hundreds = (macs as f64 / 1e8).round() * 100.0;
            assert_eq!(format!("{hundreds:.0}"), published_macs, "{name}");
        }
    }
    let relatives = zoo::PRESETS
        .iter()
        .filter(|preset| preset.architecture().settings().family != Family::Nasnet);
    assert_eq!(relatives.count(), MEMBERS.len(), "a member has no figures");
}

fn resized(name: &str, change: impl FnOnce(Settings) -> Settings) -> Architecture {
    let start = network(name, &[]);
    let settings = change(*start.settings());
    start.edited(&Edit::SetSettings(settings)).expect("legal settings")
}

#[test]
fn the_table_of_the_family_says_what_the_networks_are() {
    let table = include_str!("../../docs/family.md");
    for (name, parameters, macs, ..) in MEMBERS {
        let settings = *network(name, &[]).settings();
        let start = format!("| `{name}` |");
        let row = table.lines().find(|line| line.starts_with(&start)).expect(name);
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let sizes = [settings.n, settings.f, settings.input].map(|size| size.to_string());
        assert_eq!(cells[3..6], sizes, "{name}");
        assert_eq!(cells[6..8], [grouped(parameters), grouped(macs)], "{name}");
    }
}

/// Real et al.: 469M and 104B at F = 448 (at 299 px), 2.6M and 3.2M on CIFAR-10.
#[test]
fn amoebanet_a_has_its_other_published_sizes() {
    let wide = cost(&resized("amoebanet-a", |settings| Settings {
        f: 448,
        input: 299,
        classes: 1001,
        ..settings
    }));
    assert_eq!((wide.parameters().trainable, wide.total.macs), (468_158_353, 103_887_701_136));
    for (f, parameters) in [(32, 2_567_754), (36, 3_218_266)] {
        let small = cost(&resized("amoebanet-a", |settings| Settings {
            f,
            stem: StemKind::Cifar,
            stem_channels: 3 * f,
            input: 32,
            classes: 10,
            ..settings
        }));
        assert_eq!(small.parameters().trainable, parameters);
    }
}

/// The figures of P-DARTS and PC-DARTS for ImageNet count two more for each number that a
/// convolution makes, as profilers that count batch norms do.
#[test]
fn multiply_adds_of_two_successors_of_darts_are_published_with_batch_norms() {
    for (name, published) in [("p-darts-imagenet", 557), ("pc-darts-imagenet", 597)] {
        let plan = lower(&network(name, &[]));
        let convolutions =
            plan.layers.iter().filter(|layer| matches!(layer.kind, Kind::Convolution(_)));
        let made: u64 = convolutions.map(|layer| layer.shape.elements()).sum();
        let millions = (analyse(&plan).total.macs + 2 * made) as f64 / 1e6;
        assert_eq!(millions.round() as u64, published, "{name}");
    }
}

/// Every tensor of timm's `pnasnet5large`, by shape; batch norm counters left out.
#[test]
fn pnasnet_5_large_has_the_tensors_of_timm() {
    let mut wanted = BTreeMap::new();
    for line in include_str!("../fixtures/timm_pnasnet_5_large_shapes.tsv").lines() {
        let mut words = line.split('\t').map(str::to_owned);
        let mut next = || words.next().expect("three columns");
        let key = (next(), next());
        wanted.insert(key, next().parse::<usize>().expect("a count"));
    }
    let mut found = BTreeMap::new();
    for parameter in lower(&network("pnasnet-5-large", &[])).parameters() {
        let kind = if parameter.role.trainable() { "trained" } else { "gathered" };
        let shape: Vec<_> = parameter.shape.iter().map(usize::to_string).collect();
        *found.entry((kind.to_owned(), shape.join("x"))).or_insert(0) += 1;
    }
    assert_eq!(found, wanted);
    assert_eq!(found.values().sum::<usize>(), 1179);
}

fn layer<'a>(plan: &'a Plan, path: &str) -> &'a Layer {
    plan.layers.iter().find(|layer| layer.path == path).unwrap_or_else(|| panic!("no {path}"))
}

/// The kinds of layers from the input of an operation to its end.
fn kinds(plan: &Plan, group: &str) -> Vec<&'static str> {
    let inside = plan.layers.iter().filter(|layer| layer.group() == group);
    inside
        .filter_map(|layer| match layer.kind {
            Kind::Convolution(_) => Some("convolution"),
            Kind::BatchNorm { .. } => Some("bn"),
            Kind::Subsample { .. } => Some("sample"),
            Kind::Pool(_) => Some("pool"),
            _ => None,
        })
        .collect()
}

#[test]
fn pnasnet_reduces_in_the_first_cell_of_a_stage() {
    let plan = lower(&network("pnasnet-5-mobile", &[]));
    let cells = plan.units.iter().filter_map(|unit| match unit.kind {
        UnitKind::Cell(kind) => {
            Some((unit.path.as_str(), kind, plan.output_shape(unit).to_array()))
        }
        _ => None,
    });
    let (normal, reduction) = (CellKind::Normal, CellKind::Reduction);
    let wanted = [
        ("cell_stem_0", reduction, [65, 56, 56]),
        ("cell_stem_1", reduction, [135, 28, 28]),
        ("cell_0", normal, [270, 28, 28]),
        ("cell_1", normal, [270, 28, 28]),
        ("cell_2", normal, [270, 28, 28]),
        ("cell_3", reduction, [540, 14, 14]),
        ("cell_4", normal, [540, 14, 14]),
        ("cell_5", normal, [540, 14, 14]),
        ("cell_6", reduction, [1080, 7, 7]),
        ("cell_7", normal, [1080, 7, 7]),
        ("cell_8", normal, [1080, 7, 7]),
    ];
    assert_eq!(cells.collect::<Vec<_>>(), wanted);
    let skipping = network("pnasnet-5-mobile", &[Edit::SetSkipReduction(true)]);
    assert_eq!(lower(&skipping), plan, "there is no reduction cell to skip");
}

#[test]
fn darts_pads_as_pytorch_and_enas_as_tensorflow() {
    let padding = |name, path| match layer(&lower(&network(name, &[])), path).kind {
        Kind::Convolution(convolution) => convolution.padding,
        kind => panic!("{kind:?}"),
    };
    let before = Padding { top: 2, bottom: 1, left: 2, right: 1 };
    assert_eq!(padding("pc-darts-cifar", "reduction_cell_0/b0/left/depthwise_1"), before);
    let after = Padding { top: 1, bottom: 2, left: 1, right: 2 };
    assert_eq!(padding("enas-cifar", "reduction_cell_0/b2/left/depthwise_1"), after);
}

#[test]
fn inputs_are_prepared_as_each_family_does() {
    let darts = lower(&network("darts-v2-cifar", &[]));
    assert_eq!(kinds(&darts, "cell_0/p"), ["convolution", "bn"], "the stem is projected");
    assert_eq!(layer(&darts, "head/pool").inputs, [darts.units[darts.units.len() - 2].outputs[0]]);
    let enas = lower(&network("enas-cifar", &[]));
    assert_eq!(kinds(&enas, "cell_0/p"), ["convolution", "bn"]);
    assert_eq!(kinds(&enas, "cell_3/h"), ["convolution", "bn"]);
    assert_eq!(kinds(&enas, "cell_3/h_base"), ["convolution", "bn"]);
    let imagenet = lower(&network("darts-v2-imagenet", &[]));
    assert_eq!(layer(&imagenet, "stem/conv_1").shape.to_array(), [24, 112, 112]);
    assert_eq!(layer(&imagenet, "stem_1/conv").shape.to_array(), [48, 28, 28]);
    assert_eq!(
        kinds(&imagenet, "cell_0/p"),
        ["sample", "convolution", "sample", "convolution", "bn"]
    );
}

/// Where the heads stand, what they read, and their trained parameters, counted by hand: a 1x1 convolution to 128, one
/// as large as what is left to 768, their batch norms, the dense layer.
#[test]
fn auxiliary_heads_are_those_of_each_family() {
    let norm = |channels: u64| 2 * channels;
    for (name, reads, left, parameters) in [
        (
            "nasnet-a-cifar-6-768",
            "cell_11/output",
            4,
            384 * 128 + 16 * 128 * 768 + norm(896) + 7690,
        ),
        ("pnasnet-5-mobile", "cell_5/output", 4, 540 * 128 + 16 * 128 * 768 + norm(896) + 769_000),
        ("enas-cifar", "cell_10/output", 2, 720 * 128 + 4 * 128 * 768 + norm(896) + 7690),
        (
            "darts-v2-cifar",
            "reduction_cell_1/output",
            2,
            576 * 128 + 4 * 128 * 768 + norm(896) + 7690,
        ),
        // DARTS' code for ImageNet has no batch norm behind the second convolution.
        (
            "darts-v2-imagenet",
            "reduction_cell_1/output",
            2,
            768 * 128 + 4 * 128 * 768 + norm(128) + 769_000,
        ),
    ] {
        let network = network(name, &[]);
        let plan = lower_for_training(&network);
        let pool = layer(&plan, "aux/pool");
        let source = plan.layers[pool.inputs[0]].inputs[0];
        assert_eq!(plan.layers[source].path, reads, "{name}");
        assert_eq!(pool.shape.to_array()[1..], [left, left], "{name}");
        assert_eq!(layer(&plan, "aux/dense").shape.channels, network.settings().classes);
        // ENAS takes a mean where the others have one place left.
        let kept = plan.layers.iter().any(|layer| layer.path == "aux/mean");
        assert_eq!(kept, name == "enas-cifar");
        let own = plan.parameters();
        let own = own.iter().filter(|parameter| parameter.path.starts_with("aux/"));
        let trained = own.filter(|parameter| parameter.role.trainable());
        let count: u64 =
            trained.map(|parameter| parameter.shape.iter().product::<usize>() as u64).sum();
        assert_eq!(count, parameters, "{name}");
    }
}

#[test]
fn an_identity_reduces_and_a_convolution_narrows_by_family() {
    let block = StateName::Block(0);
    let with = |family, op| {
        let start = network("nasnet-a-small", &[]);
        let settings = Settings { family, ..*start.settings() };
        let edits = [
            Edit::SetSettings(settings),
            Edit::SetOp { cell: CellKind::Reduction, block, side: Side::Left, op },
        ];
        let plan = lower(&network("nasnet-a-small", &edits));
        assert_consistent(&plan);
        plan
    };
    // The output reads b0 through b3 and b4.
    let group = "reduction_cell_0/b0/left";
    let halves = ["sample", "convolution", "sample", "convolution", "bn"];
    for (family, layers) in [
        (Family::Nasnet, &["convolution", "bn"][..]),
        (Family::Amoebanet, &["convolution", "bn"]),
        (Family::Enas, &halves),
        (Family::Darts, &halves),
    ] {
        assert_eq!(kinds(&with(family, Op::Identity), group), layers, "{family}");
    }
    for (op, channels) in [(Op::Conv3x3, 8), (Op::Conv1x7Then7x1, 8), (Op::Conv1x3Then3x1, 12)] {
        let plan = with(Family::Amoebanet, op);
        let path = format!("{group}/conv_1");
        assert_eq!(layer(&plan, &path).shape.channels, channels, "{op}");
        let steps = if op == Op::Conv3x3 { 3 } else { 4 };
        assert_eq!(kinds(&plan, group), ["convolution", "bn"].repeat(steps), "{op}");
        assert_eq!(kinds(&with(Family::Darts, op), group).last(), Some(&"bn"));
    }
}

#[test]
fn files_say_the_family_and_stay_readable_where_they_can() {
    let text = |name| Document::new(network(name, &[])).to_json();
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let old = value(&text("nasnet-a-large"));
    assert_eq!((old["version"].as_u64(), old.get("family")), (Some(1), None));
    let new = value(&text("pnasnet-5-large"));
    assert_eq!((new["version"].as_u64(), new["family"].as_str()), (Some(2), Some("pnasnet")));
    let pool = Edit::SetOp {
        cell: CellKind::Normal,
        block: StateName::Block(0),
        side: Side::Left,
        op: Op::MaxPool2x2,
    };
    let edited = Document::new(network("nasnet-a-large", &[pool])).to_json();
    assert_eq!(value(&edited)["version"], 2);
    for preset in zoo::names() {
        let read = Document::parse(text(preset).as_bytes(), "mine.json").expect(preset);
        assert_eq!(read.architecture, network(preset, &[]));
    }
    // A family that is changed back is not kept as a key that only the file knows.
    let mut document = Document::parse(text("enas-cifar").as_bytes(), "mine.json").expect("legal");
    document.architecture = network("nasnet-a-small", &[]);
    let again = Document::parse(document.to_json().as_bytes(), "mine.json").expect("legal");
    assert_eq!(again.architecture, document.architecture);
}

proptest! {
    /// Every family takes every stem, cell of two inputs and size; NASNet takes cells of four.
    #[test]
    fn every_mixture_is_a_network(
        family in select(Family::ALL.to_vec()),
        stem in select(StemKind::ALL.to_vec()),
        cells in select(zoo::PRESETS.to_vec()),
        (n, f, stem_channels, input) in (1..4_u32, 1..30_u32, 2..20_u32, 32..70_u32),
        skip_reduction: bool,
    ) {
        let start = cells.architecture();
        let f = if stem == StemKind::Imagenet { 4 * f } else { f };
        let settings =
            Settings { family, stem, n, f, stem_channels, input, skip_reduction, ..*start.settings() };
        let edited = start.edited(&Edit::SetSettings(settings));
        let two_inputs = start.cell(CellKind::Normal).concatenates();
        if !two_inputs && (family != Family::Nasnet || skip_reduction) {
            let error = edited.expect_err("four inputs").to_string();
            prop_assert!(error.contains("cells of 4"), "{}", error);
            return Ok(());
        }
        let network = edited.expect("legal settings");
        let plan = lower(&network);
        assert_consistent(&plan);
        let file = Document::new(network.clone()).to_json();
        let read = Document::parse(file.as_bytes(), "mine.json").expect("its own file");
        prop_assert_eq!(read.architecture, network);
    }
}

#[test]
fn filters_of_stem_cells_are_rounded_down_where_the_published_code_does() {
    let mobile = network("nasnet-a-mobile", &[]);
    assert!(mobile.edited(&Edit::Set(Setting::F, 54)).is_err());
    let amoebanet = network("amoebanet-a", &[]);
    let plan = lower(&amoebanet);
    assert_eq!(layer(&plan, "cell_stem_0/h/conv").shape.channels, 47);
    assert_eq!(layer(&plan, "cell_stem_1/p/path_1").shape.channels, 47);
    assert_eq!(layer(&plan, "cell_stem_1/p/path_2").shape.channels, 48);
}
