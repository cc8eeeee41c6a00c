"""Hostile text: the laws hold, and time and memory grow with its length and no faster."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from copydesk import Desk, Recipe, build, cli, verify
from copydesk.discover import Settings, discover
from copydesk.recipe import Language
from editions import NO_RULES, rows
from hostile import FORMS, PROSE, text_of
from laws import assert_lawful
from programs import python

if TYPE_CHECKING:
    from pathlib import Path

LENGTHS = [
    pytest.param(25_000, 200_000, id="short"),
    pytest.param(500_000, 4_000_000, id="long", marks=pytest.mark.slow),
]
"""Lengths, in code points, of which the longer must take no more than its share of time."""

STEEPEST = 2.5
"""How much longer than its share the longer may take: clocks and caches are not exact. By the square it would be 8."""

GRACE = 0.05
"""Seconds that are too short to compare."""

MOST_SECONDS = 10.0
"""Seconds that a megabyte may take, whatever is in it; ordinary text takes a twentieth of one."""


def seconds(desk: Desk, text: str) -> float:
    """Measure the processor's time for a text, the best of three: another process may have had the caches."""
    texts = pa.array([text])
    found = []
    for _ in range(3):
        began = time.process_time()
        desk.run(texts)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("form", FORMS)
def test_the_laws_hold_for_hostile_text(form: str, desk: Desk) -> None:
    assert_lawful(desk, text_of(form, 2_000))


@pytest.mark.parametrize(("short", "long"), LENGTHS)
@pytest.mark.parametrize("form", FORMS)
def test_time_grows_with_the_length_and_no_faster(form: str, short: int, long: int, desk: Desk) -> None:
    desk.run(pa.array([text_of(form, 1_000)]))  # rules are compiled when they are first needed
    less, more = text_of(form, short), text_of(form, long)
    share = len(more) / len(less)
    taken = seconds(desk, more)
    assert taken < MOST_SECONDS * len(more.encode()) / 1e6 + GRACE
    if taken > GRACE:
        assert taken < STEEPEST * share * max(seconds(desk, less), GRACE / share)


def test_time_for_one_long_line(desk: Desk) -> None:
    five, ten = (seconds(desk, text_of("prose on one line", length)) for length in (5_000_000, 10_000_000))
    assert ten < STEEPEST * 2 * five
    assert ten < 5


MEASURED = """
import resource, sys
import pyarrow as pa
sys.path.insert(0, sys.argv[1])
from copydesk import Desk
from hostile import text_of

desk = Desk()
desk.run(pa.array(["The ferry left."]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
text = pa.array([text_of(sys.argv[2], int(sys.argv[3]))])
desk.run(text)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, text.nbytes)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "length", "times"),
    [
        ("prose on one line", 100_000_000, 12),
        ("one word on one line", 100_000_000, 12),
        ("prose, a line a sentence", 100_000_000, 16),
        ("short lines", 2_000_000, 600),
        ("short lines", 20_000_000, 16),
        ("blank lines", 100_000_000, 30),
    ],
)
def test_memory_grows_with_the_length_and_no_faster(
    form: str, length: int, times: int, request: pytest.FixtureRequest
) -> None:
    """Lines have their price, so a million short ones are dear; but no number of them is dearer than two million."""
    done = python("-c", MEASURED, request.path.parent, form, length)
    assert done.returncode == 0, done.stderr.decode()
    taken, size = map(int, done.stdout.split())
    assert taken < times * size


def test_the_stories_of_a_long_row_are_told_apart_in_time(desk: Desk) -> None:
    """Thousands of stories with an edit each: what is read back from the kernel's rows takes no time by the square."""
    text = f"{PROSE}\n\n{PROSE}\n\n***\n" + text_of("teasers", 1_500_000)
    began = time.process_time()
    cleaned = desk.clean(text)
    assert time.process_time() - began < 30
    assert len(cleaned.stories) > 10_000
    assert cleaned.restore() == text


# --- Records ----------------------------------------------------------------------------------------------------------

DEEP = 200_000


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from records with other fields that are nested deeply, or are numbers of thousands of digits."""
    folder = tmp_path_factory.mktemp("deep")
    others = {
        "lists": "[" * DEEP + "]" * DEEP,
        "objects": '{"a":' * DEEP + "1" + "}" * DEEP,
        "digits": "9" * 10_000,
        "exponent": "1e99999",
    }
    lines = [
        f'{{"text": {json.dumps(f"{name}: {PROSE}")}, "url": "https://a.example/{name}", "{name}": {value}}}\n'
        for name, value in others.items()
    ]
    lines += [f'{{"text": {"[" * DEEP}{"]" * DEEP}}}\n', f'{{"text": "a", "id": {others["lists"]}}}\n', "[" * DEEP]
    (folder / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    build(folder / "in.jsonl", folder / "out", recipe=NO_RULES)
    return folder


def test_deeply_nested_fields_pass_through_to_the_letter(deep: Path) -> None:
    verify(deep / "out")
    sources = rows(deep / "out", "sources")
    assert [row["position"] for row in sources] == [1, 2, 3, 4, 6]
    assert sources[0]["meta"].endswith("[" * DEEP + "]" * DEEP + "}")
    assert sources[4]["record_id"] == "[" * DEEP + "]" * DEEP
    assert {row["position"]: row["reason"] for row in rows(deep / "out", "rejects")} == {
        5: "text_not_a_string",
        7: "not_an_object",
    }


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_deeply_nested_fields_can_be_explained(form: list[str], deep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for story in rows(deep / "out", "stories"):
        assert cli.main(["explain", str(deep / "out"), story["id"], *form]) == 0
        assert story["document_id"] in capsys.readouterr().out


def test_deeply_nested_fields_do_not_stop_discovery(deep: Path) -> None:
    found = discover([str(deep / "in.jsonl")], settings=Settings(by="site", least=2), recipe=NO_RULES)
    assert found.documents == 5


def test_no_recursion_is_as_deep_as_the_input() -> None:
    assert sys.getrecursionlimit() < DEEP / 10


def test_a_line_of_many_records_worth_is_one_record(tmp_path: Path) -> None:
    """A text of a hundred thousand lines and one of a single line, both in one file of JSON Lines."""
    texts = [text_of("short lines", 200_000), text_of("prose on one line", 2_000_000)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    recipe = Recipe(language=Language(engine="none"))
    accounts = build(tmp_path / "in.jsonl", tmp_path / "out", recipe=recipe).accounts
    assert (accounts["read"], accounts["published"]) == (2, 2)
    assert verify(tmp_path / "out").documents == 2
