//! Networks as text: what others publish is read, what is written is read again, what is wrong is
//! pointed at.

use nasnet_explorer::arch::{
    Architecture, Block, Cell, CellKind, Combine, Family, Flavour, Op, Operand, Settings,
    StateName, StemKind, zoo,
};
use nasnet_explorer::cost::analyse;
use nasnet_explorer::interop::{Form, LENGTH_LIMIT, read, recognise, write};
use nasnet_explorer::plan::lower;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::network;

const DARTS_V2: &str = "DARTS_V2 = Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), \
    ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), \
    ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], \
    reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), \
    ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], \
    reduce_concat=range(2, 6))";

const ENAS: &str = "fixed_arc=\"0 2 0 0 0 4 0 1 0 4 1 1 1 0 0 1 0 2 1 1
    1 0 1 0 0 3 0 2 1 1 3 1 1 0 0 4 0 3 1 1\"";

/// The same as the released scripts have it.
const ENAS_SCRIPT: &str = "fixed_arc=\"0 2 0 0 0 4 0 1 0 4 1 1 1 0 0 1 0 2 1 1\"
fixed_arc=\"$fixed_arc 1 0 1 0 0 3 0 2 1 1 3 1 1 0 0 4 0 3 1 1\"";

const SLIM: &str = "
# the normal cell
operations = ['separable_5x5_2', 'separable_3x3_2', 'separable_5x5_2', 'separable_3x3_2',
              'avg_pool_3x3', 'none', 'avg_pool_3x3', 'avg_pool_3x3', 'separable_3x3_2', 'none',]
used_hiddenstates = [1, 0, 0, 0, 0, 0, 0]
hiddenstate_indices = [0, 1, 1, 1, 0, 1, 1, 1, 0, 0]
# the reduction cell
operations = ['separable_5x5_2', 'separable_7x7_2', 'max_pool_3x3', 'separable_7x7_2',
              'avg_pool_3x3', 'separable_5x5_2', 'none', 'avg_pool_3x3', 'separable_3x3_2',
              'max_pool_3x3']
used_hiddenstates = [1, 1, 1, 0, 0, 0, 0]
hiddenstate_indices = [0, 1, 0, 1, 0, 1, 3, 2, 2, 0]
";

const LINE: &str = "nasnet N=4 F=44 stem=imagenet/32 input=224 classes=1000 flavour=keras | \
    sep5(h)+sep3(p) sep5(p)+sep3(p) avg3(h)+id(p) avg3(p)+avg3(p) sep3(h)+id(h) \
    > p b0 b1 b2 b3 b4 | sep5(h)+sep7(p) max3(h)+sep7(p) avg3(h)+sep5(p) id(b1)+avg3(b0) \
    sep3(b0)+max3(h) > b1 b2 b3 b4";

fn cells(network: &Architecture) -> [&Cell; 2] {
    CellKind::BOTH.map(|kind| network.cell(kind))
}

fn parsed(text: &str) -> Architecture {
    read(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn published_texts_are_the_published_networks() {
    for (text, form, preset) in [
        (DARTS_V2, Form::Genotype, "darts-v2-cifar"),
        (ENAS, Form::Enas, "enas-cifar"),
        (ENAS_SCRIPT, Form::Enas, "enas-cifar"),
        (SLIM, Form::Slim, "nasnet-a-mobile"),
        (LINE, Form::Line, "nasnet-a-mobile"),
    ] {
        assert_eq!(recognise(text), Some(form));
        let (found, wanted) = (parsed(text), network(preset, &[]));
        assert_eq!(cells(&found), cells(&wanted), "{form}");
        assert_eq!(found.settings(), wanted.settings(), "{form}");
        assert_eq!(found.preset(), preset);
    }
    assert_eq!(write(&network("nasnet-a-mobile", &[]), Form::Line).as_deref(), Ok(LINE));
    let one_cell = SLIM.split("# the reduction").next().expect("two parts");
    let pnasnet = parsed(one_cell);
    assert_eq!(pnasnet.settings().family, Family::Pnasnet, "one cell alone is PNASNet's way");
    assert_eq!(pnasnet.cell(CellKind::Normal), pnasnet.cell(CellKind::Reduction));
}

#[test]
fn the_decisions_of_the_controller_are_counted_as_the_paper_lists_them() {
    // sep 5x5(h) + sep 3x3(p), then identity(b0) joined with a 1x1 convolution of h.
    let text = "controller = [0, 1, 11, 10, 0, 2, 0, 0, 8, 1,  1, 1, 5, 5, 0, 2, 2, 4, 3, 0]";
    let found = parsed(text);
    let line = write(&found, Form::Line).expect("a line says everything");
    assert!(
        line.ends_with(
            "| sep5(h)+sep3(p) id(b0)&1x1(h) > b1 | max3(p)+max3(p) avg3(b0)+dil3(b0) > b1"
        ),
        "{line}"
    );
    assert_eq!(write(&found, Form::Controller).as_deref(), Ok(&*text.replace(",  1", ", 1")));
}

#[test]
fn every_member_of_the_zoo_survives_its_line() {
    for name in zoo::names() {
        let wanted = network(name, &[]);
        let line = write(&wanted, Form::Line).expect("a line says everything");
        assert!(line.len() < 400 && !line.contains('\n'), "{name}: {} bytes", line.len());
        let found = parsed(&line);
        assert_eq!(
            (cells(&found), found.settings()),
            (cells(&wanted), wanted.settings()),
            "{name}"
        );
    }
}

#[test]
fn errors_point_at_the_character() {
    for (text, place, what) in [
        ("Genotype(normal=[('sep_conv_9x9', 0)", (1, 19), "is no operation that can be built"),
        ("Genotype(normal=[('none', 0)", (1, 19), "\"none\" is no operation"),
        ("Genotype(normal=[('skip_connect', 2)", (1, 35), "2 is too large: at most 1"),
        ("Genotype(normal=[('skip_connect', 0)],", (1, 17), "their number is odd"),
        ("Genotype(normal=7", (1, 17), "expected a list in brackets, found '7'"),
        ("Genotype(", (1, 10), "expected normal, found the end of the text"),
        ("fixed_arc = 0 0 0 0", (1, 20), "here are 4"),
        ("fixed_arc = 0 0 0 0 2 0 0 0", (1, 21), "state 2 does not exist yet"),
        ("fixed_arc = 0 5 0 0 0 0 0 0", (1, 15), "5 is no operation"),
        ("fixed_arc = 3 0 0 0 0 0 0 0", (1, 13), "state 3 does not exist yet"),
        ("controller = [0, 1, 13, 0, 0, 0, 0, 0, 0, 0]", (1, 21), "13 is no operation here"),
        ("controller = [0, 1, 1, 0, 7, 0, 0, 0, 0, 0]", (1, 27), "7 is no combination here"),
        ("operations = ['none']", (1, 22), "needs all of the lists"),
        ("operations = ['nine']", (1, 15), "\"nine\" is no operation"),
        ("operations = ['none\n']", (1, 15), "the quote is not closed"),
        ("\n# é\n operations = []\n operation = []", (4, 2), "is none of the lists"),
        ("nasnet N=4 G=3 | id(h)", (1, 12), "expected N=, F="),
        ("nasnet stem=mushroom | id(h)", (1, 13), "is no stem; the stems are imagenet"),
        ("nasnet N=0 | id(h)+id(p) > b0 | id(h)+id(p) > b0", (1, 1), "N cannot be 0"),
        ("nasnet | id(h)+id(b0) > b0 | ", (1, 19), "expected one of the states h, p here"),
        ("nasnet | id(h)-id(p) > b0 | ", (1, 15), "expected '+' or '&'"),
        ("nasnet | id(h)+ix(p) > b0 | ", (1, 16), "\"ix\" is no operation"),
        ("nasnet | b3=id(h)+id(p) b3=id(h)+id(p) > b3 | ", (1, 25), "a block here is b4 to b999"),
        ("nasnet | id(h)+id(p) > | ", (1, 10), "output"),
        (
            "nasnet | id(h)+id(p) > b0 | id(h)+id(p) > b0 | ",
            (1, 46),
            "expected the end of the text",
        ),
    ] {
        let error = read(text).expect_err(text);
        assert_eq!((error.line, error.column), place, "{text}: {error}");
        assert!(error.what.contains(what), "{text}: {error}");
        let shown: Vec<_> = error.to_string().lines().map(str::to_owned).collect();
        assert_eq!(shown.len(), 3, "{error}");
        let caret = shown[2].chars().count() - 3;
        let line = text.lines().nth(place.0 - 1).expect("the line");
        assert_eq!(shown[1].chars().nth(caret + 2), line.chars().nth(place.1 - 1), "{error}");
    }
}

#[test]
fn a_long_line_is_shown_around_the_place() {
    let text = LINE.replace("avg3(b0)", "avg3(b8)");
    let error = read(&text).expect_err("no b8 yet");
    let shown = error.to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[2], format!("  {}^", " ".repeat(36)));
    assert!(lines[1].len() <= 74 && lines[1][38..].starts_with("b8) "), "{shown}");
}

#[test]
fn endless_texts_are_refused() {
    let long = format!("{LINE}{}", " ".repeat(LENGTH_LIMIT));
    assert!(read(&long).expect_err("too long").what.contains("at most 65536 are read"));
    for (text, what) in [
        (format!("Genotype(normal=[{}", "('skip_connect', 0),".repeat(100)), "at most 64 items"),
        (format!("fixed_arc = {}", "0 ".repeat(1000)), "too many numbers: at most 256"),
        (format!("nasnet | {}", "id(h)+id(p) ".repeat(33)), "at most 32 blocks"),
        (format!("nasnet | id(h)+id(p) > {}", "b0 ".repeat(99)), "names a state twice"),
        (format!("controller = {}", "9".repeat(99)), "is too large"),
        (format!("Genotype({}", "[".repeat(9999)), "expected normal"),
    ] {
        let error = read(&text).expect_err(what);
        assert!(error.what.contains(what), "{error}");
    }
}

#[test]
fn what_a_form_cannot_say_is_said() {
    let refused = |name, form: Form| {
        write(&network(name, &[]), form).expect_err("cannot be said").to_string()
    };
    assert_eq!(
        refused("nasnet-a-mobile", Form::Enas),
        "the output of the normal cell is not the unused states, which the form enas takes for \
         granted; write a line instead"
    );
    assert_eq!(
        refused("nasnet-a-unused-cifar", Form::Enas),
        "the reduction cell has sep_conv_7x7 in b0, which the form enas has no name for; write a \
         line instead"
    );
    assert!(refused("darts-v2-cifar", Form::Slim).contains("dil_conv_3x3 in b3"));
    let newer = parsed("nasnet | max2(h)+id(p) > b0 | id(h)+id(p) > b0");
    let error = write(&newer, Form::Controller).expect_err("not the paper's").to_string();
    assert!(error.contains("max_pool_2x2 in b0"), "{error}");
    let joined = parsed("nasnet | id(h)&id(p) > b0 | id(h)+id(p) id(h)+id(h) > b0 b1");
    let error = write(&joined, Form::Genotype).expect_err("a concatenation").to_string();
    assert!(error.starts_with("b0 of the normal cell is joined by concat"), "{error}");
    let error = write(&joined, Form::Controller).expect_err("lengths").to_string();
    assert!(error.starts_with("the cells have 1 and 2 blocks"), "{error}");
}

/// Sides by operation and the number of a state that is brought into range, how they are joined,
/// and how far the block's number is from the one before.
type Draw = (Op, u16, Op, u16, Combine, u16);

fn drawn_cell(draws: &[Draw], gaps: bool, joins: bool, unused: bool, output: Vec<usize>) -> Cell {
    let mut states = StateName::INPUTS.to_vec();
    let mut number = 0;
    let mut blocks = Vec::new();
    for (left, at_left, right, at_right, combine, gap) in draws {
        let from = |place: u16| states[usize::from(place) % states.len()];
        let name = StateName::Block(number + if gaps { *gap } else { 0 });
        let combine = if joins { *combine } else { Combine::Add };
        blocks.push(Block {
            name,
            left: Operand { op: *left, from: from(*at_left) },
            right: Operand { op: *right, from: from(*at_right) },
            combine,
        });
        states.push(name);
        number = match name {
            StateName::Block(taken) => taken + 1,
            StateName::Input(_) => number,
        };
    }
    let mut names: Vec<_> = output.iter().map(|place| states[place % states.len()]).collect();
    names.dedup();
    let cell = Cell::new(&blocks, vec![states[2]]).expect("legal blocks");
    let names = if unused { cell.unused_states() } else { names };
    Cell::new(&blocks, names).expect("a legal cell")
}

fn draws(ops: Vec<Op>) -> impl Strategy<Value = Vec<Draw>> {
    let op = || select(ops.clone());
    let combine = || select(Combine::ALL.to_vec());
    vec((op(), any::<u16>(), op(), any::<u16>(), combine(), 0..20_u16), 1..9)
}

/// Places of states in ascending order, so that none is named twice.
fn output() -> impl Strategy<Value = Vec<usize>> {
    subsequence(vec![0, 1, 2], 1..=3)
}

proptest! {
    #[test]
    fn a_line_says_everything(
        normal in draws(Op::ALL.to_vec()),
        reduction in draws(Op::ALL.to_vec()),
        (first, second) in (output(), output()),
        family in select(Family::ALL.to_vec()),
        stem in select(StemKind::ALL.to_vec()),
        flavour in select(Flavour::ALL.to_vec()),
        (n, f, stem_channels, input, classes) in (1..200_u32, 1..99_u32, 2..99_u32, 32..999_u32, 1..9999_u32),
        skip_reduction: bool,
    ) {
        let f = 4 * f;
        let settings =
            Settings { n, f, stem, stem_channels, input, classes, skip_reduction, flavour, family };
        let cells = [
            drawn_cell(&normal, true, true, false, first),
            drawn_cell(&reduction, true, true, false, second),
        ];
        let network = Architecture::new("mine", "none", settings, cells).expect("legal");
        let line = write(&network, Form::Line).expect("a line says everything");
        let found = read(&line).expect("its own line");
        prop_assert_eq!(found.settings(), network.settings());
        prop_assert_eq!(CellKind::BOTH.map(|kind| found.cell(kind) == network.cell(kind)), [true; 2]);
    }

    /// Without gaps the cells come back; with gaps, networks that cost the same.
    #[test]
    fn what_a_form_can_say_is_read_back(
        normal in draws(vec![Op::SeparableConv3x3, Op::SeparableConv5x5, Op::AveragePool3x3,
            Op::MaxPool3x3, Op::Identity]),
        reduction in draws(vec![Op::SeparableConv3x3, Op::MaxPool3x3, Op::Identity]),
        gaps: bool,
        form in select(vec![Form::Genotype, Form::Enas, Form::Slim, Form::Controller]),
        (first, second) in (output(), output()),
    ) {
        let length = normal.len().min(reduction.len());
        let unused = matches!(form, Form::Enas | Form::Controller);
        let cells = [
            drawn_cell(&normal[..length], gaps, false, unused, first),
            drawn_cell(&reduction[..length], gaps, false, unused, second),
        ];
        let network = network_of(form, cells);
        let text = match write(&network, form) {
            Ok(text) => text,
            // `p` before `h` is not ascending, for the form that cannot say that.
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        prop_assert_eq!(recognise(&text), Some(form));
        let found = read(&text).expect("its own text");
        if !gaps {
            prop_assert_eq!(CellKind::BOTH.map(|kind| found.cell(kind) == network.cell(kind)), [true; 2]);
        }
        prop_assert_eq!(analyse(&lower(&found)).total, analyse(&lower(&network)).total);
    }

    #[test]
    fn a_changed_text_is_a_network_or_an_error_with_a_place(
        text in select(vec![DARTS_V2, ENAS, SLIM, LINE]),
        place: proptest::sample::Index,
        sign in select("09 'b(),]=|>+é\n#\"\u{0}Gn".chars().collect::<Vec<_>>()),
        cut: bool,
    ) {
        let at = place.index(text.len());
        let end = if cut { text.len() } else { at + 1 };
        let changed = format!("{}{sign}{}", &text[..at], &text[end..]);
        if let Err(error) = read(&changed) {
            prop_assert!(error.line <= changed.matches('\n').count() + 1);
            prop_assert!(error.to_string().lines().all(|line| line.len() < 600));
        }
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}", start in select(vec!["", "nasnet | ",
        "Genotype(", "fixed_arc = ", "controller = [", "operations = ["])) {
        let _ = read(&[start, &text].concat());
    }
}

fn network_of(form: Form, cells: [Cell; 2]) -> Architecture {
    let preset = match form {
        Form::Genotype => "darts-v2-cifar",
        Form::Enas => "enas-cifar",
        Form::Controller => "nasnet-a-cifar-6-768",
        Form::Slim | Form::Line => "nasnet-a-mobile",
    };
    Architecture::new("mine", preset, *network(preset, &[]).settings(), cells).expect("legal")
}
