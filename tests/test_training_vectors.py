"""What words are about, learned from paragraphs."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from copydesk.models import WORD_VECTORS

if TYPE_CHECKING:
    from pathlib import Path

vectors: Any = pytest.importorskip("vectors", reason="needs the extra `train`: pip install -e '.[train]'")

NAMES = ("quay", "dough", "goal", "vote", "chord", "bond", "virus", "comet")
TOPICS = {name: [f"{name}{c}{d}" for c in "abcdefgh" for d in "abcde"] for name in NAMES}


def pieces(draw: random.Random) -> list[str]:
    """Make pieces of text, each with words of one topic and some that all have."""
    common = [f"and{c}" for c in "abcdef"]
    out: list[str] = []
    for words in TOPICS.values():
        out.extend(" ".join(sorted({*draw.sample(words, 12), *draw.sample(common, 3)})) for _ in range(150))
    return out


def learned_from(found: dict[str, list[str]]) -> Any:
    return vectors.learn(found, vectors.vocabulary(found, 500))


def test_a_word_of_one_site_is_not_learned() -> None:
    draw = random.Random(3)  # noqa: S311 - a test's own chance
    mine = [f"{piece} slogan" for piece in pieces(draw)]
    known = vectors.vocabulary({"mine": mine, "other": pieces(draw)}, 500)
    assert "quayaa" in known
    assert "slogan" not in known


def test_words_that_stand_together_point_the_same_way() -> None:
    draw = random.Random(1)  # noqa: S311 - a test's own chance
    learned = learned_from({f"site {n}": pieces(draw) for n in range(3)})
    place = {word: n for n, word in enumerate(learned.words)}
    quay, dough = learned.rows[place["quayaa"]], learned.rows[place["doughaa"]]
    near, far = ([float(row @ learned.rows[place[word]]) for word in TOPICS["quay"][1:]] for row in (quay, dough))
    assert sum(near) / len(near) > 0
    assert sum(near) > 2 * abs(sum(far))


def test_vectors_are_written_as_the_kernel_reads_them() -> None:
    draw = random.Random(2)  # noqa: S311 - a test's own chance
    written = vectors.written([learned_from({f"site {n}": pieces(draw) for n in range(3)})])
    assert set(TOPICS["quay"]) <= set(written)
    assert {len(vector) for vector in written.values()} == {vectors.DIMENSIONS}
    numbers = [ord(character) - vectors.ZERO for vector in written.values() for character in vector]
    assert min(numbers) >= -vectors.LARGEST
    assert max(numbers) <= vectors.LARGEST


def test_the_shipped_vectors_have_that_form() -> None:
    words = WORD_VECTORS.load()["words"]
    assert {len(vector) for vector in words.values()} == {vectors.DIMENSIONS}
    assert words["boat"] != words["bread"]


def test_paragraphs_are_read_from_pages_and_markdown(tmp_path: Path) -> None:
    long = "The ferry leaves the quay at nine and comes back in the evening, if the wind allows it, said the captain."
    code = "x = 1 " * 300
    post = f"# Title\n\n{long.replace('ferry', '[ferry](https://x.org)')} Twice.\n\n```\n{code}\n```\n"
    page = f"<html><body><nav>Home</nav><p>{long}</p><p>Short.</p>" + "<div></div>" * 150
    for name, text in (("page.html", page), ("post.md", post)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "pages"]):
        subprocess.run([*git, *command], check=True)  # noqa: S603 - no shell, our own arguments
    assert sorted(vectors.paragraphs(tmp_path, "HEAD")) == [long, f"{long} Twice."]
