//! What happens on every edit, before the window can be drawn again: under a millisecond.

use divan::{Bencher, black_box};
use nasnet_explorer::arch::{Architecture, CellKind, Edit, Op, Setting, Side, StateName, zoo};
use nasnet_explorer::cost::{Cost, analyse};
use nasnet_explorer::plan::lower;

fn main() {
    divan::main();
}

fn large() -> Architecture {
    zoo::architecture("nasnet-a-large").expect("a preset")
}

fn another_operation() -> Edit {
    Edit::SetOp {
        cell: CellKind::Normal,
        block: StateName::Block(0),
        side: Side::Left,
        op: Op::SeparableConv7x7,
    }
}

fn cost_after(network: &Architecture, edit: &Edit) -> Cost {
    let edited = network.edited(edit).expect("a legal edit");
    analyse(&lower(&edited))
}

#[divan::bench]
fn an_operation_of_large(bencher: Bencher) {
    let (network, edit) = (large(), another_operation());
    bencher.bench(|| cost_after(black_box(&network), black_box(&edit)));
}

#[divan::bench]
fn the_filters_of_large(bencher: Bencher) {
    let (network, edit) = (large(), Edit::Set(Setting::F, 172));
    bencher.bench(|| cost_after(black_box(&network), black_box(&edit)));
}

#[divan::bench]
fn only_the_edit(bencher: Bencher) {
    let (network, edit) = (large(), another_operation());
    bencher.bench(|| black_box(&network).edited(black_box(&edit)));
}

#[divan::bench]
fn only_the_lowering(bencher: Bencher) {
    let network = large();
    bencher.bench(|| lower(black_box(&network)));
}

#[divan::bench]
fn only_the_cost(bencher: Bencher) {
    let plan = lower(&large());
    bencher.bench(|| analyse(black_box(&plan)));
}
