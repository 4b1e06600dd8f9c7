use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use image::RgbImage;

use super::*;

fn save(path: &Path, colour: [u8; 3]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    RgbImage::from_pixel(12, 8, image::Rgb(colour)).save(path).unwrap();
}

fn opened(path: &Path, options: &OpenOptions) -> Result<Splits, DatasetError> {
    open(path, options, &mut |_, _, _| ControlFlow::Continue(()))
}

fn small() -> OpenOptions {
    OpenOptions { size: 8, ..OpenOptions::default() }
}

/// `count` pictures of two classes, told apart by colour.
fn two_classes(root: &Path, count: u8) {
    for number in 0..count {
        save(&root.join(format!("blue/{number}.png")), [number, 0, 200]);
        save(&root.join(format!("red/{number}.bmp")), [200, 0, number]);
    }
}

fn reds(set: &Dataset) -> Vec<u8> {
    let red = (0..set.len()).filter(|index| set.label(*index) == 1);
    red.map(|index| set.rgb(index)[2]).collect()
}

#[test]
fn classes_are_the_folders_and_labels_are_right() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path(), 60);
    let splits = opened(folder.path(), &small()).unwrap();
    assert_eq!(splits.train.classes[..], ["blue", "red"]);
    let sets = [&splits.train, &splits.validation, &splits.test];
    assert_eq!(sets.map(Dataset::len).iter().sum::<usize>(), 120);
    assert!((80..112).contains(&splits.train.len()), "{}", splits.train.len());
    assert!(splits.validation.len() > 2 && splits.test.len() > 2);
    for set in sets {
        for index in 0..set.len() {
            let strongest = if set.label(index) == 0 { 2 } else { 0 };
            assert_eq!(set.rgb(index)[strongest], 200);
        }
    }
    assert!(splits.skipped.is_empty() && !splits.mirrored);
}

#[test]
fn adding_files_moves_none() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path(), 40);
    let before = opened(folder.path(), &small()).unwrap();
    two_classes(folder.path(), 80);
    let after = opened(folder.path(), &small()).unwrap();
    for (before, after) in [(&before.train, &after.train), (&before.test, &after.test)] {
        let after = reds(after);
        assert!(reds(before).iter().all(|number| after.contains(number)));
    }
    let other = opened(folder.path(), &OpenOptions { seed: 1, ..small() }).unwrap();
    assert_ne!(reds(&other.test), reds(&after.test));
}

#[test]
fn folders_may_say_the_split() {
    for (validation, held_out) in [("val", 3), ("validation", 3)] {
        let folder = tempfile::tempdir().unwrap();
        for (part, count) in [("train", 20), (validation, held_out), ("test", 5)] {
            two_classes(&folder.path().join(part), count);
        }
        let splits = opened(folder.path(), &small()).unwrap();
        let lengths = [&splits.train, &splits.validation, &splits.test].map(Dataset::len);
        assert_eq!(lengths, [40, 6, 10]);
    }
    // What is missing is taken from the training pictures.
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("train"), 50);
    two_classes(&folder.path().join("test"), 5);
    let splits = opened(folder.path(), &small()).unwrap();
    assert_eq!(splits.test.len(), 10);
    assert_eq!(splits.train.len() + splits.validation.len(), 100);
    assert!(splits.validation.len() > 2);
}

#[test]
fn a_limit_takes_of_every_class() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path(), 60);
    let options = OpenOptions { limit: Some(30), held_out: Some(2), ..small() };
    let splits = opened(folder.path(), &options).unwrap();
    let lengths = [&splits.train, &splits.validation, &splits.test].map(Dataset::len);
    assert_eq!(lengths, [30, 2, 2]);
    assert!(splits.train.counts().iter().all(|count| *count > 5));
}

#[test]
fn a_handful_of_pictures_is_enough() {
    for count in 1..6 {
        let folder = tempfile::tempdir().unwrap();
        two_classes(folder.path(), count);
        let splits = opened(folder.path(), &small()).unwrap();
        let lengths = [&splits.train, &splits.validation, &splits.test].map(Dataset::len);
        assert_eq!(lengths.iter().sum::<usize>(), 2 * usize::from(count));
        assert!(lengths[0] > 0 && lengths[1] > 0, "{lengths:?}");
        assert!(lengths[2] > 0 || count == 1, "{lengths:?}");
    }
}

#[test]
fn what_is_no_picture_is_skipped_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    two_classes(root, 10);
    fs::write(root.join("red/text.png"), "Dear reader,").unwrap();
    fs::write(root.join("red/empty.jpg"), "").unwrap();
    fs::write(root.join("red/notes.txt"), "notes").unwrap();
    fs::write(root.join("red/.hidden.png"), "no word of this").unwrap();
    fs::write(root.join("readme.md"), "about").unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    let splits = opened(root, &small()).unwrap();
    assert_eq!(splits.train.classes[..], ["blue", "red"]);
    let said: Vec<_> = splits
        .skipped
        .iter()
        .map(|Skipped { file, reason }| {
            (Path::new(file).file_name().unwrap().to_str().unwrap(), reason.as_str())
        })
        .collect();
    let reason = |name: &str| said.iter().find(|(file, _)| *file == name).unwrap().1;
    assert_eq!((said.len(), splits.skipped_in_all), (5, 5), "{said:?}");
    assert!(reason("text.png").contains("not a picture in a known format"));
    assert!(reason("empty.jpg").contains("is empty"));
    assert!(reason("notes.txt").contains("by its name"));
    assert!(reason("readme.md").contains("lies beside the folders of the classes"));
    assert!(reason("empty").contains("no file in this folder is a picture"));
}

#[test]
fn deep_folders_are_read_to_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path(), 5);
    save(&folder.path().join("red/a/b/c/deep.png"), [200, 0, 99]);
    let far = (0..20).fold(folder.path().join("red"), |path, _| path.join("d"));
    save(&far.join("too_deep.png"), [200, 0, 98]);
    let splits = opened(folder.path(), &small()).unwrap();
    let sets = [&splits.train, &splits.validation, &splits.test];
    let found = sets.map(reds).concat();
    assert!(found.contains(&99) && !found.contains(&98));
    assert!(splits.skipped[0].reason.contains("16 folders inside each other"));
}

#[test]
fn what_cannot_be_a_set_is_refused() {
    let says = |make: &dyn Fn(&Path), parts: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path());
        let error = opened(folder.path(), &small()).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "no {part:?} in {error}");
        }
    };
    says(&|_| {}, &["has pictures of no class", "at least two folders"]);
    says(&|root| save(&root.join("red/1.png"), [0; 3]), &["one class (red)", "at least two"]);
    says(
        &|root| {
            save(&root.join("red/1.png"), [0; 3]);
            fs::create_dir(root.join("blue")).unwrap();
            fs::write(root.join("blue/1.png"), "no").unwrap();
        },
        &["one class (red)", "2 skipped, such as", "1.png is not a picture"],
    );
    let missing = opened(Path::new("no/such/folder"), &small()).unwrap_err().to_string();
    assert!(missing.contains("cannot list the folder no/such/folder"), "{missing}");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_odd_names_do_no_harm() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    two_classes(root, 10);
    std::os::unix::fs::symlink(root, root.join("red/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("red/gone.png")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(root.join("red/pipe.png")).status();
    let odd = root.join(std::ffi::OsStr::from_bytes(b"gr\xfcn"));
    // Some file systems allow no such name.
    let is_odd = fs::create_dir(&odd).is_ok();
    if is_odd {
        fs::copy(root.join("red/0.bmp"), odd.join("0.bmp")).unwrap();
    }
    let splits = opened(root, &small()).unwrap();
    let reasons = splits.skipped.iter().map(|skipped| skipped.reason.as_str());
    let reasons = reasons.collect::<Vec<_>>().join("\n");
    assert!(reasons.contains("is a link to a folder") && reasons.contains("link to nothing"));
    assert_eq!(made.is_ok_and(|status| status.success()), reasons.contains("no ordinary file"));
    assert_eq!(splits.train.classes.len(), if is_odd { 3 } else { 2 });
    assert!(!is_odd || splits.train.classes[1] == "gr\u{fffd}n");
}
