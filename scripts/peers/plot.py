"""The results as a picture: a bar a peer, on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peers.contestants import COPYDESK, LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from peers.race import Result

INK, OURS, OTHERS, BOUND = "#1b1f24", "#b3261e", "#8a94a0", "#c9d1d9"
WIDTH, ROW = 8.5, 0.42
"""Inches."""

ROOM = 1.6
"""Space behind the longest bar, as a factor, for its figure."""


def draw(results: Sequence[Result], path: Path) -> None:
    """Write the picture as SVG; the same results make the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "copydesk"
    mpl.rcParams["font.family"] = "sans-serif"
    from matplotlib import pyplot as plt

    done = sorted((result for result in results if not result.failed), key=lambda result: result.cpu_speed)
    figure, axes = plt.subplots(figsize=(WIDTH, 1 + ROW * len(done)), layout="constrained")
    speeds = [result.cpu_speed for result in done]
    bars = axes.barh([_label(result) for result in done], speeds, color=[_colour(result) for result in done])
    axes.bar_label(bars, [f"{speed:.3g}" for speed in speeds], padding=4, color=INK)
    axes.set_xscale("log")
    axes.set_xlim(min(speeds) / 2, max(speeds) * ROOM)
    axes.set_xlabel("MB of text a second of one core, logarithmic")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _label(result: Result) -> str:
    return f"{result.peer.title.strip('*')}: {result.peer.does.split(':')[0]}".replace("`", "")


def _colour(result: Result) -> str:
    return {COPYDESK: OURS, LIMIT: BOUND}.get(result.peer.name, OTHERS)
