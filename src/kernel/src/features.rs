//! What the line model looks at: each line by itself, between its neighbours, and in its document. The names below are
//! written into the model file; the kernel refuses a model that was trained on others.

use crate::cohesion::{Counts, Links, Web};
use crate::lines::{Line, Shape};
use crate::rules::{Claim, RuleBook};
use crate::spec::Extent;
use crate::tokens::{Facts, Last, Token, Words, pair_hash};
use crate::weights::{Score, Weights};
use std::ops::Range;

/// The features of a line, in order.
pub const NAMES: &[&str] = &[
    // the line
    "chars",
    "words",
    "word_length",
    "upper",
    "digits",
    "signs",
    "separators",
    "commas",
    "quotes",
    "brackets",
    "sentences",
    "sentence_length",
    "capitals",
    "numbers",
    "short_words",
    "longest_word",
    "address",
    "copyright",
    "clock",
    "first",
    "last",
    "shape",
    "unspaced",
    "weight_sum",
    "weight_mean",
    "weight_max",
    "weight_min",
    "weight_head",
    "weight_strong",
    "claim",
    "kind",
    "copies",
    "same_opening",
    "same_ending",
    "is_opening",
    // its neighbours
    "chars_b2",
    "last_b2",
    "weight_b2",
    "chars_b1",
    "last_b1",
    "first_b1",
    "capitals_b1",
    "weight_b1",
    "claim_b1",
    "digits_b1",
    "chars_a1",
    "last_a1",
    "first_a1",
    "capitals_a1",
    "weight_a1",
    "claim_a1",
    "digits_a1",
    "chars_a2",
    "last_a2",
    "weight_a2",
    "gap_before",
    "gap_after",
    "length_step",
    "same_start_b",
    "same_start_a",
    "style_run",
    "claim_before_at",
    "kind_before",
    "claim_behind_at",
    "kind_behind",
    // the lines around
    "chars_w3",
    "stops_w3",
    "weight_w3",
    "claims_w3",
    "capitals_w3",
    "chars_w10",
    "stops_w10",
    "weight_w10",
    "claims_w10",
    "capitals_w10",
    "run_lines",
    "run_before",
    "run_chars",
    "body_before_at",
    "body_behind_at",
    "body_before_chars",
    "body_behind_chars",
    // the place
    "from_start",
    "from_end",
    "place",
    "place_chars",
    "body_before",
    "body_behind",
    "in_block",
    "to_block",
    "behind_block",
    "claims_before",
    "claims_behind",
    // the words shared
    "topical",
    "names",
    "linked",
    "near_before",
    "near_behind",
    "opening",
    "names_linked",
    "block_words",
    "block_names",
    "block_depth",
    // the document
    "doc_lines",
    "doc_chars",
    "doc_body",
    "doc_bodies",
    "doc_stops",
    "doc_claims",
    "doc_weight",
    "doc_gaps",
    "doc_block",
    "doc_line_chars",
    "doc_linked",
    "doc_capitals",
];

/// How many features are the document's.
const DOCUMENT: usize = 12;
/// A headline stands at most so many lines before the body ...
const HEADLINE_ZONE: usize = 6;
/// ... has this many topical words ...
const HEADLINE_WORDS: u32 = 2;
/// ... and shares this much of them with it.
const HEADLINE_SHARE: f32 = 0.5;
/// Lines of the document's opening, for the words it names.
const OPENING_BODIES: usize = 2;
/// A body line adds at most so many code points to the block it stands in ...
const BLOCK_GAIN: f32 = 400.0;
/// ... and any other line takes so many.
const BLOCK_LOSS: f32 = 90.0;
/// Lines shorter than this, in code points, are a run's.
const RUN_CHARS: u32 = 90;
/// Widths of the windows, in lines to either side.
const NARROW: usize = 3;
const WIDE: usize = 10;

/// A document as its features are read off it. All indices are of the lines shown, blank ones left out.
pub struct Page<'a> {
    /// Numbers of the shown lines in the document.
    pub(crate) shown: Vec<usize>,
    pub(crate) lines: Vec<&'a Line>,
    pub(crate) facts: Vec<Facts>,
    pub(crate) words: Vec<Token>,
    pub(crate) ranges: Vec<Range<usize>>,
    pub(crate) datelines: Vec<bool>,
    pub(crate) bylines: Vec<bool>,
    scores: Vec<Score>,
    pub(crate) claims: Vec<Said>,
    pub(crate) gaps: Vec<u8>,
    /// Hash of each line's first word and of all its words.
    pub(crate) heads: Vec<u32>,
    copies: Vec<u32>,
    /// How many other lines begin with the same words, and end with them.
    same_opening: Vec<u32>,
    same_ending: Vec<u32>,
    /// How many lines of the same make stand in a row.
    pub(crate) style_runs: Vec<u32>,
    claimed_before: Vec<Option<u32>>,
    claimed_behind: Vec<Option<u32>>,
    web: Web,
    block: Range<usize>,
    block_words: Counts,
    opening: u32,
    sums: Vec<Sums>,
    runs: Vec<Run>,
    body_before: Vec<Option<u32>>,
    body_behind: Vec<Option<u32>>,
    pub(crate) links: Vec<Links>,
    document: [f32; DOCUMENT],
}

/// What the rules said of a line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    /// 0 nothing, 1 a note, 2 a part, 3 the whole line under a condition, 4 the whole line.
    pub(crate) claim: u8,
    /// The kind, by its place in `KINDS`, from 1.
    pub(crate) kind: u8,
}

impl Said {
    /// Would a rule strike the whole line, if under a condition?
    fn strikes(self) -> bool {
        self.claim >= 3
    }
}

/// Kinds of rules that the model knows apart; a user's own kinds count as the last.
const KINDS: [&str; 17] = [
    "ad",
    "byline",
    "caption",
    "comments",
    "cookie",
    "credit",
    "dateline",
    "end_mark",
    "meta",
    "nav",
    "newsletter",
    "read_also",
    "residue",
    "separator",
    "share",
    "source_tail",
    "tags",
];

/// Sums over the lines before one.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    chars: f64,
    root_chars: f64,
    body_chars: f64,
    stops: f64,
    weight: f64,
    claims: f64,
    capitals: f64,
}

/// A run of short lines without sentence ends.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    lines: u32,
    before: u32,
    chars: u32,
}

impl<'a> Page<'a> {
    /// Reads a document; `words` are those of its lines.
    pub fn new(words: Words, lines: &'a [Line], claims: &[Claim], book: &RuleBook, weights: &Weights) -> Self {
        let Words { shown, facts, tokens: words, ranges } = words;
        let score = |(n, range): (&usize, &Range<usize>)| weights.score(&words[range.clone()], lines[*n].is_body());
        let scores = shown.iter().zip(&ranges).map(score).collect();
        let whole: Vec<u32> = ranges.iter().map(|r| hash_all(&words[r.clone()])).collect();
        let kept: Vec<&Line> = shown.iter().map(|&n| &lines[n]).collect();
        let body: Vec<bool> = kept.iter().map(|l| l.is_body()).collect();
        let block =
            heaviest(kept.iter().map(|l| if l.is_body() { BLOCK_GAIN.min(l.chars as f32) } else { -BLOCK_LOSS }));
        let web = Web::new(&words, &ranges);
        let block_words = web.count(block.clone().filter(|&n| body[n]));
        let opening = (0..kept.len()).filter(|&n| body[n]).nth(OPENING_BODIES - 1).map_or(kept.len(), |n| n + 1);
        let datelines = noted(&shown, claims, book, "dateline");
        let bylines = noted(&shown, claims, book, "byline");
        let claims = said(&shown, claims, book);
        let struck: Vec<bool> = claims.iter().map(|said| said.strikes()).collect();
        let (body_before, body_behind) = nearest(&body);
        let (claimed_before, claimed_behind) = nearest(&struck);
        let linked = (0..kept.len()).map(|n| web.links(n, opening as u32)).collect();
        let mut page = Self {
            gaps: gaps(&shown, lines.len()),
            heads: ranges.iter().map(|r| words[r.clone()].first().map_or(0, |t| t.hash)).collect(),
            copies: copies(&whole),
            same_opening: copies(&edges(&words, &ranges, |r| r.start..r.start + EDGE)),
            same_ending: copies(&edges(&words, &ranges, |r| r.end - EDGE..r.end)),
            style_runs: style_runs(&kept, &facts),
            claimed_before,
            claimed_behind,
            claims,
            lines: kept,
            facts,
            scores,
            web,
            block,
            block_words,
            opening: opening as u32,
            sums: Vec::new(),
            runs: Vec::new(),
            body_before,
            body_behind,
            links: linked,
            document: [0.0; DOCUMENT],
            shown,
            words,
            ranges,
            datelines,
            bylines,
        };
        page.sums = page.sum();
        page.runs = page.runs();
        page.document = page.document();
        page
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines, blank ones left out.
    pub fn lines(&self) -> &[&'a Line] {
        &self.lines
    }

    /// Could the line be the headline: short, shortly before the body, and most of its words come again there?
    pub fn may_be_headline(&self, n: usize) -> bool {
        let zone = self.block.start.saturating_sub(HEADLINE_ZONE)..self.block.start;
        zone.contains(&n)
            && self.links[n].words >= HEADLINE_WORDS
            && self.web.shared(n, &self.block_words, false).words >= HEADLINE_SHARE
    }

    fn sum(&self) -> Vec<Sums> {
        let mut out = Vec::with_capacity(self.len() + 1);
        let mut sums = Sums::default();
        out.push(sums);
        for n in 0..self.len() {
            let facts = &self.facts[n];
            let chars = f64::from(facts.chars);
            sums.chars += chars;
            sums.root_chars += chars.sqrt();
            sums.body_chars += if self.lines[n].is_body() { chars } else { 0.0 };
            sums.stops += f64::from(u8::from(ends_well(facts)));
            sums.weight += f64::from(self.scores[n].mean);
            sums.claims += f64::from(u8::from(self.claims[n].strikes()));
            sums.capitals += f64::from(rate(facts.capitals, facts.words));
            out.push(sums);
        }
        out
    }

    fn runs(&self) -> Vec<Run> {
        let mut out = vec![Run::default(); self.len()];
        let mut start = 0;
        while start < self.len() {
            let end = (start..self.len()).find(|&n| !self.is_short(n)).unwrap_or(self.len());
            let chars = self.facts[start..end].iter().map(|f| f.chars).sum();
            for (n, run) in out[start..end].iter_mut().enumerate() {
                *run = Run { lines: (end - start) as u32, before: n as u32, chars };
            }
            start = end + 1;
        }
        out
    }

    fn is_short(&self, n: usize) -> bool {
        !self.lines[n].is_body() && self.facts[n].chars < RUN_CHARS
    }

    /// Writes the features of a line into a row of the length of `NAMES`.
    pub fn row(&self, n: usize, row: &mut [f32]) {
        let mut out = Row { row, at: 0 };
        self.put_line(n, &mut out);
        self.put_neighbours(n, &mut out);
        self.put_windows(n, &mut out);
        self.put_place(n, &mut out);
        self.put_links(n, &mut out);
        out.put_all(&self.document);
        debug_assert_eq!(out.at, NAMES.len());
    }

    fn put_line(&self, n: usize, out: &mut Row<'_>) {
        let f = &self.facts[n];
        let score = &self.scores[n];
        out.count(f.chars);
        out.count(f.words);
        out.put(rate(f.letters + f.digits, f.words));
        out.put(rate(f.upper, f.letters));
        out.put(rate(f.digits, f.chars));
        out.put(rate(f.signs, f.chars));
        out.count(f.separators);
        out.put(rate(f.commas, f.words));
        out.count(f.quotes);
        out.count(f.brackets);
        out.count(f.sentences);
        out.put(rate(f.words, f.sentences + 1));
        out.put(rate(f.capitals, f.words));
        out.put(rate(f.numbers, f.words));
        out.put(rate(f.short_words, f.words));
        out.count(f.longest_word);
        out.flag(f.address);
        out.flag(f.copyright);
        out.flag(f.clock);
        out.count(u32::from(f.first as u8));
        out.count(u32::from(f.last as u8));
        out.count(match self.lines[n].shape {
            Shape::Blank => 0,
            Shape::Heading => 1,
            Shape::Short => 2,
            Shape::Body => 3,
        });
        out.put(rate(f.unspaced, f.letters));
        out.put_all(&[score.sum, score.mean, score.max, score.min, score.head, score.strong]);
        out.count(u32::from(self.claims[n].claim));
        out.count(u32::from(self.claims[n].kind));
        out.count(self.copies[n]);
        out.count(self.same_opening[n]);
        out.count(self.same_ending[n]);
        out.flag(n as u32 + 1 == self.opening);
    }

    fn put_neighbours(&self, n: usize, out: &mut Row<'_>) {
        let before = |by: usize| n.checked_sub(by);
        let behind = |by: usize| Some(n + by).filter(|&m| m < self.len());
        self.put_far(before(2), out);
        self.put_near(before(1), out);
        self.put_near(behind(1), out);
        self.put_far(behind(2), out);
        out.count(u32::from(self.gaps[n]));
        out.count(u32::from(self.gaps[n + 1]));
        let root = |m: usize| (self.facts[m].chars as f32).sqrt();
        let step = |m: Option<usize>| m.map_or(99.0, |m| (root(m) - root(n)).abs());
        out.put(step(before(1)).min(step(behind(1))));
        let alike = |m: Option<usize>| m.is_some_and(|m| self.heads[m] == self.heads[n]);
        out.flag(alike(before(1)));
        out.flag(alike(behind(1)));
        out.count(self.style_runs[n]);
        for claimed in [self.claimed_before[n], self.claimed_behind[n]] {
            out.put(distance(n, claimed));
            out.count(claimed.map_or(0, |m| u32::from(self.claims[m as usize].kind)));
        }
    }

    fn put_far(&self, m: Option<usize>, out: &mut Row<'_>) {
        out.put(m.map_or(-1.0, |m| self.facts[m].chars as f32));
        out.put(m.map_or(-1.0, |m| f32::from(self.facts[m].last as u8)));
        out.put(m.map_or(0.0, |m| self.scores[m].mean));
    }

    fn put_near(&self, m: Option<usize>, out: &mut Row<'_>) {
        let Some(m) = m else {
            out.put_all(&[-1.0, -1.0, -1.0, -1.0, 0.0, -1.0, -1.0]);
            return;
        };
        let f = &self.facts[m];
        out.count(f.chars);
        out.count(u32::from(f.last as u8));
        out.count(u32::from(f.first as u8));
        out.put(rate(f.capitals, f.words));
        out.put(self.scores[m].mean);
        out.count(u32::from(self.claims[m].claim));
        out.put(rate(f.digits, f.chars));
    }

    fn put_windows(&self, n: usize, out: &mut Row<'_>) {
        for width in [NARROW, WIDE] {
            let (a, b) = (n.saturating_sub(width), (n + width + 1).min(self.len()));
            let (from, to) = (&self.sums[a], &self.sums[b]);
            let per = 1.0 / (b - a) as f64;
            for value in [
                to.root_chars - from.root_chars,
                to.stops - from.stops,
                to.weight - from.weight,
                to.claims - from.claims,
                to.capitals - from.capitals,
            ] {
                out.put((value * per) as f32);
            }
        }
        let run = self.runs[n];
        out.count(run.lines);
        out.count(run.before);
        out.count(run.chars);
        out.put(distance(n, self.body_before[n]));
        out.put(distance(n, self.body_behind[n]));
        let chars = |m: Option<u32>| m.map_or(0, |m| self.facts[m as usize].chars);
        out.count(chars(self.body_before[n]));
        out.count(chars(self.body_behind[n]));
    }

    fn put_place(&self, n: usize, out: &mut Row<'_>) {
        let (here, all) = (&self.sums[n], &self.sums[self.len()]);
        let next = &self.sums[n + 1];
        out.count(n as u32);
        out.count((self.len() - 1 - n) as u32);
        out.put(rate(n as u32, self.len() as u32));
        out.put((here.chars / all.chars.max(1.0)) as f32);
        let body = all.body_chars.max(1.0);
        out.put((here.body_chars / body) as f32);
        out.put(((all.body_chars - next.body_chars) / body) as f32);
        out.flag(self.block.contains(&n));
        out.put(self.block.start as f32 - n as f32);
        out.put(n as f32 - self.block.end as f32);
        out.put(here.claims as f32);
        out.put((all.claims - next.claims) as f32);
    }

    fn put_links(&self, n: usize, out: &mut Row<'_>) {
        let Links { words, names, linked, before, behind, opening, names_linked } = self.links[n];
        out.count(words);
        out.count(names);
        out.put_all(&[linked, before, behind, opening, names_linked]);
        let counted = self.block.contains(&n) && self.lines[n].is_body();
        let shared = self.web.shared(n, &self.block_words, counted);
        out.put_all(&[shared.words, shared.names, shared.depth]);
    }

    /// The features that all lines of the document share.
    fn document(&self) -> [f32; DOCUMENT] {
        let all = &self.sums[self.len()];
        let lines = self.len() as f64;
        let bodies = self.lines.iter().filter(|l| l.is_body()).count();
        let gaps = self.gaps.iter().filter(|g| **g > 0).count();
        let block = self.sums[self.block.end].chars - self.sums[self.block.start].chars;
        let linked = self.links.iter().zip(&self.lines).filter(|(_, line)| line.is_body());
        let linked: Vec<f32> = linked.map(|(links, _)| links.linked.max(0.0)).collect();
        [
            lines as f32,
            all.chars as f32,
            (all.body_chars / all.chars.max(1.0)) as f32,
            bodies as f32,
            (all.stops / lines) as f32,
            (all.claims / lines) as f32,
            (all.weight / lines) as f32,
            gaps as f32 / lines as f32,
            (block / all.chars.max(1.0)) as f32,
            (all.root_chars / lines) as f32,
            mean(&linked),
            (all.capitals / lines) as f32,
        ]
    }
}

/// Writes a row from left to right.
pub(crate) struct Row<'a> {
    pub(crate) row: &'a mut [f32],
    pub(crate) at: usize,
}

impl Row<'_> {
    pub(crate) fn put(&mut self, value: f32) {
        if let Some(place) = self.row.get_mut(self.at) {
            *place = value;
        }
        self.at += 1;
    }

    pub(crate) fn put_all(&mut self, values: &[f32]) {
        for value in values {
            self.put(*value);
        }
    }

    pub(crate) fn count(&mut self, value: u32) {
        self.put(value as f32);
    }

    pub(crate) fn flag(&mut self, value: bool) {
        self.put(f32::from(u8::from(value)));
    }
}

/// Lines from one to another; -1 if there is no other.
pub(crate) fn distance(n: usize, other: Option<u32>) -> f32 {
    other.map_or(-1.0, |m| (m as f32 - n as f32).abs())
}

pub(crate) fn rate(part: u32, all: u32) -> f32 {
    if all == 0 { 0.0 } else { part as f32 / all as f32 }
}

fn mean(values: &[f32]) -> f32 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f32>() / values.len() as f32 }
}

pub(crate) fn ends_well(facts: &Facts) -> bool {
    matches!(facts.last, Last::Stop | Last::Call)
}

/// Blank lines before each line, and behind the last.
fn gaps(shown: &[usize], lines: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(shown.len() + 1);
    let mut next = 0;
    for &n in shown.iter().chain([&lines]) {
        out.push((n - next).min(3) as u8);
        next = n + 1;
    }
    out
}

fn hash_all(words: &[Token]) -> u32 {
    words.iter().fold(0, |hash, token| pair_hash(hash, token.hash))
}

/// How many other lines have the same words.
fn copies(whole: &[u32]) -> Vec<u32> {
    let mut counts = rustc_hash::FxHashMap::default();
    for hash in whole {
        *counts.entry(*hash).or_insert(0_u32) += 1;
    }
    whole.iter().map(|hash| counts.get(hash).map_or(0, |n| n - 1)).collect()
}

/// Words at a line's edge that are compared.
const EDGE: usize = 3;

/// For each line a hash of the words at one of its edges; of a line with few words one that no other has.
fn edges(words: &[Token], lines: &[Range<usize>], edge: impl Fn(&Range<usize>) -> Range<usize>) -> Vec<u32> {
    let hash = |(n, line): (usize, &Range<usize>)| {
        if line.len() > EDGE { hash_all(&words[edge(line)]) } else { n as u32 }
    };
    lines.iter().enumerate().map(hash).collect()
}

/// For each line how many lines around it begin, end and look alike.
fn style_runs(lines: &[&Line], facts: &[Facts]) -> Vec<u32> {
    let style = |n: usize| (facts[n].first, facts[n].last, lines[n].shape);
    let mut out = vec![0; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let end = (start..lines.len()).find(|&n| style(n) != style(start)).unwrap_or(lines.len());
        out[start..end].fill((end - start) as u32);
        start = end;
    }
    out
}

fn said(shown: &[usize], claims: &[Claim], book: &RuleBook) -> Vec<Said> {
    let mut out = vec![Said::default(); shown.len()];
    let mut at = 0;
    for claim in claims {
        while shown.get(at).is_some_and(|&n| n < claim.line) {
            at += 1;
        }
        let Some(said) = out.get_mut(at) else { break };
        let rule = &book.rules[claim.rule];
        let weight = match (rule.strike, rule.extent) {
            (false, _) => 1,
            (true, Extent::Line) => 3 + u8::from(rule.is_free()),
            (true, _) => 2,
        };
        if weight > said.claim {
            let label = book.labels[rule.label].as_str();
            let kind = KINDS.iter().position(|k| *k == label).unwrap_or(KINDS.len()) as u8 + 1;
            *said = Said { claim: weight, kind };
        }
    }
    out
}

/// Of which lines a rule of the label says something.
fn noted(shown: &[usize], claims: &[Claim], book: &RuleBook, label: &str) -> Vec<bool> {
    let mut out = vec![false; shown.len()];
    for claim in claims.iter().filter(|c| book.labels[book.rules[c.rule].label] == label) {
        if let Ok(at) = shown.binary_search(&claim.line) {
            out[at] = true;
        }
    }
    out
}

/// The contiguous range with the largest sum (Kadane); empty if no value is positive.
fn heaviest(values: impl Iterator<Item = f32>) -> Range<usize> {
    let (mut best, mut best_sum) = (0..0, 0.0);
    let (mut start, mut sum) = (0, 0.0);
    for (n, value) in values.enumerate() {
        if sum <= 0.0 {
            (start, sum) = (n, 0.0);
        }
        sum += value;
        if sum > best_sum {
            (best, best_sum) = (start..n + 1, sum);
        }
    }
    best
}

/// For each place the nearest anchor before it and behind it.
pub(crate) fn nearest(anchors: &[bool]) -> (Vec<Option<u32>>, Vec<Option<u32>>) {
    let mut before = vec![None; anchors.len()];
    let mut behind = vec![None; anchors.len()];
    let mut last = None;
    for n in 0..anchors.len() {
        before[n] = last;
        last = if anchors[n] { Some(n as u32) } else { last };
    }
    last = None;
    for n in (0..anchors.len()).rev() {
        behind[n] = last;
        last = if anchors[n] { Some(n as u32) } else { last };
    }
    (before, behind)
}
