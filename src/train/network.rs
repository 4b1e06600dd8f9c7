//! Which network learns which pictures.

use super::TrainError;
use crate::arch::{Architecture, Edit, Setting};
use crate::data::Splits;

/// The network that learns these pictures: the same with as many classes as they have.
///
/// # Errors
///
/// If that cannot be.
pub fn network_for(architecture: &Architecture, data: &Splits) -> Result<Architecture, TrainError> {
    let classes = data.train.classes.len() as u32;
    let size = architecture.settings().input;
    if size != data.train.size {
        return Err(TrainError::Mismatch {
            wanted: format!("{size} px"),
            found: format!("{} px", data.train.size),
            remedy: "open them at the network's size".to_owned(),
        });
    }
    if architecture.settings().classes == classes {
        return Ok(architecture.clone());
    }
    let edit = Edit::Set(Setting::Classes, classes);
    architecture.edited(&edit).map_err(|error| TrainError::Mismatch {
        wanted: format!("{} classes", architecture.settings().classes),
        found: format!("of {classes} classes"),
        remedy: error.to_string(),
    })
}
