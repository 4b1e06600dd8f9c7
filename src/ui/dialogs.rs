//! Asking for files without holding up the window.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use eframe::egui::Context;

/// Nobody closes a dialog within this time.
const TOO_FAST: Duration = Duration::from_millis(150);

/// What the user is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Files to open.
    Open,
    /// Where to save, with a name to suggest.
    SaveAs {
        /// The file name in the dialog.
        name: String,
    },
    /// Where to save the drawing.
    SaveDrawing,
    /// A folder.
    Folder(FolderUse),
    /// Where to save the trained network.
    SaveTrained,
    /// Where to save the table of trials.
    SaveTrials,
}

/// What a folder is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderUse {
    /// It holds pictures to train on.
    Pictures,
    /// A run is to be saved there.
    Run,
    /// It holds a run to go on with.
    Resume,
}

impl FolderUse {
    /// What the question is called.
    pub fn title(self) -> &'static str {
        match self {
            FolderUse::Pictures => "Folder of the pictures",
            FolderUse::Run => "Folder to save the run in",
            FolderUse::Resume => "Run folder to go on with",
        }
    }
}

/// The name to suggest for a trained network.
pub const TRAINED: &str = "trained.safetensors";
/// The name to suggest for the table of trials.
pub const TRIALS: &str = "trials.csv";

/// The name to suggest for a drawing.
pub const DRAWING: &str = "drawing.png";

/// What the user said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Open these.
    Open(Vec<PathBuf>),
    /// Save here.
    SaveAs(PathBuf),
    /// Save the drawing here.
    SaveDrawing(PathBuf),
    /// Use this folder.
    Folder(FolderUse, PathBuf),
    /// Save the trained network here.
    SaveTrained(PathBuf),
    /// Save the table of trials here.
    SaveTrials(PathBuf),
    /// Neither.
    Nothing,
    /// The desktop has no dialog for the question: it is to be asked in another way.
    NoDialog {
        /// The question.
        question: Question,
        /// Why there is none, in one line.
        reason: String,
    },
}

/// Asks for files, one question at a time.
pub struct Dialogs {
    /// Answers given in advance instead of by a person.
    script: Option<VecDeque<Answer>>,
    sender: Sender<Answer>,
    receiver: Receiver<Answer>,
    open: bool,
}

impl Dialogs {
    /// The dialogs of the desktop.
    pub fn of_system() -> Self {
        let (sender, receiver) = channel();
        Dialogs { script: None, sender, receiver, open: false }
    }

    /// No dialogs: these answers, in order, then nothing.
    pub fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        Dialogs { script: Some(answers.into_iter().collect()), ..Self::of_system() }
    }

    /// Whether a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Asks, unless a question is open already.
    pub fn ask(&mut self, ctx: &Context, question: Question) {
        if self.open {
            return;
        }
        self.open = true;
        let (sender, wake) = (self.sender.clone(), ctx.clone());
        if let Some(script) = &mut self.script {
            let _ = sender.send(script.pop_front().unwrap_or(Answer::Nothing));
            wake.request_repaint();
            return;
        }
        let again = question.clone();
        let spawned = std::thread::Builder::new().name("file dialog".into()).spawn(move || {
            // Nobody listens any more when the window was closed.
            let _ = sender.send(ask_system(&question));
            wake.request_repaint();
        });
        if let Err(error) = spawned {
            let reason = format!("The system refuses a thread for its file dialog ({error})");
            let _ = self.sender.send(Answer::NoDialog { question: again, reason });
        }
    }

    /// The answer, once there is one.
    pub fn poll(&mut self) -> Option<Answer> {
        let answer = self.receiver.try_recv().ok()?;
        self.open = false;
        Some(answer)
    }
}

/// Asks with a dialog of the desktop.
fn ask_system(question: &Question) -> Answer {
    let start = Instant::now();
    match show_dialog(question) {
        // Where there is neither a desktop portal nor zenity, the answer comes faster than a
        // person could close a dialog.
        Answer::Nothing if start.elapsed() < TOO_FAST => Answer::NoDialog {
            question: question.clone(),
            reason: "This desktop shows no file dialog (xdg-desktop-portal or zenity would)"
                .to_owned(),
        },
        answer => answer,
    }
}

fn show_dialog(question: &Question) -> Answer {
    const PICTURES: &[&str] = &["png", "jpg", "jpeg", "webp", "bmp", "gif"];
    const ALL: &[&str] = &[
        "json",
        "h5",
        "hdf5",
        "keras",
        "pth",
        "pt",
        "safetensors",
        "index",
        "gz",
        "txt",
        "py",
        "png",
        "jpg",
        "jpeg",
        "webp",
        "bmp",
        "gif",
    ];
    match question {
        Question::Open => rfd::FileDialog::new()
            .set_title("Open")
            .add_filter("Architectures, pictures, weights", ALL)
            .add_filter("Architectures", &["json"])
            .add_filter("Pictures", PICTURES)
            .add_filter(
                "Weights",
                &["h5", "hdf5", "keras", "pth", "pt", "safetensors", "index", "gz"],
            )
            .add_filter("Networks as text", &["txt", "py"])
            .add_filter("All files", &["*"])
            .pick_files()
            .map_or(Answer::Nothing, Answer::Open),
        Question::SaveAs { name } => rfd::FileDialog::new()
            .set_title("Save as")
            .set_file_name(name)
            .add_filter("Architectures", &["json"])
            .save_file()
            .map_or(Answer::Nothing, Answer::SaveAs),
        Question::SaveDrawing => rfd::FileDialog::new()
            .set_title("Save drawing")
            .set_file_name(DRAWING)
            .add_filter("PNG pictures", &["png"])
            .save_file()
            .map_or(Answer::Nothing, Answer::SaveDrawing),
        Question::Folder(used) => rfd::FileDialog::new()
            .set_title(used.title())
            .pick_folder()
            .map_or(Answer::Nothing, |path| Answer::Folder(*used, path)),
        Question::SaveTrained => rfd::FileDialog::new()
            .set_title("Save trained weights")
            .set_file_name(TRAINED)
            .add_filter("Weights", &["safetensors"])
            .save_file()
            .map_or(Answer::Nothing, Answer::SaveTrained),
        Question::SaveTrials => rfd::FileDialog::new()
            .set_title("Export trials")
            .set_file_name(TRIALS)
            .add_filter("Tables", &["csv"])
            .save_file()
            .map_or(Answer::Nothing, Answer::SaveTrials),
    }
}
