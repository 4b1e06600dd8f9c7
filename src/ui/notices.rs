//! What went wrong, kept until it has been read.

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something was not done.
    Error,
    /// Something was done that may not be what was meant.
    Warning,
    /// Something to know.
    Information,
}

impl Severity {
    /// The word shown beside the sign, so that colour alone carries nothing.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
            Severity::Information => "Note",
        }
    }
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub severity: Severity,
    /// One or two sentences.
    pub text: String,
    /// How often it happened.
    pub count: usize,
}

/// Everything that has not been dismissed, newest first.
#[derive(Debug, Default)]
pub struct Notices {
    list: Vec<Notice>,
}

impl Notices {
    /// Adds a notice. One that is there already is counted and moved to the front.
    pub fn add(&mut self, severity: Severity, text: impl Into<String>) {
        let text = sentence(&text.into());
        let same = |notice: &Notice| notice.severity == severity && notice.text == text;
        let count = match self.list.iter().position(same) {
            Some(index) => self.list.remove(index).count + 1,
            None => 1,
        };
        tracing::debug!(severity = severity.label(), text, "notice");
        self.list.insert(0, Notice { severity, text, count });
    }

    /// The notices, newest first.
    pub fn list(&self) -> &[Notice] {
        &self.list
    }

    /// The error that came first and was not dismissed.
    pub fn first_error(&self) -> Option<&str> {
        let mut errors = self.list.iter().rev();
        let first = errors.find(|notice| notice.severity == Severity::Error);
        first.map(|notice| notice.text.as_str())
    }

    /// Removes one notice.
    pub fn dismiss(&mut self, index: usize) {
        if index < self.list.len() {
            self.list.remove(index);
        }
    }

    /// Removes every notice.
    pub fn dismiss_all(&mut self) {
        self.list.clear();
    }
}

/// Error texts begin in lower case, so that they can be joined to others; a notice stands alone.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        // A path or an identifier is left as it is written.
        Some(first) if text.starts_with(|c: char| c.is_lowercase()) && is_word(text) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn is_word(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_first_and_repetitions_are_counted() {
        let mut notices = Notices::default();
        notices.add(Severity::Error, "one");
        notices.add(Severity::Warning, "two");
        notices.add(Severity::Error, "one");
        let texts: Vec<_> = notices.list().iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(texts, ["One", "Two"]);
        assert_eq!(notices.list()[0].count, 2);
        assert_eq!(notices.first_error(), Some("One"));
        notices.dismiss(0);
        assert_eq!(notices.first_error(), None);
        assert_eq!(notices.list()[0].text, "Two");
        notices.dismiss_all();
        assert!(notices.list().is_empty());
    }

    #[test]
    fn names_keep_their_case() {
        assert_eq!(sentence("cannot read /x"), "Cannot read /x");
        assert_eq!(sentence("cat.png is no picture"), "cat.png is no picture");
        assert_eq!(sentence("b0 cannot read b1"), "b0 cannot read b1");
    }
}
