//! What the splitter looks at: each break between two lines, by the lines around it, by the words that hold the text on
//! its two sides together, and in its document. The names below are written into the model file; the kernel refuses a
//! model that was trained on others.

use super::common::Commonness;
use super::meaning::{Meaning, Vectors};
use super::openings::{Opening, Openings};
use super::stream::{Overlap, Stream, share};
use crate::page::row::{Row, distance, rate};
use crate::page::{Page, ends_well, nearest};
use crate::tokens::Facts;
use crate::weights::{Score, Weights};
use std::ops::Range;

/// The features of a break, in order.
pub const NAMES: &[&str] = &[
    // the lines around it: two before, two behind
    "chars_b2",
    "last_b2",
    "shape_b2",
    "chars_b1",
    "last_b1",
    "first_b1",
    "shape_b1",
    "capitals_b1",
    "digits_b1",
    "quotes_b1",
    "sentences_b1",
    "claim_b1",
    "kind_b1",
    "chars_a1",
    "last_a1",
    "first_a1",
    "shape_a1",
    "capitals_a1",
    "digits_a1",
    "quotes_a1",
    "sentences_a1",
    "claim_a1",
    "kind_a1",
    "chars_a2",
    "last_a2",
    "first_a2",
    "shape_a2",
    "claim_a2",
    "chars_a3",
    "shape_a3",
    "gap",
    "gap_b1",
    "gap_a1",
    "same_start_b",
    "same_start_a",
    "style_b",
    "style_a",
    "length_b3",
    "length_a3",
    "length_b8",
    "length_a8",
    "stops_b3",
    "stops_a3",
    // how stories begin and end
    "opens_sum",
    "opens_head",
    "opens_max",
    "opens_min",
    "opens_a2",
    "opens_b1",
    "closes_sum",
    "closes_max",
    "closes_b2",
    "closes_a1",
    "leans_b1",
    "leans_a1",
    "leans_a2",
    "leans_a3",
    "speaks_b1",
    "speaks_a1",
    "speaks_a2",
    "notes_a1",
    "dateline",
    "byline",
    "dateline_before",
    "byline_before",
    // words that the two sides share
    "back_25",
    "ahead_25",
    "rare_25",
    "names_25",
    "back_80",
    "ahead_80",
    "rare_80",
    "names_80",
    "rare_share_80",
    "back_250",
    "ahead_250",
    "rare_250",
    "names_250",
    "rare_share_250",
    "line_seen",
    "line_rare",
    "line_rare_seen",
    "line_names",
    "line_names_seen",
    "line2_seen",
    "line2_rare_seen",
    "line3_seen",
    "line_seen_before",
    "line_seen_less",
    "next80_seen",
    "next80_rare_seen",
    "next80_names_seen",
    "next250_seen",
    "next250_rare_seen",
    "next250_names_seen",
    "line_kept",
    "line_rare_kept",
    "line_names_kept",
    "last80_kept",
    "last80_rare_kept",
    "last80_names_kept",
    "crossing",
    "crossing_before",
    "crossing_behind",
    "rare_crossing",
    "rare_crossing_per",
    "names_crossing",
    "names_crossing_per",
    "names_crossing_before",
    "names_crossing_behind",
    "names_behind",
    "line_next",
    "line_rare_next",
    "line_names_next",
    "line_introduced",
    "line_names_introduced",
    "opening_behind",
    "opening_before",
    "near_a3",
    "near_a8",
    "near_b8",
    "near_all_behind",
    "near_all_before",
    // the same against the rest of the document
    "cohesion",
    "peak_before",
    "peak_behind",
    "cohesion_mean",
    "cohesion_rank",
    "new_rank",
    // the place
    "lines_before",
    "lines_behind",
    "words_before",
    "words_behind",
    "place",
    // the document
    "doc_lines",
    "doc_words",
    "doc_line_chars",
    "doc_stops",
    "doc_bodies",
    "doc_linked",
    "doc_unspaced",
    "doc_gaps",
    // what the words are about: `Sight::at`
    "means_line_3",
    "means_line_8",
    "means_line_all",
    "means_sides_3",
    "means_sides_8",
    "means_line_last",
    "means_line_next",
    "means_less",
    "means_nearest",
    "means_next_3_all",
];

/// What is known of words.
pub struct Knowledge {
    /// How much each speaks for a story's first line, and for its last.
    pub weights: Weights,
    /// What tells lines that go on with what was said before.
    pub openings: Openings,
    /// What each is about.
    pub vectors: Vectors,
}

/// Lines around a break in which a peak of cohesion is looked for.
const PEAK: usize = 5;
/// Lines on each side of a break whose words are read; `put_words` must not look farther.
const WORDS_READ_AROUND: usize = 2;
/// Words of the windows.
const CLOSE: usize = 25;
const MIDDLE: usize = 80;
const FAR: usize = 250;
/// A dateline or byline counts within this many lines behind a break.
const OPENING: usize = 3;

/// A document as the breaks between its lines are read off it. Break `n` stands before shown line `n`.
pub struct Breaks<'a, 'p> {
    page: &'a Page<'p>,
    pub(super) topical: Stream,
    /// Where each line begins in the stream, and where the last ends.
    pub(super) starts: Vec<usize>,
    crossings: Vec<(Overlap, Overlap)>,
    /// Nothing for lines that do not stand near an open break.
    opens: Vec<Score>,
    closes: Vec<Score>,
    openings: Vec<Opening>,
    meanings: Vec<Meaning>,
    /// What of each line was seen before it, and the mean share over the lines before each.
    seen: Vec<Overlap>,
    seen_before: Vec<f32>,
    cohesion: Vec<f32>,
    sums: Vec<Sums>,
    /// The last line with a dateline, or a byline, before each.
    dateline_before: Vec<Option<u32>>,
    byline_before: Vec<Option<u32>>,
    /// End of the opening in the stream.
    opening: usize,
    document: Document,
    cohesion_ranks: Vec<f32>,
    new_ranks: Vec<f32>,
}

/// Sums over the lines before one.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    chars: u32,
    root_chars: f32,
    stops: f32,
    near: f32,
    near_lines: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Document {
    line_chars: f32,
    stops: f32,
    bodies: f32,
    linked: f32,
    unspaced: f32,
    gaps: f32,
    cohesion: f32,
}

/// A document's telling words, and how well they hang together at each break: all that it takes to rule most breaks out.
pub struct Fabric {
    topical: Stream,
    starts: Vec<usize>,
    cohesion: Vec<f32>,
}

impl Fabric {
    /// Reads a page's words; `common` says how common a stem is, 0 to 1.
    pub fn new(page: &Page<'_>, common: &Commonness) -> Self {
        // whoever looks along the text looks through the rows of a table
        let read = |(range, facts): (&Range<usize>, &Facts)| {
            if is_data(facts) { range.start..range.start } else { range.clone() }
        };
        let ranges: Vec<Range<usize>> = page.ranges.iter().zip(&page.facts).map(read).collect();
        let (topical, starts) =
            Stream::new(&page.words, &ranges, |t| t.telling.then_some(t.stem), |stem| 1.0 - common.of(stem));
        let cohesion = starts[..page.len()]
            .iter()
            .map(|&at| {
                let (back, ahead) = (topical.back(at, MIDDLE, MIDDLE), topical.ahead(at, MIDDLE, MIDDLE));
                f32::midpoint(back.share().max(0.0), ahead.share().max(0.0))
            })
            .collect();
        Self { topical, starts, cohesion }
    }

    /// The breaks at which the text hangs together no better than this.
    pub fn open(&self, most_cohesion: f32) -> Vec<usize> {
        (1..self.cohesion.len()).filter(|&n| self.cohesion[n] <= most_cohesion).collect()
    }
}

/// Is a line made of numbers above all, as the row of a table is?
fn is_data(facts: &Facts) -> bool {
    facts.numbers >= 2 && 2 * facts.numbers >= facts.words
}

impl<'a, 'p> Breaks<'a, 'p> {
    /// Reads the breaks of a page, of which those that are `open` will be looked at.
    pub fn new(page: &'a Page<'p>, fabric: Fabric, open: &[usize], knowledge: &Knowledge) -> Self {
        let Fabric { topical, starts, cohesion } = fabric;
        let Knowledge { weights, openings, vectors } = knowledge;
        let lines = page.len();
        let new: Vec<f32> = (0..lines)
            .map(|n| topical.seen(starts[n]..(starts[n] + MIDDLE).min(topical.len()), starts[n]).share())
            .collect();
        let opening = (0..lines).filter(|&n| page.lines[n].is_body()).nth(1).map_or(0, |n| starts[n + 1]);
        let seen: Vec<Overlap> = (0..lines).map(|n| topical.seen(starts[n]..starts[n + 1], starts[n])).collect();
        let is_read = lines_to_read(open, lines);
        let words = |n: usize| if is_read[n] { &page.words[page.ranges[n].clone()] } else { &[] };
        let (opens, closes) = (0..lines).map(|n| weights.scores(words(n))).unzip();
        let mut out = Self {
            cohesion_ranks: ranks(&cohesion),
            new_ranks: ranks(&new),
            crossings: topical.crossings(&starts[..lines]),
            opens,
            closes,
            openings: (0..lines).map(|n| openings.of(words(n))).collect(),
            meanings: vectors.read(page, open),
            seen_before: means_before(&seen),
            seen,
            cohesion,
            sums: Vec::with_capacity(lines + 1),
            dateline_before: nearest(&page.datelines).0,
            byline_before: nearest(&page.bylines).0,
            opening,
            document: Document::default(),
            page,
            topical,
            starts,
        };
        out.sum();
        out.document = out.document();
        out
    }

    fn sum(&mut self) {
        let mut sums = Sums::default();
        self.sums.push(sums);
        for n in 0..self.page.len() {
            let facts = &self.page.facts[n];
            sums.chars += facts.chars;
            sums.root_chars += (facts.chars as f32).sqrt();
            sums.stops += f32::from(u8::from(ends_well(facts)));
            let links = &self.page.links[n];
            if links.words > 0 {
                sums.near += links.before.max(links.behind);
                sums.near_lines += 1.0;
            }
            self.sums.push(sums);
        }
    }

    fn document(&self) -> Document {
        let page = self.page;
        let lines = page.len().max(1) as f32;
        let all = self.sums[page.len()];
        let body = page.lines.iter().filter(|l| l.is_body()).count();
        let linked: f32 = page.links.iter().map(|l| l.linked.max(0.0)).sum();
        let letters: u32 = page.facts.iter().map(|f| f.letters).sum();
        let unspaced: u32 = page.facts.iter().map(|f| f.unspaced).sum();
        let gaps = page.gaps.iter().filter(|g| **g > 0).count();
        Document {
            line_chars: all.root_chars / lines,
            stops: all.stops / lines,
            bodies: body as f32 / lines,
            linked: linked / lines,
            unspaced: rate(unspaced, letters),
            gaps: gaps as f32 / lines,
            cohesion: self.cohesion.iter().sum::<f32>() / lines,
        }
    }

    /// How many lines there are; there is a break before each but the first.
    pub fn len(&self) -> usize {
        self.page.len()
    }

    /// Code points of lines.
    pub(super) fn chars(&self, lines: std::ops::Range<usize>) -> u32 {
        self.sums[lines.end].chars - self.sums[lines.start].chars
    }

    /// Writes the features of an open break, that before line `n`, into a row of the length of `NAMES`.
    pub fn row(&self, n: usize, row: &mut [f32]) {
        let mut out = Row { row, at: 0 };
        self.put_lines(n, &mut out);
        self.put_words(n, &mut out);
        self.put_shared(n, &mut out);
        self.put_document(n, &mut out);
        out.put_all(&self.meanings[n]);
        debug_assert_eq!(out.at, NAMES.len());
    }

    fn put_lines(&self, n: usize, out: &mut Row<'_>) {
        let page = self.page;
        let before = |by: usize| n.checked_sub(by);
        let behind = |by: usize| Some(n + by).filter(|&m| m < page.len());
        let chars = |m: Option<usize>| m.map_or(-1.0, |m| page.facts[m].chars as f32);
        let last = |m: Option<usize>| m.map_or(-1.0, |m| f32::from(page.facts[m].last as u8));
        let first = |m: Option<usize>| m.map_or(-1.0, |m| f32::from(page.facts[m].first as u8));
        let shape = |m: Option<usize>| m.map_or(-1.0, |m| f32::from(page.lines[m].shape as u8));
        out.put_all(&[chars(before(2)), last(before(2)), shape(before(2))]);
        for m in [before(1), Some(n)] {
            out.put_all(&[chars(m), last(m), first(m), shape(m)]);
            let m = m.unwrap_or(n);
            let f = &page.facts[m];
            out.put(rate(f.capitals, f.words));
            out.put(rate(f.digits, f.chars));
            out.count(f.quotes);
            out.count(f.sentences);
            out.count(u32::from(page.claims[m].claim));
            out.count(u32::from(page.claims[m].kind));
        }
        out.put_all(&[chars(behind(1)), last(behind(1)), first(behind(1)), shape(behind(1))]);
        out.count(behind(1).map_or(0, |m| u32::from(page.claims[m].claim)));
        out.put_all(&[chars(behind(2)), shape(behind(2))]);
        out.count(u32::from(page.gaps[n]));
        out.count(u32::from(page.gaps[n - 1]));
        out.count(u32::from(page.gaps[n + 1]));
        let alike = |m: Option<usize>| m.is_some_and(|m| page.heads[m] == page.heads[n]);
        out.flag(alike(before(1)));
        out.flag(alike(behind(1)));
        out.count(page.style_runs[n - 1]);
        out.count(page.style_runs[n]);
        for width in [3, 8] {
            out.put(self.mean(n.saturating_sub(width)..n, |s| s.root_chars));
            out.put(self.mean(n..n + width, |s| s.root_chars));
        }
        out.put(self.mean(n.saturating_sub(3)..n, |s| s.stops));
        out.put(self.mean(n..n + 3, |s| s.stops));
    }

    fn mean(&self, lines: std::ops::Range<usize>, value: impl Fn(&Sums) -> f32) -> f32 {
        let end = lines.end.min(self.page.len());
        (value(&self.sums[end]) - value(&self.sums[lines.start])) / (end - lines.start).max(1) as f32
    }

    fn near(&self, lines: std::ops::Range<usize>) -> f32 {
        let (from, to) = (&self.sums[lines.start], &self.sums[lines.end.min(self.page.len())]);
        let count = to.near_lines - from.near_lines;
        if count > 0.0 { (to.near - from.near) / count } else { -1.0 }
    }

    fn put_words(&self, n: usize, out: &mut Row<'_>) {
        let page = self.page;
        let opens = &self.opens[n];
        out.put_all(&[opens.sum, opens.head, opens.max, opens.min]);
        out.put(self.opens.get(n + 1).map_or(0.0, |s| s.sum));
        out.put(self.opens[n - 1].sum);
        let closes = &self.closes[n - 1];
        out.put_all(&[closes.sum, closes.max]);
        out.put(n.checked_sub(2).map_or(0.0, |m| self.closes[m].sum));
        out.put(self.closes[n].sum);
        let opening = |m: usize| self.openings.get(m).copied().unwrap_or_default();
        for m in [n - 1, n, n + 1, n + 2] {
            out.flag(opening(m).leans);
        }
        for m in [n - 1, n, n + 1] {
            out.flag(opening(m).speaks);
        }
        out.flag(opening(n).notes);
        let zone = n..(n + OPENING).min(page.len());
        let ahead = |marks: &[bool]| zone.clone().position(|m| marks[m]).map_or(-1.0, |d| d as f32);
        out.put(ahead(&page.datelines));
        out.put(ahead(&page.bylines));
        out.put(distance(n, self.dateline_before[n]));
        out.put(distance(n, self.byline_before[n]));
    }

    fn put_shared(&self, n: usize, out: &mut Row<'_>) {
        let (words, at) = (&self.topical, self.starts[n]);
        let line = |m: usize| {
            let m = m.min(self.page.len());
            self.starts[m]..self.starts[(m + 1).min(self.page.len())]
        };
        for (width, wide) in [(CLOSE, false), (MIDDLE, true), (FAR, true)] {
            let (back, ahead) = (words.back(at, width, width), words.ahead(at, width, width));
            out.put_all(&[back.share(), ahead.share()]);
            out.count(back.rare_shared());
            out.count(back.names_shared());
            if wide {
                out.put(back.rare_of_the_lighter(&ahead));
            }
        }
        let seen = &self.seen[n];
        out.put(seen.share());
        out.count(seen.rare());
        out.count(seen.rare_shared());
        out.count(seen.names());
        out.count(seen.names_shared());
        let seen = words.seen(line(n + 1), at);
        out.put(seen.share());
        out.count(seen.rare_shared());
        out.put(words.seen(line(n + 2), at).share());
        let (here, before) = (self.seen[n].share(), self.seen_before[n]);
        out.put(before);
        out.put(if here >= 0.0 && before >= 0.0 { here - before } else { 0.0 });
        for width in [MIDDLE, FAR] {
            let seen = words.seen(at..(at + width).min(words.len()), at);
            out.put_all(&[seen.share(), seen.rare_share(), seen.name_share()]);
        }
        for stretch in [line(n - 1), at.saturating_sub(MIDDLE)..at] {
            let kept = words.kept_up(stretch, at);
            out.put_all(&[kept.share(), kept.rare_share(), kept.name_share()]);
        }
        let (before, behind) = &self.crossings[n];
        let [words_crossing, rare_crossing, names_crossing] = before.of_the_lighter(behind);
        out.put_all(&[words_crossing, before.share(), behind.share()]);
        out.count(before.rare_shared());
        out.put(rare_crossing);
        out.count(before.names_shared());
        out.put_all(&[names_crossing, before.name_share(), behind.name_share()]);
        out.count(behind.names());
        let here = line(n);
        let next = words.kept_up(here.clone(), here.end);
        out.put_all(&[next.share(), next.rare_share()]);
        out.count(next.names_shared());
        let introduced = words.introduced(here);
        out.put(introduced.share());
        out.count(introduced.names_shared());
        let opening = |stretch: std::ops::Range<usize>| words.seen(stretch, self.opening.min(at)).share();
        out.put(opening(at..(at + MIDDLE).min(words.len())));
        out.put(if at >= self.opening { opening(at.saturating_sub(MIDDLE).max(self.opening)..at) } else { -1.0 });
        let all = self.page.len();
        for range in [n..n + 3, n..n + 8, n.saturating_sub(8)..n, n..all, 0..n] {
            out.put(self.near(range));
        }
    }

    fn put_document(&self, n: usize, out: &mut Row<'_>) {
        let lines = self.page.len();
        let peak = |range: std::ops::Range<usize>| self.cohesion[range].iter().copied().fold(0.0, f32::max);
        out.put(self.cohesion[n]);
        out.put(peak(n.saturating_sub(PEAK).max(1).min(n)..n));
        out.put(peak((n + 1).min(lines)..(n + 1 + PEAK).min(lines)));
        out.put_all(&[self.document.cohesion, self.cohesion_ranks[n], self.new_ranks[n]]);
        out.count(n as u32);
        out.count((lines - n) as u32);
        out.count(self.starts[n] as u32);
        out.count((self.topical.len() - self.starts[n]) as u32);
        out.put(share(self.starts[n] as u32, self.topical.len() as u32));
        out.count(lines as u32);
        out.count(self.topical.len() as u32);
        let d = &self.document;
        out.put_all(&[d.line_chars, d.stops, d.bodies, d.linked, d.unspaced, d.gaps]);
    }
}

/// Which lines stand so near to an open break that their words are read.
fn lines_to_read(open: &[usize], lines: usize) -> Vec<bool> {
    let mut out = vec![false; lines];
    for &n in open {
        out[n.saturating_sub(WORDS_READ_AROUND)..(n + WORDS_READ_AROUND + 1).min(lines)].fill(true);
    }
    out
}

/// For each line the mean share of the lines before it, the first left out (nothing stands before it) and those without
/// words; -1 if there are none.
fn means_before(seen: &[Overlap]) -> Vec<f32> {
    let (mut sum, mut count) = (0.0, 0.0);
    let mut out = Vec::with_capacity(seen.len());
    for (n, value) in seen.iter().map(Overlap::share).enumerate() {
        out.push(if count > 0.0 { sum / count } else { -1.0 });
        if n > 0 && value >= 0.0 {
            sum += value;
            count += 1.0;
        }
    }
    out
}

/// Share of the breaks (those before line 1 and later) with a lower value.
fn ranks(values: &[f32]) -> Vec<f32> {
    let mut order: Vec<f32> = values.iter().skip(1).copied().collect();
    order.sort_by(f32::total_cmp);
    let all = order.len() as u32;
    values.iter().map(|v| share(order.partition_point(|o| o < v) as u32, all)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;
    use crate::rules::RuleBook;
    use crate::tokens::Words;
    use std::collections::BTreeMap;

    /// How well a text hangs together at the break before each line.
    fn cohesion(text: &str) -> Result<Vec<f32>, String> {
        let book = RuleBook::new(&[], 0)?;
        let lines = lines::split(text);
        let page = Page::new(Words::read(text, &lines), &lines, &[], &book, &Weights::default());
        Ok(Fabric::new(&page, &Commonness::new(&BTreeMap::new())).cohesion)
    }

    #[test]
    fn rows_of_numbers_are_looked_through() -> Result<(), String> {
        let before = "The harbour office keeps a book of every lease on the quays.\n";
        let behind = "No lease on the quays fell in that harbour book.\n";
        let rows = "1/1/2014 +13.1%\n2/1/2014 +8.5%\n".repeat(50);
        let with_table = cohesion(&format!("{before}{rows}{behind}"))?;
        assert_eq!(with_table.last(), cohesion(&format!("{before}{behind}"))?.last());
        assert!(with_table.last().is_some_and(|&share| share > 0.5));
        Ok(())
    }

    #[test]
    fn a_sentence_with_a_number_is_no_row() {
        let facts = |text: &str| Words::read(text, &lines::split(text)).facts.swap_remove(0);
        for (row, is_row) in [
            ("1/1/2014 +13.1%", true),
            ("16 Alabama $79.05", true),
            ("2\u{2013}1", true),
            ("In 2014 rents fell by 3 per cent.", false),
            ("1997 Cal Viva, Puerto Sur", false),
            ("2014", false),
            ("Quarter", false),
        ] {
            assert_eq!(is_data(&facts(row)), is_row, "{row}");
        }
    }
}
