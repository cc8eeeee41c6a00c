//! What every match of an expression must look like at its ends: the bytes it can begin and end with, and its length.
//! Most lines are told apart from most rules by this alone, long before an automaton has to read them.

use crate::chars::is_unspaced;
use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    const NONE: Self = Self([0; 4]);
    const ALL: Self = Self([u64::MAX; 4]);

    /// Whether a byte is in it.
    pub fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    fn add(&mut self, first: u8, last: u8) {
        for byte in first..=last {
            self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
    }

    fn join(&mut self, other: &Self) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            *mine |= other;
        }
    }
}

/// The outline of an expression's matches.
#[derive(Debug, Clone, Copy)]
pub struct Outline {
    /// Bytes that a match can begin with, and end with; all of them if it can be empty.
    pub first: ByteSet,
    /// The same for its end.
    pub last: ByteSet,
    /// Its length in bytes, at least.
    pub least: usize,
    /// Its length in bytes, at most.
    pub most: usize,
}

impl Outline {
    /// Reads the outline off an expression.
    pub fn of(hir: &Hir) -> Self {
        let end = |side: Side| {
            let end = edge(hir, side);
            if end.nullable { ByteSet::ALL } else { end.bytes }
        };
        Self {
            first: end(Side::First),
            last: end(Side::Last),
            least: hir.properties().minimum_len().unwrap_or(0),
            most: hir.properties().maximum_len().unwrap_or(usize::MAX),
        }
    }
}

/// The largest class whose characters are looked at one by one.
const LARGE_CLASS: u32 = 10_000;

/// Does every match of an expression lie within one word: a run of letters and digits of a script with spaces?
pub fn is_in_word(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Look(_) => false,
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().all(is_of_word)),
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| (range.start()..=range.end()).all(|byte| byte.is_ascii_alphanumeric()))
        }
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().all(|range| {
            let (first, last) = (range.start(), range.end());
            u32::from(last) - u32::from(first) < LARGE_CLASS && (first..=last).all(is_of_word)
        }),
        HirKind::Repetition(repetition) => is_in_word(&repetition.sub),
        HirKind::Capture(capture) => is_in_word(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_in_word),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

/// The bytes at one end of an expression's matches, and whether it also matches nothing.
struct Edge {
    bytes: ByteSet,
    nullable: bool,
}

/// The parser refuses expressions that are nested deeply, so this ends soon.
fn edge(hir: &Hir, side: Side) -> Edge {
    let mut bytes = ByteSet::NONE;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Edge { bytes, nullable: true },
        HirKind::Literal(literal) => {
            let byte = match side {
                Side::First => literal.0.first(),
                Side::Last => literal.0.last(),
            };
            if let Some(byte) = byte {
                bytes.add(*byte, *byte);
            }
            Edge { bytes, nullable: false }
        }
        HirKind::Class(class) => {
            add_class(class, side, &mut bytes);
            Edge { bytes, nullable: false }
        }
        HirKind::Repetition(repetition) => {
            let inner = edge(&repetition.sub, side);
            Edge { nullable: inner.nullable || repetition.min == 0, ..inner }
        }
        HirKind::Capture(capture) => edge(&capture.sub, side),
        HirKind::Alternation(branches) => {
            let mut nullable = false;
            for branch in branches {
                let inner = edge(branch, side);
                bytes.join(&inner.bytes);
                nullable |= inner.nullable;
            }
            Edge { bytes, nullable }
        }
        HirKind::Concat(parts) => {
            let mut nullable = true;
            for n in 0..parts.len() {
                let part = match side {
                    Side::First => &parts[n],
                    Side::Last => &parts[parts.len() - 1 - n],
                };
                let end = edge(part, side);
                bytes.join(&end.bytes);
                if !end.nullable {
                    nullable = false;
                    break;
                }
            }
            Edge { bytes, nullable }
        }
    }
}

fn add_class(class: &Class, side: Side, bytes: &mut ByteSet) {
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| bytes.add(range.start(), range.end())),
        Class::Unicode(class) => {
            for range in class.ranges() {
                for sequence in Utf8Sequences::new(range.start(), range.end()) {
                    let parts = sequence.as_slice();
                    let part = match side {
                        Side::First => parts.first(),
                        Side::Last => parts.last(),
                    };
                    if let Some(part) = part {
                        bytes.add(part.start, part.end);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(pattern: &str) -> (Vec<u8>, Vec<u8>) {
        let Ok(hir) = regex_syntax::parse(pattern) else { return (Vec::new(), Vec::new()) };
        let outline = Outline::of(&hir);
        let listed = |set: ByteSet| (0..=255).filter(|byte| set.has(*byte)).collect();
        (listed(outline.first), listed(outline.last))
    }

    #[test]
    fn ends_are_read_through_groups_choices_and_repeats() {
        assert_eq!(ends(r"\A(?:\s?a|bc*)\z").1, b"abc");
        assert_eq!(ends(r"(?i)k+").0, [b'K', b'k', 0xE2], "the Kelvin sign folds to k");
        assert_eq!(ends("(?:【|「)x").0, [0xE3]);
        assert_eq!(ends("x(?:y|z?)").1, b"xyz");
    }

    #[test]
    fn what_may_be_empty_may_end_with_anything() {
        assert_eq!(ends("a*").0.len(), 256);
    }

    #[test]
    fn some_matches_lie_within_a_word() {
        let in_word = |pattern| crate::sieve::parse(pattern).ok().map(|hir| is_in_word(&hir));
        for pattern in ["(?:left|center){3,}", r"a\p{Lu}", "é[0-9]?", r"\bleft\b"] {
            assert_eq!(in_word(pattern), Some(true), "{pattern}");
        }
        for pattern in ["read more", "a-b", r"a\s?", "上一", r"a\p{L}", "^a"] {
            assert_eq!(in_word(pattern), Some(false), "{pattern}");
        }
    }

    #[test]
    fn lengths_are_in_bytes() {
        let outline = |pattern| regex_syntax::parse(pattern).ok().map(|hir| Outline::of(&hir));
        let lengths = |pattern| outline(pattern).map(|o| (o.least, o.most));
        assert_eq!(lengths("a{3}|ä"), Some((2, 3)));
        assert_eq!(lengths("a+"), Some((1, usize::MAX)));
    }
}
