//! Which claims hold. A claim that needs no surroundings holds at once; the others wait for what stands around them: the
//! place in the story, the line before. Then the link lists under a pointer go with it.

use crate::chars::is_listed;
use crate::ledger::RuleId;
use crate::lines::{Line, Shape, next_shown};
use crate::rules::{Claim, RuleBook};
use crate::spec::{Block, Extent, Place};
use std::collections::HashSet;
use std::ops::Range;

/// The longest line of a link list, in code points.
const LINK_LENGTH: usize = 300;
/// Conditions can lean on labels that other conditions give: so many times the claims are gone through.
const ROUNDS: usize = 2;

/// What becomes of a document's lines.
#[derive(Debug, Default)]
pub struct Verdict {
    /// For each line the rule that strikes it whole.
    pub whole: Vec<Option<usize>>,
    /// For each line that no rule strikes the stroke that the line model asks for.
    pub learned: Vec<Option<RuleId>>,
    /// Claims (by index) that strike a part of a line that stays; sorted, disjoint.
    pub parts: Vec<usize>,
    /// Claims (by index) whose fields are noted: all that hold.
    pub noted: Vec<usize>,
}

impl Verdict {
    /// Is the line struck whole?
    pub fn strikes(&self, n: usize) -> bool {
        self.whole[n].is_some() || self.learned[n].is_some()
    }

    /// Takes the line model's strokes on the lines of a story that the rules leave.
    pub fn learn(&mut self, story: Range<usize>, strokes: &[Option<RuleId>]) {
        for n in story {
            if self.whole[n].is_none() {
                self.learned[n] = strokes[n];
            }
        }
    }

    /// Leaves the lines that the model holds for real; `real` is asked with a line and the rule that strikes it.
    pub fn relent(&mut self, real: impl Fn(usize, usize) -> bool) {
        for (n, whole) in self.whole.iter_mut().enumerate() {
            *whole = whole.filter(|&rule| !real(n, rule));
        }
    }
}

/// Everything the judgement is made from.
pub struct Court<'a> {
    /// The document ...
    pub text: &'a str,
    /// ... its lines ...
    pub lines: &'a [Line],
    /// ... and what the rules claim of them.
    pub claims: &'a [Claim],
    /// The rules.
    pub book: &'a RuleBook,
    /// Lines that something else takes, so that a text may end before them, or begin behind them; empty if nothing does.
    pub gone: &'a [Option<RuleId>],
}

/// Goes through the stories (as ranges of lines) and decides each claim.
pub fn judge<'r>(court: &Court<'_>, stories: impl Iterator<Item = &'r Range<usize>>) -> Verdict {
    let (lines, claims) = (court.lines.len(), court.claims.len());
    let mut verdict = Verdict { whole: vec![None; lines], learned: vec![None; lines], ..Verdict::default() };
    if claims == 0 {
        return verdict;
    }
    let mut holds = vec![false; claims];
    for story in stories {
        let body = court.body(story);
        for _ in 0..ROUNDS {
            court.hear(story, &body, &mut holds, &mut verdict.whole);
        }
        court.strike_links(story, &mut verdict.whole);
    }
    court.sort_out(&holds, &mut verdict);
    verdict
}

impl Court<'_> {
    /// Is a line left whose rule waits for the end of the text, or its beginning?
    pub fn waits(&self, verdict: &Verdict) -> bool {
        let is_left = |claim: &Claim| verdict.whole[claim.line].is_none();
        self.claims.iter().any(|claim| self.book.rules[claim.rule].place != Place::Any && is_left(claim))
    }

    /// Does something else take the line?
    pub fn is_gone(&self, n: usize) -> bool {
        self.gone.get(n).is_some_and(Option::is_some)
    }

    /// First and last body line of a story, lines that a rule would strike set aside. Empty range: no body.
    fn body(&self, story: &Range<usize>) -> Range<usize> {
        let claimed = |n: usize| self.on_line(n).iter().any(|c| self.book.rules[c.rule].strikes_lines());
        let mut bodies = story.clone().filter(|&n| self.lines[n].is_body() && !self.is_gone(n) && !claimed(n));
        match bodies.next() {
            Some(first) => first..bodies.next_back().unwrap_or(first) + 1,
            None => story.end..story.end,
        }
    }

    fn on_line(&self, n: usize) -> &[Claim] {
        let from = self.claims.partition_point(|c| c.line < n);
        let to = self.claims.partition_point(|c| c.line <= n);
        &self.claims[from..to]
    }

    fn hear(&self, story: &Range<usize>, body: &Range<usize>, holds: &mut [bool], whole: &mut [Option<usize>]) {
        let from = self.claims.partition_point(|c| c.line < story.start);
        let to = self.claims.partition_point(|c| c.line < story.end);
        let (mut here, mut before) = (usize::MAX, None);
        for (claim, holds) in self.claims[from..to].iter().zip(&mut holds[from..to]) {
            let rule = &self.book.rules[claim.rule];
            if !rule.after.is_empty() && here != claim.line {
                here = claim.line;
                before = (story.start..here).rev().find(|&n| !self.lines[n].is_blank());
            }
            if *holds || !(rule.is_free() || self.fits(claim, before, body, whole)) {
                continue;
            }
            *holds = true;
            if rule.strikes_lines() && whole[claim.line].is_none_or(|other| other > claim.rule) {
                whole[claim.line] = Some(claim.rule);
            }
        }
    }

    fn fits(&self, claim: &Claim, before: Option<usize>, body: &Range<usize>, whole: &[Option<usize>]) -> bool {
        let rule = &self.book.rules[claim.rule];
        let partial = usize::from(rule.extent != Extent::Line);
        let at_start = !body.is_empty() && claim.line < body.start + partial;
        let at_end = !body.is_empty() && claim.line + partial >= body.end;
        let placed = match rule.place {
            Place::Any => true,
            Place::Start => at_start,
            Place::End => at_end,
            Place::Outside => at_end || at_start && next_shown(self.lines, claim.line) != Some(body.start),
        };
        placed && (rule.after.is_empty() || self.follows(claim, before, whole))
    }

    /// Is the line before (the last that is not blank) struck by what the rule asks for?
    fn follows(&self, claim: &Claim, before: Option<usize>, whole: &[Option<usize>]) -> bool {
        let rule = &self.book.rules[claim.rule];
        let Some(before) = before else { return false };
        if rule.glued && before + 1 < claim.line {
            return false;
        }
        whole[before].is_some_and(|other| self.book.rules[other].is_one_of(&rule.after))
    }

    /// Link-like lines under a struck pointer go with it: those with a bullet or number, then those without if they run
    /// to the end of the story.
    fn strike_links(&self, story: &Range<usize>, whole: &mut [Option<usize>]) {
        let is_other = |n: usize, whole: &[Option<usize>]| {
            whole[n].is_none() && !self.lines[n].is_blank() && !self.is_bare_link(n)
        };
        // only lines before the one that is looked at are struck on the way, so this stays as it is
        let last_other = story.clone().rev().find(|&n| is_other(n, whole));
        let mut n = story.start;
        while n < story.end {
            let Some(rule) = whole[n].filter(|&r| self.book.rules[r].block == Block::Links) else {
                n += 1;
                continue;
            };
            let mut at = n + 1;
            while at < story.end && (whole[at].is_some() || self.lines[at].is_blank() || self.is_listed_link(at)) {
                if !self.lines[at].is_blank() {
                    whole[at].get_or_insert(rule);
                }
                at += 1;
            }
            if last_other.is_none_or(|last| last < at) {
                for n in (at..story.end).filter(|&n| !self.lines[n].is_blank()) {
                    whole[n].get_or_insert(rule);
                }
                return;
            }
            n = at; // pointers that were passed have nothing more to strike
        }
    }

    fn is_listed_link(&self, n: usize) -> bool {
        self.lines[n].chars <= LINK_LENGTH && is_listed(self.lines[n].text(self.text))
    }

    fn is_bare_link(&self, n: usize) -> bool {
        self.lines[n].shape == Shape::Heading
    }

    /// Sorts the claims that hold into strokes on parts of lines and notes.
    fn sort_out(&self, holds: &[bool], verdict: &mut Verdict) {
        for (n, claim) in self.claims.iter().enumerate().filter(|(n, _)| holds[*n]) {
            let rule = &self.book.rules[claim.rule];
            let struck_by = verdict.whole[claim.line];
            if rule.strikes_lines() {
                if struck_by == Some(claim.rule) {
                    verdict.noted.push(n);
                }
                continue;
            }
            if struck_by.is_some() {
                continue;
            }
            verdict.noted.push(n);
            if rule.strike {
                verdict.parts.push(n);
            }
        }
        let claims = self.claims;
        verdict.parts.sort_by_key(|&n| (claims[n].range.start, claims[n].rule));
        let mut end = 0;
        let mut dropped = HashSet::new();
        verdict.parts.retain(|&n| {
            let fits = claims[n].range.start >= end;
            if fits {
                end = claims[n].range.end;
            } else {
                dropped.insert(n);
            }
            fits
        });
        verdict.noted.retain(|n| !dropped.contains(n));
    }
}
