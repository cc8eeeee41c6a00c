//! Tables of contents: the lines under a heading such as "Contents" that stand again further down, above what they
//! announce.

use crate::chars::ends_heading;
use crate::lines::Line;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// So many lines make a table.
const LEAST: usize = 3;
/// So many lines in a row of a table need not stand again: a heading was put in other words, or is a picture.
const MISSED: usize = 2;
/// The longest line of a table, in code points.
const LONGEST: usize = 200;

/// A document's lines, and where what they say stands for the last time.
pub struct Headings<'a> {
    text: &'a str,
    lines: &'a [Line],
    /// The lines that are not blank.
    shown: &'a [usize],
    /// For each of these the last that says the same, numbers and signs aside; `None` where it says nothing, or what no
    /// heading says.
    last: Vec<Option<usize>>,
    /// The last body line's place among them.
    last_body: Option<usize>,
}

impl<'a> Headings<'a> {
    /// Reads a document; `shown` are its lines that are not blank.
    pub fn new(text: &'a str, lines: &'a [Line], shown: &'a [usize]) -> Self {
        let said: Vec<Option<String>> = shown.iter().map(|&n| said(text, &lines[n])).collect();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (place, said) in said.iter().enumerate() {
            places.extend(said.as_deref().map(|said| (said, place)));
        }
        let last = said.iter().map(|said| said.as_deref().and_then(|said| places.get(said).copied())).collect();
        let last_body = shown.iter().rposition(|&n| lines[n].is_body());
        Self { text, lines, shown, last, last_body }
    }

    /// The lines of the table below a line; none if there is no table, or if the line before announces one, as a text does
    /// that speaks of a book and gives its contents. It ends at the next line that is another's head.
    pub fn table_below(&self, line: usize, is_head: impl Fn(usize) -> bool) -> &[usize] {
        let Ok(head) = self.shown.binary_search(&line) else { return &[] };
        let before = head.checked_sub(1).map_or("", |before| self.lines[self.shown[before]].text(self.text));
        if before.ends_with([':', '：']) {
            return &[];
        }
        let first = head + 1;
        let next = self.shown[first..].iter().position(|&n| is_head(n)).map_or(self.shown.len(), |more| first + more);
        // what stands again stands below the whole table, whose end is known only when that is looked at
        let end = self.end(first..next, |place, last| last > place);
        let end = self.end(first..end, |_, last| last >= end);
        let again: Vec<usize> = (first..end).filter_map(|place| self.last[place].filter(|&last| last >= end)).collect();
        let (Some(top), Some(bottom)) = (again.iter().min(), again.iter().max()) else { return &[] };
        // between most headings stands what they announce
        let is_spread = 2 * (bottom - top) >= 3 * (again.len() - 1);
        let has_text = self.last_body.is_some_and(|body| body > *top);
        let is_table = again.len() >= LEAST && 3 * again.len() >= 2 * (end - first) && is_spread && has_text;
        if is_table { &self.shown[first..end] } else { &[] }
    }

    /// Behind the last of some lines that stand again, with few others between them.
    fn end(&self, places: Range<usize>, stands_again: impl Fn(usize, usize) -> bool) -> usize {
        let (mut end, mut missed) = (places.start, 0);
        for place in places {
            if self.last[place].is_some_and(|last| stands_again(place, last)) {
                (end, missed) = (place + 1, 0);
            } else {
                missed += 1;
                if missed > MISSED || self.lines[self.shown[place]].is_body() {
                    break;
                }
            }
        }
        end
    }
}

/// What a line says, in small letters, without the bullet or number before it and without signs.
fn said(text: &str, line: &Line) -> Option<String> {
    let heading = line.text(text);
    if line.chars > LONGEST || line.is_body() && !ends_heading(heading) {
        return None;
    }
    let heading = heading.trim_start_matches(|c: char| !c.is_alphabetic());
    let said: String = heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if said.is_empty() { None } else { Some(said) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn table(text: &str) -> Vec<&str> {
        let lines = split(text);
        let shown: Vec<usize> = (0..lines.len()).filter(|&n| !lines[n].is_blank()).collect();
        let headings = Headings::new(text, &lines, &shown);
        let head = shown.iter().copied().find(|&n| lines[n].text(text) == "Contents");
        headings.table_below(head.unwrap_or(0), |_| false).iter().map(|&n| lines[n].text(text)).collect()
    }

    const TEXT: &str = "It took four years and eleven boats to carry the stones of the new bridge over the river.";

    #[test]
    fn lines_that_stand_again_above_a_text_are_a_table() {
        let text = format!("Contents\n1. Stones\n\n2. Boats?\n3 Lamps\n\nStones\n{TEXT}\nBOATS\n{TEXT}\nLamps\n{TEXT}");
        assert_eq!(table(&text), ["1. Stones", "2. Boats?", "3 Lamps"]);
    }

    #[test]
    fn a_line_or_two_may_stand_nowhere_else() {
        let entries = "Stones\nBoats\nWho paid\nLamps";
        let text = format!("Contents\n{entries}\nHello\n{TEXT}\nStones\n{TEXT}\nBoats\n{TEXT}\nLamps\n{TEXT}");
        assert_eq!(table(&text).join("\n"), entries);
    }

    #[test]
    fn what_stands_nowhere_else_is_no_table() {
        assert!(table(&format!("Contents\nStones\nBoats\nLamps\n{TEXT}")).is_empty());
        assert!(table(&format!("Contents\nStones\nBoats\n\nStones\n{TEXT}\nBoats\n{TEXT}")).is_empty(), "too few");
    }

    #[test]
    fn two_lists_are_no_table() {
        assert!(table(&format!("Contents\nStones\nBoats\nLamps\n{TEXT}\nStones\nBoats\nLamps")).is_empty());
        assert!(table("Contents\nStones\nBoats\nLamps\nx\nStones\nx\nBoats\nx\nLamps\nx").is_empty(), "no text");
    }
}
