"""How a recipe's tables are declared, checked and written: strict about keys, types and limits."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from copydesk.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field

_T = TypeVar("_T")


def setting(default: _T, says: str, **limits: object) -> _T:
    """Declare a setting.

    Args:
        default: Its default, which also says its type.
        says: A sentence for the manual.
        limits: `choices`; or `least` and `most`; or `form`, a pattern of which any text but the empty one must be, and
            `such_as`, the same in words.
    """
    return field(default=default, metadata={"says": says, **limits})


def section_from(kind: type[Any], name: str, table: Any, origin: str) -> Any:
    """Make one table's dataclass from a mapping.

    Args:
        kind: The dataclass; each of its fields is a `setting`.
        name: The table's name.
        table: What the user gave.
        origin: What to call that in errors.

    Raises:
        RecipeError: It is no mapping, a key is unknown, or a value has the wrong type or is out of range.
    """
    if not hasattr(table, "items"):
        message = f"{origin}: {name} must be a table, not {table!r}"
        raise RecipeError(message, f"write [{name}] and the settings below it")
    known = {declared.name: declared for declared in fields(kind)}
    refuse_unknown(table, list(known), f"{name}.", origin)
    values = {key: _value(known[key], f"{name}.{key}", value, origin) for key, value in table.items()}
    return kind(**values)


def _value(declared: Field[Any], key: str, value: Any, origin: str) -> Any:
    """Check one value against its declaration and give it in the setting's own type."""
    if isinstance(declared.default, tuple) and isinstance(value, (list, tuple)):
        value = tuple(value)
        fits = all(isinstance(item, str) for item in value)
    elif isinstance(declared.default, float) and type(value) is int:
        value, fits = float(value), True
    else:
        fits = type(value) is type(declared.default)
    if not fits:
        wanted = "a list of strings" if isinstance(declared.default, tuple) else type(declared.default).__name__
        message = f"{origin}: {key} must be {wanted}, not {value!r}"
        raise RecipeError(message, f"the default is {_toml(declared.default)}")
    _check_limits(declared, key, value, origin)
    return value


def _check_limits(declared: Field[Any], key: str, value: Any, origin: str) -> None:
    limits = declared.metadata
    if value not in limits.get("choices", (value,)):
        message = f"{origin}: {key} is {value!r}"
        raise RecipeError(message, f"choose one of {', '.join(limits['choices'])}")
    if "least" in limits and not limits["least"] <= value <= limits["most"]:
        message = f"{origin}: {key} is {value!r}"
        raise RecipeError(message, f"it must be between {limits['least']} and {limits['most']}")
    if value and "form" in limits and not re.fullmatch(limits["form"], value):
        message = f"{origin}: {key} is {value!r}"
        raise RecipeError(message, f"write {limits['such_as']}")


def refuse_unknown(
    mapping: Mapping[str, Any], known: list[str], prefix: str, origin: str, elsewhere: Mapping[str, str] | None = None
) -> None:
    """Refuse a mapping with a key that is not known, and name the nearest; `elsewhere` are keys of other tables.

    Raises:
        RecipeError: There is one.
    """
    for key in mapping:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known here: {', '.join(known)}"
            if elsewhere and key in elsewhere:
                hint = f"{key} stands under [{elsewhere[key]}]"
            message = f"{origin}: there is no setting {prefix}{key}"
            raise RecipeError(message, hint)


def table_of(name: str, section: Any) -> str:
    """Write one table as TOML, each setting below its sentence."""
    lines = [f"[{name}]  # {type(section).__doc__}"]
    for declared in fields(section):
        lines += (f"# {declared.metadata['says']}", f"{declared.name} = {_toml(getattr(section, declared.name))}")
    return "\n".join((*lines, ""))


def _toml(value: Any) -> str:
    """Write a value as TOML. JSON's booleans, numbers, strings and lists of strings are TOML's too, but for DEL.

    What no terminal should be sent is escaped with it: somebody may look at the file there.
    """
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)
