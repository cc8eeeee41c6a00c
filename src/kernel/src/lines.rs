//! A document as lines, each with the few features that rules, labels and cuts are decided by.

use crate::chars;
use crate::ledger::count;
use memchr::memchr_iter;
use std::ops::Range;

/// A line with a sentence end is body from this many code points on.
const BODY_SENTENCE: usize = 60;
/// The same in scripts without spaces, where a character carries about as much as half a word.
const BODY_SENTENCE_UNSPACED: usize = 25;
/// Any line is body from this length on.
const BODY_LENGTH: usize = 200;
/// The longest line that is read as a heading.
const HEADING_LENGTH: usize = 160;

/// One line of a text. Offsets are bytes.
#[derive(Debug, Clone)]
pub struct Line {
    /// With its line break.
    pub whole: Range<usize>,
    /// Without white space at either end; empty for a blank line.
    pub inner: Range<usize>,
    /// Code points of `inner`.
    pub chars: usize,
    /// What the line looks like.
    pub shape: Shape,
}

/// What a line looks like by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but white space.
    Blank,
    /// A sentence of some length, or a long line.
    Body,
    /// Short, and without a sentence end, or with a question mark or exclamation mark for one.
    Heading,
    /// Short, with another sentence end or a comma.
    Short,
}

impl Shape {
    /// The name that users see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Body => "body",
            Self::Heading => "heading",
            Self::Short => "short",
        }
    }
}

impl Line {
    /// The text of the line without white space at either end.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.inner.clone()]
    }

    /// Nothing but white space?
    pub fn is_blank(&self) -> bool {
        self.shape == Shape::Blank
    }

    /// A body line?
    pub fn is_body(&self) -> bool {
        self.shape == Shape::Body
    }
}

/// Lines take some hundred bytes each before a document is decided on. One of more lines than this was written by nobody
/// and counts as a single line, which no rule looks at, so that it takes no more memory than others of its length.
const MOST_LINES: usize = 2_000_000;

/// Splits a text at line feeds (mending has turned the other line breaks into them).
pub fn split(text: &str) -> Vec<Line> {
    if text.len() > MOST_LINES && memchr_iter(b'\n', text.as_bytes()).count() > MOST_LINES {
        return vec![line(text, 0..text.len())];
    }
    let mut out = Vec::with_capacity(text.len() / 80 + 1);
    let mut start = 0;
    for feed in memchr_iter(b'\n', text.as_bytes()) {
        out.push(line(text, start..feed + 1));
        start = feed + 1;
    }
    if start < text.len() {
        out.push(line(text, start..text.len()));
    }
    out
}

fn line(text: &str, whole: Range<usize>) -> Line {
    let slice = &text[whole.clone()];
    let trimmed = slice.trim_start();
    let start = whole.start + slice.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    let chars = count(trimmed.as_bytes());
    Line { whole, inner: start..start + trimmed.len(), chars, shape: shape(trimmed, chars) }
}

/// The next line that is not blank.
pub fn next_shown(lines: &[Line], n: usize) -> Option<usize> {
    lines.get(n + 1..)?.iter().position(|line| !line.is_blank()).map(|at| n + 1 + at)
}

/// What a line looks like; `line` has no white space at either end.
pub fn shape(line: &str, chars: usize) -> Shape {
    if line.is_empty() {
        return Shape::Blank;
    }
    if chars >= BODY_LENGTH || chars::ends_sentence(line) && has_body_length(line, chars) {
        return Shape::Body;
    }
    let heading = chars <= HEADING_LENGTH && chars::ends_heading(line) && !line.ends_with([',', ';', '،', '、', '，']);
    if heading { Shape::Heading } else { Shape::Short }
}

/// Is a line long enough for a body line, in its script?
pub fn has_body_length(line: &str, chars: usize) -> bool {
    chars >= BODY_SENTENCE || chars >= BODY_SENTENCE_UNSPACED && chars::is_mostly_unspaced(line, chars)
}
