//! Escape, and where Tab goes on after it.

use eframe::egui::{Context, Key, Modifiers, Popup};

use super::App;
use crate::ui::panes::menu::View;

impl App {
    /// Escape closes what was opened over the window, the uppermost first, and then dismisses the
    /// newest notice; only then does it go to what has the keyboard.
    pub(super) fn escape(&mut self, ctx: &Context) {
        let window =
            self.help_open || self.weights_open || self.published_open || self.compare.open;
        let over = window || self.view == View::Gallery;
        if !over && self.notices.list().is_empty() || self.escape_is_taken(ctx) {
            return;
        }
        if !ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            return;
        }
        if self.help_open {
            self.help_open = false;
        } else if self.weights_open {
            self.weights_open = false;
        } else if self.published_open {
            self.published_open = false;
        } else if self.compare.open {
            self.compare.open = false;
        } else if !self.notices.list().is_empty() {
            self.notices.dismiss(0);
        } else if !self.gallery.show_all() {
            self.view = View::Cells;
        }
    }

    /// Whether something else is nearer to the user: a menu, a palette, a drag, a text.
    fn escape_is_taken(&self, ctx: &Context) -> bool {
        self.palette.is_open()
            || Popup::is_any_open(ctx)
            || ctx.text_edit_focused()
            || ctx.input(|input| input.pointer.any_down())
            || self.canvases.iter().any(|canvas| canvas.has_popover())
    }

    /// Escape takes the keyboard from a control. Tab then goes on from there instead of beginning
    /// with the first menu.
    pub(super) fn keep_place(&self, ctx: &Context) {
        let tabbed = ctx.input(|input| input.key_pressed(Key::Tab));
        if !tabbed || ctx.memory(|memory| memory.focused()).is_some() {
            return;
        }
        if let Some(last) = self.focused.filter(|last| ctx.read_response(*last).is_some()) {
            ctx.memory_mut(|memory| memory.request_focus(last));
        }
    }
}
