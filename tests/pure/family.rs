//! The relatives of NASNet-A: published figures, and what makes each family itself.

use nasnet_explorer::arch::{Architecture, Edit, Settings, zoo};
use nasnet_explorer::cost::analyse;
use nasnet_explorer::plan::lower;

use crate::support::{assert_consistent, network};

#[test]
fn print() {
    for name in zoo::names() {
        let plan = lower(&network(name, &[]));
        assert_consistent(&plan);
        let cost = analyse(&plan);
        println!("{name} {:?} {}", cost.parameters(), cost.total.macs);
    }
    for (name, change) in [
        ("amoebanet-a", (190, 331, false)),
        ("amoebanet-a", (448, 299, false)),
        ("amoebanet-a", (32, 32, true)),
        ("amoebanet-a", (36, 32, true)),
        ("pnasnet-5-mobile", (54, 224, false)),
    ] {
        let start: Architecture = network(name, &[]);
        let (f, input, cifar) = change;
        let small = network("nasnet-a-small", &[]);
        let s = *start.settings();
        let settings = if cifar {
            Settings { n: s.n, f, stem_channels: 3 * f, family: s.family, ..*small.settings() }
        } else {
            Settings { f, input, classes: 1001, ..s }
        };
        let n = start.edited(&Edit::SetSettings(settings)).unwrap();
        let cost = analyse(&lower(&n));
        println!("{name} {change:?} {:?} {}", cost.parameters(), cost.total.macs);
    }
}
