//! The rule book compiled: one scan for all cue phrases, then a rule's own expression on just the lines that hold one
//! of its cues. The result are claims; which of them hold is decided in `label.rs`, by what stands around them.

use crate::chars::is_unspaced;
use crate::ledger::RuleId;
use crate::lines::Line;
use crate::spec::{Block, CueAt, Extent, Place, RuleSpec};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Captures, Regex, RegexBuilder};
use std::ops::Range;

/// How many bytes before or after a cue still count as the line's edge: a bullet, a bracket, a colon.
const EDGE: usize = 16;

/// The named groups that move to a story's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Field {
    Captions,
    Credits,
    Tags,
    Byline,
    Dateline,
    Source,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "captions" => Self::Captions,
            "credits" => Self::Credits,
            "tags" => Self::Tags,
            "byline" => Self::Byline,
            "dateline" => Self::Dateline,
            "source" => Self::Source,
            _ => return None,
        })
    }
}

/// How much memory the lazy automaton of one rule may take. The library's default is too small for long alternations of
/// phrases beside classes of letters: it gives up on them and runs its slowest engine.
const DFA_LIMIT: usize = 32 << 20;

/// The named group that narrows a stroke to a part of the match.
const STRIKE_GROUP: &str = "strike";

/// One compiled rule.
pub struct Rule {
    /// Its label, as an index into `RuleBook::labels`.
    pub label: usize,
    /// The part of a line it matches.
    pub extent: Extent,
    /// Where in a story it holds.
    pub place: Place,
    /// Labels the line before must carry one of; empty for any.
    pub after: Vec<usize>,
    /// No blank line between the two.
    pub glued: bool,
    /// What else goes.
    pub block: Block,
    /// Struck, or only noted.
    pub strike: bool,
    /// Its name's place in the kernel's table.
    pub id: RuleId,
    regex: Regex,
    groups: Vec<(usize, Option<Field>)>,
    cue_at: CueAt,
    lengths: Range<usize>,
}

impl Rule {
    /// Holds whatever stands around it.
    pub fn is_free(&self) -> bool {
        self.place == Place::Any && self.after.is_empty()
    }
}

/// A rule's word about a part of a line.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Index of the line.
    pub line: usize,
    /// Index of the rule in the book.
    pub rule: usize,
    /// What would be struck, in bytes of the text.
    pub range: Range<usize>,
    /// What would be noted.
    pub fields: Vec<(Field, Range<usize>)>,
}

/// A cue phrase: the rules that it wakes, and whether it must not be part of a longer word on either side. The rules'
/// expressions ask for the same; asking here spares running them for "art" in "start".
struct Wake {
    rules: Vec<usize>,
    guard_start: bool,
    guard_end: bool,
}

impl Wake {
    fn of(cue: &str) -> Self {
        let guarded = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        Self {
            rules: Vec::new(),
            guard_start: guarded(cue.chars().next()),
            guard_end: guarded(cue.chars().next_back()),
        }
    }

    fn stands_free(&self, text: &str, hit: Range<usize>) -> bool {
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        !(self.guard_start && joins(text[..hit.start].chars().next_back()))
            && !(self.guard_end && joins(text[hit.end..].chars().next()))
    }
}

/// All rules, ready to scan.
pub struct RuleBook {
    /// In order: of two claims on a line the earlier rule's wins.
    pub rules: Vec<Rule>,
    /// Names of the kinds.
    pub labels: Vec<String>,
    cues: Option<AhoCorasick>,
    /// For each cue, what it wakes.
    wakes: Vec<Wake>,
    /// Rules without cues.
    always: Vec<usize>,
}

impl RuleBook {
    /// Compiles a rule book; `first_id` is the number of the first rule in the table of names.
    pub fn new(specs: &[RuleSpec], first_id: RuleId) -> Result<Self, String> {
        let mut book =
            Self { rules: Vec::new(), labels: Vec::new(), cues: None, wakes: Vec::new(), always: Vec::new() };
        let mut cues: Vec<&str> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (n, spec) in specs.iter().enumerate() {
            let rule = book.compile(spec, first_id + n as RuleId)?;
            book.rules.push(rule);
            if spec.cues.is_empty() {
                book.always.push(n);
            }
            for cue in &spec.cues {
                let at = *known.entry(cue.as_str()).or_insert_with(|| {
                    cues.push(cue);
                    book.wakes.push(Wake::of(cue));
                    cues.len() - 1
                });
                if book.wakes[at].rules.last() != Some(&n) {
                    book.wakes[at].rules.push(n);
                }
            }
        }
        if !cues.is_empty() {
            let scan = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::DFA))
                .build(&cues);
            book.cues = Some(scan.map_err(|e| format!("the cue phrases cannot be compiled: {e}"))?);
        }
        Ok(book)
    }

    fn compile(&mut self, spec: &RuleSpec, id: RuleId) -> Result<Rule, String> {
        let pattern = match spec.extent {
            Extent::Line => format!(r"\A(?:{})\z", spec.regex),
            Extent::Start => format!(r"\A(?:{})", spec.regex),
            Extent::End => format!(r"(?:{})\z", spec.regex),
            Extent::Inside => spec.regex.clone(),
        };
        let regex = RegexBuilder::new(&pattern).dfa_size_limit(DFA_LIMIT).build().map_err(|e| format!("rule {}: {e}", spec.name))?;
        let mut groups = Vec::new();
        for (n, name) in regex.capture_names().enumerate() {
            let Some(name) = name else { continue };
            let field = Field::named(name);
            if field.is_none() && name != STRIKE_GROUP {
                return Err(format!("rule {}: there is no field called {name:?}", spec.name));
            }
            groups.push((n, field));
        }
        Ok(Rule {
            label: self.label(&spec.label),
            extent: spec.extent,
            place: spec.place,
            after: spec.after.iter().map(|name| self.label(name)).collect(),
            glued: spec.glued,
            block: spec.block,
            strike: spec.strike,
            id,
            regex,
            groups,
            cue_at: spec.cue_at,
            lengths: spec.min_chars..spec.max_chars.saturating_add(1),
        })
    }

    fn label(&mut self, name: &str) -> usize {
        self.labels.iter().position(|known| known == name).unwrap_or_else(|| {
            self.labels.push(name.to_owned());
            self.labels.len() - 1
        })
    }

    /// Every claim on a text, sorted by line, then rule, then place in the line.
    pub fn scan(&self, text: &str, lines: &[Line]) -> Vec<Claim> {
        let mut out = Vec::new();
        if let Some(cues) = &self.cues {
            self.scan_cues(cues, text, lines, &mut out);
        }
        for (n, line) in lines.iter().enumerate() {
            for &rule in &self.always {
                self.try_rule(text, n, line, rule, &mut out);
            }
        }
        out.sort_by(|a, b| (a.line, a.rule, a.range.start).cmp(&(b.line, b.rule, b.range.start)));
        out
    }

    fn scan_cues(&self, cues: &AhoCorasick, text: &str, lines: &[Line], out: &mut Vec<Claim>) {
        let mut tried = vec![usize::MAX; self.rules.len()];
        let mut n = 0;
        for hit in cues.find_overlapping_iter(text) {
            while n + 1 < lines.len() && lines[n].whole.end < hit.end() {
                n += 1;
            }
            let Some(line) = lines.get(n) else { break };
            if hit.start() < line.inner.start || hit.end() > line.inner.end {
                continue;
            }
            let wake = &self.wakes[hit.pattern().as_usize()];
            if !wake.stands_free(text, hit.start()..hit.end()) {
                continue;
            }
            for &rule in &wake.rules {
                let near = match self.rules[rule].cue_at {
                    CueAt::Start => hit.start() - line.inner.start <= EDGE,
                    CueAt::End => line.inner.end - hit.end() <= EDGE,
                    CueAt::Any => true,
                };
                if near && tried[rule] != n {
                    tried[rule] = n;
                    self.try_rule(text, n, line, rule, out);
                }
            }
        }
    }

    fn try_rule(&self, text: &str, n: usize, line: &Line, index: usize, out: &mut Vec<Claim>) {
        let rule = &self.rules[index];
        if line.is_blank() || !rule.lengths.contains(&line.chars) {
            return;
        }
        let slice = line.text(text);
        if rule.extent == Extent::Inside {
            for caps in rule.regex.captures_iter(slice) {
                out.extend(claim(rule, index, n, line, &caps));
            }
            return;
        }
        if !rule.regex.is_match(slice) {
            return;
        }
        if let Some(caps) = rule.regex.captures(slice) {
            out.extend(claim(rule, index, n, line, &caps));
        }
    }
}

/// Turns a match into a claim in bytes of the text. A partial match that takes the whole line is none.
fn claim(rule: &Rule, index: usize, n: usize, line: &Line, caps: &Captures<'_>) -> Option<Claim> {
    let base = line.inner.start;
    let found = caps.get(0)?;
    let mut range = base + found.start()..base + found.end();
    let mut fields = Vec::new();
    for &(group, field) in &rule.groups {
        let Some(part) = caps.get(group) else { continue };
        let part = base + part.start()..base + part.end();
        match field {
            Some(field) => fields.push((field, part)),
            None => range = part,
        }
    }
    if range.is_empty() || (rule.extent != Extent::Line && range == line.inner && rule.strike) {
        return None;
    }
    Some(Claim { line: n, rule: index, range, fields })
}
