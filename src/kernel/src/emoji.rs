//! Splinters: emoji that scraping (or a prank) dropped inside a word, "ar🍌ms". They go; every emoji that may mean
//! something stays. The unit is the emoji sequence of UTS #51 (skin tones, joined families, flags, keycaps), never a
//! code point, and a combining mark after an emoji is left to the letter it belongs to.

use crate::chars::{is_mark, is_unspaced};
use crate::ledger::{Edit, RuleId};
use memchr::memchr2_iter;
use regex::Regex;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// One emoji, after the grammar `possible_emoji` of UTS #51 (section 1.4.9), with text-style pictographs only where a
/// variation selector makes them emoji or where they stand in the blocks 2600 to 27BF.
const EMOJI: &str = r"\A(?x:
    \p{RI}\p{RI}
  | [0-9\#*]\x{FE0F}?\x{20E3}
  | (?:\p{Emoji_Presentation} | \p{Extended_Pictographic}\x{FE0F} | [\x{2600}-\x{27BF}&&\p{Extended_Pictographic}])
    (?:\p{EMod} | \x{FE0F} | [\x{E0020}-\x{E007E}]+\x{E007F})?
    (?:\x{200D}(?:\p{RI}\p{RI} | \p{Emoji}(?:\p{EMod} | \x{FE0F} | [\x{E0020}-\x{E007E}]+\x{E007F})?))*
)";

/// Emoji that stand for the verb "love" between two words ("I❤️you").
const HEARTS: &[char] = &[
    '❤', '♥', '💓', '💔', '💕', '💖', '💗', '💘', '💙', '💚', '💛', '💜', '💝', '💞', '🖤', '🤍', '🤎', '🧡', '🩵',
    '🩶', '🩷', '😍',
];

/// Signs that make the token before an emoji a name, a hashtag or an address: what is glued to it stays.
const NAME_SIGNS: &[char] = &['#', '@', '/', '_', '\\', '＃', '＠'];

/// From this many syllables on both sides of an emoji, Hangul is two words written without a space.
const HANGUL_WORD: usize = 2;

/// Finds splinters. Holds common words by language, to tell two words glued by an emoji from one word broken by it.
pub struct Splinters {
    emoji: Regex,
    /// Word in lower case -> bit set of the languages (at most 32) that use it all the time.
    common: HashMap<String, u32>,
    rule: RuleId,
}

/// Letters on both sides of a run of emoji, without a space between them.
struct Break<'a> {
    run: Range<usize>,
    emoji: usize,
    heart: bool,
    left: &'a str,
    right: &'a str,
}

impl Splinters {
    /// `common` holds one list of words per language.
    pub fn new(common: &[Vec<String>], rule: RuleId) -> Result<Self, String> {
        let mut words: HashMap<String, u32> = HashMap::new();
        for (n, list) in common.iter().enumerate() {
            for word in list {
                *words.entry(word.to_lowercase()).or_default() |= 1_u32.checked_shl(n as u32).unwrap_or(0);
            }
        }
        let emoji = Regex::new(EMOJI).map_err(|e| e.to_string())?;
        Ok(Self { emoji, common: words, rule })
    }

    /// The layer of strokes that takes the splinters out of `text`.
    pub fn find(&self, text: &str) -> Vec<Edit> {
        let mut out = Vec::new();
        let mut words: Option<Words> = None;
        let mut done = 0;
        for at in memchr2_iter(0xF0, 0xE2, text.as_bytes()) {
            if at < done {
                continue;
            }
            let Some(run) = self.run_at(text, at) else { continue };
            done = run.end;
            let Some(found) = self.break_at(text, run) else { continue };
            let words = words.get_or_insert_with(|| Words::of(text, &self.common));
            if self.is_splinter(&found, words) {
                out.push(Edit::stroke(found.run, self.rule));
            }
        }
        out
    }

    /// The run of emoji around a byte that may start one, if a letter stands right before it.
    fn run_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let start = match (bytes[at], bytes.get(at + 1)?, bytes.get(at + 2)?) {
            (0xE2, 0x83, 0xA3) => keycap_start(text, at)?,
            (0xE2, 0x8C..=0xAF, _) | (0xF0, 0x9F, _) => at,
            _ => return None,
        };
        let before = text[..start].chars().next_back()?;
        if !is_letter(before) {
            return None;
        }
        let mut end = start;
        while let Some(found) = self.emoji.find(&text[end..]) {
            end += found.end();
        }
        (end > start).then_some(start..end)
    }

    /// The letters around a run; `None` when the run does not stand inside letters or touches a name.
    fn break_at<'a>(&self, text: &'a str, run: Range<usize>) -> Option<Break<'a>> {
        let after = &text[run.end..];
        let next = after.chars().next()?;
        let contraction = matches!(next, '\'' | '’') && after.chars().nth(1).is_some_and(char::is_alphabetic);
        if !is_letter(next) && !is_mark(next) && !contraction {
            return None;
        }
        let token = text[..run.start].rsplit(char::is_whitespace).next().unwrap_or_default();
        if token.contains(NAME_SIGNS) {
            return None;
        }
        let inside = &text[run.clone()];
        let mut emoji = 0;
        let mut rest = inside;
        while let Some(found) = self.emoji.find(rest) {
            emoji += 1;
            rest = &rest[found.end()..];
        }
        let heart = inside.starts_with(HEARTS);
        Some(Break { left: letters_before(text, run.start), right: letters_after(text, run.end), run, emoji, heart })
    }

    fn is_splinter(&self, found: &Break<'_>, words: &Words<'_>) -> bool {
        let (Some(last), Some(first)) = (found.left.chars().next_back(), found.right.chars().next()) else {
            return found.emoji == 1; // a contraction: "it🍌’s"
        };
        if is_mark(first) {
            return true; // the mark belongs to the letter before the emoji, in any script
        }
        if is_unspaced(last) || is_unspaced(first) {
            return false; // cannot tell one word from two
        }
        let left: String = found.left.chars().filter(|c| is_letter(*c)).collect::<String>().to_lowercase();
        let right: String = found.right.chars().filter(|c| is_letter(*c)).collect::<String>().to_lowercase();
        let whole = format!("{left}{right}");
        if words.knows(&whole) {
            return true;
        }
        if found.emoji > 1 {
            return false; // a row of emoji is somebody's emphasis
        }
        if first.is_uppercase() {
            return false; // "great🎉Now", "I❤️NY": a new word begins
        }
        if is_hangul(first) {
            return syllables(&left) < HANGUL_WORD || syllables(&right) < HANGUL_WORD;
        }
        let stands = words.knows(&left);
        !(stands && (found.heart || words.knows(&right)))
    }
}

fn keycap_start(text: &str, enclosing: usize) -> Option<usize> {
    let before = text[..enclosing].strip_suffix('\u{FE0F}').unwrap_or(&text[..enclosing]);
    before.ends_with(|c: char| c.is_ascii_digit() || c == '#' || c == '*').then(|| before.len() - 1)
}

/// Letters, and marks that belong to them. (Emoji selectors are marks by category and are left out by `is_mark`.)
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(u32::from(c), 0x1F130..=0x1F189) || is_mark(c)
}

fn is_hangul(c: char) -> bool {
    matches!(u32::from(c), 0xAC00..=0xD7A3)
}

fn syllables(word: &str) -> usize {
    word.chars().count()
}

/// The word before `at`, over earlier splinters: for "hab💩i🐼ts" at the second emoji, "hab💩i".
fn letters_before(text: &str, at: usize) -> &str {
    let start = text[..at].char_indices().rev().take_while(|(_, c)| is_letter(*c) || is_pictograph(*c)).last();
    &text[start.map_or(at, |(i, _)| i)..at]
}

fn letters_after(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest.find(|c: char| !is_letter(c) && !is_pictograph(c)).unwrap_or(rest.len());
    &rest[..end]
}

/// Anything an emoji sequence is made of, roughly: only used to look across emoji inside one word.
fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F | 0x200D | 0x20E3)
}

/// The words of one document that stand by themselves, and the common words of its language.
struct Words<'a> {
    own: HashSet<String>,
    common: &'a HashMap<String, u32>,
    language: u32,
}

impl<'a> Words<'a> {
    fn of(text: &str, common: &'a HashMap<String, u32>) -> Self {
        let mut own = HashSet::new();
        let mut votes = [0_u32; 32];
        for token in text.split(|c: char| !is_letter(c) && !is_pictograph(c)) {
            if token.is_empty() || token.chars().any(is_pictograph) {
                continue;
            }
            let word = token.to_lowercase();
            if let Some(languages) = common.get(&word) {
                for (n, vote) in votes.iter_mut().enumerate() {
                    *vote += languages >> n & 1;
                }
            }
            own.insert(word);
        }
        let best = votes.iter().copied().max().unwrap_or(0);
        let language = votes.iter().enumerate().filter(|(_, v)| **v == best && best > 0).map(|(n, _)| 1_u32 << n).sum();
        Self { own, common, language }
    }

    fn knows(&self, word: &str) -> bool {
        self.own.contains(word) || self.common.get(word).is_some_and(|languages| languages & self.language != 0)
    }
}
