//! The learned line model: word weights and a forest over a line's features. What it gives is the probability that a line
//! is noise.

use crate::calibration::Calibration;
use crate::forest::{Forest, Look, TreeSpec};
use crate::lines::Line;
use crate::page::Page;
use crate::page::features::NAMES;
use crate::rules::{Claim, RuleBook};
use crate::tokens::Words;
use crate::weights::{Pair, Weights};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A model as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Names of the features it was trained on.
    pub features: Vec<String>,
    /// Weights of words and pairs of words.
    pub words: BTreeMap<String, Pair>,
    /// The forest.
    pub trees: Vec<TreeSpec>,
    /// When a line is clear before all trees were asked.
    pub looks: Vec<Look>,
    /// From the forest's sums to probabilities: points of a rising line.
    pub calibration: Vec<(f32, f32)>,
}

/// A model, ready to look at documents. Exact arithmetic only (no logarithm, no exponential), so that every machine gives
/// the same bytes.
pub struct Model {
    weights: Weights,
    forest: Forest,
    calibration: Calibration,
}

/// Lines whose features are held at a time.
const BLOCK: usize = 64;

impl Model {
    /// Checks and compiles a model.
    pub fn new(spec: &ModelSpec) -> Result<Self, String> {
        if !spec.features.iter().map(String::as_str).eq(NAMES.iter().copied()) {
            return Err("the line model was trained on other features than this kernel has: train it again".to_owned());
        }
        let of_model = |flaw| format!("the line model: {flaw}");
        Ok(Self {
            weights: Weights::new(&spec.words),
            forest: Forest::new(&spec.trees, NAMES.len(), &spec.looks).map_err(of_model)?,
            calibration: Calibration::new(&spec.calibration).map_err(of_model)?,
        })
    }

    /// Reads a document's features.
    pub fn page<'a>(&self, words: Words, lines: &'a [Line], claims: &[Claim], book: &RuleBook) -> Page<'a> {
        Page::new(words, lines, claims, book, &self.weights)
    }

    /// The probability of noise for each line that is not blank.
    pub fn noise(&self, page: &Page<'_>) -> Vec<f32> {
        if page.len() == 0 {
            return Vec::new();
        }
        let mut out = vec![0.0; page.len()];
        let mut rows = vec![0.0; BLOCK.min(page.len()) * NAMES.len()];
        for (block, sums) in out.chunks_mut(BLOCK).enumerate() {
            let rows = &mut rows[..sums.len() * NAMES.len()];
            for (n, row) in rows.chunks_exact_mut(NAMES.len()).enumerate() {
                page.row(block * BLOCK + n, row);
            }
            self.forest.sum(rows, NAMES.len(), sums);
        }
        for sum in &mut out {
            *sum = self.calibration.at(*sum);
        }
        out
    }
}
