"""The page on what `--json` prints, made from the classes that the help texts name."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from copydesk.cli import parser
from manual.commands import every_command
from manual.pages import anchor, put_together, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHAPE = re.compile(r"the fields of (?P<module>copydesk[\w.]*)\.(?P<name>\w+)(?:; (?P<special>.+))?")
_ATTRIBUTE = re.compile(r"^    (?P<name>\w+): (?P<words>.+?)(?=^    \w+: |\Z|^\S)", re.MULTILINE | re.DOTALL)

_ONE_OF = re.compile(r"(?:One|one) of `([A-Z]+)`")

KINDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "None": "null",
    "Any": "any",
    "object": "any",
    "Path": "text",
    "Span": "list of two whole numbers",
    "PhraseList": "object of list of text",
}
"""What Python's types become in JSON."""

LISTS = {"list", "tuple", "Sequence", "Iterable", "Collection", "Counter"}

OBJECTS = {"dict", "Mapping"}

LEAD = """With `--json` a command prints one JSON object on standard output, and nothing else there. These are its
keys, each class of values once. A key is never left out: where there is nothing to say it holds null (the sentences say
None) or an empty list. What could steer a terminal is escaped."""


def page() -> str:
    """Make the page."""
    shapes = list(_shapes())
    listed = [(f"`{name} --json`", _linked(shape.__name__), special) for name, shape, special in shapes]
    found: dict[str, type[Any]] = {}
    for _, shape, _ in shapes:
        _collect(shape, found)
    parts = [part for name, shape in sorted(found.items()) for part in _part(name, shape)]
    made_from = "the classes that the commands' help texts name"
    overview = table(("command", "prints", "besides"), listed)
    return put_together("What `--json` prints", made_from, LEAD, overview, *parts)


def _shapes() -> Iterator[tuple[str, type[Any], str]]:
    """Give each command that prints JSON, the class whose fields are the keys, and what is special about it."""
    for name, command in every_command(parser(whole=True)):
        for action in command._actions:  # noqa: SLF001 (argparse shows its arguments in no other way)
            if "--json" in action.option_strings and (found := _SHAPE.search(action.help or "")):
                yield name, getattr(import_module(found["module"]), found["name"]), found["special"] or ""


def _collect(shape: type[Any], found: dict[str, type[Any]]) -> None:
    """Add a class, and those that its fields hold.

    Raises:
        ValueError: Two of them have the same name.
    """
    if found.setdefault(shape.__name__, shape) is not shape:
        message = f"there are two classes called {shape.__name__}: {shape} and {found[shape.__name__]}"
        raise ValueError(message)
    for field in fields(shape):
        for name in re.findall(r"\w+", str(field.type)):
            inner = _class(name, shape)
            if inner is not None and found.get(name) is not inner:
                _collect(inner, found)


def _class(name: str, near: type[Any]) -> type[Any] | None:
    """Find the dataclass that a name means where a class is defined; None if it means none."""
    value = vars(sys.modules[near.__module__]).get(name)
    if value is None and (module := _imports(near.__module__).get(name)):
        value = getattr(import_module(module), name, None)  # an alias may be there for types alone
    return value if inspect.isclass(value) and is_dataclass(value) else None


@cache
def _imports(module: str) -> dict[str, str]:
    """Give the names that a module imports from the package, for types alone or not, each with where it is from."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("copydesk")
        for alias in node.names
        if node.module
    }


def _part(name: str, shape: type[Any]) -> Iterator[str]:
    """Write one class: what it is, and its keys."""
    words, _, attributes = inspect.getdoc(shape).partition("Attributes:\n")  # type: ignore[union-attr]
    found = {found["name"]: " ".join(found["words"].split()) for found in _ATTRIBUTE.finditer(attributes)}
    meanings = {key: _ONE_OF.sub(lambda names: _listed(names[1], shape), words) for key, words in found.items()}
    yield f"## {name}"
    yield wrapped(words.strip().split("\n\n")[0])
    rows = [(f"`{each.name}`", _kind(str(each.type), shape), meanings.get(each.name, "")) for each in fields(shape)]
    yield table(("key", "type", "meaning"), rows)


def _listed(name: str, near: type[Any]) -> str:
    """List the values of a constant that a docstring names."""
    values = vars(sys.modules[near.__module__])[name]
    return ", ".join(f"`{value}`" for value in values)


def _kind(annotation: str, near: type[Any]) -> str:
    """Say what the type of a class's field is in JSON."""
    return _said(ast.parse(annotation, mode="eval").body, near)


def _said(node: ast.expr, near: type[Any]) -> str:
    if isinstance(node, ast.BinOp):
        return f"{_said(node.left, near)} or {_said(node.right, near)}"
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        name = ast.unparse(node.value)
        if name in OBJECTS:
            return f"object of {_said(inner[-1], near)}"
        if name in LISTS:
            kinds = dict.fromkeys(_said(each, near) for each in inner if ast.unparse(each) != "...")
            return f"list of {' and '.join(kinds)}"
    name = ast.unparse(node)
    return KINDS.get(name) or (_linked(name) if _class(name, near) else f"`{name}`")


def _linked(name: str) -> str:
    return f"[{name}](#{anchor(name)})"
