"""The dump maker: the same dump is the same file, whatever was made before and in whatever blocks it is written."""

from __future__ import annotations

import gzip
import hashlib
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
import zstandard

import make_dump
from conftest import CORPUS, ROOT
from copydesk import build
from dumping import documents, pieces, writing
from dumping.pieces import NAME, YEAR, Pieces, Template
from editions import NO_RULES, rows
from programs import python

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk import Desk


def made(path: Path, **options: Any) -> list[dict[str, str]]:
    """Make a small dump and read it with other libraries."""
    size = writing.make(path, 0.5, **options)
    data = path.read_bytes()
    if path.suffix == ".parquet":
        records: list[dict[str, str]] = pq.read_table(path).to_pylist()
    else:
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        if path.suffix == ".zst":
            data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
        records = [json.loads(line) for line in data.decode().splitlines() if line]
    assert len(records) == size.documents
    assert sum(len(record["text"].encode()) for record in records) == size.text_bytes
    return records


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    return made(tmp_path_factory.mktemp("dump") / "d.jsonl")


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
def test_every_kind_of_file_holds_the_same_records(suffix: str, records: list[dict[str, str]], tmp_path: Path) -> None:
    assert made(tmp_path / f"d{suffix}") == records


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
def test_the_same_seed_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        made(tmp_path / f"{name}{suffix}", seed=5)
        digests.add(hashlib.sha256((tmp_path / f"{name}{suffix}").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    program = ROOT / "scripts" / "make_dump.py"
    done = python(program, "--megabytes", 0.5, "-o", tmp_path / "a.jsonl", env={"PYTHONHASHSEED": "7", "LC_ALL": "C"})
    assert done.returncode == 0, done.stderr
    assert b"MB of text" in done.stdout
    made(tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_the_blocks_do_not_matter(
    records: list[dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BLOCK_DOCUMENTS", 7)
    assert made(tmp_path / "d.jsonl") == records


def test_frames_begin_where_lines_begin(
    records: list[dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BLOCK_DOCUMENTS", 7)
    assert made(tmp_path / "d.jsonl.zst", frame_megabytes=0.1) == records
    data = (tmp_path / "d.jsonl.zst").read_bytes()
    frames = 0
    while data:
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        lines = decompressor.decompress(data)
        data = decompressor.unused_data
        frames += 1
        assert lines.startswith(b'{"id": ')
        assert lines.endswith(b"}\n")
    assert frames > 1


def test_a_document_does_not_depend_on_those_before() -> None:
    press = documents.Press(3)
    first = list(islice(press.documents(), 40))
    assert list(islice(press.documents(30), 10)) == first[30:]
    assert documents.Press(3).document(30) == first[30]
    assert documents.Press(4).document(30).text != first[30].text


def test_no_two_documents_are_the_same() -> None:
    texts = [document.text for document in islice(documents.Press(1).documents(), 3000)]
    assert len(set(texts)) == len(texts)


def test_lengths_are_those_of_a_crawl() -> None:
    lengths = sorted(len(document.text) for document in islice(documents.Press(1).documents(), 3000))
    assert 500 < lengths[300] < 1500
    assert 2000 < lengths[1500] < 3500
    assert 6000 < lengths[2700] < 12000
    assert lengths[-1] > 20_000


def test_a_fair_share_is_clean_and_the_rest_has_noise_of_many_kinds(desk: Desk) -> None:
    cleaned = [desk.clean(document.text) for document in islice(documents.Press(1).documents(), 300)]
    clean = sum(not document.edits for document in cleaned)
    labels = {edit.label for document in cleaned for edit in document.edits}
    assert 0.2 < clean / len(cleaned) < 0.6
    assert {"mend", "splinter", "read_also", "caption", "share", "end_mark", "boundary"} <= labels
    assert {story.language for document in cleaned for story in document.stories} >= {"en", "fr", "de", "ru", "zh"}


def test_a_build_reads_it(tmp_path: Path) -> None:
    records = made(tmp_path / "d.jsonl.zst")
    build(tmp_path / "d.jsonl.zst", tmp_path / "out", recipe=NO_RULES)
    sources = rows(tmp_path / "out", "sources")
    assert [row["record_id"] for row in sources] == [record["id"] for record in records]
    assert not rows(tmp_path / "out", "rejects")


# --- The pieces -------------------------------------------------------------------------------------------------------

TEMPLATES = [
    # line, names, format, slots
    ("He paid 40 crowns in 1921.", True, "He paid %s crowns in %s.", (2, YEAR)),
    ("From 12:30 to 1,500 of 7.5", True, "From 12:30 to 1,500 of 7.5", ()),
    ("The mayor Lena Ostrow said 100%", True, "The mayor %s %s said %s%%", (NAME, NAME, 3)),
    ("The mayor Lena Ostrow said so", False, "The mayor Lena Ostrow said so", ()),
    ("A sentence. Another BBC one", True, "A sentence. Another BBC one", ()),
    ("", True, "", ()),
]


@pytest.mark.parametrize(("line", "names", "form", "slots"), TEMPLATES)
def test_slots(line: str, form: str, slots: tuple[int, ...], *, names: bool) -> None:
    assert Template.of(line, names=names) == (form, slots)


RAW = """Skip to content

A title
The first paragraph is long enough to be one.
Share
Like
The second para🍌graph is long enough to be one.
Read also:
- Another
"""

STORY = """A title
The first paragraph is long enough to be one.
The second paragraph is long enough to be one.
"""


def test_a_document_taken_apart() -> None:
    taken = Pieces("en")
    taken.add(RAW, {"story": [{"kind": "article", "text": STORY}]})
    assert [title.line for title in taken.titles] == ["A title"]
    assert [[line.line for line in story] for story in taken.stories] == [STORY.splitlines()[1:]]
    assert [line.line for line in taken.blemished] == ["The second para🍌graph is long enough to be one."]
    assert (taken.heads, taken.between, taken.tails) == (
        ["Skip to content"],
        ["Share\nLike"],
        ["Read also:\n- Another"],
    )


def test_every_language_of_the_corpus_has_all_pieces() -> None:
    languages = pieces.read()
    assert [found.language for found in languages] == sorted(path.name for path in (CORPUS / "raw").iterdir())
    for found in languages:
        assert all((found.titles, found.stories, found.blemished, found.heads, found.between, found.tails))
        assert found.teasers


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("d.csv", [], "must end in .jsonl, .jsonl.gz, .jsonl.zst or .parquet"),
        ("d.jsonl", ["--frame-megabytes", "1"], "has no frames"),
        ("none/d.jsonl", [], "No such file"),
    ],
)
def test_mistakes_are_told(
    name: str, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_dump.main(["--megabytes", "1", "-o", str(tmp_path / name), *options]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-3", "nan", "inf"])
def test_a_size_must_be_a_size(size: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make_dump.main(["--megabytes", size, "-o", str(tmp_path / "d.jsonl")])
    assert "is not more than 0" in capsys.readouterr().err


def test_quiet_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_dump.main(["--megabytes", "0.01", "-o", str(tmp_path / "d.jsonl"), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
