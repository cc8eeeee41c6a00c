"""`verify`: whatever was changed in an edition is found, and the message says where."""

from __future__ import annotations

import multiprocessing
import random
import re
import shutil
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk import EditionError, build, verify
from copydesk.progress import Silent
from copydesk.recipe import Guard, Ledger, Output
from copydesk.release import damage
from copydesk.release.manifest import Manifest
from corpus_cases import load
from editions import NO_RULES, Row, rows, write_records, write_texts
from forgery import forge, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from copydesk import Recipe

    Change: TypeAlias = Callable[[list[Row]], object]

TEXTS = [case.raw for case in load()]

SMALL = replace(NO_RULES, output=Output(rows_per_group=4))
"""Several row groups out of few documents."""

MIXED = ["Mayor SchÃ¶n opened the fer🍌ry.", "It was a cold day.\n\nTwo gulls came."]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an edition of some documents that have several stories, mended letters and rejects."""
    folder = tmp_path_factory.mktemp("verify")
    write_texts(folder / "in" / "texts", TEXTS[:12])
    write_records(folder / "in" / "more.jsonl", [{"id": n, "text": text, "n": n} for n, text in enumerate(MIXED)])
    (folder / "in" / "latin.txt").write_bytes(b"caf\xe9")
    build(folder / "in", folder / "edition", recipe=SMALL)
    assert verify(folder / "edition").restorable
    return folder / "edition"


@pytest.fixture
def copy(edition: Path, tmp_path: Path) -> Path:
    """Give an edition that a test may damage."""
    shutil.copytree(edition, tmp_path / "copy")
    return tmp_path / "copy"


def message(edition: Path) -> str:
    """Give what `verify` finds wrong."""
    with pytest.raises(EditionError) as caught:
        verify(edition)
    assert caught.value.hint
    return caught.value.message


class Lookers:
    """A process that looks for damage, in one file after the other; another one when it has died of it."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["copydesk.release.damage"])
        self._pool = ProcessPoolExecutor(1, self._context)

    def where(self, path: Path, rows: int) -> str:
        try:
            return self._pool.submit(damage.look, path, rows).result()
        except BrokenProcessPool:
            self._pool = ProcessPoolExecutor(1, self._context)
            return damage.LOST

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look for damage without starting Python for each file."""
    lookers = Lookers()
    monkeypatch.setattr(damage, "where", lookers.where)
    yield
    lookers.close()


# --- One byte ---------------------------------------------------------------------------------------------------------


def places(edition: Path, wanted: int) -> list[tuple[Path, int]]:
    """Choose places in all files: some in each, more in larger ones."""
    chance = random.Random(6)  # noqa: S311 (no secret)
    files = sorted(path for path in edition.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    chosen = [(path, chance.randrange(size)) for path, size in zip(files, sizes, strict=True) for _ in range(4)]
    more = chance.choices(files, sizes, k=wanted - len(chosen))
    return chosen + [(path, chance.randrange(path.stat().st_size)) for path in more]


def assert_found(edition: Path, path: Path, at: int, change: int) -> None:
    """Change a byte of a file, see whether that is found, and put it back."""
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :])
    found = message(edition)
    path.write_bytes(whole)
    assert str(path.relative_to(edition)) in found, at
    if path.suffix == ".parquet":
        assert_rows_are_named(path, at, found)


def assert_rows_are_named(path: Path, at: int, found: str) -> None:
    """See whether the rows that are named are those of the row group and the column that the byte is in."""
    if found.endswith((damage.BESIDE, damage.LOST)):
        return  # in a page's header, between pages, or in the footer, on which everything hangs
    named = re.search(r"the damage shows in rows (\d+) to (\d+), column (.+)$", found)
    assert named, found
    first, last, column = int(named[1]), int(named[2]), named[3]
    for begin, end, start, stop, name in chunks(path):
        if begin <= at < end:
            assert start <= first <= last == stop - 1
            assert column == name


def chunks(path: Path) -> list[tuple[int, int, int, int, str]]:
    """List the bytes of each column of each row group, with its rows and its name."""
    metadata = pq.read_metadata(path)
    found, row = [], 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for column in (group.column(n) for n in range(group.num_columns)):
            begin = column.dictionary_page_offset or column.data_page_offset
            found.append(
                (begin, begin + column.total_compressed_size, row, row + group.num_rows, column.path_in_schema)
            )
        row += group.num_rows
    return found


@pytest.mark.usefixtures("_quick_looks")
def test_a_byte_that_was_changed_is_found_and_its_rows_are_named(copy: Path) -> None:
    chance = random.Random(7)  # noqa: S311 (no secret)
    for path, at in places(copy, 200):
        assert_found(copy, path, at, chance.choice([1 << chance.randrange(8), chance.randrange(1, 256)]))
    verify(copy)


@pytest.mark.slow
@pytest.mark.usefixtures("_quick_looks")
def test_every_byte_that_was_changed_is_found(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [{"text": text} for text in MIXED])
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=NO_RULES)
    chance = random.Random(8)  # noqa: S311 (no secret)
    for path in sorted(path for path in (tmp_path / "edition").rglob("*") if path.is_file()):
        for at in range(path.stat().st_size):
            assert_found(tmp_path / "edition", path, at, chance.randrange(1, 256))


def test_damage_in_a_page_is_told_from_its_first_row(copy: Path) -> None:
    """A row group of many pages: the rows before the damaged one can still be read, and are not named."""
    path = copy / "data" / "stories" / "train-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    manifest = Manifest.load(copy)
    small: dict[str, Any] = {"data_page_size": 1, "write_batch_size": 1, "use_dictionary": False}
    pq.write_table(table, path, **small, write_statistics=False, write_page_checksum=True)
    sign(copy, manifest, str(path.relative_to(copy)), len(table))
    verify(copy)
    begin, end, _, rows, _ = next(chunk for chunk in chunks(path) if chunk[4] == "text")
    data = bytearray(path.read_bytes())
    data[(begin + 2 * end) // 3] ^= 1
    path.write_bytes(data)
    named = re.search(r"rows (\d+) to (\d+), column text", message(copy))
    assert named
    assert 0 < int(named[1]) < int(named[2]) == rows - 1


def test_a_file_that_kills_its_reader_kills_no_other(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyarrow ends the program on some footers."""
    (copy / "data/sources/train-00000-of-00001.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert f"sources/train-00000-of-00001.parquet was changed after it was written; {damage.LOST}" in message(copy)


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["data/stories/more.parquet", "data/.hidden.parquet", "notes.md", "rules/mine.toml"])
def test_a_file_that_the_manifest_does_not_list_is_found(name: str, copy: Path) -> None:
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_bytes(b"?")
    assert f"{name} is not in the manifest" in message(copy)


@pytest.mark.parametrize("name", [".gitattributes", ".git/HEAD", ".cache/huggingface/x"])
def test_what_tools_leave_beside_an_edition_is_passed_by(name: str, copy: Path) -> None:
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(b"?")
    verify(copy)


def test_a_line_end_of_another_kind_is_a_change(copy: Path) -> None:
    path = copy / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r", 1))
    assert "manifest.json" in message(copy)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"digest": 1}', '{"format": 1, "digest": ""}', "\udcff"])
def test_a_manifest_that_is_none_is_told_of(text: str, copy: Path) -> None:
    (copy / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    assert "manifest.json" in message(copy)


# --- Rows -------------------------------------------------------------------------------------------------------------


def at(row: int, column: str, value: Any) -> Change:
    """Put a value into a row."""

    def change(table: list[Row]) -> None:
        assert table[row][column] != value
        table[row][column] = value

    return change


def edit(row: int, key: str, value: Any) -> Change:
    """Put a value into the first edit of a row."""

    def change(table: list[Row]) -> None:
        table[row]["edits"][0][key] = value

    return change


STORY, SOURCE = "data/stories/train-00000-of-00001.parquet, row", "data/sources/train-00000-of-00001.parquet, row"

LABEL = {"start": 0, "end": 1, "label": "short", "rule": None, "noise": 0.5}

UNSEEN = {"a record of another id"}
"""What nothing else in an edition tells of; its hashes alone do."""


def inner(table: list[Row]) -> Row:
    """Give a story that another one is before."""
    return next(row for row in table if row["index"] == 1)


def first_edit(table: list[Row]) -> Row:
    found: Row = next(row["edits"][0] for row in table if row["edits"])
    return found


def mend(table: list[Row]) -> Row:
    """Give an edit that put one character in."""
    return next(edit for row in table for edit in row["edits"] if len(edit["replacement"]) == 1)


def make_teaser_main(table: list[Row]) -> None:
    teaser = next(row for row in table if row["kind"] == "teaser")
    for row in table:
        if row["document_id"] == teaser["document_id"]:
            row["main"] = row is teaser


FORGERIES: dict[str, tuple[str, Change, str]] = {
    "a story's id": ("stories", at(5, "id", "0-0"), f"{STORY} 5,"),
    "its document's id": ("stories", at(5, "document_id", "0" * 32), f"{STORY} 5,"),
    "its index": ("stories", at(5, "index", 77), f"{STORY} 5,"),
    "its text": ("stories", lambda t: t[5].update(text="x" + t[5]["text"][1:]), "do not give the raw document"),
    "a longer text": ("stories", lambda t: t[5].update(text=t[5]["text"] + "x"), "its spans and edits make"),
    "its version": ("stories", at(5, "version", "1.0.1"), f"{STORY} 5, story"),
    "its recipe": ("stories", at(5, "recipe", ""), f"{STORY} 5, story"),
    "its source": ("stories", at(5, "source", "elsewhere"), f"{STORY} 5, story"),
    "its position": ("stories", at(5, "position", 9), f"{STORY} 5, story"),
    "its kind": ("stories", at(5, "kind", "poem"), "there is no kind 'poem'"),
    "two main stories": ("stories", lambda t: [row.update(main=True) for row in t], "are the main one"),
    "no main story": ("stories", lambda t: [row.update(main=False) for row in t], "none of its stories are the main"),
    "a main teaser": ("stories", make_teaser_main, "its main story is no article"),
    "a cut before the first": ("stories", at(0, "cut_before", 0.5), f"{SOURCE} 0, document"),
    "a cut that is not": ("stories", lambda t: inner(t).update(cut_before=None), "the scores of the cuts"),
    "cuts that differ": ("stories", lambda t: inner(t).update(cut_before=0.123), "the scores of the cuts"),
    "a score over one": ("stories", at(5, "language_score", 1.5), "its language_score is 1.5"),
    "a flag for review": ("stories", lambda t: t[5].update(needs_review=True), f"{STORY} 5, story"),
    "a language that is not": ("stories", at(5, "language", None), "language holds nothing"),
    "a span that is not": ("stories", lambda t: t[5]["spans"][0].update(end=None), "spans.end holds nothing"),
    "a shorter span": ("stories", lambda t: t[0]["spans"][0].update(end=1), f"{SOURCE} 0, document"),
    "a document's hash": ("sources", at(3, "sha256", "0" * 64), f"{SOURCE} 3, document"),
    "its length": ("sources", at(3, "chars", 1), f"{SOURCE} 3, document"),
    "what it keeps": ("sources", at(3, "kept", 1), f"{SOURCE} 3, document"),
    "its place": ("sources", at(3, "source", "zz"), "its source is"),
    "a record of another id": ("sources", at(3, "record_id", "new"), ""),
    "an edit's removed text": ("sources", lambda t: first_edit(t).update(removed="?"), "removed characters"),
    "none of it": ("sources", lambda t: first_edit(t).update(removed=None), "lacks its removed text"),
    "its replacement": ("sources", lambda t: mend(t).update(replacement="Bob"), "spans and edits make"),
    "another one as long": (
        "sources",
        lambda t: mend(t).update(replacement="X"),
        "its replacement is not in the story",
    ),
    "its story": ("sources", lambda t: mend(t).update(story=5), "belongs to no story"),
    "its end": ("sources", lambda t: first_edit(t).update(end=1_000_000), "where the ledger has come to"),
    "its rule": ("sources", lambda t: first_edit(t).update(rule=None), "edits.rule holds nothing"),
    "its label": ("sources", lambda t: first_edit(t).update(label="ad"), "by the accounts"),
    "a label for a line": ("sources", lambda t: t[3].update(lines=[LABEL]), "but the recipe does not annotate"),
    "a reject's reason": ("rejects", at(0, "reason", "no_reason"), "by the accounts reasons"),
    "a reject's source": ("rejects", at(0, "source", "zz"), "by the accounts"),
    "no rejects": ("rejects", lambda t: t.clear(), "the files of rejects hold 0 rows"),
    "a document too many": ("sources", lambda t: t.append(t[0]), ""),
    "stories in another order": ("stories", lambda t: t.sort(key=lambda row: -row["index"]), f"{STORY} 0,"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_rows_that_do_not_fit_the_rest_are_found(name: str, copy: Path) -> None:
    table, change, words = FORGERIES[name]
    forge(copy, table, change)
    if name in UNSEEN:
        verify(copy)
    else:
        assert words in message(copy)


def test_rows_out_of_order_are_found(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["The ferry left at nine.", "The ferry came back at ten."])
    build(tmp_path / "in", tmp_path / "edition", recipe=NO_RULES)
    for table in ("stories", "sources"):
        forge(tmp_path / "edition", table, lambda rows: rows.reverse())
    assert "record 1 of in/0000.txt is not in its place" in message(tmp_path / "edition")


def test_a_table_of_other_columns_is_found(copy: Path) -> None:
    path = copy / "data/rejects/train-00000-of-00001.parquet"
    manifest = Manifest.load(copy)
    table = pq.ParquetFile(path).read()
    pq.write_table(table.append_column("more", pa.array(["x"] * len(table))), path)
    sign(copy, manifest, str(path.relative_to(copy)), len(table))
    assert "has other columns than its table" in message(copy)


def test_strings_that_are_no_unicode_are_found(copy: Path) -> None:
    path = copy / "data/stories/train-00000-of-00001.parquet"
    manifest = Manifest.load(copy)
    table = pq.ParquetFile(path).read()
    broken = pa.array([b"\xff"] * len(table)).view(pa.string())
    place = table.schema.get_field_index("title")
    pq.write_table(table.set_column(place, table.schema.field(place), broken), path)
    sign(copy, manifest, str(path.relative_to(copy)), len(table))
    assert re.search(r"rows 0 to \d+, or their stories: .*Invalid UTF8", message(copy))


@pytest.mark.parametrize(
    "recipe",
    [replace(NO_RULES, ledger=Ledger(removed_text=False)), replace(NO_RULES, guard=Guard(annotate=True)), NO_RULES],
)
def test_every_sort_of_edition_is_what_it_says(recipe: Recipe, tmp_path: Path) -> None:
    write_texts(tmp_path / "in", [*MIXED, *TEXTS[:6]])
    build(tmp_path / "in", tmp_path / "edition", recipe=recipe)
    assert verify(tmp_path / "edition").restorable == recipe.ledger.removed_text


def test_an_edition_of_rejects_alone_is_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("{\n{\n", encoding="utf-8")
    build(tmp_path / "in.jsonl", tmp_path / "edition", recipe=NO_RULES)
    assert verify(tmp_path / "edition").rejects == 2


def test_verify_tells_how_far_it_is(edition: Path) -> None:
    progress = Silent()
    verify(edition, progress=progress)
    assert progress.documents == len(rows(edition, "sources"))
    assert 0 < progress.input_bytes <= progress.total_bytes
