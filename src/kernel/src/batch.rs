//! Many documents at once: Arrow in, Arrow out. Byte offsets become code points here, at the border.

use crate::document::{Cleaned, Desk, Mark, Mended};
use crate::ledger::{CodePoints, count};
use crate::rules::Field;
use crate::stories::Story;
use arrow_array::builder::{BooleanBuilder, Float32Builder, Int32Builder, StringBuilder, UInt32Builder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field as Column, Fields, Schema};
use std::sync::Arc;

/// Strings of one Arrow array, whichever of Arrow's string layouts it has.
pub enum Texts<'a> {
    /// 32-bit offsets.
    Small(&'a arrow_array::StringArray),
    /// 64-bit offsets.
    Large(&'a arrow_array::LargeStringArray),
    /// Views.
    View(&'a arrow_array::StringViewArray),
}

impl<'a> Texts<'a> {
    /// Borrows an array; an error names the type if it holds no strings.
    pub fn of(array: &'a dyn Array) -> Result<Self, String> {
        match array.data_type() {
            DataType::Utf8 => Ok(Self::Small(array.as_string())),
            DataType::LargeUtf8 => Ok(Self::Large(array.as_string())),
            DataType::Utf8View => Ok(Self::View(array.as_string_view())),
            other => Err(format!("the text column must hold strings, not {other}")),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Small(a) => a.len(),
            Self::Large(a) => a.len(),
            Self::View(a) => a.len(),
        }
    }

    /// One string; a null is an empty one.
    pub fn get(&self, n: usize) -> &'a str {
        match self {
            Self::Small(a) if a.is_valid(n) => a.value(n),
            Self::Large(a) if a.is_valid(n) => a.value(n),
            Self::View(a) if a.is_valid(n) => a.value(n),
            _ => "",
        }
    }
}

/// A batch of named columns; the flag says whether a column may hold nulls.
pub fn record_batch(columns: Vec<(&str, ArrayRef, bool)>) -> Result<RecordBatch, String> {
    let schema = Schema::new(
        columns
            .iter()
            .map(|(name, array, null)| Column::new(*name, array.data_type().clone(), *null))
            .collect::<Vec<_>>(),
    );
    let arrays = columns.into_iter().map(|(_, array, _)| array).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(|e| e.to_string())
}

/// `list<item>` out of the children and the length of each list.
fn list(items: ArrayRef, lengths: &[usize], name: &str) -> Result<ArrayRef, String> {
    let item = Arc::new(Column::new(name, items.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    let array = ListArray::try_new(item, offsets, items, None).map_err(|e| e.to_string())?;
    Ok(Arc::new(array))
}

fn structs(columns: Vec<(&str, ArrayRef, bool)>) -> Result<ArrayRef, String> {
    let fields: Fields =
        columns.iter().map(|(name, array, null)| Column::new(*name, array.data_type().clone(), *null)).collect();
    let arrays = columns.into_iter().map(|(_, array, _)| array).collect();
    Ok(Arc::new(StructArray::try_new(fields, arrays, None).map_err(|e| e.to_string())?))
}

/// Name of the items of a list, as Parquet and pyarrow have it.
const ITEM: &str = "element";

/// The segments of all documents that ftfy has to look at: document, start and end (bytes), whether
/// entities may be unescaped, whether it looks wrongly decoded, and the text.
pub fn suspects(desk: &Desk, texts: &Texts<'_>) -> Result<RecordBatch, String> {
    let (mut document, mut start, mut end) = (UInt32Builder::new(), UInt64Builder::new(), UInt64Builder::new());
    let (mut unescape, mut bad) = (BooleanBuilder::new(), BooleanBuilder::new());
    let mut text = StringBuilder::new();
    for n in 0..texts.count() {
        let raw = texts.get(n);
        for found in desk.suspects(raw) {
            document.append_value(n as u32);
            start.append_value(found.range.start as u64);
            end.append_value(found.range.end as u64);
            unescape.append_value(found.unescape);
            bad.append_value(found.bad);
            text.append_value(&raw[found.range]);
        }
    }
    record_batch(vec![
        ("document", Arc::new(document.finish()), false),
        ("start", Arc::new(start.finish()), false),
        ("end", Arc::new(end.finish()), false),
        ("unescape", Arc::new(unescape.finish()), false),
        ("bad", Arc::new(bad.finish()), false),
        ("text", Arc::new(text.finish()), false),
    ])
}

/// Mended segments as they come back from Python, sorted by document and place.
pub struct MendedColumns<'a> {
    document: &'a arrow_array::UInt32Array,
    start: &'a arrow_array::UInt64Array,
    end: &'a arrow_array::UInt64Array,
    text: &'a StringArray,
}

impl<'a> MendedColumns<'a> {
    /// Takes the columns of a batch of the form that `suspects` gives.
    pub fn of(batch: &'a RecordBatch) -> Result<Self, String> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| format!("the mended segments have no column {name:?}"))
        };
        let wrong = |name: &str| format!("the column {name:?} of the mended segments has the wrong type");
        Ok(Self {
            document: column("document")?.as_primitive_opt().ok_or_else(|| wrong("document"))?,
            start: column("start")?.as_primitive_opt().ok_or_else(|| wrong("start"))?,
            end: column("end")?.as_primitive_opt().ok_or_else(|| wrong("end"))?,
            text: column("text")?.as_string_opt().ok_or_else(|| wrong("text"))?,
        })
    }

    /// The segments of document `n`, from row `from` on; moves `from` behind them. Segments that do not fit the raw text
    /// are an error: they would tear characters apart.
    fn of_document(&self, n: usize, raw: &str, from: &mut usize) -> Result<Vec<Mended<'a>>, String> {
        let mut out: Vec<Mended<'a>> = Vec::new();
        while *from < self.document.len() && self.document.value(*from) as usize == n {
            let range = self.start.value(*from) as usize..self.end.value(*from) as usize;
            let after = out.last().map_or(0, |m| m.range.end);
            if range.start < after || range.is_empty() || raw.get(range.clone()).is_none() {
                return Err(format!("the mended segment {range:?} does not lie in document {n}"));
            }
            out.push(Mended { range, text: self.text.value(*from) });
            *from += 1;
        }
        Ok(out)
    }
}

/// Cleans a batch: one batch of stories and one of documents.
pub fn clean(desk: &Desk, texts: &Texts<'_>, mended: &RecordBatch) -> Result<(RecordBatch, RecordBatch), String> {
    let mended = MendedColumns::of(mended)?;
    let mut stories = StoryColumns::default();
    let mut documents = DocumentColumns::default();
    let mut from = 0;
    for n in 0..texts.count() {
        let raw = texts.get(n);
        let cleaned = desk.clean(raw, &mended.of_document(n, raw, &mut from)?);
        stories.push(n, raw, &cleaned);
        documents.push(desk, raw, &cleaned);
    }
    if from < mended.document.len() {
        return Err("the mended segments are not in the order of the documents".to_owned());
    }
    Ok((stories.finish()?, documents.finish()?))
}

#[derive(Default)]
struct StoryColumns {
    document: UInt32Builder,
    index: Int32Builder,
    kind: StringBuilder,
    main: BooleanBuilder,
    cut_before: Float32Builder,
    cut_after: Float32Builder,
    title: StringBuilder,
    text: StringBuilder,
    span_start: Int32Builder,
    span_end: Int32Builder,
    spans: Vec<usize>,
    edit_count: Int32Builder,
    lists: [ListColumn; 3],
    singles: [StringBuilder; 3],
}

#[derive(Default)]
struct ListColumn {
    items: StringBuilder,
    lengths: Vec<usize>,
}

const LISTS: [(Field, &str); 3] = [(Field::Captions, "captions"), (Field::Credits, "credits"), (Field::Tags, "tags")];
const SINGLES: [(Field, &str); 3] =
    [(Field::Byline, "byline"), (Field::Dateline, "dateline"), (Field::Source, "source")];

impl StoryColumns {
    fn push(&mut self, document: usize, raw: &str, cleaned: &Cleaned) {
        let mut points = CodePoints::new(raw);
        for (index, story) in cleaned.stories.iter().enumerate() {
            self.document.append_value(document as u32);
            self.index.append_value(index as i32);
            self.kind.append_value(story.kind.name());
            self.main.append_value(index == cleaned.main);
            self.cut_before.append_option(story.cut);
            self.cut_after.append_option(cleaned.stories.get(index + 1).and_then(|next| next.cut));
            self.title.append_option(story.title());
            self.text.append_value(&story.text);
            for span in &story.spans {
                self.span_start.append_value(points.at(span.start) as i32);
                self.span_end.append_value(points.at(span.end) as i32);
            }
            self.spans.push(story.spans.len());
            self.edit_count.append_value(story.edits.len() as i32);
            self.push_fields(story);
        }
    }

    fn push_fields(&mut self, story: &Story) {
        for (column, (field, _)) in self.lists.iter_mut().zip(LISTS) {
            let values = story.fields.iter().filter(|(f, _)| *f == field);
            let mut n = 0;
            for (_, value) in values {
                column.items.append_value(value.trim());
                n += 1;
            }
            column.lengths.push(n);
        }
        for (column, (field, _)) in self.singles.iter_mut().zip(SINGLES) {
            column.append_option(story.fields.iter().find(|(f, _)| *f == field).map(|(_, value)| value.trim()));
        }
    }

    fn finish(mut self) -> Result<RecordBatch, String> {
        let spans = structs(vec![
            ("start", Arc::new(self.span_start.finish()), false),
            ("end", Arc::new(self.span_end.finish()), false),
        ])?;
        let mut fields: Vec<(&str, ArrayRef, bool)> = Vec::new();
        for (column, (_, name)) in self.lists.iter_mut().zip(LISTS) {
            fields.push((name, list(Arc::new(column.items.finish()), &column.lengths, ITEM)?, false));
        }
        for (column, (_, name)) in self.singles.iter_mut().zip(SINGLES) {
            fields.push((name, Arc::new(column.finish()), true));
        }
        record_batch(vec![
            ("document", Arc::new(self.document.finish()), false),
            ("index", Arc::new(self.index.finish()), false),
            ("kind", Arc::new(self.kind.finish()), false),
            ("main", Arc::new(self.main.finish()), false),
            ("cut_before", Arc::new(self.cut_before.finish()), true),
            ("cut_after", Arc::new(self.cut_after.finish()), true),
            ("title", Arc::new(self.title.finish()), true),
            ("text", Arc::new(self.text.finish()), false),
            ("fields", structs(fields)?, false),
            ("spans", list(spans, &self.spans, ITEM)?, false),
            ("edit_count", Arc::new(self.edit_count.finish()), false),
        ])
    }
}

#[derive(Default)]
struct DocumentColumns {
    chars: Int32Builder,
    kept: Int32Builder,
    needs_review: BooleanBuilder,
    start: Int32Builder,
    end: Int32Builder,
    removed: StringBuilder,
    replacement: StringBuilder,
    rule: StringBuilder,
    label: StringBuilder,
    story: Int32Builder,
    edits: Vec<usize>,
    marks: MarkColumns,
}

/// Labels of lines.
#[derive(Default)]
struct MarkColumns {
    start: Int32Builder,
    end: Int32Builder,
    label: StringBuilder,
    rule: StringBuilder,
    noise: Float32Builder,
    lengths: Vec<usize>,
}

impl MarkColumns {
    fn push(&mut self, desk: &Desk, raw: &str, marks: &[Mark]) {
        self.lengths.push(marks.len());
        if marks.is_empty() {
            return; // but for annotating there are none, and counting code points reads the whole document
        }
        let (mut starts, mut points) = (CodePoints::new(raw), CodePoints::new(raw));
        let mut by_end: Vec<usize> = (0..marks.len()).collect();
        by_end.sort_by_key(|&n| marks[n].range.end);
        let mut ends = vec![0; marks.len()];
        for n in by_end {
            ends[n] = points.at(marks[n].range.end);
        }
        for (mark, end) in marks.iter().zip(ends) {
            self.start.append_value(starts.at(mark.range.start) as i32);
            self.end.append_value(end as i32);
            let name = mark.rule.map(|rule| desk.name(&[rule]).0.into_owned());
            let label = mark.rule.map_or(mark.shape.name(), |rule| desk.label(rule));
            self.label.append_value(label);
            self.rule.append_option(name);
            self.noise.append_value(mark.noise);
        }
    }

    fn finish(mut self) -> Result<ArrayRef, String> {
        let marks = structs(vec![
            ("start", Arc::new(self.start.finish()), false),
            ("end", Arc::new(self.end.finish()), false),
            ("label", Arc::new(self.label.finish()), false),
            ("rule", Arc::new(self.rule.finish()), true),
            ("noise", Arc::new(self.noise.finish()), false),
        ])?;
        list(marks, &self.lengths, ITEM)
    }
}

impl DocumentColumns {
    fn push(&mut self, desk: &Desk, raw: &str, cleaned: &Cleaned) {
        let kept: usize = cleaned.stories.iter().map(|s| count(s.text.as_bytes())).sum();
        self.chars.append_value(count(raw.as_bytes()) as i32);
        self.kept.append_value(kept as i32);
        self.needs_review.append_value(cleaned.needs_review);
        self.edits.push(cleaned.edits.len());
        self.marks.push(desk, raw, &cleaned.marks);
        let mut points = CodePoints::new(raw);
        let mut story = 0;
        for (n, edit) in cleaned.edits.iter().enumerate() {
            while story + 1 < cleaned.stories.len() && n >= cleaned.stories[story].edits.end {
                story += 1;
            }
            let (rule, label) = desk.name(&edit.rules);
            self.start.append_value(points.at(edit.range.start) as i32);
            self.end.append_value(points.at(edit.range.end) as i32);
            self.removed.append_option(desk.keep_removed.then(|| &raw[edit.range.clone()]));
            self.replacement.append_value(&edit.replacement);
            self.rule.append_value(rule);
            self.label.append_value(label);
            self.story.append_value(if cleaned.stories.is_empty() { -1 } else { story as i32 });
        }
    }

    fn finish(mut self) -> Result<RecordBatch, String> {
        let edits = structs(vec![
            ("start", Arc::new(self.start.finish()), false),
            ("end", Arc::new(self.end.finish()), false),
            ("removed", Arc::new(self.removed.finish()), true),
            ("replacement", Arc::new(self.replacement.finish()), false),
            ("rule", Arc::new(self.rule.finish()), false),
            ("label", Arc::new(self.label.finish()), false),
            ("story", Arc::new(self.story.finish()), false),
        ])?;
        record_batch(vec![
            ("chars", Arc::new(self.chars.finish()), false),
            ("kept", Arc::new(self.kept.finish()), false),
            ("needs_review", Arc::new(self.needs_review.finish()), false),
            ("edits", list(edits, &self.edits, ITEM)?, false),
            ("lines", self.marks.finish()?, false),
        ])
    }
}
