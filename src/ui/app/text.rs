//! Networks as text: copied, pasted, checked.

use eframe::egui::{Context, Event, ViewportCommand};

use super::{App, Leaving};
use crate::interop::{self, Form};
use crate::ui::notices::Severity;
use crate::ui::opening::network_in;
use crate::ui::panes::paste::{Done, PastePane};

/// Longer texts are not looked at: a document with every block that cells may have is 10 kB.
const LONGEST: usize = 1 << 20;

impl App {
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
        if ctx.text_edit_focused() || self.palette.is_open() {
            return;
        }
        let pasted = ctx.input_mut(|input| {
            let mut pasted = None;
            input.events.retain(|event| match event {
                Event::Paste(text) => {
                    pasted = Some(text.clone());
                    false
                }
                _ => true,
            });
            pasted
        });
        if let Some(text) = pasted {
            self.open_text(ctx, text);
        }
    }

    fn open_text(&mut self, ctx: &Context, text: String) {
        let is_document = text.trim_start().starts_with('{');
        if text.len() > LONGEST || !(is_document || interop::recognise(&text).is_some()) {
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
