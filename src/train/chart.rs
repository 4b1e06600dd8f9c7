//! Courses of trainings side by side, as an SVG.

use std::fmt::Write as _;

use super::Point;

/// One training in a chart.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// What it is called in the legend.
    pub name: &'a str,
    /// Its course.
    pub points: &'a [Point],
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 420.0;
/// Left, top, width and height of the two plots.
const PLOTS: [[f64; 4]; 2] = [[64.0, 56.0, 380.0, 300.0], [544.0, 56.0, 380.0, 300.0]];
/// Told apart by everyone (Okabe and Ito 2008), and by their dashes without colour.
const STYLES: [(&str, &str); 4] =
    [("#0072b2", "none"), ("#d55e00", "7 3"), ("#009e73", "2 3"), ("#cc79a7", "9 3 2 3")];

/// Training loss and validation accuracy of some trainings over their epochs.
pub fn to_svg(title: &str, all: &[Series<'_>]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
         <text x=\"{}\" y=\"24\" text-anchor=\"middle\" font-size=\"15\">{}</text>\n",
        WIDTH / 2.0,
        escaped(title)
    );
    let epochs = all.iter().filter_map(|series| series.points.last()).map(|point| point.epoch);
    let epochs = epochs.fold(1.0, f64::max);
    let losses = all.iter().flat_map(|series| series.points).map(|point| point.loss);
    let highest = losses.fold(0.1, f64::max);
    let loss = |point: &Point| Some(point.loss / highest);
    frame(&mut svg, PLOTS[0], "Training loss", epochs, [0.0, highest]);
    let accuracies =
        all.iter().flat_map(|series| series.points).filter_map(|point| point.validation_accuracy);
    // Differences near the top matter: the axis begins at the tenth below the lowest.
    let lowest = (accuracies.fold(1.0, f64::min) * 10.0).floor() / 10.0;
    let lowest = lowest.clamp(0.0, 0.9);
    let accuracy =
        move |point: &Point| Some((point.validation_accuracy? - lowest) / (1.0 - lowest));
    frame(&mut svg, PLOTS[1], "Validation accuracy", epochs, [lowest, 1.0]);
    for (index, (series, (colour, dashes))) in all.iter().zip(STYLES).enumerate() {
        line(&mut svg, PLOTS[0], series.points, epochs, &loss, (colour, dashes));
        line(&mut svg, PLOTS[1], series.points, epochs, &accuracy, (colour, dashes));
        let (x, y) = (64.0 + 300.0 * index as f64, HEIGHT - 16.0);
        // Writing to a text cannot fail, here and below.
        let _ = writeln!(
            svg,
            "<line x1=\"{x}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"2\" \
             stroke-dasharray=\"{dashes}\"/><text x=\"{}\" y=\"{y}\">{}</text>",
            y - 4.0,
            x + 28.0,
            y - 4.0,
            x + 36.0,
            escaped(series.name)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Axes with five marks each.
fn frame(svg: &mut String, plot: [f64; 4], title: &str, epochs: f64, range: [f64; 2]) {
    let [left, top, width, height] = plot;
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{title}</text>\
         <rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#888888\"/>",
        left + width / 2.0,
        top - 10.0
    );
    for mark in 0..=4 {
        let part = f64::from(mark) / 4.0;
        let (x, y) = (left + width * part, top + height * (1.0 - part));
        let value = range[0] + (range[1] - range[0]) * part;
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value:.2}</text>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{:.1}</text>",
            left + width,
            left - 6.0,
            y + 4.0,
            top + height + 16.0,
            epochs * part
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">epoch</text>",
        left + width / 2.0,
        top + height + 32.0
    );
}

/// A line through the points that have a value, 0 at the bottom of the plot, 1 at its top.
fn line(
    svg: &mut String,
    [left, top, width, height]: [f64; 4],
    points: &[Point],
    epochs: f64,
    value: &dyn Fn(&Point) -> Option<f64>,
    (colour, dashes): (&str, &str),
) {
    let mut places = String::new();
    for point in points {
        if let Some(value) = value(point).filter(|value| value.is_finite()) {
            let x = left + width * point.epoch / epochs;
            let y = top + height * (1.0 - value.clamp(0.0, 1.0));
            let _ = write!(places, "{x:.1},{y:.1} ");
        }
    }
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
         stroke-dasharray=\"{dashes}\"/>",
        places.trim_end()
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_training_is_a_line_in_both_plots() {
        let point = |epoch: f64, loss, validation_accuracy| Point {
            step: 1,
            epoch,
            learning_rate: 0.1,
            keep_path: 1.0,
            loss,
            accuracy: 0.5,
            pictures_per_second: 1.0,
            seconds: 1.0,
            validation_loss: None,
            validation_accuracy,
        };
        let one = [point(1.0, 2.0, Some(0.5)), point(2.0, 1.0, Some(1.0))];
        let other = [point(1.0, f64::NAN, None)];
        let svg = to_svg(
            "a < b",
            &[Series { name: "one", points: &one }, Series { name: "other", points: &other }],
        );
        assert!(svg.contains("a &lt; b") && svg.contains(">one</text>"), "{svg}");
        let [left, top, width, height] = PLOTS[1];
        let (middle, right, bottom) = (left + width / 2.0, left + width, top + height);
        let places = format!("points=\"{middle:.1},{bottom:.1} {right:.1},{top:.1}\"");
        assert!(svg.contains(&places), "{places} is not in {svg}");
        assert_eq!(svg.matches("<polyline points=\"\"").count(), 2, "NaN has no place");
        assert!(!svg.contains("NaN"));
    }
}
