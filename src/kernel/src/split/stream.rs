//! The words of a document in a row, and how the stretches on both sides of a place hang together by the words they
//! share.

use crate::cohesion::Numbers;
use crate::tokens::Token;

/// No such place.
const NOWHERE: u32 = u32::MAX;

/// The chosen words of a document in order, each tied to the word before and behind it that is the same.
pub struct Stream {
    /// Number of each word; the same words have the same number.
    words: Vec<u32>,
    /// Place of the same word before, and behind.
    before: Vec<u32>,
    behind: Vec<u32>,
    /// By number.
    known: Vec<Word>,
}

/// What one side of a place shares with the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shared {
    /// Weight of its different words.
    pub weight: f32,
    /// Weight of those that the other side has.
    pub shared: f32,
    /// How many of its words are rare.
    pub rare: u32,
    /// How many of these the other side has.
    pub rare_shared: u32,
    /// How many of its rare words are names.
    pub names: u32,
    /// How many of these the other side has.
    pub names_shared: u32,
}

impl Shared {
    fn add(&mut self, shared: bool, word: &Word) {
        self.weight += word.weight;
        let rare = word.weight >= RARE;
        let name = rare && word.name;
        self.rare += u32::from(rare);
        self.names += u32::from(name);
        if shared {
            self.shared += word.weight;
            self.rare_shared += u32::from(rare);
            self.names_shared += u32::from(name);
        }
    }

    /// Share of the words, by weight, that the other side has; -1 of none.
    pub fn share(&self) -> f32 {
        if self.weight > 0.0 { self.shared / self.weight } else { -1.0 }
    }

    /// Share of the rare names.
    pub fn name_share(&self) -> f32 {
        share(self.names_shared, self.names)
    }
}

/// From this weight on a word is rare.
const RARE: f32 = 0.75;

/// One of the different words.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Its first and last place.
    first: u32,
    last: u32,
    /// A name somewhere.
    name: bool,
    /// How much it tells of a topic, 0 to 1.
    weight: f32,
}

/// A share; -1 of nothing.
pub fn share(part: u32, all: u32) -> f32 {
    if all == 0 { -1.0 } else { part as f32 / all as f32 }
}

impl Stream {
    /// Takes the words that `chosen` picks, with the weight that it gives; gives the stream and, for each range of `lines`, where it begins in it.
    pub fn new(tokens: &[Token], lines: &[std::ops::Range<usize>], chosen: impl Fn(&Token) -> Option<u32>, weight: impl Fn(u32) -> f32) -> (Self, Vec<usize>) {
        let mut numbers = Numbers::new(tokens.len());
        let mut out = Self {
            words: Vec::with_capacity(tokens.len()),
            before: Vec::with_capacity(tokens.len()),
            behind: Vec::with_capacity(tokens.len()),
            known: Vec::new(),
        };
        let mut starts = Vec::with_capacity(lines.len() + 1);
        for line in lines {
            starts.push(out.words.len());
            for token in &tokens[line.clone()] {
                if let Some(hash) = chosen(token) {
                    out.push(numbers.of(hash), token.name, || weight(hash));
                }
            }
        }
        starts.push(out.words.len());
        (out, starts)
    }

    fn push(&mut self, number: u32, name: bool, weight: impl Fn() -> f32) {
        let at = self.words.len() as u32;
        if let Some(word) = self.known.get_mut(number as usize) {
            let seen = std::mem::replace(&mut word.last, at);
            word.name |= name;
            self.behind[seen as usize] = at;
            self.before.push(seen);
        } else {
            self.known.push(Word { first: at, last: at, name, weight: weight() });
            self.before.push(NOWHERE);
        }
        self.behind.push(NOWHERE);
        self.words.push(number);
    }

    fn word(&self, at: usize) -> &Word {
        &self.known[self.words[at] as usize]
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// What the `right` words from `at` on share with the `left` words before it.
    pub fn back(&self, at: usize, left: usize, right: usize) -> Shared {
        let mut out = Shared::default();
        let (at, reach) = (at as u32, at.saturating_sub(left) as u32);
        for k in at as usize..(at as usize + right).min(self.len()) {
            let before = self.before[k];
            if before == NOWHERE || before < at {
                out.add(before != NOWHERE && before >= reach, self.word(k));
            }
        }
        out
    }

    /// What the `left` words before `at` share with the `right` words from it on.
    pub fn ahead(&self, at: usize, left: usize, right: usize) -> Shared {
        let mut out = Shared::default();
        let (from, reach, at) = (at.saturating_sub(left), (at + right) as u32, at as u32);
        for k in from..at as usize {
            let behind = self.behind[k];
            if behind == NOWHERE || behind >= at {
                out.add(behind < reach, self.word(k));
            }
        }
        out
    }

    /// What a stretch behind `at` shares with all that stands before `at`.
    pub fn seen(&self, stretch: std::ops::Range<usize>, at: usize) -> Shared {
        let mut out = Shared::default();
        for k in stretch.clone() {
            let word = self.word(k);
            if self.before[k] == NOWHERE || (self.before[k] as usize) < stretch.start {
                out.add((word.first as usize) < at, word);
            }
        }
        out
    }

    /// What a stretch before `at` shares with all that stands from `at` on.
    pub fn kept_up(&self, stretch: std::ops::Range<usize>, at: usize) -> Shared {
        let mut out = Shared::default();
        for k in stretch.clone() {
            let word = self.word(k);
            if self.behind[k] == NOWHERE || self.behind[k] as usize >= stretch.end {
                out.add(word.last as usize >= at, word);
            }
        }
        out
    }

    /// For each of the places (rising) what stands before it that comes again behind it, and the reverse.
    pub fn crossings(&self, places: &[usize]) -> Vec<(Shared, Shared)> {
        let mut begins: Vec<&Word> = self.known.iter().collect(); // in the order of their first places
        let mut ends = begins.clone();
        ends.sort_unstable_by_key(|word| word.last);
        begins.reverse();
        ends.reverse();
        let (mut before, mut gone, mut all) = (Shared::default(), Shared::default(), Shared::default());
        for word in &begins {
            all.add(false, word);
        }
        places
            .iter()
            .map(|&place| {
                while begins.last().is_some_and(|word| (word.first as usize) < place) {
                    begins.pop().inspect(|word| before.add(false, word));
                }
                while ends.last().is_some_and(|word| (word.last as usize) < place) {
                    ends.pop().inspect(|word| gone.add(false, word));
                }
                let both = Shared {
                    weight: 0.0,
                    shared: (before.weight - gone.weight).max(0.0),
                    rare: 0,
                    rare_shared: before.rare - gone.rare,
                    names: 0,
                    names_shared: before.names - gone.names,
                };
                (
                    Shared { weight: before.weight, rare: before.rare, names: before.names, ..both },
                    Shared {
                        weight: (all.weight - gone.weight).max(0.0),
                        rare: all.rare - gone.rare,
                        names: all.names - gone.names,
                        ..both
                    },
                )
            })
            .collect()
    }
}
