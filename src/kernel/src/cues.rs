//! Finding cue phrases: most begin with a word, so a line's words are looked up by their hash; the rest (signs, and scripts that
//! write words without spaces) go through one automaton. Case is folded, white space is any white space.

use crate::chars::is_unspaced;
use crate::hashes::HashTable;
use crate::tokens::{self, Token, pair_hash};
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
    /// Phrases by the hash of their first two words, or of the only one.
    words: HashTable<Vec<Phrase>>,
    /// Phrases that do not begin with a word.
    signs: Option<AhoCorasick>,
    sign_rules: Vec<Vec<usize>>,
}

/// A phrase that begins with a word.
struct Phrase {
    /// In lower case.
    text: Box<str>,
    rules: Vec<usize>,
}

/// Bytes of phrases up to which their automaton is a table: the fastest form, which takes up to a kilobyte a byte.
const TABLE: usize = 1 << 16;

impl CueIndex {
    /// Takes phrases, each with the rules that it wakes.
    pub fn new(cues: &[(&str, Vec<usize>)]) -> Result<Self, String> {
        let mut index = Self::default();
        let mut words = FxHashMap::default();
        let mut signs = Vec::new();
        for (cue, rules) in cues {
            if opening(cue).is_some() {
                add(&mut words, cue, rules);
            } else {
                signs.push(*cue);
                index.sign_rules.push(rules.clone());
            }
        }
        if !signs.is_empty() {
            let bytes: usize = signs.iter().map(|cue| cue.len()).sum();
            let kind = if bytes <= TABLE { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .kind(Some(kind))
                .build(&signs)
                .map_err(|e| format!("the cue phrases cannot be compiled: {e}"))?;
            index.signs = Some(automaton);
        }
        index.words = HashTable::new(words.into_iter());
        Ok(index)
    }

    /// Visits every cue of a line; `words` are the line's, `base` is where the line begins in the text.
    pub fn visit<'a>(&'a self, line: &str, words: &[Token], base: usize, mut found: impl FnMut(Hit<'a>)) {
        let mut opens = true;
        let next = words.iter().skip(1).map(Some).chain([None]);
        for (word, next) in words.iter().zip(next).filter(|(word, _)| word.spaced) {
            let pair = next.map(|next| pair_hash(word.hash, next.hash));
            let known = [Some(word.hash), pair].into_iter().flatten().filter_map(|hash| self.words.get(hash));
            for phrase in known.flatten() {
                phrase.look_up(line, word.start as usize - base, opens, &mut found);
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
}

/// Adds a phrase that begins with a word.
fn add(words: &mut FxHashMap<u32, Vec<Phrase>>, cue: &str, rules: &[usize]) {
    let text = fold(cue);
    let medial = cue.replace('ς', "σ"); // as capitals have it
    let mut hashes: Vec<u32> = [cue, &medial].map(opening).iter().flatten().copied().collect();
    hashes.dedup();
    for hash in hashes {
        let phrases = words.entry(hash).or_default();
        match phrases.iter_mut().find(|p| p.text == text) {
            Some(known) => {
                known.rules.extend(rules);
                known.rules.sort_unstable();
                known.rules.dedup();
            }
            None => phrases.push(Phrase { text: text.clone(), rules: rules.to_vec() }),
        }
    }
}

impl Phrase {
    /// Gives the phrase, if the line goes on with it from a word's start on.
    fn look_up<'a>(&'a self, line: &str, start: usize, opens: bool, found: &mut impl FnMut(Hit<'a>)) {
        if let Some(len) = continues(&line[start..], &self.text) {
            let range = start..start + len;
            if !joins(line[range.end..].chars().next(), line[..range.end].chars().next_back()) {
                found(Hit { range, opens, rules: &self.rules });
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

/// The hash of a phrase's first two words, or of the only one, if it begins with a word of a script with spaces.
fn opening(phrase: &str) -> Option<u32> {
    let words = tokens::of(phrase);
    let first = words.first().filter(|word| word.spaced && word.start == 0)?;
    Some(words.get(1).map_or(first.hash, |second| pair_hash(first.hash, second.hash)))
}

/// Lower case, one kind of apostrophe, one kind of space, one kind of sigma.
fn fold(text: &str) -> Box<str> {
    text.chars().flat_map(char::to_lowercase).map(plain).collect::<String>().into()
}

fn plain(c: char) -> char {
    match c {
        '’' => '\'',
        'ς' => 'σ',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// How many bytes of `text` a phrase takes, if the text goes on with it.
fn continues(text: &str, phrase: &str) -> Option<usize> {
    let (bytes, wanted) = (text.as_bytes(), phrase.as_bytes());
    let (mut at, mut done) = (0, 0);
    while done < wanted.len() {
        let (byte, want) = (*bytes.get(at)?, wanted[done]);
        if !byte.is_ascii() || !want.is_ascii() {
            return continues_slowly(&text[at..], &phrase[done..]).map(|len| at + len);
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
fn continues_slowly(text: &str, phrase: &str) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    let mut wanted = phrase.chars().peekable();
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
    use crate::lines;
    use crate::tokens::Words;

    fn found(cues: &[&str], line: &str) -> Vec<String> {
        let cues: Vec<(&str, Vec<usize>)> = cues.iter().map(|c| (*c, vec![0])).collect();
        let mut out = Vec::new();
        if let Ok(index) = CueIndex::new(&cues) {
            let words = Words::read(line, &lines::split(line));
            index.visit(line, &words.tokens, 0, |hit| out.push(line[hit.range].to_owned()));
        }
        out
    }

    #[test]
    fn phrases_are_found_in_any_case_and_spacing() {
        assert_eq!(found(&["Lire aussi"], "À LIRE\u{a0} AUSSI : x"), ["LIRE\u{a0} AUSSI"]);
        assert_eq!(found(&["Читайте также"], "ЧИТАЙТЕ ТАКЖЕ"), ["ЧИТАЙТЕ ТАКЖЕ"]);
        assert_eq!(found(&["Οδηγός"], "ΟΔΗΓΌΣ: x"), ["ΟΔΗΓΌΣ"]);
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
