//! Checkpoints that are damaged, apart, or made to lead astray.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use nasnet_explorer::weights::read;

use super::{ARCHIVE, n6_files};
use crate::weights::{fixture_path, written};

fn refusal(path: &Path) -> String {
    let text = read(path).map(drop).unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

/// A file and what it held.
fn bytes_of(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[test]
fn parts_that_are_apart() {
    let (folder, index) = n6_files();
    let beside = |name: &str| folder.path().join(name);
    let data = beside("model.ckpt-7.data-00001-of-00002");
    fs::rename(&data, beside("elsewhere")).unwrap();
    for path in [&index, &beside("model.ckpt-7"), &beside("model.ckpt-7.data-00000-of-00002")] {
        let text = refusal(path);
        assert!(text.contains("no model.ckpt-7.data-00001-of-00002 beside it"), "{text}");
        assert!(text.contains("put its .index and all its .data files into one folder"), "{text}");
    }
    fs::rename(beside("elsewhere"), &data).unwrap();
    fs::rename(&index, beside("model.ckpt")).unwrap();
    let text = refusal(&data);
    assert!(text.contains("there is no index beside it"), "{text}");
    let text = refusal(&beside("model.ckpt"));
    assert!(text.contains("the name of its index does not end in .index"), "{text}");
    fs::write(&index, "not an index").unwrap();
    let text = refusal(&data);
    assert!(text.contains("the file with the name of its index is none"), "{text}");
    assert!(refusal(&beside("nothing.ckpt")).contains("cannot open"));
}

#[test]
fn an_index_cut_short_or_changed_anywhere_is_an_error() {
    let (_folder, index) = n6_files();
    let whole = bytes_of(&index);
    // Every length where it is quick to tell; the end and the blocks between in steps.
    let lengths =
        (1..2000).chain((2000..whole.len()).step_by(97)).chain(whole.len() - 60..whole.len());
    for length in lengths {
        fs::write(&index, &whole[..length]).unwrap();
        refusal(&index);
    }
    let mut untouched = Vec::new();
    for place in (0..whole.len() - 48).step_by(211) {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&index, &changed).unwrap();
        match read(&index) {
            Ok(file) => untouched.push((place, file.inspect())),
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("checksum of its index is wrong"), "{place}: {text}");
            }
        }
    }
    // One block of 13 bytes is not needed, so that it is not read.
    assert!(untouched.len() <= 1, "{untouched:?}");
    assert!(untouched.iter().all(|(_, inspection)| inspection.tensors == 1546));
    for place in whole.len() - 48..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 0x55;
        fs::write(&index, &changed).unwrap();
        // The footer has no checksum, and an unused place and padding.
        if let Ok(file) = read(&index) {
            assert_eq!(file.inspect().tensors, 1546);
        }
    }
}

#[test]
fn data_cut_short_or_changed_anywhere_is_an_error() {
    let (folder, index) = n6_files();
    let data = folder.path().join("model.ckpt-7.data-00000-of-00002");
    let whole = bytes_of(&data);
    for length in (0..whole.len()).step_by(4099).chain([whole.len() - 1]) {
        fs::write(&data, &whole[..length]).unwrap();
        let text = refusal(&index);
        let sizes = text.contains("beyond the end of the data") || text.contains("a tensor ");
        assert!(sizes && text.contains("model.ckpt-7.data-00000"), "{length}: {text}");
    }
    for place in (0..whole.len()).step_by(7919) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(&data, &changed).unwrap();
        let text = refusal(&index);
        assert!(text.contains("the checksum of ") && text.contains(" is wrong"), "{text}");
    }
}

fn tar() -> Vec<u8> {
    let mut tar = Vec::new();
    GzDecoder::new(fs::File::open(fixture_path(ARCHIVE)).unwrap()).read_to_end(&mut tar).unwrap();
    tar
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same archive with this in the place of a name's letters.
fn renamed(tar: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut tar = tar.to_vec();
    let found: Vec<usize> = (0..tar.len() - 512)
        .step_by(512)
        .filter(|&start| {
            tar[start + 257..].starts_with(b"ustar")
                && tar[start..start + 100].windows(from.len()).any(|part| part == from.as_bytes())
        })
        .collect();
    assert!(!found.is_empty());
    for start in found {
        let header = &mut tar[start..start + 512];
        let place = header.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        header[place..place + from.len()].copy_from_slice(to.as_bytes());
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
    tar
}

/// Names in an archive are compared with each other and used for nothing else.
#[test]
fn names_that_lead_elsewhere_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(&fixture_path(ARCHIVE)).unwrap().inspect();
    for to in ["/etc/cron.d", "../../../..", "~/.ssh/..//"] {
        let path = folder.path().join("given.tar.gz");
        fs::write(&path, packed(&renamed(&tar(), "nasnet-a_n4", to))).unwrap();
        assert_eq!(read(&path).unwrap().inspect(), whole, "{to}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn archives_cut_short() {
    let whole = bytes_of(&fixture_path(ARCHIVE));
    let (_folder, path) = written("given.tar.gz", b"");
    for length in (2..64).chain((64..whole.len()).step_by(5_003)) {
        fs::write(&path, &whole[..length]).unwrap();
        let text = refusal(&path);
        assert!(text.contains("given.tar.gz") && text.contains("damaged or incomplete"), "{text}");
    }
    let tar = tar();
    for length in [257 + 512, 600, tar.len() / 2, tar.len() / 3] {
        fs::write(&path, &tar[..length]).unwrap();
        let text = refusal(&path);
        assert!(text.contains("damaged or incomplete"), "{length}: {text}");
    }
}

#[test]
fn archives_without_a_whole_checkpoint() {
    let (_folder, path) = written("given.tar.gz", b"");
    let says = |bytes: &[u8], text: &str| {
        fs::write(&path, bytes).unwrap();
        let refusal = refusal(&path);
        assert!(refusal.contains(text), "{refusal}");
    };
    let tar = tar();
    let without = renamed(&tar, ".index", ".wrong");
    says(&packed(&without), "a gzip-packed tar archive without a TensorFlow checkpoint");
    says(&without, "is a tar archive without a TensorFlow checkpoint");
    let without = renamed(&tar, ".data-00000", ".data-00001");
    says(&without, "the archive has no file nasnet-a_n4/model.ckpt.data-00000-of-00001");
    // The end of an archive is two empty blocks; a second archive in their place goes on.
    let start = |name: &[u8]| tar.windows(name.len()).position(|part| part == name).unwrap();
    let index = &tar[start(b"nasnet-a_n4/model.ckpt.index")..];
    let twice = [renamed(&[index, &[0; 512]].concat(), "ckpt", "copy"), tar.clone()].concat();
    let empty = twice.chunks(512).position(|block| block.iter().all(|byte| *byte == 0));
    let first = &twice[..empty.unwrap() * 512];
    says(&[first, &tar].concat(), "more than one checkpoint, nasnet-a_n4/model.copy");
    says(&packed(b"Dear reader,"), "damaged or incomplete");
    says(&packed(&[0; 4096]), "without a TensorFlow checkpoint");
}

/// A megabyte that unpacks to a gigabyte ends at a limit, in time and in memory.
#[test]
fn a_bomb_is_not_unpacked_to_its_end() {
    let tar = tar();
    let mut header = tar[..512].to_vec();
    // A file of 1 GB of zeros.
    header[..12].copy_from_slice(b"zeros\0\0\0\0\0\0\0");
    header[156] = b'0';
    header[124..135].copy_from_slice(b"10000000000");
    header[148..156].fill(b' ');
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&header).unwrap();
    for _ in 0..1024 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    encoder.write_all(&tar).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 8 << 20);
    let (_folder, path) = written("given.tar.gz", &bomb);
    let text = refusal(&path);
    assert!(text.contains("damaged or incomplete (unexpected EOF"), "{text}");
}
