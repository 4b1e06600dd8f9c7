//! The keyboard: everything that the pointer can do.

use eframe::egui::{Key, Modifiers, Pos2, Ui};

use super::access::walk;
use super::edits::{Outcome, refused};
use super::hand::Hand;
use super::names::WireName;
use super::{CanvasAction, CellCanvas, Frame, Selection, item_id};
use crate::arch::{Side, StateName};

const ZOOM_STEP: f32 = 1.25;

impl CellCanvas {
    /// Carries out the keys, if the keyboard is the canvas's: it has the focus, or nobody has and
    /// the pointer is over it.
    pub(super) fn follow_keys(
        &mut self,
        ui: &mut Ui,
        frame: &Frame,
        actions: &mut Vec<CanvasAction>,
    ) {
        if self.popover.is_some() || self.hand != Hand::Empty || !listens(ui, frame) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        self.look_by_keys(frame, pressed);
        self.edit_by_keys(frame, pressed, actions);
        self.walk_by_keys(frame, pressed);
        if pressed(Key::Enter) || pressed(Key::Space) {
            self.open(frame, self.anchor(frame));
        } else if pressed(Key::Escape) {
            match self.selection {
                Some(_) => self.select_and_focus(frame, None),
                None => ui.memory_mut(|memory| memory.surrender_focus(frame.response.id)),
            }
        }
    }

    fn look_by_keys(&mut self, frame: &Frame, pressed: impl Fn(Key) -> bool) {
        if pressed(Key::F) {
            self.fit();
        }
        // The plus of many keyboards is the shifted equals sign.
        let zooms =
            [(Key::Plus, ZOOM_STEP), (Key::Equals, ZOOM_STEP), (Key::Minus, 1.0 / ZOOM_STEP)];
        for (key, factor) in zooms {
            if pressed(key) {
                self.camera.zoom_at(factor, frame.pane.center());
                self.own_view = true;
            }
        }
    }

    fn edit_by_keys(
        &mut self,
        frame: &Frame,
        pressed: impl Fn(Key) -> bool,
        actions: &mut Vec<CanvasAction>,
    ) {
        if pressed(Key::A) {
            self.ask_for_block(frame, actions);
        }
        if pressed(Key::O) {
            actions.extend(self.toggle_output(frame));
        }
        if pressed(Key::C)
            && let Some(Selection::State(block) | Selection::Wire { block, .. }) = self.selection
        {
            actions.extend(frame.edited.toggle_combine(block));
        }
        if pressed(Key::Delete) || pressed(Key::Backspace) {
            actions.extend(self.remove(frame));
        }
    }

    fn walk_by_keys(&mut self, frame: &Frame, pressed: impl Fn(Key) -> bool) {
        let arrows = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];
        let Some(arrow) = arrows.into_iter().find(|key| pressed(*key)) else { return };
        let next = match self.selection {
            Some(selection) => neighbour(frame, selection, arrow),
            None => walk(frame).first().copied(),
        };
        if next.is_some() {
            self.select_and_focus(frame, next);
        }
    }

    /// Where a popover for the selection opens.
    fn anchor(&self, frame: &Frame) -> Pos2 {
        match self.selection {
            Some(selection) => {
                self.camera.rect_to_screen(frame.scene.rect_of(selection)).left_bottom()
            }
            None => frame.pane.center(),
        }
    }

    /// Adds a block, to be selected when it is there.
    pub(super) fn ask_for_block(&mut self, frame: &Frame, actions: &mut Vec<CanvasAction>) {
        let outcome = frame.edited.add_block();
        if matches!(outcome, Some(CanvasAction::Edit(_))) {
            self.awaited = Some(frame.input.cell.next_block_name());
        }
        actions.extend(outcome);
    }

    fn toggle_output(&self, frame: &Frame) -> Outcome {
        match self.selection {
            Some(Selection::State(state)) => frame.edited.toggle_output(state),
            Some(Selection::Wire { block, .. }) => frame.edited.toggle_output(block),
            Some(Selection::Output) | None => None,
        }
    }

    fn remove(&self, frame: &Frame) -> Outcome {
        match self.selection? {
            Selection::State(block) => frame.edited.remove(block),
            Selection::Wire { block, side } => refused(&format!(
                "A block reads two states: plug {block} {side} into another, or remove {block}"
            )),
            Selection::Output => refused(&"A cell needs its output"),
        }
    }
}

fn listens(ui: &Ui, frame: &Frame) -> bool {
    match ui.memory(|memory| memory.focused()) {
        None => frame.response.contains_pointer(),
        Some(focused) => {
            focused == frame.response.id
                || walk(frame).into_iter().any(|item| item_id(frame, item) == focused)
        }
    }
}

/// Where an arrow leads: left and right along the wires, up and down to what is drawn there.
fn neighbour(frame: &Frame, selection: Selection, arrow: Key) -> Option<Selection> {
    match arrow {
        Key::ArrowLeft => upstream(frame, selection),
        Key::ArrowRight => downstream(frame, selection),
        Key::ArrowUp => beside(frame, selection, -1.0),
        Key::ArrowDown => beside(frame, selection, 1.0),
        _ => None,
    }
}

fn upstream(frame: &Frame, selection: Selection) -> Option<Selection> {
    let cell = frame.input.cell;
    match selection {
        Selection::State(state) if state.is_input() => None,
        Selection::State(block) => Some(Selection::Wire { block, side: Side::Left }),
        Selection::Wire { block, side } => {
            cell.block(block).ok().map(|data| Selection::State(data.operand(side).from))
        }
        Selection::Output => cell.output().last().copied().map(Selection::State),
    }
}

fn downstream(frame: &Frame, selection: Selection) -> Option<Selection> {
    match selection {
        Selection::State(state) => Some(first_wire(frame, state).unwrap_or(Selection::Output)),
        Selection::Wire { block, .. } => Some(Selection::State(block)),
        Selection::Output => None,
    }
}

/// The topmost operation on a state.
fn first_wire(frame: &Frame, state: StateName) -> Option<Selection> {
    let operands = frame.scene.wires.iter().filter_map(|(name, wire)| match *name {
        WireName::Operand { block, side } if wire.from == state => {
            Some(Selection::Wire { block, side })
        }
        _ => None,
    });
    let height = |wire: &Selection| frame.scene.rect_of(*wire).center().y;
    operands.min_by(|one, other| height(one).total_cmp(&height(other)))
}

/// The nearest thing of the same kind above or below; things in the same column are nearer.
fn beside(frame: &Frame, selection: Selection, direction: f32) -> Option<Selection> {
    let is_wire = |item: &Selection| matches!(item, Selection::Wire { .. });
    let from = frame.scene.rect_of(selection).center();
    let distance = |item: &Selection| {
        let to = frame.scene.rect_of(*item).center();
        let down = (to.y - from.y) * direction;
        (down > 0.5).then_some(down + 4.0 * (to.x - from.x).abs())
    };
    let same = walk(frame).into_iter().filter(|item| is_wire(item) == is_wire(&selection));
    let reachable = same.filter_map(|item| distance(&item).map(|distance| (distance, item)));
    reachable.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, item)| item)
}
