//! Small files put together by hand, as versions of PyTorch and Python wrote them that are not at
//! hand any more, and strides that no state dict has.

use std::io::{Cursor, Write};

use nasnet_explorer::weights::{Tensor, WeightFile, WeightsError, read};
use zip::write::SimpleFileOptions;

use crate::weights::written;

/// `BINUNICODE`
pub fn text(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

/// `BININT`
pub fn integer(number: i32) -> Vec<u8> {
    [b"J", &number.to_le_bytes()[..]].concat()
}

/// `MARK`, the items, `TUPLE`
pub fn tuple(items: &[Vec<u8>]) -> Vec<u8> {
    [b"(", &items.concat()[..], b"t"].concat()
}

/// `GLOBAL`
pub fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

/// A storage's persistent id.
pub fn storage(kind: &str, key: &str, elements: i32) -> Vec<u8> {
    let parts = [text("storage"), global("torch", kind), text(key), text("cpu"), integer(elements)];
    [tuple(&parts), b"Q".to_vec()].concat()
}

/// A call of `_rebuild_tensor_v2`.
pub fn tensor(storage: Vec<u8>, offset: i32, shape: &[i32], strides: &[i32]) -> Vec<u8> {
    let sizes = |sizes: &[i32]| tuple(&sizes.iter().map(|size| integer(*size)).collect::<Vec<_>>());
    let hooks = [global("collections", "OrderedDict"), b")R".to_vec()].concat();
    let arguments =
        [storage, integer(offset), sizes(shape), sizes(strides), b"\x89".to_vec(), hooks];
    [global("torch._utils", "_rebuild_tensor_v2"), tuple(&arguments), b"R".to_vec()].concat()
}

/// A whole pickle of a dict.
pub fn dict(items: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let items: Vec<_> =
        items.iter().map(|(key, value)| [text(key), value.clone()].concat()).collect();
    [b"\x80\x02}(", &items.concat()[..], b"u."].concat()
}

/// A zip of `data.pkl` and other entries.
pub fn zipped(pickle: &[u8], entries: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("a/data.pkl", pickle)].iter().chain(entries) {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The format before PyTorch 1.6, with storages of so many elements.
pub fn legacy(pickle: &[u8], storages: &[(&str, u64, &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    bytes.extend(b"\x80\x02M\xe9\x03.");
    bytes.extend(dict(&[("little_endian", b"\x88".to_vec())]));
    bytes.extend(pickle);
    let keys: Vec<_> = storages.iter().map(|(key, ..)| text(key)).collect();
    bytes.extend([b"\x80\x02](", &keys.concat()[..], b"e."].concat());
    for (_, elements, content) in storages {
        bytes.extend(elements.to_le_bytes());
        bytes.extend(*content);
    }
    bytes
}

/// What reading a file of these bytes gives.
pub fn outcome(bytes: &[u8]) -> Result<Vec<(String, Tensor)>, WeightsError> {
    let (_folder, path) = written("given.pth", bytes);
    match read(&path)? {
        WeightFile::Torch(file) => Ok(file.tensors),
        _ => panic!("not taken for a file of PyTorch"),
    }
}

pub fn numbers(count: u8) -> Vec<u8> {
    (0..count).flat_map(|number| f32::from(number).to_le_bytes()).collect()
}

fn named(name: &str, shape: &[usize], data: &[f32]) -> (String, Tensor) {
    (name.to_owned(), Tensor { shape: shape.to_vec(), data: data.to_vec() })
}

#[test]
fn strides_and_offsets_are_followed() {
    let of = |offset, shape: &[i32], strides: &[i32]| {
        tensor(storage("FloatStorage", "0", 12), offset, shape, strides)
    };
    let pickle = dict(&[
        ("plain", of(0, &[2, 3], &[3, 1])),
        ("transposed", of(0, &[3, 2], &[1, 3])),
        ("part", of(5, &[2, 2], &[4, 2])),
        ("expanded", of(7, &[3], &[0])),
        ("number", of(11, &[], &[])),
        ("nothing", of(12, &[0, 4], &[4, 1])),
    ]);
    let content = numbers(12);
    let wanted = [
        named("plain", &[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
        named("transposed", &[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]),
        named("part", &[2, 2], &[5.0, 7.0, 9.0, 11.0]),
        named("expanded", &[3], &[7.0, 7.0, 7.0]),
        named("number", &[], &[11.0]),
        named("nothing", &[0, 4], &[]),
    ];
    assert_eq!(outcome(&zipped(&pickle, &[("a/data/0", &content)])).unwrap(), wanted);
    assert_eq!(outcome(&legacy(&pickle, &[("0", 12, &content)])).unwrap(), wanted);
}

/// PyTorch 0.3 under Python 2: `_rebuild_tensor`, short byte strings, views of storages, and an
/// OrderedDict that is given its items.
#[test]
fn files_of_2017() {
    let short = |text: &str| [b"U", &[text.len() as u8][..], text.as_bytes()].concat();
    let view = tuple(&[short("view"), integer(2), integer(4)]);
    let kind = global("torch.cuda", "FloatStorage");
    let id = [short("storage"), kind, short("root"), short("cuda:0"), integer(8), view];
    let storage = [tuple(&id), b"Q".to_vec()].concat();
    let sizes = tuple(&[integer(3)]);
    let arguments = tuple(&[storage, integer(1), sizes, tuple(&[integer(1)])]);
    let rebuilt = [global("torch._utils", "_rebuild_tensor"), arguments, b"R".to_vec()].concat();
    let pair = [b"](", &short("weight")[..], &rebuilt, b"e"].concat();
    let items = [b"](", &pair[..], b"e"].concat();
    let call = [global("collections", "OrderedDict"), tuple(&[items]), b"R.".to_vec()].concat();
    let pickle = [b"\x80\x02".to_vec(), call].concat();
    let found = outcome(&legacy(&pickle, &[("root", 8, &numbers(8))])).unwrap();
    assert_eq!(found, [named("weight", &[3], &[3.0, 4.0, 5.0])]);
}

/// Protocol 4: frames, names on the stack, short texts, a memo without numbers, a big-endian
/// machine.
#[test]
fn other_protocols_and_byte_orders() {
    let short = |text: &str| [b"\x8c", &[text.len() as u8][..], text.as_bytes()].concat();
    let object = |module: &str, name: &str| [short(module), short(name), b"\x93".to_vec()].concat();
    let id = [short("storage"), object("torch", "FloatStorage"), short("7"), short("cpu")];
    let id = [b"(", &id.concat()[..], b"K\x02t\x94Q"].concat();
    let sizes = b"K\x02\x85\x94".to_vec();
    let strides = b"K\x01\x85".to_vec();
    let parts = [b"(".to_vec(), id, b"K\0".to_vec(), sizes, strides, b"\x89Nt\x94R".to_vec()];
    let rebuilt = [object("torch._utils", "_rebuild_tensor_v2"), parts.concat()].concat();
    let frame = [b"\x80\x04\x95", &500_u64.to_le_bytes()[..]].concat();
    let memo = b"}\x94".to_vec();
    let twice = [short("a"), rebuilt, b"\x94s".to_vec(), short("b"), b"h\x04s.".to_vec()].concat();
    let pickle = [frame, memo, twice].concat();
    let content: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|number| number.to_be_bytes()).collect();
    let file = zipped(&pickle, &[("a/byteorder", b"big"), ("a/data/7", &content)]);
    let wanted = [named("a", &[2], &[1.5, -2.0]), named("b", &[2], &[1.5, -2.0])];
    assert_eq!(outcome(&file).unwrap(), wanted);
}
