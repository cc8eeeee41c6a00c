"""The changelog of an edition, and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

import copydesk
from copydesk import BuildError, EditionError, build, verify
from copydesk.release import changelog
from copydesk.release.version import Version
from editions import write_records, write_texts
from light import LIGHT, stamped

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["Mayor SchÃ¶n opened the ferry.", "It was a cold day on the river.", "Two gulls came."]


def headings(text: str) -> list[str]:
    """Give the headings of a text in Markdown."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]


def test_each_edition_is_told_above_those_before(tmp_path: Path) -> None:
    made = []
    for number, texts in enumerate((TEXTS, [*TEXTS, "New."], TEXTS[:1])):
        write_records(tmp_path / "in.jsonl", [{"text": text} for text in texts])
        folder = tmp_path / str(number)
        build(tmp_path / "in.jsonl", folder, recipe=LIGHT, previous=tmp_path / str(number - 1) if number else None)
        made.append((folder / "CHANGELOG.md").read_text(encoding="utf-8"))
    first, second, third = made
    assert headings(third) == ["Changes", "2.0.0", "1.1.0", "1.0.0"]
    assert third.endswith(second.removeprefix("# Changes\n\n"))
    assert second.endswith(first.removeprefix("# Changes\n\n"))
    assert "3 gone" in third
    verify(tmp_path / "2")


HOSTILE = [
    "# A heading\n\n## 9.9.9",
    "<script>alert(1)</script> <img src=x onerror=y>",
    "``` a fence\n~~~",
    "`a` ``b`` | a cell | another",
    "[a link](http://x.example) ![an image](y) <http://z.example>",
    "a\x1b[31m colour, a \u202e turn and a \0",
    "---\nyaml: yes\n---",
    "- a list\n1. another\n> a quote",
    "&amp; &lt;b&gt; \\` $x$ @somebody *bold* __strong__",
]


ACTIVE = {"html_block", "html_inline", "link_open", "image", "fence", "hr", "strong_open", "em_open", "blockquote_open"}
"""What a text must not become."""


def test_no_text_of_a_document_acts_in_the_changelog(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", [f"{text}\n\nSEEN AND FILED\n\n{text}" for text in HOSTILE])
    for name in ("# `x` | <b>.txt", "](y).txt"):
        (tmp_path / "in" / name).write_text("The boat left.\n\nSEEN AND FILED", encoding="utf-8")
    build(tmp_path / "in", tmp_path / "old", recipe=LIGHT)
    build(tmp_path / "in", tmp_path / "new", recipe=stamped(tmp_path), previous=tmp_path / "old")
    found = copydesk.diff(tmp_path / "old", tmp_path / "new", samples=20)
    text = changelog.after(found, "", "2.0.0")
    assert len(found.samples) == len(HOSTILE) + 1, "two files are the same document"
    assert headings(text) == ["Changes", "2.0.0"]
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in [*tokens, *inline]}
    assert not kinds & ACTIVE
    assert all(char.isprintable() or char == "\n" for char in text)
    shown = " ".join(child.content for child in inline if child.type == "code_inline")
    assert "<script>alert(1)</script>" in shown
    assert headings((tmp_path / "new" / "CHANGELOG.md").read_text(encoding="utf-8")) == ["Changes", "2.0.0", "1.0.0"]


def test_a_changelog_that_was_changed_is_not_carried_on(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", [{"text": text} for text in TEXTS])
    build(tmp_path / "in.jsonl", tmp_path / "old", recipe=LIGHT)
    (tmp_path / "old" / "CHANGELOG.md").write_text("# Nothing ever changed\n", encoding="utf-8")
    with pytest.raises(EditionError, match=r"CHANGELOG\.md is not the file of edition"):
        build(tmp_path / "in.jsonl", tmp_path / "new", recipe=LIGHT, previous=tmp_path / "old")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.02.3", "1.2.3-rc", "", "1.2.3\n", "١.٢.٣"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(BuildError, match="is no version"):
        Version.of(text)


def test_versions_are_compared_as_numbers() -> None:
    assert Version.of("1.10.0") > Version.of("1.9.9")
    steps = [str(Version.of("1.2.3").after(level)) for level in ("none", "patch", "minor", "major")]
    assert steps == ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]
