//! The words a document is judged by: its own, and the common ones of the languages it is written in.

use super::signs::{is_apostrophe, is_hangul, is_pictograph, is_word_char};
use std::collections::{HashMap, HashSet};

/// A language counts as the document's own from this share (in percent) of the best language's hits on: close relatives
/// share most of their short words, and a short text cannot tell them apart.
const NEAR_BEST: u32 = 80;
/// Running text in a language with a list has this share (in percent) of its words on the list (measured: a third to two
/// thirds, one in five where words are inflected a lot); text in any other language less.
const AT_HOME: u32 = 15;
/// With fewer known words than this, that no known word begins or ends like a fragment says nothing.
const RICH: usize = 250;
/// A word after an elision ("l'homme") is a word of its own from this many letters on; "don't" has no word "t".
const ELIDED_WORD: usize = 3;

/// A set of words that answers how words begin, end and run on.
#[derive(Default)]
pub struct Lexicon {
    /// In order, for prefixes.
    forward: Vec<String>,
    /// Spelt backwards and in order, for suffixes.
    backward: Vec<String>,
    /// Any three letters in a row, in order.
    runs: Vec<[char; 3]>,
    /// Any two syllables of Hangul in a row, in order.
    syllables: Vec<[char; 2]>,
}

impl Lexicon {
    fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut lexicon = Self { forward: words.into_iter().collect(), ..Self::default() };
        let mut letters: Vec<char> = Vec::new();
        for word in &lexicon.forward {
            letters.clear();
            letters.extend(word.chars());
            lexicon.backward.push(letters.iter().rev().collect());
            lexicon.runs.extend(letters.windows(3).map(|w| [w[0], w[1], w[2]]));
            if letters.iter().copied().all(is_hangul) {
                lexicon.syllables.extend(letters.windows(2).map(|w| [w[0], w[1]]));
            }
        }
        put_in_order(&mut lexicon.forward);
        put_in_order(&mut lexicon.backward);
        put_in_order(&mut lexicon.runs);
        put_in_order(&mut lexicon.syllables);
        lexicon
    }

    fn has(&self, word: &str) -> bool {
        self.forward.binary_search_by(|w| w.as_str().cmp(word)).is_ok()
    }
}

fn put_in_order<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// Words in order that begin with `prefix`, itself included.
fn beginning<'a>(words: &'a [String], prefix: &str) -> &'a [String] {
    let rest = &words[words.partition_point(|w| w.as_str() < prefix)..];
    &rest[..rest.partition_point(|w| w.starts_with(prefix))]
}

fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}

/// The lists of common words, one a language.
pub struct CommonWords {
    lists: Vec<Lexicon>,
    /// Word -> bit set of the lists (at most 32) that hold it.
    languages: HashMap<String, u32>,
}

impl CommonWords {
    pub fn new(lists: &[Vec<String>]) -> Self {
        let mut languages: HashMap<String, u32> = HashMap::new();
        let mut lexicons = Vec::new();
        for (n, list) in lists.iter().enumerate() {
            let words: Vec<String> = list.iter().map(|word| lower(word)).collect();
            let words: Vec<String> = words.iter().flat_map(|word| with_parts(word)).map(str::to_owned).collect();
            for word in &words {
                *languages.entry(word.clone()).or_default() |= 1_u32.checked_shl(n as u32).unwrap_or(0);
            }
            lexicons.push(Lexicon::new(words));
        }
        Self { lists: lexicons, languages }
    }
}

/// Lower case, with one sort of apostrophe.
pub fn lower(word: &str) -> String {
    let lower = word.to_lowercase();
    if lower.contains(is_apostrophe) { lower.replace(is_apostrophe, "'") } else { lower }
}

/// A word, the word it is a genitive of ("river's"), and the word after an elision ("l'homme").
fn with_parts(word: &str) -> impl Iterator<Item = &str> {
    let part = word.split_once('\'').and_then(|(before, after)| match after {
        "s" => Some(before),
        _ => (after.chars().count() >= ELIDED_WORD).then_some(after),
    });
    [Some(word), part].into_iter().flatten()
}

/// The words of one document that stand by themselves, and the common words of its languages.
pub struct Words<'a> {
    common: &'a CommonWords,
    seen: HashSet<String>,
    own: Lexicon,
    active: Vec<&'a Lexicon>,
    votes: [u32; 32],
    tokens: u32,
}

impl<'a> Words<'a> {
    /// Reads the words of a text; what touches an emoji is no word yet.
    pub fn of(text: &str, common: &'a CommonWords) -> Self {
        let mut words = Self {
            common,
            seen: HashSet::new(),
            own: Lexicon::default(),
            active: Vec::new(),
            votes: [0; 32],
            tokens: 0,
        };
        for stretch in text.split(|c: char| !is_word_char(c) && !is_pictograph(c) && !is_apostrophe(c)) {
            if !stretch.contains(is_pictograph) {
                words.note(stretch);
            }
        }
        words.settle();
        words
    }

    /// Adds words that became whole.
    pub fn learn<'b>(&mut self, repaired: impl IntoIterator<Item = &'b str>) {
        for word in repaired {
            self.note(word);
        }
        self.settle();
    }

    fn note(&mut self, token: &str) {
        let word = lower(token.trim_matches(is_apostrophe));
        if word.is_empty() {
            return;
        }
        self.tokens += 1;
        if let Some(languages) = self.common.languages.get(&word) {
            for (n, vote) in self.votes.iter_mut().enumerate() {
                *vote += languages >> n & 1;
            }
        }
        for part in with_parts(&word) {
            if !self.seen.contains(part) {
                self.seen.insert(part.to_owned());
            }
        }
    }

    fn settle(&mut self) {
        let best = self.votes.iter().copied().max().unwrap_or(0);
        let near = |votes: u32| votes > 0 && votes * 100 >= best * NEAR_BEST;
        self.active = self.common.lists.iter().zip(self.votes).filter(|(_, v)| near(*v)).map(|(l, _)| l).collect();
        let active = &self.active;
        self.own = Lexicon::new(self.seen.iter().filter(|w| !active.iter().any(|l| l.has(w))).cloned());
    }

    fn lexicons(&self) -> impl Iterator<Item = &Lexicon> {
        self.active.iter().copied().chain([&self.own])
    }

    /// Is the text written in a language that has a list?
    pub fn at_home(&self) -> bool {
        let best = self.votes.iter().copied().max().unwrap_or(0);
        best * 100 >= self.tokens.max(1) * AT_HOME
    }

    /// Are there enough known words to say how a word cannot begin or end?
    pub fn is_rich(&self) -> bool {
        self.count() >= RICH
    }

    /// How many words are known.
    pub fn count(&self) -> usize {
        self.lexicons().map(|l| l.forward.len()).sum()
    }

    /// Does the word stand in the text itself?
    pub fn in_text(&self, word: &str) -> bool {
        self.seen.contains(word)
    }

    /// A word of the text or a common one; a genitive of one; or one after an elision.
    pub fn knows(&self, word: &str) -> bool {
        self.knows_as_written(word) || word.contains('\'') && with_parts(word).any(|part| self.knows_as_written(part))
    }

    /// A word of the text or a common one, just as it is. One letter is a word only where a list says so: in texts it is
    /// an initial or an item's mark. Where nothing tells the language, the words of any will do.
    pub fn knows_as_written(&self, word: &str) -> bool {
        let common = match self.active.as_slice() {
            [] => self.common.languages.contains_key(word),
            active => active.iter().any(|list| list.has(word)),
        };
        common || word.chars().nth(1).is_some() && self.seen.contains(word)
    }

    /// How many longer words begin like this.
    pub fn longer(&self, prefix: &str) -> usize {
        self.lexicons().map(|l| beginning(&l.forward, prefix).len() - usize::from(l.has(prefix))).sum()
    }

    /// How many longer words end like this.
    pub fn longer_before(&self, suffix: &str) -> usize {
        let backward = reversed(suffix);
        self.lexicons().map(|l| beginning(&l.backward, &backward).len() - usize::from(l.has(suffix))).sum()
    }

    /// Does any word begin like this?
    pub fn begins(&self, prefix: &str) -> bool {
        self.lexicons().any(|l| !beginning(&l.forward, prefix).is_empty())
    }

    /// Does any word end like this?
    pub fn ends(&self, suffix: &str) -> bool {
        let backward = reversed(suffix);
        self.lexicons().any(|l| !beginning(&l.backward, &backward).is_empty())
    }

    /// Do these three letters follow one another in any word?
    pub fn runs_on(&self, letters: [char; 3]) -> bool {
        self.lexicons().any(|l| l.runs.binary_search(&letters).is_ok())
    }

    /// Do these two syllables of Hangul follow one another in any word?
    pub fn joins(&self, syllables: [char; 2]) -> bool {
        self.lexicons().any(|l| l.syllables.binary_search(&syllables).is_ok())
    }
}
