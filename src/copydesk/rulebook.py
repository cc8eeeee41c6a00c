"""The rule book: reads packs of rules, checks them, and puts them into the kernel's terms.

A pack is a TOML file that describes one kind of noise (`rules/*.toml`, or a user's own folder). It says why the noise is
there, which phrases betray it, what the rules strike, and with which examples and lookalikes each rule is tried. Nothing
here touches a document: the kernel runs the rules, this module only says what they are. A pack that is not right in
every key is refused with a `RuleError` that names the file, the rule, the key and the cure.
"""

import difflib
import hashlib
import importlib.resources
import json
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from copydesk.errors import RuleError

MATCHES = ("line", "start", "end", "inside")
PLACES = ("any", "start", "end")
BLOCKS = ("none", "links")
FIELDS = ("captions", "credits", "byline", "dateline", "source", "tags")
STRIKE_GROUP = "strike"  # a group that narrows the stroke: what the pattern needs around it stays
LONGEST_LINE = 300  # code points: the usual limit of a line that a rule looks at

FRAGMENTS_FILE = "_fragments.toml"
PACK_KEYS = ("kind", "phrases", "rule")
KIND_KEYS = ("label", "title", "why")
RULE_KEYS = (
    *("name", "why", "match", "pattern", "place", "after", "glued", "block", "strike"),
    *("max_chars", "min_chars", "examples", "lookalikes"),
)

# `{list}` (any case), `{list!}` (begins with a capital, as labels do) or `{_fragment}`. Regex repeats (`{1,9}`) and classes (`\p{Lu}`)
# never begin with a small letter or an underscore.
PLACEHOLDER = re.compile(r"\{(_?[a-z][a-z0-9_]*)(!?)\}")
# A pattern whose first (last) part is one phrase list, but for a bullet, a bracket or the opening of a named group.
LIST_FIRST = re.compile(r"(?:\{_bullet\}|\{_fence\}|\{_open\}|\(\?P<\w+>)*\{([a-z]\w*)!?\}(?![?*{|])")
LIST_LAST = re.compile(r"\{([a-z]\w*)!?\}(?:\{_close\}|\{_stop\}|\))*$")
UNSUPPORTED = re.compile(r"\(\?<?[=!]|\\[1-9]|\(\?P=")  # look-around and back-references: not in Rust's regex
ANCHOR = re.compile(r"(?:\\.|\[(?:\\.|[^\]\\])*\])|([$^])")  # an anchor outside escapes and classes
GROUP = re.compile(r"\(\?P?<([A-Za-z_]\w*)>")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Scripts written without spaces between words: Thai to Lao, Tibetan, Myanmar, Khmer, kana, Han (Unicode block ranges).
SPACELESS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

PhraseList = Mapping[str, tuple[str, ...]]  # BCP 47 language -> phrases


@dataclass(frozen=True, slots=True)
class Example:
    """A whole small document before and after cleaning, and the fields it must give."""

    before: str
    after: str
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A whole small document that must come out unchanged."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it looks, what it strikes, and the cases that prove it. Lengths are in code points."""

    kind: str
    name: str
    why: str
    match: str
    pattern: str
    regex: str
    cues: tuple[str, ...]
    cue_at: str
    place: str
    after: tuple[str, ...]
    glued: bool
    block: str
    strike: bool
    max_chars: int
    min_chars: int
    examples: tuple[Example, ...]
    lookalikes: tuple[Lookalike, ...]

    @property
    def id(self) -> str:
        """The full name, as the ledger gives it: `kind.rule`."""
        return f"{self.kind}.{self.name}"

    @property
    def label(self) -> str:
        """The label on the edits of this rule: its kind."""
        return self.kind

    def spec(self) -> dict[str, object]:
        """What the kernel has to know, as JSON types; reasons and examples stay behind."""
        same = ("match", "regex", "cue_at", "place", "glued", "block", "strike", "max_chars", "min_chars")
        return {
            "name": self.id,
            "label": self.label,
            "cues": list(self.cues),
            "after": list(self.after),
            **{key: getattr(self, key) for key in same},
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of noise: what it is, its phrases and its rules. `source` is the pack's path."""

    label: str
    title: str
    why: str
    source: str
    phrases: Mapping[str, PhraseList]
    rules: tuple[Rule, ...]

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of all its rules, in order."""
        return tuple(example for rule in self.rules for example in rule.examples)

    @property
    def lookalikes(self) -> tuple[Lookalike, ...]:
        """The lookalikes of all its rules, in order."""
        return tuple(lookalike for rule in self.rules for lookalike in rule.lookalikes)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All packs together. The order of the kinds is the order in which rules win: built-in by file name, then the user's."""

    kinds: tuple[Kind, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in order of precedence."""
        return tuple(rule for kind in self.kinds for rule in kind.rules)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides what is struck; rewording a reason or an example does not change it."""
        canonical = json.dumps(self.kernel_spec(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def kernel_spec(self) -> list[dict[str, object]]:
        """The rules as the kernel takes them, in order of precedence."""
        return [rule.spec() for rule in self.rules]

    @classmethod
    def load(cls, packs: Sequence[Path] = (), off: Collection[str] = ()) -> "RuleBook":
        """Read the built-in packs and then the user's own.

        Args:
            packs: TOML files, or folders of them.
            off: kinds ("tags") or rules ("tags.topic_line") to leave out.

        Raises:
            RuleError: a pack cannot be read or is not right, two rules share an id, or a name in `off` is unknown.
        """
        sources = [*_toml_files(importlib.resources.files("copydesk") / "rules"), *_user_files(packs)]
        fragments = _fragments()
        kinds = [_read_kind(source, fragments) for source in sources]
        _check_together(kinds)
        return cls(tuple(_without(kinds, off)))


# --- Files -------------------------------------------------------------------------------------------------------------


def _toml_files(folder: Traversable) -> list[Traversable]:
    """The packs in a folder, by file name; files whose names begin with `_` are not packs."""
    names = (entry for entry in folder.iterdir() if entry.name.endswith(".toml") and not entry.name.startswith("_"))
    return sorted(names, key=lambda entry: entry.name)


def _user_files(packs: Sequence[Path]) -> Iterator[Traversable]:
    for pack in packs:
        if pack.is_dir():
            found = _toml_files(pack)
            if not found:
                raise RuleError(f"{pack}: no rule pack (*.toml) in this folder", "Name a folder that holds packs, or a pack.")
            yield from found
        elif pack.is_file():
            yield pack
        else:
            raise RuleError(f"{pack}: no such file or folder", "Check the path of the rule pack.")


def _parse(source: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{source}: not valid TOML: {error}", "Mend that line; a pattern goes between 'single quotes', or between three of them.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{source}: cannot be read: {error}", "Packs are UTF-8 text files.") from error


def _fragments() -> dict[str, str]:
    """The named pieces of patterns that all packs share, from `rules/_fragments.toml`; later ones may use earlier ones."""
    source = importlib.resources.files("copydesk") / "rules" / FRAGMENTS_FILE
    known: dict[str, str] = {}
    for name, values in _parse(source).items():
        table = _Table.of(f"{source.name}, [{name}]", values)
        table.only(("why", "pattern"))
        table.text("why")
        known[name] = _expand(table.text("pattern"), {}, known, table)
    return known


# --- Tables: every value is asked for by name and type, so that an error can say where and what -------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table and the words that say where it stands."""

    where: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, where: str, values: object) -> "_Table":
        if not isinstance(values, dict):
            raise RuleError(f"{where}: must be a table", "Write it as [table] with `key = value` lines.")
        return cls(where, values)

    def wrong(self, what: str, cure: str) -> RuleError:
        return RuleError(f"{self.where}: {what}", cure)

    def only(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                raise self.wrong(f"unknown key `{key}`", _nearest(key, known))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong(f"`{key}` is missing", f'Add {key} = "…".')
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"`{key}` must be text that is not empty", f'Write {key} = "…".')
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices:
            raise self.wrong(f'`{key}` is "{value}"', f"Use one of: {', '.join(choices)}.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"`{key}` must be true or false", f"Write {key} = {str(default).lower()}.")
        return value

    def count(self, key: str, default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(f"`{key}` must be a number of code points, 0 or more", f"Write {key} = {default}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(f"`{key}` must be a list of texts", f'Write {key} = ["…", "…"].')
        return tuple(value)

    def tables(self, key: str) -> list["_Table"]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value:
            raise self.wrong(f"`{key}` is missing: at least one is needed", f"Add a [[…{key}]] table.")
        return [_Table.of(f"{self.where}, {key} {number}", item) for number, item in enumerate(value, 1)]


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Known are: {', '.join(names)}."


# --- Packs -------------------------------------------------------------------------------------------------------------


def _read_kind(source: Traversable, fragments: Mapping[str, str]) -> Kind:
    pack = _Table(str(source), _parse(source))
    pack.only(PACK_KEYS)
    about = _Table.of(f"{source}, [kind]", pack.values.get("kind", {}))
    about.only(KIND_KEYS)
    label = about.text("label")
    if f"{label}.toml" != source.name:
        raise about.wrong(f'`label` is "{label}" but the file is {source.name}', f"Name the file {label}.toml.")
    phrases = _read_phrases(_Table.of(f"{source}, [phrases]", pack.values.get("phrases", {})))
    rules = tuple(_read_rule(table, label, phrases, fragments) for table in _rule_tables(pack))
    used = {name for rule in rules for name, _ in PLACEHOLDER.findall(rule.pattern)}
    for name in phrases:
        if name not in used:
            raise pack.wrong(f"phrase list `{name}` is used by no pattern", f"Write {{{name}}} in a pattern, or drop the list.")
    return Kind(label, about.text("title"), about.text("why").strip(), str(source), phrases, rules)


def _rule_tables(pack: _Table) -> Iterator[_Table]:
    """The pack's rules, each under its name as soon as it has one."""
    for table in pack.tables("rule"):
        name = table.text("name")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise table.wrong(f'`name` is "{name}"', "Use small letters, digits and underscores, a letter first.")
        yield _Table(f"{pack.where}, rule {name}", table.values)


def _read_phrases(lists: _Table) -> dict[str, PhraseList]:
    phrases: dict[str, PhraseList] = {}
    for name, values in lists.values.items():
        table = _Table.of(f"{lists.where[:-1]}.{name}]", values)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise table.wrong("a list's name has small letters, digits and underscores only", "Rename the list.")
        for language in table.values:
            if not LANGUAGE.fullmatch(language):
                raise table.wrong(f"`{language}` is not a BCP 47 language code", 'Use codes like "en", "pt-BR", "zh".')
        phrases[name] = {language: _clean_phrases(table, language) for language in table.values}
    return phrases


def _clean_phrases(table: _Table, language: str) -> tuple[str, ...]:
    texts = table.texts(language)
    for text, times in Counter(texts).items():
        if times > 1 or text != " ".join(text.split()):
            raise table.wrong(f'`{language}` has "{text}" twice or with stray spaces', "Write each phrase once, plainly.")
    return texts


def _read_rule(table: _Table, label: str, lists: Mapping[str, PhraseList], fragments: Mapping[str, str]) -> Rule:
    table.only(RULE_KEYS)
    match, pattern = table.choice("match", MATCHES), table.text("pattern")
    _check_pattern(table, pattern)
    cues, cue_at = _cues(match, pattern, lists)
    rule = Rule(
        kind=label,
        name=table.text("name"),
        why=table.text("why").strip(),
        match=match,
        pattern=pattern,
        regex=_expand(pattern, lists, fragments, table),
        cues=cues,
        cue_at=cue_at,
        place=table.choice("place", PLACES, "any"),
        after=table.texts("after"),
        glued=table.flag("glued", default=False),
        block=table.choice("block", BLOCKS, "none"),
        strike=table.flag("strike", default=True),
        max_chars=table.count("max_chars", LONGEST_LINE),
        min_chars=table.count("min_chars", 0),
        examples=tuple(_read_example(each) for each in table.tables("examples")),
        lookalikes=tuple(_read_lookalike(each) for each in table.tables("lookalikes")),
    )
    _check_settings(table, rule)
    return rule


def _check_settings(table: _Table, rule: Rule) -> None:
    """Settings that are each right but make no sense together."""
    if rule.glued and not rule.after:
        raise table.wrong("`glued` without `after`", "Say after which labels the line must stand, or drop `glued`.")
    if rule.block != "none" and rule.match != "line":
        raise table.wrong(f'`block` with match = "{rule.match}"', 'Only a rule with match = "line" can take the links below it.')
    if rule.match == "line" and STRIKE_GROUP in GROUP.findall(rule.pattern):
        raise table.wrong(f"a group `{STRIKE_GROUP}` with match = \"line\"", "That match strikes whole lines: drop the group.")
    if rule.min_chars > rule.max_chars:
        raise table.wrong("`min_chars` is more than `max_chars`", "No line can be that long and that short.")


def _read_example(table: _Table) -> Example:
    table.only(("before", "after", "fields"))
    fields = _Table.of(f"{table.where}, fields", table.values.get("fields", {}))
    fields.only(FIELDS)
    facts = {key: fields.texts(key) if isinstance(value, list) else fields.text(key) for key, value in fields.values.items()}
    return Example(table.text("before"), table.text("after", ""), facts)


def _read_lookalike(table: _Table) -> Lookalike:
    table.only(("text", "why"))
    return Lookalike(table.text("text"), table.text("why", ""))


# --- Patterns ----------------------------------------------------------------------------------------------------------


def _check_pattern(table: _Table, pattern: str) -> None:
    if found := UNSUPPORTED.search(pattern):
        raise table.wrong(f"`pattern` uses `{found[0]}`", "Look-around and back-references are not in Rust's regex syntax.")
    if any(found[1] for found in ANCHOR.finditer(pattern)):
        raise table.wrong("`pattern` has its own ^ or $", "Leave them out: `match` says where the pattern is anchored.")
    for name in GROUP.findall(pattern):
        if name not in (*FIELDS, STRIKE_GROUP):
            cure = f"A named group is a field ({', '.join(FIELDS)}) or `{STRIKE_GROUP}`."
            raise table.wrong(f"`pattern` names a group `{name}`", cure)


def _expand(pattern: str, lists: Mapping[str, PhraseList], fragments: Mapping[str, str], table: _Table) -> str:
    """The pattern with every placeholder replaced: a complete Rust regex without anchors."""

    def replace(found: re.Match[str]) -> str:
        name, exact = found[1], bool(found[2])
        if name in fragments and not exact:
            return fragments[name]
        if name in lists:
            return _alternation(_all_phrases(lists[name]), exact=exact)
        raise table.wrong(f"`pattern` uses {found[0]} but there is no such list", _nearest(name, [*lists, *fragments]))

    return PLACEHOLDER.sub(replace, pattern)


def _all_phrases(phrases: PhraseList) -> list[str]:
    """Every phrase of a list once, longest first, so that the longest one wins in an alternation."""
    return sorted({phrase for texts in phrases.values() for phrase in texts}, key=lambda phrase: (-len(phrase), phrase))


def _alternation(phrases: Sequence[str], *, exact: bool) -> str:
    """A regex for any of the phrases: in any case, or, if `exact`, with the capital that a heading or label begins with."""
    if exact:
        return f"(?:{'|'.join(_capital_regex(phrase) for phrase in phrases)})"
    return f"(?i:{'|'.join(_phrase_regex(phrase) for phrase in phrases)})"


def _capital_regex(phrase: str) -> str:
    """A phrase that begins with a capital and goes on in any case; one without small letters, or capital, is kept as it is."""
    if phrase[0].islower() or phrase == phrase.upper():
        return _phrase_regex(phrase)
    return f"{_guard(phrase[0])}{phrase[0]}(?i:{_phrase_regex(phrase[1:], inner=True)})"


def _phrase_regex(phrase: str, *, inner: bool = False) -> str:
    """A phrase as regex: any white space, either apostrophe, and no half words where the script has spaces.

    `inner` says that the phrase's first letter has been written already.
    """
    words = r"\s+".join(re.sub("['’]", "['’]", re.escape(word)) for word in phrase.split(" "))
    return f"{'' if inner else _guard(phrase[0])}{words}{_guard(phrase[-1])}"


def _guard(character: str) -> str:
    return r"\b" if character.isalnum() and not SPACELESS.match(character) else ""


def _cues(match: str, pattern: str, lists: Mapping[str, PhraseList]) -> tuple[tuple[str, ...], str]:
    """The literals without which the pattern cannot match, and where in the line they stand.

    "start" and "end" promise that the phrase begins at the line's first letter or digit, or ends at its last one.
    """
    names = [name for name, _ in PLACEHOLDER.findall(pattern) if name in lists]
    cue_at = "any"
    for where, sides, expression in (("start", ("line", "start"), LIST_FIRST), ("end", ("line", "end"), LIST_LAST)):
        found = expression.match(pattern) if where == "start" else expression.search(pattern)
        if found and cue_at == "any" and match in sides and not _branches(pattern) and _begin_with_letters(lists, found[1], where):
            names, cue_at = [found[1]], where
    literals = {form for name in names for phrase in _all_phrases(lists[name]) for form in _cue_forms(phrase)}
    return tuple(sorted(literals)), cue_at


def _branches(pattern: str) -> bool:
    """Whether the pattern has alternatives outside all brackets."""
    depth = 0
    for found in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]", pattern):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == "|" and depth == 0:
            return True
    return False


def _begin_with_letters(lists: Mapping[str, PhraseList], name: str, where: str) -> bool:
    edge = 0 if where == "start" else -1
    return name in lists and all(phrase[edge].isalnum() for phrase in _all_phrases(lists[name]))


def _cue_forms(phrase: str) -> set[str]:
    """The spellings that a scan blind to ASCII case, but to no other, needs to find the phrase in any usual case."""
    cases = (phrase, phrase.lower(), phrase.upper(), phrase.capitalize(), phrase.title())
    spelled = [form.replace(*marks) for form in cases for marks in (("'", "’"), ("’", "'"))]
    return set({form.encode().lower(): form for form in reversed(spelled)}.values())


# --- The book as a whole -----------------------------------------------------------------------------------------------


def _check_together(kinds: Sequence[Kind]) -> None:
    """What no single pack can see: an id that is used twice, a label that no pack has."""
    seen: dict[str, str] = {}
    labels = {kind.label for kind in kinds}
    for kind in kinds:
        for rule in kind.rules:
            where = f"{kind.source}, rule {rule.name}"
            if rule.id in seen:
                raise RuleError(f"{where}: the id {rule.id} is taken by {seen[rule.id]}", "Give the rule another name.")
            seen[rule.id] = kind.source
            for label in rule.after:
                if label not in labels:
                    raise RuleError(f"{where}: `after` names an unknown label `{label}`", _nearest(label, labels))


def _without(kinds: Sequence[Kind], off: Collection[str]) -> Iterator[Kind]:
    """The kinds with what is switched off left out."""
    known = {name for kind in kinds for name in (kind.label, *(rule.id for rule in kind.rules))}
    for name in off:
        if name not in known:
            raise RuleError(f"there is no kind or rule `{name}` to switch off", _nearest(name, known))
    for kind in kinds:
        rules = tuple(rule for rule in kind.rules if kind.label not in off and rule.id not in off)
        if rules:
            yield Kind(kind.label, kind.title, kind.why, kind.source, kind.phrases, rules)
