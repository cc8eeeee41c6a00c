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
    let (mut rest_first, mut rest_second) = (placed.as_slice(), second.as_slice());
    let mut shift = 0_isize;
    while !rest_first.is_empty() || !rest_second.is_empty() {
        let cluster = Cluster::grow(rest_first, rest_second, shift);
        rest_first = &rest_first[cluster.taken_first..];
        rest_second = &rest_second[cluster.taken_second..];
        shift = cluster.shift;
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
    taken_first: usize,
    taken_second: usize,
    shift: isize,
}

impl Cluster {
    /// Takes the next edit in order of place, then every edit that overlaps what has been taken. `first` and `second`
    /// are the edits not yet taken, `shift` is the raw offset minus the offset between the layers before them.
    fn grow(first: &[Placed<'_>], second: &[Edit], shift: isize) -> Self {
        let opens_first = match (first.first(), second.first()) {
            (Some(p), Some(s)) => p.between.start <= s.range.start,
            (p, _) => p.is_some(),
        };
        let start = if opens_first { first[0].between.start } else { second[0].range.start };
        let mut end = start; // the cluster covers start..end between the layers
        let (mut taken_first, mut taken_second) = (0, 0);
        loop {
            let opening = taken_first + taken_second == 0;
            let next_first = first.get(taken_first).filter(|p| p.between.start < end || opening && opens_first);
            let next_second = second.get(taken_second).filter(|s| s.range.start < end || opening && !opens_first);
            if let Some(placed) = next_first {
                end = end.max(placed.between.end);
                taken_first += 1;
            } else if let Some(edit) = next_second {
                end = end.max(edit.range.end);
                taken_second += 1;
            } else {
                break;
            }
        }
        let (first, second) = (&first[..taken_first], &second[..taken_second]);
        let growth: isize = first.iter().map(|p| p.edit.range.len() as isize - p.between.len() as isize).sum();
        let range = start.wrapping_add_signed(shift)..end.wrapping_add_signed(shift + growth);
        let edit = Edit { range, replacement: outcome(first, second, start, end), rules: names(first, second) };
        Self { edit, taken_first, taken_second, shift: shift + growth }
    }
}

/// The rules of all edits of a cluster, in the order of the layers, each once.
fn names(first: &[Placed<'_>], second: &[Edit]) -> Vec<RuleId> {
    let all = first.iter().flat_map(|p| &p.edit.rules).chain(second.iter().flat_map(|s| &s.rules));
    let mut out = Vec::with_capacity(2);
    for rule in all {
        if !out.contains(rule) {
            out.push(*rule);
        }
    }
    out
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

/// Where offsets of an edited text lie in the text before; asked from left to right.
pub struct Origins<'a> {
    edits: std::slice::Iter<'a, Edit>,
    next: Option<&'a Edit>,
    /// What the edits passed took away, less what they put in.
    shift: isize,
}

impl<'a> Origins<'a> {
    /// Takes the edits, sorted.
    pub fn new(edits: &'a [Edit]) -> Self {
        let mut edits = edits.iter();
        let next = edits.next();
        Self { edits, next, shift: 0 }
    }

    /// The offset in the text before: behind whatever was removed right there; of one inside a replacement some place in
    /// what was replaced.
    pub fn at(&mut self, offset: usize) -> usize {
        while let Some(edit) = self.next {
            if self.start(edit) + edit.replacement.len() > offset {
                break;
            }
            self.shift += edit.range.len() as isize - edit.replacement.len() as isize;
            self.next = self.edits.next();
        }
        let origin = offset.wrapping_add_signed(self.shift);
        match self.next {
            Some(edit) if self.start(edit) < offset => edit.range.end.min(origin),
            _ => origin,
        }
    }

    /// Does an offset lie strictly inside a replacement?
    pub fn inside(&mut self, offset: usize) -> bool {
        self.at(offset);
        self.next.is_some_and(|edit| self.start(edit) < offset)
    }

    /// Where an edit's replacement begins in the edited text.
    fn start(&self, edit: &Edit) -> usize {
        edit.range.start.wrapping_add_signed(-self.shift)
    }
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
