//! From the verdict on lines to edits: struck lines with the white space around them, struck parts of lines, and the
//! breaks between stories. Between two kept lines the larger of the gaps around what went away stays.

use crate::label::Verdict;
use crate::ledger::{Edit, RuleId};
use crate::lines::Line;
use crate::rules::{Claim, RuleBook};
use crate::spec::Extent;
use crate::split::structure::{END_MARK, SEPARATOR};
use std::ops::Range;

/// One story's lines and the rule (if it is not the first story) that cut before it.
pub struct Region {
    /// Lines of the story, with the noise around it.
    pub lines: Range<usize>,
    /// The name of the cut that ends the region.
    pub cut_after: Option<RuleId>,
}

/// Labels of lines that part stories.
const PARTING: [&str; 2] = [SEPARATOR, END_MARK];

/// Draws the strokes of one document.
pub struct Pen<'a> {
    /// The text that is struck.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a [Line],
    /// What the rules said.
    pub claims: &'a [Claim],
    /// The rules.
    pub book: &'a RuleBook,
}

impl Pen<'_> {
    /// A part that leaves nothing readable on its line takes the whole line.
    pub fn widen(&self, verdict: &mut Verdict) {
        let Self { claims, lines, text, .. } = self;
        for parts in verdict.parts.chunk_by(|&a, &b| claims[a].line == claims[b].line) {
            let n = claims[parts[0]].line;
            let starts = parts.iter().map(|&part| claims[part].range.start).chain([lines[n].inner.end]);
            let ends = std::iter::once(lines[n].inner.start).chain(parts.iter().map(|&part| claims[part].range.end));
            if !ends.zip(starts).any(|(from, to)| text[from..to].contains(char::is_alphanumeric)) {
                verdict.whole[n].get_or_insert(claims[parts[0]].rule);
            }
        }
        let Verdict { whole, learned, parts, .. } = verdict;
        parts.retain(|&n| whole[claims[n].line].is_none() && learned[claims[n].line].is_none());
    }

    /// Separators and bare end marks may be part of a text (a scene break, a row of signs in a listing), except where a
    /// document is cut at them.
    pub fn strike_partings(&self, verdict: &mut Verdict, regions: &[Region]) {
        for region in regions.iter().filter(|r| r.cut_after.is_some()) {
            for n in region.lines.clone().rev() {
                if !self.keeps(verdict, n) {
                    continue;
                }
                let from = self.claims.partition_point(|c| c.line < n);
                let separator = self.claims[from..].iter().take_while(|c| c.line == n).find(|c| {
                    let rule = &self.book.rules[c.rule];
                    rule.extent == Extent::Line && PARTING.contains(&self.book.labels[rule.label].as_str())
                });
                let Some(claim) = separator else { break };
                verdict.whole[n] = Some(claim.rule);
            }
        }
    }

    /// Is the line kept, at least in part?
    pub fn keeps(&self, verdict: &Verdict, n: usize) -> bool {
        !verdict.strikes(n) && !self.lines[n].is_blank()
    }

    /// The layer of strokes for all regions.
    pub fn draw(&self, verdict: &Verdict, regions: &[Region]) -> Vec<Edit> {
        let mut out = Vec::new();
        for region in regions {
            self.draw_region(verdict, region, &mut out);
        }
        out.extend(verdict.parts.iter().map(|&n| self.part(&self.claims[n])));
        out.sort_by_key(|e| e.range.start);
        let mut end = 0;
        for edit in &mut out {
            edit.range.start = edit.range.start.max(end); // two parts may reach for the same white space
            end = edit.range.end;
        }
        out.retain(|e| !e.range.is_empty());
        out
    }

    fn draw_region(&self, verdict: &Verdict, region: &Region, out: &mut Vec<Edit>) {
        let mut above: Option<usize> = None;
        let mut struck: Vec<usize> = Vec::new();
        for n in region.lines.clone() {
            if verdict.strikes(n) {
                struck.push(n);
            } else if self.keeps(verdict, n) {
                self.draw_run(verdict, region, &struck, above, Some(n), out);
                struck.clear();
                above = Some(n);
            }
        }
        self.draw_run(verdict, region, &struck, above, None, out);
        if let (true, Some(rule), Some(last)) = (struck.is_empty(), region.cut_after, above) {
            let gap = self.lines[last].inner.end..self.region_end(region);
            if !gap.is_empty() {
                out.push(Edit::stroke(gap, rule));
            }
        }
    }

    fn region_end(&self, region: &Region) -> usize {
        self.lines[region.lines.end - 1].whole.end
    }

    /// Strikes a run of lines between two kept ones; each line's edit reaches to the start of the next.
    fn draw_run(
        &self,
        verdict: &Verdict,
        region: &Region,
        struck: &[usize],
        above: Option<usize>,
        below: Option<usize>,
        out: &mut Vec<Edit>,
    ) {
        let (Some(&first), Some(&last)) = (struck.first(), struck.last()) else { return };
        let lines = self.lines;
        let span = match (above, below) {
            (Some(a), Some(b)) => {
                let before = lines[a].inner.end..lines[first].whole.start;
                let after = lines[last].inner.end..lines[b].whole.start;
                if self.feeds(&before) >= self.feeds(&after) {
                    before.end..after.end
                } else {
                    before.start..after.start
                }
            }
            (Some(a), None) => lines[a].inner.end..self.region_end(region),
            (None, Some(b)) => lines[region.lines.start].whole.start..lines[b].whole.start,
            (None, None) => return,
        };
        let mut at = span.start;
        for (k, &n) in struck.iter().enumerate() {
            let end = struck.get(k + 1).map_or(span.end, |&next| lines[next].whole.start);
            let by_rule = verdict.whole[n].map(|rule| self.book.rules[rule].id);
            if let Some(rule) = by_rule.or(verdict.learned[n]).filter(|_| at < end) {
                out.push(Edit::stroke(at..end, rule));
            }
            at = end;
        }
    }

    fn feeds(&self, gap: &Range<usize>) -> usize {
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[gap.clone()]).count()
    }

    /// A part of a line, with the white space that would be left over.
    fn part(&self, claim: &Claim) -> Edit {
        let rule = &self.book.rules[claim.rule];
        let line = &self.lines[claim.line];
        let mut range = claim.range.clone();
        let before = &self.text[line.inner.start..range.start];
        let after = &self.text[range.end..line.inner.end];
        let space_before = before.len() - before.trim_end().len();
        let space_after = after.len() - after.trim_start().len();
        match rule.extent {
            Extent::Start => range.end += space_after,
            Extent::Inside if before.trim_end().is_empty() => range.end += space_after,
            Extent::Inside if space_after == 0 && after.starts_with(char::is_alphanumeric) => {}
            _ => range.start -= space_before,
        }
        Edit::stroke(range, rule.id)
    }
}
