//! Networks as text: copied, pasted, checked.

use eframe::egui::{Context, Event, ViewportCommand};

use super::{App, Leaving};
use crate::interop::{self, Form};
use crate::ui::notices::{Severity, sentence};
use crate::ui::opening::network_in;
use crate::ui::panes::menu::View;
use crate::ui::panes::paste::{Done, LONGEST_TEXT, PastePane};

impl App {
    /// Why the open network cannot be written in a form, if so.
    pub(super) fn cannot_write(&self, form: Form) -> Option<String> {
        let error = interop::write(self.workspace.architecture(), form).err()?;
        Some(sentence(&error.to_string()))
    }

    /// Puts the open network into the clipboard.
    pub(super) fn copy(&mut self, ctx: &Context, form: Form) {
        match interop::write(self.workspace.architecture(), form) {
            Ok(text) => {
                self.said = Some(format!("Copied {} characters", text.chars().count()));
                ctx.copy_text(text);
            }
            Err(error) => self.notices.add(Severity::Warning, error.to_string()),
        }
    }

    /// Asks for a text, with what the clipboard holds.
    pub(super) fn ask_for_text(&mut self, ctx: &Context) {
        self.paste = Some(PastePane::new(String::new()));
        ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
    }

    /// Opens a network that was pasted into the window and not into a field.
    pub(super) fn receive_pasted(&mut self, ctx: &Context) {
        // Nobody searches the gallery for a genotype.
        let searching = self.view == View::Gallery && self.gallery.is_searching(ctx);
        if (ctx.text_edit_focused() && !searching) || self.palette.is_open() {
            return;
        }
        let pasted = ctx.input_mut(|input| {
            let is_for_window = |event: &Event| match event {
                Event::Paste(text) => !searching || seems_network(text),
                _ => false,
            };
            let place = input.events.iter().position(is_for_window)?;
            Some(input.events.remove(place))
        });
        if let Some(Event::Paste(text)) = pasted {
            self.open_text(ctx, text);
        }
    }

    fn open_text(&mut self, ctx: &Context, text: String) {
        if !seems_network(&text) {
            let words = "the clipboard holds no network as text: a line such as \"nasnet N=4 F=44 | ... | ...\", \
                         a genotype of DARTS, ENAS, TF-slim or NASNet's controller, or a document's JSON";
            self.notices.add(Severity::Warning, words);
            return;
        }
        match network_in(&text) {
            Ok(document) => self.leave(ctx, Leaving::Open(None, Box::new(document))),
            // Where it can be mended.
            Err(_) => self.paste = Some(PastePane::new(text)),
        }
    }

    /// Draws the text that is being checked, if any.
    pub(super) fn paste_ui(&mut self, ctx: &Context) {
        let done = self.paste.as_mut().and_then(|pane| pane.show(ctx));
        if let Some(done) = done {
            self.paste = None;
            if let Done::Open(document) = done {
                self.leave(ctx, Leaving::Open(None, document));
            }
            ctx.request_repaint();
        }
    }
}

/// Whether a text begins as a network or a document does.
fn seems_network(text: &str) -> bool {
    let begins = text.trim_start().starts_with('{') || interop::recognise(text).is_some();
    begins && text.len() <= LONGEST_TEXT
}
