//! Asking of a line whether one of several expressions could match anywhere inside: hardly any line has such a place, and
//! all of them have to be read for it. Where matches lie within a word, just long words are.

use crate::expression::Expression;
use crate::lines::Line;
use crate::outline::{Outline, is_in_word};
use crate::sieve::Sieve;
use crate::tokens::Token;
use regex_syntax::hir::Hir;

/// The sieves of some expressions.
pub struct Inside {
    /// Of the expressions whose matches lie within a word, and the length in bytes of their shortest match.
    words: Option<Sieve>,
    least: usize,
    /// Of the others.
    lines: Option<Sieve>,
}

impl Inside {
    /// Takes expressions; without a sieve for them every line has to be tried.
    pub fn new(expressions: &[&Expression]) -> Result<Self, String> {
        let hirs = expressions.iter().map(|one| one.loose()).collect::<Result<Vec<Hir>, _>>()?;
        let (words, lines): (Vec<Hir>, Vec<Hir>) = hirs.into_iter().partition(is_in_word);
        let least = words.iter().map(|hir| Outline::of(hir).least).min().unwrap_or(0);
        let sieve = |hirs: Vec<Hir>| if hirs.is_empty() { Ok(None) } else { Sieve::new(hirs, false).map(Some) };
        Ok(Self { words: sieve(words)?, least, lines: sieve(lines)? })
    }

    /// Could one of them match in this line? `words` are the line's.
    pub fn passes(&self, text: &str, line: &Line, words: &[Token]) -> bool {
        self.lines.as_ref().is_some_and(|sieve| sieve.passes(line.text(text)))
            || self
                .words
                .as_ref()
                .is_some_and(|sieve| self.long_words(text, line, words).any(|word| sieve.passes(word)))
    }

    /// The words that are long enough, with the signs behind them.
    fn long_words<'t>(&self, text: &'t str, line: &Line, words: &[Token]) -> impl Iterator<Item = &'t str> {
        let ends = words.iter().skip(1).map(|next| next.start as usize).chain([line.inner.end]);
        let places = words.iter().map(|word| word.start as usize).zip(ends);
        places.filter(|(start, end)| start + self.least <= *end).map(|(start, end)| &text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;
    use crate::spec::Extent;
    use crate::tokens::Words;

    #[test]
    fn long_words_and_whole_lines_are_asked() -> Result<(), String> {
        let expression = |regex| Expression::new(regex, Extent::Inside, true);
        let (chain, phrase) = (expression("(?:left|right){3,}")?, expression("read +more")?);
        let passes = |expressions: &[&Expression], text: &str| {
            let lines = lines::split(text);
            let words = Words::read(text, &lines);
            Inside::new(expressions).map(|inside| inside.passes(text, &lines[0], &words.tokens))
        };
        for text in ["the armsleftrightleft, he said", "Außenleftleftleft", "leftrightrightétage"] {
            assert_eq!(passes(&[&chain], text), Ok(true), "{text}");
        }
        assert_eq!(passes(&[&chain], "left, right, left; and read more"), Ok(false));
        assert_eq!(passes(&[&chain, &phrase], "left, right, left; and read more"), Ok(true));
        assert_eq!(passes(&[], "anything"), Ok(false));
        Ok(())
    }
}
