//! What the program says when it refuses an edit, word for word.

use nasnet_explorer::arch::{
    Architecture, CellKind, Combine, Edit, Op, Operand, Setting, Side, StateName,
};

use crate::support::network;

const CELL: CellKind = CellKind::Normal;

fn block(number: u16) -> StateName {
    StateName::Block(number)
}

fn refusal(network: &Architecture, edit: &Edit) -> String {
    network.edited(edit).expect_err("an illegal edit").to_string()
}

fn mobile() -> Architecture {
    network("nasnet-a-mobile", &[])
}

fn operand(from: StateName) -> Operand {
    Operand { op: Op::Identity, from }
}

fn replug(number: u16, from: StateName) -> Edit {
    Edit::Replug { cell: CELL, block: block(number), side: Side::Left, from }
}

fn add(left: StateName) -> Edit {
    let (left, right) = (operand(left), operand(StateName::H));
    Edit::AddBlock { cell: CELL, left, right, combine: Combine::Add }
}

#[test]
fn a_wire_to_a_later_state_is_refused_with_the_legal_ones() {
    assert_eq!(
        refusal(&mobile(), &replug(1, block(3))),
        "normal cell: b1 left cannot read b3: it may read h, p, b0"
    );
    assert_eq!(
        refusal(&mobile(), &replug(1, block(1))),
        "normal cell: b1 left cannot read b1: it may read h, p, b0"
    );
    assert_eq!(
        refusal(&mobile(), &add(StateName::Input(2))),
        "normal cell: b5 left cannot read input2: it may read h, p, b0, b1, b2, b3, b4"
    );
}

#[test]
fn a_block_that_does_not_exist_is_refused_with_those_that_do() {
    let known = "the blocks are b0, b1, b2, b3, b4";
    let edits = [
        replug(9, StateName::H),
        Edit::SetOp { cell: CELL, block: block(9), side: Side::Left, op: Op::Identity },
        Edit::SetCombine { cell: CELL, block: block(9), combine: Combine::Concat },
        Edit::RemoveBlock { cell: CELL, block: block(9) },
    ];
    for edit in edits {
        let expected = format!("normal cell: there is no block b9; {known}");
        assert_eq!(refusal(&mobile(), &edit), expected);
    }
    let input = Edit::RemoveBlock { cell: CELL, block: StateName::H };
    assert_eq!(refusal(&mobile(), &input), format!("normal cell: there is no block h; {known}"));
}

#[test]
fn a_block_in_use_is_refused_with_its_users() {
    let remove = |number| Edit::RemoveBlock { cell: CellKind::Reduction, block: block(number) };
    assert_eq!(
        refusal(&mobile(), &remove(1)),
        "reduction cell: b1 is read by b3; re-plug it first"
    );
    assert_eq!(
        refusal(&mobile(), &remove(0)),
        "reduction cell: b0 is read by b3, b4; re-plug them first"
    );
}

#[test]
fn outputs_exist_once_and_at_least_one() {
    let set = |output: &[StateName]| Edit::SetOutput { cell: CELL, output: output.to_vec() };
    let states = "h, p, b0, b1, b2, b3, b4";
    assert_eq!(
        refusal(&mobile(), &set(&[])),
        format!("normal cell: a cell needs at least one output; any of {states} can be one")
    );
    assert_eq!(
        refusal(&mobile(), &set(&[block(0), block(7)])),
        format!("normal cell: b7 cannot be an output: the states are {states}")
    );
    assert_eq!(
        refusal(&mobile(), &set(&[block(0), block(1), block(0)])),
        "normal cell: b0 is in the output list twice; each state may be there once"
    );
    let lone = network("nasnet-a-mobile", &[set(&[block(4)])]);
    assert_eq!(
        refusal(&lone, &Edit::RemoveBlock { cell: CELL, block: block(4) }),
        "normal cell: a cell needs at least one output; any of h, p, b0, b1, b2, b3 can be one"
    );
}

#[test]
fn a_cell_has_one_to_thirty_two_blocks() {
    let full = network("nasnet-a-mobile", &vec![add(StateName::P); 27]);
    assert_eq!(full.cell(CELL).blocks().len(), 32);
    assert_eq!(
        refusal(&full, &add(StateName::P)),
        "normal cell: a cell has 1 to 32 blocks, this would have 33"
    );
    let removals: Vec<_> =
        (1..5).map(|number| Edit::RemoveBlock { cell: CELL, block: block(number) }).collect();
    let lone = network("nasnet-a-mobile", &removals);
    assert_eq!(
        refusal(&lone, &Edit::RemoveBlock { cell: CELL, block: block(0) }),
        "normal cell: a cell has 1 to 32 blocks, this would have 0"
    );
}

#[test]
fn a_new_block_is_an_output_and_names_stay() {
    let edits = [add(block(0)), Edit::RemoveBlock { cell: CELL, block: block(2) }, add(block(5))];
    let edited = network("nasnet-a-mobile", &edits);
    let names: Vec<_> = edited.cell(CELL).output().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["p", "b0", "b1", "b3", "b4", "b5", "b6"]);
}

#[test]
fn numbers_are_refused_with_the_legal_ones() {
    let set = |setting, value| refusal(&mobile(), &Edit::Set(setting, value));
    let rule =
        "with the ImageNet stem it is a multiple of 4 (the stem cells have F/4 and F/2 filters)";
    assert_eq!(set(Setting::F, 45), format!("F cannot be 45: {rule}, for example 44 or 48"));
    assert_eq!(set(Setting::F, 2), "F cannot be 2: it may be 4 to 16384");
    assert_eq!(set(Setting::N, 1_000_000_000), "N cannot be 1000000000: it may be 1 to 200");
    assert_eq!(set(Setting::N, 0), "N cannot be 0: it may be 1 to 200");
    assert_eq!(set(Setting::StemChannels, 0), "Stem channels cannot be 0: it may be 1 to 16384");
    assert_eq!(set(Setting::Input, 31), "Input size cannot be 31: it may be 32 to 4096");
    assert_eq!(
        set(Setting::Classes, u32::MAX),
        "Classes cannot be 4294967295: it may be 1 to 1000000"
    );
    let cifar = network("nasnet-a-cifar-6-768", &[Edit::Set(Setting::F, 45)]);
    assert_eq!(cifar.settings().f, 45, "the CIFAR stem has no cells of F/4 filters");
}
