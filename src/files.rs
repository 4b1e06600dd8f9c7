//! Reading with a limit and writing whole files or nothing.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

/// Why a file could not be read or written, with what to do.
///
/// The system's reasons are called `reason`, here and in the errors of the other rooms: a `source`
/// would be printed a second time after the sentence that already holds it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The path is a folder.
    #[error("{} is a folder; name a file", .0.display())]
    Folder(PathBuf),
    /// There is no such file.
    #[error("{} does not exist; check the name", .0.display())]
    Missing(PathBuf),
    /// The file is larger than anything of its kind should be.
    #[error("{} has {size} bytes, more than the {limit} that such a file may have", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused to read.
    #[error("cannot read {}: {reason}; check that you may read it", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// The system refused to write.
    #[error("cannot write {}: {reason}; choose a folder that exists and that you may write to", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
}

/// The bytes of a file that may have at most `limit`.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |reason: io::Error| match reason.kind() {
        io::ErrorKind::NotFound => FileError::Missing(path.to_owned()),
        _ => FileError::Read { path: path.to_owned(), reason },
    };
    let metadata = path.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(FileError::Folder(path.to_owned()));
    }
    let too_large = |size| FileError::TooLarge { path: path.to_owned(), size, limit };
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    // A device or a growing file can hold more than its metadata says.
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    let size = bytes.len() as u64;
    if size > limit { Err(too_large(size)) } else { Ok(bytes) }
}

/// Writes `bytes` to `path` so that at every moment the path holds the old file or the new one:
/// a temporary file beside it is written, synced and renamed. Of a link, what it points to is
/// replaced; a pipe or a device (`/dev/null`) is written to, for a rename would destroy it.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_atomic_with(path, |file| file.write_all(bytes))
}

/// The same with bytes that `write` gives piece by piece, so that they need not be in memory.
pub fn write_atomic_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    if path.is_dir() {
        return Err(FileError::Folder(path.to_owned()));
    }
    let failed = |reason| FileError::Write { path: path.to_owned(), reason };
    let fill = |file: &mut File| {
        let mut buffered = BufWriter::with_capacity(1 << 18, file);
        write(&mut buffered)?;
        buffered.flush()
    };
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let device = File::options().write(true).open(path);
        return device.and_then(|mut device| fill(&mut device)).map_err(failed);
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let reason = io::Error::new(io::ErrorKind::NotFound, "its folder does not exist");
        return Err(failed(reason));
    }
    // The whole error names the temporary file, which the user has never heard of.
    let mut file =
        temporary_beside(folder).map_err(|error| failed(io::Error::from(error.kind())))?;
    fill(file.as_file_mut()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn temporary_beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // Temporary files are private by default; a document gets what the user's umask allows.
    let permissions = std::fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".nasnet-").permissions(permissions).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary_beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".nasnet-").tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(read(&path, 3).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_fails_in_the_middle_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_atomic(&path, b"old").unwrap();
        let error = write_atomic_with(&path, |file| {
            file.write_all(&[0; 1 << 20])?;
            Err(io::Error::other("no more"))
        });
        assert!(error.unwrap_err().to_string().contains("a: no more; choose"));
        assert_eq!(read(&path, 3).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn errors_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let text = |result: Result<Vec<u8>, FileError>| result.unwrap_err().to_string();
        assert!(text(read(&path, 9)).ends_with("a does not exist; check the name"));
        assert!(text(read(folder.path(), 9)).ends_with("is a folder; name a file"));
        write_atomic(&path, b"four").unwrap();
        assert!(
            text(read(&path, 3))
                .ends_with("has 4 bytes, more than the 3 that such a file may have")
        );
        let nowhere = folder.path().join("no/such/folder");
        let error = write_atomic(&nowhere, b"").unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains("choose a folder"), "{error}");
    }
}
