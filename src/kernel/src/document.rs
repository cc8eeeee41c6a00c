//! One document's way through the kernel: mended, splinters out, lines claimed, cut, struck. Each step names edits on the
//! text the step before left; they are composed into one ledger on raw coordinates, from which the stories are read off.

use crate::caution::{self, Caution};
use crate::emoji::Splinters;
use crate::label::{self, Court, Verdict};
use crate::ledger::{self, Edit, Origins, RuleId};
use crate::lines::{self, Line, Shape};
use crate::mend::{self, Gate};
use crate::model::Model;
use crate::page::Page;
use crate::page::features::NAMES;
use crate::rules::{Claim, Field, RuleBook};
use crate::spec::{Extent, Place, Spec, Split};
use crate::split::cutter::Cutter;
use crate::split::second::{self, Second};
use crate::split::{Evidence, Kind, Start, breaks, structure, units};
use crate::stories::{self, Head, Story};
use crate::strokes::{Pen, Region};
use crate::tokens::Words;
use crate::weights::Weights;
use std::borrow::Cow;
use std::ops::Range;

/// Names and labels of the edits that no rule of the book makes; they come first in the kernel's table.
const BUILT_IN: [(&str, &str); 5] = [
    ("mend.ftfy", "mend"),
    ("emoji.splinter", "splinter"),
    ("document.blank", "blank"),
    ("model.furniture", "furniture"),
    ("model.foreign", "foreign"),
];
const MEND: RuleId = 0;
const SPLINTER: RuleId = 1;
const BLANK: RuleId = 2;
/// A short line of the page around the story.
const FURNITURE: RuleId = 3;
/// A line of sentences that belong to no story of the document.
const FOREIGN: RuleId = 4;
const FIRST_CUT: RuleId = 5;
const CUT_LABEL: &str = "boundary";
/// Kind of the rules that note datelines: such a line is text.
const DATELINE: &str = "dateline";
/// The most that the model may think of a line that something else says is text: less than any recipe asks for of noise.
const UNDECIDED: f32 = 0.49;
/// From this probability on not even a line like a headline is one.
const CERTAIN: f32 = 0.97;

/// A recipe, compiled: what every document goes through.
pub struct Desk {
    gate: Option<Gate>,
    splinters: Option<Splinters>,
    book: RuleBook,
    model: Option<(Model, Caution)>,
    names: Vec<(String, String)>,
    max_struck: f64,
    split: Split,
    cutter: Option<Cutter>,
    annotate: bool,
    /// Whether edits carry the removed text.
    pub keep_removed: bool,
}

/// A segment of a document as ftfy left it.
pub struct Mended<'a> {
    /// Bytes of the raw document.
    pub range: Range<usize>,
    /// What stands there now.
    pub text: &'a str,
}

/// What came of one document.
#[derive(Debug)]
pub struct Cleaned {
    /// In document order; none if the document is nothing but white space.
    pub stories: Vec<Story>,
    /// Index of the page's own story.
    pub main: usize,
    /// The whole ledger, in raw bytes.
    pub edits: Vec<Edit>,
    /// Over the harm budget: kept whole.
    pub needs_review: bool,
    /// What each line is, if the recipe asks for labels instead of strokes.
    pub marks: Vec<Mark>,
}

/// What a line, or a part of one, is held to be.
#[derive(Debug)]
pub struct Mark {
    /// Bytes of the raw document.
    pub range: Range<usize>,
    /// The rule or the part of the model that would strike it.
    pub rule: Option<RuleId>,
    /// Its shape, where nothing would strike it.
    pub shape: Shape,
    /// The model's probability of noise for the line.
    pub noise: f32,
}

impl Desk {
    /// Compiles a recipe.
    pub fn new(spec: &Spec) -> Result<Self, String> {
        let mut names: Vec<(String, String)> = BUILT_IN.map(|(n, l)| (n.to_owned(), l.to_owned())).to_vec();
        names.extend(Evidence::ALL.iter().map(|e| (e.name().to_owned(), CUT_LABEL.to_owned())));
        let first = names.len();
        if first + spec.rules.len() > usize::from(RuleId::MAX) {
            return Err(format!("too many rules: {}", spec.rules.len()));
        }
        names.extend(spec.rules.iter().map(|r| (r.name.clone(), r.label.clone())));
        Ok(Self {
            gate: match &spec.mend {
                Some(m) => Some(Gate::new(&m.bad, m.entity.as_deref(), &m.table, m.normalize)?),
                None => None,
            },
            splinters: spec.splinters.as_ref().map(|words| Splinters::new(words, SPLINTER)).transpose()?,
            book: RuleBook::new(&spec.rules, first as RuleId)?,
            model: match &spec.model {
                Some(model) => Some((Model::new(&model.data)?, model.caution)),
                None => None,
            },
            names,
            max_struck: spec.max_struck,
            split: spec.split,
            cutter: spec.cutter.as_ref().map(|c| Cutter::new(&c.data, &c.vectors, c.caution)).transpose()?,
            annotate: spec.annotate,
            keep_removed: spec.keep_removed,
        })
    }

    /// Compiles every rule now, and not when a line is first tried; an error says what is wrong with one.
    pub fn check_rules(&self) -> Result<(), String> {
        self.book.check(|id| self.names[usize::from(id)].0.clone())
    }

    /// Segments of a document that ftfy might change.
    pub fn suspects(&self, raw: &str) -> Vec<mend::Suspect> {
        self.gate.as_ref().map_or_else(Vec::new, |gate| gate.suspects(raw))
    }

    /// The rule and label of an edit; several rules are joined by `+` in the order they were applied, and the label is
    /// that of the last.
    pub fn name(&self, rules: &[RuleId]) -> (Cow<'_, str>, &str) {
        let entry = |id: RuleId| &self.names[usize::from(id)];
        match rules {
            [] => (Cow::Borrowed(""), ""),
            [one] => (Cow::Borrowed(entry(*one).0.as_str()), entry(*one).1.as_str()),
            [.., last] => {
                let all: Vec<&str> = rules.iter().map(|id| entry(*id).0.as_str()).collect();
                (Cow::Owned(all.join("+")), entry(*last).1.as_str())
            }
        }
    }

    /// The label of one rule's edits.
    pub fn label(&self, rule: RuleId) -> &str {
        &self.names[usize::from(rule)].1
    }

    /// Cleans one document, given the segments that ftfy changed.
    pub fn clean(&self, raw: &str, mended: &[Mended<'_>]) -> Cleaned {
        let mends = mended
            .iter()
            .flat_map(|m| mend::edits(&raw[m.range.clone()], m.text, m.range.start, MEND))
            .collect::<Vec<_>>();
        let letters = apply(raw, &mends);
        let splinters = self.splinters.as_ref().map_or_else(Vec::new, |s| s.find(&letters));
        let text = apply(&letters, &splinters);
        let repairs = ledger::compose(mends, splinters);
        if text.trim().is_empty() {
            return blank(raw);
        }
        let lines = lines::split(&text);
        let words = Words::read(&text, &lines);
        let claims = self.book.scan(&text, &lines, &words);
        let mut plan = self.plan(&text, &lines, words, &claims, &repairs);
        let needs_review = self.over_budget(&text, &plan.strokes);
        if needs_review || self.annotate {
            plan = Plan { marks: plan.marks, ..Plan::whole(&lines) };
        }
        let mut origins = Origins::new(&repairs);
        let bounds: Vec<usize> = plan.regions.iter().map(|r| origins.at(lines[r.lines.start].whole.start)).collect();
        let edits = ledger::compose(repairs, plan.strokes);
        let mut stories = stories::read(raw, &edits, &bounds, &plan.heads);
        for (story, field, value) in plan.notes {
            stories[story].fields.push((field, text[value].to_owned()));
        }
        Cleaned { main: stories::own_story(&stories), stories, edits, needs_review, marks: plan.marks }
    }

    /// Cuts the document and decides every claim.
    fn plan(&self, text: &str, lines: &[Line], words: Words, claims: &[Claim], repairs: &[Edit]) -> Plan {
        let page = self.page(words, lines, claims);
        let mut starts = self.starts(text, lines, claims, page.as_ref());
        let mut origins = Origins::new(repairs);
        starts.retain(|s| !origins.inside(lines[s.line].whole.start));
        let noise = self.noise(page.as_ref(), lines, claims);
        let pen = Pen { text, lines, claims, book: &self.book };
        let kinds = std::iter::once(Kind::Article).chain(starts.iter().map(|s| s.kind));
        let ranges: Vec<(Range<usize>, Kind)> = stories::ranges(&starts, lines.len()).into_iter().zip(kinds).collect();
        let mut verdict = self.judge(text, lines, claims, &noise, &ranges);
        pen.widen(&mut verdict);
        let (regions, heads) = stories::regions(&pen, &verdict, &starts, lines.len(), cut_rule);
        pen.strike_partings(&mut verdict, &regions);
        let strokes = pen.draw(&verdict, &regions);
        let notes = self.notes(&verdict, claims, &regions);
        let marks = if self.annotate { self.marks(lines, claims, &verdict, &noise, repairs) } else { Vec::new() };
        Plan { regions, heads, strokes, notes, marks }
    }

    /// The document as the models see it; `None` if the recipe asks none of them.
    fn page<'a>(&self, words: Words, lines: &'a [Line], claims: &[Claim]) -> Option<Page<'a>> {
        match &self.model {
            Some((model, _)) => Some(model.page(words, lines, claims, &self.book)),
            None if self.cutter.is_some() => Some(self.plain_page(words, lines, claims)),
            None => None,
        }
    }

    /// The document without the line model's word weights.
    fn plain_page<'a>(&self, words: Words, lines: &'a [Line], claims: &[Claim]) -> Page<'a> {
        Page::new(words, lines, claims, &self.book, &Weights::default())
    }

    /// Where stories begin after the first, in order.
    fn starts(&self, text: &str, lines: &[Line], claims: &[Claim], page: Option<&Page<'_>>) -> Vec<Start> {
        if self.split == Split::Off {
            return Vec::new();
        }
        let mut starts = structure::starts(text, lines, claims, &self.book);
        let (Some(cutter), Some(page)) = (&self.cutter, page) else { return starts };
        // behind the first mark that a paper sets itself, its marks are trusted alone
        let unmarked = starts.first().map_or(lines.len(), |start| start.line);
        if let Some(units) = units::unwrap(text, lines) {
            let words = Words::read(text, &units.lines);
            let page = self.plain_page(words, &units.lines, &units.claims(claims));
            starts.extend(cutter.starts(&page, unmarked, |unit| units.first[unit]));
        } else {
            starts.extend(cutter.starts(page, unmarked, |line| line));
        }
        starts.sort_by_key(|s| s.line);
        starts
    }

    /// The model's probability of noise for each line; 0 for blank ones, and without a model.
    fn noise(&self, page: Option<&Page<'_>>, lines: &[Line], claims: &[Claim]) -> Vec<f32> {
        let mut out = vec![0.0_f32; lines.len()];
        let (Some((model, _)), Some(page)) = (&self.model, page) else { return out };
        for (at, (&n, noise)) in page.shown.iter().zip(model.noise(page)).enumerate() {
            out[n] = if noise < CERTAIN && page.may_be_headline(at) { noise.min(UNDECIDED) } else { noise };
        }
        for claim in claims {
            let rule = &self.book.rules[claim.rule];
            let is_text = rule.firm && rule.extent != Extent::Line; // what a user's rule leaves of a line is meant to stay
            let is_heading = rule.place == Place::Outside && heads_text(claim.line, lines, &out);
            if is_text || is_heading || (!rule.strike && self.book.labels[rule.label] == DATELINE) {
                out[claim.line] = out[claim.line].min(UNDECIDED);
            }
        }
        out
    }

    /// What the rules strike, and what the model does in articles. Where the model takes the last lines of a text, or the
    /// first, the rules that wait for its end or its beginning are heard again, on the lines that are left.
    fn judge(
        &self,
        text: &str,
        lines: &[Line],
        claims: &[Claim],
        noise: &[f32],
        stories: &[(Range<usize>, Kind)],
    ) -> Verdict {
        let hear = |gone: &[Option<RuleId>]| {
            let court = Court { text, lines, claims, book: &self.book, gone };
            let mut verdict = label::judge(&court, stories.iter().map(|(range, _)| range));
            if let Some((_, caution)) = &self.model {
                let is_real = |n: usize, rule: usize| noise[n] < caution.veto && !self.book.rules[rule].firm;
                verdict.relent(|n, rule| court.is_gone(n) || is_real(n, rule));
            }
            let waits = court.waits(&verdict);
            let learned = self.learned(text, lines, noise, &verdict);
            for (range, _) in stories.iter().filter(|(_, kind)| *kind == Kind::Article) {
                verdict.learn(range.clone(), &learned);
            }
            (verdict, waits)
        };
        let (verdict, waits) = hear(&[]);
        if waits && verdict.learned.iter().any(Option::is_some) { hear(&verdict.learned).0 } else { verdict }
    }

    /// For each line the stroke that the model asks for.
    fn learned(&self, text: &str, lines: &[Line], noise: &[f32], verdict: &Verdict) -> Vec<Option<RuleId>> {
        let Some((_, caution)) = &self.model else { return vec![None; lines.len()] };
        let ruled: Vec<bool> = (0..lines.len()).map(|n| verdict.strikes(n)).collect();
        let strikes = caution::strikes(text, lines, noise, &ruled, *caution);
        let rule = |line: &Line| if line.is_body() { FOREIGN } else { FURNITURE };
        lines.iter().zip(strikes).map(|(line, strike)| strike.then(|| rule(line))).collect()
    }

    /// What each line is held to be, and the parts of lines that a rule would strike.
    fn marks(&self, lines: &[Line], claims: &[Claim], verdict: &Verdict, noise: &[f32], repairs: &[Edit]) -> Vec<Mark> {
        let mut out = Vec::new();
        for (n, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
            let rule = verdict.whole[n].map(|rule| self.book.rules[rule].id).or(verdict.learned[n]);
            out.push(Mark { range: line.inner.clone(), rule, shape: line.shape, noise: noise[n] });
        }
        for claim in verdict.parts.iter().map(|&part| &claims[part]) {
            let (n, rule) = (claim.line, Some(self.book.rules[claim.rule].id));
            out.push(Mark { range: claim.range.clone(), rule, shape: lines[n].shape, noise: noise[n] });
        }
        out.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        let mut starts = Origins::new(repairs);
        for mark in &mut out {
            mark.range.start = starts.at(mark.range.start);
        }
        out.sort_by_key(|mark| mark.range.end);
        let mut ends = Origins::new(repairs);
        for mark in &mut out {
            mark.range.end = ends.at(mark.range.end).max(mark.range.start);
        }
        out.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        out
    }

    /// What the model sees of a text that is already mended.
    pub fn features(&self, text: &str) -> Result<FeatureTable, String> {
        let (model, _) = self.model.as_ref().ok_or("the kernel has no line model")?;
        let lines = lines::split(text);
        let words = Words::read(text, &lines);
        let claims = self.book.scan(text, &lines, &words);
        let page = model.page(words, &lines, &claims, &self.book);
        let mut rows = vec![0.0; page.len() * NAMES.len()];
        for (n, row) in rows.chunks_exact_mut(NAMES.len()).enumerate() {
            page.row(n, row);
        }
        Ok(FeatureTable { lines: page.lines().iter().map(|l| l.inner.clone()).collect(), rows })
    }

    /// What the splitter sees of a text that is already mended; with the sums of the first look, one a break, what it sees
    /// in the second.
    pub fn break_features(&self, text: &str, sums: Option<&[f32]>) -> Result<FeatureTable, String> {
        let cutter = self.cutter.as_ref().ok_or("the kernel has no splitter")?;
        let lines = lines::split(text);
        let words = Words::read(text, &lines);
        let claims = self.book.scan(text, &lines, &words);
        let page = self.plain_page(words, &lines, &claims);
        let breaks = cutter.breaks(&page);
        let count = page.len().saturating_sub(1);
        let mut rows = vec![0.0; count * sums.map_or(breaks::NAMES.len(), |_| second::NAMES.len())];
        match sums {
            None => {
                for (n, row) in rows.chunks_exact_mut(breaks::NAMES.len()).enumerate() {
                    breaks.row(n + 1, row);
                }
            }
            Some(sums) if sums.len() == count => {
                let all: Vec<f32> = std::iter::once(0.0).chain(sums.iter().copied()).collect();
                let second = Second::new(&breaks, &all);
                for (n, row) in rows.chunks_exact_mut(second::NAMES.len()).enumerate() {
                    second.row(n + 1, row);
                }
            }
            Some(sums) => return Err(format!("{} sums for {count} breaks", sums.len())),
        }
        Ok(FeatureTable { lines: page.lines().iter().map(|l| l.inner.clone()).collect(), rows })
    }

    /// The fields of all claims that hold, each with the story it belongs to.
    fn notes(&self, verdict: &Verdict, claims: &[Claim], regions: &[Region]) -> Vec<(usize, Field, Range<usize>)> {
        let mut out = Vec::new();
        for &n in &verdict.noted {
            let claim = &claims[n];
            let rule = &self.book.rules[claim.rule];
            let story = regions.partition_point(|r| r.lines.start <= claim.line).saturating_sub(1);
            let struck_by = verdict.whole[claim.line];
            let stale = match rule.extent {
                _ if !rule.strike => false,
                Extent::Line => struck_by != Some(claim.rule),
                _ => struck_by.is_some_and(|other| other != claim.rule),
            };
            if !stale {
                out.extend(claim.fields.iter().map(|(field, part)| (story, *field, part.clone())));
            }
        }
        out
    }

    /// Would the strokes take more than the recipe allows? White space and repairs do not count. The text is read only
    /// until there is enough of it.
    fn over_budget(&self, text: &str, strokes: &[Edit]) -> bool {
        fn solid(part: &str) -> impl Iterator<Item = char> {
            part.chars().filter(|c| !c.is_whitespace())
        }
        let struck: usize = strokes.iter().map(|e| solid(&text[e.range.clone()]).count()).sum();
        struck > 0 && !(1..).zip(solid(text)).any(|(n, _)| struck as f64 <= self.max_struck * f64::from(n))
    }
}

/// The features of a document's lines, for training.
pub struct FeatureTable {
    /// Bytes of each line that is not blank.
    pub lines: Vec<Range<usize>>,
    /// A row a line.
    pub rows: Vec<f32>,
}

/// How a document will be cut and struck.
struct Plan {
    regions: Vec<Region>,
    heads: Vec<Head>,
    strokes: Vec<Edit>,
    notes: Vec<(usize, Field, Range<usize>)>,
    marks: Vec<Mark>,
}

impl Plan {
    /// One story, nothing struck.
    fn whole(lines: &[Line]) -> Self {
        Self {
            regions: vec![Region { lines: 0..lines.len(), cut_after: None }],
            heads: vec![Head::FIRST],
            strokes: Vec::new(),
            notes: Vec::new(),
            marks: Vec::new(),
        }
    }
}

fn apply<'a>(text: &'a str, layer: &[Edit]) -> Cow<'a, str> {
    if layer.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(ledger::apply(text, layer)) }
}

/// A document of nothing but white space has no story; one edit holds all of it.
fn blank(raw: &str) -> Cleaned {
    let edits = if raw.is_empty() { Vec::new() } else { vec![Edit::stroke(0..raw.len(), BLANK)] };
    Cleaned { stories: Vec::new(), main: 0, edits, needs_review: false, marks: Vec::new() }
}

/// The rule that stands for a cut.
fn cut_rule(evidence: Evidence) -> RuleId {
    FIRST_CUT + Evidence::ALL.iter().position(|e| *e == evidence).unwrap_or(0) as RuleId
}

/// Is the next line that is not blank body text that the model holds for real?
fn heads_text(n: usize, lines: &[Line], noise: &[f32]) -> bool {
    lines::next_shown(lines, n).is_some_and(|below| lines[below].is_body() && noise[below] < UNDECIDED)
}
