//! What a picture set is called on the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::DatasetError;

/// Where labelled pictures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataSource {
    /// The set that this program generates.
    Shapes,
    /// CIFAR-10 in its published binary form.
    Cifar10(PathBuf),
    /// CIFAR-100 in its published binary form, with its hundred fine classes.
    Cifar100(PathBuf),
    /// A folder of folders, one per class, with pictures.
    Folder(PathBuf),
}

impl FromStr for DataSource {
    type Err = DatasetError;

    fn from_str(text: &str) -> Result<Self, DatasetError> {
        let (name, folder) = match text.split_once(':') {
            Some((name, folder)) => (name, Some(folder)),
            None => (text, None),
        };
        let make: fn(PathBuf) -> Self = match name {
            "shapes" if folder.is_none() => return Ok(Self::Shapes),
            "cifar10" => Self::Cifar10,
            "cifar100" => Self::Cifar100,
            "folder" => Self::Folder,
            _ => return Err(DatasetError::UnknownSource(text.to_owned())),
        };
        match folder {
            Some(folder) if !folder.is_empty() => Ok(make(folder.into())),
            _ => Err(DatasetError::NoFolder(name.to_owned())),
        }
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shapes => formatter.write_str("shapes"),
            Self::Cifar10(folder) => write!(formatter, "cifar10:{}", folder.display()),
            Self::Cifar100(folder) => write!(formatter, "cifar100:{}", folder.display()),
            Self::Folder(folder) => write!(formatter, "folder:{}", folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_they_are_written() {
        for text in ["shapes", "cifar10:a/b", "cifar100:.", "folder:C:\\pictures", "folder:a b"] {
            assert_eq!(text.parse::<DataSource>().unwrap().to_string(), text);
        }
        let folder: DataSource = "folder:C:\\pictures".parse().unwrap();
        assert_eq!(folder, DataSource::Folder("C:\\pictures".into()));
    }

    #[test]
    fn anything_else_is_refused_with_what_there_is() {
        for text in ["", "shape", "shapes:", "Shapes", "cifar", "mnist:x", ":x", "folder/x"] {
            let error = text.parse::<DataSource>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{text:?} is no picture set; give shapes")),
                "{error}"
            );
        }
        for text in ["folder", "folder:", "cifar10", "cifar100:"] {
            let error = text.parse::<DataSource>().unwrap_err().to_string();
            let name = text.trim_end_matches(':');
            assert_eq!(error, format!("{name}: needs a folder; write {name}:DIR"));
        }
    }
}
