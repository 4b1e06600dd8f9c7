//! Cells of four inputs and four outputs, sums that are normalised, and the templates of NASNet-B
//! and NASNet-C.

use nasnet_explorer::arch::{
    Architecture, Block, Cell, CellError, CellKind, Combine, Document, Edit, Op, Operand, Setting,
    Settings, Side, StateName, StemKind, cell_as_text, zoo,
};
use nasnet_explorer::cost::{analyse, by_group};
use nasnet_explorer::interop::{self, Form};
use nasnet_explorer::plan::{Kind, Layer, Plan, UnitKind, lower, lower_for_training};
use serde_json::{Value, json};

use crate::support::{assert_consistent, network};

const TEMPLATE: &str = "nasnet-b-template";
const NORMAL: CellKind = CellKind::Normal;
const REDUCTION: CellKind = CellKind::Reduction;

fn b(number: u16) -> StateName {
    StateName::Block(number)
}

fn template(n: u32, stem: StemKind) -> Architecture {
    let start = network(TEMPLATE, &[]);
    let input = if stem == StemKind::Cifar { 32 } else { 64 };
    let settings = Settings { n, f: 8, stem, stem_channels: 12, input, ..*start.settings() };
    start.edited(&Edit::SetSettings(settings)).expect("legal settings")
}

fn layer<'a>(plan: &'a Plan, path: &str) -> &'a Layer {
    plan.layers.iter().find(|layer| layer.path == path).unwrap_or_else(|| panic!("no {path}"))
}

/// What an input of a cell is made of: the unit and which of its outputs.
fn origin(plan: &Plan, group: &str) -> String {
    let signature = &plan.signatures[group];
    match plan.signatures.get(signature) {
        Some(_) => origin(plan, signature),
        None => signature.clone(),
    }
}

#[test]
fn output_k_goes_to_the_cell_k_plus_one_later() {
    let plan = lower(&template(2, StemKind::Cifar));
    assert_consistent(&plan);
    let cells: Vec<_> = plan.units.iter().filter(|unit| unit.path.contains("cell")).collect();
    for (index, unit) in cells.iter().enumerate() {
        for (number, name) in StateName::FOUR_INPUTS.into_iter().enumerate() {
            let group = format!("{}/{name}", unit.path);
            let wanted = match index.checked_sub(number + 1) {
                Some(earlier) => format!("{}[b{number}]", cells[earlier].path),
                None if index == 0 && number > 0 => {
                    assert!(!plan.signatures.contains_key(&group), "the stem as it is");
                    continue;
                }
                None => "stem[]".to_owned(),
            };
            // An output that already fits is read without an adjustment.
            match plan.signatures.contains_key(&group) {
                true => assert_eq!(origin(&plan, &group), wanted, "{group}"),
                false => assert!(number > 0 && index > number, "{group} is not adjusted"),
            }
        }
    }
    // The templates add h to each of the others, here one that already fits.
    let unit = plan.units.iter().find(|unit| unit.path == "reduction_cell_0").expect("a cell");
    assert_eq!(layer(&plan, "cell_3/b1").inputs[1], unit.outputs[1]);
}

#[test]
fn outputs_in_another_order_go_to_other_cells() {
    let order = [b(2), b(0), StateName::Input(3), b(1)];
    let edit = Edit::SetOutput { cell: NORMAL, output: order.to_vec() };
    let edited = template(3, StemKind::Cifar).edited(&edit).expect("legal");
    let plan = lower(&edited);
    assert_consistent(&plan);
    assert_eq!(plan.signatures["cell_2/h"], "cell_1[b2]");
    assert_eq!(plan.signatures["cell_3/p"], "cell_2[b0]", "halved, so signed");
    assert_eq!(plan.signatures["cell_3/input2"], "cell_1[input3]");
    assert_eq!(plan.signatures["head"], "cell_8[b2,b0,input3,b1]");
}

#[test]
fn an_input_two_reductions_back_is_halved_twice() {
    let plan = lower(&template(1, StemKind::Cifar));
    assert_consistent(&plan);
    // cell_0, reduction_cell_0, cell_1, reduction_cell_1, cell_2
    assert_eq!(plan.signatures["cell_2/input3_1"], "cell_0[b3]");
    assert_eq!(plan.signatures["cell_2/input3"], "cell_2/input3_1");
    let sizes = |path: &str| layer(&plan, path).shape.to_array();
    assert_eq!(sizes("cell_2/input3_1/bn"), [32, 16, 16]);
    assert_eq!(sizes("cell_2/input3/bn"), [32, 8, 8]);
    assert!(!plan.signatures.contains_key("cell_2/input2_1"), "one halving is enough");
}

#[test]
fn with_every_stem_there_is_a_network() {
    for stem in StemKind::ALL {
        for n in [1, 2, 4] {
            let network = template(n, stem);
            let plan = lower(&network);
            assert_consistent(&plan);
            let cells = plan.units.iter().filter(|unit| matches!(unit.kind, UnitKind::Cell(_)));
            assert!(cells.clone().all(|unit| unit.outputs.len() == 4));
            let stem_cells = if stem == StemKind::Imagenet { 2 } else { 0 };
            assert_eq!(cells.count(), 3 * n as usize + 2 + stem_cells);
        }
    }
    let plan = lower(&template(4, StemKind::Imagenet));
    assert_eq!(plan.signatures["cell_stem_1/h"], "cell_stem_0[b0]");
    assert_eq!(plan.signatures["cell_stem_1/input3"], "stem[]", "no cell lies there");
    assert_eq!(plan.signatures["cell_0/p"], "cell_stem_0[b1]");
    assert_eq!(plan.signatures["cell_0/input2_1"], "stem[]");
}

#[test]
fn classifiers_read_all_four_outputs() {
    let network = network(TEMPLATE, &[]);
    let plan = lower_for_training(&network);
    assert_eq!(plan.penultimate(), 1152, "4 @ 1152 is four outputs of 4 F");
    let units = |path: &str| plan.units.iter().find(|unit| unit.path == path).expect("a unit");
    assert_eq!(layer(&plan, "head/outputs").inputs, units("cell_11").outputs);
    assert_eq!(layer(&plan, "head/outputs").kind, Kind::Concat);
    assert_eq!(layer(&plan, "aux/outputs").inputs, units("cell_7").outputs);
    assert_eq!(plan.signatures["head"], "cell_11[b0,b1,b2,b3]");
    let joined = plan.layers.iter().filter(|layer| layer.path.ends_with("/output"));
    assert_eq!(joined.count(), 0, "no cell concatenates");
}

#[test]
fn the_templates_are_placeholders_of_the_named_sizes() {
    for (name, inputs, penultimate) in [(TEMPLATE, 4, 1152), ("nasnet-c-template", 2, 640)] {
        let preset = zoo::PRESETS.iter().find(|preset| preset.name == name).expect(name);
        assert!(preset.is_template() && preset.title.contains("template"));
        assert!(preset.note.starts_with("Not NASNet"), "{}", preset.note);
        let network = preset.architecture();
        assert!(network.name().contains("template"));
        assert_eq!((network.settings().n, lower(&network).penultimate()), (4, penultimate));
        for kind in CellKind::BOTH {
            let cell = network.cell(kind);
            assert_eq!(cell.inputs().len(), inputs);
            let blocks = cell.blocks();
            assert_eq!(blocks.len(), 4);
            assert!(
                blocks
                    .iter()
                    .all(|one| [one.left, one.right].iter().all(|at| at.op == Op::Identity))
            );
        }
    }
    assert_eq!(zoo::PRESETS.iter().filter(|preset| preset.is_template()).count(), 2);
}

#[test]
fn a_norm_follows_the_sum_and_holds_a_scale_and_a_shift() {
    let set = |block, combine| Edit::SetCombine { cell: NORMAL, block: b(block), combine };
    let edits =
        [set(0, Combine::AddLayerNorm), set(1, Combine::AddInstanceNorm), set(2, Combine::Concat)];
    let start = template(2, StemKind::Cifar);
    let edited = edits.iter().fold(start.clone(), |network, edit| network.edited(edit).unwrap());
    let (before, plan) = (lower(&start), lower(&edited));
    assert_consistent(&plan);
    for (path, groups) in [("cell_1/b0", 1), ("cell_1/b1", 8), ("cell_4/b1", 32)] {
        let norm = layer(&plan, &format!("{path}/norm"));
        assert_eq!(norm.kind, Kind::GroupNorm { groups, epsilon: 1e-5 });
        assert_eq!(plan.layers[norm.inputs[0]].path, path);
        assert_eq!(plan.layers[norm.inputs[0]].kind, Kind::Add);
    }
    assert_eq!(plan.signatures["cell_1/b0"], "layer_norm(identity(h) + identity(h))");
    assert_eq!(plan.signatures["cell_1/b1"], "instance_norm(identity(h) + identity(p))");
    let groups = by_group(&plan);
    assert_eq!((groups["cell_4/b0"].parameters, groups["cell_4/b0"].macs), (64, 0));
    let names: Vec<_> = plan.parameters().into_iter().map(|one| one.path).collect();
    let norms: Vec<_> = names.iter().filter(|name| name.starts_with("cell_1/b0/")).collect();
    assert_eq!(norms, ["cell_1/b0/norm/gamma", "cell_1/b0/norm/beta"]);
    // A block is dropped before its sum, not behind the norm.
    let sum = plan.blocks.iter().find(|block| plan.layers[block.layer].path == "cell_1/b0");
    assert_eq!(sum.map(|block| plan.layers[block.layer].kind), Some(Kind::Add));
    // Two states that are normalised, in 2 + 2 + 2 cells of 8, 16 and 32 filters.
    let of = |plan: &Plan| analyse(plan).parameters().trainable;
    let without_concat = edits[..2].iter().fold(start, |one, edit| one.edited(edit).unwrap());
    assert_eq!(of(&lower(&without_concat)) - of(&before), 2 * 2 * 2 * (8 + 16 + 32));
    assert_eq!(analyse(&lower(&without_concat)).total.macs, analyse(&before).total.macs);
}

#[test]
fn a_cell_of_four_has_four_outputs_whatever_is_done() {
    let start = network(TEMPLATE, &[]);
    let identity = |from| Operand { op: Op::Identity, from };
    let add = Edit::AddBlock {
        cell: NORMAL,
        left: identity(StateName::Input(3)),
        right: identity(b(3)),
        combine: Combine::Add,
    };
    let longer = start.edited(&add).expect("legal");
    assert_eq!(longer.cell(NORMAL).output(), [b(0), b(1), b(2), b(3)], "b4 is not built yet");
    assert_eq!(lower(&longer), lower(&start));
    let refused =
        |network: &Architecture, edit: &Edit| network.edited(edit).unwrap_err().to_string();
    assert_eq!(
        refused(&longer, &Edit::RemoveBlock { cell: NORMAL, block: b(2) }),
        "normal cell: b2 is output 2 of the cell; make another state output 2 first"
    );
    let output = |names: &[StateName]| Edit::SetOutput { cell: REDUCTION, output: names.to_vec() };
    assert_eq!(
        refused(&start, &output(&[b(0), b(1), b(2)])),
        "reduction cell: a cell of 4 inputs has 4 outputs, one for each of the next four cells, \
         this would have 3"
    );
    let longer = longer.edited(&output(&[b(0), b(1), b(3), b(2)])).expect("another order");
    let swap = Edit::SetOutput { cell: NORMAL, output: vec![b(0), b(1), b(4), b(3)] };
    let swapped = longer.edited(&swap).expect("legal");
    swapped.edited(&Edit::RemoveBlock { cell: NORMAL, block: b(2) }).expect("no output any more");
    let family = Settings { family: nasnet_explorer::arch::Family::Darts, ..*start.settings() };
    assert_eq!(
        refused(&start, &Edit::SetSettings(family)),
        "the family darts takes cells of 2 inputs; cells of 4 go with the family nasnet"
    );
    assert!(refused(&start, &Edit::SetSkipReduction(true)).starts_with("p cannot be wired"));
    start.edited(&Edit::Set(Setting::N, 1)).expect("any depth");
    let replug =
        Edit::Replug { cell: NORMAL, block: b(0), side: Side::Left, from: StateName::Input(2) };
    start.edited(&replug).expect("an input of four");
    assert_eq!(
        refused(&network("nasnet-a-small", &[]), &replug),
        "normal cell: b0 left cannot read input2: it may read h, p"
    );
}

#[test]
fn three_inputs_are_no_cell() {
    let operand = Operand { op: Op::Identity, from: StateName::H };
    let block = Block { name: b(0), left: operand, right: operand, combine: Combine::Add };
    let three = Cell::with_inputs(3, &[block], vec![b(0)]);
    assert_eq!(three, Err(CellError::InputCount(3)));
    assert_eq!(Cell::with_inputs(4, &[block], vec![b(0)]), Err(CellError::OutputCount(1)));
}

#[test]
fn documents_keep_the_inputs_and_older_ones_do_not_mention_them() {
    let document = Document::new(network(TEMPLATE, &[]));
    let file: Value = serde_json::from_str(&document.to_json()).expect("JSON");
    assert_eq!(file["version"], 3);
    assert_eq!(file["normal"]["inputs"], 4);
    let read = Document::parse(document.to_json().as_bytes(), "mine.json").expect("its own");
    assert_eq!(read.architecture, document.architecture);
    assert_eq!(read.to_json(), document.to_json());

    let normalised = Edit::SetCombine { cell: NORMAL, block: b(0), combine: Combine::AddLayerNorm };
    let text = Document::new(network("nasnet-a-small", &[normalised])).to_json();
    assert!(text.contains("\"add_layer_norm\"") && text.contains("\"version\": 3"));
    assert!(!text.contains("inputs"));

    // Opened as four inputs, edited to two, saved: nothing of the four is left.
    let mut changed = read;
    changed.architecture = network("nasnet-a-small", &[]);
    let again = Document::parse(changed.to_json().as_bytes(), "mine.json").expect("legal");
    assert_eq!(again.architecture, changed.architecture);
}

#[test]
fn documents_that_are_wrong_say_how() {
    let file: Value =
        serde_json::from_str(&Document::new(network(TEMPLATE, &[])).to_json()).unwrap();
    let refusal = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        let error = Document::parse(file.to_string().as_bytes(), "a.json").unwrap_err();
        error.to_string().replace("a.json holds no legal network: ", "")
    };
    let cell = "normal cell: ";
    for (inputs, what) in [
        (json!(3), "a cell has 2 or 4 inputs, this would have 3"),
        (json!(0), "a cell has 2 or 4 inputs, this would have 0"),
        (json!(1e9 as u64), "a cell has 2 or 4 inputs, this would have 1000000000"),
        (json!(2), "b2 right cannot read input2: it may read h, p, b0, b1"),
    ] {
        assert_eq!(
            refusal(&|file| file["normal"]["inputs"] = inputs.clone()),
            format!("{cell}{what}")
        );
    }
    assert!(refusal(&|file| file["normal"]["inputs"] = json!("four")).starts_with(cell));
    assert_eq!(
        refusal(&|file| file["normal"]["output"] = json!(["b0", "b1", "b2", "b3", "h"])),
        "normal cell: a cell of 4 inputs has 4 outputs, one for each of the next four cells, this \
         would have 5"
    );
    let two: Value =
        serde_json::from_str(&Document::new(network("nasnet-a-small", &[])).to_json()).unwrap();
    assert_eq!(
        refusal(&|file| file["reduction"] = two["reduction"].clone()),
        "the normal cell has 4 inputs and the reduction cell 2; both have 2 or both 4"
    );
    assert_eq!(
        refusal(&|file| file["family"] = json!("enas")),
        "the family enas takes cells of 2 inputs; cells of 4 go with the family nasnet"
    );
    assert!(refusal(&|file| file["skip_reduction"] = json!(true)).contains("skip_reduction"));
    assert!(
        refusal(&|file| file["normal"]["blocks"][0]["combine"] = json!("add_batch_norm"))
            .contains("add_layer_norm")
    );
    assert!(
        refusal(&|file| file["normal"]["blocks"][0]["left"]["from"] = json!("input4"))
            .contains("input2, input3")
    );
}

#[test]
fn a_line_says_it_and_other_forms_do_not() {
    let line = "nasnet N=2 F=8 stem=cifar/24 input=32 classes=10 flavour=slim inputs=4 \
        | ln(sep3(h)+id(input3)) in(id(p)+avg3(b0)) id(input2)&id(h) id(b0)+id(b2) > b0 b1 b2 b3 \
        | id(h)+id(p) max3(h)+id(input2) id(b0)+id(b1) id(input3)+id(p) > b3 b2 b1 b0";
    let found = interop::read(line).expect("a line");
    assert_eq!(interop::write(&found, Form::Line).as_deref(), Ok(line));
    assert_eq!(found.cell(NORMAL).block(b(0)).unwrap().combine, Combine::AddLayerNorm);
    assert_eq!(found.cell(REDUCTION).output()[0], b(3));
    assert_eq!(
        cell_as_text(found.cell(NORMAL)),
        "b0 = layer_norm(sep 3×3(h) + identity(input3))\n\
         b1 = instance_norm(identity(p) + avg 3×3(b0))\n\
         b2 = [identity(input2), identity(h)]\n\
         b3 = identity(b0) + identity(b2)\n\
         out 0 = b0, to the next cell\n\
         out 1 = b1, to the second next cell\n\
         out 2 = b2, to the third next cell\n\
         out 3 = b3, to the fourth next cell"
    );
    for form in [Form::Genotype, Form::Enas, Form::Slim, Form::Controller] {
        let error = interop::write(&found, form).expect_err("four inputs").to_string();
        assert!(error.starts_with("the cells have 4 inputs, which the form"), "{error}");
    }
    let norm = interop::read("nasnet | ln(id(h)+id(p)) > b0 | id(h)+id(p) > b0").expect("a line");
    for form in [Form::Genotype, Form::Enas, Form::Slim, Form::Controller] {
        let error = interop::write(&norm, form).expect_err("a norm").to_string();
        assert!(error.contains("b0 of the normal cell is joined by add + layer norm"), "{error}");
    }
    for (text, column, what) in [
        ("nasnet inputs=3 | ", 15, "a cell has 2 or 4 inputs"),
        ("nasnet | ln(id(h)&id(p)) > b0 |", 18, "expected '+'"),
        ("nasnet | id(input2)+id(p) > b0 |", 13, "one of the states h, p here"),
        ("nasnet inputs=4 | id(h)+id(p) > b0 |", 19, "has 4 outputs"),
        (
            "darts inputs=4 | id(h)+id(p) > h p b0 input2 | id(h)+id(p) > h p b0 input2",
            1,
            "family darts",
        ),
    ] {
        let error = interop::read(text).expect_err(text);
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.to_string().contains(what), "{text}: {error}");
    }
}
