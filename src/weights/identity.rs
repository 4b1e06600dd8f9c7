//! Whether a file is one of those that were published.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use md5::{Digest, Md5};
use serde::Serialize;
use sha2::Sha256;

use super::published::{FILES, PublishedFile};

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

impl Identity {
    /// What the hash is and what that says. `old_keras_names`: whether layers have the names of
    /// Keras before 18 May 2018, when wrong files were replaced.
    pub fn sentences(&self, old_keras_names: bool) -> String {
        let hash = format!("SHA-256 {}", self.sha256);
        let Some(Published { name, from, matches }) = self.published else {
            return format!("{hash}: it is none of the published files that are known here.");
        };
        let published = format!("the published {name} of {from}");
        let says = match matches {
            Some(true) => format!("This is {published} (hash matches)"),
            Some(false) if from == "Keras" && old_keras_names => format!(
                "Named as {published}, but the hash differs and its layers have the names of \
                 before 18 May 2018: it seems to be the wrong file that was replaced then, which \
                 predicts badly; download it again"
            ),
            Some(false) if from == "Keras" => format!(
                "Named as {published}, but the hash differs: it is changed, or it is the wrong \
                 file of before 18 May 2018, which predicts badly; download it again if you did \
                 not change it"
            ),
            Some(false) => format!("Named as {published}, but the hash differs: it was changed"),
            None => format!("Named as {published}, whose hash was not published"),
        };
        format!("{hash}. {says}.")
    }
}

/// The hashes of a file, in hexadecimal digits.
pub(super) struct Digests {
    pub(super) sha256: String,
    pub(super) md5: String,
}

/// Says what a file is by its hashes and its name.
///
/// # Errors
///
/// The system's, if it cannot be read.
pub fn identify(path: &Path) -> io::Result<Identity> {
    let Some(digests) = hash_file(path, &mut || ControlFlow::Continue(()))? else {
        return Err(io::ErrorKind::Interrupted.into());
    };
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let published = published(&name, &digests);
    Ok(Identity { sha256: digests.sha256, md5: digests.md5, published })
}

/// Hashes a file in pieces of a megabyte; `None` if `go_on`, asked before each, says stop.
pub(super) fn hash_file(
    path: &Path,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> io::Result<Option<Digests>> {
    let mut file = File::open(path)?;
    let (mut sha256, mut md5) = (Sha256::new(), Md5::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        if go_on().is_break() {
            return Ok(None);
        }
        match file.read(&mut piece)? {
            0 => break,
            count => {
                sha256.update(&piece[..count]);
                md5.update(&piece[..count]);
            }
        }
    }
    Ok(Some(Digests { sha256: digits(&sha256.finalize()), md5: digits(&md5.finalize()) }))
}

fn digits(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file with one of these hashes, whatever it is called now; or else with this name.
fn published(name: &str, digests: &Digests) -> Option<Published> {
    let called = |other: &str| !other.is_empty() && name.eq_ignore_ascii_case(other);
    let same = FILES.iter().find(|file| file.hash.matches(digests) == Some(true));
    let named = || FILES.iter().find(|file| called(file.file) || called(file.kept_as));
    let PublishedFile { file: name, from, hash, .. } = same.or_else(named)?;
    Some(Published { name, from, matches: hash.matches(digests) })
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

    fn found(name: &str, sha256: &str, md5: &str) -> Option<Published> {
        published(name, &Digests { sha256: sha256.to_owned(), md5: md5.to_owned() })
    }

    #[test]
    fn a_hash_counts_before_a_name() {
        let large = "11577c9a518f0070763c2b964a382f17";
        let one = found("nasnet_mobile.h5", "", large).unwrap();
        assert_eq!((one.name, one.from, one.matches), ("NASNet-large.h5", "Keras", Some(true)));
        let one = found("my.pth", &format!("7e03cead{}", "0".repeat(56)), "").unwrap();
        assert_eq!((one.name, one.matches), ("nasnetamobile-7e03cead.pth", Some(true)));
        let one = found("nasnet-a_large_04_10_2017.tar.gz", "", "").unwrap();
        assert_eq!((one.from, one.matches), ("TF-slim", None));
        assert_eq!(found("mine.h5", "", ""), None);
        assert_eq!(found("", "", ""), None);
    }
}
