//! What holds for every input there is. Fuzzing (`fuzz/`) puts these laws to inputs that a machine makes up, the tests
//! below put them to its seeds and to every input that broke one once (`tests/cases/crashes/`).
//!
//! Each law panics when it is broken: that is how a fuzzer is told. Inputs are bytes; settings stand at their end, so
//! that any text is an input as it is.

use crate::document::{Cleaned, Desk, Mended};
use crate::forest::{Forest, Look, TreeSpec};
use crate::jsonl::{self, Keys};
use crate::ledger::{self, CodePoints, Edit, Origins};
use crate::lines;
use crate::mend;
use crate::rules::{Claim, RuleBook};
use crate::spec::{Block, Extent, RuleSpec, Spec, Split};
use crate::tokens::Words;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use regex::Regex;
use serde_json::json;
use serde_json::value::RawValue;
use std::ops::Range;

/// Takes bytes off the end of an input for settings; 0 when there are none left.
struct Settings<'a>(&'a [u8]);

impl Settings<'_> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_last().copied().unwrap_or(0)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}

/// Desks of a recipe that take different ways through the kernel.
pub struct Desks(Vec<Desk>);

impl Desks {
    /// Compiles a recipe as it is; annotating; and with the rules alone, which may strike all they like.
    pub fn new(recipe: &str) -> Result<Self, String> {
        let read = || serde_json::from_str::<Spec>(recipe).map_err(|e| e.to_string());
        let as_it_is = read()?;
        let labelled = Spec { annotate: true, ..read()? };
        let by_rules = Spec { model: None, cutter: None, split: Split::Structure, max_struck: 1.0, ..read()? };
        [as_it_is, labelled, by_rules].iter().map(Desk::new).collect::<Result<Vec<_>, _>>().map(Self)
    }
}

/// Cleaning: the ledger accounts for each byte once, the stories are what it says they are, and undoing it gives the raw
/// text back; whatever mending made of the segments that the gate pointed out.
///
/// # Panics
///
/// If one of these is not so.
pub fn clean(desks: &Desks, data: &[u8]) {
    let mut settings = Settings(data);
    let desk = &desks.0[usize::from(settings.byte()) % desks.0.len()];
    let repair = settings.one_of(&REPAIRS);
    let raw = String::from_utf8_lossy(settings.0);
    let mended = mended(desk, &raw, repair);
    let mended: Vec<Mended<'_>> = mended.iter().map(|(range, text)| Mended { range: range.clone(), text }).collect();
    let cleaned = desk.clean(&raw, &mended);
    obeys_the_ledger(&raw, &cleaned);
    for mark in &cleaned.marks {
        // one that begins or ends inside a repair may do so inside a character; counting code points puts that right
        assert!(mark.range.start <= mark.range.end && mark.range.end <= raw.len(), "{mark:?}");
        assert!((0.0..=1.0).contains(&mark.noise), "{mark:?}");
    }
    assert!(cleaned.marks.is_sorted_by_key(|mark| mark.range.start));
}

/// What ftfy may do to a segment, more or less.
type Repair = fn(&str) -> String;

const REPAIRS: [Repair; 6] = [
    str::to_owned,
    |text| text.replace("Ã©", "é").replace("&amp;", "&").replace("\r\n", "\n").replace('\r', "\n"),
    |text| text.chars().filter(|c| !c.is_control() || *c == '\n').collect(),
    |text| text.chars().rev().collect(),
    |text| text.to_uppercase(),
    |_| String::new(),
];

fn mended(desk: &Desk, raw: &str, repair: Repair) -> Vec<(Range<usize>, String)> {
    let mut end = 0;
    let suspects = desk.suspects(raw).into_iter().map(|suspect| suspect.range);
    suspects
        .map(|range| {
            assert!(range.start >= end && !range.is_empty() && raw.get(range.clone()).is_some(), "{range:?}");
            end = range.end;
            let text = repair(&raw[range.clone()]);
            (range, text)
        })
        .collect()
}

fn obeys_the_ledger(raw: &str, cleaned: &Cleaned) {
    assert_eq!(ledger::flaw(raw, &cleaned.edits), None);
    let mut cells: Vec<(Range<usize>, &str)> =
        cleaned.edits.iter().map(|edit| (edit.range.clone(), &raw[edit.range.clone()])).collect();
    let mut next = 0;
    for story in &cleaned.stories {
        assert!(!story.text.trim().is_empty(), "a blank story");
        assert_eq!(story.edits.start, next, "an edit that belongs to no story, or to two");
        next = story.edits.end;
        kept(story.text.as_str(), &story.spans, &cleaned.edits[story.edits.clone()], &mut cells);
    }
    assert_eq!(next, if cleaned.stories.is_empty() { 0 } else { cleaned.edits.len() });
    assert!(cleaned.stories.is_empty() || cleaned.main < cleaned.stories.len());
    cells.sort_by_key(|(range, _)| range.start);
    let mut end = 0;
    let mut back = String::with_capacity(raw.len());
    for (range, text) in cells {
        assert_eq!(range.start, end, "kept or struck twice, or not at all");
        end = range.end;
        back.push_str(text);
    }
    assert_eq!(back, raw);
}

/// Reads the kept stretches of a story off its text alone.
fn kept<'a>(text: &'a str, spans: &[Range<usize>], edits: &[Edit], cells: &mut Vec<(Range<usize>, &'a str)>) {
    let spans = spans.iter().map(|span| (span.clone(), None));
    let edits = edits.iter().map(|edit| (edit.range.clone(), Some(edit.replacement.as_str())));
    let mut parts: Vec<_> = spans.chain(edits).collect();
    parts.sort_by_key(|(range, _)| range.start);
    let mut at = 0;
    for (range, put) in parts {
        let length = put.map_or(range.len(), str::len);
        let part = &text[at..at + length];
        at += length;
        match put {
            Some(put) => assert_eq!(part, put),
            None => cells.push((range, part)),
        }
    }
    assert_eq!(at, text.len(), "the story has text that nothing accounts for");
}

/// Reading JSON Lines: each line that is not blank is one record or one reject with its bytes, and a record that is
/// written down again is read as the same.
///
/// # Panics
///
/// If one of these is not so.
pub fn records(data: &[u8]) {
    let mut settings = Settings(data);
    let first = settings.one_of(&[1, 2, i64::from(u32::MAX)]);
    let keys = settings.one_of(&[Keys { text: "text", id: "id" }, Keys { text: "te\"xt\\", id: "" }]);
    let data = settings.0;
    let read = jsonl::read(data, keys, first);
    assert!(read.is_ok(), "{:?}", read.err());
    let Ok((records, rejects)) = read else { return };
    let mut wanted = Vec::new();
    for (number, line) in (first..).zip(data.split(|byte| *byte == b'\n')) {
        let line = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        if !line.trim_ascii().is_empty() {
            wanted.push((number, line));
        }
    }
    let mut found: Vec<i64> = records["position"].as_primitive::<Int64Type>().values().to_vec();
    found.extend(rejects["position"].as_primitive::<Int64Type>().values());
    found.sort_unstable();
    assert!(found.iter().eq(wanted.iter().map(|(number, _)| number)), "a line is lost or counted twice");
    let mut raw = rejects["raw"].as_binary::<i32>().iter();
    for (_, line) in wanted {
        match jsonl::read_line(line, keys) {
            Ok(record) => {
                assert!(!record.text.is_empty());
                let again = written(&record, keys);
                assert_eq!(jsonl::read_line(again.as_bytes(), keys).as_ref(), Ok(&record), "{again}");
            }
            Err(_) => assert_eq!(raw.next().flatten(), Some(line)),
        }
    }
}

fn written(record: &jsonl::Record, keys: Keys<'_>) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut fields = vec![format!("{}:{}", quoted(keys.text), quoted(&record.text))];
    fields.extend(record.id.as_ref().map(|id| format!("{}:{}", quoted(keys.id), quoted(id))));
    if let Some(meta) = &record.meta {
        assert!(serde_json::from_str::<&RawValue>(meta).is_ok(), "{meta}");
        fields.push(meta[1..meta.len() - 1].to_owned());
    }
    format!("{{{}}}", fields.join(","))
}

/// A user's rule: it is refused in words, or its claims lie in their lines and the ledger stays whole; and one without
/// cues claims just the lines that its pattern matches. The input's first line is the pattern, the second holds cues
/// between bars, the rest is a text.
///
/// # Panics
///
/// If it is not so.
pub fn rules(data: &[u8]) {
    let mut settings = Settings(data);
    let extent = settings.one_of(&["line", "start", "end", "inside"]);
    let place = settings.one_of(&["any", "start", "end", "outside"]);
    let cue_at = settings.one_of(&["any", "start", "end"]);
    let block = settings.one_of(&["none", "links", "contents"]);
    let strike = settings.one_of(&[true, true, true, false]);
    let input = String::from_utf8_lossy(settings.0);
    let mut lines = input.splitn(3, '\n');
    let (pattern, cues, text) =
        (lines.next().unwrap_or(""), lines.next().unwrap_or(""), lines.next().unwrap_or_default());
    let cues: Vec<&str> = cues.split('|').filter(|cue| !cue.is_empty()).collect();
    let rule = json!({
        "name": "fuzz.rule", "label": "fuzz", "match": extent, "regex": pattern, "cues": cues, "cue_at": cue_at,
        "place": place, "after": [], "glued": false, "block": block, "strike": strike, "firm": true,
        "max_chars": 100_000, "min_chars": 0, "at_least": 1, "at_most": 0, "in_a_row": 1,
    });
    let Ok(rule) = serde_json::from_value::<RuleSpec>(rule) else { return };
    let rules = [rule];
    if let Ok(book) = RuleBook::new(&rules, 0) {
        let lines = lines::split(text);
        let claims = book.scan(text, &lines, &Words::read(text, &lines));
        lie_in_their_lines(text, &claims);
        if cues.is_empty() && rules[0].block != Block::Contents {
            are_matches(text, &claims, &rules[0]);
        }
    }
    let spec = Spec {
        rules: rules.into(),
        mend: None,
        splinters: None,
        max_struck: 1.0,
        model: None,
        split: Split::Structure,
        cutter: None,
        annotate: false,
        keep_removed: true,
    };
    if let Ok(desk) = Desk::new(&spec) {
        obeys_the_ledger(text, &desk.clean(text, &[]));
    }
}

fn lie_in_their_lines(text: &str, claims: &[Claim]) {
    let lines = lines::split(text);
    for claim in claims {
        let line = &lines[claim.line].inner;
        for range in std::iter::once(&claim.range).chain(claim.fields.iter().map(|(_, range)| range)) {
            assert!(range.start >= line.start && range.end <= line.end && text.get(range.clone()).is_some());
        }
    }
}

/// Whatever is asked before a pattern, to be fast, must not change what it matches.
fn are_matches(text: &str, claims: &[Claim], rule: &RuleSpec) {
    let pattern = match rule.extent {
        Extent::Line => format!(r"\A(?:{})\z", rule.regex),
        Extent::Start => format!(r"\A(?:{})", rule.regex),
        Extent::End => format!(r"(?:{})\z", rule.regex),
        Extent::Inside => rule.regex.clone(),
    };
    let Ok(pattern) = Regex::new(&pattern) else { return };
    for (n, line) in lines::split(text).iter().enumerate().filter(|(_, line)| !line.is_blank()) {
        let line = line.text(text);
        let counts = |found: &regex::Captures<'_>| {
            let part = found.name("strike").or(found.get(0)).map_or("", |part| part.as_str());
            !part.is_empty() && (part.len() < line.len() || rule.extent == Extent::Line || !rule.strike)
        };
        let matches = line.chars().count() <= rule.max_chars
            && match rule.extent {
                Extent::Inside => pattern.captures_iter(line).any(|found| counts(&found)),
                _ => pattern.captures(line).is_some_and(|found| counts(&found)),
            };
        let claimed = claims.iter().any(|claim| claim.line == n);
        let heads_a_list = rule.strike && rule.extent == Extent::Line && rule.block == Block::None;
        assert!(claimed == matches || heads_a_list && !claimed, "{line:?} is claimed: {claimed}");
    }
}

/// The ledger itself: composing two layers is applying them in turn, offsets find their way back, and the edits between
/// two texts turn the one into the other. Half of the input picks edits, half is text.
///
/// # Panics
///
/// If one of these is not so.
pub fn layers(data: &[u8]) {
    let (text, picks) = data.split_at(data.len() / 2);
    let raw = String::from_utf8_lossy(text);
    let (first, second) = picks.split_at(picks.len() / 2);
    let first = layer(&raw, first, 1);
    assert_eq!(ledger::flaw(&raw, &first), None);
    let between = ledger::apply(&raw, &first);
    origins_lead_back(&raw, &between, &first);
    let second = layer(&between, second, 2);
    let last = ledger::apply(&between, &second);
    let both = ledger::compose(first, second);
    assert_eq!(ledger::flaw(&raw, &both), None);
    assert_eq!(ledger::apply(&raw, &both), last);
    let mut points = CodePoints::new(&raw);
    for (n, (byte, _)) in raw.char_indices().enumerate() {
        assert_eq!(points.at(byte), n);
    }
    let told = mend::edits(&raw, &last, 0, 0);
    if !raw.is_empty() {
        assert_eq!(ledger::flaw(&raw, &told), None);
        assert_eq!(ledger::apply(&raw, &told), last);
    }
}

/// Edits of a text as three bytes each say: how far on, how long, and what is put there.
fn layer(text: &str, picks: &[u8], rule: ledger::RuleId) -> Vec<Edit> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut out = Vec::new();
    let mut at = 0;
    for pick in picks.chunks_exact(3) {
        let start = at + usize::from(pick[0] % 8);
        let end = start + 1 + usize::from(pick[1] % 8);
        let (Some(&from), Some(&to)) = (places.get(start), places.get(end)) else { break };
        let put = ["", "a", "é", "🍌🍌", " ", "\n"][usize::from(pick[2]) % 6];
        out.push(Edit { range: from..to, replacement: put.to_owned(), rules: vec![rule] });
        at = end;
    }
    out
}

/// What an edit left alone is found at the offset it came from.
fn origins_lead_back(raw: &str, between: &str, edits: &[Edit]) {
    let mut origins = Origins::new(edits);
    let mut before = 0;
    let put = put_by(edits);
    for (at, c) in between.char_indices() {
        let origin = origins.at(at);
        assert!(before <= origin && origin <= raw.len());
        before = origin;
        if !put.iter().any(|range| range.contains(&at)) {
            assert!(raw[origin..].starts_with(c), "{at} of {between:?} is not {origin} of {raw:?}");
        }
    }
}

/// Where the replacements of a layer lie in the edited text.
fn put_by(edits: &[Edit]) -> Vec<Range<usize>> {
    let (mut removed, mut put) = (0, 0);
    edits
        .iter()
        .map(|edit| {
            let start = edit.range.start + put - removed;
            removed += edit.range.len();
            put += edit.replacement.len();
            start..start + edit.replacement.len()
        })
        .collect()
}

/// A user's model file: trees are refused, or walking them ends.
///
/// # Panics
///
/// If it is not so.
pub fn trees(data: &[u8]) {
    const WIDTH: usize = 4;
    let mut settings = Settings(data);
    let looks: Vec<Look> = (0..settings.byte() % 3)
        .map(|_| Look { trees: usize::from(settings.byte()), clear: f32::from(settings.byte()) - 128.0 })
        .collect();
    let child = |byte: u8| i32::from(byte.cast_signed()) % 9;
    let trees: Vec<serde_json::Value> = settings
        .0
        .split(|byte| *byte == b'\n')
        .map(|tree| {
            let splits = tree.chunks_exact(4);
            json!({
                "feature": splits.clone().map(|s| s[0] % 5).collect::<Vec<_>>(),
                "threshold": splits.clone().map(|s| s[1]).collect::<Vec<_>>(),
                "left": splits.clone().map(|s| child(s[2])).collect::<Vec<_>>(),
                "right": splits.clone().map(|s| child(s[3])).collect::<Vec<_>>(),
                "value": (0..=splits.len()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let trees: Result<Vec<TreeSpec>, _> = serde_json::from_value(trees.into());
    let Some(forest) = trees.ok().and_then(|trees| Forest::new(&trees, WIDTH, &looks).ok()) else { return };
    let rows: Vec<f32> = (0..6 * WIDTH).map(|n| data.get(n).map_or(f32::NAN, |byte| f32::from(*byte))).collect();
    forest.sum(&rows, WIDTH, &mut [0.0; 6]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// A small recipe: the one that users have is compiled by the Python tests, which go through the same files.
    const RECIPE: &str = r#"{
        "rules": [{
            "name": "ad.line", "label": "ad", "match": "line", "regex": "(?i:Advertisement|Read also:?)", "cues": [],
            "cue_at": "any", "place": "any", "after": [], "glued": false, "block": "links", "strike": true,
            "firm": false, "max_chars": 300, "min_chars": 0, "at_least": 1, "at_most": 0, "in_a_row": 1
        }, {
            "name": "credit.bracket", "label": "credit", "match": "inside", "regex": "\\((?P<credits>Photo: [^()]*)\\)",
            "cues": ["Photo"], "cue_at": "any", "place": "any", "after": [], "glued": false, "block": "none",
            "strike": true, "firm": false, "max_chars": 300, "min_chars": 0, "at_least": 1, "at_most": 0, "in_a_row": 1
        }],
        "mend": {"bad": "Ã", "entity": "&[a-z]+;", "table": "\r\u0000\u0085\ufb01", "normalize": true},
        "splinters": [["the", "and", "of"]], "max_struck": 0.9, "model": null, "split": "structure", "cutter": null,
        "annotate": false, "keep_removed": true
    }"#;

    /// Every seed of a target, and every input that broke one of its laws once.
    fn inputs(target: &str) -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = [root.join("fuzz/seeds").join(target), root.join("tests/cases/crashes").join(target)];
        let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        files.filter_map(|file| std::fs::read(file.path()).ok()).collect()
    }

    /// Each input as it is, and with other settings.
    fn put(target: &str, law: impl Fn(&[u8])) {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "there are no seeds for {target}");
        for input in inputs {
            for settings in
                ["", "\0", "\0\0", "\u{1}\u{1}", "\u{2}\u{3}", "\u{4}\u{5}\u{6}", "\u{3}\u{2}\u{1}\u{1}\u{1}"]
            {
                law(&[&input, settings.as_bytes()].concat());
            }
        }
    }

    #[test]
    fn the_seeds_obey_the_laws() -> Result<(), String> {
        let desks = Desks::new(RECIPE)?;
        put("clean", |input| clean(&desks, input));
        put("records", records);
        put("rules", rules);
        put("layers", layers);
        put("trees", trees);
        Ok(())
    }
}
