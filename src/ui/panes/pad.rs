//! A pad to draw on. The network answers while the pen moves.

use eframe::egui::{
    ColorImage, Context, CursorIcon, Event, Id, Key, PointerButton, Pos2, Rect, Response, Sense,
    Stroke, StrokeKind, TextStyle, TextureHandle, TextureOptions, Ui, WidgetInfo, WidgetType, vec2,
};

use super::{Action, pad_tools};
use crate::data::Picture;
use crate::data::drawing::{Drawing, MOST_POINTS, Pen, Rgb};
use crate::ui::command::Command;
use crate::ui::theme;

/// Seconds between two pictures for the network while a stroke is drawn.
const INTERVAL: f64 = 0.125;
/// The least and the largest side of the pad, in points.
const SIDES: [f32; 2] = [150.0, 420.0];
/// The share of the window's height that the pad takes at most: prediction stays in view below.
const SHARE: f32 = 0.38;
/// Brushes, with their widths as shares of the side.
pub const BRUSHES: [(&str, f32); 3] = [("Thin", 0.02), ("Medium", 0.045), ("Thick", 0.09)];

/// The drawing, and what it is drawn with.
pub struct Pad {
    drawing: Drawing,
    /// An index of [`theme::PENS`].
    pen: usize,
    /// An index of [`BRUSHES`].
    brush: usize,
    /// Whether the network has not seen the drawing as it is.
    unseen: bool,
    /// When the network was last shown it, in seconds of the window's clock.
    shown: f64,
    /// The drawing as it is, unless it changed since.
    texture: Option<TextureHandle>,
    /// The controls of the pad, itself first.
    controls: Vec<Id>,
}

impl Default for Pad {
    fn default() -> Self {
        Pad {
            drawing: Drawing::new(rgb(theme::PAPERS[0])),
            pen: 0,
            brush: 1,
            unseen: false,
            shown: f64::MIN,
            texture: None,
            controls: Vec::new(),
        }
    }
}

impl Pad {
    /// The drawing.
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// The drawing as a picture.
    pub fn picture(&self) -> Picture {
        self.drawing.picture()
    }

    /// Which pen and which brush are in use, as indices of [`theme::PENS`] and [`BRUSHES`].
    pub fn tools(&self) -> (usize, usize) {
        (self.pen, self.brush)
    }

    /// Takes another pen.
    pub fn set_pen(&mut self, pen: usize) {
        self.pen = pen.min(theme::PENS.len() - 1);
    }

    /// Takes another brush.
    pub fn set_brush(&mut self, brush: usize) {
        self.brush = brush.min(BRUSHES.len() - 1);
    }

    /// Takes other paper. A pen that would not be seen on it becomes one that is.
    pub fn set_paper(&mut self, paper: theme::Named) {
        if self.drawing.paper() == rgb(paper) {
            return;
        }
        self.drawing.set_paper(rgb(paper));
        if theme::PENS[self.pen].color == paper.color {
            let seen = theme::PENS
                .iter()
                .position(|pen| theme::PAPERS.contains(pen) && pen.color != paper.color);
            self.pen = seen.unwrap_or(self.pen);
        }
        self.texture = None;
        // Empty paper is nothing to show, and takes the place of no picture.
        self.unseen |= !self.drawing.is_empty();
    }

    /// Takes the last stroke back.
    pub fn undo(&mut self) {
        if self.drawing.undo() {
            self.changed();
        }
    }

    /// Draws the stroke again that was taken back last.
    pub fn redo(&mut self) {
        if self.drawing.redo() {
            self.changed();
        }
    }

    /// Takes every stroke away.
    pub fn clear(&mut self) {
        self.drawing.clear();
        self.changed();
    }

    /// Lifts the pen, when the pad is no longer shown.
    pub fn lift(&mut self) {
        if self.drawing.end() {
            self.changed();
        }
    }

    /// The network is to see the drawing, which it saw before it was shown something else.
    pub fn show_again(&mut self) {
        self.unseen |= !self.drawing.is_empty();
    }

    /// Whether what is typed is for the pad or a control of it.
    pub fn has_keyboard(&self, ctx: &Context) -> bool {
        let focused = ctx.memory(|memory| memory.focused());
        self.drawing.is_open() || focused.is_some_and(|id| self.controls.contains(&id))
    }

    /// Why a command of the pad cannot be done, if so.
    pub fn unavailable(&self, command: Command) -> Option<&'static str> {
        let (possible, reason) = match command {
            Command::UndoStroke => (self.drawing.can_undo(), "There is no stroke to undo"),
            Command::RedoStroke => (self.drawing.can_redo(), "There is no stroke to redo"),
            Command::ClearPad => (!self.drawing.is_empty(), "The pad is empty"),
            Command::SaveDrawing => (!self.drawing.is_empty(), "Draw something first"),
            _ => (true, ""),
        };
        (!possible).then_some(reason)
    }

    /// Draws the pad and its tools; `busy` says whether the network is still at work.
    pub fn show(&mut self, ui: &mut Ui, busy: bool, actions: &mut Vec<Action>) {
        let top = ui.cursor().min;
        let height = ui.ctx().content_rect().height();
        let side = ui.available_width().min(height * SHARE).clamp(SIDES[0], SIDES[1]).floor();
        let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
        self.controls = vec![response.id];
        self.draw(ui, rect, &response);
        self.paint(ui, rect, &response);
        let count = self.drawing.strokes().len();
        response.widget_info(|| {
            let label = match count {
                0 => "Drawing pad: Draw something".to_owned(),
                1 => "Drawing pad, 1 stroke".to_owned(),
                _ => format!("Drawing pad, {count} strokes"),
            };
            WidgetInfo::labeled(WidgetType::Image, true, label)
        });
        let response = response.on_hover_cursor(CursorIcon::Crosshair);
        if self.drawing.is_full() {
            let text = format!("The pad is full ({MOST_POINTS} points): undo a stroke or clear it");
            ui.colored_label(theme::of(ui).warning, format!("⚠ {text}"));
        }
        let tools = pad_tools::show(ui, self, actions);
        self.controls.extend(tools);
        let place = Rect::from_min_max(top, Pos2::new(ui.max_rect().right(), ui.cursor().top()));
        let_go(ui, place, &response);
        self.send(ui.ctx(), busy, actions);
    }

    /// Follows the pen, through every place that it was reported at.
    fn draw(&mut self, ui: &Ui, rect: Rect, response: &Response) {
        let pressed_here = response.is_pointer_button_down_on() || response.clicked();
        let events = ui.input(|input| input.events.clone());
        let place = |pos: Pos2| {
            let offset = pos - rect.min;
            [offset.x / rect.width(), offset.y / rect.height()]
        };
        for event in events {
            let changed = match event {
                Event::PointerButton {
                    pos, button: PointerButton::Primary, pressed: true, ..
                } if pressed_here && rect.contains(pos) => {
                    response.request_focus();
                    // The first dot of a stroke says too little to begin a computation for it.
                    self.shown = ui.input(|input| input.time);
                    let (color, width) = (rgb(theme::PENS[self.pen]), BRUSHES[self.brush].1);
                    self.drawing.begin(Pen { color, width }, place(pos))
                }
                Event::PointerMoved(pos) if self.drawing.is_open() => {
                    self.drawing.extend(place(pos))
                }
                Event::PointerButton { button: PointerButton::Primary, pressed: false, .. }
                | Event::PointerGone => self.drawing.end(),
                _ => false,
            };
            if changed {
                self.changed();
            }
        }
        // A release can be lost, with the window's focus for example.
        if !ui.input(|input| input.pointer.primary_down()) && self.drawing.end() {
            self.changed();
        }
    }

    fn paint(&mut self, ui: &Ui, rect: Rect, response: &Response) {
        let texture = self.texture.get_or_insert_with(|| {
            let picture = self.drawing.picture();
            let size = [picture.width as usize, picture.height as usize];
            let image = ColorImage::from_rgb(size, &picture.rgb);
            ui.ctx().load_texture("drawing", image, TextureOptions::LINEAR)
        });
        eframe::egui::Image::new(&*texture).paint_at(ui, rect);
        let colors = theme::of(ui);
        if self.drawing.is_empty() {
            let font = TextStyle::Heading.resolve(ui.style());
            let center = eframe::egui::Align2::CENTER_CENTER;
            ui.painter().text(rect.center(), center, "Draw something", font, theme::ON_PAPER);
        }
        let line = if response.has_focus() {
            Stroke::new(2.0, colors.accent)
        } else {
            Stroke::new(1.0, colors.line)
        };
        ui.painter().rect_stroke(rect, 0.0, line, StrokeKind::Inside);
    }

    fn changed(&mut self) {
        self.texture = None;
        self.unseen = true;
    }

    /// Shows the drawing to the network: at once when the pen is lifted; before that, not while
    /// it is still at work, for it would begin again and again and never answer.
    fn send(&mut self, ctx: &Context, busy: bool, actions: &mut Vec<Action>) {
        if !self.unseen {
            return;
        }
        let now = ctx.input(|input| input.time);
        if self.drawing.is_open() {
            let wait = self.shown + INTERVAL - now;
            if wait > 0.0 {
                ctx.request_repaint_after_secs(wait as f32);
            }
            if wait > 0.0 || busy {
                return;
            }
        }
        self.unseen = false;
        self.shown = now;
        actions.push(Action::Drawn);
    }
}

/// A press outside the pad takes the keyboard from it: Ctrl+Z is then for the document again.
fn let_go(ui: &Ui, place: Rect, pad: &Response) {
    let elsewhere = ui.input(|input| {
        let pressed = input.pointer.any_pressed();
        pressed && input.pointer.interact_pos().is_some_and(|pos| !place.contains(pos))
    });
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    if elsewhere || escaped {
        pad.surrender_focus();
    }
}

fn rgb(named: theme::Named) -> Rgb {
    let [red, green, blue, _] = named.color.to_array();
    [red, green, blue]
}
