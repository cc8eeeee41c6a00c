//! A document as the models see it: its lines without the blank ones, and what was counted over them.

pub mod features;
pub(crate) mod row;

use crate::cohesion::{Counts, Links, Web};
use crate::lines::Line;
use crate::rules::{Claim, RuleBook};
use crate::spec::Extent;
use crate::tokens::{Facts, Last, Token, Words, pair_hash};
use crate::weights::{Score, Weights};
use features::DOCUMENT;
use row::rate;
use std::ops::Range;

/// A headline stands at most so many lines before the body, those aside that rules strike ...
const HEADLINE_ZONE: usize = 10;
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
    /// Where the headline may stand.
    headline_zone: Range<usize>,
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
        let claims = said(&shown, &facts, claims, book);
        let struck: Vec<bool> = claims.iter().map(|said| said.strikes()).collect();
        let mut unclaimed = (0..block.start).rev().filter(|&n| !struck[n]);
        let headline_zone = unclaimed.nth(HEADLINE_ZONE - 1).unwrap_or(0)..block.start;
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
            headline_zone,
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
        self.headline_zone.contains(&n)
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

/// What the rules say of each line. A line without words, such as an empty bullet, is no noise for its neighbours to be
/// known by.
fn said(shown: &[usize], facts: &[Facts], claims: &[Claim], book: &RuleBook) -> Vec<Said> {
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
        if weight > said.claim && (facts[at].words > 0 || !rule.strike) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    const SHARE: &str = r#"[{"name": "share.button", "label": "share", "match": "line", "regex": "Share on \\w+", "cues": [],
        "cue_at": "any", "place": "any", "after": [], "glued": false, "block": "none", "strike": true, "firm": false,
        "max_chars": 80, "min_chars": 0, "at_least": 1, "at_most": 0, "in_a_row": 1}]"#;

    /// Which lines could be the headline.
    fn headlines(text: &str) -> Result<Vec<String>, String> {
        let specs: Vec<crate::spec::RuleSpec> = serde_json::from_str(SHARE).map_err(|e| e.to_string())?;
        let book = RuleBook::new(&specs, 0)?;
        let lines = lines::split(text);
        let words = Words::read(text, &lines);
        let claims = book.scan(text, &lines, &words);
        let page = Page::new(words, &lines, &claims, &book, &Weights::default());
        let found = (0..page.len()).filter(|&n| page.may_be_headline(n));
        Ok(found.map(|n| page.lines[n].text(text).to_owned()).collect())
    }

    #[test]
    fn a_headline_stands_shortly_before_the_body_whatever_buttons_lie_between() -> Result<(), String> {
        let body = "The harbour council closed the old lighthouse on Monday, because its stairs had become unsafe.\n\
                    Visitors who had booked the lighthouse get their money back, the harbour council said.\n";
        let (headline, button, line) = ("Harbour council closes lighthouse\n", "Share on X\n", "Photo gallery\n");
        let expected = vec![headline.trim().to_owned()];
        assert_eq!(headlines(&format!("Menu\n{headline}{}{body}", line.repeat(9)))?, expected);
        assert_eq!(headlines(&format!("Menu\n{headline}{}{body}", line.repeat(10)))?, Vec::<String>::new());
        assert_eq!(headlines(&format!("Menu\n{headline}{}{line}{body}", button.repeat(12)))?, expected);
        Ok(())
    }
}
