//! From tensors in this crate's layouts to a network's parameters.

use std::collections::HashMap;

use super::{
    Container, Expected, How, LoadReport, NotFinite, Tensor, Unused, WeightTable, WrongShape,
};

/// Gives every expected parameter its tensor, and says what became of all others. `path` says
/// which parameter a name stands for. Tensors move, their numbers are never copied.
pub(super) fn matched(
    container: Container,
    tensors: Vec<(String, Tensor)>,
    path: impl Fn(&str) -> Option<String>,
    expected: &[Expected<'_>],
) -> (WeightTable, LoadReport) {
    let mut report = LoadReport::new(container, How::ByName, expected.len());
    let Given { table, mut wrong_shape, unused } = Given::new(tensors, path, expected);
    for want in expected {
        match (table.get(want.path), wrong_shape.remove(want.path)) {
            (Some(tensor), _) => {
                report.values += tensor.data.len();
                let (path, count) = (want.path.to_owned(), tensor.count_not_finite());
                if count > 0 {
                    report.not_finite.push(NotFinite { path, count });
                }
            }
            (None, Some(wrong)) => report.wrong_shape.push(wrong),
            (None, None) => report.missing.push(want.path.to_owned()),
        }
    }
    report.matched = table.len();
    report.unused = unused;
    (table, report)
}

/// A file's tensors, each where it belongs.
struct Given {
    table: WeightTable,
    /// By the parameter.
    wrong_shape: HashMap<String, WrongShape>,
    unused: Vec<Unused>,
}

impl Given {
    fn new(
        tensors: Vec<(String, Tensor)>,
        path: impl Fn(&str) -> Option<String>,
        expected: &[Expected<'_>],
    ) -> Self {
        let shapes: HashMap<&str, &[usize]> =
            expected.iter().map(|want| (want.path, want.shape)).collect();
        let (table, wrong_shape, unused) = Default::default();
        let mut given = Self { table, wrong_shape, unused };
        for (file_name, tensor) in tensors {
            let place = path(&file_name).and_then(|path| Some((*shapes.get(path.as_str())?, path)));
            match place {
                Some((shape, path)) if !given.table.contains_key(&path) => {
                    if tensor.shape == shape {
                        given.table.insert(path, tensor);
                        continue;
                    }
                    let (in_file, expected) = (tensor.shape, shape.to_vec());
                    let wrong = WrongShape { path: path.clone(), file_name, in_file, expected };
                    given.wrong_shape.insert(path, wrong);
                }
                _ => given.unused.push(Unused { name: file_name, nearest: None }),
            }
        }
        given
    }
}
