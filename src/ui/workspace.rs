//! The open document: its versions, its file, and what it costs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::arch::{
    Architecture, CellKind, Document, DocumentError, Edit, EditError, History, Side, StateName,
    View, zoo,
};
use crate::cost::{Cost, analyse};
use crate::engine::Training;
use crate::plan::{Plan, lower};

/// What follows from one version of the document.
#[derive(Debug)]
pub struct Analysis {
    /// The version.
    pub architecture: Arc<Architecture>,
    /// Its layers.
    pub plan: Plan,
    /// What they cost.
    pub cost: Cost,
    /// [`Architecture::fingerprint`] of the version.
    pub fingerprint: u64,
}

impl Analysis {
    fn new(architecture: Arc<Architecture>) -> Self {
        let plan = lower(&architecture);
        let cost = analyse(&plan);
        let fingerprint = architecture.fingerprint();
        Analysis { architecture, plan, cost, fingerprint }
    }
}

/// The open document.
pub struct Workspace {
    document: Document,
    history: History,
    path: Option<PathBuf>,
    saved: Arc<Architecture>,
    saved_view: View,
    analysis: Arc<Analysis>,
    preset: Option<Arc<Analysis>>,
}

impl Workspace {
    /// Opens a document, with the file that it came from.
    pub fn new(document: Document, path: Option<PathBuf>) -> Self {
        let history = History::new(document.architecture.clone());
        let analysis = Arc::new(Analysis::new(history.present().clone()));
        Workspace {
            saved: history.present().clone(),
            saved_view: document.view.clone(),
            preset: preset_of(history.present()),
            document,
            history,
            path,
            analysis,
        }
    }

    /// The network as it is now.
    pub fn architecture(&self) -> &Arc<Architecture> {
        self.history.present()
    }

    /// What the network as it is now costs.
    pub fn analysis(&self) -> &Arc<Analysis> {
        &self.analysis
    }

    /// What the preset costs that the network started from.
    pub fn preset(&self) -> Option<&Arc<Analysis>> {
        self.preset.as_ref()
    }

    /// Where nodes are drawn.
    pub fn view(&self) -> &View {
        &self.document.view
    }

    /// Where nodes are drawn, to change.
    pub fn view_mut(&mut self) -> &mut View {
        &mut self.document.view
    }

    /// The document's file, if it has one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.history.redo_label()
    }

    /// Whether closing would lose something.
    pub fn is_unsaved(&self) -> bool {
        self.saved != *self.history.present() || self.saved_view != self.document.view
    }

    /// What the window is called: the name, marked where unsaved, and the file.
    pub fn title(&self) -> String {
        let mark = if self.is_unsaved() { "*" } else { "" };
        let file = self.path.as_deref().and_then(Path::file_name);
        let file = file.map(|file| format!(" – {}", file.display())).unwrap_or_default();
        format!("{}{mark}{file} – NASNet Explorer", self.architecture().name())
    }

    /// A file name to suggest.
    pub fn suggested_name(&self) -> String {
        match self.path.as_ref().and_then(|path| path.file_name()) {
            Some(name) => name.to_string_lossy().into_owned(),
            None => {
                let safe = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
                let name: String = self.architecture().name().chars().map(safe).collect();
                format!("{}.json", name.to_lowercase())
            }
        }
    }

    /// Carries out an edit; those with the same gesture number undo together. Returns whether
    /// the network changed.
    pub fn apply(&mut self, edit: &Edit, gesture: Option<u64>) -> Result<bool, EditError> {
        match gesture {
            Some(gesture) => self.history.apply_in_gesture(edit, gesture)?,
            None => self.history.apply(edit)?,
        }
        Ok(self.refresh())
    }

    /// Takes the last step back; whether there was one.
    pub fn undo(&mut self) -> bool {
        self.history.undo() && self.refresh()
    }

    /// Does the last undone step again; whether there was one.
    pub fn redo(&mut self) -> bool {
        self.history.redo() && self.refresh()
    }

    /// Saves to `path`, which becomes the document's file. The document stays unsaved if that
    /// fails.
    pub fn save(&mut self, path: &Path) -> Result<(), DocumentError> {
        self.document.architecture = (**self.history.present()).clone();
        self.document.save(path)?;
        self.path = Some(path.to_owned());
        self.saved = self.history.present().clone();
        self.saved_view = self.document.view.clone();
        Ok(())
    }

    /// The sides of blocks in one kind of cell whose weights are random numbers since an edit.
    pub fn untrained(&self, kind: CellKind, training: &Training) -> BTreeSet<(StateName, Side)> {
        match training {
            Training::Partly { untrained } => {
                untrained.iter().filter_map(|group| operand_of(kind, group)).collect()
            }
            Training::Untrained | Training::Loaded => BTreeSet::new(),
        }
    }

    fn refresh(&mut self) -> bool {
        let present = self.history.present();
        if *present == self.analysis.architecture {
            return false;
        }
        if present.preset() != self.analysis.architecture.preset() {
            self.preset = preset_of(present);
        }
        self.analysis = Arc::new(Analysis::new(present.clone()));
        true
    }
}

fn preset_of(architecture: &Architecture) -> Option<Arc<Analysis>> {
    let preset = zoo::architecture(architecture.preset())?;
    Some(Arc::new(Analysis::new(Arc::new(preset))))
}

/// The side of a block that a group such as `cell_7/b3/left` belongs to, if it is in a cell of
/// this kind.
fn operand_of(kind: CellKind, group: &str) -> Option<(StateName, Side)> {
    let mut parts = group.split('/');
    let cell = parts.next()?;
    let reduction = cell.starts_with("reduction_cell_") || cell.starts_with("cell_stem_");
    if reduction != (kind == CellKind::Reduction) {
        return None;
    }
    let block = parts.next()?.parse().ok()?;
    let side = parts.next()?;
    let side = Side::BOTH.into_iter().find(|known| known.to_string() == side)?;
    Some((block, side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Setting;

    fn workspace() -> Workspace {
        let network = zoo::architecture(zoo::DEFAULT).expect("a preset");
        Workspace::new(Document::new(network), None)
    }

    #[test]
    fn unsaved_is_what_differs_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut workspace = workspace();
        assert!(!workspace.is_unsaved());
        workspace.apply(&Edit::Set(Setting::N, 3), None).unwrap();
        assert!(workspace.is_unsaved() && workspace.title().contains('*'));
        workspace.undo();
        assert!(!workspace.is_unsaved());
        workspace.redo();
        workspace.save(&path).unwrap();
        assert!(!workspace.is_unsaved());
        workspace.undo();
        assert!(workspace.is_unsaved());
        workspace.redo();
        workspace.view_mut().normal.insert(StateName::H, [1.0, 2.0]);
        assert!(workspace.is_unsaved());
    }

    #[test]
    fn a_failed_save_leaves_the_document_unsaved() {
        let mut workspace = workspace();
        workspace.apply(&Edit::Set(Setting::N, 3), None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert!(workspace.save(folder.path()).is_err());
        assert!(workspace.is_unsaved());
        assert_eq!(workspace.path(), None);
    }

    #[test]
    fn the_cost_follows_edits_and_the_preset_follows_the_document() {
        let mut workspace = workspace();
        let before = workspace.analysis().cost.parameters();
        assert!(workspace.apply(&Edit::Set(Setting::N, 3), None).unwrap());
        assert!(workspace.analysis().cost.parameters().total > before.total);
        assert_eq!(workspace.preset().unwrap().cost.parameters(), before);
        let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
        workspace.apply(&Edit::Open(Box::new(mobile)), None).unwrap();
        assert_eq!(workspace.preset().unwrap().cost.parameters().trainable, 5_289_978);
    }

    #[test]
    fn untrained_groups_are_found_in_their_cells() {
        let training = Training::Partly {
            untrained: ["cell_7/b3/left", "cell_stem_0/b1/right", "cell_2/h", "head/dense"]
                .map(str::to_owned)
                .to_vec(),
        };
        let workspace = workspace();
        let normal = workspace.untrained(CellKind::Normal, &training);
        assert_eq!(normal.into_iter().collect::<Vec<_>>(), [(StateName::Block(3), Side::Left)]);
        let reduction = workspace.untrained(CellKind::Reduction, &training);
        assert_eq!(reduction.into_iter().collect::<Vec<_>>(), [(StateName::Block(1), Side::Right)]);
    }
}
