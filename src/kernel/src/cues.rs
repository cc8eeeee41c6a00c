//! Finding cue phrases: most begin with a word, so a line's words are looked up by hash; the rest (signs, and scripts that
//! write words without spaces) go through one automaton. Case is folded, white space is any white space.

use crate::chars::is_unspaced;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A phrase was found.
pub struct Hit<'a> {
    /// Bytes of the line.
    pub range: Range<usize>,
    /// Whether it begins with the line's first word.
    pub opens: bool,
    /// The rules that it wakes.
    pub rules: &'a [usize],
}

/// All cue phrases of some rules.
#[derive(Default)]
pub struct CueIndex {
    /// Phrases by their first word in lower case.
    words: FxHashMap<Box<str>, Vec<Phrase>>,
    /// Bit set over the hashed first bytes of those words, in each usual case; most words of a text end here.
    openings: Vec<u64>,
    /// Phrases that do not begin with a word.
    signs: Option<AhoCorasick>,
    sign_rules: Vec<Vec<usize>>,
}

/// What follows a first word.
struct Phrase {
    /// In lower case.
    rest: Box<str>,
    rules: Vec<usize>,
}

/// Bits of the set of openings.
const OPENING_BITS: u32 = 15;

impl CueIndex {
    /// Takes phrases, each with the rules that it wakes.
    pub fn new(cues: &[(&str, Vec<usize>)]) -> Result<Self, String> {
        let mut index = Self { openings: vec![0; 1 << (OPENING_BITS - 6)], ..Self::default() };
        let mut signs = Vec::new();
        for (cue, rules) in cues {
            match first_word(cue, 0) {
                Some(word) if word.start == 0 => index.add(cue, word.end, rules),
                _ => {
                    signs.push(*cue);
                    index.sign_rules.push(rules.clone());
                }
            }
        }
        if !signs.is_empty() {
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::DFA))
                .build(&signs)
                .map_err(|e| format!("the cue phrases cannot be compiled: {e}"))?;
            index.signs = Some(automaton);
        }
        Ok(index)
    }

    fn add(&mut self, cue: &str, end: usize, rules: &[usize]) {
        let (word, rest) = cue.split_at(end);
        for form in [word.to_owned(), word.to_lowercase(), word.to_uppercase(), capitalized(word)] {
            let at = opening(form.as_bytes());
            self.openings[at / 64] |= 1 << (at % 64);
        }
        let rest = fold(rest);
        let phrases = self.words.entry(word.to_lowercase().into()).or_default();
        match phrases.iter_mut().find(|p| p.rest == rest) {
            Some(known) => {
                known.rules.extend(rules);
                known.rules.sort_unstable();
                known.rules.dedup();
            }
            None => phrases.push(Phrase { rest, rules: rules.to_vec() }),
        }
    }

    /// Visits every cue of a line.
    pub fn visit<'a>(&'a self, line: &str, mut found: impl FnMut(Hit<'a>)) {
        let mut opens = true;
        let mut at = 0;
        while let Some(word) = first_word(line, at) {
            at = word.end;
            let bit = opening(&line.as_bytes()[word.clone()]);
            if self.openings[bit / 64] >> (bit % 64) & 1 == 1 {
                self.look_up(line, word, opens, &mut found);
            }
            opens = false;
        }
        if let Some(signs) = &self.signs {
            for hit in signs.find_overlapping_iter(line) {
                if !joins(line[hit.end()..].chars().next(), line[..hit.end()].chars().next_back()) {
                    let rules = &self.sign_rules[hit.pattern().as_usize()];
                    found(Hit { range: hit.range(), opens: false, rules });
                }
            }
        }
    }

    fn look_up<'a>(&'a self, line: &str, word: Range<usize>, opens: bool, found: &mut impl FnMut(Hit<'a>)) {
        let mut buffer = [0_u8; 32];
        let slice = &line[word.clone()];
        let phrases = match buffer.get_mut(..slice.len()) {
            Some(lower) if slice.is_ascii() => {
                lower.copy_from_slice(slice.as_bytes());
                lower.make_ascii_lowercase();
                std::str::from_utf8(lower).ok().and_then(|lower| self.words.get(lower))
            }
            _ => self.words.get(slice.to_lowercase().as_str()),
        };
        for phrase in phrases.into_iter().flatten() {
            if let Some(len) = continues(&line[word.end..], &phrase.rest) {
                let range = word.start..word.end + len;
                if !joins(line[range.end..].chars().next(), line[..range.end].chars().next_back()) {
                    found(Hit { range, opens, rules: &phrase.rules });
                }
            }
        }
    }
}

/// A character of a word in a script with spaces. The ranges spare the large tables for most text.
fn is_word(c: char) -> bool {
    match u32::from(c) {
        // Latin, then Greek to Hangul
        0x30..=0x39
        | 0x41..=0x5A
        | 0x61..=0x7A
        | 0xC0..=0xD6
        | 0xD8..=0xF6
        | 0xF8..=0x2C1
        | 0x388..=0x481
        | 0x48A..=0x52F
        | 0x620..=0x64A
        | 0x66E..=0x6D3
        | 0xAC00..=0xD7A3 => true,
        0..=0xA9 | 0x2000..=0x206F | 0x3000..=0x3004 | 0x3008..=0x3020 | 0x3040..=0x30FF | 0x4E00..=0x9FFF => false,
        _ => c.is_alphanumeric() && !is_unspaced(c),
    }
}

/// Would a phrase that ends with `last` be cut out of a longer word by ending before `next`?
fn joins(next: Option<char>, last: Option<char>) -> bool {
    next.is_some_and(is_word) && last.is_some_and(is_word)
}

/// The next word at or after a byte.
fn first_word(line: &str, from: usize) -> Option<Range<usize>> {
    let start = find(line, from, true)?;
    Some(start..find(line, start, false).unwrap_or(line.len()))
}

/// The first character at or after a byte that is (or is not) one of a word.
fn find(line: &str, from: usize, word: bool) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = from;
    loop {
        let byte = *bytes.get(at)?;
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() == word {
                return Some(at);
            }
            at += 1;
        } else {
            let c = line[at..].chars().next()?;
            if is_word(c) == word {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }
}

/// A place in the bit set for the first bytes of a word, blind to ASCII case.
fn opening(word: &[u8]) -> usize {
    let byte = |n: usize| u32::from(word.get(n).map_or(0, u8::to_ascii_lowercase));
    let key = byte(0) | byte(1) << 8 | byte(2) << 16;
    (key.wrapping_mul(0x9E37_79B1) >> (32 - OPENING_BITS)) as usize
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Lower case, one kind of apostrophe, one kind of space.
fn fold(text: &str) -> Box<str> {
    text.chars().flat_map(char::to_lowercase).map(plain).collect::<String>().into()
}

fn plain(c: char) -> char {
    match c {
        '’' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// How many bytes of `text` the rest of a phrase takes, if the text goes on with it.
fn continues(text: &str, rest: &str) -> Option<usize> {
    let (bytes, wanted) = (text.as_bytes(), rest.as_bytes());
    let (mut at, mut done) = (0, 0);
    while done < wanted.len() {
        let (byte, want) = (*bytes.get(at)?, wanted[done]);
        if !byte.is_ascii() || !want.is_ascii() {
            return continues_slowly(&text[at..], &rest[done..]).map(|len| at + len);
        }
        if want == b' ' {
            if !byte.is_ascii_whitespace() {
                return None;
            }
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
        } else if byte.to_ascii_lowercase() == want {
            at += 1;
        } else {
            return None;
        }
        done += 1;
    }
    Some(at)
}

/// The same for letters of any script.
fn continues_slowly(text: &str, rest: &str) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    let mut wanted = rest.chars().peekable();
    while let Some(want) = wanted.peek() {
        let (_, c) = characters.next()?;
        if *want == ' ' {
            if !c.is_whitespace() {
                return None;
            }
            while characters.next_if(|(_, c)| c.is_whitespace()).is_some() {}
            wanted.next();
            continue;
        }
        for got in c.to_lowercase().map(plain) {
            wanted.next_if_eq(&got)?;
        }
    }
    Some(characters.peek().map_or(text.len(), |(at, _)| *at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cues: &[&str], line: &str) -> Vec<String> {
        let cues: Vec<(&str, Vec<usize>)> = cues.iter().map(|c| (*c, vec![0])).collect();
        let mut out = Vec::new();
        if let Ok(index) = CueIndex::new(&cues) {
            index.visit(line, |hit| out.push(line[hit.range].to_owned()));
        }
        out
    }

    #[test]
    fn phrases_are_found_in_any_case_and_spacing() {
        assert_eq!(found(&["Lire aussi"], "À LIRE\u{a0} AUSSI : x"), ["LIRE\u{a0} AUSSI"]);
        assert_eq!(found(&["Читайте также"], "ЧИТАЙТЕ ТАКЖЕ"), ["ЧИТАЙТЕ ТАКЖЕ"]);
        assert_eq!(found(&["don't miss"], "Don’t miss it"), ["Don’t miss"]);
        assert_eq!(found(&["延伸阅读", "./."], "见延伸阅读。./."), ["延伸阅读", "./."]);
    }

    #[test]
    fn parts_of_words_are_not() {
        assert!(found(&["art"], "start arts party").is_empty());
        assert_eq!(found(&["read", "read also"], "Read also"), ["Read", "Read also"]);
        assert!(found(&["read also"], "read alsoran").is_empty());
    }
}
