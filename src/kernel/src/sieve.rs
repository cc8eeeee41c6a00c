//! Asking of a line whether some expressions could match in it: one lazily built automaton and nothing else. A complete
//! engine for the same expressions takes several times the memory, and the time to build it.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Hir, HirKind, Repetition};
use std::panic::{RefUnwindSafe, UnwindSafe};

/// How much memory the states may take that are built. The library's default is too small for long alternations of
/// phrases beside classes of letters: it would build them over and over.
const STATES_LIMIT: usize = 16 << 20;

/// How much memory an automaton may take before any state is built.
const AUTOMATON_LIMIT: usize = 64 << 20;

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// The automaton. It knows no word boundaries and counts no further than `COPIES`, so that it passes more than the
/// expressions match.
pub struct Sieve {
    automaton: DFA,
    /// The states that were built, a set for each thread.
    states: Pool<Cache, NewCache>,
    backwards: bool,
}

impl Sieve {
    /// Compiles parsed expressions. Those that only match at the end of a line are best read `backwards`: most lines are
    /// ruled out by a few characters then.
    pub fn new(expressions: Vec<Hir>, backwards: bool) -> Result<Self, String> {
        let hirs: Vec<Hir> = expressions.into_iter().map(loosened).collect();
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .nfa_size_limit(Some(AUTOMATON_LIMIT))
                    .which_captures(WhichCaptures::None)
                    .reverse(backwards),
            )
            .build_many_from_hir(&hirs)
            .map_err(|e| e.to_string())?;
        let kind = if backwards { MatchKind::All } else { MatchKind::LeftmostFirst };
        let automaton = DFA::builder()
            .configure(DFA::config().cache_capacity(STATES_LIMIT).skip_cache_capacity_check(true).match_kind(kind))
            .build_from_nfa(nfa)
            .map_err(|e| e.to_string())?;
        let known = automaton.clone();
        let states: NewCache = Box::new(move || Cache::new(&known));
        Ok(Self { automaton, states: Pool::new(states), backwards })
    }

    /// Could one of them match in this line?
    pub fn passes(&self, line: &str) -> bool {
        let mut states = self.states.get();
        let input = Input::new(line).earliest(true);
        let found = if self.backwards {
            self.automaton.try_search_rev(&mut states, &input.anchored(Anchored::Yes))
        } else {
            self.automaton.try_search_fwd(&mut states, &input)
        };
        found.map_or(true, |found| found.is_some())
    }

    /// Where the first match begins that one of them could have in this line; the line's start, if that would take another
    /// look to find out. An engine that looks for groups from there on passes over what cannot be part of them.
    pub fn start(&self, line: &str) -> Option<usize> {
        if !self.backwards {
            return self.passes(line).then_some(0);
        }
        let mut states = self.states.get();
        let found = self.automaton.try_search_rev(&mut states, &Input::new(line).anchored(Anchored::Yes));
        found.map_or(Some(0), |found| found.map(|start| start.offset()))
    }
}

/// The same expression, but what it repeats a counted number of times may be repeated more often, and less often: counting
/// takes a copy of what is counted for each time. Of words spelled out there are some.
fn loosened(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Capture(capture) => loosened(*capture.sub),
        HirKind::Repetition(repetition) => {
            let counts = repetition.max.is_none_or(|most| most > 1) && (repetition.min > 1 || repetition.max.is_some());
            let most_copies = if is_spelled_out(&repetition.sub) { COPIES } else { 1 };
            let sub = Box::new(loosened(*repetition.sub));
            if counts {
                Hir::repetition(Repetition { min: repetition.min.min(most_copies), max: None, sub, ..repetition })
            } else {
                Hir::repetition(Repetition { sub, ..repetition })
            }
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(loosened).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(loosened).collect()),
    }
}

/// Words spelled out are copied so many times: a sieve for `(?:left|right){4,}` that passes each "left" would be none.
const COPIES: u32 = 4;

/// Is an expression made of just literals, without classes of characters? (Letters in any case are classes.)
fn is_spelled_out(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) => true,
        HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Capture(capture) => is_spelled_out(&capture.sub),
        HirKind::Repetition(repetition) => repetition.max == Some(1) && is_spelled_out(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_spelled_out),
    }
}

/// Parses an expression without its assertions about word boundaries; an error says what is wrong with it.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    regex_syntax::parse(&without_boundaries(pattern)).map_err(|e| e.to_string())
}

/// An expression without its assertions about word boundaries. Something must stand in their place: a repeat that
/// followed one would take hold of what stands before it.
fn without_boundaries(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        if let Some(boundary) = BOUNDARIES.iter().find(|boundary| escape.starts_with(**boundary)) {
            out.push_str("(?:)");
            rest = &escape[boundary.len()..];
        } else {
            let end = escape.char_indices().nth(2).map_or(escape.len(), |(end, _)| end);
            out.push_str(&escape[..end]);
            rest = &escape[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Every way to ask for a word's boundary, longer ones first.
const BOUNDARIES: [&str; 8] =
    [r"\b{start-half}", r"\b{end-half}", r"\b{start}", r"\b{end}", r"\b", r"\B", r"\<", r"\>"];

#[cfg(test)]
mod tests {
    use super::*;

    fn sieve(pattern: &str, backwards: bool) -> Result<Sieve, String> {
        Sieve::new(vec![parse(pattern)?], backwards)
    }

    #[test]
    fn what_matches_passes() {
        let passes =
            |pattern: &str, line: &str| sieve(pattern, pattern.ends_with(r"\z")).map(|sieve| sieve.passes(line));
        assert_eq!(passes(r"\A(?:\bnach oben\b)\z", "nach oben"), Ok(true));
        assert_eq!(passes(r"\A(?:\bnach oben\b)\z", "nach oben!"), Ok(false));
        assert_eq!(passes(r"(?:[.!?]| nach) oben\z", "Es geht. nach oben"), Ok(true));
        assert_eq!(passes(r"(?:[.!?]| nach) oben\z", "nach oben hin"), Ok(false));
        assert_eq!(passes(r"\bart\b", "Start"), Ok(true), "a boundary is not asked for");
        assert!(passes("(", "").is_err());
    }

    #[test]
    fn no_boundary_is_left() {
        assert_eq!(without_boundaries(r"\ba\b{start}é\>\\b\\\B."), r"(?:)a(?:)é(?:)\\b\\(?:).");
        assert_eq!(without_boundaries(r"\d{2}\"), r"\d{2}\");
    }

    #[test]
    fn the_first_match_begins_where_the_longest_does() {
        let start = |pattern: &str, line: &str| sieve(pattern, true).map(|sieve| sieve.start(line));
        assert_eq!(start(r"[.!]\s*(?:more|read more)\z", "One. Two! ... read more"), Ok(Some(12)));
        assert_eq!(start(r"(?:b|ab)\z", "aab"), Ok(Some(1)));
        assert_eq!(start(r"é\s*x?\z", "été é é "), Ok(Some(9)));
        assert_eq!(start(r"x\z", "xy"), Ok(None));
    }

    #[test]
    fn what_is_counted_may_come_more_often_but_not_be_missing() {
        let passes = |pattern: &str, line: &str| {
            let pattern = format!(r"\A(?:{pattern})\z");
            sieve(&pattern, false).map(|sieve| sieve.passes(line))
        };
        for (pattern, line) in
            [("a{2,3}b", "aaaab"), (r"\d{2,3}b", "1b"), ("(a{2}){3}", "aa"), ("xa{0,2}b", "xaaaab"), ("xa?b", "xb")]
        {
            assert_eq!(passes(pattern, line), Ok(true), "{pattern}");
        }
        for (pattern, line) in [
            ("a{2,3}b", "ab"),
            ("a{2,3}b", "b"),
            ("(a{2}){3}", "a"),
            ("(?:left|right){4,}", "leftright"),
            ("xa?b", "xaab"),
            ("(?:ab){1,9}", "aba"),
        ] {
            assert_eq!(passes(pattern, line), Ok(false), "{pattern}");
        }
    }

    #[test]
    fn one_of_several_is_enough() {
        let both = ["a+b", r"\d\d\d"].map(parse).into_iter().collect::<Result<Vec<_>, _>>();
        let sieve = both.and_then(|both| Sieve::new(both, false));
        assert!(sieve.as_ref().is_ok_and(|sieve| sieve.passes("call 112") && !sieve.passes("call 11")));
    }
}
