//! The cell canvas: one cell drawn from left to right like the papers' figures, edited in place.
//!
//! The canvas never changes the cell. It reads a [`CanvasInput`] and answers with
//! [`CanvasAction`]s, which the application carries out; the next frame shows the outcome.
//!
//! `egui_graphs` holds and paints the graph. Layout, camera, gestures and accessibility are ours,
//! because it has neither ports nor editing, and because it would repaint without end (see
//! [`view`]).

mod access;
mod camera;
mod colors;
mod commands;
mod detour;
mod edits;
mod hand;
mod keys;
mod layout;
mod look;
mod menu;
mod names;
mod paint;
mod path;
mod picker;
mod pointer;
mod scene;
mod sketch;
mod stops;
mod view;
mod words;

use std::collections::BTreeSet;

use eframe::egui::{Id, Key, Modifiers, Rect, Response, Sense, Ui, Vec2};

pub use colors::{BoxColors, CanvasColors};
pub use commands::CellCommand;
pub use names::Selection;
pub use sketch::Sketch;

use crate::arch::{Cell, CellKind, Edit, Positions, Side, StateName};
use camera::{Camera, MAX_FIT_ZOOM};
use edits::Edited;
use hand::Hand;
use layout::{Room, Spread};
use look::{Looks, Situation};
use menu::Menu;
use names::NodeName;
use picker::Picker;
use scene::{Hit, Placed, Scene, filling_room};
use stops::Stops;
use view::View;

/// What a canvas shows.
pub struct CanvasInput<'a> {
    /// Which cell it is.
    pub kind: CellKind,
    /// The cell.
    pub cell: &'a Cell,
    /// Nodes that are not where the layout would put them.
    pub positions: &'a Positions,
    /// Operations whose weights are new since the last edit; they get a mark.
    pub untrained: &'a BTreeSet<(StateName, Side)>,
}

/// What the user asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum CanvasAction {
    /// Change the cell.
    Edit(Edit),
    /// Remember where a node has been put. The output node cannot be moved: it keeps to the right
    /// of everything else.
    Moved {
        /// The state whose node it is.
        state: StateName,
        /// Its new middle, in canvas units.
        to: [f32; 2],
    },
    /// Train a small network of the document's cells.
    Train,
    /// Forget where nodes were put.
    ResetLayout,
    /// Tell the user why nothing was done: what a drag refuses is said beside the pointer already.
    Refused(String),
}

/// What is open over the canvas.
enum Popover {
    Menu(Menu),
    Picker(Picker),
}

/// The canvas of one cell: what is selected, in hand and in view.
pub struct CellCanvas {
    kind: CellKind,
    selection: Option<Selection>,
    /// Selected as soon as the cell has it: a block whose addition was asked for.
    awaited: Option<StateName>,
    hovered: Option<Hit>,
    hand: Hand,
    /// The refusal that was shown beside the pointer in the last frame.
    told: Option<String>,
    popover: Option<Popover>,
    placed: Option<Placed>,
    camera: Camera,
    /// How far apart things stand, chosen at the last fit.
    room: Room,
    /// The size of the pane that the camera was fitted to; `None` asks for a fit.
    fitted: Option<Vec2>,
    /// Whether the user chose what to see; it is then left alone when the pane changes.
    own_view: bool,
    had_positions: bool,
    view: View,
    /// What was asked for by name since the last frame.
    request: Option<commands::Request>,
}

/// What the parts of a frame share.
struct Frame<'a> {
    input: &'a CanvasInput<'a>,
    edited: Edited<'a>,
    scene: Scene,
    pane: Rect,
    /// The canvas as a widget.
    response: Response,
}

impl CellCanvas {
    /// A canvas for one kind of cell.
    pub fn new(kind: CellKind) -> Self {
        CellCanvas {
            kind,
            selection: None,
            awaited: None,
            hovered: None,
            hand: Hand::Empty,
            told: None,
            popover: None,
            placed: None,
            camera: Camera::default(),
            room: Room::LEAST,
            fitted: None,
            own_view: false,
            had_positions: false,
            view: View::default(),
            request: None,
        }
    }

    /// What is selected.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    /// Selects something, or nothing.
    pub fn select(&mut self, selection: Option<Selection>) {
        self.selection = selection;
    }

    /// Shows the whole cell, and goes on doing so when the pane changes.
    pub fn fit(&mut self) {
        self.fitted = None;
        self.own_view = false;
    }

    /// Draws the cell into the rest of `ui` and says what the user asked for.
    pub fn show(&mut self, ui: &mut Ui, input: &CanvasInput) -> Vec<CanvasAction> {
        let mut actions = Vec::new();
        if self.popover.is_some() {
            stops::hold_focus(ui.ctx());
        }
        let pane = ui.available_rect_before_wrap();
        let id = ui.id().with(("cell canvas", self.kind));
        ui.advance_cursor_after_rect(pane);
        let frame = Frame {
            input,
            edited: Edited { kind: self.kind, cell: input.cell },
            scene: self.scene(input, pane),
            pane,
            response: ui.interact(pane, id, Sense::click_and_drag()),
        };
        self.follow(&frame);
        self.follow_request(&frame, &mut actions);
        self.offer_items(ui, &frame);
        self.follow_wheel(ui, &frame);
        self.follow_pointer(ui, &frame, &mut actions);
        self.follow_keys(ui, &frame, &mut actions);
        self.paint(ui, &frame);
        self.show_hints(ui, &frame);
        self.show_popover(ui, &frame, &mut actions);
        actions
    }

    /// The geometry of this frame, with a node in hand where the pointer has it.
    fn scene(&mut self, input: &CanvasInput, pane: Rect) -> Scene {
        let placed = match self.placed.take() {
            Some(placed) if placed.fits(input.cell) => placed,
            old => {
                let placed = Placed::new(input.cell);
                if old.is_none_or(|old| old.placement != placed.placement) {
                    self.fitted = None;
                }
                placed
            }
        };
        if self.wants_fit(pane) {
            let space = Camera::space(pane);
            self.room = filling_room(input.cell, &placed.placement, space, MAX_FIT_ZOOM);
        }
        let mut moved = input.positions.clone();
        if let Hand::Move { state, to, .. } = self.hand {
            let spread = Spread::new(&placed.placement.columns, self.room);
            moved.insert(state, spread.planned(to).into());
        }
        let scene = Scene::new(input.cell, &placed.placement, &moved, self.room);
        self.placed = Some(placed);
        scene
    }

    fn wants_fit(&self, pane: Rect) -> bool {
        self.fitted != Some(pane.size()) && !self.own_view && self.hand == Hand::Empty
    }

    /// Brings what is kept between frames in line with the cell and the pane.
    fn follow(&mut self, frame: &Frame) {
        let exists = |state: StateName| frame.scene.nodes.contains_key(&NodeName::State(state));
        if let Some(state) = self.awaited.filter(|state| exists(*state)) {
            self.awaited = None;
            self.select_and_focus(frame, Some(Selection::State(state)));
        }
        self.selection = self.selection.filter(|selection| match selection {
            Selection::State(state) | Selection::Wire { block: state, .. } => exists(*state),
            Selection::Output => true,
        });
        if self.had_positions && frame.input.positions.is_empty() {
            self.fitted = None;
        }
        self.had_positions = !frame.input.positions.is_empty();
        if self.wants_fit(frame.pane) {
            self.camera = Camera::fitting(frame.scene.bounds, frame.pane);
            self.fitted = Some(frame.pane.size());
        }
        self.camera.move_to(frame.pane);
        self.camera.keep_visible(frame.scene.bounds, frame.pane);
    }

    /// Selects by pointer or key: the keyboard goes on from there.
    fn select_and_focus(&mut self, frame: &Frame, selection: Option<Selection>) {
        self.selection = selection;
        let id = selection.map_or(frame.response.id, |selection| item_id(frame, selection));
        frame.response.ctx.memory_mut(|memory| memory.request_focus(id));
    }

    fn paint(&mut self, ui: &mut Ui, frame: &Frame) {
        let hand = self.hand;
        let situation = Situation {
            camera: self.camera,
            colors: CanvasColors::new(ui.visuals()),
            selection: self.selection,
            hovered: self.hovered.filter(|_| hand == Hand::Empty).map(Hit::selection),
            lifted: hand.lifted(),
            nodes: &|node| hand.node_emphasis(frame.edited, node),
            sides: &|block, side| hand.side_emphasis(frame.edited, block, side),
        };
        let looks = Looks::new(frame.input, &frame.scene, &situation);
        self.view.show(ui, frame.pane, looks);
    }

    fn show_popover(&mut self, ui: &mut Ui, frame: &Frame, actions: &mut Vec<CanvasAction>) {
        let mut stops = Stops::default();
        let stays_open = match self.popover.take() {
            None => return,
            Some(Popover::Menu(menu)) => self.show_menu(ui, frame, menu, &mut stops, actions),
            Some(Popover::Picker(picker)) => picker.show(ui, frame, &mut stops, actions),
        };
        if stays_open.is_some() {
            self.popover = stays_open;
            return;
        }
        // It has closed what was open; nothing else is to be closed by it.
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let focused = ui.memory(|memory| memory.focused());
        // The keyboard goes back to what the popover was about, unless a click took it elsewhere.
        if self.popover.is_none() && focused.is_none_or(|id| stops.hold(id)) {
            self.select_and_focus(frame, self.selection);
        }
    }
}

/// The widget that stands for something selectable.
fn item_id(frame: &Frame, selection: Selection) -> Id {
    frame.response.id.with(selection)
}
