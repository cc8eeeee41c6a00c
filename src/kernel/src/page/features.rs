//! What the line model looks at: each line by itself, between its neighbours, and in its document. The names below are
//! written into the model file; the kernel refuses a model that was trained on others.

use super::Page;
use super::row::{Row, distance, mean, rate};
use crate::cohesion::Links;
use crate::lines::Shape;

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
    "weight_before",
    "weight_behind",
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
pub(super) const DOCUMENT: usize = 12;
/// Widths of the windows, in lines to either side.
const NARROW: usize = 3;
const WIDE: usize = 10;

impl Page<'_> {
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
        // what is said under a story goes on to the end of the page in words of its own
        let lines = |count: usize| count.max(1) as f64;
        out.put((here.weight / lines(n)) as f32);
        out.put(((all.weight - next.weight) / lines(self.len() - 1 - n)) as f32);
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
    pub(super) fn document(&self) -> [f32; DOCUMENT] {
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
