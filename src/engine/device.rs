//! Which device computes, and why.

use std::fmt;

use burn::tensor::{Device, DeviceKind};
use serde::Serialize;

/// What the user asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// A real GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// The GPU, a software one too.
    Gpu,
    /// The CPU.
    Cpu,
}

impl DeviceChoice {
    /// Every choice.
    pub const ALL: [DeviceChoice; 3] = [DeviceChoice::Auto, DeviceChoice::Gpu, DeviceChoice::Cpu];
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeviceChoice::Auto => "auto",
            DeviceChoice::Gpu => "gpu",
            DeviceChoice::Cpu => "cpu",
        })
    }
}

/// Where the engine computes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceReport {
    /// What was asked for.
    pub choice: DeviceChoice,
    /// Whether it is a GPU.
    pub gpu: bool,
    /// The device, for example `CPU (burn Flex, 4 threads)`.
    pub name: String,
    /// Why this one, for a tooltip.
    pub why: String,
}

/// Why there is no such device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No adapter at all.
    #[error(
        "there is no GPU that wgpu can use (no Vulkan, Metal or DirectX 12 adapter); \
         install its driver, or compute on the CPU"
    )]
    NoGpu,
}

/// A GPU that wgpu can use.
struct Adapter {
    kind: DeviceKind,
    name: String,
    real: bool,
}

/// Chooses a device.
pub fn choose(choice: DeviceChoice) -> Result<(Device, DeviceReport), DeviceError> {
    let adapter = match choice {
        DeviceChoice::Cpu => None,
        _ => best_adapter(),
    };
    match (choice, adapter) {
        (DeviceChoice::Cpu, _) => Ok(cpu(choice, "chosen by the user".to_owned())),
        (DeviceChoice::Gpu, None) => Err(DeviceError::NoGpu),
        (DeviceChoice::Auto, None) => Ok(cpu(choice, "no GPU found".to_owned())),
        (DeviceChoice::Auto, Some(adapter)) if !adapter.real => {
            let why =
                format!("the only GPU, {}, is software; the CPU itself is faster", adapter.name);
            Ok(cpu(choice, why))
        }
        (_, Some(adapter)) => Ok(gpu(choice, adapter)),
    }
}

/// The CPU as a fallback, with the reason.
pub fn cpu(choice: DeviceChoice, why: String) -> (Device, DeviceReport) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let name = format!("CPU (burn Flex, {threads} threads)");
    (Device::flex(), DeviceReport { choice, gpu: false, name, why })
}

fn gpu(choice: DeviceChoice, adapter: Adapter) -> (Device, DeviceReport) {
    cache_kernels();
    let why = match choice {
        DeviceChoice::Auto => "a GPU was found".to_owned(),
        _ => "chosen by the user".to_owned(),
    };
    let name = format!("GPU ({}, burn wgpu)", adapter.name);
    (Device::wgpu(adapter.kind), DeviceReport { choice, gpu: true, name, why })
}

fn best_adapter() -> Option<Adapter> {
    let instance = wgpu::Instance::default();
    let backends = wgpu::Backends::PRIMARY;
    let adapters = pollster::block_on(instance.enumerate_adapters(backends));
    let infos = adapters.iter().map(wgpu::Adapter::get_info);
    let ranked = infos.filter_map(|info| {
        let (rank, kind) = match info.device_type {
            wgpu::DeviceType::DiscreteGpu => (0, DeviceKind::DiscreteGpu(0)),
            wgpu::DeviceType::IntegratedGpu => (1, DeviceKind::IntegratedGpu(0)),
            wgpu::DeviceType::VirtualGpu => (2, DeviceKind::VirtualGpu(0)),
            wgpu::DeviceType::Cpu => (3, DeviceKind::Cpu),
            wgpu::DeviceType::Other => return None,
        };
        Some((rank, Adapter { kind, name: info.name, real: rank < 3 }))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, adapter)| adapter)
}

/// Keeps tuned kernel choices in the user's cache folder: without that every start would tune
/// every shape again, and burn's own default is a `target` folder that users do not have.
fn cache_kernels() {
    use burn::cubecl::config::cache::CacheConfig;
    use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig as _};
    use std::sync::Once;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut config = CubeClRuntimeConfig::from_current_dir();
        config.environment.path = CacheConfig::Global;
        CubeClRuntimeConfig::set(config);
    });
}
