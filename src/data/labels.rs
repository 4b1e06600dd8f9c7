//! What the classes of a classifier are called.

use std::sync::LazyLock;

/// One line per class of ImageNet's 2012 challenge, in the order of its published classifiers:
/// index, WordNet synset, label.
const IMAGENET: &str = include_str!("../../assets/imagenet_classes.tsv");

static LABELS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| IMAGENET.lines().skip(1).filter_map(|line| line.split('\t').nth(2)).collect());

/// The label of a class of a classifier with so many classes: its own where it brings as many,
/// else ImageNet's for 1000, the same after a "background" for the 1001 of TensorFlow's own
/// checkpoints, else "class k".
#[must_use]
pub fn class_label(own: Option<&[String]>, classes: usize, index: usize) -> String {
    let own = own.filter(|labels| labels.len() == classes);
    if let Some(label) = own.and_then(|labels| labels.get(index)) {
        return label.clone();
    }
    let imagenet = match (classes, index) {
        (1000, _) => Some(index),
        (1001, 0) => return "background".into(),
        (1001, _) => Some(index - 1),
        _ => None,
    };
    match imagenet.and_then(|index| LABELS.get(index)) {
        Some(&label) => label.to_owned(),
        None => format!("class {index}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_imagenet() {
        assert_eq!(LABELS.len(), 1000);
        assert!(LABELS.iter().all(|label| !label.trim().is_empty()));
        assert_eq!(class_label(None, 1000, 0), "tench, Tinca tinca");
        assert_eq!(class_label(None, 1000, 285), "Egyptian cat");
        assert_eq!(class_label(None, 1000, 999), "toilet tissue, toilet paper, bathroom tissue");
        assert_eq!(class_label(None, 1001, 0), "background");
        assert_eq!(class_label(None, 1001, 286), "Egyptian cat");
    }

    #[test]
    fn labels_of_other_classifiers() {
        assert_eq!(class_label(None, 10, 3), "class 3");
        assert_eq!(class_label(None, 1000, 1000), "class 1000");
        assert_eq!(class_label(None, 1001, 1001), "class 1001");
        assert_eq!(class_label(None, 0, 0), "class 0");
    }

    #[test]
    fn own_labels_count_only_where_there_is_one_for_each_class() {
        let own = ["cat".to_owned(), "dog".to_owned()];
        assert_eq!(class_label(Some(&own), 2, 1), "dog");
        assert_eq!(class_label(Some(&own), 2, 2), "class 2");
        assert_eq!(class_label(Some(&own), 3, 1), "class 1");
        assert_eq!(class_label(Some(&own), 1000, 0), "tench, Tinca tinca");
    }

    /// The lines are in the order of their indices.
    #[test]
    fn the_table_is_in_order() {
        for (index, line) in IMAGENET.lines().skip(1).enumerate() {
            assert_eq!(line.split('\t').next(), Some(index.to_string().as_str()));
        }
    }
}
