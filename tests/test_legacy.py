"""Inputs that are not UTF-8: set aside, or decoded when the recipe asks for it, and restored byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from copydesk import build, restore, verify
from copydesk.recipe import Input
from copydesk.sources.legacy import decode
from editions import NO_RULES, rows

if TYPE_CHECKING:
    from pathlib import Path

DETECT = replace(NO_RULES, input=Input(legacy="detect"))

TEXTS = {
    "cp1252": "La crue a emporté la passerelle hier soir, après trois jours de pluie. Personne n'a été blessé, "
    "mais l'école restera fermée jusqu'à lundi, où les élèves seront reçus à la mairie.\r\n",
    "cp1251": "Мост через реку закрыли в понедельник утром. Строители обещают открыть его к весне, "
    "а пока жители ходят в школу и на работу по льду.\n",
    "shift_jis": "橋は月曜日の朝に閉鎖されました。工事は春まで続く予定で、住民は氷の上を歩いて学校へ通っています。\n",
    "gb18030": "这座桥星期一早上关闭了。工程将持续到春天,在此之前居民们要从冰上走到学校和工作的地方。\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_text_file_is_decoded_and_restored_byte_for_byte(encoding: str, tmp_path: Path) -> None:
    raw = TEXTS[encoding].encode(encoding)
    (tmp_path / "old.txt").write_bytes(raw)
    build(tmp_path / "old.txt", tmp_path / "out", recipe=DETECT)
    (source,) = rows(tmp_path / "out", "sources")
    assert TEXTS[encoding].encode(json.loads(source["meta"])["encoding"]) == raw
    (story,) = rows(tmp_path / "out", "stories")
    assert story["text"].split() == TEXTS[encoding].split()
    verify(tmp_path / "out")
    restore(tmp_path / "out", tmp_path / "back")
    assert (tmp_path / "back" / "old.txt").read_bytes() == raw


def test_lines_of_another_encoding_are_read_in_their_places(tmp_path: Path) -> None:
    lines = [json.dumps({"text": TEXTS["cp1252"], "n": n}, ensure_ascii=False) for n in range(3)]
    data = [lines[0].encode(), lines[1].encode("cp1252"), lines[2].encode(), b'{"text": "\xff\xfe\xfd"}']
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(data) + b"\n")
    build(tmp_path / "in.jsonl", tmp_path / "out", recipe=DETECT)
    assert [(row["position"], row["meta"]) for row in rows(tmp_path / "out", "sources")] == [
        (n + 1, f'{{"n":{n}}}') for n in range(3)
    ]
    assert len({row["text"] for row in rows(tmp_path / "out", "stories")}) == 1
    assert [(row["position"], row["reason"]) for row in rows(tmp_path / "out", "rejects")] == [(4, "invalid_utf8")]


def test_they_are_set_aside_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(TEXTS["cp1252"].encode("cp1252"))
    (tmp_path / "new.txt").write_text("The ferry leaves at nine.", encoding="utf-8")
    build([tmp_path / "old.txt", tmp_path / "new.txt"], tmp_path / "out", recipe=NO_RULES)
    (reject,) = rows(tmp_path / "out", "rejects")
    assert (reject["reason"], reject["raw"]) == ("invalid_utf8", TEXTS["cp1252"].encode("cp1252"))


NOT_TOLD = {
    "too short": b"caf\xe9",
    "no text at all": bytes(range(256)) * 4,
    "cut in the middle of a letter": "Ein längerer Text über Brücken und Flüsse, mit Maß und Ziel.".encode()[:-30]
    + b"\xc3",
}


@pytest.mark.parametrize("name", NOT_TOLD)
def test_what_tells_no_encoding_is_left(name: str) -> None:
    found = decode(NOT_TOLD[name])
    assert found is None or found.text.encode(found.encoding) == NOT_TOLD[name]
    assert name != "too short" or found is None
