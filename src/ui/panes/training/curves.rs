//! Loss, accuracy, rate and kept paths over the epochs.

use eframe::egui::{Color32, Ui, WidgetInfo, WidgetType};
use egui_plot::{HoverPosition, Legend, Line, LineStyle, Plot, PlotPoints, Points};

use crate::engine::TrainingStart;
use crate::train::Point;
use crate::ui::theme;

/// Height of the plots of loss and accuracy, and of those below.
const HEIGHTS: [f32; 2] = [190.0, 104.0];
/// Narrower than this, plots stand below each other.
const BESIDE: f32 = 480.0;

/// One line of a plot: its name, its points, its colour, and whether it is of the validation.
struct Curve {
    name: &'static str,
    points: Vec<[f64; 2]>,
    color: Color32,
    validation: bool,
}

/// One plot.
struct Chart {
    title: &'static str,
    curves: Vec<Curve>,
    height: f32,
    /// The highest value that is shown in any case.
    most: Option<f64>,
    percent: bool,
}

/// Draws the plots.
pub fn show(ui: &mut Ui, points: &[Point], start: &TrainingStart) {
    let colors = theme::of(ui);
    let line = |name, of: &dyn Fn(&Point) -> f64| Curve {
        name,
        points: points.iter().map(|point| [point.epoch, of(point)]).collect(),
        color: colors.accent,
        validation: false,
    };
    let checks = |of: &dyn Fn(&Point) -> Option<f64>| Curve {
        name: "Validation",
        points: points.iter().filter_map(|point| Some([point.epoch, of(point)?])).collect(),
        color: colors.second,
        validation: true,
    };
    let loss = vec![line("Training", &|point| point.loss), checks(&|point| point.validation_loss)];
    let accuracy = vec![
        line("Training", &|point| 100.0 * point.accuracy),
        checks(&|point| point.validation_accuracy.map(|part| 100.0 * part)),
    ];
    let rate = vec![line("Learning rate", &|point| point.learning_rate)];
    let kept = vec![line("Paths kept", &|point| 100.0 * point.keep_path)];
    let [high, low] = HEIGHTS;
    let chart =
        |title, curves, height, most, percent| Chart { title, curves, height, most, percent };
    let rows = [
        [
            chart("Loss", loss, high, None, false),
            chart("Accuracy, %", accuracy, high, Some(100.0), true),
        ],
        [
            chart("Learning rate", rate, low, Some(start.recipe.learning_rate), false),
            chart("Paths kept in the last cell, %", kept, low, Some(100.0), true),
        ],
    ];
    let epochs = f64::from(start.recipe.epochs);
    for row in rows {
        if ui.available_width() >= BESIDE {
            ui.columns(2, |columns| {
                for (ui, chart) in columns.iter_mut().zip(row) {
                    chart_ui(ui, chart, epochs);
                }
            });
        } else {
            row.into_iter().for_each(|chart| chart_ui(ui, chart, epochs));
        }
    }
}

fn chart_ui(ui: &mut Ui, chart: Chart, epochs: f64) {
    let Chart { title, curves, height, most, percent } = chart;
    let words = curves.iter().filter_map(|curve| {
        let [_, last] = curve.points.last()?;
        Some(format!("{} {}", curve.name.to_lowercase(), number(*last, percent)))
    });
    let words = format!("{title}: {}", words.collect::<Vec<_>>().join(", "));
    ui.strong(title);
    let mut plot = Plot::new(title)
        .height(height)
        .include_x(0.0)
        .include_x(epochs)
        .include_y(0.0)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_crosshair(false)
        .grid_color(theme::of(ui).line)
        .label_formatter(move |position| match position {
            HoverPosition::NearDataPoint { plot_name, position, .. } => Some(format!(
                "{plot_name} {}\nafter {:.1} epochs",
                number(position.y, percent),
                position.x
            )),
            HoverPosition::Elsewhere { .. } => None,
        });
    if let Some(most) = most {
        plot = plot.include_y(most);
    }
    if curves.len() > 1 {
        plot = plot.legend(Legend::default());
    }
    let shown = plot.show(ui, |plot| {
        for curve in curves {
            let Curve { name, points, color, validation } = curve;
            if validation {
                // Dashed and dotted: the two differ for those who see no colours too.
                plot.points(Points::new(name, points.clone()).color(color).radius(3.0));
            }
            let style = if validation { LineStyle::dashed_dense() } else { LineStyle::Solid };
            plot.line(
                Line::new(name, PlotPoints::from(points)).color(color).width(1.8).style(style),
            );
        }
    });
    shown.response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
}

fn number(value: f64, percent: bool) -> String {
    if percent { format!("{value:.1}%") } else { format!("{value:.4}") }
}
