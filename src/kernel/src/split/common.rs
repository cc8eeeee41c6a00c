//! How common the stems of words are.

use crate::hashes::HashFilter;
use crate::tokens::word_hash;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// How common stems are, 0 to 1, by hash.
pub struct Commonness {
    table: FxHashMap<u32, f32>,
    filter: HashFilter,
}

impl Commonness {
    /// Takes stems with how common they are.
    pub fn new(stems: &BTreeMap<String, f32>) -> Self {
        let table: FxHashMap<u32, f32> = stems.iter().map(|(stem, value)| (word_hash(stem), *value)).collect();
        Self { filter: HashFilter::new(table.keys().copied()), table }
    }

    /// How common a stem is; what is not in the list is rare.
    pub fn of(&self, stem: u32) -> f32 {
        if self.filter.may_have(stem) { self.table.get(&stem).copied().unwrap_or(0.0) } else { 0.0 }
    }
}
