//! What speaks for and against a splinter. Evidence is counted in bits: a point doubles the odds that the emoji broke a
//! word. The weights were fitted on clean text of sixteen languages with emoji dropped into words, and between words in
//! the place of spaces, and then rounded; the document's context is added to the points of each break.

use super::signs::{
    HEARTS, clings_to_left, clings_to_right, ends_in_clitic, ends_in_elision, is_apostrophe, is_emphasis,
    is_final_form, is_hangul, is_letter, is_medial_form,
};
use super::words::{Words, lower};
use crate::chars::is_unspaced;

/// Beyond doubt, whatever the document looks like.
pub const SURE: i32 = 100;

/// The fragments together are a known word. True of half of all splinters and of one in two thousand glued pairs.
const WHOLE_WORD: i32 = 9;
/// Both fragments are known words as well: "any" + "one" may be two words after all.
const WHOLE_OF_WORDS: i32 = -6;
/// Both fragments are known words and the whole is none: true of half of all glued pairs and of one splinter in three
/// hundred.
const TWO_WORDS: i32 = -8;
/// One fragment is itself a known word.
const WORD: i32 = -5;
/// A known word begins (left) or ends (right) with the fragment.
const PIECE: i32 = 2;
/// So do several words: it is a common stem or ending ("-ing", "-ment").
const COMMON_PIECE: i32 = 1;
/// Words that make a piece a common one.
const SEVERAL: usize = 3;
/// Every so many known words begin or end like that: it says little then that the fragment is also a word by itself, as
/// the one-letter words "o" and "a" are that half of Spanish ends with.
const EVERYWHERE: i32 = 3;
const EVERY_SO_MANY: usize = 12;
/// A known word begins with the left fragment and two letters more across the break, or ends with the right one and two
/// letters before it: kin of the whole ("organi🍌zer" beside "organize").
const KIN: i32 = 2;
/// The letters across the break.
const KIN_LETTERS: usize = 2;
/// What is compared has at least so many letters, or it would be chance.
const KIN_FROM: usize = 4;
/// No known word ends with the last two letters of the left fragment, or begins with the first two of the right one
/// ("ctory"); or the fragment is one letter, and no word.
const BAD_EDGE: i32 = 2;
/// The same with three letters.
const RARE_EDGE: i32 = 1;
/// Three letters across the break run on in a known word. Counts for two letters and one, and for one and two.
const SEAM: i32 = 1;
/// A fragment is no known word, but long enough to be a whole one.
const LONG: i32 = -2;
/// Letters that make a fragment long.
const LONG_FROM: usize = 4;
/// The emoji colours what stands before it: a face, a hand, a heart.
const EMPHASIS: i32 = -1;
/// More than one emoji in a row is somebody's emphasis.
const ROW: i32 = -5;
/// The same emoji again and again between the words of a chain, as in clapping.
const CLAPS: i32 = -3;
/// Two acronyms or shouted words next to each other ("USA🇺🇸WINS"), where other words are not in capitals.
const CAPITALS: i32 = -2;
/// A letter that only ends words stands before the emoji, or one that never does.
const FINAL_FORM: i32 = -8;
const MEDIAL_FORM: i32 = 3;
/// A final form right after the emoji: it must have a letter before it.
const FINAL_FORM_NEXT: i32 = 8;
/// Hangul: syllables carry more than letters, words take endings at will, and a list knows few of their forms.
const HANGUL: i32 = -2;
/// The two syllables at the break follow one another in a known word.
const HANGUL_SEAM: i32 = 5;
/// A lone syllable is mostly part of a word.
const LONE_SYLLABLE: i32 = 2;
/// A fragment is itself a known word; but many of those are particles as well.
const HANGUL_WORD: i32 = -2;
/// Together they have more syllables than most words.
const HANGUL_LONG: i32 = -5;
const HANGUL_LONG_FROM: usize = 6;
/// Who loves is a word of so many letters at most: "I", "we", "you".
const LOVER: usize = 3;
/// An emoji right behind an elision ("l'🍌homme").
const AFTER_ELISION: i32 = 2;

/// A break: letters, a run of emoji, letters.
pub struct Break<'a> {
    pub left: &'a str,
    pub right: &'a str,
    /// The emoji between them, as written.
    pub run: &'a str,
    /// How many there are.
    pub emoji: usize,
    /// The same emoji breaks this chain of letters elsewhere.
    pub again: bool,
    /// The line around is set in capitals.
    pub capitals: bool,
}

/// Where a new word begins by its letter case.
#[derive(PartialEq)]
enum Case {
    OneWord,
    Capitals,
    NewWord,
}

impl Break<'_> {
    /// The points of a break; `None` when nothing can be said, as in a script without spaces.
    pub fn points(&self, words: &Words<'_>) -> Option<i32> {
        let (last, first) = (self.left.chars().next_back()?, self.right.chars().next()?);
        if clings_to_left(first) || clings_to_right(last) {
            return Some(SURE);
        }
        if is_unspaced(last) || is_unspaced(first) {
            return None;
        }
        let (left, right) = (lower(self.left), lower(self.right));
        if is_letter(last) && is_letter(first) {
            return Some(self.in_letters(&left, &right, words));
        }
        let whole = format!("{left}{right}");
        if is_apostrophe(last) || is_apostrophe(first) {
            return self.at_apostrophe(&left, &whole, words);
        }
        let mixed = last.is_ascii_digit() != first.is_ascii_digit();
        (is_counted(&left, &right) || mixed && words.in_text(&whole)).then_some(WHOLE_WORD)
    }

    /// A break with letters on both sides.
    fn in_letters(&self, left: &str, right: &str, words: &Words<'_>) -> i32 {
        let whole = format!("{left}{right}");
        let case = self.case();
        if case == Case::NewWord && !words.in_text(&whole) {
            return -SURE;
        }
        if words.knows(&whole) {
            let both = words.knows(left) && words.knows(right);
            return WHOLE_WORD + if both { WHOLE_OF_WORDS } else { 0 };
        }
        if self.says_love(left, words) || self.stands_for_o(left, right, words) {
            return -SURE;
        }
        let capitals = if case == Case::Capitals { CAPITALS } else { 0 };
        capitals
            + self.of_the_emoji()
            + forms(left, right)
            + if left.ends_with(is_hangul) && right.starts_with(is_hangul) {
                of_hangul(left, right, words)
            } else {
                of_letters(left, right, words)
            }
    }

    /// "it🍌's", "don'🍌t", "l'🍌homme".
    fn at_apostrophe(&self, left: &str, whole: &str, words: &Words<'_>) -> Option<i32> {
        if words.knows_as_written(whole) {
            return Some(WHOLE_WORD);
        }
        let noun = ends_in_elision(left) && !self.run.starts_with(HEARTS);
        noun.then(|| AFTER_ELISION + self.of_the_emoji())
    }

    fn of_the_emoji(&self) -> i32 {
        let emphasis = if self.run.starts_with(is_emphasis) { EMPHASIS } else { 0 };
        let row = if self.emoji > 1 { ROW } else { 0 };
        emphasis + row + if self.again { CLAPS } else { 0 }
    }

    /// What the capitals say: "great🎉Now" and "NASA🚀launches" are two words, "USA🇺🇸WINS" may be.
    fn case(&self) -> Case {
        let shouted = |word: &str| word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
        let next = self.right.chars().next().is_some_and(char::is_uppercase);
        let long = self.left.chars().nth(1).is_some();
        match (shouted(self.left), next) {
            _ if self.capitals => Case::OneWord,
            (true, true) if shouted(self.right.trim_end_matches('s')) => Case::Capitals,
            (_, true) if self.left != "Mc" => Case::NewWord,
            (true, false) if long && self.right != "s" => Case::NewWord,
            _ => Case::OneWord,
        }
    }

    /// "I❤️NY", "we💛books", "J💕M": somebody short, a heart, and what is loved.
    fn says_love(&self, left: &str, words: &Words<'_>) -> bool {
        let initials = self.left.chars().count() == 1 && self.right.chars().count() == 1;
        let lover = left.chars().count() <= LOVER && words.knows(left);
        self.run.starts_with(HEARTS) && (initials || lover)
    }

    /// "g⚽al", "c🍪🍪kie": round things that stand for the letter.
    fn stands_for_o(&self, left: &str, right: &str, words: &Words<'_>) -> bool {
        words.knows(&format!("{left}{}{right}", "o".repeat(self.emoji)))
    }
}

/// An ordinal or a decade: "1🍌st", "90🍌s".
fn is_counted(left: &str, right: &str) -> bool {
    left.chars().all(|c| c.is_ascii_digit()) && ["st", "nd", "rd", "th", "s"].contains(&right)
}

/// What the letters say when the whole is no known word.
fn of_letters(left: &str, right: &str, words: &Words<'_>) -> i32 {
    let (left_known, right_known) = (words.knows(left) || ends_in_clitic(left), words.knows(right));
    if left_known && right_known {
        return TWO_WORDS;
    }
    // An apostrophe begins or ends a piece: of "l'inch🍌iostro" the left one is "inch".
    let (left_piece, right_piece) =
        (left.rsplit('\'').next().unwrap_or(left), right.split('\'').next().unwrap_or(right));
    let left_edge = edge(left_piece, words, |letters| words.ends(tail(left_piece, letters)));
    let right_edge = edge(right_piece, words, |letters| words.begins(head(right_piece, letters)));
    let of_left = if left_known { WORD } else { left_edge + long(left_piece) };
    let of_right = if right_known { WORD } else { right_edge + long(right_piece) };
    let pieces = piece(words.longer(left_piece), words) + piece(words.longer_before(right_piece), words);
    of_left + of_right + pieces + kin(left_piece, right_piece, words) + seam(left_piece, right_piece, words)
}

fn piece(of_words: usize, words: &Words<'_>) -> i32 {
    match of_words {
        0 => 0,
        _ if words.is_rich() && of_words * EVERY_SO_MANY >= words.count() => PIECE + COMMON_PIECE + EVERYWHERE,
        SEVERAL.. => PIECE + COMMON_PIECE,
        _ => PIECE,
    }
}

/// How little a fragment looks like a word at the break, given whether any word has so many of its letters there.
fn edge(letters: &str, words: &Words<'_>, any: impl Fn(usize) -> bool) -> i32 {
    match letters.chars().take(3).count() {
        _ if !words.at_home() || !words.is_rich() => 0,
        1 => BAD_EDGE,
        _ if !any(2) => BAD_EDGE,
        3 if !any(3) => RARE_EDGE,
        _ => 0,
    }
}

fn long(letters: &str) -> i32 {
    if letters.chars().nth(LONG_FROM - 1).is_some() { LONG } else { 0 }
}

fn kin(left: &str, right: &str, words: &Words<'_>) -> i32 {
    let begins = format!("{left}{}", head(right, KIN_LETTERS));
    let ends = format!("{}{right}", tail(left, KIN_LETTERS));
    let enough = |piece: &str| piece.chars().nth(KIN_FROM - 1).is_some();
    KIN * (i32::from(enough(&begins) && words.begins(&begins)) + i32::from(enough(&ends) && words.ends(&ends)))
}

fn seam(left: &str, right: &str, words: &Words<'_>) -> i32 {
    let runs_on = |before: usize, after: usize| {
        let letters: Vec<char> = tail(left, before).chars().chain(head(right, after).chars()).collect();
        <[char; 3]>::try_from(letters).is_ok_and(|three| words.runs_on(three))
    };
    SEAM * (i32::from(runs_on(2, 1)) + i32::from(runs_on(1, 2)))
}

fn forms(left: &str, right: &str) -> i32 {
    let before = if left.ends_with(is_final_form) {
        FINAL_FORM
    } else if left.ends_with(is_medial_form) {
        MEDIAL_FORM
    } else {
        0
    };
    before + if right.starts_with(is_final_form) { FINAL_FORM_NEXT } else { 0 }
}

fn of_hangul(left: &str, right: &str, words: &Words<'_>) -> i32 {
    let syllables = |side: &str| side.chars().count();
    let side = |side: &str| {
        let lone = if syllables(side) == 1 { LONE_SYLLABLE } else { 0 };
        if words.knows(side) { HANGUL_WORD } else { lone }
    };
    let pieces = piece(words.longer(left), words) + piece(words.longer_before(right), words);
    let seam = left.chars().next_back().zip(right.chars().next()).is_some_and(|(a, b)| words.joins([a, b]));
    let bad = words.at_home() && !words.ends(tail(left, 1));
    let long = syllables(left) + syllables(right) >= HANGUL_LONG_FROM;
    let what_holds = [(seam, HANGUL_SEAM), (bad, BAD_EDGE), (long, HANGUL_LONG)];
    let points: i32 = what_holds.iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum();
    HANGUL + side(left) + side(right) + pieces + points
}

fn head(word: &str, letters: usize) -> &str {
    &word[..word.char_indices().nth(letters).map_or(word.len(), |(i, _)| i)]
}

fn tail(word: &str, letters: usize) -> &str {
    &word[word.char_indices().nth_back(letters - 1).map_or(0, |(i, _)| i)..]
}
