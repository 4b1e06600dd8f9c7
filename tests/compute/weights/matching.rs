//! Files as Keras writes them: what they hold, and where it goes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};

use nasnet_explorer::weights::{
    Container, How, KerasFile, Tensor, WeightsError, inspect_keras, match_keras, read_keras,
};

use super::wanted::Wanted;
use super::{fixture, fixture_path, load, n1, written};

fn complete(file: &KerasFile, wanted: &Wanted, how: How) -> BTreeMap<String, Tensor> {
    let (tensors, report) = match_keras(file.clone(), wanted.n, &wanted.expected());
    assert!(report.is_complete(), "{}: {report}", file.path.display());
    assert_eq!(report.how, how, "{}", file.path.display());
    assert!(report.unused.is_empty() && report.not_finite.is_empty(), "{report}");
    assert_eq!(report.values, tensors.values().map(|tensor| tensor.data.len()).sum::<usize>());
    tensors
}

/// The count of facts known elsewhere: Keras says 5,326,716 for NASNetMobile with 1000 classes.
#[test]
fn the_wanted_list_is_a_nasnet() {
    let count = |wanted: &Wanted| {
        wanted.list.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum::<usize>()
    };
    assert_eq!(count(&Wanted::network(4, 44, 32, 1000)), 5_326_716);
    assert_eq!(count(&Wanted::network(6, 168, 96, 1000)), 88_949_818);
}

#[test]
fn every_container_gives_the_same_tensors() {
    let wanted = n1();
    let reference = complete(&load("keras_n1.keras2.h5"), &wanted, How::ByName);
    for (name, container, how) in [
        ("keras_n1.keras3.h5", Container::LegacyWeights, How::ByName),
        ("keras_n1.whole_model.h5", Container::LegacyModel, How::ByName),
        ("keras_n1.weights.h5", Container::WeightsH5, How::ByName),
        ("keras_n1.keras3_0.weights.h5", Container::WeightsH5, How::ByOrder),
        ("keras_n1.tf2_13.weights.h5", Container::WeightsH5, How::ByOrder),
        ("keras_n1.bfloat16.weights.h5", Container::WeightsH5, How::ByName),
        ("keras_n1.float16.keras2.h5", Container::LegacyWeights, How::ByName),
        ("keras_n1.float64.keras2.h5", Container::LegacyWeights, How::ByName),
        ("keras_n1.keras", Container::KerasArchive, How::ByName),
    ] {
        let file = load(name);
        assert_eq!(file.container, container, "{name}");
        assert!(complete(&file, &wanted, how) == reference, "{name} has other numbers");
    }
}

#[test]
fn a_file_without_names_that_mean_anything_is_matched_by_order() {
    let wanted = Wanted::network(2, 4, 12, 7);
    let reference = complete(&load("keras_n2s.keras2.h5"), &wanted, How::ByName);
    let file = load("keras_n2s.renamed.h5");
    assert_eq!(file.layers[1].name.as_deref(), Some("layer_1"));
    assert!(complete(&file, &wanted, How::ByOrder) == reference);
    assert!(complete(&load("keras_n2s.keras"), &wanted, How::ByName) == reference);
}

/// Against weights that numpy took from the network and turned.
#[test]
fn tensors_have_the_right_values_in_the_right_layout() {
    let tensors = complete(&load("keras_n1.weights.h5"), &n1(), How::ByName);
    let mut archive =
        zip::ZipArchive::new(fs::File::open(fixture_path("keras_n1_tensors.npz")).unwrap())
            .unwrap();
    assert_eq!(archive.len(), 11);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let path = entry.name().unwrap().strip_suffix(".npy").unwrap().to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let array = npyz::NpyFile::new(Cursor::new(bytes)).unwrap();
        let shape: Vec<usize> = array.shape().iter().map(|&size| size as usize).collect();
        let data: Vec<f32> = array.into_vec().unwrap();
        assert_eq!(tensors[&path], Tensor { shape, data }, "{path}");
    }
}

#[test]
fn the_network_is_inferred() {
    for (name, skip, input) in [
        ("keras_n1.keras2.h5", Some(false), None),
        ("keras_n1.keras3_0.weights.h5", Some(false), None),
        ("keras_n1.whole_model.h5", Some(false), Some(32)),
        ("keras_n1.keras", Some(false), Some(32)),
    ] {
        let network = load(name).network().unwrap();
        assert_eq!(
            (network.n, network.f, network.stem_channels, network.classes),
            (1, 4, 8, Some(10)),
            "{name}"
        );
        assert_eq!((network.skip_reduction, network.input), (skip, input), "{name}");
    }
    for (name, skip, input) in
        [("keras_n2s.keras", Some(true), Some(33)), ("keras_n2s.renamed.h5", None, None)]
    {
        let network = load(name).network().unwrap();
        assert_eq!(
            (network.n, network.f, network.stem_channels, network.classes),
            (2, 4, 12, Some(7)),
            "{name}"
        );
        assert_eq!((network.skip_reduction, network.input), (skip, input), "{name}");
    }
}

#[test]
fn a_file_without_its_top_lacks_only_the_classifier() {
    let wanted = n1();
    let file = load("keras_n1.no_top.keras2.h5");
    assert_eq!(file.network().unwrap().classes, None);
    let (tensors, report) = match_keras(file.clone(), 1, &wanted.expected());
    assert_eq!(report.missing, ["head/dense/weight", "head/dense/bias"]);
    assert_eq!(tensors.len(), wanted.list.len() - 2);
    assert!(!report.is_complete() && report.unused.is_empty());
}

#[test]
fn another_number_of_classes_is_a_wrong_shape() {
    let wanted = Wanted::network(1, 4, 8, 1000);
    let (tensors, report) = match_keras(load("keras_n1.keras"), 1, &wanted.expected());
    assert!(!tensors.contains_key("head/dense/weight"));
    let wrong: Vec<_> = report
        .wrong_shape
        .iter()
        .map(|wrong| (wrong.path.as_str(), wrong.in_file.as_slice(), wrong.expected.as_slice()))
        .collect();
    assert_eq!(
        wrong,
        [
            ("head/dense/weight", &[10, 96][..], &[1000, 96][..]),
            ("head/dense/bias", &[10][..], &[1000][..]),
        ]
    );
    let text = report.to_string();
    assert!(text.contains("head/dense/bias wants [1000] but predictions/1 is [10]"), "{text}");
}

/// As in files of early 2018, which called `reduction_right1` just `reduction_1`.
#[test]
fn one_strange_name_falls_back_to_order() {
    let mut file = load("keras_n1.keras2.h5");
    let reference = complete(&file, &n1(), How::ByName);
    let odd = file
        .layers
        .iter_mut()
        .find(|layer| layer.name.as_deref() == Some("separable_conv_1_reduction_right1_stem_1"))
        .unwrap();
    odd.name = Some("separable_conv_1_reduction_1_stem_1".into());
    assert!(complete(&file, &n1(), How::ByOrder) == reference);
}

/// Where the known names contradict the order, the order is not to be trusted.
#[test]
fn names_that_contradict_the_order_keep_it_from_being_used() {
    let mut file = load("keras_n1.keras2.h5");
    let at = |file: &KerasFile, name: &str| {
        file.layers.iter().position(|layer| layer.name.as_deref() == Some(name)).unwrap()
    };
    let odd = at(&file, "separable_conv_1_reduction_right1_stem_1");
    file.layers[odd].name = Some("separable_conv_1_reduction_right_stem_1".into());
    let (first, second) = (
        at(&file, "separable_conv_2_normal_left1_0"),
        at(&file, "separable_conv_2_normal_left2_0"),
    );
    file.layers.swap(first, second);
    let wanted = n1();
    let (_, report) = match_keras(file.clone(), 1, &wanted.expected());
    assert_eq!(report.how, How::ByName);
    assert_eq!(
        report.missing,
        ["cell_stem_0/b0/right/depthwise_1/weight", "cell_stem_0/b0/right/pointwise_1/weight",]
    );
    let unused: Vec<_> = report
        .unused
        .iter()
        .map(|unused| (unused.name.as_str(), unused.nearest.as_deref()))
        .collect();
    assert_eq!(
        unused,
        [
            (
                "separable_conv_1_reduction_right_stem_1/depthwise_kernel",
                Some("cell_stem_0/b0/right/depthwise_1/weight"),
            ),
            (
                "separable_conv_1_reduction_right_stem_1/pointwise_kernel",
                Some("cell_stem_0/b0/right/pointwise_1/weight"),
            ),
        ]
    );
}

#[test]
fn a_file_of_another_size_matches_partly_and_says_so() {
    let wanted = Wanted::network(2, 4, 12, 7);
    let (tensors, report) = match_keras(load("keras_n1.keras2.h5"), 2, &wanted.expected());
    assert!(!report.is_complete() && !tensors.is_empty());
    assert_eq!(report.matched + report.missing.len() + report.wrong_shape.len(), report.expected);
    assert!(report.missing.iter().any(|path| path.starts_with("cell_5/")));
    for (path, tensor) in &tensors {
        let (_, shape) = wanted.list.iter().find(|(wanted, _)| wanted == path).unwrap();
        assert_eq!(&tensor.shape, shape, "{path}");
    }
}

#[test]
fn values_that_are_not_finite_are_reported() {
    let mut file = load("keras_n1.keras2.h5");
    let layer =
        file.layers.iter_mut().find(|layer| layer.name.as_deref() == Some("stem_bn1")).unwrap();
    layer.weights[3].1.data[2] = f32::NAN;
    layer.weights[3].1.data[5] = f32::NEG_INFINITY;
    let wanted = n1();
    let (_, report) = match_keras(file.clone(), 1, &wanted.expected());
    assert!(report.is_complete());
    assert_eq!(report.not_finite.len(), 1);
    assert_eq!(
        (report.not_finite[0].path.as_str(), report.not_finite[0].count),
        ("stem/bn/variance", 2)
    );
    assert!(report.to_string().contains("stem/bn/variance (2 values)"), "{report}");
    assert_eq!(inspect_keras(&file).not_finite, 2);
}

#[test]
fn another_network_is_named() {
    let file = load("vgg_like.h5");
    let error = file.network().unwrap_err();
    assert!(matches!(error, WeightsError::Foreign { .. }));
    let text = error.to_string();
    assert!(
        text.contains(
            "the layers block1_conv1, block1_conv2, predictions, which are not a NASNet's"
        ),
        "{text}"
    );
    let wanted = n1();
    let (_, report) = match_keras(file.clone(), 1, &wanted.expected());
    assert!(!report.is_complete());
    assert!(report.unused.iter().any(|unused| unused.name == "block1_conv2/kernel"));
    let inspection = inspect_keras(&file);
    assert_eq!((inspection.network, inspection.layers, inspection.tensors), (None, 5, 6));
}

#[test]
fn sizes_that_contradict_each_other_are_refused() {
    let mut file = load("keras_n1.keras2.h5");
    let layer =
        file.layers.iter_mut().find(|layer| layer.name.as_deref() == Some("predictions")).unwrap();
    layer.weights[0].1.shape = vec![48, 20];
    let error = file.network().unwrap_err();
    assert!(matches!(error, WeightsError::Inconsistent { .. }), "{error}");
}

#[test]
fn inspection_counts_what_keras_counts() {
    let inspection = inspect_keras(&load("keras_n1.keras"));
    assert_eq!(inspection.layers_with_weights, 171);
    // 70 separable convolutions, 83 batch norms, 17 convolutions and the classifier.
    assert_eq!(inspection.tensors, 2 * 70 + 4 * 83 + 17 + 2);
    let wanted: usize = n1().list.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
    assert_eq!(inspection.parameters, wanted);
    assert!(inspection.keras_version.as_deref().unwrap().starts_with("3."));
    let json = serde_json::to_value(&inspection).unwrap();
    assert_eq!(json["container"], "keras_archive");
    assert_eq!(json["network"]["n"], 1);
    assert_eq!(json["network"]["skip_reduction"], false);
}

#[test]
fn the_content_decides_not_the_extension() {
    let (_folder, path) = written("weights.bin", &fixture("keras_n1.keras"));
    assert_eq!(read_keras(&path).unwrap().container, Container::KerasArchive);
    let (_folder, path) = written("weights.keras", &fixture("keras_n1.weights.h5"));
    assert_eq!(read_keras(&path).unwrap().container, Container::WeightsH5);
}
