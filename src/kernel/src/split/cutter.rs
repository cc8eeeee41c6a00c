//! The learned splitter: how sure a cut is at each break of a document, and the stories that follow from it.

use super::breaks::{self, Breaks, Fabric, Knowledge};
use super::common::Commonness;
use super::meaning::{VectorSpec, Vectors};
use super::openings::{OpeningSpec, Openings};
use super::path::{self, Candidate, Care, Others};
use super::second::{self, Second};
use super::{Evidence, Kind, Start};
use crate::calibration::Calibration;
use crate::forest::{Forest, Look, TreeSpec};
use crate::lines::{Line, Shape};
use crate::page::Page;
use crate::tokens::{self, Token};
use crate::weights::{Pair, Weights};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// A splitter as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutterSpec {
    /// Names of the features of the first look that it was trained on, and of the second.
    pub features: Vec<String>,
    pub second_features: Vec<String>,
    /// Weights of words: how much each speaks for a story's first line, and for its last.
    pub words: BTreeMap<String, Pair>,
    /// What tells lines that go on with what was said before.
    pub openings: OpeningSpec,
    /// The digest of the word vectors that it was trained with.
    pub vectors: String,
    /// How common the stems of words are, 0 to 1; what is not in it is rare.
    pub common: BTreeMap<String, f32>,
    /// A break at which the text hangs together better than this is clearly none; see `Fabric::open`.
    pub most_cohesion: f32,
    /// The forests of the two looks.
    pub first: ForestSpec,
    pub second: ForestSpec,
    /// From the second forest's sums to probabilities: points of a rising line.
    pub calibration: Vec<(f32, f32)>,
}

/// A forest, and when a row is clear before all trees were asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ForestSpec {
    pub trees: Vec<TreeSpec>,
    pub looks: Vec<Look>,
}

/// What the recipe says of cutting.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caution {
    /// See `path::Care`.
    pub least: f32,
    pub least_next: f32,
    pub margin: f32,
    pub length: usize,
    /// Whether a digest is cut into its items.
    pub digests: bool,
}

/// The sum of a break that is none: before the first line.
const NO_BREAK: f32 = -9.0;
/// The sum of a break that is clearly none by its cohesion alone.
const CLEARLY_NONE: f32 = -6.0;
/// Breaks whose features are held at a time.
const BLOCK: usize = 64;
/// From this sum of the first look on a break is looked at again; a document without one is one story.
const AGAIN: f32 = -2.0;
/// Right before a probable cut a break is looked at again from this sum on: the first of some teasers often goes on about
/// what the story is about.
const BESIDE_A_CUT: f32 = -5.0;
// breaks that are not open are not looked at again: their words were not read
const _: () = assert!(CLEARLY_NONE < BESIDE_A_CUT && CLEARLY_NONE < AGAIN);
/// Small words that no other language has as many of, and one word of how many they are at least in English; recipes and
/// lists of goods have few of them.
const ENGLISH: &str = "the and of with";
const ENGLISH_SHARE: usize = 60;
/// An item of a digest is shorter than so many times `Caution::length`.
const ITEM_LENGTHS: usize = 3;
/// What stands before the second item of a digest, its headline and first item, is at most so many times as long as the
/// longest of the others: else it is the story that the others hang on.
const LONGEST_OPENING: usize = 5;
/// Fewer items than this are no digest.
const LEAST_ITEMS: usize = 3;

/// A splitter, ready to look at documents. Exact arithmetic only, as in the line model.
pub struct Cutter {
    knowledge: Knowledge,
    common: Commonness,
    most_cohesion: f32,
    first: Forest,
    second: Forest,
    calibration: Calibration,
    caution: Caution,
}

impl Cutter {
    /// Checks and compiles a splitter.
    pub fn new(spec: &CutterSpec, vectors: &VectorSpec, caution: Caution) -> Result<Self, String> {
        let same = |found: &[String], names: &[&str]| found.iter().map(String::as_str).eq(names.iter().copied());
        if !same(&spec.features, breaks::NAMES) || !same(&spec.second_features, second::NAMES) {
            return Err("the splitter was trained on other features than this kernel has: train it again".to_owned());
        }
        if spec.vectors != vectors.digest {
            return Err("the splitter was trained with other word vectors than these: train it again".to_owned());
        }
        let of_splitter = |flaw| format!("the splitter: {flaw}");
        let width = breaks::NAMES.len();
        Ok(Self {
            knowledge: Knowledge {
                weights: Weights::new(&spec.words),
                openings: Openings::new(&spec.openings),
                vectors: Vectors::new(vectors).map_err(of_splitter)?,
            },
            common: Commonness::new(&spec.common),
            most_cohesion: spec.most_cohesion,
            first: Forest::new(&spec.first.trees, width, &spec.first.looks).map_err(of_splitter)?,
            second: Forest::new(&spec.second.trees, width + second::NAMES.len(), &spec.second.looks)
                .map_err(of_splitter)?,
            calibration: Calibration::new(&spec.calibration).map_err(of_splitter)?,
            caution,
        })
    }

    /// The breaks of a page, as this splitter sees them, whether it would look at them or not: for training.
    pub fn breaks<'a, 'p>(&self, page: &'a Page<'p>) -> Breaks<'a, 'p> {
        let all: Vec<usize> = (1..page.len()).collect();
        Breaks::new(page, Fabric::new(page, &self.common), &all, &self.knowledge)
    }

    /// How sure a cut is before each line of a page; 0 before the first.
    fn scores(&self, page: &Page<'_>) -> Vec<f32> {
        let mut out = vec![0.0; page.len()];
        if page.len() < 2 {
            return out;
        }
        let fabric = Fabric::new(page, &self.common);
        let open = fabric.open(self.most_cohesion);
        if open.is_empty() {
            return out;
        }
        let breaks = Breaks::new(page, fabric, &open, &self.knowledge);
        let sums = self.first_look(&breaks, &open);
        let beside_a_cut =
            |n: usize| sums[n] >= BESIDE_A_CUT && sums.get(n + 1).is_some_and(|&next| next >= second::PROBABLE);
        let again: Vec<usize> = (1..page.len()).filter(|&n| sums[n] >= AGAIN || beside_a_cut(n)).collect();
        if again.is_empty() {
            return out;
        }
        let second = Second::new(&breaks, &sums);
        let (narrow, wide) = (breaks::NAMES.len(), breaks::NAMES.len() + second::NAMES.len());
        let mut rows = vec![0.0; BLOCK * wide];
        let mut found = vec![0.0; BLOCK];
        for chosen in again.chunks(BLOCK) {
            let rows = &mut rows[..chosen.len() * wide];
            for (&n, row) in chosen.iter().zip(rows.chunks_exact_mut(wide)) {
                let (of_break, of_second) = row.split_at_mut(narrow);
                breaks.row(n, of_break);
                second.row(n, of_second);
            }
            let found = &mut found[..chosen.len()];
            self.second.sum(rows, wide, found);
            for (&n, sum) in chosen.iter().zip(found) {
                out[n] = self.calibration.at(*sum);
            }
        }
        out
    }

    /// The sums of the first look at the open breaks, a line each.
    fn first_look(&self, breaks: &Breaks<'_, '_>, open: &[usize]) -> Vec<f32> {
        let width = breaks::NAMES.len();
        let mut out = vec![CLEARLY_NONE; breaks.len()];
        out[0] = NO_BREAK;
        let mut rows = vec![0.0; BLOCK.min(open.len()) * width];
        let mut sums = vec![0.0; BLOCK.min(open.len())];
        for chosen in open.chunks(BLOCK) {
            let (rows, sums) = (&mut rows[..chosen.len() * width], &mut sums[..chosen.len()]);
            for (&n, row) in chosen.iter().zip(rows.chunks_exact_mut(width)) {
                breaks.row(n, row);
            }
            self.first.sum(rows, width, sums);
            for (&n, sum) in chosen.iter().zip(sums) {
                out[n] = *sum;
            }
        }
        out
    }

    /// The stories of a page that begin before the document's line `end`; `line` gives the document's line for one of the
    /// page's.
    pub fn starts(&self, page: &Page<'_>, end: usize, line: impl Fn(usize) -> usize) -> Vec<Start> {
        let scores = self.scores(page);
        let shown = 0..page.shown.partition_point(|&n| line(n) < end);
        let mut out = self.cut(page, &scores, shown);
        for start in &mut out {
            start.line = line(page.shown[start.line]);
        }
        out
    }

    /// The stories that begin inside a range of shown lines, by the number of the shown line.
    fn cut(&self, page: &Page<'_>, scores: &[f32], shown: Range<usize>) -> Vec<Start> {
        let Caution { least, least_next, margin, length, .. } = self.caution;
        let chars = |lines: Range<usize>| -> usize { page.lines()[lines].iter().map(|line| line.chars).sum() };
        let mut candidates = Vec::new();
        let mut others = Others { count: 0, best: 0.0 };
        let mut at = 0;
        for n in shown.clone() {
            if n > shown.start && scores[n] >= least_next {
                candidates.push((n, Candidate { at, score: scores[n] }));
            } else if n > shown.start {
                others = Others { count: others.count + 1, best: others.best.max(scores[n]) };
            }
            at += page.lines()[n].chars;
        }
        let places: Vec<Candidate> = candidates.iter().map(|(_, place)| *place).collect();
        let sure = places.iter().any(|place| place.score >= least);
        let row = if !sure && !places.is_empty() && is_english(&page.words) { path::ROW } else { 1 };
        let chosen = path::choose(&places, others, at, Care { least, least_next, margin, row, length });
        let firsts = with_headings(page, chosen.iter().map(|&n| candidates[n].0));
        if !sure && firsts.len() < row {
            return Vec::new();
        }
        let ends = firsts.iter().skip(1).copied().chain([shown.end]);
        let stories: Vec<(usize, usize)> = firsts.iter().zip(ends).map(|(&n, end)| (n, chars(n..end))).collect();
        let opening = firsts.first().map_or(at, |&n| chars(shown.start..n));
        let digest = self.is_digest(page.lines()[shown.start..].first().copied(), opening, &stories);
        if digest && !self.caution.digests {
            return Vec::new();
        }
        let kind = |chars: usize| match (digest, chars < length) {
            (true, _) => Kind::DigestItem,
            (false, true) => Kind::Teaser,
            (false, false) => Kind::Article,
        };
        let start = |(line, chars)| Start { line, kind: kind(chars), evidence: Evidence::Model, score: scores[line] };
        stories.into_iter().map(start).collect()
    }

    /// One editorial product: a headline over some short items, none of which is the story that the others hang on.
    fn is_digest(&self, headline: Option<&Line>, opening: usize, stories: &[(usize, usize)]) -> bool {
        let is_item = |chars: usize| chars < ITEM_LENGTHS * self.caution.length;
        let longest = stories.iter().map(|&(_, chars)| chars).max().unwrap_or(0);
        headline.is_some_and(|line| line.shape == Shape::Heading)
            && stories.len() + 1 >= LEAST_ITEMS
            && is_item(opening)
            && opening <= LONGEST_OPENING * longest
            && stories.iter().all(|&(_, chars)| is_item(chars))
    }
}

/// Is a text in English, by its smallest words? The splitter has learned mostly from English: there a break that it scores
/// between `least_next` and `least` is as often as not the turn of one story, though it stands out. In other languages it
/// knows fewer words, its scores are lower, and what stands out is a cut in most cases.
fn is_english(words: &[Token]) -> bool {
    let small: Vec<u32> = tokens::of(ENGLISH).iter().map(|word| word.hash).collect();
    let count = words.iter().filter(|word| small.contains(&word.hash)).count();
    count * ENGLISH_SHARE >= words.len()
}

/// The first lines of stories, without those that a heading stands right above which is a first line itself: a headline
/// and its summary are one story.
fn with_headings(page: &Page<'_>, firsts: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    let is_heading = |n: usize| page.lines()[n].shape == Shape::Heading;
    for n in firsts {
        if is_heading(n) || !out.last().is_some_and(|&last| last + 1 == n && is_heading(last)) {
            out.push(n);
        }
    }
    out
}
