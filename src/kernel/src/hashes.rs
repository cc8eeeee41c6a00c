//! Tables by hash, and the bit set that is asked before one: most of what is looked up is in none.

use rustc_hash::FxHashMap;

/// Bits of the set; a few times as many as a table has entries.
const BITS: u32 = 18;

/// The set.
#[derive(Debug, Default)]
pub struct HashFilter(Vec<u64>);

impl HashFilter {
    /// Takes the hashes of a table.
    pub fn new(hashes: impl Iterator<Item = u32>) -> Self {
        let mut bits = vec![0; 1 << (BITS - 6)];
        for hash in hashes {
            let bit = place(hash);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Self(bits)
    }

    /// False if the hash is surely not among them.
    pub fn may_have(&self, hash: u32) -> bool {
        let bit = place(hash);
        self.0.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

/// A table by hash, with its set.
#[derive(Debug)]
pub struct HashTable<V> {
    table: FxHashMap<u32, V>,
    filter: HashFilter,
}

impl<V> HashTable<V> {
    /// Takes hashes with their values; of those that come twice the last.
    pub fn new(entries: impl Iterator<Item = (u32, V)>) -> Self {
        let table: FxHashMap<u32, V> = entries.collect();
        Self { filter: HashFilter::new(table.keys().copied()), table }
    }

    /// The value of a hash, if it is there.
    pub fn get(&self, hash: u32) -> Option<&V> {
        if self.filter.may_have(hash) { self.table.get(&hash) } else { None }
    }

    /// Is nothing in it?
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl<V> Default for HashTable<V> {
    fn default() -> Self {
        Self { table: FxHashMap::default(), filter: HashFilter::default() }
    }
}

/// A hash's bit in the set.
fn place(hash: u32) -> usize {
    (hash.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_never_denied() {
        let filter = HashFilter::new((0..50_000).map(|n| n * 77));
        assert!((0..50_000).all(|n| filter.may_have(n * 77)));
        let wrong = (0..50_000).filter(|n| filter.may_have(n * 77 + 1)).count();
        assert!(wrong < 12_000, "{wrong} of 50,000 were not told apart");
        assert!(!HashFilter::default().may_have(1));
    }
}
