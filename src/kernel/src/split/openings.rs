//! Lines that go on with what was said before: a story hardly ever begins with one.

use crate::hashes::HashFilter;
use crate::tokens::{Token, of, pair_hash};
use rustc_hash::FxHashSet;
use serde::Deserialize;

/// What tells such lines, in all languages: words, and pairs of words with a space between, in lower case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningSpec {
    /// How lines begin that go on with what was said before.
    leaning: Vec<String>,
    /// How a speaker is named again.
    speaking: Vec<String>,
    /// What the notes below a story say.
    noting: Vec<String>,
}

/// The same by hash.
pub struct Openings {
    leaning: FxHashSet<u32>,
    speaking: FxHashSet<u32>,
    noting: FxHashSet<u32>,
    /// Most words of a text, and most pairs of them, are in none of the two above, and end here.
    anywhere: HashFilter,
}

/// What a line's words tell of whether it goes on with what was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Opening {
    pub leans: bool,
    pub speaks: bool,
    pub notes: bool,
}

impl Openings {
    /// Takes the lists.
    pub fn new(spec: &OpeningSpec) -> Self {
        let set =
            |phrases: &[String]| -> FxHashSet<u32> { phrases.iter().filter_map(|phrase| hash(&of(phrase))).collect() };
        let (speaking, noting) = (set(&spec.speaking), set(&spec.noting));
        let anywhere = HashFilter::new(speaking.iter().chain(&noting).copied());
        Self { leaning: set(&spec.leaning), speaking, noting, anywhere }
    }

    /// Looks at a line's words.
    pub fn of(&self, words: &[Token]) -> Opening {
        let begins = |set: &FxHashSet<u32>| {
            (1..=2).filter_map(|count| hash(words.get(..count)?)).any(|hash| set.contains(&hash))
        };
        let mut out = Opening { leans: begins(&self.leaning), ..Opening::default() };
        let hashes = words.windows(1).chain(words.windows(2)).filter_map(hash);
        for hash in hashes.filter(|&hash| self.anywhere.may_have(hash)) {
            out.speaks |= self.speaking.contains(&hash);
            out.notes |= self.noting.contains(&hash);
        }
        out
    }
}

/// The hash of one word or two.
fn hash(words: &[Token]) -> Option<u32> {
    match words {
        [one] => Some(one.hash),
        [first, second] => Some(pair_hash(first.hash, second.hash)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_pairs_are_found_at_the_start_or_anywhere() {
        let list = |phrases: &[&str]| phrases.iter().map(|&phrase| phrase.to_owned()).collect::<Vec<_>>();
        let openings = Openings::new(&OpeningSpec {
            leaning: list(&["she", "for example", "因此"]),
            speaking: list(&["he said", "katanya"]),
            noting: list(&["was updated"]),
        });
        let of = |line: &str| openings.of(&of(line));
        let leans = |line| of(line).leans;
        assert!(leans("She's gone.") && leans("For example, a boat.") && leans("因此，他们走了。"));
        assert!(!leans("Shetland is far.") && !leans("For a boat, see below.") && !leans(""));
        let speaks = |line| of(line).speaks;
        assert!(speaks("“A bridge,” he said, “is a road.”") && speaks("Begitu katanya."));
        assert!(!speaks("He never said it."));
        assert!(of("This page was updated on Monday.").notes);
    }
}
