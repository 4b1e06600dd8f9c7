//! The keyboard in an open popover: it walks through the entries and goes nowhere else.
//!
//! egui looks for the next widget in the whole window, and finds what lies behind a popover too.

use eframe::egui::{Context, FocusDirection, Id, Key, Modifiers, Rect, Response, Ui};

/// What an open popover offers to the keyboard.
#[derive(Default)]
pub(super) struct Stops {
    /// Enabled entries in the order of reading.
    walked: Vec<(Id, Rect)>,
    /// Entries that can have the focus, but are chosen in another way.
    passed: Vec<Id>,
}

impl Stops {
    /// An entry that arrows and Tab lead to, unless it is disabled.
    pub(super) fn add(&mut self, entry: &Response) {
        if entry.enabled() {
            self.walked.push((entry.id, entry.rect));
        }
    }

    /// An entry that arrows and Tab pass over.
    pub(super) fn pass(&mut self, entry: &Response) {
        self.passed.push(entry.id);
    }

    /// Whether there is nowhere to walk.
    pub(super) fn is_empty(&self) -> bool {
        self.walked.is_empty()
    }

    /// Whether something is an entry.
    pub(super) fn hold(&self, id: Id) -> bool {
        self.passed.contains(&id) || self.walked.iter().any(|(entry, _)| *entry == id)
    }

    /// Gives the keyboard to the first entry.
    pub(super) fn focus_first(&self, ui: &Ui) {
        if let Some((id, _)) = self.walked.first() {
            ui.memory_mut(|memory| memory.request_focus(*id));
        }
    }

    /// Takes the keys that walk, and walks. In the entry `text` only Tab does.
    pub(super) fn follow_keys(&self, ui: &Ui, text: Option<Id>) {
        let focused = ui.memory(|memory| memory.focused());
        let in_text = text.is_some() && focused == text;
        let steps = if in_text { &STEPS[..2] } else { &STEPS[..] };
        let pressed = |(modifiers, key, _): &&(Modifiers, Key, Step)| {
            ui.input_mut(|input| input.consume_key(*modifiers, *key))
        };
        let Some((_, _, step)) = steps.iter().find(pressed) else { return };
        if let Some(id) = next(&self.walked, focused, *step) {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }
}

/// Keeps egui from moving the keyboard to another widget in this frame.
pub(super) fn hold_focus(context: &Context) {
    context.memory_mut(|memory| memory.move_focus(FocusDirection::None));
}

#[derive(Clone, Copy)]
enum Step {
    Previous,
    Next,
    Up,
    Down,
    Left,
    Right,
    First,
    Last,
}

/// Shift and Tab come before Tab, which would match them too.
const STEPS: [(Modifiers, Key, Step); 8] = [
    (Modifiers::SHIFT, Key::Tab, Step::Previous),
    (Modifiers::NONE, Key::Tab, Step::Next),
    (Modifiers::NONE, Key::ArrowUp, Step::Up),
    (Modifiers::NONE, Key::ArrowDown, Step::Down),
    (Modifiers::NONE, Key::ArrowLeft, Step::Left),
    (Modifiers::NONE, Key::ArrowRight, Step::Right),
    (Modifiers::NONE, Key::Home, Step::First),
    (Modifiers::NONE, Key::End, Step::Last),
];

/// Where a step leads. Up, down and Tab go on at the other end.
fn next(stops: &[(Id, Rect)], focused: Option<Id>, step: Step) -> Option<Id> {
    let last = stops.len().checked_sub(1)?;
    let index = stops.iter().position(|(id, _)| Some(*id) == focused);
    let (Some(index), Step::Up | Step::Down | Step::Left | Step::Right) = (index, step) else {
        let next = match (step, index) {
            (Step::Next, Some(index)) if index < last => index + 1,
            (Step::Previous, Some(index)) if index > 0 => index - 1,
            (Step::Previous | Step::Last | Step::Up, _) => last,
            _ => 0,
        };
        return Some(stops[next].0);
    };
    let from = stops[index].1;
    let along = |rect: Rect| match step {
        Step::Up => -rect.center().y,
        Step::Down => rect.center().y,
        Step::Left => -rect.center().x,
        _ => rect.center().x,
    };
    let across = |rect: Rect| match step {
        Step::Up | Step::Down => rect.center().x,
        _ => rect.center().y,
    };
    let sideways = matches!(step, Step::Left | Step::Right);
    let candidates =
        stops.iter().filter(|(_, rect)| !sideways || rect.y_range().contains(from.center().y));
    let key = |rect: Rect| (along(rect), (across(rect) - across(from)).abs());
    let nearest = |one: &&(Id, Rect), other: &&(Id, Rect)| {
        let (one, other) = (key(one.1), key(other.1));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    };
    // Entries of a row differ a little in height.
    let ahead = candidates.clone().filter(|(_, rect)| along(*rect) > along(from) + 4.0);
    let wrapped = candidates.filter(|_| !sideways);
    ahead.min_by(nearest).or_else(|| wrapped.min_by(nearest)).map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{pos2, vec2};

    /// An entry over a row of three, over another row of two.
    fn stops() -> Vec<(Id, Rect)> {
        let places = [(60.0, 0.0), (10.0, 20.0), (30.0, 20.0), (50.0, 20.0), (10.0, 40.0)];
        let rect = |(x, y): &(f32, f32)| Rect::from_center_size(pos2(*x, *y), vec2(16.0, 16.0));
        places.iter().enumerate().map(|(index, at)| (Id::new(index), rect(at))).collect()
    }

    #[test]
    fn steps_lead_to_what_is_seen_there() {
        for (from, step, to) in [
            (0, Step::Down, 3),
            (3, Step::Left, 2),
            (2, Step::Left, 1),
            (1, Step::Left, 1),
            (2, Step::Down, 4),
            (4, Step::Right, 4),
            (4, Step::Down, 0),
            (0, Step::Up, 4),
            (3, Step::Up, 0),
            (4, Step::Next, 0),
            (0, Step::Previous, 4),
            (1, Step::Next, 2),
            (2, Step::Last, 4),
            (2, Step::First, 0),
        ] {
            let found = next(&stops(), Some(Id::new(from)), step);
            assert_eq!(found.unwrap_or(Id::new(from)), Id::new(to), "from {from}");
        }
    }

    #[test]
    fn a_step_from_elsewhere_enters_at_an_end() {
        for (step, to) in [(Step::Down, 0), (Step::Next, 0), (Step::Up, 4), (Step::Previous, 4)] {
            assert_eq!(next(&stops(), None, step), Some(Id::new(to)));
        }
        assert_eq!(next(&[], None, Step::Down), None);
    }
}
