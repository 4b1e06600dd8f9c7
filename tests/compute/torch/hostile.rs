//! Files that want more than to be read, or are damaged, or made to exhaust memory.

use super::pickled::{
    dict, global, integer, legacy, numbers, outcome, storage, tensor, text, tuple, zipped,
};
use super::{timm_n6, torch_file};
use crate::weights::{fixture, written};
use nasnet_explorer::weights::{WeightFile, load, read};

/// The message for a file with this content.
fn refusal(bytes: &[u8]) -> String {
    let text = outcome(bytes).unwrap_err().to_string();
    assert!(text.contains("given.pth"), "no file name in: {text}");
    text
}

/// The message for a pickle, the same in both containers.
fn pickle_refusal(pickle: &[u8]) -> String {
    // The message begins with the file, which lies in another folder each time.
    let after_name = |text: String| text.split_once("given.pth").unwrap().1.to_owned();
    let text = after_name(refusal(&zipped(pickle, &[])));
    assert_eq!(after_name(refusal(&legacy(pickle, &[]))), text);
    text
}

fn call(function: Vec<u8>, argument: &str) -> Vec<u8> {
    let parts = [b"\x80\x02".to_vec(), function, tuple(&[text(argument)]), b"R.".to_vec()];
    parts.concat()
}

#[test]
fn nothing_is_ever_called() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let command = format!("touch {}", made.display());
    let by_stack = [text("os"), text("system"), b"\x93".to_vec()].concat();
    for (pickle, says) in [
        (call(global("os", "system"), &command), "the Python object os.system"),
        (call(global("posix", "system"), &command), "the Python object posix.system"),
        (call(global("builtins", "eval"), "1"), "the Python object builtins.eval"),
        (call(global("__builtin__", "eval"), "1"), "the Python object __builtin__.eval"),
        (call(by_stack, &command), "the Python object os.system"),
        (call(global("torch", "load"), "x"), "the Python object torch.load"),
        (call(global("torch", "os.systemStorage"), "x"), "torch.os.systemStorage"),
        (call(global("os", "FloatStorage"), "x"), "the Python object os.FloatStorage"),
        (dict(&[("args", global("argparse", "Namespace"))]), "argparse.Namespace"),
        (b"\x80\x02cos\nsys\x1b[2Jtem\n.".to_vec(), "os.sys\\u{1b}[2Jtem"),
    ] {
        let text = pickle_refusal(&pickle);
        assert!(text.contains(says) && text.contains("nothing in it was run"), "{text}");
    }
    assert!(!made.exists());
}

#[test]
fn instructions_that_are_not_needed_are_refused_by_name() {
    for (pickle, says) in [
        (&b"\x80\x02(ios\nsystem\n."[..], "the pickle instruction INST"),
        (b"\x80\x02(cos", "ends in the middle"),
        (b"\x80\x02)\x81.", "the pickle instruction NEWOBJ"),
        (b"\x80\x04))}\x92.", "the pickle instruction NEWOBJ_EX"),
        (b"\x80\x02(o.", "the pickle instruction OBJ"),
        (b"\x80\x02\x82\x01.", "the pickle instruction EXT"),
        (b"\x80\x02P7\n.", "the pickle instruction PERSID"),
        (b"\x80\x02]2.", "the pickle instruction DUP"),
        (b"\x80\x02\xff.", "the unknown pickle instruction 0xff"),
        (b"\x80\x09N.", "the pickle protocol 9"),
        (b"\x80\x02N.", "no dict of tensors"),
        (b"\x80\x02.", "more values than it put down"),
        (b"\x80\x02t.", "more values than it put down"),
        (b"\x80\x02}K\x01s.", "more values than it put down"),
        (b"\x80\x02}(K\x01u.", "a key without a value"),
        (b"\x80\x02N(e.", "appends to what is no list"),
        (b"\x80\x02h\x07.", "recalls 7, which is not there"),
        (b"\x80\x02K\x01)R.", "calls what is no function"),
        (b"\x80\x02\x8a\x09123456789.", "an integer of 9 bytes"),
    ] {
        let text = pickle_refusal(pickle);
        assert!(text.contains(says), "{text}");
    }
    let module = tuple(&[text("module"), text("Net"), text("net.py"), text("class Net: ...")]);
    let text = pickle_refusal(&[b"\x80\x02".to_vec(), module, b"Q.".to_vec()].concat());
    assert!(text.contains("a whole module with its source"), "{text}");
}

/// Lists of lists of lists, each ten times the last: a billion items in a few bytes, if anyone
/// counted them out. And a list in itself.
#[test]
fn shared_and_circular_values_cost_nothing() {
    let mut pickle = b"\x80\x02}X\x01\0\0\0a](K\x01eq\0s".to_vec();
    for level in 0..200_u8 {
        pickle.extend(
            [b"X\x01\0\0\0b](", &[b'h', level].repeat(10)[..], b"eq", &[level + 1], b"s"].concat(),
        );
    }
    pickle.extend(b"X\x01\0\0\0c]q\xff(h\xffes.");
    let whole = zipped(&pickle, &[]);
    let (_folder, path) = written("bomb.pth", &whole);
    let text = load(&path, &timm_n6()).unwrap_err().to_string();
    assert!(text.contains("holds no tensors, which are not a NASNet's"), "{text}");
    // A pickle of nothing but new values ends at a limit.
    let endless = [b"\x80\x02".to_vec(), vec![b'}'; 5_000_000]].concat();
    let text = refusal(&zipped(&endless, &[]));
    assert!(text.contains("instructions") && text.contains("exhaust memory"), "{text}");
    let long = [b"\x80\x02X".to_vec(), vec![0xff; 4], vec![b'a'; 100]].concat();
    let text = refusal(&zipped(&long, &[]));
    assert!(text.contains("a text in its pickle of 4294967295 bytes"), "{text}");
}

/// Sizes are compared with the file before anything is allocated.
#[test]
fn tensors_larger_than_their_file() {
    let of = |elements, offset, shape: &[i32], strides: &[i32]| {
        let whole = storage("FloatStorage", "0", elements);
        dict(&[("conv0.conv.weight", tensor(whole, offset, shape, strides))])
    };
    let content = numbers(8);
    for (pickle, says) in [
        (of(8, 0, &[9], &[1]), "beyond its storage 0"),
        (of(8, 1, &[8], &[1]), "beyond its storage 0"),
        (of(8, 0, &[2, 2], &[7, 1]), "beyond its storage 0"),
        (of(8, 0, &[-1], &[1]), "beyond its storage 0"),
        (of(8, -1, &[1], &[1]), "beyond its storage 0"),
        (of(8, 0, &[2], &[1, 1]), "beyond its storage 0"),
        (of(8, 0, &[1; 9], &[1; 9]), "beyond its storage 0"),
        (of(8, 0, &[i32::MAX; 4], &[0; 4]), "beyond its storage 0"),
        (of(8, 0, &[i32::MAX, 1000], &[0, 0]), "a tensor conv0.conv.weight of"),
    ] {
        let zip = refusal(&zipped(&pickle, &[("a/data/0", &content)]));
        assert!(zip.contains(says), "{zip}");
        let old = refusal(&legacy(&pickle, &[("0", 8, &content)]));
        assert!(old.contains(says), "{old}");
    }
    let huge = of(i32::MAX, 0, &[i32::MAX], &[1]);
    let text = refusal(&zipped(&huge, &[("a/data/0", &content)]));
    assert!(text.contains("an entry a/data/0 of 8589934588 bytes, more than the 32"), "{text}");
    let text = refusal(&legacy(&huge, &[("0", i32::MAX as u64, &content)]));
    assert!(text.contains("a storage 0 of 8589934588 bytes, more than the 32"), "{text}");
    let text = refusal(&legacy(&huge, &[("0", u64::MAX, &content)]));
    assert!(text.contains("a storage 0 of 18446744073709551615 bytes"), "{text}");
    let text = refusal(&legacy(&of(8, 0, &[8], &[1]), &[("0", 7, &content)]));
    assert!(text.contains("the storage 0 has 7 numbers instead of 8"), "{text}");
    let text = refusal(&legacy(&of(8, 0, &[8], &[1]), &[]));
    assert!(text.contains("lists no storage 0"), "{text}");
    let text = refusal(&legacy(&of(8, 0, &[8], &[1]), &[("1", 8, &content)]));
    assert!(text.contains("the storage 1 belongs to no tensor"), "{text}");
}

#[test]
fn numbers_that_are_no_weights() {
    for (kind, says) in [("LongStorage", "int64"), ("ByteStorage", "uint8")] {
        let one = tensor(storage(kind, "0", 1), 0, &[1], &[1]);
        let text = refusal(&zipped(&dict(&[("conv0.bn.bias", one)]), &[("a/data/0", &[0; 8])]));
        assert!(text.contains(&format!("uses {says} numbers in conv0.bn.bias")), "{text}");
    }
    let whole =
        [tuple(&[text("storage"), integer(7), text("0"), text("cpu"), integer(1)])].concat();
    let text = pickle_refusal(&[b"\x80\x02".to_vec(), whole, b"Q.".to_vec()].concat());
    assert!(text.contains("a storage is described in an unknown way"), "{text}");
}

/// Names in a zip are looked up and never opened as paths.
#[test]
fn paths_in_a_zip_lead_nowhere() {
    let content = numbers(1);
    for key in ["../../etc/passwd", "/etc/passwd", "..\\x", "0\0", ""] {
        let one = tensor(storage("FloatStorage", key, 1), 0, &[1], &[1]);
        let text = refusal(&zipped(&dict(&[("w", one)]), &[("a/data/0", &content)]));
        assert!(text.contains("it has no entry a/data/"), "{text}");
    }
    let empty = dict(&[]);
    let text = refusal(&zipped(&empty, &[("../b/data.pkl", &empty)]));
    assert!(text.contains("more than one data.pkl"), "{text}");
    let one = tensor(storage("FloatStorage", "0", 1), 0, &[1], &[1]);
    let odd = zipped(&dict(&[("w", one)]), &[("a/byteorder", b"middle"), ("a/data/0", &content)]);
    let text = refusal(&odd);
    assert!(text.contains("the byte order \"middle\""), "{text}");
}

fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn headers_of_safetensors_that_are_wrong() {
    let entry = |kind: &str, shape: &str, offsets: &str| {
        format!("{{\"w\":{{\"dtype\":\"{kind}\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}")
    };
    for (header, says) in [
        (entry("F32", "[2]", "[0,4]"), "w has 4 bytes for the shape [2]"),
        (entry("F32", "[2]", "[8,0]"), "describes w wrongly"),
        (entry("F32", "[2]", "[0,8,9]"), "describes w wrongly"),
        (entry("F32", "[-1]", "[0,8]"), "describes w wrongly"),
        (entry("F4", "[2]", "[0,8]"), "describes w wrongly"),
        (entry("I64", "[1]", "[0,8]"), "uses int64 numbers in w"),
        (entry("F32", "[2]", "[4,12]"), "w lies beyond the end of the file"),
        (entry("F32", "[1000000000]", "[0,4000000000]"), "a tensor w of 4000000000 bytes"),
        (entry("F32", "[18446744073709551615,9]", "[0,8]"), "w has 8 bytes for the shape"),
        ("{\"w\":1}".into(), "describes w wrongly"),
        ("{\"w\":".into(), "its header"),
    ] {
        let text = refusal(&safetensors(&header, &[0; 8]));
        assert!(text.contains(says), "{text}");
    }
    let text = refusal(&[&[0xff, 0xff, 0xff, 0, 0, 0, 0, 0][..], b"{\"a\":1}"].concat());
    assert!(text.contains("a header of 16777215 bytes, more than the 7"), "{text}");
    let plain = safetensors(&entry("F32", "[2]", "[0,8]"), &numbers(2));
    assert_eq!(outcome(&plain).unwrap()[0].1.data, [0.0, 1.0]);
}

/// Cut anywhere, a file must end in an error.
#[test]
fn truncated_files_never_pass_for_whole() {
    for name in ["timm_n6.pth", "timm_n6.legacy.pth", "timm_n6.safetensors"] {
        let whole = fixture(name);
        let ends = (0..100).map(|part| whole.len() * part / 100);
        for end in ends.chain([1, 9, 15, 16, 40, 200, whole.len() - 1]) {
            let (_folder, path) = written("cut.pth", &whole[..end]);
            let text = read(&path).unwrap_err().to_string();
            assert!(text.contains("cut.pth"), "{name} cut at {end}: {text}");
        }
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
    for name in ["timm_n6.pth", "timm_n6.legacy.pth", "timm_n6.safetensors"] {
        let whole = fixture(name);
        // The instructions, names and sizes, wherever the container has them.
        let (mut read_whole, mut refused) = (0, 0);
        for round in 0..80 {
            let mut bytes = whole.clone();
            let span = if round % 2 == 0 { bytes.len().min(200_000) } else { bytes.len() };
            for _ in 0..3 {
                let at = next() % span;
                bytes[at] = next() as u8;
            }
            let (_folder, path) = written("turned.pth", &bytes);
            match read(&path) {
                Ok(WeightFile::Torch(file)) => {
                    // Judging what was read must end in an answer too.
                    let _ = file.network();
                    read_whole += 1;
                }
                Ok(_) => panic!("not taken for a file of PyTorch"),
                Err(error) => {
                    assert!(error.to_string().contains("turned.pth"), "{error}");
                    refused += 1;
                }
            }
        }
        assert!(read_whole > 5 && refused > 5, "{name}: {read_whole} read, {refused} refused");
    }
    assert_eq!(torch_file("timm_n6.pth").tensors.len(), 1546);
}
