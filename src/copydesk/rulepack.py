"""Reading packs of rules: TOML tables in, checked kinds out.

A pack that is not right in every key is refused. The error names the file, the rule and the key, says what is wrong,
and what to do about it; a typing error never passes for a default.
"""

from __future__ import annotations

import difflib
import importlib.resources
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from copydesk import phrasing, toml
from copydesk.errors import RuleError
from copydesk.rulebook import (
    BLOCKS,
    FIELDS,
    MATCHES,
    ONCE_GROUP,
    PLACES,
    STRIKE_GROUP,
    Example,
    Kind,
    Lookalike,
    Rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

LONGEST_LINE = 300
"""The longest line that a rule looks at if it does not say otherwise, in code points."""

LONGEST_PATTERN = 5_000
"""Characters of the longest pattern, placeholders not filled in. Phrases belong into lists."""

MOST_PHRASES = 20_000
"""Phrases that a pack may hold, over all its lists and languages."""

LONGEST_PHRASE = 1_000
"""Characters of the longest phrase."""

_FRAGMENTS_FILE = "_fragments.toml"
_PACK_KEYS = ("kind", "phrases", "rule")
_KIND_KEYS = ("label", "title", "why")
_RULE_KEYS = (
    *("name", "why", "match", "pattern", "place", "after", "glued", "block", "strike"),
    *("max_chars", "min_chars", "at_least", "at_most", "in_a_row", "examples", "lookalikes"),
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def built_in() -> list[Traversable]:
    """List the packs that come with copydesk, by file name."""
    return _toml_files(importlib.resources.files("copydesk") / "rules")


def find(packs: Sequence[Path]) -> Iterator[Traversable]:
    """List a user's packs: files as they are given, and the packs in folders by file name.

    Raises:
        RuleError: There is no such file, or no pack in a folder.
    """
    for pack in packs:
        if not pack.exists():
            fail(str(pack), "there is no such file or folder", "check the path of the rule pack")
        found = _toml_files(pack) if pack.is_dir() else [pack]
        if not found:
            fail(
                str(pack), "there is no rule pack (*.toml) in this folder", "name a pack, or a folder that holds packs"
            )
        yield from found


def read(sources: Iterable[Traversable]) -> list[Kind]:
    """Read and check packs, each for itself.

    Raises:
        RuleError: A pack cannot be read or is not right.
    """
    fragments = _fragments()
    return [_read_kind(source, fragments) for source in sources]


def fail(where: str, what: str, cure: str) -> NoReturn:
    """Refuse a pack."""
    message = f"{where}: {what}"
    raise RuleError(message, cure)


def nearest(name: str, known: Iterable[str]) -> str:
    """Advise on a name that is not known."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(names)}"


def _toml_files(folder: Traversable) -> list[Traversable]:
    """List a folder's packs; a file whose name begins with `_` is none."""
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".toml") and not entry.name.startswith("_"))
    return sorted(files, key=lambda entry: entry.name)


def _parse(source: Traversable) -> dict[str, Any]:
    try:
        with source.open("rb") as file:
            return toml.load(file)
    except tomllib.TOMLDecodeError as error:
        fail(str(source), f"not valid TOML: {error}", "mend that line; a pattern goes between 'single quotes'")
    except (OSError, UnicodeDecodeError) as error:
        fail(str(source), f"cannot be read: {error}", "packs are text files in UTF-8")


def _fragments() -> dict[str, str]:
    """Read the named pieces of patterns that all packs share; a later one may use the earlier ones."""
    source = importlib.resources.files("copydesk") / "rules" / _FRAGMENTS_FILE
    known: dict[str, str] = {}
    for name, values in _parse(source).items():
        table = _Table.of(f"{source}, [{name}]", values)
        table.only(("why", "pattern"))
        table.text("why")
        known[name] = _expand(table, table.text("pattern"), {}, known)
    return known


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table and where it stands: every value is asked for by name and type, so that an error can say where."""

    where: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, where: str, values: object) -> _Table:
        if not isinstance(values, dict):
            fail(where, "must be a table", "write it as [table], with `key = value` lines")
        return cls(where, values)

    def fail(self, what: str, cure: str) -> NoReturn:
        fail(self.where, what, cure)

    def only(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                self.fail(f"unknown key `{key}`", nearest(key, known))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            self.fail(f"`{key}` is missing", f'add {key} = "…"')
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fail(f"`{key}` must be text, and not empty", f'write {key} = "…"')
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices:
            self.fail(f'`{key}` is "{value}"', f"choose one of {', '.join(choices)}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fail(f"`{key}` must be true or false", f"write {key} = {str(default).lower()}")
        return value

    def count(self, key: str, default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.fail(f"`{key}` must be a whole number, 0 or more", f"write {key} = {default}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fail(f"`{key}` must be a list of texts", f'write {key} = ["…", "…"]')
        return tuple(value)

    def tables(self, key: str) -> list[_Table]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value:
            name = key if key == "rule" else f"rule.{key}"
            self.fail(f"`{key}` is missing: one at least is needed", f"add a table [[{name}]]")
        return [_Table.of(f"{self.where}, {key} {number}", item) for number, item in enumerate(value, 1)]


def _read_kind(source: Traversable, fragments: Mapping[str, str]) -> Kind:
    pack = _Table(str(source), _parse(source))
    pack.only(_PACK_KEYS)
    about = _Table.of(f"{source}, [kind]", pack.values.get("kind", {}))
    about.only(_KIND_KEYS)
    label = about.text("label")
    if not _NAME.fullmatch(label):
        about.fail(f'`label` is "{label}"', "use small letters, digits and underscores, a letter first")
    if f"{label}.toml" != source.name:
        about.fail(f'`label` is "{label}" but the file is {source.name}', f"name the file {label}.toml")
    lists = _read_lists(_Table.of(f"{source}, [phrases]", pack.values.get("phrases", {})))
    rules = tuple(_read_rule(table, label, lists, fragments) for table in _rule_tables(pack))
    used = {name for rule in rules for name in phrasing.placeholders(rule.pattern)}
    for name in lists:
        if name not in used:
            pack.fail(f"no pattern uses the phrase list `{name}`", f"write {{{name}}} in a pattern, or drop the list")
    return Kind(label, about.text("title"), about.text("why").strip(), str(source), lists, rules)


def _rule_tables(pack: _Table) -> Iterator[_Table]:
    """Give each rule's table, from now on known by the rule's name."""
    for table in pack.tables("rule"):
        name = table.text("name")
        if not _NAME.fullmatch(name):
            table.fail(f'`name` is "{name}"', "use small letters, digits and underscores, a letter first")
        yield _Table(f"{pack.where}, rule {name}", table.values)


def _read_lists(lists: _Table) -> dict[str, phrasing.PhraseList]:
    read: dict[str, phrasing.PhraseList] = {}
    for name, values in lists.values.items():
        table = _Table.of(f"{lists.where[:-1]}.{name}]", values)
        if not _NAME.fullmatch(name):
            table.fail("the list's name must be small letters, digits and underscores", "rename the list")
        read[name] = {language: _read_phrases(table, language) for language in table.values}
    count = sum(len(phrases) for languages in read.values() for phrases in languages.values())
    if count > MOST_PHRASES:
        lists.fail(f"there are {count:,} phrases", f"at most {MOST_PHRASES:,} fit into a pack")
    return read


def _read_phrases(table: _Table, language: str) -> tuple[str, ...]:
    if not _LANGUAGE.fullmatch(language):
        table.fail(
            f"`{language}` is no BCP 47 language code", 'use codes like "en", "pt-BR", "zh"; "zxx" for mere signs'
        )
    phrases = table.texts(language)
    seen: set[str] = set()
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            table.fail(f"`{language}` has a phrase of {len(phrase):,} characters", "a phrase is a few words")
        if phrase != " ".join(phrase.split()) or phrase in seen:
            table.fail(f'`{language}` has "{phrase}" twice, or with stray spaces', "write each phrase once, plainly")
        seen.add(phrase)
    return phrases


def _read_rule(
    table: _Table, label: str, lists: Mapping[str, phrasing.PhraseList], fragments: Mapping[str, str]
) -> Rule:
    table.only(_RULE_KEYS)
    match, pattern = table.choice("match", MATCHES), table.text("pattern")
    _check_pattern(table, match, pattern)
    cues, cue_at = phrasing.cues(match, pattern, lists)
    rule = Rule(
        kind=label,
        name=table.text("name"),
        why=table.text("why").strip(),
        match=match,
        pattern=pattern,
        regex=_expand(table, pattern, lists, fragments),
        cues=cues,
        cue_at=cue_at,
        place=table.choice("place", PLACES, "any"),
        after=table.texts("after"),
        glued=table.flag("glued", default=False),
        block=table.choice("block", BLOCKS, "none"),
        strike=table.flag("strike", default=True),
        max_chars=table.count("max_chars", LONGEST_LINE),
        min_chars=table.count("min_chars", 0),
        at_least=table.count("at_least", 1),
        at_most=table.count("at_most", 0),
        in_a_row=table.count("in_a_row", 1),
        examples=tuple(_read_example(each) for each in table.tables("examples")),
        lookalikes=tuple(_read_lookalike(each) for each in table.tables("lookalikes")),
    )
    _check_settings(table, rule)
    return rule


def _check_pattern(table: _Table, match: str, pattern: str) -> None:
    if len(pattern) > LONGEST_PATTERN:
        cure = f"at most {LONGEST_PATTERN:,}; put phrases into a list"
        table.fail(f"`pattern` has {len(pattern):,} characters", cure)
    if found := phrasing.unsupported(pattern):
        table.fail(f"`pattern` uses `{found}`", "Rust's regex syntax has no look-around and no back-references")
    if phrasing.has_anchor(pattern):
        table.fail("`pattern` has its own ^ or $", "leave it out: `match` says where the pattern is anchored")
    groups = phrasing.GROUP.findall(pattern)
    for name in groups:
        if name not in (*FIELDS, STRIKE_GROUP, ONCE_GROUP):
            cure = f"a named group is a field ({', '.join(FIELDS)}), `{STRIKE_GROUP}` or `{ONCE_GROUP}`"
            table.fail(f"`pattern` names a group `{name}`", cure)
    if match == "line" and STRIKE_GROUP in groups:
        table.fail(f'a group `{STRIKE_GROUP}` with match = "line"', "drop the group: that match strikes whole lines")


def _expand(table: _Table, pattern: str, lists: Mapping[str, phrasing.PhraseList], fragments: Mapping[str, str]) -> str:
    def missing(placeholder: str) -> RuleError:
        message = f"{table.where}: `pattern` uses {placeholder} but there is no such list"
        return RuleError(message, nearest(placeholder.strip("{!}"), [*lists, *fragments]))

    return phrasing.expand(pattern, lists, fragments, missing)


def _check_settings(table: _Table, rule: Rule) -> None:
    """Refuse settings that are each right but make no sense together."""
    if rule.glued and not rule.after:
        table.fail("`glued` without `after`", "say after which labels the line must stand, or drop `glued`")
    if rule.block != "none" and rule.match != "line":
        table.fail(f'`block` with match = "{rule.match}"', 'only match = "line" can take the lines below it')
    if rule.min_chars > rule.max_chars:
        table.fail("`min_chars` is more than `max_chars`", "no line is that long and that short")
    if 0 < rule.at_most < rule.at_least:
        table.fail("`at_least` is more than `at_most`", "no document has that many such lines and that few")


def _read_example(table: _Table) -> Example:
    table.only(("before", "after", "fields"))
    fields = _Table.of(f"{table.where}, fields", table.values.get("fields", {}))
    fields.only(FIELDS)
    facts: dict[str, str | tuple[str, ...]] = {
        key: fields.texts(key) if isinstance(value, list) else fields.text(key) for key, value in fields.values.items()
    }
    return Example(table.text("before"), table.text("after", ""), facts)


def _read_lookalike(table: _Table) -> Lookalike:
    table.only(("text", "why"))
    return Lookalike(table.text("text"), table.text("why", ""))
