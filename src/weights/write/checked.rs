//! Whether weights can be written, found out before the first byte is.

use super::SaveError;
use crate::plan::Parameter;
use crate::weights::WeightTable;
use crate::weights::half::f32_to_half;

/// Checks that every parameter has its tensor, whose numbers can be kept.
pub(super) fn check(
    parameters: &[Parameter],
    table: &WeightTable,
    half: bool,
) -> Result<(), SaveError> {
    for parameter in parameters {
        let path = || parameter.path.clone();
        let tensor =
            table.get(&parameter.path).ok_or_else(|| SaveError::Missing { path: path() })?;
        if tensor.shape != parameter.shape || tensor.data.len() as u64 != parameter.elements() {
            let (found, expected) = (tensor.shape.clone(), parameter.shape.clone());
            return Err(SaveError::Shape { path: path(), found, expected });
        }
        if tensor.count_not_finite() > 0 {
            return Err(SaveError::NotFinite { path: path() });
        }
        let beyond = |value: &&f32| f32_to_half(**value) & 0x7fff == 0x7c00;
        if let Some(&value) = tensor.data.iter().filter(|_| half).find(beyond) {
            return Err(SaveError::BeyondHalf { path: path(), value });
        }
    }
    Ok(())
}
