"""The results as tables: Markdown for the manual, JSON for those who want to reckon."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from peers.contestants import ABSENT, COPYDESK, LIMIT, PEERS, PUBLISHED
from peers.race import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS_AN_HOUR = 3600
MEGABYTES_A_TERABYTE = 1e6

WIDTH = 120
"""Characters of a line of prose."""


def hours(cpu_speed: float) -> float:
    """Give CPU-hours a TB for MB a second of processor time."""
    return MEGABYTES_A_TERABYTE / cpu_speed / SECONDS_AN_HOUR


def markdown(run: Mapping[str, Any]) -> str:
    """Give the whole section: what was measured on what, both tables, and who is not in them."""
    results = results_of(run)
    parts = [_heading(run), _speeds(results), _notes(run, results), _hours(results)]
    lines = "\n\n".join(part for part in parts if part).split("\n")
    return "\n".join(line if line.startswith("|") else _wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    """Break a line of prose as the manual's are."""
    inset = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=inset, break_long_words=False, break_on_hyphens=False)


def as_json(results: Sequence[Result], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give all that was measured; `markdown` and the plot are made of this alone."""
    rows = {
        result.peer.name: {
            "megabytes": round(result.megabytes, 3),
            "documents": result.documents,
            "every": result.every,
            "wall": [round(seconds, 4) for seconds in result.wall],
            "cpu": [round(seconds, 4) for seconds in result.cpu],
            "versions": result.versions,
            "failed": result.failed,
        }
        for result in results
    }
    return {**facts, "results": rows}


def results_of(run: Mapping[str, Any]) -> list[Result]:
    """Give the results that JSON holds."""
    by_name = {peer.name: peer for peer in PEERS}
    return [Result(by_name[name], **row) for name, row in run["results"].items() if name in by_name]


def _heading(run: Mapping[str, Any]) -> str:
    data = run["data"]
    return (
        f"Measured by `{run['command']}` on one core ({run['machine']}), the median of {run['rounds']} rounds in turn. "
        f"The dump is `{data['name']}` ({data['documents']:,} documents, {data['megabytes']:.1f} MB of text, "
        f"SHA-256 {data['sha256']}…); MB are millions of bytes of UTF-8 text. Who would take too long reads a part of "
        "it, spread over the whole. Starting Python and loading libraries is not counted, for anybody; what a run "
        "loads anew is. Factors are of CPU time, which neighbours on the machine do not lengthen."
    )


def _speeds(results: Sequence[Result]) -> str:
    by_name = {result.peer.name: result for result in results if not result.failed}
    ours, limit = by_name.get(COPYDESK), by_name.get(LIMIT)
    rows = []
    for result in sorted(by_name.values(), key=lambda result: -result.cpu_speed):
        name = _version(result)
        rows.append(
            [
                f"{result.peer.title}{f' {name}' if name else ''}",
                result.peer.does,
                f"{result.megabytes:.1f}",
                _figure(result.speed),
                _figure(result.cpu_speed),
                _ratio(ours, result, "×") if ours and result not in (ours, limit) else "",
                _ratio(result, limit, "") if limit else "",
            ]
        )
    heads = ["", "does", "MB read", "MB/s", "MB per CPU second", "copydesk is faster by", "share of the limit"]
    return _table(heads, rows)


def _notes(run: Mapping[str, Any], results: Sequence[Result]) -> str:
    lines = [f"- {result.peer.name} has no figures: {result.failed}" for result in results if result.failed]
    lines += [f"- {name} does not take part: {why}" for name, why in run.get("absent", ABSENT).items()]
    return "\n".join(lines)


def _hours(results: Sequence[Result]) -> str:
    rows = [
        [
            result.peer.title,
            result.peer.does,
            f"{hours(result.cpu_speed):,.1f}",
            f"1,000,000 ÷ {_figure(result.cpu_speed)} ÷ 3,600",
        ]
        for result in sorted((result for result in results if not result.failed), key=lambda result: -result.cpu_speed)
    ]
    rows += [[entry.title, f"published: {entry.source}", f"{entry.hours:,.0f}", entry.derived] for entry in PUBLISHED]
    lead = (
        "CPU-hours a TB, for what was measured here by MB per CPU second, and as others published for their own texts "
        "and machines:"
    )
    return f"{lead}\n\n{_table(['', 'does', 'CPU-hours a TB', 'that is'], rows)}"


def _version(result: Result) -> str:
    package = result.peer.needs[0] if result.peer.needs else ""
    return "" if result.peer.title == "a script" else result.versions.get(package, "")


def _figure(value: float) -> str:
    """Give a speed with as many digits as it deserves."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if value >= least:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"


def _ratio(one: Result, other: Result, sign: str) -> str:
    value = one.cpu_speed / other.cpu_speed
    return f"{value:,.0f}{sign}" if value >= 10 else f"{value:.2f}{sign}"  # noqa: PLR2004 - two digits are enough


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
