"""Pictures of the report, for the manual: it builds corpus/, opens the report in Chromium and takes them.

    python scripts/screenshots.py

needs chromium and chromium-driver of Debian (`apt-get install`), and fonts for all scripts of the corpus
(fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji). It writes docs/images/report-*.png.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

import copydesk

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402 (of the tests)

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

IMAGES = ROOT / "docs" / "images"

RAW = "corpus/raw/en/"
"""Where the documents are that are open."""

COLOURS = 256
"""So many are enough for a page of text and bars."""

MOST_BYTES = 200_000
"""A picture of a manual must not keep its reader waiting."""


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: Its file's name.
        width: Of the page, in CSS pixels.
        height: Of the picture.
        dark: Whether the system is in the dark.
        part: What it begins with: the id of an element; the page's head if empty.
        document: The document that is open.
    """

    name: str
    width: int
    height: int
    dark: bool = False
    part: str = ""
    document: str = "museum-share-comments"


SHOTS = (
    Shot("report-light", 1280, 900, part="documents"),
    Shot("report-dark", 1280, 900, dark=True, part="documents", document="market-headline-teasers"),
    Shot("report-accounts", 1280, 1000),
    Shot("report-struck", 1280, 1000, part="struck"),
    Shot("report-shape", 1280, 1000, part="shape"),
    Shot("report-phone", 360, 740, part="open"),
    Shot("report-phone-dark", 360, 740, dark=True),
)


def main() -> None:
    """Take all pictures."""
    reason = browser.missing()
    if reason:
        sys.exit(reason)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        edition = Path(folder) / "corpus-1.0.0"
        copydesk.build(ROOT / "corpus", edition, version="1.0.0", profile=True)
        page = Path(copydesk.report(edition).path or "")
        with browser.chromium(Path(folder) / "profile") as driver:
            for shot in SHOTS:
                take(driver, page, shot)


def take(driver: Chrome, page: Path, shot: Shot) -> None:
    """Take one picture and make it small."""
    browser.resize(driver, shot.width, shot.height, dark=shot.dark)
    driver.get("about:blank")
    driver.get(page.as_uri())
    find = "ITEMS.find((item) => item.doc && item.doc.source === arguments[0])"
    driver.execute_script(f"show({find}, {{quiet: true}})", f"{RAW}{shot.document}.txt")
    if shot.part:
        driver.execute_script("document.getElementById(arguments[0]).scrollIntoView()", shot.part)
    path = IMAGES / f"{shot.name}.png"
    picture = Image.open(BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {shot.width} x {shot.height}  {size:,} bytes")
    if size > MOST_BYTES:
        sys.exit(f"{path.name} is larger than {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    main()
