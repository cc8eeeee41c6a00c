"""The recipe's page, made from the settings' own declarations."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_type_hints

from copydesk.recipe import Recipe
from manual.pages import put_together, table

if TYPE_CHECKING:
    from dataclasses import Field

KINDS = {bool: "true or false", int: "whole number", float: "number", str: "text", tuple: "list of texts"}
"""What each type of a default is called."""

LEAD = """A recipe is a TOML file with a table a step. It holds what differs from the defaults, and nothing that is no
setting: an unknown key, a wrong type or a value out of range is an error that names the key and the nearest one there
is.

```toml
[rules]
packs = ["my_site.toml"]    # looked for from the recipe's own folder
off = ["tags"]

[model]
least = 0.8
```

Pass it with `--recipe my.toml`, or as `copydesk.Recipe.load("my.toml")`. An edition carries the recipe it was made
with, every setting with its value, as `recipe.toml`; the digest of all settings but those of `[edition]` stands on each
story. Options of the command line win over the file."""


def page() -> str:
    """Make the page."""
    parts = [part for name, section in get_type_hints(Recipe).items() for part in _section(name, section)]
    return put_together("Recipe", "the settings in `src/copydesk/recipe.py`", LEAD, *parts)


def _section(name: str, section: type[Any]) -> list[str]:
    rows = [_row(declared) for declared in fields(section)]
    words = " ".join(str(section.__doc__).split())
    return [f"## [{name}]", words, table(("key", "type", "default", "meaning"), rows)]


def _row(declared: Field[Any]) -> tuple[str, str, str, str]:
    return f"`{declared.name}`", _kind(declared), f"`{_toml(declared.default)}`", declared.metadata["says"]


def _kind(declared: Field[Any]) -> str:
    """Say what a value may be."""
    limits = declared.metadata
    if "choices" in limits:
        return ", ".join(f"`{_toml(choice)}`" for choice in limits["choices"])
    kind = KINDS[type(declared.default)]
    if "least" in limits:
        return f"{kind}, {limits['least']:,} to {limits['most']:,}"
    return f"{kind}, {limits['such_as'].partition(':')[0].partition(',')[0]}" if "such_as" in limits else kind


def _toml(value: Any) -> str:
    """Write a default as TOML: JSON writes booleans, numbers, texts and lists of texts the same way."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
