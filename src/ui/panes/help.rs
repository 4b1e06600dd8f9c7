//! Every shortcut and gesture.

use eframe::egui::{self, Context, Grid, RichText, ScrollArea, Ui, Window};

use crate::ui::command::{Command, Menu};

/// Gestures that are no commands.
const GESTURES: [(&str, &str); 16] = [
    ("Drop files on the window", "Open pictures, architectures, networks as text and weight files"),
    ("Ctrl+V", "Open the network that the clipboard holds as text"),
    ("Double click a wire", "Choose its operation"),
    ("Right click", "Everything that can be done with a wire or a state"),
    ("Drag a wire's end", "Plug it into another state; legal ones light up"),
    ("Drag a state", "Move it"),
    ("Drag the ground, scroll", "Move and scale a cell"),
    ("Tab, arrow keys, Enter", "Go to and use any control, state or wire"),
    ("F, plus, minus on a cell", "Show it whole, larger, smaller"),
    ("A on a cell", "Add a block"),
    ("Delete on a cell", "Remove the selected block"),
    ("O on a cell", "Make the selected state an output, or not"),
    ("C on a cell", "Change how the selected block joins its sides"),
    ("Escape", "Close what is open, dismiss the newest notice, deselect"),
    ("Ctrl+Z, Ctrl+Shift+Z on the pad", "Undo and redo strokes; elsewhere, edits"),
    ("Arrow keys on the montage", "Enlarge the next channel; Escape closes it"),
];

/// Draws the window; closing it sets `open` to false.
pub fn show(ctx: &Context, open: &mut bool) {
    let rect = ctx.content_rect();
    Window::new("Keyboard shortcuts")
        .open(open)
        .default_width(520.0)
        .default_pos(rect.center() - egui::vec2(260.0, 280.0))
        .collapsible(false)
        .show(ctx, |ui| {
            ScrollArea::vertical().max_height(520.0).show(ui, |ui| {
                for menu in Menu::ALL {
                    menu_ui(ui, menu);
                }
                super::heading(ui, "Gestures");
                Grid::new("gestures").num_columns(2).spacing([24.0, 4.0]).show(ui, |ui| {
                    for (gesture, effect) in GESTURES {
                        ui.label(gesture);
                        ui.weak(effect);
                        ui.end_row();
                    }
                });
                ui.add_space(8.0);
                ui.weak(format!("NASNet Explorer {}", env!("CARGO_PKG_VERSION")));
            });
        });
}

fn menu_ui(ui: &mut Ui, menu: Menu) {
    let with_keys = |command: &Command| command.menu() == menu && !command.shortcuts().is_empty();
    super::heading(ui, menu.label());
    Grid::new(menu.label()).num_columns(2).min_col_width(200.0).spacing([24.0, 4.0]).show(
        ui,
        |ui| {
            for command in Command::all().into_iter().filter(with_keys) {
                ui.label(command.text()).on_hover_text(command.tooltip());
                ui.label(RichText::new(keys(ui, command)).monospace());
                ui.end_row();
            }
        },
    );
}

/// The shortcuts of a command as text.
pub fn keys(ui: &Ui, command: Command) -> String {
    let all = command.shortcuts().iter().map(|keys| ui.ctx().format_shortcut(keys));
    let on_cell = command.key_on_cell().map(|key| format!("{key} on a cell"));
    all.chain(on_cell).collect::<Vec<_>>().join(" or ")
}
