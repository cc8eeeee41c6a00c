//! Edits: what was changed, where, by which rule. Apply them, compose two layers of them, and turn byte offsets
//! into code points. Everything else in the kernel only *names* edits; text is changed here and nowhere else.

use std::ops::Range;

/// Index of a rule in the rule table of the kernel (`spec::RuleNames`).
pub type RuleId = u16;

/// Bytes `range` of a text become `replacement`.
///
/// Invariants of a *layer* (a list of edits on one text): sorted by start, disjoint, no empty range, and every
/// offset on a character boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Byte range in the text the layer applies to; never empty.
    pub range: Range<usize>,
    /// What stands there afterwards; empty for a stroke.
    pub replacement: String,
    /// The rules that made it, in the order in which they were applied: more than one after composition.
    pub rules: Vec<RuleId>,
}

impl Edit {
    /// A stroke: the range goes, nothing takes its place.
    pub fn stroke(range: Range<usize>, rule: RuleId) -> Self {
        Self { range, replacement: String::new(), rules: vec![rule] }
    }
}

/// Says what is wrong with a layer on a text, or `None` if it is sound.
pub fn flaw(text: &str, layer: &[Edit]) -> Option<String> {
    let mut end = 0;
    for edit in layer {
        let Range { start, end: stop } = edit.range;
        if start >= stop {
            return Some(format!("the edit at {start} covers nothing"));
        }
        if start < end {
            return Some(format!("the edit at {start} overlaps the one before, which ends at {end}"));
        }
        if stop > text.len() {
            return Some(format!("the edit {start}..{stop} ends after the text ({})", text.len()));
        }
        if !text.is_char_boundary(start) || !text.is_char_boundary(stop) {
            return Some(format!("the edit {start}..{stop} cuts a character apart"));
        }
        end = stop;
    }
    None
}

/// The text after a layer of edits.
pub fn apply(text: &str, layer: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in layer {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// One edit of the first layer, with the place its replacement takes in the text between the layers.
struct Placed<'a> {
    edit: &'a Edit,
    between: Range<usize>,
}

/// Two layers as one: `apply(apply(raw, first), second) == apply(raw, compose(first, second))`.
///
/// Where an edit of the second layer meets the replacement of one of the first, the two (or more) become one edit on
/// raw coordinates that names all their rules; edits that only touch stay apart.
pub fn compose(first: Vec<Edit>, second: Vec<Edit>) -> Vec<Edit> {
    if first.is_empty() {
        return second;
    }
    if second.is_empty() {
        return first;
    }
    let placed = place(&first);
    let mut out = Vec::with_capacity(first.len() + second.len());
    let (mut i, mut j) = (0, 0);
    let mut shift = 0_isize; // raw offset minus offset between the layers, after the last first-layer edit consumed
    while i < placed.len() || j < second.len() {
        let cluster = Cluster::grow(&placed, &second, i, j, shift);
        (i, j, shift) = (cluster.next_first, cluster.next_second, cluster.shift);
        out.push(cluster.edit);
    }
    out
}

fn place(first: &[Edit]) -> Vec<Placed<'_>> {
    let mut shift = 0_isize;
    let mut out = Vec::with_capacity(first.len());
    for edit in first {
        let start = edit.range.start.wrapping_add_signed(-shift);
        let between = start..start + edit.replacement.len();
        shift += edit.range.len() as isize - edit.replacement.len() as isize;
        out.push(Placed { edit, between });
    }
    out
}

/// A run of edits of both layers that cannot be told apart on raw coordinates.
struct Cluster {
    edit: Edit,
    next_first: usize,
    next_second: usize,
    shift: isize,
}

impl Cluster {
    /// Takes the next edit in order of place, then every edit that overlaps what has been taken.
    fn grow(placed: &[Placed<'_>], second: &[Edit], i: usize, j: usize, shift: isize) -> Self {
        let (mut a, mut b) = (i, j);
        let mut end = 0; // between the layers; the cluster covers start..end
        let start = match (placed.get(i), second.get(j)) {
            (Some(p), Some(s)) => p.between.start.min(s.range.start),
            (Some(p), None) => p.between.start,
            (None, Some(s)) => s.range.start,
            (None, None) => 0,
        };
        loop {
            let opening = a == i && b == j;
            let take_first = placed.get(a).is_some_and(|p| {
                p.between.start < end || (opening && second.get(b).is_none_or(|s| p.between.start <= s.range.start))
            });
            if take_first {
                end = end.max(placed[a].between.end).max(placed[a].between.start);
                a += 1;
                continue;
            }
            if second.get(b).is_some_and(|s| s.range.start < end || opening) {
                end = end.max(second[b].range.end);
                b += 1;
                continue;
            }
            break;
        }
        let after: isize = placed[i..a].iter().map(|p| p.edit.range.len() as isize - p.between.len() as isize).sum();
        let raw_start = start.wrapping_add_signed(shift);
        let raw_end = end.wrapping_add_signed(shift + after);
        let rules = placed[i..a]
            .iter()
            .flat_map(|p| p.edit.rules.iter())
            .chain(second[j..b].iter().flat_map(|s| s.rules.iter()));
        let mut named = Vec::with_capacity(2);
        for rule in rules {
            if !named.contains(rule) {
                named.push(*rule);
            }
        }
        let replacement = outcome(&placed[i..a], &second[j..b], start, end);
        Self {
            edit: Edit { range: raw_start..raw_end, replacement, rules: named },
            next_first: a,
            next_second: b,
            shift: shift + after,
        }
    }
}

/// What is left of a cluster: the replacements of the second layer, and of the first where the second left them.
///
/// Inside a cluster every place is covered by an edit of one layer or the other, so the raw text is not needed.
fn outcome(placed: &[Placed<'_>], second: &[Edit], start: usize, end: usize) -> String {
    let mut out = String::new();
    let mut at = start;
    for edit in second {
        push_first(&mut out, placed, at..edit.range.start);
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    push_first(&mut out, placed, at..end);
    out
}

fn push_first(out: &mut String, placed: &[Placed<'_>], window: Range<usize>) {
    for p in placed {
        let from = window.start.max(p.between.start);
        let to = window.end.min(p.between.end);
        if from < to {
            out.push_str(&p.edit.replacement[from - p.between.start..to - p.between.start]);
        }
    }
}

/// Turns rising byte offsets into code points in one walk over the text.
pub struct CodePoints<'a> {
    text: &'a [u8],
    ascii: bool,
    byte: usize,
    point: usize,
}

impl<'a> CodePoints<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), ascii: text.is_ascii(), byte: 0, point: 0 }
    }

    /// The code point at a byte offset; offsets must not fall from call to call.
    pub fn at(&mut self, byte: usize) -> usize {
        if self.ascii {
            return byte;
        }
        self.point += count(&self.text[self.byte..byte]);
        self.byte = byte;
        self.point
    }
}

/// Code points in valid UTF-8: every byte that does not continue a character.
pub fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layer(text: &str, picks: &[(usize, usize, String)], rule: RuleId) -> Vec<Edit> {
        let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let mut out = Vec::new();
        let mut at = 0;
        for (skip, take, replacement) in picks {
            let from = at + skip;
            let to = from + take + 1;
            if to >= bounds.len() {
                break;
            }
            out.push(Edit { range: bounds[from]..bounds[to], replacement: replacement.clone(), rules: vec![rule] });
            at = to;
        }
        out
    }

    fn picks() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
        prop::collection::vec((0_usize..4, 0_usize..4, "[aé🍌]{0,3}"), 0..8)
    }

    proptest! {
        #[test]
        fn composition_is_application_in_turn(text in "\\PC{0,60}", a in picks(), b in picks()) {
            let first = layer(&text, &a, 0);
            let between = apply(&text, &first);
            let second = layer(&between, &b, 1);
            let both = compose(first, second.clone());
            prop_assert_eq!(flaw(&text, &both), None);
            prop_assert_eq!(apply(&text, &both), apply(&between, &second));
        }

        #[test]
        fn code_points_agree_with_chars(text in "\\PC{0,60}") {
            let mut points = CodePoints::new(&text);
            for (n, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(points.at(byte), n);
            }
        }
    }

    #[test]
    fn a_stroke_over_mended_letters_names_both() {
        let first = vec![Edit { range: 2..6, replacement: "é".into(), rules: vec![7] }];
        let second = vec![Edit::stroke(0..5, 9)];
        let both = compose(first, second);
        assert_eq!(both, vec![Edit { range: 0..7, replacement: String::new(), rules: vec![7, 9] }]);
    }
}
