"""A real Chromium without a window, for tests and screenshots: it opens a page and tells all that goes wrong in it."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

NAMES = ("chromium", "chromium-browser", "google-chrome")
DRIVERS = ("chromedriver", "/usr/lib/chromium/chromedriver")
"""What Debian and others call the browser and the program that drives it."""

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root, where the sandbox does not
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
)


def missing() -> str:
    """Say what is missing to open a page; nothing if nothing is."""
    try:
        import selenium  # noqa: F401 (is it there?)
    except ImportError:
        return "selenium is not installed: pip install selenium"
    if not _first(NAMES) or not _first(DRIVERS):
        return "no Chromium is installed: apt-get install chromium chromium-driver"
    return ""


def _first(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """Start a browser that keeps its files in a folder, and end it."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = _first(NAMES) or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options, Service(_first(DRIVERS)))
    try:
        yield driver
    finally:
        driver.quit()


def resize(driver: Chrome, width: int, height: int, *, dark: bool = False) -> None:
    """Give the page a size, and the wish for dark or light that a system would have."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def complaints(driver: Chrome) -> list[str]:
    """Give what the console said since the last time: errors, and what the page's policy refused."""
    return [entry["message"] for entry in _log(driver, "browser") if entry["level"] in {"SEVERE", "WARNING"}]


def requests(driver: Chrome) -> list[str]:
    """Give the addresses that were asked for since the last time."""
    events: list[dict[str, Any]] = [json.loads(entry["message"])["message"] for entry in _log(driver, "performance")]
    return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]


def _log(driver: Chrome, name: str) -> list[dict[str, Any]]:
    """Take what is in a log of the browser's; selenium's own way there has no types."""
    entries: list[dict[str, Any]] = driver.execute("getLog", {"type": name})["value"]
    return entries
