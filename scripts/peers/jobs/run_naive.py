"""The script that one writes on a first afternoon: json, ftfy, seven substitutions, and langdetect if asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import clock
import ftfy
import langdetect
import zstandard

if TYPE_CHECKING:
    from pathlib import Path

langdetect.DetectorFactory.seed = 0


def clean(text: str) -> str:
    """Clean one text."""
    text = ftfy.fix_text(text)
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"https?://\S+|www\.\S+", "", text)
    text = re.sub("[\U0001f300-\U0001faff\u2600-\u27bf]", "", text)
    text = re.sub(r"(?im)^\s*(share|read also|see also|advertisement|follow us|subscribe)\b.*$", "", text)
    text = re.sub(r"(?i)\((photo|image|source)s?: [^)]*\)", "", text)
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip()


def language(text: str) -> str:
    """Name the language of a text."""
    try:
        return str(langdetect.detect(text))
    except Exception:  # noqa: BLE001 - langdetect has more errors than it says
        return "unknown"


def work(source: Path, out: Path, variant: str) -> None:
    """Clean all records."""
    with zstandard.open(source, "rt", encoding="utf-8") as lines, (out / "clean.jsonl").open("w") as file:
        for line in lines:
            record = json.loads(line)
            record["text"] = clean(record["text"])
            if variant == "langdetect":
                record["language"] = language(record["text"])
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    clock.main(work, "ftfy", "langdetect")
