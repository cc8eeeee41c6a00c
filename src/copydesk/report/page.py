"""Putting the page together: one HTML file that needs nothing else and lets nothing in.

What documents, rules and files are called and say goes into the page as JSON alone, and from there into it as text,
never as HTML. The policy in its head lets run the page's own script, by its hash, and nothing else; it forbids every
request, and every way by which a script could make HTML out of a string.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict
from importlib import resources
from typing import TYPE_CHECKING

from copydesk.report.sheets import json_text

if TYPE_CHECKING:
    from copydesk.report.values import Facts, Sample

SCRIPTS = ("dom.js", "pictures.js", "facts.js", "document.js", "reader.js", "main.js")
"""The page's script, in the order in which its parts build on one another."""

POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a browser lets the page do."""


def page(facts: Facts, sample: Sample) -> str:
    """Write the page."""
    style = _asset("report.css")
    script = "\n".join(['"use strict";', *map(_asset, SCRIPTS)])
    policy = POLICY.format(script=_hash(script), style=_hash(style))
    parts = {"policy": policy, "style": style, "script": script, "data": _data(facts, sample)}
    pieces = _asset("report.html").split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        filled += (parts[name], rest)
    return "".join(filled)


def _data(facts: Facts, sample: Sample) -> str:
    """Give what the page shows, as JSON."""
    head = json_text(
        {"facts": asdict(facts), "drawn": asdict(sample.drawn), "rules": sample.rules, "labels": sample.labels}
    )
    documents, rejects = ",\n".join(sample.documents), ",\n".join(sample.rejects)
    return f'{head[:-1]},\n"documents":[{documents}],\n"rejects":[{rejects}]}}'


def _asset(name: str) -> str:
    return (resources.files("copydesk.report") / "assets" / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """Give a hash as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
