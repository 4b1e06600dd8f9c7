//! Finding a command by its name.

use eframe::egui::{
    self, Align2, Area, Context, Frame, Id, Key, Modifiers, Order, ScrollArea, TextEdit, Ui, vec2,
};

use super::help::keys;
use crate::ui::command::Command;

/// A command as the palette shows it.
pub struct PaletteEntry {
    /// The command.
    pub command: Command,
    /// Its name at this moment.
    pub text: String,
    /// Why it cannot be done now.
    pub unavailable: Option<String>,
}

/// The palette, open or not.
#[derive(Default)]
pub struct CommandPalette {
    open: bool,
    text: String,
    chosen: usize,
}

impl CommandPalette {
    /// Opens the palette, or closes it.
    pub fn toggle(&mut self) {
        *self = CommandPalette { open: !self.open, ..Default::default() };
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Draws the palette. Returns the command that was chosen.
    pub fn show(&mut self, ctx: &Context, entries: Vec<PaletteEntry>) -> Option<Command> {
        if !self.open {
            return None;
        }
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Escape) {
            self.open = false;
            return None;
        }
        let found = self.found(entries);
        let before = self.chosen;
        if pressed(Key::ArrowDown) {
            self.chosen += 1;
        }
        if pressed(Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
        self.chosen = self.chosen.min(found.len().saturating_sub(1));
        let moved = self.chosen != before;
        let entered = pressed(Key::Enter);
        let area = Area::new(Id::new("palette"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 64.0));
        let shown = area.show(ctx, |ui| {
            let frame = Frame::popup(ui.style());
            frame.show(ui, |ui| self.contents_ui(ui, &found, moved, entered)).inner
        });
        let elsewhere = ctx.input(|input| {
            let press = input.pointer.any_pressed().then(|| input.pointer.interact_pos());
            press.flatten().is_some_and(|place| !shown.response.rect.contains(place))
        });
        if shown.inner.is_some() || elsewhere {
            self.open = false;
        }
        shown.inner
    }

    /// The commands that match what was typed, the likeliest first.
    fn found(&self, entries: Vec<PaletteEntry>) -> Vec<PaletteEntry> {
        let mut found: Vec<_> =
            entries.into_iter().filter(|entry| matches(&entry.text, &self.text)).collect();
        // Letters that stand together are more likely to be what was meant.
        let typed = self.text.trim().to_lowercase();
        found.sort_by_key(|entry| !entry.text.to_lowercase().contains(&typed));
        found
    }

    fn contents_ui(
        &mut self,
        ui: &mut Ui,
        found: &[PaletteEntry],
        moved: bool,
        entered: bool,
    ) -> Option<Command> {
        ui.set_width(440.0);
        let field = TextEdit::singleline(&mut self.text)
            .hint_text("Type a part of a command's name")
            .desired_width(f32::INFINITY);
        let field = ui.add(field);
        field.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Find a command")
        });
        if field.changed() {
            self.chosen = 0;
        }
        field.request_focus();
        let mut result = None;
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for (index, entry) in found.iter().enumerate() {
                let chosen = index == self.chosen;
                let row = entry_ui(ui, entry, chosen);
                if chosen && moved {
                    row.scroll_to_me(None);
                }
                if entry.unavailable.is_none() && (row.clicked() || (entered && chosen)) {
                    result = Some(entry.command);
                }
            }
            if found.is_empty() {
                ui.weak("No command has such a name");
            }
        });
        result
    }
}

fn entry_ui(ui: &mut Ui, entry: &PaletteEntry, chosen: bool) -> egui::Response {
    let keys = keys(ui, entry.command);
    let button = egui::Button::selectable(chosen, entry.text.as_str())
        .shortcut_text(keys)
        .min_size(vec2(ui.available_width(), 0.0));
    let row = ui.add_enabled(entry.unavailable.is_none(), button);
    match &entry.unavailable {
        Some(reason) => row.on_disabled_hover_text(reason),
        None => row.on_hover_text(entry.command.tooltip()),
    }
}

/// Whether the letters of `typed` occur in `name` in their order.
fn matches(name: &str, typed: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut typed = typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    typed.all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_order() {
        assert!(matches("Save as…", "sas"));
        assert!(matches("Save as…", "SAVE A"));
        assert!(matches("Save as…", ""));
        assert!(!matches("Save as…", "ass"));
    }
}
