//! Files that are something else, damaged, or made to do harm.

use std::io::{Cursor, Write};

use nasnet_explorer::weights::{match_keras, read_keras};

use super::{fixture, n1, written};

/// The message for a file with this content.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let (_folder, path) = written(name, bytes);
    let text = read_keras(&path).unwrap_err().to_string();
    assert!(text.contains(name), "no file name in: {text}");
    text
}

#[test]
fn files_that_are_something_else() {
    let mut torch = zip::ZipWriter::new(Cursor::new(Vec::new()));
    torch.start_file("archive/data.pkl", zip::write::SimpleFileOptions::default()).unwrap();
    torch.write_all(b"\x80\x02").unwrap();
    let torch = torch.finish().unwrap().into_inner();
    for (bytes, says) in [
        (&b""[..], "is empty"),
        (b"<!DOCTYPE html><title>404", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"),
        (b"hello", "a text file"),
        (b"\x80\x02\x8a\x0al\xfc", "PyTorch"),
        (b"\x08\0\0\0\0\0\0\0{\"a\":{}}", "a safetensors file"),
        (&torch, "a PyTorch file"),
        (b"\x89HDF\r\n\x1a\n", "damaged or incomplete"),
        (b"PK\x03\x04 and no more", "damaged or incomplete"),
        (&[0xfe; 100], "a file of an unknown kind"),
    ] {
        let text = refusal("given.h5", bytes);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn no_file_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let text = read_keras(folder.path()).unwrap_err().to_string();
    assert!(text.contains("is a folder"), "{text}");
    let text = read_keras(&folder.path().join("nothing.h5")).unwrap_err().to_string();
    assert!(text.contains("cannot open") && text.contains("nothing.h5"), "{text}");
}

/// A tensor that declares more than the file holds is refused before anything is allocated.
#[test]
fn a_tensor_larger_than_its_file() {
    let mut bytes = fixture("keras_n1.keras2.h5");
    // The only [3, 3, 3, 8] dataspace is the stem's: its rank, flags and four 64-bit sizes.
    let sizes: Vec<u8> = [3_u64, 3, 3, 8].iter().flat_map(|size| size.to_le_bytes()).collect();
    let at = bytes.windows(sizes.len()).position(|window| window == sizes).unwrap();
    for (size, says) in [(1_u64 << 28, "more than the"), (u64::MAX / 3, "more than the")] {
        bytes[at..at + 8].copy_from_slice(&size.to_le_bytes());
        let text = refusal("large.h5", &bytes);
        assert!(text.contains(says) && text.contains("kernel"), "{text}");
    }
}

#[test]
fn a_zip_bomb_is_refused() {
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("model.weights.h5", options).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..257 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let text = refusal("bomb.keras", &bomb);
    assert!(
        text.contains("an entry model.weights.h5") && text.contains("exhaust memory"),
        "{text}"
    );
}

/// Cut anywhere, a file must end in an error or, where only padding went, in the whole network.
#[test]
fn truncated_files_never_pass_for_whole() {
    let wanted = n1();
    for name in ["keras_n1.keras2.h5", "keras_n1.weights.h5", "keras_n1.keras"] {
        let whole = fixture(name);
        let mut refused = 0;
        for part in 0..24 {
            let (_folder, path) = written("cut.h5", &whole[..whole.len() * part / 24]);
            match read_keras(&path) {
                Err(error) => {
                    assert!(error.to_string().contains("cut.h5"), "{error}");
                    refused += 1;
                }
                Ok(file) => {
                    let (_, report) = match_keras(file.clone(), 1, &wanted.expected());
                    assert!(!report.is_complete(), "{name} cut at {part}/24 passed for whole");
                }
            }
        }
        assert!(refused >= 20, "{name}: only {refused} of 24 refused");
    }
}

/// Bytes turned at random never make it panic, hang or take all memory.
#[test]
fn files_with_turned_bytes_end_in_an_answer() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let wanted = n1();
    for name in ["keras_n1.keras2.h5", "keras_n1.weights.h5", "keras_n1.keras"] {
        let whole = fixture(name);
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..40 {
                let at = next() % bytes.len();
                bytes[at] = next() as u8;
            }
            let (_folder, path) = written("turned.h5", &bytes);
            match read_keras(&path) {
                Ok(file) => {
                    let (_, report) = match_keras(file.clone(), 1, &wanted.expected());
                    assert_eq!(
                        report.matched + report.missing.len() + report.wrong_shape.len(),
                        report.expected
                    );
                }
                Err(error) => assert!(error.to_string().contains("turned.h5"), "{error}"),
            }
        }
    }
}
