//! One walk over a document: the counts that features are made of, and its words as hashes, for all that looks for words
//! later. A word is a run of letters and digits in lower case; in scripts without spaces, two neighbouring characters
//! stand for one.

use crate::chars;
use crate::lines::Line;
use std::ops::Range;

/// A word of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Token {
    /// FNV-1a over the lower-case code points.
    pub hash: u32,
    /// The same over the first few: forms of a word mostly share them.
    pub stem: u32,
    /// Where it begins in the text, in bytes.
    pub start: u32,
    /// It is of a script that writes spaces between words.
    pub spaced: bool,
    /// It carries a topic: long enough, or a name or number.
    pub topical: bool,
    /// It may carry one, if it is not known to be common.
    pub telling: bool,
    /// A capital or a digit that no sentence start explains.
    pub name: bool,
}

/// How a line begins; the order is that of the feature's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum First {
    #[default]
    Lower,
    Upper,
    Uncased,
    Digit,
    Quote,
    Bullet,
    Sign,
}

/// How a line ends; the order is that of the feature's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Last {
    #[default]
    Letter,
    Digit,
    Stop,
    Call,
    BrokenOff,
    Colon,
    Comma,
    Closer,
    Sign,
}

/// What one line is made of, in code points or words.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct Facts {
    pub chars: u32,
    pub letters: u32,
    pub upper: u32,
    pub digits: u32,
    pub signs: u32,
    pub separators: u32,
    pub commas: u32,
    pub quotes: u32,
    pub brackets: u32,
    pub unspaced: u32,
    pub sentences: u32,
    pub words: u32,
    pub capitals: u32,
    pub numbers: u32,
    pub short_words: u32,
    pub longest_word: u32,
    pub address: bool,
    pub copyright: bool,
    pub clock: bool,
    pub first: First,
    pub last: Last,
}

/// The lines of a document that are not blank, as their words.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Words {
    /// Numbers of the lines.
    pub shown: Vec<usize>,
    pub facts: Vec<Facts>,
    pub tokens: Vec<Token>,
    /// For each of the lines its range in `tokens`.
    pub ranges: Vec<Range<usize>>,
}

impl Words {
    /// Walks all lines.
    pub fn read(text: &str, lines: &[Line]) -> Self {
        let shown: Vec<usize> = (0..lines.len()).filter(|&n| !lines[n].is_blank()).collect();
        let mut words = Self {
            facts: Vec::with_capacity(shown.len()),
            tokens: Vec::with_capacity(text.len() / 5),
            ranges: Vec::with_capacity(shown.len()),
            shown,
        };
        for &n in &words.shown {
            let start = words.tokens.len();
            words.facts.push(walk(text, &lines[n], &mut words.tokens));
            words.ranges.push(start..words.tokens.len());
        }
        words
    }
}

/// FNV-1a's parameters (Fowler, Noll, Vo; 32 bits), taken over code points instead of bytes.
const FNV_START: u32 = 0x811C_9DC5;
const FNV_PRIME: u32 = 0x0100_0193;

/// The hash of "www".
const WWW: u32 = 0x12AC_A1AC;

fn mix(hash: u32, c: char) -> u32 {
    (hash ^ u32::from(c)).wrapping_mul(FNV_PRIME)
}

/// The hash of a word as `walk` finds it.
pub fn word_hash(word: &str) -> u32 {
    word.chars().flat_map(char::to_lowercase).fold(FNV_START, mix)
}

/// The hash of two words in a row.
pub fn pair_hash(first: u32, second: u32) -> u32 {
    first.rotate_left(5).wrapping_mul(FNV_PRIME) ^ second
}

/// Letters from which on a word of a script with spaces is topical.
const TOPICAL_LENGTH: u32 = 5;
/// Letters from which on one may be telling.
const TELLING_LENGTH: u32 = 4;
/// Code points of a word that its stem is made of.
const STEM_LENGTH: u32 = 5;
/// The longest word that counts as a short one.
const SHORT_WORD: u32 = 3;
/// Signs that part the items of a menu or a line of facts.
const SEPARATORS: &[char] = &['|', '·', '•', '›', '»', '/', '→', '–', '—', '>', '«', '‹', '←'];
const QUOTES: &[char] = &['"', '“', '”', '„', '«', '»', '「', '」', '『', '』', '‘', '‹', '›'];
const COMMAS: &[char] = &[',', ';', '，', '、', '；', '،', '؛'];

/// A word under way.
#[derive(Default)]
struct Word {
    start: usize,
    hash: u32,
    stem: u32,
    chars: u32,
    capital: bool,
    digit: bool,
}

/// The words of a phrase.
pub fn of(phrase: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    Walker::new(&mut tokens, 0).walk(phrase);
    tokens
}

/// Walks a line: facts, and its words appended to `tokens`.
fn walk(text: &str, line: &Line, tokens: &mut Vec<Token>) -> Facts {
    let slice = line.text(text);
    let mut facts = Walker::new(tokens, line.inner.start).walk(slice);
    facts.chars = line.chars as u32;
    facts.first = first(slice);
    facts.last = last(slice);
    facts
}

struct Walker<'a> {
    facts: Facts,
    tokens: &'a mut Vec<Token>,
    word: Word,
    /// Where the line begins in the text.
    base: usize,
    /// The last unspaced character, of which the next makes a pair.
    unspaced: Option<char>,
    /// No word of the sentence yet.
    opening: bool,
    /// A sentence end, not yet followed by space.
    stop: bool,
}

impl<'a> Walker<'a> {
    fn new(tokens: &'a mut Vec<Token>, base: usize) -> Self {
        let (facts, word) = (Facts::default(), Word::default());
        Self { facts, tokens, word, base, unspaced: None, opening: true, stop: false }
    }

    fn walk(mut self, slice: &str) -> Facts {
        let bytes = slice.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                at = self.run(bytes, at);
            } else if byte.is_ascii() {
                self.facts.address |= byte == b':' && bytes[at..].starts_with(b"://");
                self.ascii_sign(byte);
                at += 1;
            } else {
                let Some(c) = slice[at..].chars().next() else { break };
                self.other(c, at);
                at += c.len_utf8();
            }
        }
        self.end_word();
        self.facts
    }

    /// Takes a run of ASCII letters and digits, most of any text; gives the place behind it.
    fn run(&mut self, bytes: &[u8], start: usize) -> usize {
        let Some(&head) = bytes.get(start) else { return start };
        self.begin(head.is_ascii_uppercase(), start);
        let (mut hash, mut upper, mut digits) = (self.word.hash, 0, 0);
        let mut take = |from: usize, most: usize| {
            let mut at = from;
            for byte in bytes[from..].iter().take(most).take_while(|byte| byte.is_ascii_alphanumeric()) {
                let big = byte.is_ascii_uppercase();
                upper += u32::from(big);
                digits += u32::from(byte.is_ascii_digit());
                hash = (hash ^ u32::from(byte | u8::from(big) << 5)).wrapping_mul(FNV_PRIME);
                at += 1;
            }
            (at, hash)
        };
        let mut at = start;
        if self.word.chars < STEM_LENGTH {
            (at, self.word.stem) = take(at, (STEM_LENGTH - self.word.chars) as usize);
        }
        (at, self.word.hash) = take(at, usize::MAX);
        let chars = (at - start) as u32;
        self.word.chars += chars;
        self.word.digit |= digits > 0;
        self.facts.letters += chars - digits;
        self.facts.upper += upper;
        self.facts.digits += digits;
        at
    }

    fn ascii_sign(&mut self, byte: u8) {
        if byte == b' ' {
            self.end_word();
            if std::mem::take(&mut self.stop) {
                self.facts.sentences += 1;
                self.opening = true;
            }
            self.unspaced = None;
        } else {
            self.sign(char::from(byte));
        }
    }

    fn other(&mut self, c: char, at: usize) {
        if chars::is_unspaced(c) && c.is_alphabetic() {
            self.end_word();
            self.facts.letters += 1;
            self.facts.unspaced += 1;
            if let Some(before) = self.unspaced {
                let hash = mix(mix(FNV_START, before), c);
                let start = (self.base + at) as u32;
                self.tokens.push(Token {
                    hash,
                    stem: hash,
                    start,
                    spaced: false,
                    topical: true,
                    telling: true,
                    name: false,
                });
            }
            self.facts.words += self.facts.unspaced % 2;
            self.unspaced = Some(c);
            self.stop = false;
        } else if c.is_alphanumeric() || chars::is_mark(c) {
            let upper = c.is_uppercase();
            self.facts.letters += 1;
            self.facts.upper += u32::from(upper);
            let lower = if upper { c.to_lowercase().next().unwrap_or(c) } else { c };
            self.begin(upper, at);
            self.word.hash = mix(self.word.hash, lower);
            if self.word.chars < STEM_LENGTH {
                self.word.stem = self.word.hash;
            }
            self.word.chars += 1;
        } else if c.is_whitespace() {
            self.end_word();
            self.stop = false;
        } else {
            self.sign(c);
            if chars::is_sentence_end(c) && c != '…' {
                self.facts.sentences += 1; // scripts whose stops need no space behind them
                self.opening = true;
                self.stop = false;
            }
        }
    }

    /// Begins a word, unless one is under way.
    fn begin(&mut self, capital: bool, at: usize) {
        if self.word.chars == 0 {
            self.word.start = self.base + at;
            self.word.hash = FNV_START;
            self.word.stem = FNV_START;
            self.word.capital = capital;
            self.stop = false;
            self.unspaced = None;
        }
    }

    fn sign(&mut self, c: char) {
        let inside = self.word.chars > 0;
        if inside && (c == '\'' || c == '’' || c == '-') {
            self.end_word();
            return;
        }
        self.facts.clock |= c == ':' && inside && self.word.digit;
        self.facts.address |= c == '@' || (c == '.' && inside && self.word.hash == WWW);
        self.end_word();
        self.unspaced = None;
        match c {
            '.' | '!' | '?' => self.stop = true,
            ')' | '"' | '”' | '’' if self.stop => {}
            _ => self.stop = false,
        }
        self.facts.signs += 1;
        self.facts.separators += u32::from(SEPARATORS.contains(&c));
        self.facts.commas += u32::from(COMMAS.contains(&c));
        self.facts.quotes += u32::from(QUOTES.contains(&c));
        self.facts.brackets += u32::from(matches!(c, '(' | '[' | '（' | '【'));
        self.facts.copyright |= matches!(c, '©' | '®' | '™');
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.chars == 0 {
            return;
        }
        let facts = &mut self.facts;
        facts.words += 1;
        facts.capitals += u32::from(word.capital);
        facts.numbers += u32::from(word.digit);
        facts.short_words += u32::from(word.chars <= SHORT_WORD);
        facts.longest_word = facts.longest_word.max(word.chars);
        let name = (word.capital && !self.opening) || word.digit;
        self.tokens.push(Token {
            hash: word.hash,
            stem: word.stem,
            start: word.start as u32,
            spaced: true,
            topical: name || word.chars >= TOPICAL_LENGTH,
            telling: name || word.chars >= TELLING_LENGTH,
            name,
        });
        self.opening = false;
    }
}

fn first(line: &str) -> First {
    if chars::is_listed(line) {
        return First::Bullet;
    }
    match line.chars().next() {
        Some(c) if c.is_lowercase() => First::Lower,
        Some(c) if c.is_uppercase() => First::Upper,
        Some(c) if c.is_numeric() => First::Digit,
        Some(c) if c.is_alphabetic() => First::Uncased,
        Some(c) if QUOTES.contains(&c) || c == '\'' => First::Quote,
        _ => First::Sign,
    }
}

fn last(line: &str) -> Last {
    let Some(c) = line.chars().next_back() else { return Last::Sign };
    if chars::breaks_off(line) {
        Last::BrokenOff
    } else if chars::ends_sentence(line) {
        if chars::ends_heading(line) { Last::Call } else { Last::Stop }
    } else if c.is_numeric() {
        Last::Digit
    } else if c.is_alphabetic() || chars::is_mark(c) {
        Last::Letter
    } else if matches!(c, ':' | '：') {
        Last::Colon
    } else if COMMAS.contains(&c) {
        Last::Comma
    } else if QUOTES.contains(&c) || matches!(c, ')' | ']' | '）' | '】' | '\'' | '’') {
        Last::Closer
    } else {
        Last::Sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    fn facts(line: &str) -> (Facts, Vec<Token>) {
        let mut tokens = Vec::new();
        let found = lines::split(line).first().map(|l| walk(line, l, &mut tokens)).unwrap_or_default();
        (found, tokens)
    }

    #[test]
    fn addresses_are_seen() {
        assert_eq!(word_hash("www"), WWW);
        assert!(facts("see www.example.org").0.address);
        assert!(facts("https://example.org").0.address);
        assert!(!facts("a: b. c").0.address);
    }

    #[test]
    fn words_are_hashed_in_lower_case() {
        let (found, tokens) = facts("Read ÉTÉ 12:30, don't.");
        let hashes: Vec<u32> = tokens.iter().map(|t| t.hash).collect();
        let words = ["read", "été", "12", "30", "don", "t"];
        assert_eq!(hashes, words.map(word_hash));
        assert!(found.clock);
        assert_eq!((found.words, found.capitals, found.numbers), (6, 2, 2));
        assert_eq!((found.first, found.last), (First::Upper, Last::Stop));
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        let (found, tokens) = facts("延伸阅读");
        let hashes: Vec<u32> = tokens.iter().map(|t| t.hash).collect();
        assert_eq!(hashes, ["延伸", "伸阅", "阅读"].map(word_hash));
        assert_eq!((found.words, found.unspaced), (2, 4));
    }

    #[test]
    fn sentences_are_counted() {
        assert_eq!(facts("One. Two! \"Three?\" Four.").0.sentences, 3);
        assert_eq!(facts("一。二。").0.sentences, 2);
    }
}
