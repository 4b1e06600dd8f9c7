//! Weight files that are damaged, of other networks, or none.

use crate::hdf5_bytes::with_a_nan;
use crate::support::{Folder, N1, assert_refused, fixture_bytes, json, refusal, sample};

fn refuses(weights: &str, says: &[&str]) {
    let star = sample("star.jpg");
    let arguments = [&["classify", &star, "--weights", weights][..], &N1].concat();
    assert_refused(&arguments, &[&[weights], says].concat());
}

#[test]
fn damaged_files() {
    let folder = Folder::new();
    for name in ["keras_n1.keras2.h5", "keras_n1.weights.h5", "keras_n1.keras"] {
        let whole = fixture_bytes(name);
        for part in [whole.len() / 50, whole.len() / 2, whole.len() - 1] {
            let path = folder.write(name, &whole[..part]);
            refuses(&path, &["is damaged or incomplete", "download or save it again"]);
        }
    }
    refuses(&folder.write("empty.h5", ""), &["is empty"]);
}

#[test]
fn weights_that_are_no_numbers() {
    let folder = Folder::new();
    let whole = folder.fixture("keras_n1.keras2.h5");
    let path = folder.write("nan.h5", with_a_nan(&whole, "stem_conv1"));
    refuses(&path, &["stem/conv/weight holds 1 values that are NaN or infinite", "save it again"]);
}

#[test]
fn files_of_other_kinds() {
    let folder = Folder::new();
    refuses(&folder.write("text.h5", "Dear reader,"), &["is a text file", "give a .h5"]);
    refuses(&folder.write("torch.keras", b"\x80\x02\x8a\x0al\xfc"), &["PyTorch"]);
    refuses(&folder.path(""), &["is a folder, not a weight file"]);
    refuses(&folder.path("missing.h5"), &["check the path"]);
    refuses(&folder.fixture("vgg_like.h5"), &["block1_conv1", "not a NASNet's", "Keras, timm"]);
    let no_top = folder.fixture("keras_n1.no_top.keras2.h5");
    refuses(&no_top, &["head/dense/weight", "Give a file with all the weights"]);
}

/// The options in the message are those to give.
#[test]
fn weights_of_another_network_say_which() {
    let folder = Folder::new();
    let star = sample("star.jpg");
    for (name, training_input) in [
        ("keras_n1.keras2.h5", "224"),
        ("keras_n2s.keras", "33"),
        ("timm_n6.legacy.pth", "224"),
        ("cadene_n4.pth", "224"),
    ] {
        let weights = folder.fixture(name);
        let start = ["classify", &star, "--device", "cpu", "--weights", &weights, "--arch"];
        let line = refusal(&[&start[..], &["nasnet-a-small"]].concat());
        let (start_of_line, options) = line.split_once("; it fits ").unwrap();
        let said = format!("{weights} is for another network (stem/conv/weight is [");
        assert!(start_of_line.starts_with(&said), "{start_of_line}");
        assert!(start_of_line.contains("in the file, the network wants [48, 3, 3, 3]; "));
        assert!(start_of_line.ends_with(" more)"), "{start_of_line}");
        let options: Vec<&str> = options.split(' ').collect();
        assert_eq!(options[options.len() - 2..], ["--input", training_input]);
        let answer = json(&[&start[..], &options].concat());
        assert_eq!(answer[0]["training"], "loaded");
    }
}

/// What a driver logs while a device is chosen is not for the user.
#[test]
fn the_error_is_alone_on_stderr_whatever_the_device() {
    let folder = Folder::new();
    let path = folder.write("text.h5", "Dear reader,");
    let star = sample("star.jpg");
    let arguments = ["classify", &star, "--arch", "nasnet-a-small", "--weights", &path];
    assert_refused(&arguments, &["is a text file"]);
}
