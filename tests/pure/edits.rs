//! Whatever is done to a document, it stays one, and can be undone and saved.

use nasnet_explorer::arch::{
    Architecture, Cell, CellKind, Combine, Document, Edit, Flavour, History, Op, Operand, Setting,
    Side, StateName, View, zoo,
};
use nasnet_explorer::cost::analyse;
use nasnet_explorer::plan::lower;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::{assert_consistent, network};

/// Mostly states that a published cell has, sometimes ones that it never has.
fn state() -> impl Strategy<Value = StateName> {
    prop_oneof![
        4 => select(StateName::FOUR_INPUTS.to_vec()),
        8 => (0..7_u16).prop_map(StateName::Block),
        1 => any::<u16>().prop_map(StateName::Block),
        1 => (2..9_u8).prop_map(StateName::Input),
    ]
}

fn operand() -> impl Strategy<Value = Operand> {
    (select(Op::ALL.to_vec()), state()).prop_map(|(op, from)| Operand { op, from })
}

/// Legal values, those just outside, and any.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..70_u32, 2 => select(vec![200, 201, 4_096, 16_384, 16_385]), 1 => any::<u32>()]
}

fn edit() -> impl Strategy<Value = Edit> {
    let cell = || select(CellKind::BOTH.to_vec());
    let side = || select(Side::BOTH.to_vec());
    let combine = || select(Combine::ALL.to_vec());
    let op = select(Op::ALL.to_vec());
    prop_oneof![
        (cell(), state(), side(), op).prop_map(|(cell, block, side, op)| Edit::SetOp {
            cell,
            block,
            side,
            op
        }),
        (cell(), state(), side(), state()).prop_map(|(cell, block, side, from)| Edit::Replug {
            cell,
            block,
            side,
            from
        }),
        (cell(), operand(), operand(), combine())
            .prop_map(|(cell, left, right, combine)| Edit::AddBlock { cell, left, right, combine }),
        (cell(), state()).prop_map(|(cell, block)| Edit::RemoveBlock { cell, block }),
        (cell(), state(), combine()).prop_map(|(cell, block, combine)| Edit::SetCombine {
            cell,
            block,
            combine
        }),
        (cell(), vec(state(), 0..6)).prop_map(|(cell, output)| Edit::SetOutput { cell, output }),
        (select(Setting::ALL.to_vec()), number()).prop_map(|(setting, to)| Edit::Set(setting, to)),
        select(Flavour::ALL.to_vec()).prop_map(Edit::SetFlavour),
        any::<bool>().prop_map(Edit::SetSkipReduction),
        "[a-zäß\"\\\\\n]{0,9}".prop_map(Edit::Rename),
        Just(Edit::Reset),
        preset().prop_map(|network| Edit::Open(Box::new(network))),
        preset().prop_map(|network| Edit::SetSettings(*network.settings())),
    ]
}

fn preset() -> impl Strategy<Value = Architecture> {
    prop_oneof![
        2 => select(zoo::PRESETS.to_vec()).prop_map(|preset| preset.architecture()),
        1 => Just(network("nasnet-b-template", &[])),
    ]
}

fn edited() -> impl Strategy<Value = Architecture> {
    (preset(), vec(edit(), 0..30)).prop_map(|(start, edits)| {
        edits.iter().fold(start, |network, edit| network.edited(edit).unwrap_or(network))
    })
}

/// Words of which a refusal must have one: what the edit is about.
fn things(edit: &Edit) -> Vec<String> {
    match edit {
        Edit::SetOp { block, .. }
        | Edit::Replug { block, .. }
        | Edit::SetCombine { block, .. }
        | Edit::RemoveBlock { block, .. } => {
            vec![block.to_string(), "1 to 32 blocks".into(), "at least one output".into()]
        }
        Edit::AddBlock { left, right, .. } => {
            vec![left.from.to_string(), right.from.to_string(), "1 to 32 blocks".into()]
        }
        Edit::SetOutput { output, .. } => {
            let names = output.iter().map(StateName::to_string);
            let count = format!(
                "4 outputs, one for each of the next four cells, this would have {}",
                output.len()
            );
            names.chain(["at least one output".to_owned(), count]).collect()
        }
        Edit::SetSkipReduction(_) | Edit::SetSettings(_) => vec!["cells of 4".to_owned()],
        Edit::Set(setting, _) => vec![setting.label().to_owned()],
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]

    #[test]
    fn edits_give_legal_networks_or_say_what_is_wrong(
        start in preset(),
        edits in vec(edit(), 1..40),
    ) {
        let mut history = History::new(start);
        for edit in &edits {
            let before = history.present().clone();
            if let Err(error) = history.apply(edit) {
                let (message, names) = (error.to_string(), things(edit));
                prop_assert!(names.iter().any(|name| message.contains(name)), "{edit}: {message}");
                prop_assert_eq!(history.present(), &before);
                continue;
            }
            let network = history.present();
            prop_assert_eq!(network.settings().check(), Ok(()));
            for kind in CellKind::BOTH {
                let cell = network.cell(kind);
                let inputs = cell.inputs().len();
                let again = Cell::with_inputs(inputs, &cell.blocks(), cell.output().to_vec());
                prop_assert_eq!(again.as_ref(), Ok(cell));
            }
            let plan = lower(network);
            assert_consistent(&plan);
            let counted: u64 = plan.parameters().iter().map(|parameter| parameter.elements()).sum();
            prop_assert_eq!(analyse(&plan).parameters().total, counted);
        }
    }

    #[test]
    fn undo_and_redo_visit_every_version(start in preset(), edits in vec(edit(), 1..40)) {
        let mut history = History::new(start);
        let mut versions = vec![history.present().clone()];
        for edit in &edits {
            if history.apply(edit).is_ok() && history.present() != &versions[versions.len() - 1] {
                versions.push(history.present().clone());
            }
        }
        for version in versions.iter().rev().skip(1) {
            prop_assert!(history.undo());
            prop_assert_eq!(history.present(), version);
        }
        prop_assert!(!history.undo());
        for version in &versions[1..] {
            prop_assert!(history.redo());
            prop_assert_eq!(history.present(), version);
        }
        prop_assert!(!history.redo());
    }

    #[test]
    fn documents_come_back_from_their_text(
        architecture in edited(),
        normal in btree_map(state_in_files(), [-1e6_f32..1e6, -1e6_f32..1e6], 0..4),
        reduction in btree_map(state_in_files(), [-1e6_f32..1e6, -1e6_f32..1e6], 0..4),
    ) {
        let mut document = Document::new(architecture);
        document.view = View { normal, reduction };
        let read = Document::parse(document.to_json().as_bytes(), "a.json");
        let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read.architecture, &document.architecture);
        prop_assert_eq!(read.architecture.fingerprint(), document.architecture.fingerprint());
        prop_assert_eq!(&read.view, &document.view);
        prop_assert_eq!(read.to_json(), document.to_json());
    }

    #[test]
    fn keys_of_others_survive_edits(edits in vec(edit(), 0..20)) {
        let mut file = as_json(&Document::new(network("nasnet-a-mobile", &[])));
        file["made_by"] = json!({ "tool": [1, null] });
        file["normal"]["colour"] = json!("blue");
        for block in file["normal"]["blocks"].as_array_mut().unwrap() {
            block["note"] = json!(format!("the note of {}", block["name"]));
            block["left"]["weight"] = json!(0.5);
        }
        let mut document = Document::parse(file.to_string().as_bytes(), "a.json").unwrap();
        for edit in &edits {
            if let Ok(next) = document.architecture.edited(edit) {
                document.architecture = next;
            }
        }
        let written = as_json(&document);
        prop_assert_eq!(&written["made_by"], &file["made_by"]);
        prop_assert_eq!(&written["normal"]["colour"], "blue");
        for block in written["normal"]["blocks"].as_array().unwrap() {
            let old = file["normal"]["blocks"].as_array().unwrap();
            if old.iter().any(|old| old["name"] == block["name"]) {
                prop_assert_eq!(&block["note"], &format!("the note of {}", block["name"]));
                prop_assert_eq!(&block["left"]["weight"], 0.5);
            } else {
                prop_assert_eq!(block.get("note"), None);
            }
        }
    }
}

fn state_in_files() -> impl Strategy<Value = StateName> {
    prop_oneof![select(StateName::FOUR_INPUTS.to_vec()), (0..9_u16).prop_map(StateName::Block)]
}

fn as_json(document: &Document) -> Value {
    serde_json::from_str(&document.to_json()).expect("a document is JSON")
}

#[test]
fn all_edits_of_a_gesture_are_one_step() {
    let mut history = History::new(network("nasnet-a-mobile", &[]));
    let start = history.present().clone();
    history.apply(&Edit::Rename("mine".to_owned())).unwrap();
    let renamed = history.present().clone();
    for filters in [48, 52, 56] {
        history.apply_in_gesture(&Edit::Set(Setting::F, filters), 1).unwrap();
    }
    history.apply_in_gesture(&Edit::Set(Setting::N, 5), 2).unwrap();
    assert_eq!(history.undo_label(), Some("Set N to 5"));
    assert!(history.undo());
    assert_eq!(history.present().settings().f, 56);
    assert_eq!(history.undo_label(), Some("Set F to 56"));
    assert!(history.undo());
    assert_eq!(history.present(), &renamed);
    assert_eq!(history.redo_label(), Some("Set F to 56"));
    assert!(history.undo());
    assert_eq!(history.present(), &start);
}

#[test]
fn a_gesture_that_comes_back_leaves_no_step() {
    let mut history = History::new(network("nasnet-a-mobile", &[]));
    for filters in [48, 52, 44] {
        history.apply_in_gesture(&Edit::Set(Setting::F, filters), 1).unwrap();
    }
    assert_eq!(history.undo_label(), None);
    assert!(!history.undo());
}

#[test]
fn an_edit_after_undo_forgets_what_was_undone_and_one_without_effect_does_not() {
    let mut history = History::new(network("nasnet-a-mobile", &[]));
    history.apply(&Edit::Set(Setting::N, 5)).unwrap();
    history.undo();
    history.apply(&Edit::Set(Setting::N, 4)).unwrap();
    assert_eq!(history.redo_label(), Some("Set N to 5"));
    history.apply(&Edit::Set(Setting::N, 6)).unwrap();
    assert_eq!(history.redo_label(), None);
}

#[test]
fn only_what_the_network_is_makes_documents_differ() {
    let plain = network("nasnet-a-mobile", &[]);
    let rewired = network("nasnet-a-mobile", &[Edit::SetSkipReduction(true)]);
    assert_ne!(plain.fingerprint(), rewired.fingerprint());
    let mut moved = Document::new(plain.clone());
    moved.view.positions_mut(CellKind::Normal).insert(StateName::H, [1.0, 2.0]);
    let read = Document::parse(moved.to_json().as_bytes(), "a.json").unwrap();
    assert_eq!(read.architecture.fingerprint(), plain.fingerprint());
}
