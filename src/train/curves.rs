//! The course of a training, as rows of a CSV file.

use std::fmt::Write as _;

use serde::Serialize;

/// What a stretch of a training came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Steps done at its end.
    pub step: u64,
    /// Epochs done at its end, with their fraction.
    pub epoch: f64,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// The probability that a path of the last cell is kept.
    pub keep_path: f64,
    /// Mean training loss over the stretch, label smoothing and auxiliary head included.
    pub loss: f64,
    /// Part of the training pictures, as augmented, that the network got right, 0 to 1.
    pub accuracy: f64,
    /// Pictures learned from per second.
    pub pictures_per_second: f64,
    /// Seconds of training so far, over all sittings.
    pub seconds: f64,
    /// Loss on the validation pictures, at the end of an epoch.
    pub validation_loss: Option<f64>,
    /// Part of the validation pictures that the averaged weights get right.
    pub validation_accuracy: Option<f64>,
}

/// The first line of the file.
pub const HEADER: &str = "step,epoch,learning_rate,keep_path,loss,accuracy,pictures_per_second,\
                          seconds,validation_loss,validation_accuracy\n";

/// The rows as a file's text.
pub fn to_csv(points: &[Point]) -> String {
    let mut text = HEADER.to_owned();
    for point in points {
        let validation =
            |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{},{:.4},{},{},{:.6},{:.6},{:.1},{:.1},{},{}",
            point.step,
            point.epoch,
            point.learning_rate,
            point.keep_path,
            point.loss,
            point.accuracy,
            point.pictures_per_second,
            point.seconds,
            validation(point.validation_loss),
            validation(point.validation_accuracy),
        );
    }
    text
}

/// The rows of a file's text up to `step`; a line that is none is left out, as it can be the last
/// one of a program that was killed.
pub fn from_csv(text: &str, step: u64) -> Vec<Point> {
    let rows = text.lines().skip(1).filter_map(parse);
    rows.take_while(|point| point.step <= step).collect()
}

fn parse(line: &str) -> Option<Point> {
    let mut fields = line.split(',');
    let mut next = || fields.next();
    let step = next()?.parse().ok()?;
    let mut number = || -> Option<f64> { next()?.parse().ok() };
    let [epoch, learning_rate, keep_path] = [number()?, number()?, number()?];
    let [loss, accuracy, pictures_per_second, seconds] =
        [number()?, number()?, number()?, number()?];
    let (validation_loss, validation_accuracy) = (number(), number());
    Some(Point {
        step,
        epoch,
        learning_rate,
        keep_path,
        loss,
        accuracy,
        pictures_per_second,
        seconds,
        validation_loss,
        validation_accuracy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_up_to_a_step() {
        let point = Point {
            step: 40,
            epoch: 0.5,
            learning_rate: 0.1,
            keep_path: 0.925,
            loss: 2.25,
            accuracy: 0.125,
            pictures_per_second: 310.5,
            seconds: 8.0,
            validation_loss: None,
            validation_accuracy: None,
        };
        let later = Point {
            step: 80,
            validation_loss: Some(1.5),
            validation_accuracy: Some(0.625),
            ..point
        };
        let text = to_csv(&[point, later]);
        assert!(text.starts_with("step,epoch,learning_rate,"), "{text}");
        assert_eq!(from_csv(&text, 80), [point, later]);
        assert_eq!(from_csv(&text, 79), [point]);
        assert_eq!(from_csv(&text[..text.len() - 30], 80), [point]);
        assert_eq!(from_csv("", 80), []);
    }
}
