//! Classes of characters that the kernel decides by, each named for what it stands for.

/// Characters that end a sentence, in the scripts we know of (Unicode `Sentence_Terminal`, the ones in common use).
const SENTENCE_END: &[char] =
    &['.', '!', '?', '…', '‥', '。', '！', '？', '．', '｡', '।', '॥', '؟', '۔', '։', '።', '፧', '፨', '។', '၊', '။', '‽'];

/// Of these, the ones that headings end with too.
const HEADING_END: &[char] = &['!', '?', '！', '？', '؟', '‽'];

/// Marks that may close a sentence after its end: quotes and brackets (Unicode `Close_Punctuation`, `Final_Punctuation`,
/// and the low-high quotes that open in one language and close in another).
const CLOSERS: &[char] =
    &['"', '\'', '”', '’', '»', '«', '“', '‘', '›', ')', ']', '」', '』', '）', '】', '〉', '》', '〕', '*', '_'];

/// Does a trimmed line end like a sentence?
pub fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(CLOSERS).ends_with(SENTENCE_END)
}

/// A character that ends a sentence?
pub fn is_sentence_end(c: char) -> bool {
    SENTENCE_END.contains(&c)
}

/// Does a trimmed line end in a way that a heading may: without a sentence end, or as a question or a call?
pub fn ends_heading(line: &str) -> bool {
    let line = line.trim_end_matches(CLOSERS);
    !line.ends_with(SENTENCE_END) || line.ends_with(HEADING_END)
}

/// Does a trimmed line break off, as a shortened teaser does?
pub fn breaks_off(line: &str) -> bool {
    let line = line.trim_end_matches(|c: char| CLOSERS.contains(&c) || c == '[' || c == '(' || c == ' ');
    line.ends_with('…') || line.ends_with("...")
}

/// A character of a script that writes words without spaces between them: Han, kana, Thai, Lao, Khmer, Myanmar, Tibetan.
pub fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x0F00..=0x0FFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0x2FDF | 0x3005..=0x3007
        | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Is most of a line written in such a script?
pub fn is_mostly_unspaced(line: &str, chars: usize) -> bool {
    !line.is_ascii() && line.chars().filter(|c| is_unspaced(*c)).count() * 2 > chars
}

/// A combining mark of any script that is drawn on or around the letter before it (general category M; the blocks).
pub fn is_mark(c: char) -> bool {
    use unicode_normalization::char::is_combining_mark;
    is_combining_mark(c) && !matches!(u32::from(c), 0xFE00..=0xFE0F | 0x20D0..=0x20FF | 0xE0100..=0xE01EF)
}

/// The last place between two characters at or before a byte.
pub fn boundary_before(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// A bullet or a list number with its punctuation at the start of a trimmed line.
pub fn is_listed(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    if BULLETS.contains(&first) {
        return chars.next().is_some_and(|c| c.is_whitespace() || first != '-' && first != '*');
    }
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.len() && rest.len() + 3 >= line.len() && rest.starts_with(['.', ')']) && {
        let mut rest = rest.chars();
        rest.next();
        rest.next().is_some_and(char::is_whitespace)
    }
}

/// Signs that pages put before the items of a list.
const BULLETS: &[char] =
    &['-', '*', '•', '·', '►', '▶', '▸', '»', '›', '–', '—', '■', '●', '○', '◦', '‣', '→', '➤', '✓'];
