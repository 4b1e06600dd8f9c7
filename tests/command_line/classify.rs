//! `classify`.

use serde_json::{Value, json};

use crate::support::{
    Folder, N1, SMALL, assert_keys, assert_refused, assert_wrong_usage, fixture, json, sample, text,
};

fn sum_of_scores(one: &Value) -> f64 {
    one["top"].as_array().unwrap().iter().map(|class| class["score"].as_f64().unwrap()).sum()
}

#[test]
fn pictures_without_weights() {
    let (star, stripes) = (sample("star.jpg"), sample("stripes.png"));
    let arguments = [&["classify", &star, &stripes][..], &SMALL].concat();
    let answer = json(&arguments);
    let all = answer.as_array().unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["image"], &all[1]["image"]), (&json!(star), &json!(stripes)));
    for one in all {
        assert_keys(one, &["image", "top", "ms"]);
        assert_eq!(one["top"].as_array().unwrap().len(), 5);
        assert_keys(&one["top"][0], &["class", "label", "score"]);
        assert_eq!(one["training"], "untrained");
        assert!(one["ms"].as_f64().unwrap() > 0.0);
    }
    assert_ne!(all[0]["top"][0]["score"], all[1]["top"][0]["score"]);
    let lines = text(&arguments);
    assert!(lines.contains(&star) && lines.contains(&stripes), "{lines}");
    assert!(lines.contains("The network is untrained"), "{lines}");
}

#[test]
fn as_many_classes_as_asked_for_best_first() {
    let star = sample("star.jpg");
    let with = |top: &str| json(&[&["classify", &star, "--top", top][..], &SMALL].concat());
    let all = &with("100")[0];
    let scores: Vec<f64> = all["top"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["score"].as_f64().unwrap())
        .collect();
    assert_eq!(scores.len(), 10, "there are only ten");
    assert!(scores.is_sorted_by(|left, right| left >= right));
    assert!((sum_of_scores(all) - 1.0).abs() < 1e-5);
    let two = &with("2")[0];
    assert_eq!(two["top"].as_array().unwrap()[..], all["top"].as_array().unwrap()[..2]);
    let class = &two["top"][0]["class"];
    assert_eq!(two["top"][0]["label"], format!("class {class}"));
    assert_wrong_usage(&[&["classify", &star, "--top", "0"][..], &SMALL].concat(), "--top");
}

#[test]
fn a_thousand_classes_are_those_of_imagenet() {
    let star = sample("star.jpg");
    let options = ["--classes", "1000", "--top", "1000"];
    let answer = json(&[&["classify", &star][..], &SMALL, &options].concat());
    let classes = answer[0]["top"].as_array().unwrap();
    let label = |class: u64| &classes.iter().find(|one| one["class"] == class).unwrap()["label"];
    assert_eq!(label(285), "Egyptian cat");
    assert!((sum_of_scores(&answer[0]) - 1.0).abs() < 1e-4);
}

#[test]
fn weights_make_the_answer() {
    let folder = Folder::new();
    let star = sample("star.jpg");
    let with = |container: &str| {
        let weights = folder.fixture(container);
        json(&[&["classify", &star, "--weights", &weights][..], &N1].concat())
    };
    let (archive, legacy) = (with("keras_n1.keras"), with("keras_n1.keras2.h5"));
    assert_eq!(archive[0]["training"], "loaded");
    assert_eq!(archive[0]["top"], legacy[0]["top"], "the same weights in another container");
    let untrained = json(&[&["classify", &star][..], &N1].concat());
    assert_ne!(archive[0]["top"], untrained[0]["top"]);
    let weights = folder.path("keras_n1.keras");
    let lines = text(&[&["classify", &star, "--weights", &weights][..], &N1].concat());
    assert!(!lines.contains("ntrained"), "{lines}");
}

/// Nothing in a convolution depends on the size of its input.
#[test]
fn weights_fit_another_input_size() {
    let folder = Folder::new();
    let weights = folder.fixture("keras_n1.keras");
    let star = sample("star.jpg");
    let arguments = N1.map(|argument| if argument == "32" { "48" } else { argument });
    let answer = json(&[&["classify", &star, "--weights", &weights][..], &arguments].concat());
    assert_eq!(answer[0]["training"], "loaded");
}

#[test]
fn what_an_edit_changed_is_said_to_be_untrained() {
    let folder = Folder::new();
    let weights = folder.fixture("keras_n1.keras");
    let export = ["export", "nasnet-a-mobile", "--to", "json"];
    let mut document = json(&[&export[..], &N1[2..12]].concat());
    document["normal"]["blocks"][0]["left"]["op"] = json!("sep_conv_7x7");
    let network = folder.write("edited.json", document.to_string());
    let star = sample("star.jpg");
    let arguments =
        ["classify", &star, "--arch", &network, "--weights", &weights, "--device", "cpu"];
    let untrained = &json(&arguments)[0]["training"]["partly"]["untrained"];
    let groups: Vec<_> =
        untrained.as_array().unwrap().iter().map(|group| group.as_str().unwrap()).collect();
    assert!(groups.contains(&"cell_0/b0/left"), "{groups:?}");
    assert!(!groups.contains(&"cell_0/b0/right"), "{groups:?}");
    assert!(text(&arguments).contains("cell_0/b0/left"));
}

/// Refused by arithmetic: allocating it would end in the system's killer instead of a sentence.
#[test]
fn a_network_larger_than_memory_is_refused_with_its_estimate() {
    let star = sample("star.jpg");
    let arguments =
        ["classify", &star, "--arch", "nasnet-a-large", "--f", "16384", "--device", "cpu"];
    assert_refused(&arguments, &["needs about", "of weights for", "that are free; lower F"]);
}

#[test]
fn wrong_usage() {
    assert_wrong_usage(&["classify", "--arch", "nasnet-a-small"], "<IMAGE>");
    assert_wrong_usage(&["classify", "a.png"], "--arch");
    assert_wrong_usage(
        &[&["classify", "a.png"][..], &["--arch", "nasnet-a-small", "--device", "abacus"]].concat(),
        "auto, gpu, cpu",
    );
}

/// Scores of every way to preprocess, a JPEG and a PNG, against Pillow, torchvision and timm with the
/// same random weights (`tests/fixtures/make_classify_fixture.py`). Of the JPEG, one number in 300
/// is decoded otherwise than by Pillow's libjpeg-turbo, by 1 or 2 of 255, which this small network
/// of random weights turns into up to 0.006.
#[test]
fn scores_are_those_of_python() {
    let folder = Folder::new();
    let weights = folder.fixture("timm_n6.safetensors");
    let calmer = calmer(&std::fs::read(weights).unwrap(), 8.0);
    let weights = folder.write("calmer.safetensors", calmer);
    let wanted: Value =
        serde_json::from_slice(&std::fs::read(fixture("classify.json")).unwrap()).unwrap();
    for (way, pictures) in wanted.as_object().unwrap() {
        for (picture, scores) in pictures.as_object().unwrap() {
            let tolerance = if picture.ends_with(".jpg") { 1e-2 } else { 1e-5 };
            let picture = sample(picture);
            let mut arguments =
                vec!["classify", &picture, "--weights", &weights, "--preprocess", way];
            arguments
                .extend("--arch nasnet-a-large --f 4 --stem 4 --classes 7 --input 32".split(' '));
            arguments.extend("--flavour timm --device cpu --top 7".split(' '));
            for one in json(&arguments)[0]["top"].as_array().unwrap() {
                let wanted = scores[one["class"].as_u64().unwrap() as usize].as_f64().unwrap();
                let found = one["score"].as_f64().unwrap();
                assert!(
                    (found - wanted).abs() < tolerance,
                    "{way}, {picture}: {found}, not {wanted}"
                );
            }
        }
    }
    let star = sample("star.jpg");
    let arguments = [&["classify", &star, "--preprocess", "caffe"][..], &SMALL].concat();
    assert_wrong_usage(&arguments, "it may be cadene, timm, keras, slim, square");
}

/// The file with its last layer divided by a power of two: else one class would have all.
fn calmer(file: &[u8], factor: f32) -> Vec<u8> {
    let mut file = file.to_vec();
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    for name in ["last_linear.weight", "last_linear.bias"] {
        let offset = |end: usize| header[name]["data_offsets"][end].as_u64().unwrap() as usize;
        for number in file[8 + length + offset(0)..8 + length + offset(1)].chunks_exact_mut(4) {
            let value = f32::from_le_bytes((&*number).try_into().unwrap());
            number.copy_from_slice(&(value / factor).to_le_bytes());
        }
    }
    file
}
