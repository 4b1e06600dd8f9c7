//! What the files hold, and where it goes.

use std::collections::BTreeMap;

use nasnet_explorer::arch::{Flavour, Settings, zoo};
use nasnet_explorer::weights::{Container, How, Tensor, WeightFile, load, read, read_keras};

use super::{cadene_n4, loaded, timm_n6, torch_file};
use crate::weights::{Wanted, fixture, written};

fn by_name(name: &str) -> BTreeMap<String, Tensor> {
    torch_file(name).tensors.into_iter().collect()
}

#[test]
fn every_container_gives_the_same_tensors() {
    let reference = by_name("timm_n6.pth");
    assert_eq!(reference.len(), 1546, "1018 parameters and 528 statistics, no counters");
    for (name, container) in [
        ("timm_n6.pth", Container::TorchZip),
        ("timm_n6.legacy.pth", Container::TorchLegacy),
        ("timm_n6.safetensors", Container::Safetensors),
        ("timm_n6.float16.safetensors", Container::Safetensors),
        ("timm_n6.float64.legacy.pth", Container::TorchLegacy),
    ] {
        assert_eq!(torch_file(name).container, container, "{name}");
        assert!(by_name(name) == reference, "{name} has other numbers");
    }
}

/// A dict around the state dict, `module.` before all names, parameters, bfloat16, channels last,
/// batch norms that share a storage.
#[test]
fn a_checkpoint_of_a_training_script_gives_the_same_tensors() {
    let mut prefixed = BTreeMap::new();
    for (name, tensor) in by_name("timm_n6.pth") {
        prefixed.insert(format!("module.{name}"), tensor);
    }
    assert!(by_name("timm_n6.checkpoint.pth") == prefixed);
    let report = loaded("timm_n6.checkpoint.pth", &timm_n6()).report;
    assert!(report.is_complete() && report.unused.is_empty(), "{report}");
}

#[test]
fn the_network_is_inferred() {
    for (name, n, stem, classes, large, flavour) in [
        ("timm_n6.pth", 6, 4, 7, true, Flavour::Timm),
        ("timm_n6.legacy.pth", 6, 4, 7, true, Flavour::Timm),
        ("timm_n6.safetensors", 6, 4, 7, true, Flavour::Timm),
        ("timm_n6.checkpoint.pth", 6, 4, 7, true, Flavour::Timm),
        ("cadene_n4.pth", 4, 8, 1001, false, Flavour::Slim),
    ] {
        let network = torch_file(name).network().unwrap();
        assert_eq!((network.n, network.f, network.stem_channels), (n, 4, stem), "{name}");
        assert_eq!(network.classes, Some(classes), "{name}");
        assert_eq!((network.skip_reduction, network.flavour), (Some(large), flavour), "{name}");
    }
}

#[test]
fn everything_finds_its_place() {
    for (name, network, wanted) in [
        ("timm_n6.safetensors", timm_n6(), Wanted::network(6, 4, 4, 7)),
        ("cadene_n4.pth", cadene_n4(1001), Wanted::network(4, 4, 8, 1001)),
    ] {
        let report = loaded(name, &network).report;
        assert!(report.is_complete(), "{name}: {report}");
        assert!(report.unused.is_empty() && report.not_finite.is_empty(), "{name}: {report}");
        let values = wanted.list.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        assert_eq!((report.how, report.values), (How::ByName, values), "{name}");
    }
}

/// Opened in any document, a file brings its own sizes, wiring and flavour.
#[test]
fn a_file_of_another_network_says_which() {
    let open = zoo::architecture("nasnet-a-mobile").unwrap();
    let fits = loaded("timm_n6.pth", &open).fits;
    assert_eq!(fits, Some(Settings { input: 224, ..*timm_n6().settings() }));
    let fits = loaded("cadene_n4.pth", &open).fits;
    assert_eq!(fits, Some(Settings { input: 224, ..*cadene_n4(1000).settings() }));
    // In its own network another flavour is a choice, not a mistake; another wiring is not.
    let slim = super::with(Settings { flavour: Flavour::Slim, ..*timm_n6().settings() });
    assert_eq!(loaded("timm_n6.pth", &slim).fits, None);
    let wired = super::with(Settings { skip_reduction: false, ..*timm_n6().settings() });
    assert_eq!(loaded("timm_n6.pth", &wired).fits, Some(*timm_n6().settings()));
}

#[test]
fn the_background_class_goes_unless_the_document_has_it() {
    let kept = loaded("cadene_n4.pth", &cadene_n4(1001));
    assert!(!kept.report.dropped_background && kept.report.is_complete());
    assert_eq!(kept.fits, None);
    for classes in [1000, 7] {
        let dropped = loaded("cadene_n4.pth", &cadene_n4(classes));
        assert!(dropped.report.dropped_background && dropped.report.is_complete());
        assert_eq!(dropped.report.values + 97, kept.report.values, "a row of 96 and its bias");
        assert_eq!(dropped.fits.is_none(), classes == 1000);
        let text = dropped.report.to_string();
        assert!(text.contains("Of 1001 classes the first, the background, was left out"), "{text}");
    }
}

#[test]
fn a_file_without_its_top_or_with_more() {
    let mut file = torch_file("timm_n6.pth");
    file.tensors.retain(|(name, _)| !name.starts_with("last_linear"));
    file.tensors.push(("aux.weight".into(), Tensor { shape: vec![1], data: vec![0.5] }));
    assert_eq!(file.network().unwrap().classes, None);
    let expected = Wanted::network(6, 4, 4, 7);
    let (tensors, report) = WeightFile::Torch(file).matched(6, &expected.expected());
    assert_eq!(report.missing, ["head/dense/weight", "head/dense/bias"]);
    assert_eq!(tensors.len(), expected.list.len() - 2);
    assert_eq!(report.unused[0].name, "aux.weight");
}

#[test]
fn sizes_that_do_not_fit() {
    let mut file = torch_file("timm_n6.pth");
    let name = "cell_3.conv_1x1.bn.bias";
    let (_, bias) = file.tensors.iter_mut().find(|(other, _)| other == name).unwrap();
    *bias = Tensor { shape: vec![5], data: vec![f32::NAN; 5] };
    let (_, bias) = file.tensors.iter_mut().find(|(other, _)| other == "conv0.bn.bias").unwrap();
    bias.data[1] = f32::INFINITY;
    let expected = Wanted::network(6, 4, 4, 7);
    let (_, report) = WeightFile::Torch(file.clone()).matched(6, &expected.expected());
    let text = report.to_string();
    assert!(
        text.contains("cell_3/h/bn/beta wants [4] but cell_3.conv_1x1.bn.bias is [5]"),
        "{text}"
    );
    assert!(text.contains("stem/bn/beta (1 values)"), "{text}");
    assert_eq!(WeightFile::Torch(file.clone()).inspect().not_finite, 6);
    // Networks that contradict themselves, or are none.
    let problem = |change: &dyn Fn(&mut (String, Tensor))| {
        let mut file = file.clone();
        file.tensors.iter_mut().for_each(change);
        file.network().unwrap_err().to_string()
    };
    let text = problem(&|(name, _)| *name = name.replace("cell_17.", "cell_18."));
    assert!(text.contains("18 normal cells are numbered neither as timm's nor as"), "{text}");
    let text = problem(&|(name, _)| *name = name.replace("conv0.", "conv_1."));
    assert!(text.contains("holds the tensors conv_1.conv.weight, conv_1.bn.weight"), "{text}");
    assert!(text.contains("1542 more, which are not a NASNet's"), "{text}");
    let text = problem(&|(name, tensor)| {
        if name == "last_linear.weight" {
            tensor.shape = vec![96, 7];
        }
    });
    assert!(text.contains("the classifier is [96, 7] where F = 4 wants [classes, 24 F]"), "{text}");
}

#[test]
fn the_name_of_the_file_says_nothing() {
    let (_folder, path) = written("weights.h5", &fixture("timm_n6.legacy.pth"));
    assert!(matches!(read(&path), Ok(WeightFile::Torch(_))));
    let text = read_keras(&path).unwrap_err().to_string();
    assert!(text.contains("is a PyTorch file"), "{text}");
    let (_folder, path) = written("weights.pth", &fixture("keras_n1.keras"));
    assert!(matches!(read(&path), Ok(WeightFile::Keras(_))));
    let (_folder, path) = written("weights.bin", &fixture("timm_n6.safetensors"));
    assert!(load(&path, &timm_n6()).unwrap().report.is_complete());
}

#[test]
fn inspection_says_what_it_is() {
    let inspection = WeightFile::Torch(torch_file("cadene_n4.pth")).inspect();
    assert_eq!((inspection.tensors, inspection.parameters), (1126, 162_943));
    assert_eq!(inspection.first_layers[0].name, "conv0.conv");
    assert_eq!(inspection.first_layers[1].shapes, vec![vec![8]; 4]);
    let json = serde_json::to_value(&inspection).unwrap();
    assert_eq!(json["container"], "torch_zip");
    assert_eq!(json["network"]["flavour"], "slim");
    assert_eq!(json["keras_version"], serde_json::Value::Null);
}
