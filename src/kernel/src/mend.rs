//! Which segments ftfy would change, and the change as fine edits.
//!
//! ftfy itself (the Python package) does the mending. It costs about 500 times what this gate costs, and nearly every
//! segment passes through it unchanged, so the gate names the few that need it. It may name too many, never too few:
//! ftfy leaves a segment alone when it holds no character of ftfy's own tables, no HTML entity, is in Unicode
//! normal form, and is not "bad" by ftfy's own expression. All of those come from the installed ftfy (`mend.py`).

use crate::ledger::{Edit, RuleId, count};
use regex::Regex;
use std::ops::Range;
use unicode_normalization::{IsNormalized, char::canonical_combining_class, is_nfc, is_nfc_quick};

/// ftfy fixes at most this many code points at once (`TextFixerConfig.max_decode_length`).
const SEGMENT_LIMIT: usize = 1_000_000;

/// A part of a document that ftfy has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Bytes of the raw document; a line with its line feed, or a piece of a very long one.
    pub range: Range<usize>,
    /// Whether ftfy may unescape HTML entities here: not after a `<` has been seen in this or an earlier segment.
    pub unescape: bool,
    /// Whether the segment looks wrongly decoded: then only all of ftfy will do.
    pub bad: bool,
}

/// The gate.
pub struct Gate {
    bad: Regex,
    entity: Option<Regex>,
    table: CharSet,
    normal: Option<CharSet>,
}

impl Gate {
    /// `bad` and `entity` are ftfy's expressions; `table` holds every character its fixers map; `normalize` says
    /// whether NFC is on. Without `entity`, entities are left alone.
    pub fn new(bad: &str, entity: Option<&str>, table: &str, normalize: bool) -> Result<Self, String> {
        let compile = |p: &str| Regex::new(p).map_err(|e| format!("an expression of ftfy does not compile: {e}"));
        Ok(Self {
            bad: compile(bad)?,
            entity: entity.map(compile).transpose()?,
            table: CharSet::of(table.chars()),
            normal: normalize.then(unstable_in_nfc),
        })
    }

    /// The segments of a document that ftfy might change, in order.
    pub fn suspects(&self, text: &str) -> Vec<Suspect> {
        let mut out = Vec::new();
        if self.obviously_clean(text) {
            return out;
        }
        let mut unescape = self.entity.is_some();
        let mut start = 0;
        while start < text.len() {
            let end = segment_end(text, start);
            let segment = &text[start..end];
            unescape = unescape && !segment.contains('<');
            if self.suspicious(segment, unescape) {
                let bad = !segment.is_ascii() && self.bad.is_match(segment);
                out.push(Suspect { range: start..end, unescape, bad });
            }
            start = end;
        }
        out
    }

    /// ASCII without control characters or ampersands: most English documents end here.
    fn obviously_clean(&self, text: &str) -> bool {
        text.bytes().all(|b| b < 0x80 && b != b'&' && !self.table.has_ascii(b))
    }

    fn suspicious(&self, segment: &str, unescape: bool) -> bool {
        if unescape && segment.contains('&') && self.entity.as_ref().is_some_and(|e| e.is_match(segment)) {
            return true;
        }
        if segment.is_ascii() {
            return segment.bytes().any(|b| self.table.has_ascii(b));
        }
        let mut unstable = false;
        for c in segment.chars() {
            if self.table.has(c) {
                return true;
            }
            unstable |= self.normal.as_ref().is_some_and(|set| set.has(c));
        }
        (unstable && !is_nfc(segment)) || self.bad.is_match(segment)
    }
}

/// The end of the segment that ftfy would cut at `start`: after the next line feed, or after `SEGMENT_LIMIT` characters.
fn segment_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
    if len <= SEGMENT_LIMIT || count(&rest.as_bytes()[..len]) <= SEGMENT_LIMIT {
        return start + len;
    }
    start + rest.char_indices().nth(SEGMENT_LIMIT).map_or(len, |(at, _)| at)
}

/// Characters that may make a string something other than NFC: combining ones, and those NFC may replace or compose.
/// Characters beyond the basic plane all count as such, which costs a check and loses nothing.
fn unstable_in_nfc() -> CharSet {
    CharSet::of((0_u32..0x1_0000).filter_map(char::from_u32).filter(|c| {
        !c.is_ascii() && (canonical_combining_class(*c) != 0 || is_nfc_quick(std::iter::once(*c)) != IsNormalized::Yes)
    }))
    .with_astral()
}

/// A set of characters: a bit each for the basic plane, one for all the rest.
struct CharSet {
    bits: Vec<u64>,
    astral: bool,
}

impl CharSet {
    fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut set = Self { bits: vec![0; 0x1_0000 / 64], astral: false };
        for c in chars {
            let c = u32::from(c) as usize;
            match set.bits.get_mut(c / 64) {
                Some(word) => *word |= 1 << (c % 64),
                None => set.astral = true,
            }
        }
        set
    }

    fn with_astral(mut self) -> Self {
        self.astral = true;
        self
    }

    fn has(&self, c: char) -> bool {
        let c = u32::from(c) as usize;
        self.bits.get(c / 64).map_or(self.astral, |word| word >> (c % 64) & 1 == 1)
    }

    fn has_ascii(&self, b: u8) -> bool {
        self.bits[usize::from(b) / 64] >> (b % 64) & 1 == 1
    }
}

/// How many characters must agree before two texts are taken to run side by side again.
const ANCHOR: usize = 3;
/// How far ahead (in characters, both sides together) agreement is looked for.
const REACH: usize = 96;

/// The edits that turn `before` into `after`, in raw coordinates (`offset` is where `before` starts).
///
/// Mending is local, so a greedy walk that resynchronises within a few characters finds small edits in time linear in
/// the length, where a minimal diff would be quadratic on hostile lines. An insertion takes in one character beside it,
/// so that no edit is empty.
pub fn edits(before: &str, after: &str, offset: usize, rule: RuleId) -> Vec<Edit> {
    let a: Vec<char> = before.chars().collect();
    let b: Vec<char> = after.chars().collect();
    let mut hunks = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            i += 1;
            j += 1;
            continue;
        }
        let (di, dj) = resync(&a[i..], &b[j..]);
        hunks.push((i..i + di, j..j + dj));
        i += di;
        j += dj;
    }
    widen(&mut hunks, &a, &b);
    to_edits(&hunks, &a, &b, offset, rule)
}

/// The smallest step that brings both sides to a place where they agree for `ANCHOR` characters (or both end).
fn resync(a: &[char], b: &[char]) -> (usize, usize) {
    for total in 1..=REACH {
        for di in 0..=total {
            let dj = total - di;
            if di <= a.len() && dj <= b.len() && agree(&a[di..], &b[dj..]) {
                return (di, dj);
            }
        }
    }
    (a.len(), b.len())
}

fn agree(a: &[char], b: &[char]) -> bool {
    let n = ANCHOR.min(a.len()).min(b.len());
    a[..n] == b[..n] && (n == ANCHOR || a.len() == b.len())
}

type Hunk = (Range<usize>, Range<usize>);

/// Gives every pure insertion a character of its own, and joins hunks that come to touch.
fn widen(hunks: &mut Vec<Hunk>, a: &[char], b: &[char]) {
    let mut out: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for (mut x, mut y) in hunks.drain(..) {
        if x.is_empty() {
            if x.start > 0 && out.last().is_none_or(|(px, _)| px.end < x.start) {
                x.start -= 1;
                y.start -= 1;
            } else if x.end < a.len() && y.end < b.len() {
                x.end += 1;
                y.end += 1;
            }
        }
        match out.last_mut() {
            Some((px, py)) if px.end >= x.start => {
                px.end = px.end.max(x.end);
                py.end = py.end.max(y.end);
            }
            _ => out.push((x, y)),
        }
    }
    *hunks = out;
}

fn to_edits(hunks: &[Hunk], a: &[char], b: &[char], offset: usize, rule: RuleId) -> Vec<Edit> {
    let mut at = offset;
    let mut done = 0;
    let mut out = Vec::with_capacity(hunks.len());
    for (x, y) in hunks {
        at += bytes(&a[done..x.start]);
        let len = bytes(&a[x.clone()]);
        out.push(Edit { range: at..at + len, replacement: b[y.clone()].iter().collect(), rules: vec![rule] });
        at += len;
        done = x.end;
    }
    out
}

fn bytes(chars: &[char]) -> usize {
    chars.iter().map(|c| c.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{apply, flaw};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edits_turn_one_text_into_the_other(a in "[abcé ]{1,40}", b in "[abcé ]{0,40}") {
            let layer = edits(&a, &b, 0, 0);
            prop_assert_eq!(flaw(&a, &layer), None);
            prop_assert_eq!(apply(&a, &layer), b);
        }

        #[test]
        fn local_changes_give_local_edits(head in "[a-z ]{10,40}", tail in "[A-Z ]{10,40}") {
            let layer = edits(&format!("{head}Ã©{tail}"), &format!("{head}é{tail}"), 0, 0);
            prop_assert_eq!(layer.len(), 1);
            prop_assert!(layer[0].range.len() <= 6);
        }
    }

    #[test]
    fn a_bracket_turns_unescaping_off_for_what_follows() {
        let gate = Gate::new("x^", Some("&#?[0-9A-Za-z]{1,24};"), "\u{0}", true).ok();
        let found = gate.map(|g| g.suspects("a &amp; b\n1 < 2\nc &amp; d\n")).unwrap_or_default();
        assert_eq!(found, vec![Suspect { range: 0..10, unescape: true, bad: false }]);
    }
}
