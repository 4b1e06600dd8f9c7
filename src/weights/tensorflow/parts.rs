//! The files of a checkpoint: `model.ckpt.index` and `model.ckpt.data-00000-of-00001`.

use std::path::{Path, PathBuf};

const INDEX: &str = ".index";

/// The name of a data file.
pub(super) fn data_name(checkpoint: &str, shard: u64, shards: u64) -> String {
    format!("{checkpoint}.data-{shard:05}-of-{shards:05}")
}

/// A checkpoint's name, from that of its index.
pub(super) fn of_index(name: &str) -> Option<&str> {
    name.strip_suffix(INDEX)
}

/// A checkpoint's name, from that of one of its data files.
fn of_data(name: &str) -> Option<&str> {
    let (checkpoint, numbers) = name.rsplit_once(".data-")?;
    let (shard, shards) = numbers.split_once("-of-")?;
    let is_number = |text: &str| text.len() >= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(shard) && is_number(shards)).then_some(checkpoint)
}

/// Whether a file is a part of a TensorFlow checkpoint by its name, which is all that tells: its
/// data files are numbers from the first byte on.
#[must_use]
pub fn is_checkpoint_data(path: &Path) -> bool {
    file_name(path).and_then(of_data).is_some()
}

/// The index, where `path` names a data file, or all of a checkpoint's files by what they share.
pub(in crate::weights) fn index_beside(path: &Path) -> Option<PathBuf> {
    let name = file_name(path)?;
    if let Some(checkpoint) = of_data(name) {
        return Some(path.with_file_name(format!("{checkpoint}{INDEX}")));
    }
    let index = path.with_file_name(format!("{name}{INDEX}"));
    (!path.exists() && index.is_file()).then_some(index)
}

pub(super) fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, checkpoint) in [
            ("model.ckpt.data-00000-of-00001", Some("model.ckpt")),
            ("model.ckpt-7.data-00003-of-00010", Some("model.ckpt-7")),
            ("model.ckpt.data-0-of-1", None),
            ("model.ckpt.data-00000", None),
            ("model.ckpt.data-0000x-of-00001", None),
            ("model.ckpt", None),
        ] {
            assert_eq!(of_data(name), checkpoint, "{name}");
            assert_eq!(
                is_checkpoint_data(&Path::new("/some/folder").join(name)),
                checkpoint.is_some()
            );
        }
        assert_eq!(data_name("model.ckpt", 3, 10), "model.ckpt.data-00003-of-00010");
        assert_eq!(of_index("model.ckpt.index"), Some("model.ckpt"));
    }
}
