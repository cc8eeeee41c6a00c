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
    /// One more than the place of the same word before; 0 if there is none.
    before: Vec<u32>,
    /// Place of the same word behind, or `NOWHERE`.
    behind: Vec<u32>,
    /// Weight of each word.
    weights: Vec<f32>,
    /// By number.
    known: Vec<Word>,
}

/// What one side of a place shares with the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overlap {
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

impl Overlap {
    fn add(&mut self, shared: bool, word: &Word) {
        self.add_if(true, shared, word);
    }

    /// Adds a word if it counts, without a branch: whether it does is as good as chance.
    fn add_if(&mut self, counts: bool, shared: bool, word: &Word) {
        let weight = if counts { word.weight } else { 0.0 };
        let rare = u32::from(weight >= RARE);
        let name = rare & u32::from(word.name);
        let shared = u32::from(shared);
        self.weight += weight;
        self.rare += rare;
        self.names += name;
        self.shared += if shared == 1 { weight } else { 0.0 };
        self.rare_shared += rare & shared;
        self.names_shared += name & shared;
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
    pub fn new(
        tokens: &[Token],
        lines: &[std::ops::Range<usize>],
        chosen: impl Fn(&Token) -> Option<u32>,
        weight: impl Fn(u32) -> f32,
    ) -> (Self, Vec<usize>) {
        let mut numbers = Numbers::new(tokens.len());
        let mut out = Self {
            words: Vec::with_capacity(tokens.len()),
            before: Vec::with_capacity(tokens.len()),
            behind: Vec::with_capacity(tokens.len()),
            weights: Vec::with_capacity(tokens.len()),
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
            self.before.push(seen + 1);
            self.weights.push(word.weight);
        } else {
            let weight = weight();
            self.known.push(Word { first: at, last: at, name, weight });
            self.before.push(0);
            self.weights.push(weight);
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

    /// The shares of `back` and of `ahead` with `width` words on both sides, and nothing else of them: this is asked for
    /// every line of every document.
    pub fn shares(&self, at: usize, width: usize) -> (f32, f32) {
        let (from, end) = (at.saturating_sub(width), (at + width).min(self.len()));
        let (mut weight, mut shared) = (0.0, 0.0);
        for k in at..end {
            let before = self.before[k] as usize;
            let new = if before <= at { self.weights[k] } else { 0.0 };
            weight += new;
            shared += if before > from { new } else { 0.0 };
        }
        let back = if weight > 0.0 { shared / weight } else { -1.0 };
        let (mut weight, mut shared) = (0.0, 0.0);
        for k in from..at {
            let behind = self.behind[k] as usize;
            let last = if behind >= at { self.weights[k] } else { 0.0 };
            weight += last;
            shared += if behind < at + width { last } else { 0.0 };
        }
        (back, if weight > 0.0 { shared / weight } else { -1.0 })
    }

    /// What the `right` words from `at` on share with the `left` words before it.
    pub fn back(&self, at: usize, left: usize, right: usize) -> Overlap {
        let mut out = Overlap::default();
        let (at, reach) = (at as u32, at.saturating_sub(left) as u32);
        for k in at as usize..(at as usize + right).min(self.len()) {
            let before = self.before[k];
            out.add_if(before <= at, before > reach, self.word(k));
        }
        out
    }

    /// What the `left` words before `at` share with the `right` words from it on.
    pub fn ahead(&self, at: usize, left: usize, right: usize) -> Overlap {
        let mut out = Overlap::default();
        let (from, reach, at) = (at.saturating_sub(left), (at + right) as u32, at as u32);
        for k in from..at as usize {
            let behind = self.behind[k];
            out.add_if(behind >= at, behind < reach, self.word(k));
        }
        out
    }

    /// What a stretch behind `at` shares with all that stands before `at`.
    pub fn seen(&self, stretch: std::ops::Range<usize>, at: usize) -> Overlap {
        let mut out = Overlap::default();
        for k in stretch.clone() {
            let word = self.word(k);
            out.add_if(self.before[k] as usize <= stretch.start, (word.first as usize) < at, word);
        }
        out
    }

    /// What a stretch before `at` shares with all that stands from `at` on.
    pub fn kept_up(&self, stretch: std::ops::Range<usize>, at: usize) -> Overlap {
        let mut out = Overlap::default();
        for k in stretch.clone() {
            let word = self.word(k);
            out.add_if(self.behind[k] as usize >= stretch.end, word.last as usize >= at, word);
        }
        out
    }

    /// For each of the places (rising) what stands before it that comes again behind it, and the reverse.
    pub fn crossings(&self, places: &[usize]) -> Vec<(Overlap, Overlap)> {
        let (mut before, mut gone, mut all) = (Overlap::default(), Overlap::default(), Overlap::default());
        for word in &self.known {
            all.add(false, word);
        }
        let mut done = 0;
        places
            .iter()
            .map(|&place| {
                for at in done..place {
                    let word = self.word(at);
                    if word.first as usize == at {
                        before.add(false, word);
                    }
                    if word.last as usize == at {
                        gone.add(false, word);
                    }
                }
                done = place;
                let both = Overlap {
                    weight: 0.0,
                    shared: (before.weight - gone.weight).max(0.0),
                    rare: 0,
                    rare_shared: before.rare - gone.rare,
                    names: 0,
                    names_shared: before.names - gone.names,
                };
                (
                    Overlap { weight: before.weight, rare: before.rare, names: before.names, ..both },
                    Overlap {
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

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    /// Words by their hash; those from 100 on are names.
    fn stream(words: &[u32]) -> Stream {
        let tokens: Vec<Token> = words
            .iter()
            .map(|&hash| Token {
                hash,
                stem: hash,
                topical: true,
                telling: true,
                name: hash >= 100,
                ..Token::default()
            })
            .collect();
        let lines: Vec<_> = std::iter::once(0..words.len()).collect();
        Stream::new(&tokens, &lines, |t| Some(t.stem), |stem| if stem == 7 { 0.25 } else { 1.0 }).0
    }

    #[test]
    fn two_sides_share_the_words_that_both_have() {
        let words = stream(&[1, 2, 7, 100, 7, 3, 100, 100]);
        let back = words.back(4, 4, 4);
        assert_eq!((back.weight, back.shared), (2.25, 1.25), "7 and the name come again, 3 is new");
        assert_eq!((back.rare, back.rare_shared, back.names, back.names_shared), (2, 1, 1, 1));
        let ahead = words.ahead(4, 4, 4);
        assert_eq!((ahead.weight, ahead.shared), (3.25, 1.25));
        assert_eq!(words.back(4, 1, 1).shared, 0.0, "only the name stands right before, only 7 right behind");
        assert_eq!(words.back(0, 4, 4).share(), 0.0);
        assert_eq!(words.back(8, 4, 4).share(), -1.0, "nothing stands behind the end");
    }

    #[test]
    fn shares_are_those_of_both_sides() {
        let words = stream(&[1, 2, 7, 100, 7, 3, 100, 100, 2, 9, 1]);
        for at in 0..=words.len() {
            for width in [1, 3, 20] {
                let both = (words.back(at, width, width).share(), words.ahead(at, width, width).share());
                assert_eq!(words.shares(at, width), both, "at {at}, {width} words wide");
            }
        }
    }

    #[test]
    fn a_stretch_knows_what_was_seen_before_it_and_is_kept_up_behind() {
        let words = stream(&[1, 2, 1, 3, 2]);
        assert_eq!(words.seen(2..5, 2).shared, 2.0);
        assert_eq!(words.kept_up(0..2, 2).shared, 2.0);
        assert_eq!(words.kept_up(3..4, 4).shared, 0.0);
    }

    #[test]
    fn crossings_count_what_stands_on_both_sides() {
        let words = stream(&[1, 100, 2, 1, 100, 3]);
        let found = words.crossings(&[0, 2, 5]);
        let facts =
            |(before, behind): &(Overlap, Overlap)| (before.weight, behind.weight, before.shared, before.names_shared);
        assert_eq!(
            found.iter().map(facts).collect::<Vec<_>>(),
            [(0.0, 4.0, 0.0, 0), (2.0, 4.0, 2.0, 1), (3.0, 1.0, 0.0, 0)]
        );
    }
}
