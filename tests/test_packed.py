"""Large compressed files: unpacked a chunk at a time, so that workers share them; damaged ones; bombs."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from copydesk import build, plan, verify
from copydesk.sources import base, jsonl, packed
from editions import NO_RULES, PACK, fingerprints, rows, write_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def records(count: int) -> list[dict[str, Any]]:
    return [{"id": str(number), "text": f"The ferry number {number} leaves at nine. " * 30} for number in range(count)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "chunk_bytes", lambda *_: 20_000)
    monkeypatch.setattr(packed, "EXPANSION", 1000)  # these lines pack well: all files here count as large
    monkeypatch.setattr(jsonl, "EXPANSION", 1000)


def where(edition: Path) -> list[tuple[int, str]]:
    return [(row["position"], row["record_id"]) for row in rows(edition, "sources")]


@pytest.mark.parametrize("suffix", PACK)
def test_a_packed_file_is_shared_as_a_plain_one_is(suffix: str, tmp_path: Path) -> None:
    plain = write_records(tmp_path / "plain" / "in.jsonl", records(200))
    file = write_records(tmp_path / "packed" / f"in.jsonl{suffix}", records(200))
    build(plain, tmp_path / "a", recipe=NO_RULES)
    build(file, tmp_path / "b", recipe=NO_RULES)
    assert where(tmp_path / "b") == where(tmp_path / "a") == [(n + 1, str(n)) for n in range(200)]
    names = [path.name for path in sorted((tmp_path / "b" / "data" / "stories").iterdir())]
    assert len(names) == len(list((tmp_path / "a" / "data" / "stories").iterdir())) > 8


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl.gz", records(200))
    for workers in (1, 2):
        build(file, tmp_path / f"out{workers}", recipe=NO_RULES, workers=workers)
    assert fingerprints(tmp_path / "out1") == fingerprints(tmp_path / "out2")
    assert verify(tmp_path / "out2").documents == 200


LINES = [json.dumps(record).encode() for record in records(100)]


@pytest.mark.parametrize("suffix", PACK)
def test_lines_before_damage_are_published_and_the_rest_is_told_of(suffix: str, tmp_path: Path) -> None:
    data = PACK[suffix](b"".join(line + b"\n" for line in LINES))
    (tmp_path / f"in.jsonl{suffix}").write_bytes(data[: len(data) * 9 // 10])
    build(tmp_path / f"in.jsonl{suffix}", tmp_path / "out", recipe=NO_RULES)
    published = where(tmp_path / "out") if rows(tmp_path / "out", "sources") else []
    (reject,) = rows(tmp_path / "out", "rejects")
    assert published == [(n + 1, str(n)) for n in range(len(published))]
    assert (reject["position"], reject["reason"]) == (len(published) + 1, "damaged_compression")
    assert reject["detail"].endswith("; the rest of the file was not read")
    assert LINES[len(published)].startswith(reject["raw"]), "what came of the line that broke off is kept"


def test_lines_are_only_cut_at_their_ends(tmp_path: Path) -> None:
    texts: Sequence[str] = ["x" * 70_000, "é" * 50_000, "y"]  # longer than a chunk
    write_records(tmp_path / "in.jsonl.gz", [{"text": text} for text in texts])
    build(tmp_path / "in.jsonl.gz", tmp_path / "out", recipe=NO_RULES)
    assert [row["text"] for row in rows(tmp_path / "out", "stories")] == texts


def test_an_empty_packed_file_is_no_fault(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", records(1))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b""))
    build([tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"], tmp_path / "out", recipe=NO_RULES)
    assert verify(tmp_path / "out").documents == 1


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "BOMB_BYTES", 6 << 20)
    monkeypatch.setattr(base, "LONGEST_RECORD", 1 << 30)
    bomb = json.dumps({"text": "a boat"}).encode() + b"\n" + b" " * (64 << 20)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(bomb))
    build(tmp_path / "in.jsonl.gz", tmp_path / "out", recipe=NO_RULES)
    (reject,) = rows(tmp_path / "out", "rejects")
    assert reject["reason"] == "expands_too_far"
    assert [row["text"] for row in rows(tmp_path / "out", "stories")] == ["a boat"]
    assert len(reject["raw"]) <= jsonl.KEPT_OF_FAULT


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_line_that_is_too_long_is_passed_over(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_RECORD", 50_000)
    monkeypatch.setattr(jsonl, "BATCH_BYTES", 10_000)
    monkeypatch.setattr(packed, "BATCH_BYTES", 65_536)
    texts = ["before", "x" * 300_000, "after"]
    write_records(tmp_path / f"in.jsonl{suffix}", [{"text": text} for text in texts])
    build(tmp_path / f"in.jsonl{suffix}", tmp_path / "out", recipe=NO_RULES)
    (reject,) = rows(tmp_path / "out", "rejects")
    assert (reject["position"], reject["reason"]) == (2, "too_long")
    assert "in one line" in reject["detail"]
    assert [row["text"] for row in rows(tmp_path / "out", "stories")] == ["before", "after"]
