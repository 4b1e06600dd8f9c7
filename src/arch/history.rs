//! Undo and redo without limit.

use std::sync::Arc;

use super::{Architecture, Edit, EditError};

struct Step {
    label: String,
    /// Edits of one gesture, such as one drag of a slider, share a number and are one step.
    gesture: Option<u64>,
    before: Arc<Architecture>,
    after: Arc<Architecture>,
}

/// The document and every version of it that can be returned to.
///
/// Whole versions are kept: a document is a few kilobytes, and undo is then exact by construction.
pub struct History {
    present: Arc<Architecture>,
    past: Vec<Step>,
    future: Vec<Step>,
}

impl History {
    /// A history that starts here.
    pub fn new(architecture: Architecture) -> Self {
        History { present: Arc::new(architecture), past: Vec::new(), future: Vec::new() }
    }

    /// The document as it is now.
    pub fn present(&self) -> &Arc<Architecture> {
        &self.present
    }

    /// Carries out an edit as a step of its own. One that changes nothing is no step.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        self.apply_within(edit, None)
    }

    /// Carries out an edit that belongs to a gesture: all edits of a gesture undo together.
    pub fn apply_in_gesture(&mut self, edit: &Edit, gesture: u64) -> Result<(), EditError> {
        self.apply_within(edit, Some(gesture))
    }

    fn apply_within(&mut self, edit: &Edit, gesture: Option<u64>) -> Result<(), EditError> {
        let after = Arc::new(self.present.edited(edit)?);
        if after == self.present {
            return Ok(());
        }
        let label = edit.to_string();
        match self.past.last_mut() {
            Some(step) if gesture.is_some() && step.gesture == gesture => {
                step.label = label;
                step.after = after.clone();
                if step.before == step.after {
                    self.past.pop();
                }
            }
            _ => {
                let before = self.present.clone();
                self.past.push(Step { label, gesture, before, after: after.clone() });
            }
        }
        self.future.clear();
        self.present = after;
        Ok(())
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.past.last().map(|step| step.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|step| step.label.as_str())
    }

    /// Takes the last step back; `false` if there is none.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.past.pop() else { return false };
        self.present = step.before.clone();
        self.future.push(step);
        true
    }

    /// Does the last undone step again; `false` if there is none.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.future.pop() else { return false };
        self.present = step.after.clone();
        self.past.push(step);
        true
    }
}
