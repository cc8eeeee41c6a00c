//! How common the stems of words are.

use crate::hashes::HashTable;
use crate::tokens::word_hash;
use std::collections::BTreeMap;

/// How common stems are, 0 to 1, by hash.
pub struct Commonness(HashTable<f32>);

impl Commonness {
    /// Takes stems with how common they are.
    pub fn new(stems: &BTreeMap<String, f32>) -> Self {
        Self(HashTable::new(stems.iter().map(|(stem, value)| (word_hash(stem), *value))))
    }

    /// How common a stem is; what is not in the list is rare.
    pub fn of(&self, stem: u32) -> f32 {
        self.0.get(stem).copied().unwrap_or(0.0)
    }
}
