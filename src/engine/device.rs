//! Which device computes, and why.

use std::fmt;

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
