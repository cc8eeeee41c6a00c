//! Characters that splinters are told by: which emoji there are, what words are made of, and which letters say by
//! themselves where a word begins or ends.

use crate::chars::is_mark;
use std::ops::RangeInclusive;

/// One emoji, after the grammar `possible_emoji` of UTS #51 (section 1.4.9). Pictographs that text uses as signs (™, ©,
/// arrows, check marks, plus and minus, the squared letters of "🅱️ig") are not emoji here, with or without selector.
pub const EMOJI: &str = r"\A(?x:
    \p{RI}\p{RI}
  | [0-9\#*]\x{FE0F}?\x{20E3}
  | (?: [\x{2300}-\x{23FF}\x{2B00}-\x{2BFF}&&\p{Emoji_Presentation}]
      | [\x{2300}-\x{23FF}&&\p{Emoji}]\x{FE0F}
      | [[\x{2600}-\x{27BF}&&\p{Emoji}]--[♀♂♾☑✔✖➕➖➗➡➰➿]]
      | [[\x{1F000}-\x{1FAFF}&&\p{Emoji}]--[\x{1F170}-\x{1F189}\x{1F18E}-\x{1F19A}\x{1F1E6}-\x{1F1FF}\x{1F200}-\x{1F265}]] )
    (?:\p{EMod}\x{FE0F}? | \x{FE0F}\p{EMod}? | [\x{E0020}-\x{E007E}]+\x{E007F})?
    (?:\x{200D}(?:\p{RI}\p{RI} | \p{Emoji}(?:\p{EMod}\x{FE0F}? | \x{FE0F}\p{EMod}? | [\x{E0020}-\x{E007E}]+\x{E007F})?))*
)";
/// Emoji that stand for the verb "love" between two words ("I❤️you").
pub const HEARTS: &[char] = &[
    '❤', '♥', '💓', '💔', '💕', '💖', '💗', '💘', '💙', '💚', '💛', '💜', '💝', '💞', '🖤', '🤍', '🤎', '🧡', '🩵',
    '🩶', '🩷', '😍',
];

/// Faces, hands, hearts and sparks: what people put after a word to colour it.
const EMPHASIS: &[RangeInclusive<char>] = &[
    '😀'..='🙏',
    '🤐'..='🤯',
    '🥰'..='🥺',
    '🫠'..='🫸',
    '👆'..='👐',
    '💋'..='💞',
    '💢'..='💫',
    '💪'..='💪',
    '💯'..='💯',
    '🔥'..='🔥',
    '✨'..='✨',
    '🎉'..='🎊',
    '❤'..='❤',
    '♥'..='♥',
    '🖤'..='🖤',
    '🤍'..='🤎',
    '🧡'..='🧡',
    '🩵'..='🩷',
];

/// Does an emoji colour what stands before it?
pub fn is_emphasis(c: char) -> bool {
    EMPHASIS.iter().any(|range| range.contains(&c))
}

/// Anything an emoji sequence is made of, roughly: only used to see that a word touches one.
pub fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2300..=0x23FF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0xFE0F | 0x200D | 0x20E3)
}

/// Letters, and the marks that belong to them. (Emoji selectors are marks by category and are left out by `is_mark`.)
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.is_alphabetic() && !matches!(u32::from(c), 0x1F130..=0x1F189 | 0x24B6..=0x24E9) || is_mark(c)
}

/// What a word is made of, apostrophes aside.
pub fn is_word_char(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

/// The apostrophes that stand inside words ("don't", "l’homme", "п’ять").
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// What an apostrophe cuts short before the next word, in French and Italian.
const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "un", "all", "dall", "dell",
    "nell", "sull", "quell", "quest",
];

/// Does a fragment in lower case end with an elision ("l'", "dell'")?
pub fn ends_in_elision(fragment: &str) -> bool {
    fragment.strip_suffix('\'').is_some_and(|word| ELIDED.contains(&word))
}

/// What English puts behind a whole word with an apostrophe.
const CLITICS: &[&str] = &["s", "t", "d", "m", "ll", "re", "ve"];

/// Does a fragment in lower case end with a clitic, and so with a word ("river's", "couldn't")?
pub fn ends_in_clitic(fragment: &str) -> bool {
    fragment.rsplit_once('\'').is_some_and(|(_, clitic)| CLITICS.contains(&clitic))
}

/// A syllable of Hangul.
pub fn is_hangul(c: char) -> bool {
    matches!(u32::from(c), 0xAC00..=0xD7A3)
}

/// Letter forms that only stand at the end of a word: Greek final sigma, the Hebrew final letters, and Arabic
/// ta marbuta.
pub fn is_final_form(c: char) -> bool {
    matches!(c, 'ς' | 'ך' | 'ם' | 'ן' | 'ף' | 'ץ' | 'ة')
}

/// Letters that would have another form at the end of a word: Greek sigma and its Hebrew likes (less pe, which
/// ends loan words as it is).
pub fn is_medial_form(c: char) -> bool {
    matches!(c, 'σ' | 'כ' | 'מ' | 'נ' | 'צ')
}

/// A sign that cannot begin a word, in scripts without spaces too: a mark, which belongs to the letter before it in
/// memory order; a vowel of Thai or Lao written behind its consonant; the small kana that finish a syllable.
pub fn clings_to_left(c: char) -> bool {
    is_mark(c)
        || matches!(c, '\u{0E30}' | '\u{0E32}' | '\u{0E33}' | '\u{0EB0}' | '\u{0EB2}' | '\u{0EB3}')
        || matches!(c, 'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ')
}

/// A sign that cannot end a word: a vowel of Thai or Lao written before its consonant, or a virama, which ties a
/// consonant to the next one (Devanagari to Malayalam).
pub fn clings_to_right(c: char) -> bool {
    matches!(u32::from(c), 0x0E40..=0x0E44 | 0x0EC0..=0x0EC4)
        || matches!(u32::from(c), 0x094D | 0x09CD | 0x0A4D | 0x0ACD | 0x0B4D | 0x0C4D | 0x0CCD)
}
