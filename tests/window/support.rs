//! A window and the engine's end of its conversation.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Role;
use eframe::egui::{
    self, Event, Key, Modifiers, OutputCommand, PointerButton, Pos2, ViewportCommand, ViewportId,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{Architecture, Document, zoo};
use nasnet_explorer::data::samples::Sample;
use nasnet_explorer::data::{Picture, Preprocessing};
use nasnet_explorer::engine::{
    self, Activation, DeviceChoice, DeviceReport, Engine, EngineSide, JobId, PictureRun,
    Prediction, Request, RunResult, Training,
};
use nasnet_explorer::plan::lower;
use nasnet_explorer::ui::{Answer, App, Dialogs, Start, StartTraining};
use nasnet_explorer::weights::published::Source;

/// Seconds between frames.
const FRAME: f32 = 0.05;

pub struct Bench {
    pub harness: Harness<'static, App>,
    pub engine: EngineSide,
    /// What the window asked of the desktop since the last look.
    pub commands: Vec<ViewportCommand>,
    outputs: Vec<OutputCommand>,
}

/// A run that the window asked for.
pub struct Run {
    pub job: JobId,
    pub architecture: Arc<Architecture>,
    pub picture: Option<Arc<Picture>>,
    pub preprocessing: Option<Preprocessing>,
}

impl Bench {
    /// A window on a preset, without pictures.
    pub fn new(preset: &str) -> Bench {
        Self::with(preset, Vec::new(), &[], &[])
    }

    pub fn with(
        preset: &str,
        answers: Vec<Answer>,
        files: &[PathBuf],
        samples: &[Sample],
    ) -> Bench {
        let (engine, side) = Engine::pair(Arc::new(|| {}));
        let start = Start {
            document: Document::new(zoo::architecture(preset).expect("a preset")),
            path: None,
            files: files.to_vec(),
            samples: samples.to_vec(),
        };
        let app = App::new(engine, start).with_dialogs(Dialogs::scripted(answers));
        Self::showing(app, side)
    }

    /// A window whose trainings `starter` starts.
    pub fn trained_by(preset: &str, answers: Vec<Answer>, starter: StartTraining) -> Bench {
        let (engine, side) = Engine::pair(Arc::new(|| {}));
        let document = Document::new(zoo::architecture(preset).expect("a preset"));
        let start = Start { document, path: None, files: Vec::new(), samples: Vec::new() };
        let app = App::new(engine, start).with_dialogs(Dialogs::scripted(answers));
        Self::showing(app.with_training(starter), side)
    }

    /// A window that begins with the gallery, with a sample picture.
    pub fn starting_in_gallery(preset: &str) -> Bench {
        let (engine, side) = Engine::pair(Arc::new(|| {}));
        let document = Document::new(zoo::architecture(preset).expect("a preset"));
        let start = Start { document, path: None, files: Vec::new(), samples: samples() };
        let mut app = App::new(engine, start);
        app.show_gallery();
        let mut bench = Self::showing(app, side);
        bench.until_read();
        bench
    }

    /// A window that fetches published weights from and to elsewhere.
    pub fn fetching(preset: &str, source: Source) -> Bench {
        let (engine, side) = Engine::pair(Arc::new(|| {}));
        let document = Document::new(zoo::architecture(preset).expect("a preset"));
        let start = Start { document, path: None, files: Vec::new(), samples: Vec::new() };
        Self::showing(App::new(engine, start).with_source(source), side)
    }

    fn showing(app: App, side: EngineSide) -> Bench {
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_step_dt(FRAME)
            .with_max_steps(60)
            .build_ui_state(|ui, app: &mut App| app.ui(ui), app);
        let (commands, outputs) = (Vec::new(), Vec::new());
        let mut bench = Bench { harness, engine: side, commands, outputs };
        bench.frames(2);
        bench
    }

    pub fn app(&self) -> &App {
        self.harness.state()
    }

    pub fn frames(&mut self, count: usize) {
        for _ in 0..count {
            self.harness.step();
            let output = &self.harness.output().viewport_output[&ViewportId::ROOT];
            self.commands.extend(output.commands.iter().cloned());
            let outputs = &self.harness.output().platform_output.commands;
            self.outputs.extend(outputs.iter().cloned());
        }
    }

    /// Frames until `done`, for what happens on other threads.
    pub fn until(&mut self, what: &str, done: impl Fn(&App) -> bool) {
        let start = Instant::now();
        while !done(self.app()) {
            assert!(start.elapsed() < Duration::from_secs(20), "{what} did not happen");
            std::thread::sleep(Duration::from_millis(2));
            self.frames(1);
        }
        self.frames(2);
    }

    /// Frames until what is shown is as wanted.
    pub fn until_shown(&mut self, what: &str, done: impl Fn(&Bench) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < Duration::from_secs(20), "{what} did not appear");
            self.frames(1);
        }
    }

    /// The texts that were put into the clipboard.
    pub fn copied(&self) -> Vec<String> {
        let text = |command: &OutputCommand| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        };
        self.outputs.iter().filter_map(text).collect()
    }

    /// The addresses that were given to the browser.
    pub fn opened_addresses(&self) -> Vec<String> {
        let address = |command: &OutputCommand| match command {
            OutputCommand::OpenUrl(address) => Some(address.url.clone()),
            _ => None,
        };
        self.outputs.iter().filter_map(address).collect()
    }

    /// Clicks a network of the gallery.
    pub fn click_card(&mut self, title: &str) {
        let start = format!("{title}: ");
        let mut buttons = self.harness.query_all_by_role(Role::Button);
        let named = |label: Option<String>| label.is_some_and(|label| label.starts_with(&start));
        let card = buttons.find(|node| named(node.accesskit_node().label()));
        let place = card.unwrap_or_else(|| panic!("no card {title}")).rect().center();
        drop(buttons);
        self.click_at(place);
    }

    /// Frames until every file has been read.
    pub fn until_read(&mut self) {
        self.frames(2);
        self.until("reading", |app| !app.is_reading());
    }

    pub fn drop_files(&mut self, paths: &[&Path]) {
        let files = paths.iter().map(|path| Arc::new(Dropped(path.to_path_buf())) as Arc<_>);
        self.harness.input_mut().dropped_files.extend(files);
        self.frames(1);
    }

    pub fn close_window(&mut self) {
        let input = self.harness.input_mut();
        let window = input.viewports.entry(ViewportId::ROOT).or_default();
        window.events.push(egui::ViewportEvent::Close);
        self.frames(1);
        let input = self.harness.input_mut();
        input.viewports.entry(ViewportId::ROOT).or_default().events.clear();
        self.frames(1);
    }

    /// The last run that was asked for; earlier ones it replaces.
    pub fn asked_run(&self) -> Option<Run> {
        let runs = self.engine.requests.try_iter().filter_map(|request| match request {
            Request::Run { job, architecture, picture, preprocessing } => {
                Some(Run { job, architecture, picture, preprocessing })
            }
            _ => None,
        });
        runs.last()
    }

    /// The next request of any kind.
    pub fn request(&self) -> Option<Request> {
        self.engine.requests.try_recv().ok()
    }

    pub fn tell(&mut self, event: engine::Event) {
        self.engine.tell(event);
        self.frames(2);
    }

    pub fn finish(&mut self, run: &Run, training: Training) {
        let result = result_of(run, training);
        self.tell(engine::Event::Done { job: run.job, result: Arc::new(result) });
    }

    /// Plays the engine until the window has a result for everything as it is.
    pub fn compute(&mut self) {
        self.frames(6);
        let run = self.asked_run().expect("a run was asked for");
        self.finish(&run, Training::Untrained);
        assert!(self.app().work().is_current());
    }

    pub fn click(&mut self, label: &str) {
        let place = self.harness.get_by_label(label).rect().center();
        self.click_at(place);
    }

    pub fn click_button(&mut self, label: &str) {
        let place = self.harness.get_by_role_and_label(Role::Button, label).rect().center();
        self.click_at(place);
    }

    /// Moves, presses and releases in frames of their own, none of which is lost.
    pub fn click_at(&mut self, pos: Pos2) {
        let button = |pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        for event in [Event::PointerMoved(pos), button(true), button(false)] {
            self.harness.input_mut().events.push(event);
            self.frames(1);
        }
        self.frames(3);
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        for pressed in [true, false] {
            let event = Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
            let held = if pressed { modifiers } else { Modifiers::NONE };
            let events = &mut self.harness.input_mut().events;
            events.extend([Event::ModifiersChanged(held), event]);
            self.frames(1);
        }
        self.frames(3);
    }

    /// Types into the field that has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.harness.input_mut().events.push(Event::Text(text.to_owned()));
        self.frames(2);
    }

    pub fn sees(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Whether some text with `text` in it is shown, and how often.
    pub fn count(&self, text: &str) -> usize {
        self.harness.query_all_by_label_contains(text).count()
    }

    pub fn value(&self, role: Role, label: &str) -> f64 {
        let node = self.harness.get_by_role_and_label(role, label);
        node.accesskit_node().numeric_value().expect("a number")
    }

    pub fn n(&self) -> u32 {
        self.app().workspace().architecture().settings().n
    }

    pub fn asked_for(&self, command: &ViewportCommand) -> bool {
        self.commands.contains(command)
    }
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// What an engine could answer: activations with the shapes of the plan.
pub fn result_of(run: &Run, training: Training) -> RunResult {
    let plan = lower(&run.architecture);
    let units = plan.units.iter().filter(|unit| unit.path != "head");
    let activations = units.map(|unit| {
        let shape = plan.output_shape(unit).to_array().map(|side| side as usize);
        Activation {
            path: unit.path.clone(),
            shape,
            mean: 0.25,
            deviation: 1.5,
            zeros: 0.375,
            range: [-1.0, 2.0],
            maps: vec![128; shape.iter().product()],
        }
    });
    let picture_run = |picture: &Picture| PictureRun {
        forward_ms: 42.0,
        seen: picture.clone(),
        preprocessing: run.preprocessing.unwrap_or(Preprocessing::Cadene),
        predictions: (0..6)
            .map(|class| Prediction {
                class,
                label: format!("label {class}"),
                score: 0.5 / (class + 1) as f32,
            })
            .collect(),
        activations: activations.collect(),
    };
    RunResult {
        fingerprint: run.architecture.fingerprint(),
        device: device("CPU (fake)"),
        training,
        classes: Vec::new(),
        build_ms: 7.0,
        run: run.picture.as_deref().map(picture_run),
    }
}

/// A device of this name.
pub fn device(name: &str) -> DeviceReport {
    DeviceReport {
        choice: DeviceChoice::Auto,
        gpu: name.starts_with("GPU"),
        name: name.to_owned(),
        why: "because".to_owned(),
    }
}

/// A picture file of one colour.
pub fn png(side: u32, gray: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(side, side, image::Rgb([gray; 3]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

/// Two sample pictures.
pub fn samples() -> Vec<Sample> {
    let leaked = |gray| &*png(8, gray).leak();
    vec![Sample { name: "cat", bytes: leaked(10) }, Sample { name: "dog", bytes: leaked(200) }]
}

pub const SMALL: &str = "nasnet-a-small";

/// Raises N by one with the keyboard.
pub fn edit(bench: &mut Bench) {
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert!(bench.app().workspace().is_unsaved());
}
