//! Whether a network fits in memory, before any of it is allocated.

use sysinfo::{CGroupLimits, MemoryRefreshKind, RefreshKind, System};

use crate::cost::Cost;
use crate::format::{bytes, grouped};

/// Why a network is not built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this network needs about {} ({} of weights for {} parameters, {} of activations), more than the {} \
     that are free; lower F, N or the input size",
    bytes(*.needed), bytes(*.weights), grouped(*.parameters), bytes(*.activations), bytes(*.free)
)]
pub struct TooLarge {
    /// Bytes in all.
    pub needed: u64,
    /// Bytes of the weights, as float32.
    pub weights: u64,
    /// Parameters and moving statistics.
    pub parameters: u64,
    /// Bytes of the activations alive at once.
    pub activations: u64,
    /// Bytes free.
    pub free: u64,
}

/// Convolutions need workspaces of about the size of what they read.
const WORKSPACES: u64 = 2;

/// Refuses a network that needs more than nine tenths of what is free.
pub fn check(cost: &Cost, free: u64) -> Result<(), TooLarge> {
    let weights = cost.weight_bytes();
    let activations = cost.activation_bytes.peak.saturating_mul(WORKSPACES);
    let needed = weights.saturating_add(activations);
    if needed > free / 10 * 9 {
        let parameters = cost.parameters().total;
        return Err(TooLarge { needed, weights, parameters, activations, free });
    }
    Ok(())
}

/// Why so many inputs are not run at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{examples} inputs at once need about {}, more than the {} that are free; \
     run fewer at once",
    bytes(*.needed), bytes(*.free)
)]
pub struct TooMany {
    /// How many were to run.
    pub examples: usize,
    /// Bytes of the inputs and of the activations alive at once.
    pub needed: u64,
    /// Bytes free.
    pub free: u64,
}

/// Refuses a batch that needs more than nine tenths of what is free; the weights are there
/// already.
pub fn check_batch(cost: &Cost, examples: usize, free: u64) -> Result<(), TooMany> {
    let each = cost.activation_bytes.peak.saturating_mul(WORKSPACES);
    let needed = each.saturating_mul(examples as u64);
    match needed > free / 10 * 9 {
        true => Err(TooMany { examples, needed, free }),
        false => Ok(()),
    }
}

/// Bytes that this process can still use: what the system has free, or what its group may take.
pub fn free() -> u64 {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::everything());
    let system = System::new_with_specifics(memory);
    let available = system.available_memory();
    // The group's own free memory counts the files it has read, which the system keeps only as
    // long as nobody needs the room.
    let left = |group: CGroupLimits| group.total_memory.saturating_sub(group.rss);
    system.cgroup_limits().map_or(available, |group| available.min(left(group)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Edit, Setting, zoo};
    use crate::{cost, plan};

    #[test]
    fn four_thousand_filters_are_refused_with_their_estimate() {
        let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
        let cost_of = |f| {
            let network = mobile.edited(&Edit::Set(Setting::F, f)).unwrap();
            cost::analyse(&plan::lower(&network))
        };
        assert_eq!(check(&cost_of(44), 2_000_000_000), Ok(()));
        let error = check(&cost_of(4000), 64_000_000_000).unwrap_err();
        assert!(error.needed > 100_000_000_000);
        let text = error.to_string();
        assert!(text.contains("more than the 64.00 GB that are free; lower F"), "{text}");
    }

    #[test]
    fn a_batch_is_refused_where_one_input_is_not() {
        let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
        let cost = cost::analyse(&plan::lower(&mobile));
        assert_eq!(check_batch(&cost, 1, 1_000_000_000), Ok(()));
        let text = check_batch(&cost, 1000, 1_000_000_000).unwrap_err().to_string();
        assert!(text.starts_with("1000 inputs at once need about 6."), "{text}");
        assert!(text.ends_with(" GB that are free; run fewer at once"), "{text}");
    }

    #[test]
    fn some_memory_is_free() {
        assert!(free() > 1_000_000);
    }
}
