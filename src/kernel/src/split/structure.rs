//! Cuts that a paper's own marks show: an agency's end mark with text behind it, a headline and
//! dateline that start again, rows of shortened teasers. Unsure means no cut.

use super::{Evidence, Kind, Start};
use crate::chars::{breaks_off, is_listed};
use crate::ledger::count;
use crate::lines::{Line, Shape, has_body_length};
use crate::rules::{Claim, RuleBook};
use crate::spec::{Block, Extent};

/// Kinds of rules (their labels) that are evidence for a cut.
pub const END_MARK: &str = "end_mark";
/// The label of separator lines; public, because such a line is struck where a document is cut at it.
pub const SEPARATOR: &str = "separator";
const DATELINE: &str = "dateline";
const BYLINE: &str = "byline";
/// Pointers that end a teaser: "Read more".
const POINTERS: &[&str] = &["read_also", "nav"];

/// A story shows its dateline or byline within this many lines of its start.
const OPENING: usize = 4;
/// An end mark counts once this many body lines stand before it in the story ...
const BODY_BEFORE: usize = 2;
/// ... and a new article needs this many, or it is taken for a note.
const BODY_AFTER: usize = 2;
/// A dateline starts a new article only after a story of this many body lines.
const BODY_BEFORE_DATELINE: usize = 3;
/// A headline without dateline or byline starts an article after an end mark only with this many characters.
const ARTICLE_LENGTH: usize = 400;
/// This many teasers in a row are a row.
const ROW: usize = 3;
/// The longest pointer that is a button ("Read more") and not a link with a title, in code points.
const BUTTON_LENGTH: usize = 24;

/// How sure a cut is that a paper's own marks show.
const SCORE: f32 = 0.95;

/// A line that belongs to some story: not blank, not noise, not a separator.
struct Item {
    line: usize,
    shape: Shape,
    chars: usize,
    /// An end mark closes the line, or stands between it and the next.
    ends: bool,
    /// A separator stands before it.
    parted: bool,
    dateline: bool,
    /// A byline stands in it, or between it and the next line.
    byline: bool,
    /// Long enough for a teaser.
    long: bool,
    /// A text of that length that breaks off, or that a pointer to the full story follows.
    cut_short: bool,
}

/// The stories after the first, in order. The first begins at line 0 and is an article.
pub fn starts(text: &str, lines: &[Line], claims: &[Claim], book: &RuleBook) -> Vec<Start> {
    let items = items(text, lines, claims, book);
    let mut out = after_end_marks(&items);
    out.extend(new_datelines(&items));
    out.extend(teaser_row(&items));
    out.sort_by_key(|s| s.line);
    out.dedup_by_key(|s| s.line);
    out.retain(|s| s.line > items.first().map_or(0, |item| item.line));
    out
}

fn items(text: &str, lines: &[Line], claims: &[Claim], book: &RuleBook) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    let mut parted = false;
    let mut under_pointer = false;
    let tail = tail_of_headings(lines);
    let mut rest = claims;
    for (n, line) in lines.iter().enumerate() {
        let mine = rest.iter().take_while(|c| c.line == n).count();
        let (here, later) = rest.split_at(mine);
        rest = later;
        if line.is_blank() {
            continue;
        }
        let says = |label: &str, whole: bool| {
            here.iter().any(|c| {
                let rule = &book.rules[c.rule];
                book.labels[rule.label] == label && (!whole || rule.extent == Extent::Line)
            })
        };
        let pointer = here.iter().any(|c| {
            let rule = &book.rules[c.rule];
            POINTERS.contains(&book.labels[rule.label].as_str())
                && rule.block == Block::None
                && count(&text.as_bytes()[c.range.clone()]) <= BUTTON_LENGTH
        });
        let struck = |c: &&Claim| book.rules[c.rule].strikes_lines();
        if says(SEPARATOR, true) || says(END_MARK, true) || here.iter().any(|c| struck(&c)) {
            parted |= says(SEPARATOR, true);
            under_pointer |= here.iter().filter(struck).any(|c| book.rules[c.rule].block == Block::Links);
            if let Some(last) = out.last_mut() {
                last.ends |= says(END_MARK, true);
                last.byline |= says(BYLINE, true);
                last.cut_short |= pointer && last.long && last.line + 1 == n; // a heading stands apart
            }
            continue;
        }
        under_pointer = under_pointer && (is_listed(line.text(text)) || n >= tail);
        if under_pointer {
            continue; // links of a list: noise, not stories
        }
        let long = has_body_length(line.text(text), line.chars);
        out.push(Item {
            line: n,
            shape: line.shape,
            chars: line.chars,
            ends: says(END_MARK, false),
            parted: std::mem::take(&mut parted),
            dateline: says(DATELINE, false),
            byline: says(BYLINE, false),
            long,
            cut_short: long && (pointer || breaks_off(line.text(text))),
        });
    }
    out
}

/// From this line on there are only headings and blank lines.
fn tail_of_headings(lines: &[Line]) -> usize {
    lines.iter().rposition(|l| !matches!(l.shape, Shape::Blank | Shape::Heading)).map_or(0, |n| n + 1)
}

fn bodies(items: &[Item]) -> usize {
    items.iter().filter(|i| i.shape == Shape::Body).count()
}

fn opens_as_article(items: &[Item]) -> bool {
    items.iter().take(OPENING).any(|i| i.dateline || i.byline)
}

/// Text behind an end mark is another story, or a row of them.
fn after_end_marks(items: &[Item]) -> Vec<Start> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut before = 0; // body lines of the story so far, counted once, however many end marks there are
    while let Some(found) = items[at..].iter().position(|i| i.ends) {
        let end = at + found + 1;
        before += bodies(&items[at..end]);
        at = end;
        if before < BODY_BEFORE {
            continue;
        }
        let next = items[end..].iter().position(|i| i.ends).map_or(items.len(), |n| end + n + 1);
        let found = behind_end_mark(&items[end..next]);
        if !found.is_empty() {
            before = 0;
        }
        out.extend(found);
    }
    out
}

fn behind_end_mark(items: &[Item]) -> Vec<Start> {
    let article = |items: &[Item]| {
        items.first().map(|i| Start { line: i.line, kind: Kind::Article, evidence: Evidence::EndMark, score: SCORE })
    };
    let Some(last) = items.last() else { return Vec::new() };
    let body = bodies(items);
    if body >= BODY_AFTER && (last.ends || opens_as_article(items) || items.iter().any(|item| item.byline)) {
        return article(items).into_iter().collect();
    }
    let groups = teaser_groups(items);
    if !groups.is_empty() {
        return groups.iter().map(|&n| teaser(&items[n], Evidence::EndMark)).collect();
    }
    let length: usize = items.iter().map(|i| i.chars).sum();
    if items[0].shape == Shape::Heading && body >= BODY_AFTER && length >= ARTICLE_LENGTH {
        return article(items).into_iter().collect();
    }
    Vec::new()
}

fn teaser(item: &Item, evidence: Evidence) -> Start {
    Start { line: item.line, kind: Kind::Teaser, evidence, score: SCORE }
}

/// Where the teasers of a region begin, if it is nothing but teasers: paragraphs that each stand alone, headings that
/// each stand alone, or pairs of a heading and one paragraph.
fn teaser_groups(items: &[Item]) -> Vec<usize> {
    let heading = |i: &Item| i.shape == Shape::Heading && !i.cut_short;
    let headings = items.iter().filter(|i| heading(i)).count();
    let alone = headings == 0 && bodies(items) * 2 > items.len() || headings == items.len() && headings >= ROW;
    if alone {
        return (0..items.len()).collect();
    }
    let pairs = headings >= 2
        && items.len() == 2 * headings
        && items.chunks_exact(2).all(|pair| heading(&pair[0]) && !heading(&pair[1]));
    if pairs { (0..items.len()).step_by(2).collect() } else { Vec::new() }
}

/// A headline and a dateline, where the story before had its own dateline and some length: the next article. After a
/// separator line, a headline with a dateline or a byline is enough.
fn new_datelines(items: &[Item]) -> Vec<Start> {
    let mut out = Vec::new();
    let mut story = 0;
    for n in 1..items.len() {
        let behind = &items[story..n];
        let start = if items[n].parted && items[n].shape == Shape::Heading && opens_as_article(&items[n..]) {
            Some((n, Evidence::Separator, BODY_BEFORE))
        } else if items[n].dateline && items[..story + OPENING.min(n - story)][story..].iter().any(|i| i.dateline) {
            headline_before(items, story, n).map(|h| (h, Evidence::Dateline, BODY_BEFORE_DATELINE))
        } else {
            None
        };
        let Some((first, evidence, needed)) = start else { continue };
        if first > story && bodies(behind) >= needed && bodies(&items[first..]) >= BODY_AFTER {
            out.push(Start { line: items[first].line, kind: Kind::Article, evidence, score: SCORE });
            story = first;
        }
    }
    out
}

/// The headline (and the line under it) right before a dateline.
fn headline_before(items: &[Item], story: usize, dateline: usize) -> Option<usize> {
    let first = (story + 1..dateline).rev().take(2).take_while(|&n| items[n].shape == Shape::Heading).last();
    first.or((items[dateline].parted).then_some(dateline))
}

/// At least three teasers that break off, one after the other, at the document's end.
fn teaser_row(items: &[Item]) -> Vec<Start> {
    let mut found = Vec::new();
    let mut n = items.len();
    while n > 0 {
        let text = &items[n - 1];
        if !text.cut_short {
            break;
        }
        n -= 1;
        if n > 0 && items[n - 1].shape == Shape::Heading && !items[n - 1].cut_short {
            n -= 1;
        }
        found.push(n);
    }
    if found.len() < ROW || bodies(&items[..n]) < BODY_BEFORE {
        return Vec::new();
    }
    found.iter().rev().map(|&n| teaser(&items[n], Evidence::TeaserRow)).collect()
}
