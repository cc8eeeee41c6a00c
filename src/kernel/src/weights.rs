//! Learned weights of words and of pairs of words: how much each speaks for noise.

use crate::hashes::HashTable;
use crate::tokens::{Token, pair_hash, word_hash};
use std::collections::BTreeMap;

/// What the weights say of a line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    /// Sum over its words and pairs.
    pub sum: f32,
    /// The largest.
    pub max: f32,
    /// The least.
    pub min: f32,
    /// Sum over the first few words.
    pub head: f32,
    /// How many speak clearly for noise, by the number of words.
    pub strong: f32,
    /// Sum by the number of words.
    pub mean: f32,
}

/// Words whose weights make up `Score::head`.
const HEAD: usize = 4;

/// From this weight on a word speaks clearly.
const STRONG: f32 = 0.8;

/// A word's weights: in short lines, and in lines of body text, where other words tell.
pub type Pair = (f32, f32);

/// The weights by hash.
#[derive(Default)]
pub struct Weights(HashTable<Pair>);

impl Weights {
    /// Takes words, and pairs of words with a space between, in lower case.
    pub fn new(words: &BTreeMap<String, Pair>) -> Self {
        let hash = |entry: &str| match entry.split_once(' ') {
            Some((first, second)) => pair_hash(word_hash(first), word_hash(second)),
            None => word_hash(entry),
        };
        Self(HashTable::new(words.iter().map(|(entry, weight)| (hash(entry), *weight))))
    }

    /// Adds up a line's words; `body` says whether it is one of body text.
    pub fn score(&self, words: &[Token], body: bool) -> Score {
        let mut score = Score::default();
        self.each(words, |n, pair| score.add(n, if body { pair.1 } else { pair.0 }));
        score.by_words(words.len())
    }

    /// Adds up a line's words by both weights.
    pub fn scores(&self, words: &[Token]) -> (Score, Score) {
        let (mut first, mut second) = (Score::default(), Score::default());
        self.each(words, |n, pair| {
            first.add(n, pair.0);
            second.add(n, pair.1);
        });
        (first.by_words(words.len()), second.by_words(words.len()))
    }

    /// Gives the weights of a line's words and pairs, each with the place of its (last) word.
    fn each(&self, words: &[Token], mut take: impl FnMut(usize, &Pair)) {
        if self.0.is_empty() {
            return;
        }
        let mut before = None;
        for (n, token) in words.iter().enumerate() {
            let pair = before.and_then(|first| self.0.get(pair_hash(first, token.hash)));
            for pair in [self.0.get(token.hash), pair].into_iter().flatten() {
                take(n, pair);
            }
            before = Some(token.hash);
        }
    }
}

impl Score {
    fn add(&mut self, n: usize, weight: f32) {
        self.sum += weight;
        self.max = self.max.max(weight);
        self.min = self.min.min(weight);
        self.strong += f32::from(u8::from(weight >= STRONG));
        if n < HEAD {
            self.head += weight;
        }
    }

    fn by_words(mut self, words: usize) -> Self {
        self.mean = self.sum / words.max(1) as f32;
        self.strong /= words.max(1) as f32;
        self
    }
}
