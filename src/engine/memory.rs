//! Whether a network fits in memory, before any of it is allocated.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

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

/// Refuses a network that needs more than nine tenths of what is free.
pub fn check(cost: &Cost, free: u64) -> Result<(), TooLarge> {
    let weights = cost.weight_bytes();
    // Convolutions need workspaces of about the size of what they read.
    let activations = cost.activation_bytes.peak.saturating_mul(2);
    let needed = weights.saturating_add(activations);
    if needed > free / 10 * 9 {
        let parameters = cost.parameters().total;
        return Err(TooLarge { needed, weights, parameters, activations, free });
    }
    Ok(())
}

/// Bytes that this process can still use: what the system has free, or what its group may take.
pub fn free() -> u64 {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::everything());
    let system = System::new_with_specifics(memory);
    let available = system.available_memory();
    system.cgroup_limits().map_or(available, |limits| available.min(limits.free_memory))
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
    fn some_memory_is_free() {
        assert!(free() > 1_000_000);
    }
}
