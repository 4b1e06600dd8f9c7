//! A network as text, checked while it is typed or pasted.

use eframe::egui::{
    Button, Context, Id, Key, Label, Modal, Modifiers, RichText, ScrollArea, Sense, Sides,
    TextEdit, TextStyle, Ui, WidgetInfo, WidgetType,
};

use crate::arch::{Architecture, CellKind, Document};
use crate::cost::analyse;
use crate::format::grouped;
use crate::plan::lower;
use crate::ui::canvas::Sketch;
use crate::ui::notices::sentence;
use crate::ui::opening::network_in;
use crate::ui::theme;

/// Bytes of a text that is looked at: a document with every block that cells may have is 10 kB.
pub const LONGEST_TEXT: usize = 1 << 20;

const WIDTH: f32 = 600.0;
/// Lines of the field, which scrolls beyond them.
const ROWS: usize = 7;
/// Size of the drawing of a cell.
const DRAWING: [f32; 2] = [140.0, 84.0];

/// What the user decided.
pub enum Done {
    /// Open this.
    Open(Box<Document>),
    /// Forget the text.
    Cancel,
}

/// The text, and what it was found to be.
pub struct PastePane {
    text: String,
    found: Option<Result<Found, String>>,
    is_new: bool,
}

/// The network in the text.
struct Found {
    document: Document,
    sketches: [Sketch; 2],
    words: String,
}

impl PastePane {
    /// Begins with a text.
    pub fn new(text: String) -> Self {
        PastePane { found: check(&text), text, is_new: true }
    }

    /// Draws the question. Returns what was decided.
    pub fn show(&mut self, ctx: &Context) -> Option<Done> {
        // Before the field takes it for the end of a line.
        let entered = ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
        let modal = Modal::new(Id::new("paste network")).show(ctx, |ui| {
            ui.set_width(WIDTH);
            ui.heading("Paste network");
            ui.add_space(theme::GAP);
            self.field_ui(ui);
            ui.add_space(theme::GAP);
            self.found_ui(ui);
            ui.add_space(theme::GAP);
            self.buttons_ui(ui, entered)
        });
        let closed = modal.should_close().then_some(Done::Cancel);
        modal.inner.or(closed)
    }

    fn field_ui(&mut self, ui: &mut Ui) {
        let row = ui.text_style_height(&TextStyle::Monospace);
        ScrollArea::vertical().max_height(row * (ROWS as f32 + 1.0)).show(ui, |ui| {
            let field = TextEdit::multiline(&mut self.text)
                .code_editor()
                .char_limit(LONGEST_TEXT)
                .desired_rows(ROWS)
                .desired_width(f32::INFINITY)
                .hint_text("nasnet N=4 F=44 | … | …, Genotype(…), fixed_arc, TF-slim's lists, …");
            let field = ui.add(field);
            field
                .widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Network as text"));
            if std::mem::take(&mut self.is_new) {
                field.request_focus();
            }
            if field.changed() {
                self.found = check(&self.text);
            }
        });
    }

    fn found_ui(&self, ui: &mut Ui) {
        let colors = theme::of(ui);
        match &self.found {
            None => {
                let words = "One line of this program, a Genotype of DARTS, a fixed_arc of ENAS, the lists of \
                             TF-slim, the decisions of NASNet's controller, or a document's JSON";
                ui.add(Label::new(RichText::new(words).weak()).wrap());
            }
            Some(Ok(found)) => found_ui(ui, found),
            Some(Err(error)) => {
                let (what, place) = error.split_once('\n').unwrap_or((error, ""));
                let what = RichText::new(format!("⚠ {}", sentence(what))).color(colors.warning);
                ui.add(Label::new(what).wrap());
                if !place.is_empty() {
                    ui.add(Label::new(RichText::new(place).monospace()).extend());
                }
            }
        }
    }

    fn buttons_ui(&mut self, ui: &mut Ui, entered: bool) -> Option<Done> {
        let legal = matches!(self.found, Some(Ok(_)));
        let reason = match &self.found {
            None => "Paste or type a network first",
            _ => "The text is no network yet, see above",
        };
        let (_, decided) = Sides::new().show(
            ui,
            |_| {},
            |ui| {
                let open = ui.add_enabled(legal, Button::new("Open"));
                let open = open
                    .on_hover_text("Open this network (Ctrl+Enter)")
                    .on_disabled_hover_text(reason);
                let cancel = ui.button("Cancel").on_hover_text("Go back to the document");
                match (open.clicked() || (entered && legal), cancel.clicked()) {
                    (true, _) => Some(true),
                    (false, true) => Some(false),
                    (false, false) => None,
                }
            },
        );
        match (decided?, self.found.take()) {
            (true, Some(Ok(found))) => Some(Done::Open(Box::new(found.document))),
            _ => Some(Done::Cancel),
        }
    }
}

fn found_ui(ui: &mut Ui, found: &Found) {
    ui.horizontal(|ui| {
        for (sketch, kind) in found.sketches.iter().zip(CellKind::BOTH) {
            let (place, drawing) = ui.allocate_exact_size(DRAWING.into(), Sense::hover());
            sketch.paint(ui, place);
            let words = format!("Drawing of the {kind} cell");
            drawing.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
            drawing.on_hover_text(words);
        }
        ui.add(Label::new(found.words.as_str()).wrap());
    });
}

/// Nothing where there is no text.
fn check(text: &str) -> Option<Result<Found, String>> {
    let is_blank = text.trim().is_empty();
    (!is_blank).then(|| network_in(text).map(Found::new))
}

impl Found {
    fn new(document: Document) -> Self {
        let network = &document.architecture;
        Found {
            sketches: CellKind::BOTH.map(|kind| Sketch::new(network.cell(kind))),
            words: words(network),
            document,
        }
    }
}

/// What the network is and costs, in a few lines.
fn words(network: &Architecture) -> String {
    let settings = network.settings();
    let cost = analyse(&lower(network));
    format!(
        "{}\nBuilt as {}: N = {}, F = {}, {} px, {} classes\n{} parameters, {} multiply-adds",
        network.name(),
        settings.family,
        settings.n,
        settings.f,
        settings.input,
        settings.classes,
        grouped(cost.parameters().trainable),
        grouped(cost.total.macs)
    )
}
