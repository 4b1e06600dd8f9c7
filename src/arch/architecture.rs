//! A whole network as a document.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use serde::{Deserialize, Serialize};

use super::{Cell, CellKind, Edit, EditError, Family, SettingError, Settings, zoo};

/// A NASNet: two cells and the settings around them. Always valid; changed only by [`Edit`]s.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Architecture {
    /// What the user calls it.
    name: String,
    /// The preset that it started from, that "reset" returns to and costs are compared with.
    preset: String,
    #[serde(flatten)]
    settings: Settings,
    normal: Cell,
    reduction: Cell,
}

#[derive(Deserialize)]
struct Unchecked {
    name: String,
    preset: String,
    #[serde(flatten)]
    settings: Settings,
    normal: Cell,
    reduction: Cell,
}

impl TryFrom<Unchecked> for Architecture {
    type Error = SettingError;

    fn try_from(file: Unchecked) -> Result<Self, Self::Error> {
        Architecture {
            name: file.name,
            preset: file.preset,
            settings: file.settings,
            normal: file.normal,
            reduction: file.reduction,
        }
        .checked()
    }
}

impl Architecture {
    /// A network of these cells and settings, that "reset" returns to `preset` from.
    ///
    /// # Errors
    /// When a setting is not legal, or does not go with the cells.
    pub fn new(
        name: &str,
        preset: &str,
        settings: Settings,
        [normal, reduction]: [Cell; 2],
    ) -> Result<Self, SettingError> {
        let (name, preset) = (name.to_owned(), preset.to_owned());
        Architecture { name, preset, settings, normal, reduction }.checked()
    }

    /// The network itself where its settings are legal and go with its cells.
    fn checked(self) -> Result<Self, SettingError> {
        self.settings.check()?;
        let [normal, reduction] = [&self.normal, &self.reduction].map(|cell| cell.inputs().len());
        if normal != reduction {
            return Err(SettingError::MixedInputs { normal, reduction });
        }
        if self.normal.concatenates() {
            return Ok(self);
        }
        match self.settings {
            Settings { family: Family::Nasnet, skip_reduction: false, .. } => Ok(self),
            Settings { family: Family::Nasnet, .. } => Err(SettingError::SkipOfFourInputs),
            Settings { family, .. } => Err(SettingError::FamilyOfFourInputs(family)),
        }
    }

    /// A network of the zoo; its settings and cells are legal by test.
    pub(super) fn from_preset(
        preset: &zoo::Preset,
        settings: Settings,
        normal: Cell,
        reduction: Cell,
    ) -> Self {
        Architecture {
            name: preset.title.to_owned(),
            preset: preset.name.to_owned(),
            settings,
            normal,
            reduction,
        }
    }

    /// What the user calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the preset that it started from.
    pub fn preset(&self) -> &str {
        &self.preset
    }

    /// The settings around the cells.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// One of the two cells.
    pub fn cell(&self, kind: CellKind) -> &Cell {
        match kind {
            CellKind::Normal => &self.normal,
            CellKind::Reduction => &self.reduction,
        }
    }

    /// A number that differs, almost surely, between different documents of one run.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// The document after one edit, or why there is none.
    pub fn edited(&self, edit: &Edit) -> Result<Architecture, EditError> {
        let mut next = self.clone();
        let in_cell = |cell| move |source| EditError::Cell { cell, source };
        match edit {
            Edit::SetOp { cell, block, side, op } => {
                next.cell_mut(*cell).set_op(*block, *side, *op).map_err(in_cell(*cell))?;
            }
            Edit::Replug { cell, block, side, from } => {
                next.cell_mut(*cell).replug(*block, *side, *from).map_err(in_cell(*cell))?;
            }
            Edit::AddBlock { cell, left, right, combine } => {
                let target = next.cell_mut(*cell);
                target.add_block(*left, *right, *combine).map_err(in_cell(*cell))?;
            }
            Edit::RemoveBlock { cell, block } => {
                next.cell_mut(*cell).remove_block(*block).map_err(in_cell(*cell))?;
            }
            Edit::SetCombine { cell, block, combine } => {
                next.cell_mut(*cell).set_combine(*block, *combine).map_err(in_cell(*cell))?;
            }
            Edit::SetOutput { cell, output } => {
                next.cell_mut(*cell).set_output(output.clone()).map_err(in_cell(*cell))?;
            }
            Edit::Set(setting, value) => next.settings = next.settings.with(*setting, *value),
            Edit::SetFlavour(flavour) => next.settings.flavour = *flavour,
            Edit::SetSkipReduction(skip) => next.settings.skip_reduction = *skip,
            Edit::SetSettings(settings) => next.settings = *settings,
            Edit::Rename(name) => next.name.clone_from(name),
            Edit::Reset => {
                let preset = zoo::architecture(&self.preset);
                next = preset.ok_or_else(|| EditError::NoSuchPreset(self.preset.clone()))?;
            }
            Edit::Open(architecture) => next = (**architecture).clone(),
        }
        Ok(next.checked()?)
    }

    fn cell_mut(&mut self, kind: CellKind) -> &mut Cell {
        match kind {
            CellKind::Normal => &mut self.normal,
            CellKind::Reduction => &mut self.reduction,
        }
    }
}
