//! The second look at a break: what the first look said of it and of the others, and how the two stories hang together
//! that would stand on its sides.

use super::breaks::Breaks;
use crate::page::row::Row;

/// The features of the second look, in order; they stand behind those of the first.
pub const NAMES: &[&str] = &[
    "z",
    "z_b2",
    "z_b1",
    "z_a1",
    "z_a2",
    "z_near",
    "z_other",
    "z_rank",
    "cuts_before",
    "cuts_behind",
    "cut_share_behind",
    "cut_share_before",
    "cut_share_behind_6",
    "cut_share_before_6",
    "z_mean_behind",
    "z_mean_before",
    "z_most_behind",
    "lines_left",
    "lines_right",
    "words_left",
    "words_right",
    "back",
    "ahead",
    "rare",
    "rare_share",
    "names",
    "seen",
    "rare_seen",
    "names_seen",
    "lines_left_sure",
    "lines_right_sure",
    "back_sure",
    "ahead_sure",
    "rare_sure",
    "rare_share_sure",
    "names_sure",
    "chars_left",
    "chars_right",
];

/// Where there is no break.
const NONE: f32 = -9.0;
/// From this sum of the first look on a break may part two stories ...
const CANDIDATE: f32 = -1.0;
/// ... and from this one on it probably does.
pub(super) const PROBABLE: f32 = 0.5;
/// Breaks around one whose sums are looked at.
const NEAR: usize = 3;
const SOME: usize = 6;
/// Words of a story, from the break on, that are looked at.
const STORY_WORDS: usize = 400;

/// What the first look said of a document's breaks, by the line behind them.
pub struct Second<'a, 'b, 'p> {
    breaks: &'a Breaks<'b, 'p>,
    /// One a line; that of the first line is `NONE`.
    sums: &'a [f32],
    sorted: Vec<f32>,
    /// Over the lines before each: breaks above zero, and all sums.
    cuts: Vec<f32>,
    totals: Vec<f32>,
    /// The largest sum from each line on.
    most: Vec<f32>,
    /// For two grades of breaks the nearest before each line, and behind it.
    before: [Vec<usize>; 2],
    behind: [Vec<usize>; 2],
}

impl<'a, 'b, 'p> Second<'a, 'b, 'p> {
    /// Takes the sums of the first look, one a line (that of the first line does not count).
    pub fn new(breaks: &'a Breaks<'b, 'p>, sums: &'a [f32]) -> Self {
        let lines = sums.len();
        let mut sorted: Vec<f32> = sums.iter().skip(1).copied().collect();
        sorted.sort_by(f32::total_cmp);
        let mut cuts = vec![0.0; lines + 1];
        let mut totals = vec![0.0; lines + 1];
        for n in 0..lines {
            let real = n > 0;
            cuts[n + 1] = cuts[n] + f32::from(u8::from(real && sums[n] > 0.0));
            totals[n + 1] = totals[n] + if real { sums[n] } else { 0.0 };
        }
        let mut most = vec![NONE; lines + 1];
        for n in (1..lines).rev() {
            most[n] = most[n + 1].max(sums[n]);
        }
        let grades = [CANDIDATE, PROBABLE];
        Self {
            before: grades.map(|least| nearest_before(sums, least)),
            behind: grades.map(|least| nearest_behind(sums, least)),
            breaks,
            sums,
            sorted,
            cuts,
            totals,
            most,
        }
    }

    /// Writes the features of the break before line `n`.
    pub fn row(&self, n: usize, row: &mut [f32]) {
        let mut out = Row { row, at: 0 };
        let lines = self.sums.len();
        let sum = |m: Option<usize>| m.filter(|&m| m > 0 && m < lines).map_or(NONE, |m| self.sums[m]);
        let here = self.sums[n];
        out.put(here);
        out.put_all(&[sum(n.checked_sub(2)), sum(n.checked_sub(1)), sum(Some(n + 1)), sum(Some(n + 2))]);
        let around = (n.saturating_sub(NEAR)..=n + NEAR).filter(|&m| m != n);
        out.put(around.map(|m| sum(Some(m))).fold(NONE, f32::max));
        let largest = self.sorted.last().copied().unwrap_or(NONE);
        let second = self.sorted.len().checked_sub(2).map_or(NONE, |m| self.sorted[m]);
        out.put(if here >= largest { second } else { largest });
        out.count((self.sorted.len() - self.sorted.partition_point(|s| *s <= here)) as u32);
        let (before, behind) = (self.cuts[n], self.cuts[lines] - self.cuts[n + 1]);
        out.put_all(&[before, behind]);
        out.put(behind / (lines - 1 - n).max(1) as f32);
        out.put(before / (n - 1).max(1) as f32);
        let share_of = |from: usize, to: usize| {
            if from < to { (self.cuts[to] - self.cuts[from]) / (to - from) as f32 } else { -1.0 }
        };
        out.put(share_of(n + 1, (n + 1 + SOME).min(lines)));
        out.put(share_of(n.saturating_sub(SOME).max(1), n));
        out.put((self.totals[lines] - self.totals[n + 1]) / (lines - 1 - n).max(1) as f32);
        out.put(self.totals[n] / (n - 1).max(1) as f32);
        out.put(self.most[n + 1]);
        self.put_stories(n, 0, &mut out);
        self.put_stories(n, 1, &mut out);
        debug_assert_eq!(out.at, NAMES.len());
    }

    fn put_stories(&self, n: usize, grade: usize, out: &mut Row<'_>) {
        let (first, end) = (self.before[grade][n], self.behind[grade][n]);
        let (words, starts) = (&self.breaks.topical, &self.breaks.starts);
        let at = starts[n];
        let (from, to) = (starts[first].max(at.saturating_sub(STORY_WORDS)), starts[end].min(at + STORY_WORDS));
        out.count((n - first) as u32);
        out.count((end - n) as u32);
        if grade == 0 {
            out.count((at - from) as u32);
            out.count((to - at) as u32);
        }
        let (back, ahead) = (words.back(at, at - from, to - at), words.ahead(at, at - from, to - at));
        out.put_all(&[back.share(), ahead.share()]);
        out.count(back.rare_shared());
        out.put(back.rare_of_the_lighter(&ahead));
        out.count(back.names_shared());
        if grade == 0 {
            let seen = words.seen(at..to, at);
            out.put(seen.share());
            out.count(seen.rare_shared());
            out.count(seen.names_shared());
        } else {
            out.count(self.breaks.chars(first..n));
            out.count(self.breaks.chars(n..end));
        }
    }
}

/// For each line the nearest before it that a break of this grade stands before, or the first line.
fn nearest_before(sums: &[f32], grade: f32) -> Vec<usize> {
    let mut last = 0;
    (0..sums.len())
        .map(|n| {
            let found = last;
            if n > 0 && sums[n] > grade {
                last = n;
            }
            found
        })
        .collect()
}

/// For each line the nearest behind it that a break of this grade stands before, or the end.
fn nearest_behind(sums: &[f32], grade: f32) -> Vec<usize> {
    let mut next = sums.len();
    let mut out: Vec<usize> = (0..sums.len())
        .rev()
        .map(|n| {
            let found = next;
            if sums[n] > grade {
                next = n;
            }
            found
        })
        .collect();
    out.reverse();
    out
}
