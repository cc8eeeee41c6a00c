//! The words of a document in a row, and how the stretches on both sides of a place hang together by the words they
//! share.

use crate::cohesion::Numbers;
use crate::tokens::Token;
use std::ops::Range;

/// No such place.
const NOWHERE: u32 = u32::MAX;
/// Weights are whole numbers of this part of the heaviest: whole numbers can be added in any order, several at a time.
const UNIT: f32 = (1 << 16) as f32;
/// From this weight on a word is rare.
const RARE: f32 = 0.75;

/// The chosen words of a document in order, each tied to the word before and behind it that is the same. Each list has
/// an entry for each word.
pub struct Stream {
    /// One more than the place of the same word before; 0 if there is none.
    before: Vec<u32>,
    /// Place of the same word behind, or `NOWHERE`.
    behind: Vec<u32>,
    /// First and last place of the same word.
    first: Vec<u32>,
    last: Vec<u32>,
    facts: Vec<Facts>,
    /// The different words, all in all.
    all: Sum,
}

/// What one side of a place shares with the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overlap {
    all: Sum,
    shared: Sum,
}

/// Different words, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    /// In `UNIT`s.
    weight: u64,
    rare: u32,
    /// How many of the rare ones are names.
    names: u32,
}

/// What is added up of a word, side by side in one number, so that one addition does it: its weight, whether it is
/// rare, and whether it is a rare name.
type Facts = u64;

const RARE_AT: u32 = 32;
const NAME_AT: u32 = 48;
/// So many words can be added before one part of `Facts` runs into the next.
const BLOCK: usize = 1 << 15;

fn facts(weight: f32, name: bool) -> Facts {
    let rare = weight >= RARE;
    let weight = ((weight.clamp(0.0, 1.0) * UNIT) as i32).cast_unsigned();
    u64::from(weight) | u64::from(rare) << RARE_AT | u64::from(rare && name) << NAME_AT
}

impl Sum {
    fn add(&mut self, facts: Facts) {
        let part = |at: u32| (facts >> at) as u16;
        self.weight += u64::from(facts as u32);
        self.rare += u32::from(part(RARE_AT));
        self.names += u32::from(part(NAME_AT));
    }

    fn without(self, other: Self) -> Self {
        Self { weight: self.weight - other.weight, rare: self.rare - other.rare, names: self.names - other.names }
    }
}

impl Overlap {
    /// Of the words that count by their tie, those that are shared by their place.
    fn of(
        words: &[Facts],
        (ties, counts): (&[u32], impl Fn(u32) -> bool),
        (places, shared): (&[u32], impl Fn(u32) -> bool),
    ) -> Self {
        let mut out = Self::default();
        for ((words, ties), places) in words.chunks(BLOCK).zip(ties.chunks(BLOCK)).zip(places.chunks(BLOCK)) {
            let (mut all, mut both) = (0, 0);
            // without a branch: whether a word counts is as good as chance
            for ((&word, &tie), &place) in words.iter().zip(ties).zip(places) {
                let word = if counts(tie) { word } else { 0 };
                all += word;
                both += if shared(place) { word } else { 0 };
            }
            out.all.add(all);
            out.shared.add(both);
        }
        out
    }

    /// Share of the words, by weight, that the other side has; -1 of none.
    pub fn share(&self) -> f32 {
        if self.all.weight > 0 { self.shared.weight as f32 / self.all.weight as f32 } else { -1.0 }
    }

    /// Share of the rare words.
    pub fn rare_share(&self) -> f32 {
        share(self.shared.rare, self.all.rare)
    }

    /// Share of the rare names.
    pub fn name_share(&self) -> f32 {
        share(self.shared.names, self.all.names)
    }

    /// How many rare words there are ...
    pub fn rare(&self) -> u32 {
        self.all.rare
    }

    /// ... and how many of them the other side has.
    pub fn rare_shared(&self) -> u32 {
        self.shared.rare
    }

    /// How many rare names there are ...
    pub fn names(&self) -> u32 {
        self.all.names
    }

    /// ... and how many of them the other side has.
    pub fn names_shared(&self) -> u32 {
        self.shared.names
    }

    /// What this side shares with the other, as a share of the lighter of the two: of all words, of the rare ones, of the
    /// rare names.
    pub fn of_the_lighter(&self, other: &Self) -> [f32; 3] {
        let least = self.all.weight.min(other.all.weight) as f32;
        [
            self.shared.weight as f32 / least.max(UNIT),
            self.rare_of_the_lighter(other),
            share(self.shared.names, self.all.names.min(other.all.names)),
        ]
    }

    /// The same of the rare words alone.
    pub fn rare_of_the_lighter(&self, other: &Self) -> f32 {
        share(self.shared.rare, self.all.rare.min(other.all.rare))
    }
}

/// A share; -1 of nothing.
pub fn share(part: u32, all: u32) -> f32 {
    if all == 0 { -1.0 } else { part as f32 / all as f32 }
}

impl Stream {
    /// Takes the words that `chosen` picks, with the weight (0 to 1) that it gives; gives the stream and, for each range of
    /// `lines`, where it begins in it.
    pub fn new(
        tokens: &[Token],
        lines: &[Range<usize>],
        chosen: impl Fn(&Token) -> Option<u32>,
        weight: impl Fn(u32) -> f32,
    ) -> (Self, Vec<usize>) {
        let mut numbers = Numbers::new(tokens.len());
        let (mut words, mut starts) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(lines.len() + 1));
        let (mut before, mut behind) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
        let mut known: Vec<Word> = Vec::new();
        for line in lines {
            starts.push(words.len());
            for token in &tokens[line.clone()] {
                let Some(hash) = chosen(token) else { continue };
                let (number, at) = (numbers.of(hash), words.len() as u32);
                if let Some(word) = known.get_mut(number as usize) {
                    let seen = std::mem::replace(&mut word.last, at);
                    word.name |= token.name;
                    behind[seen as usize] = at;
                    before.push(seen + 1);
                } else {
                    known.push(Word { first: at, last: at, name: token.name, weight: weight(hash) });
                    before.push(0);
                }
                behind.push(NOWHERE);
                words.push(number);
            }
        }
        starts.push(words.len());
        let told: Vec<Facts> = known.iter().map(|word| facts(word.weight, word.name)).collect();
        let mut all = Sum::default();
        for &facts in &told {
            all.add(facts);
        }
        let out = Self {
            first: words.iter().map(|&word| known[word as usize].first).collect(),
            last: words.iter().map(|&word| known[word as usize].last).collect(),
            facts: words.iter().map(|&word| told[word as usize]).collect(),
            before,
            behind,
            all,
        };
        (out, starts)
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// What the `right` words from `at` on share with the `left` words before it.
    pub fn back(&self, at: usize, left: usize, right: usize) -> Overlap {
        let words = at..(at + right).min(self.len());
        let (ties, reach, at) = (&self.before[words.clone()], at.saturating_sub(left) as u32, at as u32);
        Overlap::of(&self.facts[words], (ties, |before| before <= at), (ties, |before| before > reach))
    }

    /// What the `left` words before `at` share with the `right` words from it on.
    pub fn ahead(&self, at: usize, left: usize, right: usize) -> Overlap {
        let words = at.saturating_sub(left)..at;
        let (ties, reach, at) = (&self.behind[words.clone()], (at + right) as u32, at as u32);
        Overlap::of(&self.facts[words], (ties, |behind| behind >= at), (ties, |behind| behind < reach))
    }

    /// What a stretch behind `at` shares with all that stands before `at`.
    pub fn seen(&self, stretch: Range<usize>, at: usize) -> Overlap {
        let (ties, firsts) = (&self.before[stretch.clone()], &self.first[stretch.clone()]);
        let (start, at) = (stretch.start as u32, at as u32);
        Overlap::of(&self.facts[stretch], (ties, |before| before <= start), (firsts, |first| first < at))
    }

    /// What a stretch before `at` shares with all that stands from `at` on.
    pub fn kept_up(&self, stretch: Range<usize>, at: usize) -> Overlap {
        let (ties, lasts) = (&self.behind[stretch.clone()], &self.last[stretch.clone()]);
        let (end, at) = (stretch.end as u32, at as u32);
        Overlap::of(&self.facts[stretch], (ties, |behind| behind >= end), (lasts, |last| last >= at))
    }

    /// What of a stretch was not there before and comes again behind it.
    pub fn introduced(&self, stretch: Range<usize>) -> Overlap {
        let (ties, lasts) = (&self.before[stretch.clone()], &self.last[stretch.clone()]);
        let end = stretch.end as u32;
        Overlap::of(&self.facts[stretch], (ties, |before| before == 0), (lasts, |last| last >= end))
    }

    /// For each of the places (rising) what stands before it that comes again behind it, and the reverse.
    pub fn crossings(&self, places: &[usize]) -> Vec<(Overlap, Overlap)> {
        let (mut before, mut gone) = (Sum::default(), Sum::default());
        let mut done = 0;
        places
            .iter()
            .map(|&place| {
                for at in done..place {
                    if self.first[at] as usize == at {
                        before.add(self.facts[at]);
                    }
                    if self.last[at] as usize == at {
                        gone.add(self.facts[at]);
                    }
                }
                done = place;
                let shared = before.without(gone);
                (Overlap { all: before, shared }, Overlap { all: self.all.without(gone), shared })
            })
            .collect()
    }
}

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

    /// The weight of all, and of what is shared.
    fn weights(overlap: &Overlap) -> (f32, f32) {
        (overlap.all.weight as f32 / UNIT, overlap.shared.weight as f32 / UNIT)
    }

    #[test]
    fn two_sides_share_the_words_that_both_have() {
        let words = stream(&[1, 2, 7, 100, 7, 3, 100, 100]);
        let back = words.back(4, 4, 4);
        assert_eq!(weights(&back), (2.25, 1.25), "7 and the name come again, 3 is new");
        assert_eq!((back.rare(), back.rare_shared(), back.names(), back.names_shared()), (2, 1, 1, 1));
        let ahead = words.ahead(4, 4, 4);
        assert_eq!(weights(&ahead), (3.25, 1.25));
        assert_eq!(back.of_the_lighter(&ahead), [1.25 / 2.25, 0.5, 1.0]);
        assert_eq!(words.back(4, 1, 1).share(), 0.0, "only the name stands right before, only 7 right behind");
        assert_eq!(words.back(0, 4, 4).share(), 0.0);
        assert_eq!(words.back(8, 4, 4).share(), -1.0, "nothing stands behind the end");
    }

    #[test]
    fn more_words_than_fit_into_one_number_are_counted() {
        let words = stream(&(100..100 + 3 * BLOCK as u32).collect::<Vec<_>>());
        let seen = words.seen(0..words.len(), 0);
        assert_eq!((weights(&seen).0, seen.rare(), seen.names()), (3.0 * BLOCK as f32, 3 << 15, 3 << 15));
    }

    #[test]
    fn a_stretch_knows_what_was_seen_before_it_and_is_kept_up_behind() {
        let words = stream(&[1, 2, 1, 3, 2]);
        assert_eq!(weights(&words.seen(2..5, 2)).1, 2.0);
        assert_eq!(weights(&words.kept_up(0..2, 2)).1, 2.0);
        assert_eq!(weights(&words.kept_up(3..4, 4)).1, 0.0);
        assert_eq!(weights(&words.introduced(0..3)), (2.0, 1.0), "1 does not come again, 2 does");
        assert_eq!(weights(&words.introduced(2..5)), (1.0, 0.0), "3 is new, and the last word is not");
    }

    #[test]
    fn crossings_count_what_stands_on_both_sides() {
        let words = stream(&[1, 100, 2, 1, 100, 3]);
        let found = words.crossings(&[0, 2, 5]);
        let facts = |(before, behind): &(Overlap, Overlap)| {
            (weights(before).0, weights(behind).0, weights(before).1, before.names_shared())
        };
        assert_eq!(
            found.iter().map(facts).collect::<Vec<_>>(),
            [(0.0, 4.0, 0.0, 0), (2.0, 4.0, 2.0, 1), (3.0, 1.0, 0.0, 0)]
        );
    }
}
