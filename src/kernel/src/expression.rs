//! A rule's expression, in three engines: most lines are told apart from most rules by their ends and length, most of the
//! others by an automaton that knows no word boundaries; the full expression decides.

use crate::chars::boundary_before;
use crate::outline::Outline;
use crate::rules::Field;
use crate::sieve::{self, Sieve};
use crate::spec::Extent;
use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::{Hir, HirKind};
use std::sync::OnceLock;

/// How far a search within a line reads, in bytes, and how far the next one goes back: what it finds is a phrase.
const REACH: usize = 4096;
const OVERLAP: usize = 1024;

/// How much memory the compiled expression of a user's own rule may take, and that of a shipped one.
const OWN_LIMIT: usize = 10 << 20;
const SHIPPED_LIMIT: usize = 64 << 20;

/// What a named group is for.
#[derive(Debug, Clone, Copy)]
pub enum Use {
    /// Moves to this field.
    Field(Field),
    /// Narrows the stroke to a part of the match.
    Strike,
    /// Must stand nowhere else in the document's body text.
    Once,
}

impl Use {
    fn named(name: &str) -> Option<Self> {
        match name {
            "strike" => Some(Self::Strike),
            "once" => Some(Self::Once),
            field => Field::named(field).map(Self::Field),
        }
    }
}

/// A named group by its number.
pub type Group = (usize, Use);

/// An expression, anchored to the part of a line that it matches.
pub struct Expression {
    /// As the rule has it.
    source: String,
    extent: Extent,
    screen: OnceLock<Option<Screen>>,
    regex: OnceLock<Option<Regex>>,
}

/// What rules lines out.
struct Screen {
    outline: Outline,
    sieve: Option<Sieve>,
    groups: Vec<Group>,
}

impl Expression {
    /// Takes an expression without anchors. A user's `own` is compiled at once, as nobody has seen yet what is wrong with it
    /// or how large it is; a shipped one when a line is first tried, or when it is checked. One that cannot be compiled
    /// matches nothing.
    pub fn new(regex: &str, extent: Extent, own: bool) -> Result<Self, String> {
        let source = regex.to_owned();
        let expression = Self { source, extent, screen: OnceLock::new(), regex: OnceLock::new() };
        if own {
            let (screen, regex) = expression.compile(OWN_LIMIT)?;
            expression.screen.get_or_init(|| Some(screen));
            expression.regex.get_or_init(|| Some(regex));
        }
        Ok(expression)
    }

    /// What is wrong with it, if anything.
    pub fn check(&self) -> Result<(), String> {
        self.compile(SHIPPED_LIMIT).map(drop)
    }

    /// Parsed, without its word boundaries.
    pub fn loose(&self) -> Result<Hir, String> {
        sieve::parse(&self.anchored())
    }

    fn compile(&self, limit: usize) -> Result<(Screen, Regex), String> {
        // by itself: between the anchors a bracket too many would change what they hold together
        Parser::new().parse(&self.source).map_err(|e| e.to_string())?;
        let regex = engine(&self.anchored(), self.extent, limit)?;
        Ok((Screen::new(self.loose()?, self.extent)?, regex))
    }

    fn anchored(&self) -> String {
        let source = &self.source;
        match self.extent {
            Extent::Line => format!(r"\A(?:{source})\z"),
            Extent::Start => format!(r"\A(?:{source})"),
            Extent::End => format!(r"(?:{source})\z"),
            Extent::Inside => source.clone(),
        }
    }

    fn screen(&self) -> Option<&Screen> {
        let build = || self.loose().and_then(|hir| Screen::new(hir, self.extent)).ok();
        self.screen.get_or_init(build).as_ref()
    }

    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| engine(&self.anchored(), self.extent, SHIPPED_LIMIT).ok()).as_ref()
    }

    /// Finds the matches in a line: at most one, unless the expression may match anywhere inside.
    pub fn find(&self, line: &str, mut found: impl FnMut(&Captures, &[Group])) {
        let Some(screen) = self.screen() else { return };
        let Some(start) = screen.start(line, self.extent) else { return };
        let Some(regex) = self.regex() else { return };
        let mut caps = regex.create_captures();
        if self.extent == Extent::Inside {
            let mut at = 0;
            while next_inside(regex, line, &mut at, &mut caps) {
                found(&caps, &screen.groups);
            }
            return;
        }
        regex.captures(Input::new(line).range(start..), &mut caps);
        found(&caps, &screen.groups);
    }
}

impl Screen {
    /// Takes the expression without its word boundaries, which a fast automaton cannot test beside letters that are not
    /// ASCII: so it passes whatever the full expression matches, and more.
    fn new(hir: Hir, extent: Extent) -> Result<Self, String> {
        let group = |(number, name): (usize, String)| match Use::named(&name) {
            Some(used) => Ok((number, used)),
            None => Err(format!("there is no field called {name:?}")),
        };
        let groups = named_groups(&hir).into_iter().map(group).collect::<Result<_, _>>()?;
        let outline = Outline::of(&hir);
        Ok(Self { outline, groups, sieve: Sieve::new(vec![hir], extent == Extent::End).ok() })
    }

    /// Where in this line the match begins at the earliest, if there may be one. Some lines that pass have none.
    fn start(&self, line: &str, extent: Extent) -> Option<usize> {
        if !self.fits(line.as_bytes(), extent) {
            return None;
        }
        self.sieve.as_ref().map_or(Some(0), |sieve| sieve.start(line))
    }

    /// Has a line the ends and the length of a match?
    fn fits(&self, line: &[u8], extent: Extent) -> bool {
        let Outline { first, last, least, most } = &self.outline;
        let begins = || line.first().is_some_and(|byte| first.has(*byte));
        let ends = || line.last().is_some_and(|byte| last.has(*byte));
        line.len() >= *least
            && match extent {
                Extent::Line => line.len() <= *most && begins() && ends(),
                Extent::Start => begins(),
                Extent::End => ends(),
                Extent::Inside => true,
            }
    }
}

/// Finds the next match in a line from a place on, and moves the place behind it.
///
/// An expression such as `a.*z|a` reads on to the line's end for each letter that it matches. That its time stays linear
/// in the line's length, no search reads further than `REACH`; in shorter lines nothing is missed by that.
fn next_inside(regex: &Regex, line: &str, at: &mut usize, caps: &mut Captures) -> bool {
    loop {
        let end = boundary_before(line, at.saturating_add(REACH));
        regex.captures(Input::new(line).range(*at..end), caps);
        match caps.get_match() {
            Some(found) if found.end() == end && end < line.len() && found.start() > *at => *at = found.start(),
            Some(found) => {
                let step = line[found.end()..].chars().next().map_or(1, char::len_utf8);
                *at = if found.is_empty() { found.end() + step } else { found.end() };
                return *at <= line.len();
            }
            None if end == line.len() => return false,
            None => *at = boundary_before(line, end - OVERLAP),
        }
    }
}

/// Compiles an expression. One that is held to an end of a line, and has passed the sieve, most likely matches: for such
/// the engines that find the groups are enough, without the automata that find out whether there is a match.
fn engine(pattern: &str, extent: Extent, limit: usize) -> Result<Regex, String> {
    let inside = extent == Extent::Inside;
    let config = Config::new().nfa_size_limit(Some(limit)).hybrid(inside).dfa(inside).auto_prefilter(inside);
    Regex::builder().configure(config).build(pattern).map_err(|e| match e.size_limit() {
        Some(limit) => format!("Compiled regex exceeds size limit of {limit} bytes."),
        None => e.to_string(),
    })
}

/// The named groups of an expression, by number.
fn named_groups(hir: &Hir) -> Vec<(usize, String)> {
    match hir.kind() {
        HirKind::Capture(capture) => {
            let own = capture.name.iter().map(|name| (capture.index as usize, name.to_string()));
            own.chain(named_groups(&capture.sub)).collect()
        }
        HirKind::Repetition(repetition) => named_groups(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().flat_map(named_groups).collect(),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => Vec::new(),
    }
}
