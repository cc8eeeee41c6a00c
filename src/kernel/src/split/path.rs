//! Which cuts go together best, found by dynamic programming in one pass.

use std::ops::Range;

/// How careful the cuts are.
#[derive(Debug, Clone, Copy)]
pub struct Care {
    /// A document is cut only if one of its cuts has at least this score ...
    pub least: f32,
    /// ... and all others have at least this one.
    pub least_next: f32,
    /// Or if `row` of them have that, and all of these are this much above every other break. Fewer than three must be
    /// somewhat sure and part articles, of which none is a fraction of the others.
    pub margin: f32,
    /// See `margin`; 1 at least.
    pub row: usize,
    /// An article has at least this many code points; what is shorter is a teaser, and needs others beside it or a cut
    /// as sure as `least`.
    pub length: usize,
}

/// A place where a story may begin.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Code points of the document before it.
    pub at: usize,
    /// How sure a cut is here.
    pub score: f32,
}

/// The breaks of a document that are no candidates: how many there are, and the best score among them.
#[derive(Debug, Clone, Copy)]
pub struct Others {
    /// Their number.
    pub count: usize,
    /// 0 where there are none.
    pub best: f32,
}

/// So many candidates are a row of stories, or of teasers.
pub const ROW: usize = 3;
/// What fewer score at least ...
const LEAST_LONE: f32 = 0.6;
/// ... and each story behind or before them is at least one of so many parts of the document.
const MOST_STORIES: usize = 5;
/// They stand out from so many other breaks, or from none: four paragraphs on four things are soon found.
const LEAST_OTHERS: usize = 4;

/// How the story before a place stands.
#[derive(Clone, Copy)]
struct Ways {
    /// It is long enough, or surely cut off, or has others like it beside it.
    fine: Option<Way>,
    /// It is short and unsure, and the one before it is no help.
    lone: Option<Way>,
}

/// The best way to a place: what it gained, and where its last story begins (a candidate's number plus one, 0 for the
/// document's start) and in which state that place was reached.
#[derive(Clone, Copy)]
struct Way {
    gain: f32,
    from: usize,
    from_lone: bool,
}

/// The numbers of the candidates to cut at; `chars` are the document's code points.
pub fn choose(candidates: &[Candidate], others: Others, chars: usize, care: Care) -> Vec<usize> {
    let best = candidates.iter().map(|c| c.score).fold(0.0, f32::max);
    let least = if stand_out(candidates, others, chars, care) { care.least.min(best) } else { care.least };
    let care = Care { least, ..care };
    if best < care.least {
        return Vec::new();
    }
    let places: Vec<Candidate> = std::iter::once(Candidate { at: 0, score: 1.0 })
        .chain(candidates.iter().copied())
        .chain([Candidate { at: chars, score: care.least_next }])
        .collect();
    let mut ways: Vec<Ways> = vec![Ways { fine: Some(Way { gain: 0.0, from: 0, from_lone: false }), lone: None }];
    let mut best_far: Option<Way> = None; // over the starts of stories that are long enough by now
    let mut far = 0;
    for end in 1..places.len() {
        while far < end && places[end].at - places[far].at >= care.length {
            best_far = better(best_far, ways[far].fine.map(|way| Way { from: far, from_lone: false, ..way }));
            far += 1;
        }
        let mut fine = best_far;
        let mut lone = None;
        for start in far..end {
            let (before, sure) = (ways[start], places[start].score >= care.least && start > 0);
            let out_of = |way: Option<Way>, from_lone| way.map(|way| Way { from: start, from_lone, ..way });
            // a short story beside another short one, or one that is surely cut off
            fine = better(fine, out_of(before.lone, true));
            if sure || before.fine.is_some_and(|_| follows_short(&ways, &places, start, care)) {
                fine = better(fine, out_of(before.fine, false));
            } else {
                lone = better(lone, out_of(before.fine, false));
            }
        }
        let gain = places[end].score - care.least_next;
        let add = |way: Option<Way>| way.map(|way| Way { gain: way.gain + gain, ..way });
        ways.push(Ways { fine: add(fine), lone: add(lone) });
    }
    let cuts = read_back(&ways);
    if cuts.iter().any(|&n| candidates[n].score >= care.least) { cuts } else { Vec::new() }
}

/// Are there enough candidates, and all of them far above the document's other breaks?
fn stand_out(candidates: &[Candidate], others: Others, chars: usize, care: Care) -> bool {
    candidates.len() >= care.row
        && others.count >= LEAST_OTHERS
        && candidates.iter().all(|c| c.score - others.best >= care.margin)
        && (candidates.len() >= ROW || part_articles(candidates, chars, care))
}

/// Are the candidates somewhat sure, and is no story between them short or a fraction of the document?
fn part_articles(candidates: &[Candidate], chars: usize, care: Care) -> bool {
    let least = care.length.max(chars / MOST_STORIES);
    let starts = std::iter::once(0).chain(candidates.iter().map(|c| c.at));
    let ends = candidates.iter().map(|c| c.at).chain([chars]);
    candidates.iter().all(|c| c.score >= LEAST_LONE) && starts.zip(ends).all(|(start, end)| end - start >= least)
}

/// Is the last story of the best fine way to a place a short one?
fn follows_short(ways: &[Ways], places: &[Candidate], place: usize, care: Care) -> bool {
    place > 0 && ways[place].fine.is_some_and(|way| is_short(places, way.from..place, care))
}

fn is_short(places: &[Candidate], story: Range<usize>, care: Care) -> bool {
    places[story.end].at - places[story.start].at < care.length
}

/// The earlier way wins a tie, and with it the longer last story.
fn better(a: Option<Way>, b: Option<Way>) -> Option<Way> {
    match (a, b) {
        (Some(x), Some(y)) => Some(if y.gain > x.gain { y } else { x }),
        (x, y) => x.or(y),
    }
}

fn read_back(ways: &[Ways]) -> Vec<usize> {
    let mut out = Vec::new();
    let mut place = ways.len() - 1;
    let mut way = ways[place].fine;
    while let Some(Way { from, from_lone, .. }) = way {
        if place == 0 || from == 0 {
            break;
        }
        out.push(from - 1);
        place = from;
        way = if from_lone { ways[place].lone } else { ways[place].fine };
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARE: Care = Care { least: 0.9, least_next: 0.5, margin: 0.3, row: 3, length: 100 };

    fn cuts(candidates: &[(usize, f32)], chars: usize) -> Vec<usize> {
        cuts_among(CARE, Others { count: 9, best: 0.4 }, candidates, chars)
    }

    fn cuts_among(care: Care, others: Others, candidates: &[(usize, f32)], chars: usize) -> Vec<usize> {
        let candidates: Vec<Candidate> = candidates.iter().map(|&(at, score)| Candidate { at, score }).collect();
        choose(&candidates, others, chars, care)
    }

    #[test]
    fn without_a_sure_cut_a_document_stays_whole() {
        assert!(cuts(&[(500, 0.89), (800, 0.6)], 1_000).is_empty());
        assert!(cuts(&[], 1_000).is_empty());
        assert_eq!(cuts(&[(500, 0.9)], 1_000), [0]);
    }

    #[test]
    fn or_with_some_cuts_that_stand_out() {
        let (calm, row) = (Others { count: 9, best: 0.2 }, [(700, 0.6), (800, 0.55), (900, 0.7)]);
        assert_eq!(cuts_among(CARE, calm, &row, 1_000), [0, 1, 2]);
        assert!(cuts_among(CARE, Others { best: 0.3, ..calm }, &row, 1_000).is_empty(), "one of them does not");
        assert!(cuts_among(CARE, Others { count: 3, ..calm }, &row, 1_000).is_empty(), "from next to nothing");
        assert!(cuts_among(CARE, calm, &row[1..], 1_000).is_empty(), "two are no row");
        assert_eq!(cuts_among(CARE, calm, &[(300, 0.6), (340, 0.55), (600, 0.7)], 1_000), [0, 2], "no scrap");
        let lone = Care { row: 1, ..CARE };
        assert_eq!(cuts_among(lone, calm, &[(500, 0.6)], 1_000), [0]);
        assert!(cuts_among(lone, calm, &[(950, 0.6)], 1_000).is_empty(), "a scrap");
        assert!(cuts_among(lone, calm, &[], 1_000).is_empty());
    }

    #[test]
    fn a_sure_cut_takes_others_with_it() {
        assert_eq!(cuts(&[(300, 0.6), (500, 0.9), (800, 0.51)], 1_000), [0, 1, 2]);
    }

    #[test]
    fn a_short_story_stands_beside_others_or_is_sure() {
        assert_eq!(cuts(&[(500, 0.95), (960, 0.6)], 1_000), [0], "a lone last line");
        assert_eq!(cuts(&[(500, 0.6), (960, 0.95)], 1_000), [0, 1], "a sure one");
        assert_eq!(cuts(&[(500, 0.95), (900, 0.6), (950, 0.6)], 1_000), [0, 1, 2], "a row");
        assert_eq!(cuts(&[(450, 0.6), (500, 0.95)], 1_000), [1], "a lone one between two articles");
    }

    #[test]
    fn the_first_story_may_be_short_too() {
        assert_eq!(cuts(&[(40, 0.6), (500, 0.95)], 1_000), [1]);
        assert!(cuts(&[(40, 0.95), (500, 0.6)], 1_000).is_empty(), "the only sure cut would leave a scrap");
        assert_eq!(cuts(&[(40, 0.6), (80, 0.95), (500, 0.6)], 1_000), [0, 1, 2]);
    }
}
