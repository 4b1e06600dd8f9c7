//! Sets of labelled pictures: what is said of good and of bad ones.

use std::fs;
use std::path::Path;

use image::RgbImage;
use serde_json::json;

use crate::support::{Folder, assert_refused, assert_wrong_usage, json, text};

const FEW: [&str; 6] = ["data", "shapes", "--limit", "400", "--held-out", "100"];

/// A folder of two classes with this many pictures each.
fn two_classes(count: u8) -> Folder {
    let folder = Folder::new();
    for (class, colour) in [("dark", 20), ("light", 220)] {
        fs::create_dir(folder.path(class)).unwrap();
        for number in 0..count {
            let picture = RgbImage::from_pixel(20, 30, image::Rgb([colour + number; 3]));
            picture.save(folder.path(&format!("{class}/{number}.png"))).unwrap();
        }
    }
    folder
}

#[test]
fn shapes_are_counted_shown_and_not_linear() {
    let folder = Folder::new();
    let sheet = folder.path("sheet.png");
    let lines = text(&[&FEW[..], &["--sheet", &sheet, "--linear"]].concat());
    for part in ["shapes, seed 0: 20 classes, 32×32 pixels", "arrow", "a linear classifier on"] {
        assert!(lines.to_lowercase().contains(part), "no {part:?} in {lines}");
    }
    assert!(lines.contains(&format!("Wrote {sheet}")), "{lines}");
    let picture = image::open(&sheet).unwrap();
    assert_eq!((picture.width(), picture.height()), (790, 1318));
}

#[test]
fn the_same_as_one_value() {
    let value = json(&[&FEW[..], &["--linear", "--seed", "7", "--size", "16"]].concat());
    assert_eq!(value["source"], "shapes, seed 7");
    assert_eq!((&value["train"], &value["validation"]), (&json!(400), &json!(100)));
    assert_eq!((&value["size"], &value["mirrored"]), (&json!(16), &json!(true)));
    assert_eq!(
        value["classes"][16],
        json!({ "name": "star", "train": 20, "validation": 5, "test": 5 })
    );
    let accuracy = value["linear_accuracy"].as_f64().unwrap();
    assert!((0.0..0.4).contains(&accuracy), "{accuracy}");
    assert_eq!(value["sheet"], json!(null));
    assert_eq!(value["skipped_in_all"], 0);
}

#[test]
fn a_folder_of_pictures_and_what_is_skipped_in_it() {
    let folder = two_classes(20);
    fs::write(folder.path("dark/broken.png"), "Dear reader,").unwrap();
    fs::write(folder.path("light/notes.txt"), "notes").unwrap();
    let source = format!("folder:{}", folder.path(""));
    let lines = text(&["data", &source]);
    assert!(lines.contains("2 classes") && lines.contains("Skipped: 2\n"), "{lines}");
    let broken = folder.path("dark/broken.png");
    assert_eq!(lines.matches(&broken).count(), 1, "{lines}");
    assert!(lines.contains("notes.txt is no PNG"), "{lines}");
    let value = json(&["data", &source]);
    let count = |name: &str| value[name].as_u64().unwrap();
    assert_eq!(count("train") + count("validation") + count("test"), 40);
    assert_eq!(value["skipped"][0]["file"], json!(broken));
}

#[test]
fn cut_cifar_files_are_named() {
    let folder = Folder::new();
    let inner = folder.path("cifar-10-batches-bin");
    fs::create_dir(&inner).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(Path::new(&inner).join(name), bytes).unwrap();
    write("batches.meta.txt", b"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    for number in 1..=5 {
        write(&format!("data_batch_{number}.bin"), &vec![number; 3073 * 4]);
    }
    write("test_batch.bin", &vec![9; 3073 * 2]);
    let source = format!("cifar10:{}", folder.path(""));
    let value = json(&["data", &source]);
    assert_eq!((&value["train"], &value["test"]), (&json!(18), &json!(2)));
    write("data_batch_2.bin", &vec![2; 3073 * 4 - 1]);
    assert_refused(&["data", &source], &["data_batch_2.bin is cut off", "unpack cifar-10-binary"]);
    fs::remove_file(Path::new(&inner).join("data_batch_2.bin")).unwrap();
    assert_refused(&["data", &source], &["data_batch_2.bin is missing", "unpack"]);
    let hundred = format!("cifar100:{}", folder.path(""));
    assert_refused(&["data", &hundred], &["fine_label_names.txt is missing"]);
}

#[test]
fn bad_sources_are_refused() {
    assert_refused(&["data", "mnist"], &["\"mnist\" is no picture set", "give shapes"]);
    assert_refused(&["data", "folder:"], &["needs a folder"]);
    let missing = Folder::new().path("missing");
    assert_refused(&["data", &format!("folder:{missing}")], &["cannot list", &missing]);
    let one = Folder::new();
    fs::create_dir(one.path("only")).unwrap();
    let source = format!("folder:{}", one.path(""));
    assert_refused(&["data", &source], &["no class", "at least two folders"]);
    let huge = ["data", "shapes", "--limit", "4000000000", "--size", "512"];
    assert_refused(&huge, &["more than the", "smaller size or limit"]);
}

#[test]
fn options_that_make_no_sense() {
    assert_wrong_usage(&["data", "shapes", "--size", "7"], "--size");
    assert_wrong_usage(&["data", "shapes", "--limit", "0"], "--limit");
    assert_refused(&[&FEW[..], &["--sheet", "sheet.jpg"]].concat(), &["name it sheet.png"]);
    let folder = Folder::new();
    let nowhere = folder.path("no/sheet.png");
    assert_refused(&[&FEW[..], &["--sheet", &nowhere]].concat(), &["cannot write", &nowhere]);
}

/// The drawings that test what a network trained on shapes makes of people's hands.
#[test]
fn drawings_have_the_classes_of_the_shapes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/drawings");
    let drawings = json(&["data", &format!("folder:{}", folder.display())]);
    let shapes = json(&FEW);
    let names = |value: &serde_json::Value| {
        let classes = value["classes"].as_array().unwrap().iter();
        classes.map(|class| class["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&drawings), names(&shapes));
    assert_eq!(drawings["skipped"], json!([]));
    let mut bytes = 0;
    for class in names(&drawings) {
        let files: Vec<_> = fs::read_dir(folder.join(class)).unwrap().collect();
        assert_eq!(files.len(), 10);
        bytes += files.into_iter().map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>();
    }
    assert!(bytes < 600_000, "{bytes} bytes");
}
