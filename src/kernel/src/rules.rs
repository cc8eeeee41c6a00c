//! The rule book compiled: one scan for all cue phrases, then a rule's own expression on just the lines that hold one
//! of its cues. The result are claims; which of them hold is decided in `label.rs`, by what stands around them.

use crate::chars::is_listed;
use crate::contents::Headings;
use crate::cues::CueIndex;
use crate::expression::{Expression, Group, Use};
use crate::inside::Inside;
use crate::ledger::RuleId;
use crate::lines::Line;
use crate::spec::{Block, CueAt, Extent, Place, RuleSpec};
use crate::tokens::{Token, Words};
use regex_automata::util::captures::Captures;
use std::collections::{HashMap, HashSet};
use std::ops::{Range, RangeInclusive};

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
    /// The field that a group of this name moves to.
    pub fn named(name: &str) -> Option<Self> {
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

/// One compiled rule.
pub struct Rule {
    /// Its label, as an index into `RuleBook::labels`.
    pub label: usize,
    /// Its full name, likewise.
    name: usize,
    /// The part of a line it matches.
    pub extent: Extent,
    /// Where in a story it holds.
    pub place: Place,
    /// Labels the line before must carry one of, or full names of rules that must hold there; empty for any.
    pub after: Vec<usize>,
    /// No blank line between the two.
    pub glued: bool,
    /// What else goes.
    pub block: Block,
    /// Struck, or only noted.
    pub strike: bool,
    /// Stands against the line model.
    pub firm: bool,
    /// Holds only where so many lines match.
    found: RangeInclusive<usize>,
    /// Holds only where so many lines in a row match.
    in_a_row: usize,
    /// Its name's place in the kernel's table.
    pub id: RuleId,
    expression: Expression,
    cue_at: CueAt,
    lengths: Range<usize>,
}

impl Rule {
    /// Holds whatever stands around it.
    pub fn is_free(&self) -> bool {
        self.place == Place::Any && self.after.is_empty()
    }

    /// Does it go by one of these names, be it its label's or its own?
    pub fn is_one_of(&self, names: &[usize]) -> bool {
        names.contains(&self.label) || names.contains(&self.name)
    }

    /// Strikes whole lines, not parts of them.
    pub fn strikes_lines(&self) -> bool {
        self.strike && self.extent == Extent::Line
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
    /// What must stand nowhere else in the document's body text.
    pub once: Option<Range<usize>>,
}

/// Lines over this length (code points) are looked through for the cues of just the rules that look at lines so long.
/// Most rules look at short lines only, and most of a dump's bytes lie in long ones.
const LONG_LINE: usize = 700;

/// The longest line (code points) that may be the heading of a list below it.
const LIST_HEADING: usize = 48;

/// All rules, ready to scan.
pub struct RuleBook {
    /// In order: of two claims on a line the earlier rule's wins.
    pub rules: Vec<Rule>,
    /// Names of the kinds, and full names of the rules.
    pub labels: Vec<String>,
    /// Cues of the rules for lines up to `LONG_LINE`, and for longer ones.
    cues: [CueIndex; 2],
    /// Rules without cues that match a line's whole, start or end.
    always: Vec<usize>,
    /// Those that match inside a line, and what most lines do not pass for any of them.
    inside: Vec<usize>,
    inside_test: Option<Inside>,
}

impl RuleBook {
    /// Compiles a rule book; `first_id` is the number of the first rule in the table of names.
    pub fn new(specs: &[RuleSpec], first_id: RuleId) -> Result<Self, String> {
        let cues =
            [index(specs, |spec| spec.min_chars <= LONG_LINE)?, index(specs, |spec| spec.max_chars > LONG_LINE)?];
        let uncued = |inside: bool| {
            let wanted = move |spec: &RuleSpec| spec.cues.is_empty() && (spec.extent == Extent::Inside) == inside;
            specs.iter().enumerate().filter(move |(_, spec)| wanted(spec))
        };
        let mut book = Self {
            rules: Vec::new(),
            labels: Vec::new(),
            cues,
            always: uncued(false).map(|(n, _)| n).collect(),
            inside: uncued(true).map(|(n, _)| n).collect(),
            inside_test: None,
        };
        for (n, spec) in specs.iter().enumerate() {
            let rule = book.compile(spec, first_id + n as RuleId)?;
            book.rules.push(rule);
        }
        let inside: Vec<&Expression> = book.inside.iter().map(|&rule| &book.rules[rule].expression).collect();
        book.inside_test = Inside::new(&inside).ok();
        Ok(book)
    }

    fn compile(&mut self, spec: &RuleSpec, id: RuleId) -> Result<Rule, String> {
        let expression = Expression::new(&spec.regex, spec.extent, spec.firm)
            .map_err(|flaw| format!("rule {}: {flaw}", spec.name))?;
        Ok(Rule {
            label: self.label(&spec.label),
            name: self.label(&spec.name),
            extent: spec.extent,
            place: spec.place,
            after: spec.after.iter().map(|name| self.label(name)).collect(),
            glued: spec.glued,
            block: spec.block,
            strike: spec.strike,
            firm: spec.firm,
            found: spec.at_least..=if spec.at_most == 0 { usize::MAX } else { spec.at_most },
            in_a_row: spec.in_a_row,
            id,
            expression,
            cue_at: spec.cue_at,
            lengths: spec.min_chars..spec.max_chars.saturating_add(1),
        })
    }

    /// Compiles every rule; an error says what is wrong with the first that cannot be.
    pub fn check(&self, name: impl Fn(RuleId) -> String) -> Result<(), String> {
        self.rules
            .iter()
            .try_for_each(|rule| rule.expression.check().map_err(|flaw| format!("rule {}: {flaw}", name(rule.id))))
    }

    fn label(&mut self, name: &str) -> usize {
        self.labels.iter().position(|known| known == name).unwrap_or_else(|| {
            self.labels.push(name.to_owned());
            self.labels.len() - 1
        })
    }

    /// Every claim on a text, sorted by line, then rule, then place in the line; `words` are those of the lines.
    pub fn scan(&self, text: &str, lines: &[Line], words: &Words) -> Vec<Claim> {
        let mut out = Vec::new();
        let mut tried = vec![usize::MAX; self.rules.len()];
        let mut before = 0..0; // claims on the line before
        for (&n, range) in words.shown.iter().zip(&words.ranges) {
            let line = &lines[n];
            let first = out.len();
            let line_words = &words.tokens[range.clone()];
            self.scan_cues(text, n, line, line_words, &mut tried, &mut out);
            let inside = self.inside_test.as_ref().is_none_or(|test| test.passes(text, line, line_words));
            let inside = if inside { self.inside.as_slice() } else { &[] };
            for &rule in self.always.iter().chain(inside) {
                if self.rules[rule].after.is_empty() || out[before.clone()].iter().any(|c| self.gives(c, rule)) {
                    self.try_rule(text, n, line, rule, &mut out);
                }
            }
            before = first..out.len();
        }
        out.sort_by_key(|c| (c.line, c.rule, c.range.start));
        self.drop_scattered(&words.shown, &mut out);
        let out = self.add_contents(text, lines, &words.shown, out);
        let mut out = self.drop_unfounded(lines, out);
        self.drop_list_headings(text, lines, &mut out);
        self.drop_told(text, lines, &mut out);
        self.drop_miscounted(&mut out);
        out
    }

    /// Does a claim give what a rule waits for?
    fn gives(&self, claim: &Claim, rule: usize) -> bool {
        let giver = &self.rules[claim.rule];
        giver.extent == Extent::Line && giver.is_one_of(&self.rules[rule].after)
    }

    /// Leaves out claims on a short line right above a list: there it is the list's heading, whatever it says. (Unless
    /// the rule is about such lists, or the list itself is claimed.)
    fn drop_list_headings(&self, text: &str, lines: &[Line], claims: &mut Vec<Claim>) {
        let claimed: HashSet<usize> = claims.iter().map(|c| c.line).collect();
        claims.retain(|c| {
            let rule = &self.rules[c.rule];
            let line = lines[c.line].text(text);
            if !rule.strikes_lines() || rule.block == Block::Links || !may_head(line, lines[c.line].chars) {
                return true;
            }
            let below = lines.get(c.line + 1).filter(|l| !l.is_blank() && !claimed.contains(&(c.line + 1)));
            let heads = below.is_some_and(|l| is_listed(l.text(text))) && !is_listed(line);
            !heads
        });
    }

    /// Leaves out claims on what the document tells of: some of the words that must stand just once do so in its body text
    /// too, lines that a rule would strike set aside.
    fn drop_told(&self, text: &str, lines: &[Line], claims: &mut Vec<Claim>) {
        if claims.iter().all(|claim| claim.once.is_none()) {
            return;
        }
        let strikes = |claim: &&Claim| self.rules[claim.rule].strikes_lines();
        let claimed: HashSet<usize> = claims.iter().filter(strikes).map(|claim| claim.line).collect();
        let is_told = |(n, line): &(usize, &Line)| line.is_body() && !claimed.contains(n);
        let told = lines.iter().enumerate().filter(is_told);
        let said: HashSet<&str> = told.flat_map(|(_, line)| words(line.text(text))).collect();
        claims.retain(|claim| {
            claim.once.as_ref().is_none_or(|part| words(&text[part.clone()]).all(|w| !said.contains(w)))
        });
    }

    /// Leaves out the claims of rules that ask for more lines than they matched, or for fewer.
    fn drop_miscounted(&self, claims: &mut Vec<Claim>) {
        let counts = |rule: &Rule| rule.found != (1..=usize::MAX);
        let mut lines: HashMap<usize, HashSet<usize>> = HashMap::new();
        for claim in claims.iter().filter(|claim| counts(&self.rules[claim.rule])) {
            lines.entry(claim.rule).or_default().insert(claim.line);
        }
        claims.retain(|claim| {
            lines.get(&claim.rule).is_none_or(|lines| self.rules[claim.rule].found.contains(&lines.len()))
        });
    }

    /// Leaves out the claims of rules that ask for more lines in a row than they matched; `shown` are the lines that are not
    /// blank: others part no row.
    fn drop_scattered(&self, shown: &[usize], claims: &mut Vec<Claim>) {
        let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
        for claim in claims.iter().filter(|claim| self.rules[claim.rule].in_a_row > 1) {
            places.entry(claim.rule).or_default().extend(shown.binary_search(&claim.line));
        }
        if places.is_empty() {
            return;
        }
        let mut kept = HashSet::new();
        for (&rule, places) in &mut places {
            places.dedup();
            let rows = places.chunk_by(|before, behind| behind - before == 1);
            let long = rows.filter(|row| row.len() >= self.rules[rule].in_a_row);
            kept.extend(long.flatten().map(|&place| (rule, shown[place])));
        }
        claims.retain(|claim| self.rules[claim.rule].in_a_row <= 1 || kept.contains(&(claim.rule, claim.line)));
    }

    /// Gives the claims on headings of tables of contents the lines below them; leaves out those with no table below.
    fn add_contents(&self, text: &str, lines: &[Line], shown: &[usize], claims: Vec<Claim>) -> Vec<Claim> {
        let is_head = |claim: &Claim| self.rules[claim.rule].block == Block::Contents;
        if !claims.iter().any(is_head) {
            return claims;
        }
        let headings = Headings::new(text, lines, shown);
        let heads: HashSet<usize> = claims.iter().filter(|claim| is_head(claim)).map(|claim| claim.line).collect();
        let mut out = Vec::with_capacity(claims.len());
        for claim in claims {
            if is_head(&claim) {
                let table = headings.table_below(claim.line, |line| heads.contains(&line));
                if table.is_empty() {
                    continue;
                }
                out.extend(table.iter().map(|&n| Claim {
                    line: n,
                    range: lines[n].inner.clone(),
                    fields: Vec::new(),
                    once: None,
                    ..claim
                }));
            }
            out.push(claim);
        }
        out.sort_by_key(|c| (c.line, c.rule, c.range.start));
        out
    }

    /// Leaves out the claims that wait for a label or a rule on the line before where no rule would give it.
    fn drop_unfounded(&self, lines: &[Line], claims: Vec<Claim>) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::with_capacity(claims.len());
        let mut here = usize::MAX;
        let mut given: Vec<usize> = Vec::new(); // rules that claim the line before
        for claim in claims {
            if claim.line != here {
                here = claim.line;
                given.clear();
                let before = lines[..here].iter().rposition(|l| !l.is_blank());
                let near = out.iter().rev().take_while(|c| Some(c.line) == before).map(|c| c.rule);
                given.extend(near.filter(|&rule| self.rules[rule].extent == Extent::Line));
            }
            let after = &self.rules[claim.rule].after;
            if after.is_empty() || given.iter().any(|&rule| self.rules[rule].is_one_of(after)) {
                out.push(claim);
            }
        }
        out
    }

    /// Tries the rules that a line's cues wake, each once.
    fn scan_cues(&self, text: &str, n: usize, line: &Line, words: &[Token], tried: &mut [usize], out: &mut Vec<Claim>) {
        let slice = line.text(text);
        self.cues[usize::from(line.chars > LONG_LINE)].visit(slice, words, line.inner.start, |hit| {
            for &rule in hit.rules {
                let near = match self.rules[rule].cue_at {
                    CueAt::Start => hit.opens || hit.range.start <= EDGE,
                    CueAt::End => slice.len() - hit.range.end <= EDGE,
                    CueAt::Any => true,
                };
                if near && tried[rule] != n {
                    tried[rule] = n;
                    self.try_rule(text, n, line, rule, out);
                }
            }
        });
    }

    fn try_rule(&self, text: &str, n: usize, line: &Line, index: usize, out: &mut Vec<Claim>) {
        let rule = &self.rules[index];
        if !rule.lengths.contains(&line.chars) {
            return;
        }
        rule.expression.find(line.text(text), |caps, groups| out.extend(claim(rule, index, n, line, caps, groups)));
    }
}

/// May a line be the heading of a list? Long ones are not, nor do headings count or tell the time.
fn may_head(line: &str, chars: usize) -> bool {
    chars <= LIST_HEADING && (line.ends_with([':', '：']) || !line.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The runs of letters and digits in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The cues of the rules that a condition lets through.
fn index(specs: &[RuleSpec], wanted: impl Fn(&RuleSpec) -> bool) -> Result<CueIndex, String> {
    let mut cues: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (n, spec) in specs.iter().enumerate().filter(|(_, spec)| wanted(spec)) {
        for cue in &spec.cues {
            let place = *places.entry(cue).or_insert_with(|| {
                cues.push((cue, Vec::new()));
                cues.len() - 1
            });
            cues[place].1.push(n);
        }
    }
    CueIndex::new(&cues)
}

/// Turns a match into a claim in bytes of the text. A partial match that takes the whole line is none.
fn claim(rule: &Rule, index: usize, n: usize, line: &Line, caps: &Captures, groups: &[Group]) -> Option<Claim> {
    let base = line.inner.start;
    let found = caps.get_match()?;
    let mut range = base + found.start()..base + found.end();
    let (mut fields, mut once) = (Vec::new(), None);
    for &(group, used) in groups {
        let Some(part) = caps.get_group(group) else { continue };
        let part = base + part.start..base + part.end;
        match used {
            Use::Field(field) => fields.push((field, part)),
            Use::Strike => range = part,
            Use::Once => once = Some(part),
        }
    }
    if range.is_empty() || (rule.extent != Extent::Line && range == line.inner && rule.strike) {
        return None;
    }
    Some(Claim { line: n, rule: index, range, fields, once })
}
