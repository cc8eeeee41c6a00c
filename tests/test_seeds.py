"""Five real inputs: what must come of each. Their texts are not ours, so this looks only at counts and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from laws import assert_lawful

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk import Cleaned, Desk, Story


@pytest.fixture(scope="session")
def seeds(shared: Path, desk: Desk) -> dict[str, tuple[str, Cleaned]]:
    raws = {path.name[:3]: path.read_bytes().decode() for path in sorted((shared / "seeds").glob("*.txt"))}
    return {name: (raw, assert_lawful(desk, raw)) for name, raw in raws.items()}


def lines(story: Story) -> list[str]:
    return [line for line in story.text.split("\n") if line.strip()]


def kept_lines(raw: str, story: Story) -> bool:
    """Is every line of the story a line of the raw document?"""
    return set(lines(story)) <= set(raw.split("\n"))


def test_000_loses_its_foreign_headlines(seeds: dict[str, tuple[str, Cleaned]]) -> None:
    raw, cleaned = seeds["000"]
    (story,) = cleaned.stories
    assert kept_lines(raw, story)
    assert len(lines(story)) == 7
    assert story.title == lines(story)[0]
    assert raw.startswith(story.text.rstrip())


def test_001_loses_residue_captions_and_translator(seeds: dict[str, tuple[str, Cleaned]]) -> None:
    raw, cleaned = seeds["001"]
    (story,) = cleaned.stories
    assert kept_lines(raw, story)
    assert len(lines(story)) == 7
    assert "leftcenterrightdel" not in story.text
    assert len(story.fields["captions"]) == 2
    assert not any(caption in story.text for caption in story.fields["captions"])
    assert [credit.split()[0] for credit in story.fields["credits"]] == ["Translated"]


def test_002_is_an_article_and_21_teasers(seeds: dict[str, tuple[str, Cleaned]]) -> None:
    raw, cleaned = seeds["002"]
    article, *teasers = cleaned.stories
    assert article.kind == "article"
    assert len(lines(article)) == 10
    assert "such as arms services" in article.text
    assert article.text.endswith("research.")
    assert len(article.fields["captions"]) == 1
    assert article.fields["dateline"].endswith("(VNA)")
    assert [teaser.kind for teaser in teasers] == ["teaser"] * 21
    assert [teaser.text.strip() for teaser in teasers] == [
        line.strip() for line in raw.split("\n")[11:] if line.strip()
    ]


def test_003_keeps_headings_and_dateline(seeds: dict[str, tuple[str, Cleaned]]) -> None:
    raw, cleaned = seeds["003"]
    (story,) = cleaned.stories
    assert kept_lines(raw, story)
    assert len(lines(story)) == len([line for line in raw.split("\n") if line.strip()]) - 1
    assert len(story.fields["captions"]) == 1
    assert story.text.startswith("(VOVWORLD) - ")
    assert "VOVWORLD" in story.fields["dateline"]


def test_004_loses_piped_captions_and_counters(seeds: dict[str, tuple[str, Cleaned]]) -> None:
    raw, cleaned = seeds["004"]
    (story,) = cleaned.stories
    assert kept_lines(raw, story)
    assert len(story.fields["captions"]) == 3
    assert len(lines(story)) == len([line for line in raw.split("\n") if line.strip()]) - 5
    assert not any(line.startswith(("|", "Source", "Comment")) for line in lines(story))
