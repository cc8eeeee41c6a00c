//! How the lines of a document hang together by the words they share: a foreign story's lines share few with the rest.

use crate::tokens::Token;
use std::ops::Range;

/// A word that does not occur.
const NOWHERE: u32 = u32::MAX;
/// Lines up to this distance are near.
const NEAR: u32 = 3;
/// More lines than this make no difference to the depth of a link.
const MANY: u32 = 9;
/// Marks the numbers of words that are names.
const NAME: u32 = 1 << 31;

/// The topical words of a document, by line.
pub struct Web {
    /// Dense numbers of the topical words, in order; `NAME` is set in those of names.
    words: Vec<u32>,
    /// For each line its range in `words`.
    lines: Vec<Range<usize>>,
    /// For each line how many of its words stand in a line shortly before, and shortly behind.
    near: Vec<(u32, u32)>,
    /// By word: the first line it stands in, and the number of lines.
    first: Vec<u32>,
    spread: Vec<u32>,
}

/// What a line shares with others; shares of its topical words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Links {
    /// How many topical words it has.
    pub words: u32,
    /// How many of them are names or numbers.
    pub names: u32,
    /// Share that stands in any other line.
    pub linked: f32,
    /// Share that stands in a line shortly before.
    pub before: f32,
    /// Share that stands in a line shortly behind.
    pub behind: f32,
    /// Share that the opening lines hold.
    pub opening: f32,
    /// Share of the names that stand in any other line.
    pub names_linked: f32,
}

/// What a line shares with a chosen part of the document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shared {
    /// Share of its topical words that stand in other chosen lines.
    pub words: f32,
    /// The same for names.
    pub names: f32,
    /// Mean square root of the number of those lines.
    pub depth: f32,
}

/// Numbers words in the order in which they first come: an open table over their hashes.
pub struct Numbers {
    slots: Vec<(u32, u32)>,
    mask: usize,
    count: u32,
}

impl Numbers {
    pub fn new(words: usize) -> Self {
        let size = (words * 2).next_power_of_two().max(16);
        Self { slots: vec![(0, NOWHERE); size], mask: size - 1, count: 0 }
    }

    pub fn of(&mut self, hash: u32) -> u32 {
        let mut at = hash.wrapping_mul(0x9E37_79B1).rotate_left(15) as usize & self.mask;
        loop {
            let (known, number) = self.slots[at];
            if number == NOWHERE {
                self.slots[at] = (hash, self.count);
                self.count += 1;
                return self.count - 1;
            }
            if known == hash {
                return number;
            }
            at = (at + 1) & self.mask;
        }
    }
}

impl Web {
    /// Takes the words of all lines; `lines` are ranges of `tokens`.
    pub fn new(tokens: &[Token], lines: &[Range<usize>]) -> Self {
        let mut numbers = Numbers::new(tokens.len());
        let mut web = Self {
            words: Vec::with_capacity(tokens.len()),
            lines: Vec::with_capacity(lines.len()),
            near: vec![(0, 0); lines.len()],
            first: Vec::new(),
            spread: Vec::new(),
        };
        let mut last: Vec<u32> = Vec::new();
        for (line, range) in lines.iter().enumerate() {
            let (start, n) = (web.words.len(), line as u32);
            for token in tokens[range.clone()].iter().filter(|t| t.topical) {
                let word = numbers.of(token.hash);
                web.words.push(word | if token.name { NAME } else { 0 });
                if word as usize == last.len() {
                    web.first.push(n);
                    web.spread.push(1);
                    last.push(n);
                    continue;
                }
                let seen = std::mem::replace(&mut last[word as usize], n);
                if seen != n {
                    web.spread[word as usize] += 1;
                    if n - seen <= NEAR {
                        web.near[line].0 += 1;
                        web.near[seen as usize].1 += 1;
                    }
                }
            }
            web.lines.push(start..web.words.len());
        }
        web
    }

    /// The words of a line: number, and whether it is a name.
    fn words(&self, n: usize) -> impl Iterator<Item = (usize, bool)> {
        self.words[self.lines[n].clone()].iter().map(|word| ((word & !NAME) as usize, word & NAME != 0))
    }

    /// The links of a line; `opening` is the number of the line behind the document's opening.
    pub fn links(&self, n: usize, opening: u32) -> Links {
        let (mut linked, mut head, mut names, mut names_linked) = (0, 0, 0, 0);
        for (word, name) in self.words(n) {
            let elsewhere = self.spread[word] > 1;
            linked += u32::from(elsewhere);
            head += u32::from(self.first[word] < opening && elsewhere);
            names += u32::from(name);
            names_linked += u32::from(name && elsewhere);
        }
        let words = self.lines[n].len() as u32;
        let (before, behind) = self.near[n];
        Links {
            words,
            names,
            linked: share(linked, words),
            before: share(before, words),
            behind: share(behind, words),
            opening: share(head, words),
            names_linked: share(names_linked, names),
        }
    }

    /// In how many of the chosen lines each word stands.
    pub fn count(&self, chosen: impl Iterator<Item = usize>) -> Counts {
        let mut counts = Counts { lines: vec![0; self.first.len()] };
        let mut last = vec![NOWHERE; self.first.len()];
        for n in chosen {
            for (word, _) in self.words(n) {
                if std::mem::replace(&mut last[word], n as u32) != n as u32 {
                    counts.lines[word] += 1;
                }
            }
        }
        counts
    }

    /// What a line shares with the counted lines; `counted` says whether it is one of them itself.
    pub fn shared(&self, n: usize, counts: &Counts, counted: bool) -> Shared {
        let (mut words, mut names, mut all_names, mut depth) = (0, 0, 0, 0.0);
        for (word, name) in self.words(n) {
            let others = counts.lines[word] - u32::from(counted);
            words += u32::from(others > 0);
            all_names += u32::from(name);
            names += u32::from(name && others > 0);
            depth += (others.min(MANY) as f32).sqrt();
        }
        let all = self.lines[n].len() as u32;
        Shared {
            words: share(words, all),
            names: share(names, all_names),
            depth: if all == 0 { 0.0 } else { depth / all as f32 },
        }
    }
}

/// See `Web::count`.
pub struct Counts {
    lines: Vec<u32>,
}

/// A share; -1 of nothing.
fn share(part: u32, all: u32) -> f32 {
    if all == 0 { -1.0 } else { part as f32 / all as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(lines: &[&[(u32, bool)]]) -> Web {
        let mut tokens = Vec::new();
        let mut ranges = Vec::new();
        for line in lines {
            let start = tokens.len();
            tokens.extend(line.iter().map(|&(hash, name)| Token {
                hash,
                stem: hash,
                topical: true,
                telling: true,
                name,
                ..Token::default()
            }));
            ranges.push(start..tokens.len());
        }
        Web::new(&tokens, &ranges)
    }

    #[test]
    fn links_count_other_lines_only() {
        let web = web(&[&[(7, true), (7, true), (8, false)], &[(7, true)], &[(9, false)], &[]]);
        let links = web.links(0, 1);
        assert_eq!((links.words, links.names), (3, 2));
        assert!((links.linked - 2.0 / 3.0).abs() < 1e-6 && (links.names_linked - 1.0).abs() < 1e-6);
        assert!((web.links(1, 1).before - 1.0).abs() < 1e-6 && web.links(2, 1).linked.abs() < 1e-6);
        assert!((web.links(3, 1).linked + 1.0).abs() < 1e-6, "a line without words shares nothing");
    }

    #[test]
    fn a_line_does_not_share_with_itself() {
        let web = web(&[&[(7, false)], &[(7, false), (8, true)]]);
        let counts = web.count([0].into_iter());
        assert!(web.shared(0, &counts, true).words.abs() < 1e-6);
        assert!((web.shared(1, &counts, false).words - 0.5).abs() < 1e-6);
    }
}
