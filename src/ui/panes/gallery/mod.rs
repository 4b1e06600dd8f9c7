//! Networks to start from, with their cells, figures and papers.

mod card;
mod figures;
mod search;

use eframe::egui::{
    Align, Context, EventFilter, Id, Key, Label, Layout, Modifiers, RichText, ScrollArea, TextEdit,
    Ui, WidgetInfo, WidgetType,
};

use super::{Action, heading};
use crate::arch::zoo::{Paper, Preset};
use crate::ui::command::Command;
use crate::ui::theme;
use figures::FigureCache;
use search::{Group, found, neighbour};

/// A card is at least as wide, and so many as fit stand in a row.
const LEAST_CARD: f32 = 262.0;
/// The width of the field to search in.
const SEARCH: f32 = 250.0;

/// The gallery: what is searched for, and what was computed for the cards.
#[derive(Default)]
pub struct GalleryPane {
    text: String,
    figures: FigureCache,
    wants_keyboard: bool,
    /// The card that an arrow key led to, to be scrolled into view.
    reached: Option<&'static str>,
}

impl GalleryPane {
    /// Shows everything again, ready to type what is searched for.
    pub fn open(&mut self) {
        self.text.clear();
        self.wants_keyboard = true;
    }

    /// Whether the field to search in has the keyboard.
    pub fn is_searching(&self, ctx: &Context) -> bool {
        ctx.memory(|memory| memory.has_focus(search_id()))
    }

    /// Forgets what was searched for; whether there was something.
    pub fn show_all(&mut self) -> bool {
        let searched = !self.text.is_empty();
        if searched {
            self.open();
        }
        searched
    }

    /// Draws the gallery; `open` is the preset that the window has open as it is, `at_start` whether
    /// the gallery is shown at the next start.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        open: Option<&str>,
        at_start: &mut bool,
        actions: &mut Vec<Action>,
    ) {
        self.figures.begin_frame();
        let entered = self.header_ui(ui, at_start, actions);
        let groups = found(&self.text);
        let first = groups.first().and_then(|group| group.presets.first());
        if let Some(first) = first.filter(|_| entered) {
            ui.memory_mut(|memory| memory.request_focus(card::id(first)));
        }
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            if groups.is_empty() {
                ui.add_space(theme::GAP);
                ui.weak("No network has all of these words in its name, note, figures or paper");
            }
            let columns = (ui.available_width() / (LEAST_CARD + theme::GAP)).floor().max(1.0);
            for group in &groups {
                self.group_ui(ui, group, columns as usize, open, actions);
            }
            self.reached = walk(ui, &groups, columns as usize);
        });
        if self.figures.is_missing_some() {
            ui.ctx().request_repaint();
        }
    }

    /// Draws what is above the cards. Returns whether the keyboard is to go on to them.
    fn header_ui(&mut self, ui: &mut Ui, at_start: &mut bool, actions: &mut Vec<Action>) -> bool {
        let mut entered = false;
        ui.horizontal(|ui| {
            heading(ui, "Start from a network");
            entered = self.search_ui(ui);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let back = ui.button("Back to the cells");
                if back.on_hover_text("Show the open network (Escape)").clicked() {
                    actions.push(Action::ShowCells);
                }
                ui.checkbox(at_start, "Show at start").on_hover_text(
                    "Begin here when the program is started without files; File > New shows it any time",
                );
            });
        });
        ui.separator();
        entered
    }

    fn search_ui(&mut self, ui: &mut Ui) -> bool {
        let id = search_id();
        let focused = ui.memory(|memory| memory.has_focus(id));
        let pressed =
            |key| focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let entered = pressed(Key::ArrowDown) || pressed(Key::Enter);
        let field = TextEdit::singleline(&mut self.text)
            .id(id)
            .hint_text("Find by name, author, data set")
            .desired_width(SEARCH.min(ui.available_width() * 0.5));
        let field = ui.add(field);
        field.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Find a network"));
        if std::mem::take(&mut self.wants_keyboard) {
            field.request_focus();
        }
        entered
    }

    fn group_ui(
        &mut self,
        ui: &mut Ui,
        group: &Group,
        columns: usize,
        open: Option<&str>,
        actions: &mut Vec<Action>,
    ) {
        paper_ui(ui, group.paper);
        let gaps = theme::GAP * (columns - 1) as f32;
        let width = ((ui.available_width() - gaps) / columns as f32).floor();
        for row in group.presets.chunks(columns) {
            ui.horizontal(|ui| {
                for preset in row {
                    let is_open = open == Some(preset.name);
                    let card = card::show(ui, preset, self.figures.of(preset), is_open, width);
                    if card.gained_focus() || self.reached == Some(preset.name) {
                        card.scroll_to_me(None);
                    }
                    if card.clicked() {
                        actions.push(chosen(preset, is_open));
                    }
                }
            });
        }
        ui.add_space(2.0 * theme::GAP);
    }
}

/// What a click on a card does: the open network is not begun again.
fn chosen(preset: &'static Preset, is_open: bool) -> Action {
    if is_open { Action::ShowCells } else { Action::Do(Command::New(preset.name)) }
}

fn search_id() -> Id {
    Id::new("gallery search")
}

fn paper_ui(ui: &mut Ui, paper: &Paper) {
    ui.add(Label::new(RichText::new(paper.title).strong()).truncate());
    // The two lines belong together.
    ui.add_space(-theme::GAP);
    ui.horizontal(|ui| {
        let authors = match paper.authors {
            [first, .., last] if paper.authors.len() > 4 => format!("{first}, …, {last}"),
            all => all.join(", "),
        };
        let label = ui.label(RichText::new(format!("{authors} {}", paper.year)).small().weak());
        label.on_hover_text(paper.authors.join(", "));
        let address = format!("https://arxiv.org/abs/{}", paper.arxiv);
        let link = RichText::new(format!("arXiv {}", paper.arxiv)).small();
        ui.hyperlink_to(link, &address).on_hover_text(format!("Open {address} in the browser"));
    });
}

/// Moves the keyboard from card to card with the arrow keys. Returns the card that it came to.
fn walk(ui: &Ui, groups: &[Group], columns: usize) -> Option<&'static str> {
    let has_focus =
        |preset: &&&'static Preset| ui.memory(|memory| memory.has_focus(card::id(preset)));
    let focused = groups.iter().flat_map(|group| &group.presets).find(has_focus)?;
    let arrows =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(card::id(focused), arrows));
    let keys = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];
    let pressed = |key: &Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, *key));
    let key = keys.into_iter().find(pressed)?;
    let next = neighbour(groups, columns, focused.name, key);
    let target = match next {
        Some(next) => card::id(next),
        None if key == Key::ArrowUp => search_id(),
        None => return None,
    };
    ui.memory_mut(|memory| memory.request_focus(target));
    Some(next?.name)
}
