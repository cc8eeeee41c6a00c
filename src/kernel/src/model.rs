//! The learned line model: word weights and a forest over a line's features. What it gives is the probability that a line
//! is noise.

use crate::calibration::Calibration;
use crate::forest::{Forest, Look, TreeSpec};
use crate::lines::Line;
use crate::page::Page;
use crate::page::features::NAMES;
use crate::rules::{Claim, RuleBook};
use crate::tokens::Words;
use crate::weights::{Pair, Weights};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A model as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Names of the features it was trained on.
    pub features: Vec<String>,
    /// Weights of words and pairs of words.
    pub words: BTreeMap<String, Pair>,
    /// The forest.
    pub trees: Vec<TreeSpec>,
    /// When a line is clear before all trees were asked.
    pub looks: Vec<Look>,
    /// From the forest's sums to probabilities: points of a rising line.
    pub calibration: Vec<(f32, f32)>,
}

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

impl Caution {
    /// How careful to be with a document. The more noise is expected around a text, the less it takes to be sure: from
    /// `FEW_NOISE` on `edge` comes down towards `least`, and on a whole page `sentence` does, too. A document whose real lines
    /// are mostly no sentences, such as a list or a shop's shelf, looks much like noise itself: there nothing comes down.
    fn eased(self, expected: &[f64], lines: &[Line], left: &[usize]) -> Self {
        let real: f64 = expected.iter().sum();
        let chars: f64 = lines.iter().map(|line| line.chars as f64).sum();
        let stays: f64 = left.iter().map(|&n| expected[n]).sum();
        let body: f64 = left.iter().filter(|&&n| lines[n].is_body()).map(|&n| expected[n]).sum();
        if self.page >= 1.0 || chars - real < LEAST_MENU || body < LEAST_BODY * stays {
            return self;
        }
        let share = 1.0 - real / chars;
        let page = f64::from(self.page);
        if share >= page {
            return Self { edge: self.edge.min(self.least), sentence: self.least, ..self };
        }
        let ease = ((share - FEW_NOISE) / (page - FEW_NOISE)).max(0.0);
        let (edge, least) = (f64::from(self.edge), f64::from(self.least));
        Self { edge: self.edge.min((edge - ease * (edge - least)) as f32), ..self }
    }
}

/// Up to this share of noise by the model's own probabilities a document is a text with little around it: a line that is
/// clearly real is looked at no further, and keeps a probability of a tenth or so.
const FEW_NOISE: f64 = 0.3;
/// A whole page holds so many code points of noise: what stands around a short text need not be a menu.
const LEAST_MENU: f64 = 1_000.0;
/// A document with less of its real text in lines of body text is a list.
const LEAST_BODY: f64 = 0.5;

/// A model, ready to look at documents. Exact arithmetic only (no logarithm, no exponential), so that every machine gives
/// the same bytes.
pub struct Model {
    weights: Weights,
    forest: Forest,
    calibration: Calibration,
}

/// Lines whose features are held at a time.
const BLOCK: usize = 64;

impl Model {
    /// Checks and compiles a model.
    pub fn new(spec: &ModelSpec) -> Result<Self, String> {
        if !spec.features.iter().map(String::as_str).eq(NAMES.iter().copied()) {
            return Err("the line model was trained on other features than this kernel has: train it again".to_owned());
        }
        let of_model = |flaw| format!("the line model: {flaw}");
        Ok(Self {
            weights: Weights::new(&spec.words),
            forest: Forest::new(&spec.trees, NAMES.len(), &spec.looks).map_err(of_model)?,
            calibration: Calibration::new(&spec.calibration).map_err(of_model)?,
        })
    }

    /// Reads a document's features.
    pub fn page<'a>(&self, words: Words, lines: &'a [Line], claims: &[Claim], book: &RuleBook) -> Page<'a> {
        Page::new(words, lines, claims, book, &self.weights)
    }

    /// The probability of noise for each line that is not blank.
    pub fn noise(&self, page: &Page<'_>) -> Vec<f32> {
        if page.len() == 0 {
            return Vec::new();
        }
        let mut out = vec![0.0; page.len()];
        let mut rows = vec![0.0; BLOCK.min(page.len()) * NAMES.len()];
        for (block, sums) in out.chunks_mut(BLOCK).enumerate() {
            let rows = &mut rows[..sums.len() * NAMES.len()];
            for (n, row) in rows.chunks_exact_mut(NAMES.len()).enumerate() {
                page.row(block * BLOCK + n, row);
            }
            self.forest.sum(rows, NAMES.len(), sums);
        }
        for sum in &mut out {
            *sum = self.calibration.at(*sum);
        }
        out
    }

    /// Which lines to strike, given the probability of noise for each. Likely lines (from `caution.least` on) go in runs;
    /// where a run touches a line that stays it begins with a sure one (`caution.edge`; of body text `caution.sentence`),
    /// so that the last words of a text do not go with the menu behind them. The surest go first, as long as the real text
    /// that they are expected to hold stays under the share `caution.risk` of all that the document is expected to hold;
    /// less in a short document, of which the model sees little. No table in the text loses a few of its rows.
    /// `ruled` says which lines a rule strikes.
    pub fn strikes(noise: &[f32], lines: &[Line], ruled: impl Fn(usize) -> bool, caution: Caution) -> Vec<bool> {
        let expected: Vec<f64> = noise.iter().zip(lines).map(|(p, l)| f64::from(1.0 - p) * l.chars as f64).collect();
        let left: Vec<usize> = (0..lines.len()).filter(|&n| !lines[n].is_blank() && !ruled(n)).collect();
        let eased = caution.eased(&expected, lines, &left);
        let mut sure = in_sure_runs(noise, lines, &left, caution, eased);
        sure.sort_by(|&a, &b| noise[b].total_cmp(&noise[a]).then(a.cmp(&b)));
        let real: f64 = expected.iter().sum();
        let allowed = f64::from(caution.risk) * real * (real / SHORT).min(1.0);
        let mut out = vec![false; noise.len()];
        let mut lost = 0.0;
        for n in sure {
            lost += expected[n];
            if lost > allowed {
                break;
            }
            out[n] = true;
        }
        leave_tables(&mut out, noise, lines, &left, ruled);
        out
    }
}

/// Fewer lines than this are no table and no list.
const LEAST_ROWS: usize = 6;
/// If so large a share of them goes, the others are what is wrong.
const MOST_ROWS: f64 = 0.9;
/// From this probability on a line goes whatever stands around it: a byline over a list is no row of it.
const NO_ROW: f32 = 0.95;

/// Short lines between two lines of body text that stay are one thing, a table or a list, and lose their sense if a part
/// of them goes: unless most of them go, only those go that are surely none of its rows. A rule that strikes one of them says that they
/// are no table. `left` are the lines that no rule strikes.
fn leave_tables(struck: &mut [bool], noise: &[f32], lines: &[Line], left: &[usize], ruled: impl Fn(usize) -> bool) {
    let mut at = 0_usize;
    for rows in left.chunk_by(|&a, &b| lines[a].is_body() == lines[b].is_body()) {
        let before = at.checked_sub(1).map(|n| left[n]);
        at += rows.len();
        let (Some(before), Some(&behind)) = (before, left.get(at)) else { continue };
        let is_between = |n: usize| lines[n].is_body() && !struck[n];
        if rows.len() < LEAST_ROWS || !is_between(before) || !is_between(behind) || (before..behind).any(&ruled) {
            continue;
        }
        let gone = rows.iter().filter(|&&n| struck[n]).count();
        if (gone as f64) < MOST_ROWS * rows.len() as f64 {
            for &n in rows {
                struck[n] &= noise[n] >= NO_ROW;
            }
        }
    }
}

/// Code points of real text under which a document is a short one.
const SHORT: f64 = 2_000.0;

/// Body text is surely real under this probability of noise. What stands over it may be its heading, and sentences beside
/// it may be its own.
const SURE_TEXT: f32 = 0.2;

/// The likely lines whose runs, where they touch lines that stay, begin with a sure one: sure by `caution` for what may belong
/// to a text that it touches, else by `eased`. `left` are the lines that no rule strikes.
fn in_sure_runs(noise: &[f32], lines: &[Line], left: &[usize], caution: Caution, eased: Caution) -> Vec<usize> {
    let is_text = |n: usize| lines[n].is_body() && noise[n] < SURE_TEXT;
    let is_sure = |n: usize, of_text: bool| {
        let bars = if of_text { caution } else { eased };
        noise[n] >= if lines[n].is_body() { bars.edge.max(bars.sentence) } else { bars.edge }
    };
    let mut out = Vec::new();
    let mut at = 0_usize;
    for run in left.chunk_by(|&a, &b| (noise[a] >= caution.least) == (noise[b] >= caution.least)) {
        let before = at.checked_sub(1).map(|n| left[n]);
        at += run.len();
        let behind = left.get(at).copied();
        if run.first().is_none_or(|&n| noise[n] < caution.least) {
            continue;
        }
        let from =
            before.map_or(Some(0), |above| run.iter().position(|&n| is_sure(n, lines[n].is_body() && is_text(above))));
        let to = behind.map_or(Some(run.len() - 1), |below| run.iter().rposition(|&n| is_sure(n, is_text(below))));
        if let (Some(from), Some(to)) = (from, to) {
            out.extend(run.get(from..=to).unwrap_or_default());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    fn struck(noise: &[f32], least: f32, risk: f32) -> Vec<bool> {
        let text = format!("{}\n", "a".repeat(999)).repeat(noise.len());
        Model::strikes(
            noise,
            &lines::split(&text),
            |_| false,
            Caution { least, edge: least, sentence: least, page: 1.0, veto: 0.0, risk },
        )
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
        let struck = |noise: &[f32]| {
            let lines = lines::split(&format!("{}\n", "a".repeat(9_999)).repeat(noise.len()));
            Model::strikes(noise, &lines, |n| noise[n] >= 1.0, caution)
        };
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
            let body = "The ferry left the quay at nine and came back with salt, rope and two goats. ".repeat(40);
            let lines = lines::split(&format!("{body}\n").repeat(noise.len()));
            Model::strikes(noise, &lines, |_| false, caution)
        };
        assert_eq!(struck(&[0.1, 0.8, 0.1]), [false; 3]);
        assert_eq!(struck(&[0.1, 0.7, 0.9, 0.7, 0.9, 0.1]), [false, false, true, true, true, false]);
        assert_eq!(struck(&[0.1, 0.7, 0.9, 0.6]), [false, false, true, true], "the end of the page is no edge");
    }

    #[test]
    fn on_a_page_of_much_noise_less_is_enough_but_not_beside_the_text() {
        const TEXT: &str = "The ferry left the quay at nine and came back with salt, rope and two goats.";
        let caution = Caution { least: 0.5, edge: 0.8, sentence: 0.85, page: 0.45, veto: 0.0, risk: 1.0 };
        // so many lines that are surely noise, a line that stays, two unsure ones, `below`, and the text
        let struck = |sure: usize, below: &str, text: &str, caution: Caution| {
            let menu = "Timetables of all ferries to the outer islands and back\n".repeat(sure);
            let lines = lines::split(&format!("{menu}Harbour\nTicket office\nPiers\n{below}{}", text.repeat(60)));
            let unsure = [0.1, 0.6, 0.6];
            let noise: Vec<f32> = (0..lines.len()).map(|n| if n < sure { 1.0 } else { 0.1 }).collect();
            let noise: Vec<f32> =
                noise.iter().enumerate().map(|(n, p)| *unsure.get(n.wrapping_sub(sure)).unwrap_or(p)).collect();
            let out = Model::strikes(&noise, &lines, |n| n < sure, caution);
            out.iter().filter(|&&struck| struck).count()
        };
        let text = format!("{TEXT}\n");
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
        let body = "The ferry left the quay at nine and came back with salt, rope and two goats. ".repeat(40);
        let struck = |noise: &[f32], ruled: Option<usize>| {
            let rows = "61 hours\n".repeat(noise.len());
            let lines = lines::split(&format!("{body}\n{rows}{body}\n"));
            let noise: Vec<f32> = [0.0].iter().chain(noise).chain(&[0.0]).copied().collect();
            let out = Model::strikes(&noise, &lines, |n| ruled == Some(n), caution);
            out.iter().filter(|&&struck| struck).count()
        };
        assert_eq!(struck(&[0.9, 0.9, 0.2, 0.9, 0.3, 0.9, 0.9], None), 0, "rows would be torn out");
        assert_eq!(struck(&[0.99, 0.9, 0.2, 0.9, 0.3, 0.9, 0.9], None), 1, "a byline over it is no row");
        assert_eq!(struck(&[0.9; 7], None), 7, "a menu");
        assert_eq!(struck(&[0.9, 0.9, 0.2, 0.9, 0.9], None), 4, "too few for a table");
        assert_eq!(struck(&[0.9, 0.9, 0.2, 0.9, 0.3, 0.9, 0.9], Some(3)), 5, "a rule knows one of them");
    }

    #[test]
    fn a_short_document_is_put_at_less_risk() {
        let caution = Caution { least: 0.5, edge: 0.5, sentence: 0.5, page: 1.0, veto: 0.0, risk: 0.2 };
        let struck = |chars: usize| {
            let lines = lines::split(&format!("{}\n", "a".repeat(chars)).repeat(2));
            Model::strikes(&[0.0, 0.9], &lines, |_| false, caution)
        };
        assert_eq!(struck(2_000), [false, true]);
        assert_eq!(struck(200), [false, false]);
    }

    #[test]
    fn nothing_is_struck_of_nothing() {
        assert!(struck(&[], 0.5, 1.0).is_empty());
    }
}
