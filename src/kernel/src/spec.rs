//! What Python hands to the kernel: a recipe compiled to plain data, as JSON.

use crate::caution::Caution;
use crate::model::ModelSpec;
use crate::split::cutter::{self, CutterSpec};
use crate::split::meaning::VectorSpec;
use serde::Deserialize;

/// Everything a `Kernel` is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The rule book, in order.
    pub rules: Vec<RuleSpec>,
    /// ftfy's knowledge; `None` leaves letters as they are.
    pub mend: Option<MendSpec>,
    /// Lists of common words by language; `None` leaves emoji inside words.
    pub splinters: Option<Vec<Vec<String>>>,
    /// Share of a document's characters (white space aside) that rules may strike before it is kept whole.
    pub max_struck: f64,
    /// The learned line model and how to use it; `None` leaves every line to the rules.
    pub model: Option<ModelUse>,
    /// Where documents are cut.
    pub split: Split,
    /// The learned splitter, if it is asked.
    pub cutter: Option<CutterUse>,
    /// Label lines and strike nothing.
    pub annotate: bool,
    /// Whether edits carry the text they removed.
    pub keep_removed: bool,
}

/// How far the kernel goes in cutting documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// One document, one story.
    Off,
    /// By end marks, separator lines, datelines, rows of teasers.
    Structure,
    /// By these, and where the learned splitter is sure.
    Full,
}

/// The splitter and what its answers are good for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutterUse {
    /// The splitter's file.
    pub data: CutterSpec,
    /// Word vectors: those that it was trained with.
    pub vectors: VectorSpec,
    /// What its answers are good for.
    pub caution: cutter::Caution,
}

/// A model and what its answers are good for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelUse {
    /// The model file.
    pub data: ModelSpec,
    /// What its answers are good for.
    pub caution: Caution,
}

/// See `mend::Gate::new`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct MendSpec {
    pub bad: String,
    pub entity: Option<String>,
    pub table: String,
    pub normalize: bool,
}

/// One rule of the rule book, its placeholders filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Full name, `kind.rule`.
    pub name: String,
    /// The kind; it becomes the label of the edits.
    pub label: String,
    /// What part of a line the pattern matches.
    #[serde(rename = "match")]
    pub extent: Extent,
    /// Regular expression without anchors.
    pub regex: String,
    /// Literals of which one must stand in the line; none means every line is tried.
    pub cues: Vec<String>,
    /// Where in the line a cue must stand.
    pub cue_at: CueAt,
    /// Where in the story the line must stand.
    pub place: Place,
    /// Labels of which the line before must carry one, or full names of rules of which one must strike it.
    pub after: Vec<String>,
    /// With `after`: no blank line between.
    pub glued: bool,
    /// What else goes with the line.
    pub block: Block,
    /// Whether the match is struck or only noted.
    pub strike: bool,
    /// Whether it stands against the line model.
    pub firm: bool,
    /// Longest line that is tried, in code points.
    pub max_chars: usize,
    /// Shortest line that is tried, in code points.
    pub min_chars: usize,
    /// It holds only where so many lines of the document match.
    pub at_least: usize,
    /// And only where no more than so many do; 0 for any number.
    pub at_most: usize,
    /// And only where so many lines in a row do, blank ones left out.
    pub in_a_row: usize,
}

/// What part of a line a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// The whole line.
    Line,
    /// Its start; something must follow.
    Start,
    /// Its end; something must stand before.
    End,
    /// Every match inside it.
    Inside,
}

/// Where in a line a cue must stand for the pattern to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CueAt {
    /// Within the first few characters.
    Start,
    /// Within the last few characters.
    End,
    /// Anywhere.
    Any,
}

/// Where in a story a line must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Anywhere.
    Any,
    /// Before the first body line (a partial match: up to and in it).
    Start,
    /// After the last body line (a partial match: in or after it).
    End,
    /// One of the two, but not right above the first body line.
    Outside,
}

/// What else goes with a struck line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Nothing.
    None,
    /// The lines after it that look like links.
    Links,
    /// The lines after it that stand again further down: a table of contents. Without one the line stays, too.
    Contents,
}
