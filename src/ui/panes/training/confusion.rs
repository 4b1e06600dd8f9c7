//! Which classes a network takes for which.

use eframe::egui::{
    Align2, FontId, Pos2, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

use super::TrainingInput;
use crate::engine::TrainingStart;
use crate::train::Evaluation;
use crate::ui::panes::heading;
use crate::ui::theme;

/// Width of the classes' names.
const NAMES: f32 = 104.0;
/// Height of the columns' numbers.
const TOP: f32 = 18.0;
/// The smallest and the largest side of a square.
const SIDES: [f32; 2] = [15.0, 32.0];
/// Numbers are written into squares of at least this side.
const WRITTEN: f32 = 17.0;
/// So many mistakes are told in words.
const TOLD: usize = 3;

/// Draws the matrix of the last evaluation: of the test at the end, before of the validation.
pub fn show(ui: &mut Ui, input: &TrainingInput<'_>, start: &TrainingStart) {
    let result = input.work.result().map(|result| &result.outcome.test);
    let of = if result.is_some() { "test" } else { "validation" };
    heading(ui, &format!("Confusion on the {of} pictures"));
    let validation = input.work.validation().map(AsRef::as_ref);
    let Some(evaluation) = result.or(validation) else {
        ui.weak("What the network takes for what shows after the first epoch");
        return;
    };
    let worst = worst(evaluation, &start.classes);
    match worst.is_empty() {
        true => ui.weak("It confuses nothing"),
        false => {
            ui.add(eframe::egui::Label::new(format!("Most mistakes: {}", worst.join("; "))).wrap())
        }
    };
    ui.weak("Rows: what it is. Columns: what it was taken for");
    let classes = evaluation.confusion.len();
    let side =
        ((ui.available_width() - NAMES - 14.0) / classes.max(1) as f32).clamp(SIDES[0], SIDES[1]);
    ScrollArea::horizontal().id_salt("confusion").show(ui, |ui| {
        let size = vec2(NAMES + side * classes as f32 + 2.0, TOP + side * classes as f32 + 2.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let words = format!("Confusion matrix of {classes} classes. {}", worst.join("; "));
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
        let corner = rect.min + vec2(NAMES, TOP);
        matrix_ui(ui, evaluation, &start.classes, corner, side);
        tooltip_ui(response, evaluation, &start.classes, corner, side);
    });
}

/// The commonest mistakes in words.
fn worst(evaluation: &Evaluation, classes: &[String]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (truth, row) in evaluation.confusion.iter().enumerate() {
        for (answer, count) in row.iter().enumerate() {
            if truth != answer && *count > 0 {
                mistakes.push((*count, truth, answer));
            }
        }
    }
    mistakes.sort_by_key(|(count, truth, answer)| (std::cmp::Reverse(*count), *truth, *answer));
    let told = mistakes.iter().take(TOLD);
    told.map(|(count, truth, answer)| {
        format!("{} taken for {} ({count})", name(classes, *truth), name(classes, *answer))
    })
    .collect()
}

fn name(classes: &[String], class: usize) -> &str {
    classes.get(class).map_or("unknown", String::as_str)
}

fn matrix_ui(ui: &Ui, evaluation: &Evaluation, classes: &[String], corner: Pos2, side: f32) {
    let colors = theme::of(ui);
    let painter = ui.painter();
    let font = FontId::proportional((side * 0.58).min(11.5));
    for (truth, row) in evaluation.confusion.iter().enumerate() {
        let middle = corner.y + side * (truth as f32 + 0.5);
        let words = shortened(name(classes, truth));
        let at = pos2(corner.x - 6.0, middle);
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            format!("{words} {truth}"),
            font.clone(),
            colors.text,
        );
        let top = pos2(corner.x + side * (truth as f32 + 0.5), corner.y - 2.0);
        painter.text(top, Align2::CENTER_BOTTOM, truth.to_string(), font.clone(), colors.weak);
        let pictures = row.iter().sum::<u32>().max(1) as f32;
        for (answer, count) in row.iter().enumerate() {
            let min = corner + vec2(side * answer as f32, side * truth as f32);
            let square = Rect::from_min_size(min, vec2(side, side)).shrink(0.5);
            let share = *count as f32 / pictures;
            let full = if truth == answer { colors.accent } else { colors.error };
            // The root shows mistakes that are rare.
            let ground = colors.track.lerp_to_gamma(full, share.sqrt());
            painter.rect_filled(square, 0.0, ground);
            if truth == answer {
                let stroke = Stroke::new(1.0, colors.text);
                painter.rect_stroke(square, 0.0, stroke, StrokeKind::Inside);
            }
            if *count > 0 && side >= WRITTEN {
                let ink = if share.sqrt() > 0.5 { colors.ground } else { colors.text };
                painter.text(square.center(), Align2::CENTER_CENTER, count, font.clone(), ink);
            }
        }
    }
}

fn shortened(name: &str) -> String {
    const MOST: usize = 14;
    match name.chars().count() > MOST {
        true => name.chars().take(MOST - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

fn tooltip_ui(
    response: Response,
    evaluation: &Evaluation,
    classes: &[String],
    corner: Pos2,
    side: f32,
) {
    let Some(place) = response.hover_pos().map(|place| (place - corner) / side) else { return };
    if place.x < 0.0 || place.y < 0.0 {
        return;
    }
    let (answer, truth) = (place.x as usize, place.y as usize);
    let Some(row) = evaluation.confusion.get(truth) else { return };
    let Some(count) = row.get(answer) else { return };
    let (pictures, truth_name) = (row.iter().sum::<u32>(), name(classes, truth));
    let text = match truth == answer {
        true => format!("{count} of {pictures} of {truth_name} right"),
        false => {
            let taken = name(classes, answer);
            format!("{count} of {pictures} of {truth_name} taken for {taken}")
        }
    };
    response.on_hover_text_at_pointer(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_mistakes_come_first() {
        let confusion = vec![vec![5, 2, 0], vec![3, 1, 1], vec![0, 0, 9]];
        let evaluation = Evaluation { pictures: 21, accuracy: 0.7, loss: 1.0, confusion };
        let classes = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(
            worst(&evaluation, &classes),
            ["b taken for a (3)", "a taken for b (2)", "b taken for c (1)"]
        );
        assert_eq!(worst(&evaluation, &classes[..1])[0], "unknown taken for a (3)");
        assert_eq!(shortened("a name that is long"), "a name that i…");
    }
}
