//! Whether a file is one of those that were published.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use md5::{Digest, Md5};
use serde::Serialize;
use sha2::Sha256;

/// A file's hashes, and the published file that it is or pretends to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// MD5 of its bytes, which is all that Keras' makers give.
    pub md5: String,
    /// The published file with this hash, or else with this name.
    pub published: Option<Published>,
}

/// A published file, beside one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its name where it is offered.
    pub name: &'static str,
    /// Who offers it.
    pub from: &'static str,
    /// Whether the hash is the published one; `None` where none was published.
    pub matches: Option<bool>,
}

/// What is known of a file's content.
enum Known {
    Md5(&'static str),
    /// The first eight digits of the SHA-256, which PyTorch's tools put into the name.
    Sha256(&'static str),
    Nothing,
}

/// Name, whence, name under which Keras keeps it, hash. Keras' are those of `keras.applications`
/// since 18 May 2018.
const FILES: [(&str, &str, &str, Known); 11] = {
    use Known::{Md5, Nothing, Sha256};
    const KERAS: &str = "Keras";
    const CADENE: &str = "Cadene's collection";
    const TF_SLIM: &str = "TF-slim";
    [
        ("NASNet-mobile.h5", KERAS, "nasnet_mobile.h5", Md5("020fb642bf7360b370c678b08e0adf61")),
        (
            "NASNet-mobile-no-top.h5",
            KERAS,
            "nasnet_mobile_no_top.h5",
            Md5("1ed92395b5b598bdda52abe5c0dbfd63"),
        ),
        ("NASNet-large.h5", KERAS, "nasnet_large.h5", Md5("11577c9a518f0070763c2b964a382f17")),
        (
            "NASNet-large-no-top.h5",
            KERAS,
            "nasnet_large_no_top.h5",
            Md5("d81d89dc07e6e56530c4e77faddd61b5"),
        ),
        ("nasnetalarge-a1897284.pth", CADENE, "", Sha256("a1897284")),
        ("nasnetamobile-7e03cead.pth", CADENE, "", Sha256("7e03cead")),
        ("nasnetalarge-dc4a7b8b.pth", "timm", "", Sha256("dc4a7b8b")),
        ("pnasnet5large-bf079911.pth", CADENE, "", Sha256("bf079911")),
        ("nasnet-a_mobile_04_10_2017.tar.gz", TF_SLIM, "", Nothing),
        ("nasnet-a_large_04_10_2017.tar.gz", TF_SLIM, "", Nothing),
        ("pnasnet-5_large_2017_12_13.tar.gz", TF_SLIM, "", Nothing),
    ]
};

/// Hashes a file, in pieces.
///
/// # Errors
///
/// The system's, if it cannot be read.
pub fn identify(path: &Path) -> io::Result<Identity> {
    let mut file = File::open(path)?;
    let (mut sha256, mut md5) = (Sha256::new(), Md5::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => {
                sha256.update(&piece[..count]);
                md5.update(&piece[..count]);
            }
        }
    }
    let (sha256, md5) = (digits(&sha256.finalize()), digits(&md5.finalize()));
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let published = published(&name, &sha256, &md5);
    Ok(Identity { sha256, md5, published })
}

fn digits(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file with one of these hashes, whatever it is called now; or else with this name.
fn published(name: &str, sha256: &str, md5: &str) -> Option<Published> {
    let is = |known: &Known| match known {
        Known::Md5(hash) => Some(*hash == md5),
        Known::Sha256(start) => Some(sha256.starts_with(start)),
        Known::Nothing => None,
    };
    let called = |other: &str| !other.is_empty() && name.to_lowercase() == other.to_lowercase();
    let found = FILES.iter().find(|(.., known)| is(known) == Some(true));
    let found = found
        .or_else(|| FILES.iter().find(|(official, _, kept, _)| called(official) || called(kept)));
    found.map(|(name, from, _, known)| Published { name, from, matches: is(known) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("NASNet_large.h5");
        std::fs::write(&path, "abc").unwrap();
        let identity = identify(&path).unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(
            (identity.sha256.as_str(), identity.published.unwrap().matches),
            (sha256, Some(false))
        );
        assert_eq!(identity.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert!(identify(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_hash_counts_before_a_name() {
        let large = "11577c9a518f0070763c2b964a382f17";
        let found = published("nasnet_mobile.h5", "", large).unwrap();
        assert_eq!(
            (found.name, found.from, found.matches),
            ("NASNet-large.h5", "Keras", Some(true))
        );
        let found = published("my.pth", &format!("7e03cead{}", "0".repeat(56)), "").unwrap();
        assert_eq!((found.name, found.matches), ("nasnetamobile-7e03cead.pth", Some(true)));
        let found = published("nasnet-a_large_04_10_2017.tar.gz", "", "").unwrap();
        assert_eq!((found.from, found.matches), ("TF-slim", None));
        assert_eq!(published("mine.h5", "", ""), None);
        assert_eq!(published("", "", ""), None);
    }
}
