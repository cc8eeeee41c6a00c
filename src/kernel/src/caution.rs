//! Which lines go, given how likely the line model holds each to be noise: the likely ones, in runs that begin with a sure
//! one where they touch a line that stays. Nothing that makes sense only as a whole loses a part: no table, no list.

use crate::chars::is_listed;
use crate::lines::{Line, Shape};
use serde::Deserialize;

/// How careful the strokes are that a model's answers lead to.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caution {
    /// A line is struck from this probability of noise on.
    pub least: f32,
    /// One that touches a line that stays, only from this one on.
    pub edge: f32,
    /// One of body text that does so, only from this one on.
    pub sentence: f32,
    /// A document that is expected to hold this share of noise is a whole page, menus and all: there `least` is enough.
    pub page: f32,
    /// A line that a rule of the shipped book would strike stays under this probability.
    pub veto: f32,
    /// Strokes go, the least sure first, until they put at most this share of the document's real text at risk.
    pub risk: f32,
}

/// Up to this share of noise by the model's own probabilities a document is a text with little around it: a line that is
/// clearly real is looked at no further, and keeps a probability of a tenth or so.
const FEW_NOISE: f64 = 0.3;
/// A whole page holds so many code points of noise: what stands around a short text need not be a menu.
const LEAST_MENU: f64 = 1_000.0;
/// A document with less of its real text in lines of body text is a list.
const LEAST_BODY: f64 = 0.5;

/// Code points of real text under which a document is a short one.
const SHORT: f64 = 2_000.0;
/// Body text is surely real under this probability of noise. What stands over it may be its heading, and sentences beside it
/// may be its own.
const SURE_TEXT: f32 = 0.2;
/// A gap between two such lines with so few code points of likely noise is a part of their text, and no menu.
const SMALL_GAP: usize = 100;
/// From this probability on a line goes whatever stands around it: a byline over a list is no row of it, and a button below
/// a paragraph no last sentence.
const SURE_NOISE: f32 = 0.95;
/// Fewer lines than this between two paragraphs are no table.
const LEAST_ROWS: usize = 6;
/// Fewer items than this are no list.
const LEAST_ITEMS: usize = 3;
/// If so large a share of a table or list goes, the others are what is wrong.
const MOST_ROWS: f64 = 0.9;

/// Which lines of a document to strike. `noise` has a probability for each line; `ruled` says which a rule strikes.
///
/// Likely lines (from `caution.least` on) go in runs; where a run touches a line that stays it begins with a sure one
/// (`caution.edge`; of body text `caution.sentence`), so that the last words of a text do not go with the menu behind them.
/// The surest go first, as long as the real text that they are expected to hold stays under the share `caution.risk` of all
/// that the document is expected to hold; less in a short document, of which the model sees little.
pub fn strikes(text: &str, lines: &[Line], noise: &[f32], ruled: &[bool], caution: Caution) -> Vec<bool> {
    let shown: Vec<usize> = (0..lines.len()).filter(|&n| !lines[n].is_blank()).collect();
    let expected = noise.iter().zip(lines).map(|(p, l)| f64::from(1.0 - p) * l.chars as f64).collect();
    let struck = vec![false; lines.len()];
    let mut case = Case { text, lines, noise, ruled, caution, shown, left: Vec::new(), expected, struck };
    case.left = case.shown.iter().copied().filter(|&n| !(case.ruled[n] && case.has_words(n))).collect();
    case.strike_runs();
    case.leave_tables();
    case.leave_lists();
    case.leave_announcements();
    case.struck
}

/// A document in the making.
struct Case<'a> {
    text: &'a str,
    lines: &'a [Line],
    noise: &'a [f32],
    ruled: &'a [bool],
    caution: Caution,
    /// Lines that are not blank.
    shown: Vec<usize>,
    /// Those of them that no rule strikes. An empty bullet that one does parts runs as it would if it stayed: what stands on
    /// both its sides need not be one.
    left: Vec<usize>,
    /// For each line the code points of real text that it is expected to hold.
    expected: Vec<f64>,
    struck: Vec<bool>,
}

impl Case<'_> {
    fn has_words(&self, n: usize) -> bool {
        self.lines[n].text(self.text).contains(char::is_alphanumeric)
    }

    fn is_gone(&self, n: usize) -> bool {
        self.struck[n] || self.ruled[n]
    }

    fn is_likely(&self, n: usize) -> bool {
        self.noise[n] >= self.caution.least
    }

    fn is_sure_text(&self, n: usize) -> bool {
        self.lines[n].is_body() && self.noise[n] < SURE_TEXT
    }

    /// How careful to be with the document. The more noise is expected around a text, the less it takes to be sure: from
    /// `FEW_NOISE` on `edge` comes down towards `least`, and on a whole page `sentence` does, too. A document whose real lines
    /// are mostly no sentences, such as a list or a shop's shelf, looks much like noise itself: there nothing comes down.
    fn eased(&self) -> Caution {
        let caution = self.caution;
        let real: f64 = self.expected.iter().sum();
        let chars: f64 = self.lines.iter().map(|line| line.chars as f64).sum();
        let stays: f64 = self.left.iter().map(|&n| self.expected[n]).sum();
        let bodies = self.left.iter().filter(|&&n| self.lines[n].is_body());
        let body: f64 = bodies.map(|&n| self.expected[n]).sum();
        if caution.page >= 1.0 || chars - real < LEAST_MENU || body < LEAST_BODY * stays {
            return caution;
        }
        let share = 1.0 - real / chars;
        let page = f64::from(caution.page);
        if share >= page {
            return Caution { edge: caution.edge.min(caution.least), sentence: caution.least, ..caution };
        }
        let ease = ((share - FEW_NOISE) / (page - FEW_NOISE)).max(0.0);
        let (edge, least) = (f64::from(caution.edge), f64::from(caution.least));
        Caution { edge: caution.edge.min((edge - ease * (edge - least)) as f32), ..caution }
    }

    /// Strikes the lines of sure runs, the surest first, until the risk is spent.
    fn strike_runs(&mut self) {
        let mut sure = self.sure_runs();
        sure.sort_by(|&a, &b| self.noise[b].total_cmp(&self.noise[a]).then(a.cmp(&b)));
        let real: f64 = self.expected.iter().sum();
        let allowed = f64::from(self.caution.risk) * real * (real / SHORT).min(1.0);
        let mut lost = 0.0;
        for n in sure {
            lost += self.expected[n];
            if lost > allowed {
                break;
            }
            self.struck[n] = true;
        }
    }

    /// The likely lines whose runs, where they touch lines that stay, begin with a sure one: sure by the caution that was
    /// asked for within the text and for what may belong to it, else by the eased one.
    fn sure_runs(&self) -> Vec<usize> {
        let eased = self.eased();
        let within = self.within_text();
        let mut out = Vec::new();
        let mut at = 0_usize;
        for run in self.left.chunk_by(|&a, &b| self.is_likely(a) == self.is_likely(b)) {
            let before = at.checked_sub(1).map(|n| self.left[n]);
            let bars = if within[at] { self.caution } else { eased };
            at += run.len();
            let behind = self.left.get(at).copied();
            if run.first().is_none_or(|&n| !self.is_likely(n)) {
                continue;
            }
            let from = before.map_or(Some(0), |above| run.iter().position(|&n| self.may_begin(n, above, bars)));
            let to =
                behind.map_or(Some(run.len() - 1), |below| run.iter().rposition(|&n| self.may_end(n, below, bars)));
            if let (Some(from), Some(to)) = (from, to) {
                out.extend(run.get(from..=to).unwrap_or_default());
            }
        }
        out
    }

    /// For each line that no rule strikes whether it stands in a small gap of the text.
    fn within_text(&self) -> Vec<bool> {
        let mut out = vec![false; self.left.len()];
        let texts: Vec<usize> = (0..out.len()).filter(|&at| self.is_sure_text(self.left[at])).collect();
        for (above, below) in texts.iter().zip(texts.iter().skip(1)) {
            let gap = above + 1..*below;
            let likely = self.left[gap.clone()].iter().filter(|&&n| self.is_likely(n));
            let chars: usize = likely.map(|&n| self.lines[n].chars).sum();
            out[gap].fill(chars <= SMALL_GAP);
        }
        out
    }

    /// May a run begin with a line, given the line above it, which stays?
    fn may_begin(&self, n: usize, above: usize, bars: Caution) -> bool {
        match self.lines[n].shape {
            Shape::Body if self.is_sure_text(above) => self.is_sure(n, self.caution),
            // mostly the last sentence of the text: of those that the model holds for noise a half is real
            Shape::Short if matches!(self.lines[above].shape, Shape::Body | Shape::Short) => {
                self.noise[n] >= SURE_NOISE.max(self.caution.edge)
            }
            _ => self.is_sure(n, bars),
        }
    }

    /// May a run end with a line, given the line below it, which stays?
    fn may_end(&self, n: usize, below: usize, bars: Caution) -> bool {
        self.is_sure(n, if self.is_sure_text(below) { self.caution } else { bars })
    }

    fn is_sure(&self, n: usize, bars: Caution) -> bool {
        self.noise[n] >= if self.lines[n].is_body() { bars.edge.max(bars.sentence) } else { bars.edge }
    }

    /// Short lines between two lines of body text that stay are one thing, a table or a list. A rule that strikes one of them
    /// says that they are no table.
    fn leave_tables(&mut self) {
        let mut at = 0_usize;
        let left = std::mem::take(&mut self.left);
        for rows in left.chunk_by(|&a, &b| self.lines[a].is_body() == self.lines[b].is_body()) {
            let before = at.checked_sub(1).map(|n| left[n]);
            at += rows.len();
            let (Some(before), Some(&behind)) = (before, left.get(at)) else { continue };
            let stays = |n: usize| self.lines[n].is_body() && !self.struck[n];
            let is_ruled = |n: usize| self.ruled[n] && self.has_words(n);
            if rows.len() >= LEAST_ROWS && stays(before) && stays(behind) && !(before..behind).any(is_ruled) {
                self.leave_rows(rows, false);
            }
        }
        self.left = left;
    }

    /// Lines in a row that begin with the same bullet, or with numbers, are a list. One right below a line that stays, which
    /// it may belong to, is left whole.
    fn leave_lists(&mut self) {
        let (text, lines) = (self.text, self.lines);
        let mark = |n: usize| list_mark(lines[n].text(text));
        let shown = std::mem::take(&mut self.shown);
        let mut before = None;
        for items in shown.chunk_by(|&a, &b| mark(a) == mark(b)) {
            let is_list = items.len() >= LEAST_ITEMS && items.first().is_some_and(|&n| mark(n).is_some());
            if let Some(above) = before.filter(|&n| is_list && !self.is_gone(n)) {
                self.leave_rows(items, self.announces(above));
            }
            before = items.last().copied();
        }
        self.shown = shown;
    }

    /// Rows lose their sense if a part of them goes: unless most of them go, only those go that are surely none; of rows that
    /// are announced, however many would go.
    fn leave_rows(&mut self, rows: &[usize], announced: bool) {
        let gone = rows.iter().filter(|&&n| self.is_gone(n)).count();
        if announced || (gone as f64) < MOST_ROWS * rows.len() as f64 {
            for &n in rows {
                self.struck[n] &= self.noise[n] >= SURE_NOISE;
            }
        }
    }

    fn announces(&self, n: usize) -> bool {
        self.lines[n].text(self.text).ends_with([':', '：'])
    }

    /// A line that ends with a colon announces what follows, and stays with it.
    fn leave_announcements(&mut self) {
        let mut below = None;
        for &n in self.shown.iter().rev() {
            if self.announces(n) && self.noise[n] < SURE_NOISE && below.is_some_and(|below| !self.is_gone(below)) {
                self.struck[n] = false;
            }
            below = Some(n);
        }
    }
}

/// What an item of a list begins with: its bullet, or 1 for any number.
fn list_mark(line: &str) -> Option<char> {
    let first = line.chars().next().filter(|_| is_listed(line))?;
    Some(if first.is_ascii_digit() { '1' } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    /// Strikes in a text; a line whose probability is 1 is struck by a rule.
    fn strike(text: &str, noise: &[f32], caution: Caution) -> Vec<bool> {
        let ruled: Vec<bool> = noise.iter().map(|&p| p >= 1.0).collect();
        strikes(text, &lines::split(text), noise, &ruled, caution)
    }

    const BODY: &str = "The ferry left the quay at nine and came back with salt, rope and two goats.";

    fn struck(noise: &[f32], least: f32, risk: f32) -> Vec<bool> {
        let text = format!("{}\n", "a".repeat(999)).repeat(noise.len());
        strike(&text, noise, Caution { least, edge: least, sentence: least, page: 1.0, veto: 0.0, risk })
    }

    #[test]
    fn the_surest_go_first_until_the_risk_is_spent() {
        // 0.1 + 0.2 of 2.2 lines of real text at risk
        assert_eq!(struck(&[0.8, 0.0, 0.9, 0.1], 0.5, 0.15), [true, false, true, false]);
        assert_eq!(struck(&[0.8, 0.0, 0.9, 0.1], 0.5, 0.1), [false, false, true, false]);
        assert_eq!(struck(&[0.8, 0.0, 0.9, 0.1], 0.5, 0.0), [false; 4]);
        assert_eq!(struck(&[0.8, 0.0, 0.9, 0.1], 0.85, 1.0), [false, false, true, false]);
    }

    #[test]
    fn a_run_begins_with_a_sure_line_where_it_touches_text() {
        let caution = Caution { least: 0.5, edge: 0.9, sentence: 0.9, page: 1.0, veto: 0.0, risk: 1.0 };
        let struck = |noise: &[f32]| strike(&format!("{}\n", "a".repeat(9_999)).repeat(noise.len()), noise, caution);
        assert_eq!(struck(&[0.1, 0.8, 0.1]), [false; 3]);
        assert_eq!(struck(&[0.1, 0.9, 0.1]), [false, true, false]);
        assert_eq!(struck(&[0.1, 0.8, 0.9, 0.8]), [false, false, true, true]);
        assert_eq!(struck(&[0.8, 0.9, 0.7, 0.1]), [true, true, false, false]);
        assert_eq!(struck(&[0.1, 1.0, 0.8, 1.0, 0.1]), [false; 5], "lines that rules strike are passed over");
        assert_eq!(struck(&[0.8, 0.7]), [true, true], "a page of noise touches nothing");
    }

    #[test]
    fn sentences_at_an_edge_are_asked_for_more() {
        let caution = Caution { least: 0.5, edge: 0.6, sentence: 0.85, page: 1.0, veto: 0.0, risk: 1.0 };
        let struck = |noise: &[f32]| {
            let body = format!("{BODY} ").repeat(40);
            strike(&format!("{body}\n").repeat(noise.len()), noise, caution)
        };
        assert_eq!(struck(&[0.1, 0.8, 0.1]), [false; 3]);
        assert_eq!(struck(&[0.1, 0.7, 0.9, 0.7, 0.9, 0.1]), [false, false, true, true, true, false]);
        assert_eq!(struck(&[0.1, 0.7, 0.9, 0.6]), [false, false, true, true], "the end of the page is no edge");
    }

    #[test]
    fn on_a_page_of_much_noise_less_is_enough_but_not_beside_the_text() {
        let caution = Caution { least: 0.5, edge: 0.8, sentence: 0.85, page: 0.45, veto: 0.0, risk: 1.0 };
        // so many lines that are surely noise, a line that stays, two unsure ones, `below`, and the text
        let struck = |sure: usize, below: &str, text: &str, caution: Caution| {
            let menu = "Timetables of all ferries to the outer islands and back\n".repeat(sure);
            let page = format!("{menu}Harbour\nTicket office\nPiers\n{below}{}", text.repeat(60));
            let unsure = [0.1, 0.6, 0.6];
            let p = |n: usize| if n < sure { 1.0 } else { *unsure.get(n - sure).unwrap_or(&0.1) };
            let noise: Vec<f32> = (0..page.lines().count()).map(p).collect();
            strike(&page, &noise, caution).iter().filter(|&&struck| struck).count()
        };
        let text = format!("{BODY}\n");
        assert_eq!(struck(110, "Lamps\n", &text, caution), 2, "a whole page: `least` is enough");
        assert_eq!(struck(0, "Lamps\n", &text, caution), 0, "little noise");
        assert_eq!(struck(110, "", &text, caution), 0, "the last of them may be the heading of the text");
        assert_eq!(struck(110, "Lamps\n", "Rope, two goats\n", caution), 0, "a list, which looks like noise itself");
        assert_eq!(struck(110, "Lamps\n", &text, Caution { page: 0.9, ..caution }), 0, "not so near to a whole page");
        assert_eq!(struck(110, "Lamps\n", &text, Caution { page: 1.0, ..caution }), 0, "the same is asked of all");
    }

    #[test]
    fn a_table_inside_the_text_is_left_or_goes_as_a_whole() {
        let caution = Caution { least: 0.5, edge: 0.8, sentence: 0.8, page: 1.0, veto: 0.0, risk: 1.0 };
        let body = format!("{BODY} ").repeat(40);
        let struck = |noise: &[f32]| {
            let rows = "61 hours\n".repeat(noise.len());
            let noise: Vec<f32> = [0.0].iter().chain(noise).chain(&[0.0]).copied().collect();
            let out = strike(&format!("{body}\n{rows}{body}\n"), &noise, caution);
            out.iter().filter(|&&struck| struck).count()
        };
        assert_eq!(struck(&[0.9, 0.9, 0.2, 0.9, 0.3, 0.9, 0.9]), 0, "rows would be torn out");
        assert_eq!(struck(&[0.99, 0.9, 0.2, 0.9, 0.3, 0.9, 0.9]), 1, "a byline over it is no row");
        assert_eq!(struck(&[0.9; 7]), 7, "a menu");
        assert_eq!(struck(&[0.9, 0.9, 0.2, 0.9, 0.9]), 4, "too few for a table");
        assert_eq!(struck(&[0.9, 0.9, 0.2, 1.0, 0.3, 0.9, 0.9]), 4, "a rule knows one of them");
    }

    #[test]
    fn the_last_sentence_of_a_text_does_not_go_with_the_menu_below() {
        let caution = Caution { least: 0.5, edge: 0.6, sentence: 0.6, page: 1.0, veto: 0.0, risk: 1.0 };
        let struck = |below: &str, noise: &[f32]| strike(&format!("{BODY}\n{below}\nMenu\nMap\n"), noise, caution);
        assert_eq!(struck("It is closed.", &[0.1, 0.9, 0.9, 0.9]), [false, false, true, true]);
        assert_eq!(struck("It is closed.", &[0.4, 0.9, 0.9, 0.9]), [false, false, true, true]);
        assert_eq!(struck("It is closed.", &[0.1, 0.96, 0.9, 0.9]), [false, true, true, true], "surely none");
        assert_eq!(struck("It is closed", &[0.1, 0.9, 0.9, 0.9]), [false, true, true, true], "no sentence");
        assert_eq!(struck("It is.\nIt was.", &[0.1, 0.1, 0.9, 0.9, 0.9]), [false, false, false, true, true]);
    }

    #[test]
    fn between_lines_of_the_text_no_page_is_a_whole_one() {
        let caution = Caution { least: 0.5, edge: 0.8, sentence: 0.8, page: 0.45, veto: 0.0, risk: 1.0 };
        let struck = |noise: f32, between: f32| {
            let body = format!("{BODY} ").repeat(20);
            let page = format!("{}Piers\n{body}\nPiers\nLamps\nRopes\n{body}\n", "Ferry map\n".repeat(500));
            let ends = [noise, 0.1, 0.4, between, 0.4, 0.1];
            let probabilities: Vec<f32> = [1.0].repeat(500).into_iter().chain(ends).collect();
            strike(&page, &probabilities, caution)[500..].to_vec()
        };
        assert_eq!(struck(0.6, 0.6), [false; 6], "a heading of the text");
        assert_eq!(struck(0.9, 0.7), [true, false, false, false, false, false]);
        assert_eq!(struck(0.9, 0.9), [true, false, false, true, false, false]);
    }

    #[test]
    fn a_list_is_left_or_goes_as_a_whole() {
        let caution = Caution { least: 0.5, edge: 0.5, sentence: 0.5, page: 1.0, veto: 0.0, risk: 1.0 };
        let below = |above: f32, mark: &str, noise: &[f32]| {
            let page = format!("Bring\n{}", format!("{mark} {}\n", "salt ".repeat(4_000)).repeat(noise.len()));
            let struck = strike(&page, &[&[above], noise].concat(), caution);
            struck[1..].iter().filter(|&&struck| struck).count()
        };
        let items = |mark: &str, noise: &[f32]| below(0.1, mark, noise);
        assert_eq!(items("•", &[0.9, 0.1, 0.1]), 0);
        assert_eq!(items("2.", &[0.9, 0.1, 0.1]), 0);
        assert_eq!(items("•", &[0.96, 0.9, 0.1]), 1, "surely no item");
        assert_eq!(items("•", &[0.9, 0.9, 0.9]), 3);
        assert_eq!(items("•", &[0.9, 0.1]), 1, "too few for a list");
        assert_eq!(items("", &[0.9, 0.1, 0.1]), 1, "no list");
        assert_eq!(items("•", &[1.0, 0.9, 1.0]), 1, "what rules strike is gone, too");
        assert_eq!(below(0.9, "•", &[0.9, 0.1, 0.1]), 1, "what it stood below is gone");
    }

    #[test]
    fn what_announces_a_line_stays_with_it() {
        let caution = Caution { least: 0.5, edge: 0.5, sentence: 0.5, page: 1.0, veto: 0.0, risk: 1.0 };
        let page = format!("Note:\nBring:\n\nA rope\n{}\n", format!("{BODY} ").repeat(60));
        let struck = |noise: &[f32]| strike(&page, &[noise, &[0.0]].concat(), caution)[..4].to_vec();
        assert_eq!(struck(&[0.9, 0.9, 0.0, 0.1]), [false; 4]);
        assert_eq!(struck(&[0.9, 0.9, 0.0, 0.9]), [true, true, false, true]);
        assert_eq!(struck(&[0.9, 0.96, 0.0, 0.1]), [true, true, false, false], "surely a button");
        let list = format!("Bring:\n- A rope\n- A lamp\n- Salt\n{}\n", format!("{BODY} ").repeat(60));
        let struck = |noise: &[f32]| strike(&list, &[noise, &[0.0]].concat(), caution)[..4].to_vec();
        assert_eq!(struck(&[0.1, 0.9, 0.9, 0.9]), [false; 4], "a list stays with what announces it");
        assert_eq!(struck(&[0.1, 0.96, 0.96, 0.9]), [false, true, true, false], "surely no items");
        assert_eq!(struck(&[0.96, 0.9, 0.9, 0.9]), [true; 4]);
    }

    #[test]
    fn a_short_document_is_put_at_less_risk() {
        let caution = Caution { least: 0.5, edge: 0.5, sentence: 0.5, page: 1.0, veto: 0.0, risk: 0.2 };
        let struck = |chars: usize| strike(&format!("{}\n", "a".repeat(chars)).repeat(2), &[0.0, 0.9], caution);
        assert_eq!(struck(2_000), [false, true]);
        assert_eq!(struck(200), [false, false]);
    }

    #[test]
    fn nothing_is_struck_of_nothing() {
        assert!(struck(&[], 0.5, 1.0).is_empty());
    }
}
