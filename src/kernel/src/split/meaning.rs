//! What lines are about: words as vectors, so that a line which shares no word with a text may yet be on its topic. The
//! vectors are learned from which words stand together (`training/vectors.py`).

use crate::hashes::HashTable;
use crate::page::Page;
use crate::tokens::word_hash;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Word vectors as their file has them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorSpec {
    /// Tells these vectors from others.
    pub digest: String,
    /// For each word in lower case as many characters as a vector has dimensions: see `ZERO`.
    pub words: BTreeMap<String, String>,
}

/// Dimensions of a vector.
const SIZE: usize = 32;
/// Products that are added up side by side.
const PARTS: usize = 4;
/// The character that stands for 0; those before it in ASCII are negative.
const ZERO: u8 = b'?';
/// Of documents with more lines nothing is read: it takes memory for each line, and where every line is of another story
/// there are not that many.
const MOST_LINES: usize = 10_000;
/// Lines on each side of a break in the narrow window and in the wide one.
const NARROW: usize = 3;
const WIDE: usize = 8;
/// Lines before a break among which the one that is nearest in meaning is looked for.
const RECENT: usize = 12;
/// Lines before a break whose fit says what is usual.
const USUAL: usize = 5;
/// The first line has none before it that it could fit: this is taken for it.
const FIRST_FIT: f32 = 0.5;

/// What a break is told by meaning, cosines each; `breaks::NAMES` says of what.
pub type Meaning = [f32; 10];

/// Vectors of words, by hash.
#[derive(Debug, Default)]
pub struct Vectors(HashTable<[i8; SIZE]>);

/// A sum of vectors. Its numbers are whole, and so are all products of them: sums come out the same on every machine, in
/// whatever order they are made.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    values: [f32; SIZE],
    length: f64,
}

impl Sum {
    fn new(values: [f32; SIZE]) -> Self {
        Self { values, length: dot(&values, &values).sqrt() }
    }
}

impl Vectors {
    /// Checks and takes vectors.
    pub fn new(spec: &VectorSpec) -> Result<Self, String> {
        let mut vectors = Vec::with_capacity(spec.words.len());
        for (word, vector) in &spec.words {
            let bytes: &[u8; SIZE] =
                vector.as_bytes().try_into().map_err(|_| format!("the vector of {word:?} has no {SIZE} numbers"))?;
            vectors.push((word_hash(word), bytes.map(|byte| byte.wrapping_sub(ZERO).cast_signed())));
        }
        Ok(Self(HashTable::new(vectors.into_iter())))
    }

    /// The sum over each line's words.
    fn lines(&self, page: &Page<'_>) -> Vec<Sum> {
        let sum = |range: &std::ops::Range<usize>| {
            let mut out = [0_i32; SIZE];
            for vector in page.words[range.clone()].iter().filter_map(|token| self.0.get(token.hash)) {
                for (sum, &value) in out.iter_mut().zip(vector) {
                    *sum = sum.wrapping_add(i32::from(value));
                }
            }
            Sum::new(out.map(|value| value as f32))
        };
        page.ranges.iter().map(sum).collect()
    }

    /// What each of the breaks (by the line behind them, rising) is told by meaning; nothing for all others.
    pub fn read(&self, page: &Page<'_>, open: &[usize]) -> Vec<Meaning> {
        let mut out = vec![Meaning::default(); page.len()];
        if self.0.is_empty() || open.is_empty() || page.len() > MOST_LINES {
            return out;
        }
        let sight = Sight::new(self.lines(page));
        for &n in open {
            out[n] = sight.at(n);
        }
        out
    }
}

/// The sums of a document's lines.
struct Sight {
    lines: Vec<Sum>,
    /// Over the lines before each, and over all.
    before: Vec<Sum>,
    /// How well each line fits all that stands before it.
    fits: Vec<f32>,
}

impl Sight {
    fn new(lines: Vec<Sum>) -> Self {
        let mut before = Vec::with_capacity(lines.len() + 1);
        let mut sum = [0.0; SIZE];
        before.push(Sum::new(sum));
        for line in &lines {
            for (sum, value) in sum.iter_mut().zip(&line.values) {
                *sum += value;
            }
            before.push(Sum::new(sum));
        }
        let mut fits: Vec<f32> = lines.iter().zip(&before).map(|(line, before)| cosine(line, before)).collect();
        if let Some(first) = fits.first_mut() {
            *first = FIRST_FIT;
        }
        Self { lines, before, fits }
    }

    /// The sum over a stretch of lines, as far as there are any.
    fn stretch(&self, from: usize, to: usize) -> Sum {
        let mut out = self.before[to.min(self.lines.len())].values;
        for (sum, value) in out.iter_mut().zip(&self.before[from].values) {
            *sum -= value;
        }
        Sum::new(out)
    }

    fn at(&self, n: usize) -> Meaning {
        let line = &self.lines[n];
        let recent = |width: usize| n.saturating_sub(width)..n;
        let [before, before_wide] = [NARROW, WIDE].map(|width| self.stretch(recent(width).start, n));
        let [behind, behind_wide] = [NARROW, WIDE].map(|width| self.stretch(n, n + width));
        let usual = &self.fits[recent(USUAL)];
        let usual = usual.iter().sum::<f32>() / usual.len().max(1) as f32;
        let nearest = self.lines[recent(RECENT)].iter().map(|other| cosine(line, other)).fold(-1.0, f32::max);
        [
            cosine(line, &before),
            cosine(line, &before_wide),
            self.fits[n],
            cosine(&before, &behind),
            cosine(&before_wide, &behind_wide),
            self.lines[recent(1)].first().map_or(0.0, |last| cosine(line, last)),
            self.lines.get(n + 1).map_or(0.0, |next| cosine(line, next)),
            self.fits[n] - usual,
            nearest,
            cosine(&behind, &self.before[n]),
        ]
    }
}

/// How near two sums are in direction, -1 to 1; 0 where one of them is nothing.
fn cosine(a: &Sum, b: &Sum) -> f32 {
    let lengths = a.length * b.length;
    if lengths > 0.0 { (dot(&a.values, &b.values) / lengths) as f32 } else { 0.0 }
}

/// The sum of products, in several parts side by side.
fn dot(a: &[f32; SIZE], b: &[f32; SIZE]) -> f64 {
    let mut parts = [0.0; PARTS];
    for (a, b) in a.chunks_exact(PARTS).zip(b.chunks_exact(PARTS)) {
        for (part, (&a, &b)) in parts.iter_mut().zip(a.iter().zip(b)) {
            *part += f64::from(a) * f64::from(b);
        }
    }
    parts.iter().sum()
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;
    use crate::lines;
    use crate::rules::RuleBook;
    use crate::tokens::Words;
    use crate::weights::Weights;

    /// Boats and cakes stand at right angles; a quay lies near the boats.
    fn vectors() -> Result<Vectors, String> {
        let vector = |x: u8, y: u8| format!("{}{}{}", char::from(ZERO + x), char::from(ZERO + y), "?".repeat(SIZE - 2));
        let words = [("boat", vector(20, 0)), ("quay", vector(20, 5)), ("cake", vector(0, 20))];
        let words = words.into_iter().map(|(word, vector)| (word.to_owned(), vector)).collect();
        Vectors::new(&VectorSpec { digest: String::new(), words })
    }

    fn meanings(text: &str) -> Result<Vec<Meaning>, String> {
        let book = RuleBook::new(&[], 0)?;
        let lines = lines::split(text);
        let page = Page::new(Words::read(text, &lines), &lines, &[], &book, &Weights::default());
        Ok(vectors()?.read(&page, &(1..page.len()).collect::<Vec<_>>()))
    }

    #[test]
    fn a_line_without_a_shared_word_may_fit() -> Result<(), String> {
        let found = meanings("The boat.\nA quay!\nSome cake.\n")?;
        let (all, nearest) = (2, 8);
        assert!(found[1][all] > 0.9 && found[2][all] < 0.2, "{found:?}");
        assert!(found[1][nearest] > found[2][nearest]);
        Ok(())
    }

    #[test]
    fn nothing_is_known_of_unknown_words() -> Result<(), String> {
        let found = meanings("Xyz.\nXyz.\n")?;
        assert!(found[1][..6].iter().all(|&value| value == 0.0));
        Ok(())
    }

    #[test]
    fn a_vector_of_another_size_is_refused() {
        let words = std::iter::once(("boat".to_owned(), "?".to_owned())).collect();
        let flaw = Vectors::new(&VectorSpec { digest: String::new(), words }).err();
        assert!(flaw.is_some_and(|flaw| flaw.contains("\"boat\"")));
    }
}
