//! The weight files that were published: where they are, how they are known, how they get here.

mod error;
mod fetch;
mod transfer;

use std::path::PathBuf;

use serde::Serialize;

pub use error::FetchError;
pub use fetch::{Fetched, Progress, Source, fetch};

use super::identity::{Digests, hash_file};

/// A weight file that its makers offer for download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PublishedFile {
    /// What `weights fetch` calls it.
    pub id: &'static str,
    /// Its name where it is offered.
    pub file: &'static str,
    /// The name under which Keras keeps it; empty for others.
    pub kept_as: &'static str,
    /// Who offers it.
    pub from: &'static str,
    /// Where it is, without the file's name.
    pub base: &'static str,
    /// The preset that it is for.
    pub preset: &'static str,
    /// The classes that its classifier tells apart; `None` where it has none.
    pub classes: Option<u32>,
    /// Its size in millions of bytes, where it is known from those who fetched it.
    pub megabytes: Option<u32>,
    /// What its makers allow.
    pub licence: &'static str,
    /// What its makers say of its content.
    pub hash: PublishedHash,
}

/// How the content of a published file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "digits", rename_all = "snake_case")]
pub enum PublishedHash {
    /// The MD5, which is all that Keras' makers give.
    Md5(&'static str),
    /// The first digits of the SHA-256, which PyTorch's tools put into the name.
    Sha256(&'static str),
    /// Nothing was published.
    Unknown,
}

impl PublishedHash {
    /// Whether `digests` are those that were published; `None` where nothing was.
    pub(super) fn matches(self, digests: &Digests) -> Option<bool> {
        match self {
            PublishedHash::Md5(hash) => Some(hash == digests.md5),
            PublishedHash::Sha256(start) => Some(digests.sha256.starts_with(start)),
            PublishedHash::Unknown => None,
        }
    }
}

impl std::fmt::Display for PublishedHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PublishedHash::Md5(hash) => write!(f, "MD5 {hash}"),
            PublishedHash::Sha256(start) => write!(f, "SHA-256 {start}..."),
            PublishedHash::Unknown => f.write_str("no hash published"),
        }
    }
}

impl PublishedFile {
    /// The file called `id` by `weights fetch`.
    pub fn by_id(id: &str) -> Option<&'static PublishedFile> {
        FILES.iter().find(|file| file.id == id)
    }

    /// Where it is offered.
    pub fn url(&self) -> String {
        format!("{}/{}", self.base, self.file)
    }
}

/// The user's folder for fetched files; `None` where the system names no home folder.
pub fn cache_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let strategy = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(strategy.cache_dir().join("nasnet-explorer").join("weights"))
}

const KERAS: &str = "https://storage.googleapis.com/tensorflow/keras-applications/nasnet";
const CADENE: &str = "http://data.lip6.fr/cadene/pretrainedmodels";
const TIMM: &str =
    "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights";
const SLIM: &str = "https://storage.googleapis.com/download.tensorflow.org/models";
/// The licence of TensorFlow's models, from which all of these weights descend.
const APACHE: &str = "Apache-2.0";

/// Every published file. Hashes of Keras' files are those of `keras.applications` since 18 May
/// 2018; those of PyTorch's are part of the names. TF-slim's makers published none, but each
/// tensor in a checkpoint carries a checksum, which is checked when it is read.
pub const FILES: [PublishedFile; 12] = {
    use PublishedHash::{Md5, Sha256, Unknown};
    let mobile = PublishedFile {
        id: "nasnet-mobile",
        file: "NASNet-mobile.h5",
        kept_as: "nasnet_mobile.h5",
        from: "Keras",
        base: KERAS,
        preset: "nasnet-a-mobile",
        classes: Some(1000),
        megabytes: Some(24),
        licence: APACHE,
        hash: Md5("020fb642bf7360b370c678b08e0adf61"),
    };
    let large = PublishedFile {
        id: "nasnet-large",
        file: "NASNet-large.h5",
        kept_as: "nasnet_large.h5",
        preset: "nasnet-a-large",
        megabytes: Some(360),
        hash: Md5("11577c9a518f0070763c2b964a382f17"),
        ..mobile
    };
    let cadene = PublishedFile { kept_as: "", from: "Cadene's collection", base: CADENE, ..large };
    let slim = PublishedFile {
        kept_as: "",
        from: "TF-slim",
        base: SLIM,
        classes: Some(1001),
        megabytes: None,
        hash: Unknown,
        ..large
    };
    [
        mobile,
        large,
        PublishedFile {
            id: "nasnet-mobile-no-top",
            file: "NASNet-mobile-no-top.h5",
            kept_as: "nasnet_mobile_no_top.h5",
            classes: None,
            megabytes: Some(20),
            hash: Md5("1ed92395b5b598bdda52abe5c0dbfd63"),
            ..mobile
        },
        PublishedFile {
            id: "nasnet-large-no-top",
            file: "NASNet-large-no-top.h5",
            kept_as: "nasnet_large_no_top.h5",
            classes: None,
            megabytes: Some(344),
            hash: Md5("d81d89dc07e6e56530c4e77faddd61b5"),
            ..large
        },
        PublishedFile {
            id: "nasnet-mobile-cadene",
            file: "nasnetamobile-7e03cead.pth",
            preset: "nasnet-a-mobile",
            megabytes: Some(21),
            hash: Sha256("7e03cead"),
            ..cadene
        },
        PublishedFile {
            id: "nasnet-large-cadene",
            file: "nasnetalarge-a1897284.pth",
            classes: Some(1001),
            megabytes: Some(356),
            hash: Sha256("a1897284"),
            ..cadene
        },
        PublishedFile {
            id: "nasnet-large-timm",
            file: "nasnetalarge-dc4a7b8b.pth",
            from: "timm",
            base: TIMM,
            classes: Some(1001),
            megabytes: Some(356),
            hash: Sha256("dc4a7b8b"),
            ..cadene
        },
        PublishedFile {
            id: "nasnet-mobile-slim",
            file: "nasnet-a_mobile_04_10_2017.tar.gz",
            preset: "nasnet-a-mobile",
            ..slim
        },
        PublishedFile { id: "nasnet-large-slim", file: "nasnet-a_large_04_10_2017.tar.gz", ..slim },
        PublishedFile {
            id: "pnasnet-5-large-cadene",
            file: "pnasnet5large-bf079911.pth",
            preset: "pnasnet-5-large",
            classes: Some(1001),
            megabytes: Some(345),
            hash: Sha256("bf079911"),
            ..cadene
        },
        PublishedFile {
            id: "pnasnet-5-large-slim",
            file: "pnasnet-5_large_2017_12_13.tar.gz",
            preset: "pnasnet-5-large",
            ..slim
        },
        PublishedFile {
            id: "pnasnet-5-mobile-slim",
            file: "pnasnet-5_mobile_2017_12_13.tar.gz",
            preset: "pnasnet-5-mobile",
            ..slim
        },
    ]
};
