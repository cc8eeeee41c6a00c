//! The stories of a document: where each begins, what it is, and its text read off the ledger.

use crate::label::Verdict;
use crate::ledger::{Edit, RuleId};
use crate::lines::{self, Shape};
use crate::rules::Field;
use crate::split::{Evidence, Kind, Start};
use crate::strokes::{Pen, Region};
use std::ops::Range;

/// A title and the line after it are looked for in the first bytes of a story.
const TITLE_WINDOW: usize = 2_000;
/// A first story is a scrap if another is longer so many times.
const SCRAP: usize = 4;

/// One story of a document.
#[derive(Debug)]
pub struct Story {
    /// Article or teaser.
    pub kind: Kind,
    /// How sure the cut before it is; `None` for the document's first story.
    pub cut: Option<f32>,
    /// Byte ranges of the raw document that are kept, in order.
    pub spans: Vec<Range<usize>>,
    /// The clean text.
    pub text: String,
    /// What was noted on it.
    pub fields: Vec<(Field, String)>,
    /// Edits of the ledger that lie in the story.
    pub edits: Range<usize>,
}

impl Story {
    /// The first line, if it is a heading and text follows.
    pub fn title(&self) -> Option<&str> {
        let lines = lines::split(self.text.get(..self.text.len().min(TITLE_WINDOW)).unwrap_or(&self.text));
        let mut shown = lines.iter().filter(|l| !l.is_blank());
        let first = shown.next().filter(|l| l.shape == Shape::Heading)?.text(&self.text);
        shown.next()?;
        first.contains(char::is_alphabetic).then_some(first)
    }

    fn keep(&mut self, raw: &str, range: Range<usize>) {
        if range.start < range.end {
            self.text.push_str(&raw[range.clone()]);
            self.spans.push(range);
        }
    }
}

/// What is known of a story before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub kind: Kind,
    /// See `Story::cut`.
    pub cut: Option<f32>,
}

impl Head {
    /// The document's first story.
    pub const FIRST: Self = Self { kind: Kind::Article, cut: None };
}

/// The lines of each story, given where those after the first begin.
pub fn ranges(starts: &[Start], lines: usize) -> Vec<Range<usize>> {
    let firsts = std::iter::once(0).chain(starts.iter().map(|s| s.line));
    let ends = starts.iter().map(|s| s.line).chain([lines]);
    firsts.zip(ends).map(|(a, b)| a..b).collect()
}

/// Regions that keep at least one line; one that keeps none goes to the story before it (or, the first, after it).
pub fn regions(
    pen: &Pen<'_>,
    verdict: &Verdict,
    starts: &[Start],
    lines: usize,
    cut_rule: impl Fn(Evidence) -> RuleId,
) -> (Vec<Region>, Vec<Head>) {
    let mut out: Vec<Region> = Vec::new();
    let mut heads: Vec<Head> = Vec::new();
    let mut last_keeps = true;
    let all = std::iter::once(None).chain(starts.iter().map(Some));
    for (range, start) in ranges(starts, lines).into_iter().zip(all) {
        let keeps = range.clone().any(|n| pen.keeps(verdict, n));
        match (out.last_mut(), start) {
            (Some(last), Some(start)) if keeps && last_keeps => {
                last.cut_after = Some(cut_rule(start.evidence));
                out.push(Region { lines: range, cut_after: None });
                heads.push(Head { kind: start.kind, cut: Some(start.score) });
            }
            (Some(last), _) => {
                last.lines.end = range.end;
                last_keeps |= keeps;
            }
            (None, _) => {
                out.push(Region { lines: range, cut_after: None });
                heads.push(Head::FIRST);
                last_keeps = keeps;
            }
        }
    }
    (out, heads)
}

/// The page's own story: the first, unless it is a scrap beside a later article.
pub fn own_story(stories: &[Story]) -> usize {
    let articles = || stories.iter().enumerate().filter(|(_, s)| s.kind == Kind::Article);
    let longest = articles().max_by_key(|(n, s)| (s.text.len(), std::cmp::Reverse(*n)));
    match (articles().next(), longest) {
        (Some((first, own)), Some((other, long))) => {
            if long.text.len() > SCRAP * own.text.len() {
                other
            } else {
                first
            }
        }
        _ => 0,
    }
}

/// Reads the stories off the ledger: `bounds` are the raw offsets at which they begin.
pub fn read(raw: &str, edits: &[Edit], bounds: &[usize], heads: &[Head]) -> Vec<Story> {
    let mut out = Vec::with_capacity(bounds.len());
    let mut next = 0;
    for (n, head) in heads.iter().enumerate() {
        let mut at = if n == 0 { 0 } else { bounds[n] };
        let end = bounds.get(n + 1).copied().unwrap_or(raw.len());
        let first = next;
        let mut story = Story {
            kind: head.kind,
            cut: head.cut,
            spans: Vec::new(),
            text: String::with_capacity(end - at),
            fields: Vec::new(),
            edits: 0..0,
        };
        while next < edits.len() && edits[next].range.start < end {
            story.keep(raw, at..edits[next].range.start);
            story.text.push_str(&edits[next].replacement);
            at = edits[next].range.end;
            next += 1;
        }
        story.keep(raw, at..end);
        story.edits = first..next;
        out.push(story);
    }
    out
}
