//! Where emoji stand in a text: chains of letters with emoji between them, and emoji in no chain.

use super::signs::{EMOJI, is_apostrophe, is_letter, is_word_char};
use memchr::memchr2_iter;
use regex::Regex;
use std::ops::Range;

/// How far around a chain (in bytes) a name, a link or a line is looked at.
const NAME_WINDOW: usize = 160;
const LINE_WINDOW: usize = 600;

/// Signs that make a token a name, a hashtag or an address: what is glued to it stays.
const NAME_SIGNS: &[char] = &['#', '@', '_', '\\', '＃', '＠'];
/// Signs of an address that also stand between words.
const LINK_SIGNS: &[&str] = &["://", "www."];

/// Letters with runs of emoji between them, without a space. `parts` has one more than `runs`.
pub struct Chain {
    pub parts: Vec<Range<usize>>,
    pub runs: Vec<Run>,
}

/// Emoji in a row.
pub struct Run {
    pub range: Range<usize>,
    /// How many.
    pub emoji: usize,
}

/// Finds emoji.
pub struct Finder {
    emoji: Regex,
}

impl Finder {
    pub fn new() -> Result<Self, String> {
        Ok(Self { emoji: Regex::new(EMOJI).map_err(|e| e.to_string())? })
    }

    /// The chains of a text, and where its other emoji stand.
    pub fn survey(&self, text: &str) -> (Vec<Chain>, Vec<usize>) {
        let (mut chains, mut free) = (Vec::new(), Vec::new());
        let mut done = 0;
        for at in memchr2_iter(0xF0, 0xE2, text.as_bytes()) {
            let Some(run) = start_at(text, at).filter(|s| *s >= done).and_then(|start| self.run_at(text, start)) else {
                continue;
            };
            done = run.range.end;
            let start = run.range.start;
            let Some(chain) = self.chain_at(text, run) else {
                free.push(start);
                continue;
            };
            done = chain.range().end;
            if chain.touches_name(text) {
                free.push(start);
            } else {
                chains.push(chain);
            }
        }
        (chains, free)
    }

    fn run_at(&self, text: &str, start: usize) -> Option<Run> {
        let (mut end, mut emoji) = (start, 0);
        while let Some(found) = self.emoji.find(&text[end..]) {
            end += found.end();
            emoji += 1;
        }
        (emoji > 0).then_some(Run { range: start..end, emoji })
    }

    /// The chain that begins with the letters before a run; `None` unless letters follow it too.
    fn chain_at(&self, text: &str, run: Run) -> Option<Chain> {
        let before = word_start(text, run.range.start)..run.range.start;
        let after = run.range.end..word_end(text, run.range.end);
        if before.is_empty() || after.is_empty() {
            return None;
        }
        let mut chain = Chain { parts: vec![before, after], runs: vec![run] };
        while let Some(next) = chain.parts.last().and_then(|part| self.run_at(text, part.end)) {
            let after = next.range.end..word_end(text, next.range.end);
            if after.is_empty() {
                break;
            }
            chain.parts.push(after);
            chain.runs.push(next);
        }
        Some(chain)
    }
}

impl Chain {
    pub fn range(&self) -> Range<usize> {
        self.parts[0].start..self.parts[self.runs.len()].end
    }

    /// Does the token around carry a sign of a name or an address?
    fn touches_name(&self, text: &str) -> bool {
        let Range { start, end } = self.range();
        let before = window_before(text, start, NAME_WINDOW).rsplit(char::is_whitespace).next().unwrap_or_default();
        let after = window_after(text, end, NAME_WINDOW).split(char::is_whitespace).next().unwrap_or_default();
        let sign = |side: &str| side.contains(NAME_SIGNS) || LINK_SIGNS.iter().any(|sign| side.contains(sign));
        sign(before) || sign(after) || sign(&text[start..end]) || before.contains('/') && before.contains('.')
    }

    /// The line around, as far as the window goes.
    pub fn line(&self, text: &str) -> Range<usize> {
        let Range { start, end } = self.range();
        let before = window_before(text, start, LINE_WINDOW).rsplit('\n').next().unwrap_or_default();
        let after = window_after(text, end, LINE_WINDOW).split('\n').next().unwrap_or_default();
        start - before.len()..end + after.len()
    }
}

/// Hashtags, mentions or links?
pub fn is_post(line: &str) -> bool {
    let tagged = |word: &str| {
        word.starts_with(NAME_SIGNS) && word.chars().nth(1).is_some_and(is_letter)
            || LINK_SIGNS.iter().any(|s| word.contains(s))
    };
    line.split(char::is_whitespace).any(tagged)
}

/// Where the emoji starts that a byte may belong to: there, or at the digit before an enclosing keycap.
fn start_at(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match (bytes[at], bytes.get(at + 1)?, bytes.get(at + 2)?) {
        (0xE2, 0x83, 0xA3) => keycap_start(text, at),
        (0xE2, 0x8C..=0xAF, _) | (0xF0, 0x9F, _) => Some(at),
        _ => None,
    }
}

fn keycap_start(text: &str, enclosing: usize) -> Option<usize> {
    let before = text[..enclosing].strip_suffix('\u{FE0F}').unwrap_or(&text[..enclosing]);
    before.ends_with(|c: char| c.is_ascii_digit() || c == '#' || c == '*').then(|| before.len() - 1)
}

/// Where the word before `at` starts: letters, digits, and apostrophes behind a letter.
fn word_start(text: &str, at: usize) -> usize {
    let mut start = at;
    let mut before = text[..at].char_indices().rev().peekable();
    while let Some((i, c)) = before.next() {
        let inside = is_apostrophe(c) && before.peek().is_some_and(|(_, c)| is_letter(*c));
        if !inside && !is_word_char(c) {
            break;
        }
        start = i;
    }
    start
}

/// The cap of a keycap, with and without the selector between digit and cap.
const CAPS: [&str; 2] = ["\u{20E3}", "\u{FE0F}\u{20E3}"];

/// Where the word after `at` ends: letters, digits without a keycap, and apostrophes before a letter.
fn word_end(text: &str, at: usize) -> usize {
    let mut after = text[at..].char_indices().peekable();
    while let Some((i, c)) = after.next() {
        let inside = is_apostrophe(c) && after.peek().is_some_and(|(_, c)| is_letter(*c));
        let capped = c.is_ascii_digit() && CAPS.iter().any(|cap| text[at + i + 1..].starts_with(cap));
        if capped || !inside && !is_word_char(c) {
            return at + i;
        }
    }
    text.len()
}

fn window_before(text: &str, at: usize, bytes: usize) -> &str {
    let start = (at.saturating_sub(bytes)..at).find(|i| text.is_char_boundary(*i)).unwrap_or(at);
    &text[start..at]
}

fn window_after(text: &str, at: usize, bytes: usize) -> &str {
    let end = (at..=text.len().min(at + bytes)).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(at);
    &text[at..end]
}
