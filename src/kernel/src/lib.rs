//! The kernel of copydesk as a Python module: types in, Arrow out, no logic.
//!
//! Policy (which rules, which thresholds, what to publish) is Python and data; this crate is handed all of it as one JSON
//! document and touches every byte.

use crate::batch::Texts;
use crate::ledger::Edit;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PyRecordBatch};

mod batch;
mod calibration;
mod caution;
mod chars;
mod cohesion;
mod contents;
mod cues;
mod document;
mod emoji;
mod expression;
mod forest;
mod hashes;
mod inside;
mod jsonl;
mod label;
#[cfg(any(test, feature = "fuzz"))]
pub mod laws;
mod ledger;
mod lines;
mod mend;
mod model;
mod outline;
mod page;
mod rules;
mod sieve;
mod spec;
mod split;
mod stories;
mod strokes;
mod tokens;
mod weights;

/// The most bytes one batch of texts may hold: Arrow's 32-bit offsets must hold the ledger as well.
const BATCH_LIMIT: usize = 1 << 30;

fn fail(message: impl Into<String>) -> PyErr {
    PyValueError::new_err(message.into())
}

/// A recipe, compiled. Immutable; may be used from many threads.
#[pyclass(frozen, module = "copydesk._kernel")]
struct Kernel {
    desk: document::Desk,
}

#[pymethods]
impl Kernel {
    /// Compiles a recipe given as JSON (`spec.rs` says of what form).
    #[new]
    fn new(spec: &str) -> PyResult<Self> {
        let spec: spec::Spec =
            serde_json::from_str(spec).map_err(|e| fail(format!("the kernel does not understand its recipe: {e}")))?;
        document::Desk::new(&spec).map(|desk| Self { desk }).map_err(fail)
    }

    /// Compiles every rule now; `ValueError` says what is wrong with the first that cannot be.
    fn check_rules(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.desk.check_rules()).map_err(fail)
    }

    /// The segments of `texts` that ftfy has to look at.
    fn suspects<'py>(&self, py: Python<'py>, texts: PyArray) -> PyResult<Bound<'py, PyAny>> {
        let out = py.detach(|| batch::suspects(&self.desk, &checked(texts.array().as_ref())?)).map_err(fail)?;
        PyRecordBatch::new(out).into_pyarrow(py)
    }

    /// Cleans `texts`, given the segments that ftfy changed: a batch of stories and a batch of documents.
    fn clean<'py>(
        &self,
        py: Python<'py>,
        texts: PyArray,
        mended: PyRecordBatch,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let mended = mended.into_inner();
        let (stories, documents) =
            py.detach(|| batch::clean(&self.desk, &checked(texts.array().as_ref())?, &mended)).map_err(fail)?;
        Ok((PyRecordBatch::new(stories).into_pyarrow(py)?, PyRecordBatch::new(documents).into_pyarrow(py)?))
    }
}

/// Start and end in code points.
type Span = (usize, usize);

/// What the line model sees of a text that is already mended: for each line that is not blank its start and end in code
/// points, and a row of features (32-bit floats, native order). For the training script; `ValueError` without a model.
#[pyfunction]
fn line_features<'py>(py: Python<'py>, kernel: &Kernel, text: &str) -> PyResult<(Vec<Span>, Bound<'py, PyBytes>)> {
    let table = py.detach(|| kernel.desk.features(text)).map_err(fail)?;
    Ok(plain_table(py, text, &table))
}

/// What the splitter sees of a text that is already mended: for each line that is not blank its start and end in code
/// points, and a row of features for the break before each but the first; with the sums of the first look, one a break,
/// the features of the second look. For the training script; `ValueError` without a splitter.
#[pyfunction]
#[pyo3(signature = (kernel, text, sums = None))]
fn break_features<'py>(
    py: Python<'py>,
    kernel: &Kernel,
    text: &str,
    sums: Option<Vec<f32>>,
) -> PyResult<(Vec<Span>, Bound<'py, PyBytes>)> {
    let table = py.detach(|| kernel.desk.break_features(text, sums.as_deref())).map_err(fail)?;
    Ok(plain_table(py, text, &table))
}

/// A table of features as Python has it.
fn plain_table<'py>(py: Python<'py>, text: &str, table: &document::FeatureTable) -> (Vec<Span>, Bound<'py, PyBytes>) {
    let bytes: Vec<u8> = table.rows.iter().flat_map(|value| value.to_ne_bytes()).collect();
    let mut points = ledger::CodePoints::new(text);
    let lines = table.lines.iter().map(|l| (points.at(l.start), points.at(l.end))).collect();
    (lines, PyBytes::new(py, &bytes))
}

/// Which lines of a text that is already mended to strike, given the line model's probability of noise for each, which of
/// them a rule strikes, and how careful to be (JSON, as the recipe of a kernel has it). `ValueError` if one of the lists
/// is not as long as the text has lines. Nothing is struck of a text with so many that they count as one.
#[pyfunction]
fn model_strikes(text: &str, noise: Vec<f32>, ruled: Vec<bool>, caution: &str) -> PyResult<Vec<bool>> {
    let caution = serde_json::from_str(caution).map_err(|e| fail(format!("that is no caution: {e}")))?;
    let lines = lines::split(text);
    if lines.len() == 1 && noise.len() > 1 {
        return Ok(vec![false; noise.len()]); // more lines than anybody writes count as one, of which nothing is known
    }
    if noise.len() != lines.len() || ruled.len() != lines.len() {
        return Err(fail(format!("the text has {} lines, not {} or {}", lines.len(), noise.len(), ruled.len())));
    }
    Ok(caution::strikes(text, &lines, &noise, &ruled, caution))
}

fn checked(array: &dyn arrow_array::Array) -> Result<Texts<'_>, String> {
    let texts = Texts::of(array)?;
    let bytes: usize = (0..texts.count()).map(|n| texts.get(n).len()).sum();
    if bytes > BATCH_LIMIT {
        return Err(format!(
            "a batch may hold {BATCH_LIMIT} bytes of text at most, this one has {bytes}: use smaller batches"
        ));
    }
    Ok(texts)
}

/// Reads a block of whole JSONL lines: a batch of records and one of lines that are none.
#[pyfunction]
#[pyo3(signature = (data, text_key = "text", id_key = "id", first_line = 1))]
fn read_jsonl<'py>(
    py: Python<'py>,
    data: PyBackedBytes,
    text_key: &str,
    id_key: &str,
    first_line: i64,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let keys = jsonl::Keys { text: text_key, id: id_key };
    let (records, rejects) = py.detach(|| jsonl::read(&data, keys, first_line)).map_err(fail)?;
    Ok((PyRecordBatch::new(records).into_pyarrow(py)?, PyRecordBatch::new(rejects).into_pyarrow(py)?))
}

/// An edit as Python has it: start, end (code points), replacement.
type PlainEdit = (usize, usize, String);

/// Applies edits (start, end in code points, replacement) to a text. `ValueError` if they overlap or do not fit.
#[pyfunction]
fn apply_edits(text: &str, edits: Vec<PlainEdit>) -> PyResult<String> {
    Ok(ledger::apply(text, &layer(text, edits, 0)?))
}

/// Two layers of edits (start, end in code points, replacement) as one; the second applies to what the first leaves. The
/// last item of each result is 1 for the first layer, 2 for the second, 3 for an edit made of both.
#[pyfunction]
fn compose_edits(
    text: &str,
    first: Vec<PlainEdit>,
    second: Vec<PlainEdit>,
) -> PyResult<Vec<(usize, usize, String, u16)>> {
    let first = layer(text, first, 1)?;
    let second = layer(&ledger::apply(text, &first), second, 2)?;
    let mut points = ledger::CodePoints::new(text);
    Ok(ledger::compose(first, second)
        .into_iter()
        .map(|e| (points.at(e.range.start), points.at(e.range.end), e.replacement, e.rules.iter().sum()))
        .collect())
}

/// Edits in code points as a layer in bytes.
fn layer(text: &str, edits: Vec<PlainEdit>, rule: u16) -> PyResult<Vec<Edit>> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut out = Vec::with_capacity(edits.len());
    for (start, end, replacement) in edits {
        let (Some(&from), Some(&to)) = (bytes.get(start), bytes.get(end)) else {
            return Err(fail(format!("the edit {start}..{end} ends after the text ({} code points)", bytes.len() - 1)));
        };
        out.push(Edit { range: from..to, replacement, rules: vec![rule] });
    }
    ledger::flaw(text, &out).map_or(Ok(out), |flaw| Err(fail(flaw)))
}

/// The module `copydesk._kernel`.
#[pymodule]
fn _kernel(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    m.add_class::<Kernel>()?;
    m.add("LINE_FEATURES", page::features::NAMES.to_vec())?;
    m.add("SECOND_FEATURES", split::second::NAMES.to_vec())?;
    m.add("BREAK_FEATURES", split::breaks::NAMES.to_vec())?;
    m.add_function(wrap_pyfunction!(line_features, m)?)?;
    m.add_function(wrap_pyfunction!(break_features, m)?)?;
    m.add_function(wrap_pyfunction!(model_strikes, m)?)?;
    m.add_function(wrap_pyfunction!(read_jsonl, m)?)?;
    m.add_function(wrap_pyfunction!(apply_edits, m)?)?;
    m.add_function(wrap_pyfunction!(compose_edits, m)?)
}
