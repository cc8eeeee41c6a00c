//! Where one story ends and the next begins.
//!
//! Evidence comes from two sides: marks that papers set themselves (`structure`), and a learned score for every break
//! between two lines (`breaks` for the first look, `second` for the look at what the first one found, both over the words
//! that `stream` ties together and what `meaning` knows of words). `path` picks the cuts that go together best.

pub mod breaks;
pub mod common;
pub mod cutter;
pub mod meaning;
pub mod openings;
pub mod path;
pub mod second;
pub mod stream;
pub mod structure;
pub mod units;

/// What a story is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A story of its own.
    Article,
    /// A foreign story's heading or summary.
    Teaser,
    /// One of the short items of a digest.
    DigestItem,
}

impl Kind {
    /// The name that users see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Teaser => "teaser",
            Self::DigestItem => "digest_item",
        }
    }
}

/// Why a document was cut; named in the edit that takes the break between two stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Evidence {
    EndMark,
    Dateline,
    Separator,
    TeaserRow,
    Model,
}

impl Evidence {
    /// All of them, in the order of the kernel's table of names.
    pub const ALL: [Self; 5] = [Self::EndMark, Self::Dateline, Self::Separator, Self::TeaserRow, Self::Model];

    /// The rule name of the cut.
    pub fn name(self) -> &'static str {
        match self {
            Self::EndMark => "split.end_mark",
            Self::Dateline => "split.dateline",
            Self::Separator => "split.separator",
            Self::TeaserRow => "split.teaser_row",
            Self::Model => "split.model",
        }
    }
}

/// A story begins at a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Index of its first line.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// What says so.
    pub evidence: Evidence,
    /// How sure the cut before it is, 0 to 1.
    pub score: f32,
}
