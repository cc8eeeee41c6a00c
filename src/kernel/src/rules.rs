//! The rule book compiled: one scan for all cue phrases, then a rule's own expression on just the lines that hold one
//! of its cues. The result are claims; which of them hold is decided in `label.rs`, by what stands around them.

use crate::chars::{boundary_before, is_listed};
use crate::cues::CueIndex;
use crate::ledger::RuleId;
use crate::lines::Line;
use crate::outline::Outline;
use crate::sieve::{self, Sieve};
use crate::spec::{Block, CueAt, Extent, Place, RuleSpec};
use crate::tokens::{Token, Words};
use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::{Hir, HirKind};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

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

/// How far a search within a line reads, in bytes, and how far the next one goes back: what it finds is a phrase.
const REACH: usize = 4096;
const OVERLAP: usize = 1024;

/// How much memory the compiled expression of a user's own rule may take, and that of a shipped one.
const OWN_LIMIT: usize = 10 << 20;
const SHIPPED_LIMIT: usize = 64 << 20;

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
    /// Stands against the line model.
    pub firm: bool,
    /// Holds only where so many lines match.
    at_least: usize,
    /// Its name's place in the kernel's table.
    pub id: RuleId,
    /// Decides. That of a shipped rule is compiled when a line first passes the sieve.
    regex: OnceLock<Option<Regex>>,
    pattern: String,
    /// The same without word boundaries, which the fast engine cannot test beside letters that are not ASCII. It matches
    /// whatever `regex` matches, and more.
    loose: Hir,
    /// Rejects, fast.
    sieve: OnceLock<Option<Sieve>>,
    /// Rejects faster: what each match looks like from outside.
    outline: Outline,
    groups: Vec<(usize, Option<Field>)>,
    cue_at: CueAt,
    lengths: Range<usize>,
}

impl Rule {
    /// The full expression. That of a user's own rule was compiled with the rule book; a shipped one that could not be
    /// would match nothing, and fail its own examples.
    fn regex(&self) -> Option<&Regex> {
        let build = || engine(&self.pattern, self.extent, SHIPPED_LIMIT).ok();
        self.regex.get_or_init(build).as_ref()
    }

    /// Where in this line the rule's match begins at the earliest, if it may have one. Some lines that pass have none.
    fn start(&self, line: &str) -> Option<usize> {
        if !self.fits(line.as_bytes()) {
            return None;
        }
        let build = || Sieve::new(std::slice::from_ref(&self.loose), self.extent == Extent::End).ok();
        self.sieve.get_or_init(build).as_ref().map_or(Some(0), |sieve| sieve.start(line))
    }

    /// Has a line the ends and the length of a match?
    fn fits(&self, line: &[u8]) -> bool {
        let Outline { first, last, least, most } = &self.outline;
        let begins = || line.first().is_some_and(|byte| first.has(*byte));
        let ends = || line.last().is_some_and(|byte| last.has(*byte));
        line.len() >= *least
            && match self.extent {
                Extent::Line => line.len() <= *most && begins() && ends(),
                Extent::Start => begins(),
                Extent::End => ends(),
                Extent::Inside => true,
            }
    }

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

/// Lines over this length (code points) are looked through for the cues of just the rules that look at lines so long.
/// Most rules look at short lines only, and most of a dump's bytes lie in long ones.
const LONG_LINE: usize = 700;

/// All rules, ready to scan.
pub struct RuleBook {
    /// In order: of two claims on a line the earlier rule's wins.
    pub rules: Vec<Rule>,
    /// Names of the kinds.
    pub labels: Vec<String>,
    /// Cues of the rules for lines up to `LONG_LINE`, and for longer ones.
    cues: [CueIndex; 2],
    /// Rules without cues that match a line's whole, start or end.
    always: Vec<usize>,
    /// Those that match inside a line, and their sieves in one: most lines pass none of them.
    inside: Vec<usize>,
    inside_sieve: Option<Sieve>,
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
            inside_sieve: None,
        };
        for (n, spec) in specs.iter().enumerate() {
            let rule = book.compile(spec, first_id + n as RuleId)?;
            book.rules.push(rule);
        }
        let inside: Vec<Hir> = book.inside.iter().map(|&rule| book.rules[rule].loose.clone()).collect();
        book.inside_sieve = Sieve::new(&inside, false).ok();
        Ok(book)
    }

    fn compile(&mut self, spec: &RuleSpec, id: RuleId) -> Result<Rule, String> {
        let wrong = |e: &dyn std::fmt::Display| format!("rule {}: {e}", spec.name);
        let pattern = match spec.extent {
            Extent::Line => format!(r"\A(?:{})\z", spec.regex),
            Extent::Start => format!(r"\A(?:{})", spec.regex),
            Extent::End => format!(r"(?:{})\z", spec.regex),
            Extent::Inside => spec.regex.clone(),
        };
        let regex = OnceLock::new();
        if spec.firm {
            // A user's own: nobody has seen yet how large it is. By itself first: between the anchors a bracket too many
            // would change what they hold together.
            Parser::new().parse(&spec.regex).map_err(|e| wrong(&e))?;
            let built = engine(&pattern, spec.extent, OWN_LIMIT).map_err(|e| wrong(&e))?;
            regex.get_or_init(|| Some(built));
        }
        let loose = sieve::parse(&pattern).map_err(|e| wrong(&e))?;
        let mut groups = Vec::new();
        for (group, name) in named_groups(&loose) {
            let field = Field::named(&name);
            if field.is_none() && name != STRIKE_GROUP {
                return Err(format!("rule {}: there is no field called {name:?}", spec.name));
            }
            groups.push((group, field));
        }
        Ok(Rule {
            label: self.label(&spec.label),
            extent: spec.extent,
            place: spec.place,
            after: spec.after.iter().map(|name| self.label(name)).collect(),
            glued: spec.glued,
            block: spec.block,
            strike: spec.strike,
            firm: spec.firm,
            at_least: spec.at_least,
            id,
            regex,
            pattern,
            outline: Outline::of(&loose),
            loose,
            sieve: OnceLock::new(),
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

    /// Every claim on a text, sorted by line, then rule, then place in the line; `words` are those of the lines.
    pub fn scan(&self, text: &str, lines: &[Line], words: &Words) -> Vec<Claim> {
        let mut out = Vec::new();
        let mut tried = vec![usize::MAX; self.rules.len()];
        let mut before = 0..0; // claims on the line before
        for (&n, range) in words.shown.iter().zip(&words.ranges) {
            let line = &lines[n];
            let first = out.len();
            self.scan_cues(text, n, line, &words.tokens[range.clone()], &mut tried, &mut out);
            let inside = self.inside_sieve.as_ref().is_none_or(|sieve| sieve.passes(line.text(text)));
            let inside = if inside { self.inside.as_slice() } else { &[] };
            for &rule in self.always.iter().chain(inside) {
                if self.rules[rule].after.is_empty() || out[before.clone()].iter().any(|c| self.gives(c, rule)) {
                    self.try_rule(text, n, line, rule, &mut out);
                }
            }
            before = first..out.len();
        }
        out.sort_by_key(|c| (c.line, c.rule, c.range.start));
        let mut out = self.drop_unfounded(lines, out);
        self.drop_list_headings(text, lines, &mut out);
        self.drop_too_few(&mut out);
        out
    }

    /// Does a claim give a label that a rule waits for?
    fn gives(&self, claim: &Claim, rule: usize) -> bool {
        let giver = &self.rules[claim.rule];
        giver.extent == Extent::Line && self.rules[rule].after.contains(&giver.label)
    }

    /// Leaves out claims on a short line right above a list: there it is the list's heading, whatever it says. (Unless
    /// the rule is about such lists, or the list itself is claimed.)
    fn drop_list_headings(&self, text: &str, lines: &[Line], claims: &mut Vec<Claim>) {
        let claimed: HashSet<usize> = claims.iter().map(|c| c.line).collect();
        claims.retain(|c| {
            let rule = &self.rules[c.rule];
            if !rule.strike || rule.extent != Extent::Line || rule.block == Block::Links {
                return true;
            }
            let below = lines.get(c.line + 1).filter(|l| !l.is_blank() && !claimed.contains(&(c.line + 1)));
            let heads = below.is_some_and(|l| is_listed(l.text(text))) && !is_listed(lines[c.line].text(text));
            !heads
        });
    }

    /// Leaves out the claims of rules that ask for more lines than they matched.
    fn drop_too_few(&self, claims: &mut Vec<Claim>) {
        let mut lines: HashMap<usize, HashSet<usize>> = HashMap::new();
        for claim in claims.iter().filter(|claim| self.rules[claim.rule].at_least > 1) {
            lines.entry(claim.rule).or_default().insert(claim.line);
        }
        if !lines.is_empty() {
            let found = |rule: usize| lines.get(&rule).map_or(1, HashSet::len);
            claims.retain(|claim| found(claim.rule) >= self.rules[claim.rule].at_least);
        }
    }

    /// Leaves out the claims that wait for a label on the line before where no rule would give it.
    fn drop_unfounded(&self, lines: &[Line], claims: Vec<Claim>) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::with_capacity(claims.len());
        let mut here = usize::MAX;
        let mut given: Vec<usize> = Vec::new(); // labels on the line before
        for claim in claims {
            if claim.line != here {
                here = claim.line;
                given.clear();
                let before = lines[..here].iter().rposition(|l| !l.is_blank());
                let near = out.iter().rev().take_while(|c| Some(c.line) == before).map(|c| &self.rules[c.rule]);
                given.extend(near.filter(|rule| rule.extent == Extent::Line).map(|rule| rule.label));
            }
            let after = &self.rules[claim.rule].after;
            if after.is_empty() || after.iter().any(|label| given.contains(label)) {
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
        let slice = line.text(text);
        let Some(start) = rule.start(slice) else { return };
        let Some(regex) = rule.regex() else { return };
        let mut caps = regex.create_captures();
        if rule.extent == Extent::Inside {
            let mut at = 0;
            while next_inside(regex, slice, &mut at, &mut caps) {
                out.extend(claim(rule, index, n, line, &caps));
            }
            return;
        }
        regex.captures(Input::new(slice).range(start..), &mut caps);
        out.extend(claim(rule, index, n, line, &caps));
    }
}

/// Finds the next match in a line from a place on, and moves the place behind it.
///
/// An expression such as `a.*z|a` reads on to the line's end for each letter that it matches. That its time stays linear
/// in the line's length, no search reads further than `REACH`; in shorter lines nothing is missed by that.
fn next_inside(regex: &Regex, line: &str, at: &mut usize, caps: &mut Captures) -> bool {
    loop {
        let end = boundary_before(line, at.saturating_add(REACH));
        regex.captures(Input::new(line).range(*at..end), caps);
        match caps.get_match() {
            Some(found) if found.end() == end && end < line.len() && found.start() > *at => *at = found.start(),
            Some(found) => {
                let step = line[found.end()..].chars().next().map_or(1, char::len_utf8);
                *at = if found.is_empty() { found.end() + step } else { found.end() };
                return *at <= line.len();
            }
            None if end == line.len() => return false,
            None => *at = boundary_before(line, end - OVERLAP),
        }
    }
}

/// Compiles an expression. One that is held to an end of a line, and has passed the sieve, most likely matches: for such
/// the engines that find the groups are enough, without the automata that find out whether there is a match.
fn engine(pattern: &str, extent: Extent, limit: usize) -> Result<Regex, String> {
    let inside = extent == Extent::Inside;
    let config = Config::new().nfa_size_limit(Some(limit)).hybrid(inside).dfa(inside).auto_prefilter(inside);
    Regex::builder().configure(config).build(pattern).map_err(|e| match e.size_limit() {
        Some(limit) => format!("Compiled regex exceeds size limit of {limit} bytes."),
        None => e.to_string(),
    })
}

/// The named groups of an expression, by number.
fn named_groups(hir: &Hir) -> Vec<(usize, String)> {
    match hir.kind() {
        HirKind::Capture(capture) => {
            let own = capture.name.iter().map(|name| (capture.index as usize, name.to_string()));
            own.chain(named_groups(&capture.sub)).collect()
        }
        HirKind::Repetition(repetition) => named_groups(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().flat_map(named_groups).collect(),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => Vec::new(),
    }
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
fn claim(rule: &Rule, index: usize, n: usize, line: &Line, caps: &Captures) -> Option<Claim> {
    let base = line.inner.start;
    let found = caps.get_match()?;
    let mut range = base + found.start()..base + found.end();
    let mut fields = Vec::new();
    for &(group, field) in &rule.groups {
        let Some(part) = caps.get_group(group) else { continue };
        let part = base + part.start..base + part.end;
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
