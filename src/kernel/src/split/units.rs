//! What may be a paragraph: a line, or in a text of hard-wrapped lines the lines up to the next blank one.

use crate::ledger::count;
use crate::lines::{Line, shape};
use crate::rules::Claim;

/// Fewer lines than this show no width.
const LEAST_LINES: usize = 8;
/// A column is this wide, in code points.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;
/// A full line reaches this share of the width ...
const FULL: f64 = 0.75;
/// ... and so large a share of the lines that another follows are full ones ...
const FULL_LINES: f64 = 0.75;
/// ... and so large a share of these end inside a sentence.
const RUN_ON: f64 = 0.5;

/// The paragraphs of a text of hard-wrapped lines, each with the number of its first line.
pub struct Units {
    /// The paragraphs as lines (the blank lines between them too).
    pub lines: Vec<Line>,
    /// The number of each one's first line.
    pub first: Vec<usize>,
}

/// Joins the lines of a hard-wrapped text; `None` if it is not one.
pub fn unwrap(text: &str, lines: &[Line]) -> Option<Units> {
    if !is_wrapped(text, lines) {
        return None;
    }
    let mut units = Units { lines: Vec::new(), first: Vec::new() };
    let mut open = false;
    for (n, line) in lines.iter().enumerate() {
        match units.lines.last_mut() {
            Some(last) if open && !line.is_blank() => {
                last.whole.end = line.whole.end;
                last.inner.end = line.inner.end;
            }
            _ => {
                units.lines.push(line.clone());
                units.first.push(n);
            }
        }
        open = !line.is_blank();
    }
    for unit in units.lines.iter_mut().filter(|unit| !unit.is_blank()) {
        let inner = &text[unit.inner.clone()];
        unit.chars = count(inner.as_bytes());
        unit.shape = shape(inner, unit.chars);
    }
    Some(units)
}

impl Units {
    /// The claims, each on the paragraph that its line is in.
    pub fn claims(&self, claims: &[Claim]) -> Vec<Claim> {
        let unit = |line: usize| self.first.partition_point(|&first| first <= line).saturating_sub(1);
        claims.iter().map(|claim| Claim { line: unit(claim.line), ..claim.clone() }).collect()
    }
}

/// Do lines break where a column ends, and not where a sentence does?
fn is_wrapped(text: &str, lines: &[Line]) -> bool {
    let shown = || lines.iter().filter(|line| !line.is_blank());
    let mut widths: Vec<usize> = shown().map(|line| line.chars).collect();
    let at = widths.len() * 95 / 100;
    if widths.len() < LEAST_LINES || shown().any(|line| line.chars > 2 * WIDTHS.end()) {
        return false;
    }
    let width = *widths.select_nth_unstable(at).1;
    if !WIDTHS.contains(&width) {
        return false;
    }
    let followed = || lines.windows(2).filter(|pair| !pair[0].is_blank() && !pair[1].is_blank()).map(|pair| &pair[0]);
    let full = || followed().filter(|line| line.chars as f64 >= FULL * width as f64);
    let running = full().filter(|line| !crate::chars::ends_sentence(line.text(text))).count() as f64;
    let (followed, full) = (followed().count() as f64, full().count() as f64);
    full >= LEAST_LINES as f64 / 2.0 && full >= FULL_LINES * followed && running >= RUN_ON * full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::{Shape, split};

    const WRAPPED: &str = "The harbour of Wellen was closed on Monday after a barge with\n\
        four hundred tonnes of gravel sank between the two moles, and the\n\
        pilots say that it will take a week until larger ships can pass.\n\
        \n\
        A diver found the wreck upright, at a depth of eleven metres, with\n\
        the hatch covers gone and the anchor chain round the propeller of\n\
        the tug that had tried to pull it clear. Nobody was hurt, and the\n\
        insurers have sent two surveyors, who will look at the hull today\n\
        before the salvage crane is ordered from the yard at Sundby.\n";

    #[test]
    fn wrapped_lines_are_joined_to_paragraphs() {
        let lines = split(WRAPPED);
        let units = unwrap(WRAPPED, &lines);
        assert!(units.is_some_and(|u| u.first == [0, 3, 4] && u.lines[0].shape == Shape::Body));
    }

    #[test]
    fn paragraphs_lists_and_verse_are_left() {
        let paragraph = "A sentence that ends where its line ends, as most paragraphs do.\n".repeat(20);
        let list = "bread and milk\n".repeat(20);
        for text in [paragraph, list, String::new()] {
            assert!(unwrap(&text, &split(&text)).is_none());
        }
    }
}
