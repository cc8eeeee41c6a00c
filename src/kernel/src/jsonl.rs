//! Records out of JSONL. A line that is no record is set aside with its reason and its bytes; none is skipped.

use crate::batch::record_batch;
use arrow_array::RecordBatch;
use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder};
use memchr::memchr_iter;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Which keys of a record hold what.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The document's text; required.
    pub text: &'a str,
    /// The record's own id; optional.
    pub id: &'a str,
}

/// One record of a JSONL file.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The text, never empty.
    pub text: String,
    /// A string as it is, any other value as its JSON.
    pub id: Option<String>,
    /// All other fields as one JSON object, each value to the letter; `None` if there are none.
    pub meta: Option<String>,
}

/// Why a line is not a record: a slug to count by, and words for a person.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One of a few words, such as `invalid_json`.
    pub reason: &'static str,
    /// What exactly is wrong.
    pub detail: String,
}

impl Refusal {
    fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// Reads one line.
pub fn read_line(line: &[u8], keys: Keys<'_>) -> Result<Record, Refusal> {
    let line = std::str::from_utf8(line)
        .map_err(|e| Refusal::new("invalid_utf8", format!("byte {} of the line is not UTF-8", e.valid_up_to() + 1)))?;
    let mut json = serde_json::Deserializer::from_str(line);
    let parts = Parts(keys).deserialize(&mut json).map_err(|e| refusal(&e))?;
    json.end().map_err(|e| refusal(&e))?;
    parts.into_record(keys)
}

/// How `serde_json` words an escape of half a character.
const SURROGATE: [&str; 2] = ["surrogate", "unexpected end of hex escape"];

fn refusal(error: &serde_json::Error) -> Refusal {
    let detail = error.to_string();
    let reason = if SURROGATE.iter().any(|words| detail.contains(words)) {
        "lone_surrogate"
    } else if detail.starts_with("invalid type") {
        "not_an_object"
    } else {
        "invalid_json"
    };
    Refusal { reason, detail }
}

/// The fields of a line's object, before they are checked.
struct Fields<'a> {
    text: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
    meta: String,
}

impl Fields<'_> {
    fn into_record(self, keys: Keys<'_>) -> Result<Record, Refusal> {
        let Some(text) = self.text else {
            return Err(Refusal::new("missing_text", format!("there is no field {:?}", keys.text)));
        };
        let text = match text.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str::<String>(text.get()).map_err(|e| refusal(&e))?,
            Some(b'n') => return Err(Refusal::new("null_text", format!("the field {:?} is null", keys.text))),
            _ => return Err(Refusal::new("text_not_a_string", format!("the field {:?} is not a string", keys.text))),
        };
        if text.is_empty() {
            return Err(Refusal::new("empty_text", format!("the field {:?} is empty", keys.text)));
        }
        let id = match self.id.map(RawValue::get) {
            None | Some("null") => None,
            Some(raw) if raw.starts_with('"') => Some(serde_json::from_str::<String>(raw).map_err(|e| refusal(&e))?),
            Some(raw) => Some(raw.to_owned()),
        };
        let meta = (!self.meta.is_empty()).then(|| format!("{{{}}}", self.meta));
        Ok(Record { text, id, meta })
    }
}

/// Deserializes an object, keeping values as raw JSON.
struct Parts<'k>(Keys<'k>);

impl<'de> DeserializeSeed<'de> for Parts<'_> {
    type Value = Fields<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Parts<'_> {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields { text: None, id: None, meta: String::new() };
        while let Some(Key(key)) = map.next_key()? {
            if key == self.0.text {
                fields.text = Some(map.next_value()?);
            } else if key == self.0.id {
                fields.id = Some(map.next_value()?);
            } else {
                let value: &RawValue = map.next_value()?;
                let key = serde_json::to_string(&key).map_err(A::Error::custom)?;
                if !fields.meta.is_empty() {
                    fields.meta.push(',');
                }
                fields.meta.push_str(&key);
                fields.meta.push(':');
                fields.meta.push_str(value.get());
            }
        }
        Ok(fields)
    }
}

/// A key, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a block of whole lines. `first_line` is the number of its first line in the file, counted from 1.
pub fn read(data: &[u8], keys: Keys<'_>, first_line: i64) -> Result<(RecordBatch, RecordBatch), String> {
    if data.len() > i32::MAX as usize {
        return Err(format!("a block of JSONL may hold 2 GiB at most, this one has {} bytes", data.len()));
    }
    let mut records = Records::default();
    let mut rejects = Rejects::default();
    let mut start = 0;
    let ends = memchr_iter(b'\n', data).chain(std::iter::once(data.len()));
    for (number, end) in (first_line..).zip(ends) {
        let line = &data[start..end];
        start = end + 1;
        let line = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        if !line.trim_ascii().is_empty() {
            match read_line(line, keys) {
                Ok(record) => records.push(number, &record),
                Err(refusal) => rejects.push(number, &refusal, line),
            }
        }
    }
    Ok((records.finish()?, rejects.finish()?))
}

#[derive(Default)]
struct Records {
    position: Int64Builder,
    id: StringBuilder,
    text: StringBuilder,
    meta: StringBuilder,
}

impl Records {
    fn push(&mut self, position: i64, record: &Record) {
        self.position.append_value(position);
        self.id.append_option(record.id.as_deref());
        self.text.append_value(&record.text);
        self.meta.append_option(record.meta.as_deref());
    }

    fn finish(mut self) -> Result<RecordBatch, String> {
        record_batch(vec![
            ("position", Arc::new(self.position.finish()), false),
            ("record_id", Arc::new(self.id.finish()), true),
            ("text", Arc::new(self.text.finish()), false),
            ("meta", Arc::new(self.meta.finish()), true),
        ])
    }
}

#[derive(Default)]
struct Rejects {
    position: Int64Builder,
    reason: StringBuilder,
    detail: StringBuilder,
    raw: BinaryBuilder,
}

impl Rejects {
    fn push(&mut self, position: i64, refusal: &Refusal, raw: &[u8]) {
        self.position.append_value(position);
        self.reason.append_value(refusal.reason);
        self.detail.append_value(&refusal.detail);
        self.raw.append_value(raw);
    }

    fn finish(mut self) -> Result<RecordBatch, String> {
        record_batch(vec![
            ("position", Arc::new(self.position.finish()), false),
            ("reason", Arc::new(self.reason.finish()), false),
            ("detail", Arc::new(self.detail.finish()), false),
            ("raw", Arc::new(self.raw.finish()), false),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys<'static> = Keys { text: "text", id: "id" };

    fn reason(line: &[u8]) -> Option<&'static str> {
        read_line(line, KEYS).err().map(|r| r.reason)
    }

    #[test]
    fn a_record_keeps_its_other_fields_to_the_letter() {
        let got = read_line(br#"{"id": 7, "a": 1.50, "text": "x\n\u00e9", "b\"": [ 1 ]}"#, KEYS);
        let want =
            Record { text: "x\né".into(), id: Some("7".into()), meta: Some(r#"{"a":1.50,"b\"":[ 1 ]}"#.into()) };
        assert_eq!(got, Ok(want));
    }

    #[test]
    fn what_is_no_record_says_why() {
        assert_eq!(reason(b"{\"text\": \"\xFF\"}"), Some("invalid_utf8"));
        assert_eq!(reason(b"{\"text\": \"a\""), Some("invalid_json"));
        assert_eq!(reason(b"{\"text\": \"a\"} x"), Some("invalid_json"));
        assert_eq!(reason(b"[1]"), Some("not_an_object"));
        assert_eq!(reason(b"{}"), Some("missing_text"));
        assert_eq!(reason(b"{\"text\": null}"), Some("null_text"));
        assert_eq!(reason(b"{\"text\": 5}"), Some("text_not_a_string"));
        assert_eq!(reason(b"{\"text\": \"\"}"), Some("empty_text"));
        assert_eq!(reason(br#"{"text": "\ud800"}"#), Some("lone_surrogate"));
    }
}
