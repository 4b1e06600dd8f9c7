//! From logits to classes in words.

use serde::Serialize;

use crate::data::labels::class_label;

/// One class and how much the network holds for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The index of the logit.
    pub class: usize,
    /// The class in words.
    pub label: String,
    /// Softmax of the logits, 0 to 1.
    pub score: f32,
}

/// All classes of one example, best first; equal ones by index. `labels` are those that the
/// network's weights bring.
pub fn ranked(logits: &[f32], labels: Option<&[String]>) -> Vec<Prediction> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    let mut classes: Vec<usize> = (0..logits.len()).collect();
    classes.sort_by(|left, right| logits[*right].total_cmp(&logits[*left]));
    let prediction = |class: usize| Prediction {
        class,
        label: class_label(labels, logits.len(), class),
        score: (powers[class] / sum) as f32,
    };
    classes.into_iter().map(prediction).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_a_softmax_and_ordered() {
        let predictions = ranked(&[0.0, 1000.0, 1000.0 + f32::ln(3.0)], None);
        let classes: Vec<_> = predictions.iter().map(|one| one.class).collect();
        assert_eq!(classes, [2, 1, 0]);
        assert!((predictions[0].score - 0.75).abs() < 1e-4);
        assert!((predictions[1].score - 0.25).abs() < 1e-4);
        assert_eq!(predictions[2].score, 0.0);
    }
}
