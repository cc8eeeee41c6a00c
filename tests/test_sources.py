"""Inputs with faults: what is read, what is set aside and why, and what is refused before anything is read."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk import BuildError, SourceError, build
from copydesk.recipe import Input, Language, Output
from copydesk.release.manifest import InputEntry, Manifest
from copydesk.sources import jsonl, text
from editions import NO_RULES, PACK, Row, rows, write_records

if TYPE_CHECKING:
    from pathlib import Path

GOOD = b'{"text": "The ferry leaves at nine."}\n'
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Faulty:
    """A file, the positions of the records that are published, and what is rejected, by position."""

    name: str
    data: bytes
    published: tuple[int, ...]
    rejected: dict[int, str]


JSON_LINES = {
    "broken JSON": Faulty("x.jsonl", GOOD + b'{"text": "a\n' + GOOD, (1, 3), {2: "invalid_json"}),
    "two objects on a line": Faulty("x.jsonl", GOOD.rstrip() + GOOD, (), {1: "invalid_json"}),
    "not a number": Faulty("x.jsonl", b'{"text": "a", "n": NaN}\n' + GOOD, (2,), {1: "invalid_json"}),
    "invalid UTF-8 in the text": Faulty("x.jsonl", b'{"text": "\xff"}\n' + GOOD, (2,), {1: "invalid_utf8"}),
    "invalid UTF-8 elsewhere": Faulty("x.jsonl", b'{"text": "a", "b": "\xff"}\n' + GOOD, (2,), {1: "invalid_utf8"}),
    "null text": Faulty("x.jsonl", b'{"text": null}\n' + GOOD, (2,), {1: "null_text"}),
    "no text": Faulty("x.jsonl", b'{"body": "a"}\n{}\n' + GOOD, (3,), {1: "missing_text", 2: "missing_text"}),
    "a number for a text": Faulty("x.jsonl", b'{"text": 5}\n' + GOOD, (2,), {1: "text_not_a_string"}),
    "a list for a text": Faulty("x.jsonl", b'{"text": ["a"]}\n' + GOOD, (2,), {1: "text_not_a_string"}),
    "an empty text": Faulty("x.jsonl", b'{"text": ""}\n' + GOOD, (2,), {1: "empty_text"}),
    "a blank text": Faulty("x.jsonl", b'{"text": " \\n\\t"}\n' + GOOD, (2,), {1: "empty"}),
    "no object": Faulty("x.jsonl", b'[1]\n"a"\n7\nnull\n' + GOOD, (5,), dict.fromkeys(range(1, 5), "not_an_object")),
    "a lone surrogate": Faulty("x.jsonl", b'{"text": "a\\ud83d"}\n' + GOOD, (2,), {1: "lone_surrogate"}),
    "a lone surrogate as id": Faulty(
        "x.jsonl", b'{"text": "a", "id": "\\udc00"}\n' + GOOD, (2,), {1: "lone_surrogate"}
    ),
    "blank lines": Faulty("x.jsonl", b"\n  \n" + GOOD + b"\r\n\n" + GOOD, (3, 6), {}),
    "no line end at the end": Faulty("x.jsonl", GOOD + GOOD.rstrip(), (1, 2), {}),
    "line ends of Windows": Faulty("x.jsonl", GOOD.replace(b"\n", b"\r\n") * 2, (1, 2), {}),
    "a byte order mark": Faulty("x.jsonl", BOM + GOOD, (1,), {}),
    "a byte order mark inside": Faulty("x.jsonl", GOOD + BOM + GOOD, (1,), {2: "invalid_json"}),
    "a byte order mark, compressed": Faulty("x.jsonl.gz", PACK[".gz"](BOM + GOOD), (1,), {}),
    "several members": Faulty("x.jsonl.gz", PACK[".gz"](GOOD) + PACK[".gz"](GOOD), (1, 2), {}),
    "several frames": Faulty("x.jsonl.zst", PACK[".zst"](GOOD) + PACK[".zst"](GOOD), (1, 2), {}),
    "not compressed": Faulty("x.jsonl.gz", GOOD, (), {1: "damaged_compression"}),
    "compressed otherwise": Faulty("x.jsonl.zst", PACK[".gz"](GOOD), (), {1: "damaged_compression"}),
    "something after the end": Faulty("x.jsonl.gz", PACK[".gz"](GOOD) + b"junk", (1,), {2: "damaged_compression"}),
}

TEXTS = {
    "a byte order mark": Faulty("x.txt", BOM + b"The ferry leaves at nine.", (1,), {}),
    "line ends of Windows": Faulty("x.txt", b"The ferry leaves.\r\n\r\nIt comes back.\r\n", (1,), {}),
    "the NUL character": Faulty("x.txt", b"The ferry\0leaves.", (1,), {}),
    "Latin-1": Faulty("x.txt", "Die Fähre".encode("latin-1"), (), {1: "invalid_utf8"}),
    "UTF-16": Faulty("x.txt", "The ferry".encode("utf-16"), (), {1: "invalid_utf8"}),
    "surrogates in UTF-8": Faulty("x.txt", b"\xed\xa0\xbd\xed\xb8\x80", (), {1: "invalid_utf8"}),
    "an empty file": Faulty("x.txt", b"", (), {1: "empty"}),
    "a blank file": Faulty("x.txt", b" \r\n\t\n", (), {1: "empty"}),
    "nothing but a byte order mark": Faulty("x.txt", BOM, (), {1: "empty"}),
}


def parquet_of(column: pa.Array, name: str = "text") -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: column}), sink)
    return bytes(sink.getvalue().to_pybytes())


NOT_UTF8 = pa.Array.from_buffers(
    pa.string(), 3, [None, pa.array([0, 2, 4, 6], pa.int32()).buffers()[1], pa.py_buffer(b"ok\xff\xfeok")]
)

PARQUET = {
    "no Parquet": Faulty("x.parquet", GOOD, (), {1: "damaged_parquet"}),
    "an empty file": Faulty("x.parquet", b"", (), {1: "damaged_parquet"}),
    "plain": Faulty("x.parquet", parquet_of(pa.array(["a", "b"])), (1, 2), {}),
    "large": Faulty("x.parquet", parquet_of(pa.array(["a", "b"], pa.large_string())), (1, 2), {}),
    "views": Faulty("x.parquet", parquet_of(pa.array(["a", "b"], pa.string_view())), (1, 2), {}),
    "a dictionary": Faulty("x.parquet", parquet_of(pa.array(["a", "b", "a"]).dictionary_encode()), (1, 2, 3), {}),
    "in chunks": Faulty("x.parquet", parquet_of(pa.chunked_array([["a"], ["b", "c"]])), (1, 2, 3), {}),
    "nulls and blanks": Faulty(
        "x.parquet", parquet_of(pa.array(["a", None, "", " "])), (1,), {2: "null_text", 3: "empty_text", 4: "empty"}
    ),
    "invalid UTF-8": Faulty("x.parquet", parquet_of(NOT_UTF8), (1, 3), {2: "invalid_utf8"}),
}

CASES = {f"{case.name}: {title}": case for cases in (JSON_LINES, TEXTS, PARQUET) for title, case in cases.items()}


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    account: InputEntry
    sources: list[Row]
    stories: list[Row]
    rejects: list[Row]


def build_files(folder: Path, files: dict[str, bytes]) -> dict[str, Outcome]:
    """Build from files; give what became of each."""
    for name, data in files.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(data)
    manifest = build(folder / "in", folder / "out", recipe=NO_RULES)
    tables = [rows(folder / "out", table) for table in ("sources", "stories", "rejects")]
    return {
        entry.source.removeprefix("in/"): Outcome(
            entry, *([row for row in table if row["source"] == entry.source] for table in tables)
        )
        for entry in manifest.inputs
    }


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Build from all cases at once, each beside a good file."""
    files: dict[str, bytes] = {}
    for number, case in enumerate(CASES.values()):
        files |= {f"{number}/{case.name}": case.data, f"{number}/good.txt": f"Ferry number {number}.".encode()}
    found = build_files(tmp_path_factory.mktemp("faulty"), files)
    assert {len(found[name].stories) for name in files if name.endswith("good.txt")} == {1}, "a neighbour was harmed"
    return {name: found[f"{number}/{case.name}"] for number, (name, case) in enumerate(CASES.items())}


def check(case: Faulty, outcome: Outcome) -> None:
    """See that the right records are published and rejected, and that the accounts add up."""
    assert tuple(row["position"] for row in outcome.sources) == case.published
    assert {row["position"]: row["reason"] for row in outcome.rejects} == case.rejected
    account = outcome.account
    assert (account.published, account.rejected) == (len(case.published), len(case.rejected))
    assert account.read == account.published + account.rejected


@pytest.mark.parametrize("name", CASES)
def test_faulty_records_are_set_aside(name: str, outcomes: dict[str, Outcome]) -> None:
    check(CASES[name], outcomes[name])


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("x.jsonl")])
def test_rejected_lines_are_kept_with_the_reason(name: str, outcomes: dict[str, Outcome]) -> None:
    lines = CASES[name].data.split(b"\n")
    for row in outcomes[name].rejects:
        assert row["detail"], "the reason is told in words too"
        if row["reason"] == "empty":
            assert not row["raw"].strip()
        elif row["reason"] != "damaged_compression":
            assert row["raw"] == lines[row["position"] - 1]


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("x.txt")])
def test_rejected_texts_are_kept_whole(name: str, outcomes: dict[str, Outcome]) -> None:
    assert [row["raw"] for row in outcomes[name].rejects] == [CASES[name].data for _ in CASES[name].rejected]


# --- Records ----------------------------------------------------------------------------------------------------------

RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "a key that comes twice counts last": ('{"text": "first", "text": "second"}', {"text": "second"}),
    "other keys are kept to the letter": (
        '{"n": 1.50, "text": "a", "b": [ 1 ], "n": 2}',
        {"text": "a", "meta": '{"n":1.50,"b":[ 1 ],"n":2}'},
    ),
    "a string as id": ('{"text": "a", "id": "x\\u00e4"}', {"text": "a", "record_id": "xä"}),
    "a number as id": ('{"text": "a", "id": 7}', {"text": "a", "record_id": "7"}),
    "no id": ('{"text": "a", "id": null}', {"text": "a"}),
    "a pair of surrogates": ('{"text": "\\ud83d\\ude00 here"}', {"text": "😀 here"}),
    "a surrogate among other fields": ('{"text": "a", "b": "\\ud83d"}', {"text": "a", "meta": '{"b":"\\ud83d"}'}),
    "escapes in keys": ('{"te\\u0078t": "a", "\\u0069d": "b"}', {"text": "a", "record_id": "b"}),
}


def test_what_is_kept_of_a_record(tmp_path: Path) -> None:
    numbered = dict(enumerate(RECORDS.values()))
    found = build_files(tmp_path, {f"{number}.jsonl": line.encode() for number, (line, _) in numbered.items()})
    for number, (_, wanted) in numbered.items():
        (source,), (story,) = found[f"{number}.jsonl"].sources, found[f"{number}.jsonl"].stories
        kept = {"text": story["text"], "record_id": source["record_id"], "meta": source["meta"]}
        assert kept == {"record_id": None, "meta": None, **wanted}


def test_other_keys_may_hold_text_and_id(tmp_path: Path) -> None:
    recipe = replace(NO_RULES, input=Input(text="body", id="url"))
    record = {"body": "The ferry leaves.", "url": "a/b", "text": 5, "id": [1]}
    for name in ("x.jsonl", "x.parquet"):
        write_records(tmp_path / name, [record])
        build(tmp_path / name, tmp_path / "out", recipe=recipe, force=True)
        (source,) = rows(tmp_path / "out", "sources")
        assert source["record_id"] == "a/b"
        assert json.loads(source["meta"]) == {"text": 5, "id": [1]}


# --- Compressed files that break off ----------------------------------------------------------------------------------

RANDOM = random.Random(2)  # noqa: S311 (data that compress badly, the same each time)
LINES = [json.dumps({"text": f"Ferry {n} carries {RANDOM.random()} tonnes."}) for n in range(6000)]
LONG = "".join(f"{line}\n" for line in LINES).encode()


@pytest.mark.parametrize("suffix", PACK)
def test_lines_before_the_break_are_read(suffix: str, tmp_path: Path) -> None:
    packed = PACK[suffix](LONG)
    (tmp_path / f"x.jsonl{suffix}").write_bytes(packed[: len(packed) * 9 // 10])
    manifest = build(tmp_path / f"x.jsonl{suffix}", tmp_path / "out", recipe=NO_RULES)
    texts = [row["text"] for row in rows(tmp_path / "out", "stories")]
    (reject,) = rows(tmp_path / "out", "rejects")
    assert texts == [json.loads(line)["text"] for line in LINES[: len(texts)]]
    assert reject["position"] == len(texts) + 1
    assert reject["reason"] == "damaged_compression"
    assert "the rest of the file was not read" in reject["detail"]
    assert LINES[len(texts)].encode().startswith(reject["raw"])
    assert manifest.accounts["read"] == len(texts) + 1
    if suffix == ".gz":
        assert len(texts) > 0.85 * len(LINES), "zlib gives all that it can, and so must we"


def test_a_flipped_byte_ends_a_compressed_file(tmp_path: Path) -> None:
    packed = bytearray(PACK[".gz"](LONG))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "x.jsonl.gz").write_bytes(packed)
    accounts = build(tmp_path / "x.jsonl.gz", tmp_path / "out", recipe=NO_RULES).accounts
    assert accounts["reasons"]["damaged_compression"] == 1
    assert accounts["read"] == accounts["published"] + accounts["rejected"]


def test_a_line_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "BATCH_BYTES", 64)
    monkeypatch.setattr(jsonl, "LONGEST_RECORD", 200)
    data = GOOD * 3 + b'{"text": "' + b"a" * 1000
    outcome = build_files(tmp_path, {"x.jsonl": data})["x.jsonl"]
    check(Faulty("x.jsonl", data, (1, 2, 3), {4: "too_long"}), outcome)
    (reject,) = outcome.rejects
    assert data[3 * len(GOOD) :].startswith(reject["raw"])


def test_a_text_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_RECORD", 10)
    outcome = build_files(tmp_path, {"x.txt": b"The ferry leaves at nine."})["x.txt"]
    (reject,) = outcome.rejects
    assert outcome.account.rejected == 1
    assert reject["reason"] == "too_long"
    assert reject["detail"] == "25 bytes; at most 10 are read"


# --- Dividing large files ---------------------------------------------------------------------------------------------


def test_lines_are_numbered_through_all_pieces_of_a_file(tmp_path: Path) -> None:
    """A plain file is divided at line ends, however its blank, faulty and multi-byte lines lie."""
    lines = ["", "{", *(json.dumps({"text": f"Fähre {n} 😀" * 9}, ensure_ascii=False) for n in range(900)), " "] * 40
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    recipe = replace(NO_RULES, output=Output(chunk_mb=1), language=Language(engine="none"))
    build(path, tmp_path / "out", recipe=recipe)
    wanted = [n for n, line in enumerate(lines, 1) if len(line) > 1]
    assert path.stat().st_size > 3_000_000
    assert [row["position"] for row in rows(tmp_path / "out", "sources")] == wanted
    assert [row["position"] for row in rows(tmp_path / "out", "rejects")] == [
        n for n, line in enumerate(lines, 1) if line == "{"
    ]


# --- Parquet ----------------------------------------------------------------------------------------------------------


def test_damaged_rows_of_parquet_end_the_file_but_not_the_build(tmp_path: Path) -> None:
    write_records(tmp_path / "x.parquet", [{"text": f"{line} leaves."} for line in LINES])
    data = bytearray((tmp_path / "x.parquet").read_bytes())
    half = len(data) // 2
    data[half : half + 2000] = bytes(2000)
    (tmp_path / "x.parquet").write_bytes(data)
    accounts = build(tmp_path / "x.parquet", tmp_path / "out", recipe=NO_RULES).accounts
    assert accounts["reasons"] == {"damaged_parquet": 1}
    assert accounts["published"] > 0


def test_parquet_keeps_other_columns_as_json(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    record = {
        "text": "a",
        "id": 7,
        "when": datetime(2024, 5, 1, tzinfo=UTC),
        "blob": b"\xff",
        "tags": ["ä"],
        "none": None,
    }
    write_records(tmp_path / "x.parquet", [record])
    build(tmp_path / "x.parquet", tmp_path / "out", recipe=NO_RULES)
    (source,) = rows(tmp_path / "out", "sources")
    assert source["record_id"] == "7"
    assert json.loads(source["meta"]) == {
        "when": "2024-05-01T00:00:00+00:00",
        "blob": "/w==",
        "tags": ["ä"],
        "none": None,
    }


# --- Refused before anything is read ----------------------------------------------------------------------------------


REFUSED: dict[str, tuple[str, bytes | None, type[Exception], str, str]] = {
    "no such path": ("x.jsonl", None, SourceError, "x.jsonl does not exist", "check the path"),
    "unknown suffix": ("x.csv", b"text\n", SourceError, "x.csv is of no known kind", "files end with .txt, "),
    "an archive": ("x.zip", b"PK", SourceError, "x.zip is of no known kind", ".jsonl.zst"),
    "an empty folder": ("x/", None, SourceError, "x holds no file of a known kind", ".parquet"),
    "a folder of other files": ("x/a.md", b"#", SourceError, "x holds no file of a known kind", ".txt"),
    "an empty file": ("x.jsonl", b"", BuildError, "the inputs hold no record", "look whether the files are empty"),
    "an empty stream": ("x.jsonl.gz", PACK[".gz"](b""), BuildError, "the inputs hold no record", "empty"),
    "blank lines only": ("x.jsonl", b"\n \n", BuildError, "the inputs hold no record", "empty"),
    "no rows": ("x.parquet", parquet_of(pa.array([], pa.string())), BuildError, "the inputs hold no record", "empty"),
    "no column": ("x.parquet", parquet_of(pa.array(["a"]), "body"), SourceError, "no column 'text'", "it has body"),
    "a column of numbers": ("x.parquet", parquet_of(pa.array([1])), SourceError, "holds int64, not text", "--text-key"),
    "a column of bytes": (
        "x.parquet",
        parquet_of(pa.array([b"a"])),
        SourceError,
        "holds binary, not text",
        "--text-key",
    ),
    "a column of nulls": ("x.parquet", parquet_of(pa.nulls(2)), SourceError, "holds null, not text", "--text-key"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_word_on_what_to_do(name: str, tmp_path: Path) -> None:
    path, data, error, message, hint = REFUSED[name]
    if path.endswith("/"):
        (tmp_path / path).mkdir()
    elif data is not None:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    with pytest.raises(error) as raised:
        build(tmp_path / path.split("/")[0], tmp_path / "out", recipe=NO_RULES)
    assert message in raised.value.args[0]
    assert hint in raised.value.args[1]
    assert not (tmp_path / "out").exists()


def test_an_address_that_nothing_opens_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"cannot open carrier-pigeon://loft/a\.txt"):
        build("carrier-pigeon://loft/a.txt", tmp_path / "out", recipe=NO_RULES)


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(GOOD)
    (tmp_path / "in" / "b.jsonl").symlink_to(tmp_path / "gone.jsonl")
    with pytest.raises(SourceError, match=r"the link .*/in/b\.jsonl leads nowhere"):
        build(tmp_path / "in", tmp_path / "out", recipe=NO_RULES)


def test_records_of_the_same_id_are_told_apart_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a", "text": "One."}\n{"id": "a", "text": "Two."}\n{"id": "a", "text": "One."}\n')
    build(path, tmp_path / "out", recipe=NO_RULES)
    sources = rows(tmp_path / "out", "sources")
    assert [(row["record_id"], row["position"]) for row in sources] == [("a", 1), ("a", 2), ("a", 3)]
    ids = [row["document_id"] for row in sources]
    assert ids[0] == ids[2] != ids[1], "an id tells the text, not the record"


def test_an_empty_file_among_others_has_an_account_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(b"")
    (tmp_path / "in" / "b.jsonl").write_bytes(GOOD)
    build(tmp_path / "in", tmp_path / "out", recipe=NO_RULES)
    accounts = {entry.source: (entry.read, entry.published) for entry in Manifest.load(tmp_path / "out").inputs}
    assert accounts == {"in/a.jsonl": (0, 0), "in/b.jsonl": (1, 1)}
