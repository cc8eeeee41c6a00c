//! Splinters: emoji that scraping (or a prank) dropped inside a word, "ar🍌ms". They go; every emoji that may mean
//! something stays. The unit is the emoji sequence of UTS #51 (skin tones, joined families, flags, keycaps), never a
//! code point, and a combining mark after an emoji is left to the letter it belongs to.
//!
//! A chain is letters with runs of emoji between them, "hab💩i🐼ts". Each break of a chain gets points (`evidence`) by
//! the words of the document (`words`); the rest of the document then says how far to believe them.

use crate::chars;
use crate::ledger::{Edit, RuleId};
use chains::{Chain, Finder, Run, is_post};
use evidence::{Break, SURE};
use signs::is_hangul;
use std::cmp::Reverse;
use std::ops::Range;
use words::{CommonWords, Words};

mod chains;
mod evidence;
mod signs;
mod words;

/// Running text in a language we know, without any other emoji about: hardly anybody glues words with one there.
const RUNNING_TEXT: i32 = 4;
/// A short line, or one without a sentence's end: a heading, a caption, a comment.
const LOOSE_LINE: i32 = 2;
/// Either, in a language without a list of common words, where fragments are harder to tell from words.
const UNKNOWN_LANGUAGE: i32 = 1;
/// A line of running text has so many bytes, and ends a sentence.
const RUNNING_FROM: usize = 60;
/// The line has hashtags, mentions or links: a post, where emoji are part of the tone.
const POST: i32 = -3;
/// Emoji stand by themselves in the same line: its writer uses them.
const USED_HERE: i32 = -3;
/// Emoji stand by themselves elsewhere in the document.
const USED_ELSEWHERE: i32 = -1;
/// A document was either splintered or written with glued emoji, seldom both: each break lends its points to the others,
/// this many of them at most, and all others together this many.
const COMPANION: i32 = 6;
const COMPANY: i32 = 8;
/// A chain of more breaks than this is a game with emoji, and stays.
const MAX_BREAKS: usize = 8;
/// A repaired word may be what another break needs. More rounds than this are not worth their time.
const MAX_ROUNDS: usize = 8;
/// A line is set in capitals when it has this many of them, and this share of its letters.
const CAPITALS: usize = 8;
const CAPITAL_SHARE: usize = 80;

/// Finds splinters. Holds common words by language, to tell two words glued by an emoji from one word broken by it.
pub struct Splinters {
    finder: Finder,
    common: CommonWords,
    rule: RuleId,
}

impl Splinters {
    /// `common` holds one list of words per language.
    pub fn new(common: &[Vec<String>], rule: RuleId) -> Result<Self, String> {
        Ok(Self { finder: Finder::new()?, common: CommonWords::new(common), rule })
    }

    /// The layer of strokes that takes the splinters out of `text`.
    pub fn find(&self, text: &str) -> Vec<Edit> {
        let (chains, free) = self.finder.survey(text);
        if chains.is_empty() {
            return Vec::new();
        }
        let mut struck: Vec<Range<usize>> = Page { text, free: &free }.decide(&chains, &self.common);
        struck.sort_unstable_by_key(|run| run.start);
        struck.into_iter().map(|run| Edit::stroke(run, self.rule)).collect()
    }
}

/// A chain on its way to be mended: its letters so far, and the runs that still stand between them.
struct Mending<'a> {
    chain: &'a Chain,
    parts: Vec<String>,
    open: Vec<&'a Run>,
}

impl<'a> Mending<'a> {
    fn new(text: &str, chain: &'a Chain) -> Self {
        let parts = chain.parts.iter().map(|part| text[part.clone()].to_owned()).collect();
        Self { chain, parts, open: chain.runs.iter().collect() }
    }

    /// The points of each break that something can be said about, with its place.
    fn points(&self, page: &Page<'_>, words: &Words<'_>) -> Vec<(i32, usize)> {
        if self.open.len() > MAX_BREAKS {
            return Vec::new();
        }
        let capitals = page.in_capitals(self.chain);
        let written = |run: &Run| &page.text[run.range.clone()];
        let points = |(at, run): (usize, &&Run)| {
            let again = self.open.iter().enumerate().any(|(other, o)| other != at && written(o) == written(run));
            let (left, right) = (self.parts[at].as_str(), self.parts[at + 1].as_str());
            let found = Break { left, right, run: written(run), emoji: run.emoji, again, capitals };
            found.points(words).map(|points| (points, at))
        };
        self.open.iter().enumerate().filter_map(points).collect()
    }

    /// Takes a run out.
    fn mend(&mut self, at: usize) -> Range<usize> {
        let right = self.parts.remove(at + 1);
        self.parts[at].push_str(&right);
        self.open.remove(at).range.clone()
    }
}

/// The chains of one text and what stands around them.
struct Page<'a> {
    text: &'a str,
    /// Where emoji stand that are in no chain.
    free: &'a [usize],
}

impl Page<'_> {
    /// The runs that go, in no order. What was mended changes what is known of the rest: words became whole, and a break
    /// that is gone is no company. So the text is looked at until nothing more goes, as a second run would.
    fn decide(&self, chains: &[Chain], common: &CommonWords) -> Vec<Range<usize>> {
        let mut words = Words::of(self.text, common);
        let mut mending: Vec<Mending<'_>> = chains.iter().map(|chain| Mending::new(self.text, chain)).collect();
        let mut struck = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let before = struck.len();
            self.round(&mut mending, &words, &mut struck);
            let (whole, open): (Vec<_>, Vec<_>) = mending.into_iter().partition(|m| m.open.is_empty());
            mending = open;
            if mending.is_empty() || struck.len() == before {
                break;
            }
            words.learn(whole.iter().map(|m| m.parts[0].as_str()));
        }
        struck
    }

    /// Judges every chain once, with the others of the round as company.
    fn round(&self, mending: &mut [Mending<'_>], words: &Words<'_>, struck: &mut Vec<Range<usize>>) {
        let says = |chain: &Mending<'_>| -> i32 {
            chain.points(self, words).iter().map(|(points, _)| points.clamp(&-COMPANION, &COMPANION)).sum()
        };
        let said: Vec<i32> = mending.iter().map(says).collect();
        let all: i32 = said.iter().sum();
        for (chain, said) in mending.iter_mut().zip(said) {
            let company = (all - said).clamp(-COMPANY, COMPANY);
            let context = self.context(chain.chain, words) + company;
            self.judge(chain, words, context, struck);
        }
    }

    /// Mends a chain: all of it, if that makes a known word; else the surest break first, as long as there is one.
    fn judge(&self, chain: &mut Mending<'_>, words: &Words<'_>, context: i32, struck: &mut Vec<Range<usize>>) {
        if (2..=MAX_BREAKS).contains(&chain.open.len()) && words.knows(&words::lower(&chain.parts.concat())) {
            while !chain.open.is_empty() {
                struck.push(chain.mend(0));
            }
        }
        while let Some((points, at)) = chain.points(self, words).into_iter().max_by_key(|(p, at)| (*p, Reverse(*at))) {
            if points < SURE && points + context <= 0 {
                break;
            }
            struck.push(chain.mend(at));
        }
    }

    /// What the line and the document say about every break of a chain.
    fn context(&self, chain: &Chain, words: &Words<'_>) -> i32 {
        let line = chain.line(self.text);
        let here = self.free.partition_point(|at| *at < line.start) < self.free.partition_point(|at| *at < line.end);
        let used = match (here, self.free.is_empty()) {
            (true, _) => USED_HERE,
            (false, false) => USED_ELSEWHERE,
            (false, true) => 0,
        };
        let hangul = self.text[chain.range()].contains(is_hangul);
        let line = &self.text[line];
        let text = if !hangul && !words.at_home() {
            UNKNOWN_LANGUAGE
        } else if line.len() >= RUNNING_FROM && chars::ends_sentence(line.trim()) {
            RUNNING_TEXT
        } else {
            LOOSE_LINE
        };
        text + used + if is_post(line) { POST } else { 0 }
    }

    fn in_capitals(&self, chain: &Chain) -> bool {
        let line = &self.text[chain.line(self.text)];
        let (upper, lower) = line.chars().fold((0, 0), |(upper, lower), c| {
            (upper + usize::from(c.is_uppercase()), lower + usize::from(c.is_lowercase()))
        });
        upper >= CAPITALS && upper * 100 >= (upper + lower) * CAPITAL_SHARE
    }
}
