"""Where the time of a build goes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from copydesk import Recipe, build
from copydesk.cli import main
from copydesk.release.manifest import Manifest
from copydesk.stages import STAGES, Stopwatch
from editions import NO_RULES, write_texts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_stage_inside_another_has_its_own_time() -> None:
    watch = Stopwatch()
    with watch.timing("rows"):
        with watch.timing("clean"):
            time.sleep(0.05)
        time.sleep(0.01)
    assert watch.seconds["clean"] >= 0.05
    assert 0.01 <= watch.seconds["rows"] < 0.05


def test_a_profile_is_kept_when_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_texts(tmp_path / "in", ["The ferry leaves at nine."])
    (tmp_path / "light.toml").write_text(NO_RULES.to_toml(), encoding="utf-8")
    options = ["--recipe", str(tmp_path / "light.toml"), "--workers", "1", "--quiet"]
    assert main(["build", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--profile", *options]) == 0
    profile = Manifest.load(tmp_path / "out").profile
    assert list(profile) == list(STAGES)
    assert sum(profile.values()) > 0
    told = capsys.readouterr().err
    assert all(what in told for what in STAGES.values())


def test_without_it_a_manifest_holds_no_time(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["The ferry leaves at nine."])
    recipe = Recipe.from_mapping({"rules": {"off": list(NO_RULES.rules.off)}})
    assert build(tmp_path / "in", tmp_path / "out", recipe=recipe).profile == {}
