//! Reading text sign by sign, with errors that point at the sign.

use std::fmt;

/// Why a text is no network: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}\n  {shown}\n  {caret}")]
pub struct TextError {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
    /// The part of the line around the place.
    shown: String,
    /// A `^` below the place.
    caret: String,
}

/// How many characters of a line are shown before and after the place.
const AROUND: usize = 36;

/// A text and how far it has been read.
pub(super) struct Scanner<'a> {
    text: &'a str,
    /// The byte that is read next.
    pub at: usize,
}

impl<'a> Scanner<'a> {
    /// At the first sign that is not blank.
    pub fn new(text: &'a str) -> Self {
        let mut scanner = Scanner { text, at: 0 };
        scanner.skip_blanks();
        scanner
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next sign that is not blank.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Blanks, line ends and comments of Python mean nothing.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let read = &self.rest()[..bytes];
        self.at += bytes;
        self.skip_blanks();
        read
    }

    /// Letters, digits and underscores; empty where there are none.
    pub fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let other = |sign: char| !sign.is_ascii_alphanumeric() && sign != '_';
        self.advance(rest.find(other).unwrap_or(rest.len()))
    }

    /// Reads `sign` if it is next.
    pub fn eat(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(sign);
        if found {
            self.advance(sign.len_utf8());
        }
        found
    }

    /// Reads `sign`, which must be next.
    pub fn expect(&mut self, sign: char) -> Result<(), TextError> {
        if self.eat(sign) { Ok(()) } else { Err(self.expected(format!("{sign:?}"))) }
    }

    /// Reads `word`, which must be next.
    pub fn expect_word(&mut self, word: &str) -> Result<(), TextError> {
        let at = self.at;
        if self.word() == word { Ok(()) } else { Err(self.expected_at(at, word)) }
    }

    /// A whole number up to `most`.
    pub fn number(&mut self, most: u32) -> Result<u32, TextError> {
        let at = self.at;
        let word = self.word();
        if word.is_empty() || !word.bytes().all(|sign| sign.is_ascii_digit()) {
            return Err(self.expected_at(at, "a whole number"));
        }
        match word.parse() {
            Ok(number) if number <= most => Ok(number),
            _ => Err(self.error_at(at, format!("{word} is too large: at most {most} is possible"))),
        }
    }

    /// A text in single or double quotes.
    pub fn quoted(&mut self) -> Result<&'a str, TextError> {
        let Some(quote @ ('\'' | '"')) = self.peek() else {
            return Err(self.expected("a name in quotes"));
        };
        let inside = &self.rest()[1..];
        match inside.find([quote, '\n']) {
            Some(length) if inside[length..].starts_with(quote) => {
                let read = self.advance(length + 2);
                Ok(&read[1..=length])
            }
            _ => Err(self.error("the quote is not closed on this line")),
        }
    }

    /// Items between brackets of either kind and commas, a last comma allowed; at most `most`.
    pub fn list<T>(
        &mut self,
        most: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, TextError>,
    ) -> Result<Vec<T>, TextError> {
        let close = match self.peek() {
            Some('[') => ']',
            Some('(') => ')',
            _ => return Err(self.expected("a list in brackets")),
        };
        self.advance(1);
        let mut items = Vec::new();
        while !self.eat(close) {
            if items.len() == most {
                return Err(self.error(format!("the list is too long: at most {most} items")));
            }
            items.push(item(self)?);
            if !self.eat(',') && self.peek() != Some(close) {
                return Err(self.expected(format!("',' or {close:?}")));
            }
        }
        Ok(items)
    }

    /// Whole numbers with where each stands, between blanks or commas, perhaps in quotes or brackets.
    pub fn numbers(&mut self, most: usize) -> Result<Vec<(usize, u32)>, TextError> {
        let pairs = [('"', '"'), ('\'', '\''), ('[', ']')];
        let close = pairs.into_iter().find(|(open, _)| self.eat(*open)).map(|(_, close)| close);
        // A shell's reference to the numbers so far, as ENAS's scripts have it.
        if self.eat('$') {
            self.word();
        }
        let mut numbers = Vec::new();
        while self.peek().is_some_and(|sign| sign.is_ascii_digit()) {
            if numbers.len() == most {
                return Err(self.error(format!("there are too many numbers: at most {most}")));
            }
            let at = self.at;
            numbers.push((at, self.number(u32::MAX)?));
            self.eat(',');
        }
        match close {
            Some(close) => self.expect(close).map(|()| numbers),
            None => Ok(numbers),
        }
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), TextError> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.expected("the end of the text")) }
    }

    /// An error at the next sign.
    pub fn error(&self, what: impl fmt::Display) -> TextError {
        self.error_at(self.at, what)
    }

    /// Says what should be next.
    pub fn expected(&self, what: impl fmt::Display) -> TextError {
        self.expected_at(self.at, what)
    }

    fn expected_at(&self, at: usize, what: impl fmt::Display) -> TextError {
        let found = match self.text[at..].chars().next() {
            Some(sign) => format!("{sign:?}"),
            None => "the end of the text".to_owned(),
        };
        self.error_at(at, format!("expected {what}, found {found}"))
    }

    /// An error at a byte of the text that begins a sign.
    pub fn error_at(&self, at: usize, what: impl fmt::Display) -> TextError {
        let before = &self.text[..at];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = self.text[start..at].chars().count();
        let skipped = column.saturating_sub(AROUND);
        let line = self.text[start..].lines().next().unwrap_or("");
        // A tab or another control sign would move the caret away from its place.
        let shown = line.chars().skip(skipped).take(2 * AROUND);
        let shown = shown.map(|sign| if sign.is_control() { ' ' } else { sign });
        TextError {
            line: before.matches('\n').count() + 1,
            column: column + 1,
            what: what.to_string(),
            shown: shown.collect(),
            caret: " ".repeat(column - skipped) + "^",
        }
    }
}
