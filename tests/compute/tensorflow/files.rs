//! What the files hold, how they may be named, and what is made of them.

use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use nasnet_explorer::arch::{Flavour, Settings, zoo};
use nasnet_explorer::weights::{Container, WeightFile, load, network_in, read, read_keras};

use super::{ARCHIVE, checkpoint, n4, n6_files};
use crate::weights::{Wanted, fixture_path, unpacked, written};

#[test]
fn a_checkpoint_is_opened_by_any_of_its_names() {
    let (folder, index) = n6_files();
    let whole = checkpoint(&index);
    assert_eq!((whole.container, whole.tensors.len()), (Container::TensorFlow, 1546));
    for name in
        ["model.ckpt-7", "model.ckpt-7.data-00000-of-00002", "model.ckpt-7.data-00001-of-00002"]
    {
        assert!(checkpoint(&folder.path().join(name)) == whole, "{name}");
    }
    assert_eq!(network_in(&index).unwrap().settings().n, 6);
    assert!(read_keras(&index).unwrap_err().to_string().contains("a TensorFlow checkpoint"));
}

#[test]
fn an_archive_is_read_packed_or_not() {
    let packed = checkpoint(&fixture_path(ARCHIVE));
    assert_eq!(packed.container, Container::TensorFlowArchive);
    let mut tar = Vec::new();
    GzDecoder::new(fs::File::open(fixture_path(ARCHIVE)).unwrap()).read_to_end(&mut tar).unwrap();
    let (_folder, path) = written("whatever.bin", &tar);
    assert!(checkpoint(&path).tensors == packed.tensors);
}

/// Averages instead of what they average; slots, auxiliary head and step set aside.
#[test]
fn what_training_alone_needs_is_left_out() {
    let file = checkpoint(&fixture_path(ARCHIVE));
    assert_eq!(file.tensors.len(), 1126);
    let averaged = file.tensors.iter().filter(|(name, _)| !name.contains("moving_")).count();
    assert_eq!(file.averages, averaged);
    // Each averaged variable itself, 3 slots for 12 of them, the step, 3 of the head with averages.
    assert_eq!(file.set_aside, averaged + 3 * 16 + 1 + 2 * 3);
    assert!(file.tensors.iter().all(|(name, _)| !name.contains("Average")));
    let report = load(&fixture_path(ARCHIVE), &n4(1001)).unwrap().report;
    assert!(report.is_complete() && report.unused.is_empty(), "{report}");
    let text = report.to_string();
    let says = format!(
        "{averaged} tensors are moving averages. {} that only training needs were left out.",
        file.set_aside
    );
    assert!(text.contains(&says), "{text}");
}

#[test]
fn the_network_is_inferred() {
    let (_folder, index) = n6_files();
    let network = checkpoint(&index).network().unwrap();
    assert_eq!((network.n, network.f, network.stem_channels), (6, 4, 4));
    assert_eq!((network.classes, network.flavour), (Some(7), Flavour::Slim));
    assert_eq!((network.skip_reduction, network.input), (None, None));
    let archive = fixture_path(ARCHIVE);
    let network = checkpoint(&archive).network().unwrap();
    assert_eq!((network.n, network.f, network.stem_channels), (4, 4, 8));
    assert_eq!(network.classes, Some(1001));
    // Opened in any document, it says what it fits; wired as the document is.
    let open = zoo::architecture("nasnet-a-mobile").unwrap();
    let loaded = load(&archive, &open).unwrap();
    assert!(loaded.report.dropped_background);
    assert_eq!(loaded.fits, Some(Settings { input: 224, ..*n4(1000).settings() }));
    assert_eq!(load(&archive, &n4(1000)).unwrap().fits, None);
}

/// Only where N is 1 does a weight's shape tell what the cell after a reduction reads.
#[test]
fn the_wiring_is_inferred_where_a_weight_tells() {
    let (_folder, index) = n6_files();
    for (channels, skip) in [(24, false), (8, true)] {
        let mut file = checkpoint(&index);
        let beyond = |name: &str| {
            let digits = name.strip_prefix("cell_").and_then(|rest| rest.split_once('/'));
            digits.is_some_and(|(digits, _)| digits.parse::<usize>().is_ok_and(|cell| cell > 2))
        };
        file.tensors.retain(|(name, _)| !beyond(name) && name != "cell_1/path1_conv/weights");
        let data = vec![0.0; channels * 2];
        let shape = vec![1, 1, channels, 2];
        let tensor = nasnet_explorer::weights::Tensor { shape, data };
        file.tensors.push(("cell_1/path1_conv/weights".into(), tensor));
        let network = file.network().unwrap();
        assert_eq!((network.n, network.skip_reduction), (1, Some(skip)), "{channels}");
    }
}

#[test]
fn tensors_that_are_missing_extra_or_misshapen_are_reported() {
    let (_folder, index) = n6_files();
    let mut file = checkpoint(&index);
    for (name, tensor) in &mut file.tensors {
        match name.as_str() {
            "conv0_bn/beta" => *name = "conv0_bn/offset".into(),
            "cell_3/beginning_bn/gamma" => tensor.shape = vec![2, 2],
            "cell_4/1x1/weights" => tensor.shape = vec![tensor.data.len()],
            _ => {}
        }
    }
    let expected = Wanted::network(6, 4, 4, 7);
    let (_, report) = WeightFile::TensorFlow(file).matched(6, &expected.expected());
    assert_eq!(report.missing, ["stem/bn/beta"]);
    assert_eq!(report.unused[0].name, "conv0_bn/offset");
    let text = report.to_string();
    let says = "cell_3/h/bn/gamma wants [4] but cell_3/beginning_bn/gamma is [2, 2]";
    assert!(text.contains(says), "{text}");
    assert_eq!(report.wrong_shape.len(), 2, "{text}");
}

#[test]
fn networks_that_contradict_themselves_or_are_none() {
    let (_folder, index) = n6_files();
    let whole = checkpoint(&index);
    let problem = |change: &dyn Fn(&mut String, &mut Vec<usize>)| {
        let mut file = whole.clone();
        file.tensors.iter_mut().for_each(|(name, tensor)| change(name, &mut tensor.shape));
        WeightFile::TensorFlow(file).inspect().problem.unwrap()
    };
    let text = problem(&|name, _| *name = name.replace("cell_17/", "cell_18/"));
    assert!(text.contains("its 18 normal cells are not numbered 0 to 3 N - 1"), "{text}");
    let text = problem(&|name, _| *name = name.replace("reduction_cell", "other_cell"));
    assert!(text.contains("1542 more, which are not a NASNet's"), "{text}");
    let text = problem(&|name, shape| {
        if name == "final_layer/FC/weights" {
            shape.reverse();
        }
    });
    assert!(text.contains("the classifier is [7, 96] where F = 4 wants [24 F, classes]"), "{text}");
    let text = problem(&|name, shape| {
        if name == "cell_0/1x1/weights" {
            *shape.last_mut().unwrap() = 5;
        }
    });
    assert!(text.contains("F = 5 must be a multiple of 4"), "{text}");
}

#[test]
fn inspection_says_what_it_is() {
    let folder = unpacked("slim_n6.objects.ckpt");
    let inspection = read(&folder.path().join("objects")).unwrap().inspect();
    assert_eq!((inspection.tensors, inspection.averages), (1546, 0));
    assert_eq!(inspection.set_aside, 1, "the graph of objects");
    assert_eq!((inspection.problem, inspection.not_finite), (None, 0));
    let json = serde_json::to_value(read(&fixture_path(ARCHIVE)).unwrap().inspect()).unwrap();
    assert_eq!(json["container"], "tensorflow_archive");
    assert_eq!(json["network"]["flavour"], "slim");
    assert_eq!((&json["tensors"], &json["parameters"]), (&1126.into(), &162_943.into()));
}
