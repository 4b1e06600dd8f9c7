//! Reads the command line, does what it asks, and prints the answer.

use std::process::ExitCode;

use anyhow::Context as _;
use nasnet_explorer::cli::{self, Answer, Cli};

fn main() -> ExitCode {
    quieten_graphics_layers();
    let arguments = Cli::read();
    log_to_stderr(arguments.verbose);
    quieten_panics();
    let json = arguments.json;
    let outcome = std::panic::catch_unwind(|| run(arguments));
    let outcome = outcome.unwrap_or_else(|_| {
        Err(anyhow::anyhow!("internal error; run again with -v for the place, and report it"))
    });
    let printed = outcome.and_then(|answer| match answer {
        Some(answer) => answer.print(json).context("cannot write the answer to stdout"),
        None => Ok(()),
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Carries out the command, or opens the window; the window answers nothing.
fn run(arguments: Cli) -> anyhow::Result<Option<Answer>> {
    match arguments.command {
        Some(command) => cli::run(command).map(Some),
        #[cfg(feature = "gui")]
        None => window::open(arguments),
        #[cfg(all(feature = "compute", not(feature = "gui")))]
        None => {
            let why = "This program was built without its window";
            cli::tour(&arguments.files, arguments.device.into(), why).map(Some)
        }
        #[cfg(not(feature = "compute"))]
        None => anyhow::bail!("this program was built without its window; see --help"),
    }
}

#[cfg(feature = "gui")]
mod window {
    use std::path::Path;

    use anyhow::bail;
    use nasnet_explorer::arch::{Document, zoo};
    use nasnet_explorer::cli::{self, Answer, Cli};
    use nasnet_explorer::data::samples;
    use nasnet_explorer::engine;
    use nasnet_explorer::ui::{self, RunError, Start};

    /// Opens the window, or says the same in the terminal where there is no display.
    pub fn open(arguments: Cli) -> anyhow::Result<Option<Answer>> {
        let Cli { files, screenshot, device, .. } = arguments;
        if let Some(path) = &screenshot {
            check_is_png(path)?;
        }
        let device = device.into();
        let why = match has_display() {
            false => "There is no display".to_owned(),
            true => {
                let Some(network) = zoo::architecture(zoo::DEFAULT) else {
                    bail!("the preset {} is missing", zoo::DEFAULT);
                };
                let start = Start {
                    document: Document::new(network),
                    path: None,
                    files: files.clone(),
                    samples: samples::all().to_vec(),
                };
                match ui::run(start, screenshot.clone(), move |wake| engine::start(device, wake)) {
                    Ok(()) => return Ok(None),
                    Err(RunError::Window(reason)) => {
                        format!("The window could not be opened ({reason})")
                    }
                    Err(RunError::Screenshot(reason)) => bail!(reason),
                }
            }
        };
        if screenshot.is_some() {
            bail!("{why}: a screenshot needs a window; run it with a display, such as Xvfb");
        }
        cli::tour(&files, device, &why).map(Some)
    }

    /// A picture in a format that its name does not promise would be opened by nothing.
    fn check_is_png(path: &Path) -> anyhow::Result<()> {
        let extension = path.extension().map(|extension| extension.to_string_lossy());
        match extension {
            Some(extension) if extension.eq_ignore_ascii_case("png") => Ok(()),
            _ => bail!(
                "a picture of the window is a PNG: name it {}",
                path.with_extension("png").display()
            ),
        }
    }

    /// Whether there is something to open a window on; only Linux and its like can lack it.
    fn has_display() -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
    }
}

/// Mesa puts a layer into every Vulkan program that looks for a Wayland display and, where there
/// is none, complains on stderr, which is for our own one line. We choose adapters ourselves.
fn quieten_graphics_layers() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_some() {
        return;
    }
    // SAFETY: called first in `main`, while no other thread can read the environment.
    unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
}

fn log_to_stderr(verbose: u8) {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    // Drivers and toolkits log a great deal; without -v only our own errors count.
    let (ours, others) = match verbose {
        0 => (LevelFilter::ERROR, LevelFilter::OFF),
        1 => (LevelFilter::INFO, LevelFilter::WARN),
        _ => (LevelFilter::DEBUG, LevelFilter::DEBUG),
    };
    let filter = Targets::new().with_default(others).with_target("nasnet_explorer", ours);
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// Panics of the computing libraries are caught and told in a sentence; where they happened is
/// for the log.
fn quieten_panics() {
    std::panic::set_hook(Box::new(|panic| tracing::info!("{panic}")));
}

fn tell(line: &str) {
    use std::io::Write as _;
    // Nothing is left to do where even stderr is gone.
    let _ = writeln!(std::io::stderr(), "{line}");
}
