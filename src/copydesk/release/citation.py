"""How to cite an edition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.recipe import Edition
    from copydesk.release.manifest import Manifest

DIGEST_DIGITS = 16
"""Hex digits of the data's digest in a citation: enough to tell any two editions apart."""

_BIBTEX = re.compile(r"[\\{}%#$&~^]")
"""What means something in BibTeX."""


def citation(manifest: Manifest, edition: Edition) -> str:
    """Give the publisher's own citation, or one made of the title, the version and the data's digest."""
    if edition.citation:
        return edition.citation
    digest = manifest.data_digest[:DIGEST_DIGITS]
    fields = {
        "title": edition.title or "Clean stories",
        "author": " and ".join(edition.creators),
        "year": edition.published[:4],
        "version": manifest.version,
        "note": f"Cleaned with copydesk {manifest.copydesk}; data sha256 {digest}",
        "howpublished": edition.homepage,
    }
    lines = [f"  {name} = {{{_written(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{copydesk-{digest},", *lines, "}"])


def _written(value: str) -> str:
    return _BIBTEX.sub("", " ".join(value.split()))
