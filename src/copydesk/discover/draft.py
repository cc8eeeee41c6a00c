"""Findings as a rule pack in TOML, for a person to edit and to pass back with `--rules`.

Nothing is drafted unseen: each rule is run on its own examples before it is written down, and what it makes of them is
what the pack says it must. A rule that does not strike what it was drafted for is put into plainer words, and when that
does not help either, it is left out and named.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.desk import Desk
from copydesk.discover.covered import holds, piece
from copydesk.errors import RuleError
from copydesk.recipe import Guard, Language, Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from copydesk.discover.findings import Discovery, Finding
    from copydesk.recipe import Recipe

LABEL = "discovered"
"""The kind of a pack that is not written to a file; a pack must have the name of its file."""

MOST_SURE, MOST_UNSURE, MOST_COVERED = 200, 50, 50
"""Findings of each status that a pack holds; the others are in the JSON. Nobody edits more in one go."""

EXAMPLES = 2
"""Examples of a rule."""

_LABEL = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_NAME = 40
_LONGEST_LINE = 100_000
_WORD_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """One rule to be.

    Attributes:
        finding: What it is about.
        name: The rule's name, and that of its phrase list.
        match: As in a rule.
        pattern: As in a rule.
        phrase: The phrase of its list; empty if the pattern needs none.
        plain: A pattern without a list, should that one not match.
        examples: Pairs of documents, before and after.
    """

    finding: Finding
    name: str
    match: str
    pattern: str
    phrase: str
    plain: str
    examples: tuple[tuple[str, str], ...] = ()


def pack(found: Discovery, recipe: Recipe, label: str = LABEL) -> str:
    """Write a rule pack.

    Args:
        found: What was discovered.
        recipe: Its rules are at work beside the drafted ones, as they will be.
        label: The pack's kind; its file must be called `label.toml`.

    Raises:
        RuleError: The label cannot be one.
    """
    if not _LABEL.fullmatch(label):
        message = f"a rule pack cannot be called {label!r}"
        raise RuleError(message, "name the file with small letters, digits and underscores, such as my_site.toml")
    names: set[str] = set()
    sure = [draft for finding in found.of("proposed")[:MOST_SURE] for draft in _drafts(finding, names)]
    unsure = [draft for finding in found.of("unsure")[:MOST_UNSURE] for draft in _drafts(finding, names)]
    tried = _tried([*sure, *unsure], recipe)
    good = {draft.name: draft for draft in tried if draft.examples}
    harmful = _harmful([good[draft.name] for draft in sure if draft.name in good], recipe)
    sure, doubted = [d for d in sure if d.name not in harmful], [d for d in sure if d.name in harmful]
    parts = [
        _head(found, label),
        *(_rule(good[draft.name]) for draft in sure if draft.name in good),
        *_section(
            "Not sure. Take the signs away from those that you want.",
            (_rule(good[d.name]) for d in unsure if d.name in good),
        ),
        *_section(
            "These strike what must stay in examples of rules. Make them narrower before you take the signs away.",
            (_rule(good[d.name]) for d in doubted),
        ),
        *_section(
            "No rule could be drafted for these; the desk protects their places.", map(_mention, _failed(tried, good))
        ),
        *_section("Struck already, or kept as facts.", map(_mention, found.of("covered")[:MOST_COVERED])),
    ]
    return "\n".join(parts)


def check_out(out: str, *, force: bool) -> None:
    """See that a pack can be written there; asked before the work, which may take long.

    Raises:
        RuleError: The name cannot be a pack's, or there is a file already, which a person may have edited.
    """
    path = Path(out)
    if path.suffix != ".toml" or not _LABEL.fullmatch(path.stem):
        message = f"a rule pack cannot be called {path.name}"
        raise RuleError(message, "name it with small letters, digits and underscores, such as my_site.toml")
    if path.exists() and not force:
        message = f"{out} exists"
        raise RuleError(message, "choose another name, or --force to replace it with all that was edited in it")
    if not path.parent.is_dir():
        message = f"there is no folder {path.parent}"
        raise RuleError(message, "make it first")


def write(found: Discovery, recipe: Recipe, out: str) -> None:
    """Write a pack to a file, whose name becomes the pack's kind.

    Raises:
        RuleError: It cannot be written.
    """
    text = pack(found, recipe, Path(out).stem)
    try:
        Path(out).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot write {out}: {error.strerror}"
        raise RuleError(message, "check the path") from None


def _drafts(finding: Finding, names: set[str]) -> Iterator[Draft]:
    """Draft the rules of a finding: one, or for a word up to two: for its lines, and for its places within lines."""
    if finding.form != "word":
        pattern, phrase, plain = _pattern(finding)
        name = _name(finding, "", names)
        yield Draft(finding, name, finding.form, pattern.replace("{}", f"{{{name}{_bang(phrase)}}}"), phrase, plain)
        return
    word = re.escape(finding.text)
    if "line" in finding.shapes:
        name = _name(finding, "_line", names)
        yield Draft(finding, name, "line", f"{{{name}}}", finding.text, word)
    if "glued" in finding.shapes:
        yield Draft(finding, _name(finding, "_inside", names), "inside", word, "", word)
    elif "inside" in finding.shapes:
        name = _name(finding, "_inside", names)
        yield Draft(finding, name, "inside", f"{{{name}}}", finding.text, word)


def _pattern(finding: Finding) -> tuple[str, str, str]:
    """Give a pattern with `{}` for its phrase list, the phrase, and the pattern without a list.

    Where digits vary, the longest piece between two numbers is the phrase.
    """
    plain = r"\d+".join(map(_literal, finding.text.split("0")))
    if not finding.varies:
        raw = _spelling(finding)
        return "{}", raw, _literal(raw)
    pieces = finding.text.split("0")
    longest = max(range(len(pieces)), key=lambda n: (len(pieces[n].strip()), -n))
    phrase = pieces[longest].strip()
    if not phrase:
        return plain, "", plain
    space = [r"\s+" if pieces[longest].startswith(" ") else "", r"\s+" if pieces[longest].endswith(" ") else ""]
    written = [_literal(part) for part in pieces]
    written[longest] = f"{space[0]}{{}}{space[1]}"
    return r"\d+".join(written), phrase, plain


def _spelling(finding: Finding) -> str:
    """Give the finding with its numbers, which are the same everywhere."""
    digits = re.escape(finding.text).replace("0", r"\d+").replace(r"\ ", r"\s+")
    for seen in finding.examples:
        if spelled := re.search(digits, seen.line):
            return " ".join(spelled[0].split())
    return finding.text


def _literal(text: str) -> str:
    """Write a text as a pattern that takes any white space for a space."""
    return re.sub(r"(?:\\\s|\s)+", lambda _: r"\s+", re.escape(text))


def _bang(phrase: str) -> str:
    """Ask for the phrase's capital, if it begins with one."""
    return "!" if phrase[:1].isupper() else ""


def _name(finding: Finding, suffix: str, names: set[str]) -> str:
    """Make a name of what was found, as far as it can be written in ASCII."""
    letters = unicodedata.normalize("NFKD", finding.text).encode("ascii", "ignore").decode().lower()
    bare = _WORD_NAME.sub("_", letters).strip("_0123456789")[:_LONGEST_NAME].strip("_") or finding.form
    name, number = f"{bare}{suffix}", 1
    while name in names:
        number += 1
        name = f"{bare}_{number}{suffix}"
    names.add(name)
    return name


def _tried(drafts: Sequence[Draft], recipe: Recipe) -> list[Draft]:
    """Run drafts on their own examples; those that fail once more in plain words. What fails then has no examples."""
    first = _run(drafts, recipe)
    failed = [replace(draft, pattern=draft.plain, phrase="") for draft in first if not draft.examples]
    second = {draft.name: draft for draft in _run(failed, recipe)}
    return [second.get(draft.name, draft) for draft in first]


def _run(drafts: Sequence[Draft], recipe: Recipe) -> list[Draft]:
    """Give each draft the examples that it changes as it should, with what they become."""
    if not drafts:
        return []
    desk = _desk([replace(draft, examples=(("trial", "trial"),)) for draft in drafts], recipe)
    return [replace(draft, examples=tuple(_examples(draft, desk))[:EXAMPLES]) for draft in drafts]


def _harmful(drafts: Sequence[Draft], recipe: Recipe) -> set[str]:
    """Name the drafts that strike something in a text that must stay: a lookalike, or what an example leaves."""
    if not drafts:
        return set()
    desk = _desk(drafts, replace(recipe, model=Model(mode="off"), language=Language(engine="none")))
    texts = {text.text for rule in desk.rules.rules for text in rule.lookalikes}
    texts |= {example.after for rule in desk.rules.rules for example in rule.examples}
    struck = {edit.rule for text in sorted(texts) for edit in desk.clean(text).edits}
    return {draft.name for draft in drafts if f"{LABEL}.{draft.name}" in struck}


def _desk(drafts: Sequence[Draft], recipe: Recipe) -> Desk:
    """Compile drafts, which have examples, beside a recipe's rules."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{LABEL}.toml"
        path.write_text("\n".join([_kind(LABEL, "trial"), *map(_rule, drafts)]), encoding="utf-8")
        rules = replace(recipe.rules, packs=(*recipe.rules.packs, str(path)))
        return Desk(replace(recipe, rules=rules, guard=Guard(max_struck=1.0)))


def _examples(draft: Draft, desk: Desk) -> Iterator[tuple[str, str]]:
    finding = draft.finding
    for seen in finding.examples:
        alone = seen.line.strip() == finding.text
        if finding.form == "word" and alone != (draft.match == "line"):
            continue
        near = replace(seen, before=_cleaned(seen.before, desk), after=_cleaned(seen.after, desk))
        before = piece(near)
        cleaned = desk.clean(before)
        after = "\n".join(story.text for story in cleaned.stories)
        struck = any(edit.rule == f"{LABEL}.{draft.name}" for edit in cleaned.edits)
        if struck and not holds(after, finding):
            yield before, after


def _cleaned(text: str, desk: Desk) -> str:
    """Clean what stands beside an example, so that it shows one rule only."""
    return "\n".join(story.text for story in desk.clean(text).stories)


def _failed(tried: Sequence[Draft], good: Iterable[str]) -> list[Finding]:
    """Give what no rule was drafted for; one rule of a word's two is enough."""
    names = set(good)
    done = {draft.finding.text for draft in tried if draft.name in names}
    return [draft.finding for draft in tried if draft.finding.text not in done]


def _head(found: Discovery, label: str) -> str:
    note = f"""\
# Drafted by `copydesk discover` from {found.documents:,} documents. A draft is a question: read each rule, take out
# what belongs to the text, put better words into `why`, and see that the lookalikes stay. Then:
#
#     copydesk rules test --rules {label}.toml
#     copydesk build INPUT... -o DIR --rules {label}.toml
#
# The surest rules come first."""
    why = "Lines, phrases and words that repeat across documents of one collection and belong to none of its texts."
    return f"{note}\n\n{_kind(label, why)}"


def _kind(label: str, why: str) -> str:
    return f"[kind]\nlabel = {_quoted(label)}\ntitle = {_quoted('Found by repetition')}\nwhy = {_quoted(why)}\n"


def _rule(draft: Draft) -> str:
    finding = draft.finding
    lines = [f"[phrases.{draft.name}]", f"und = [{_quoted(draft.phrase)}]", ""] if draft.phrase else []
    lines += ["[[rule]]", f"name = {_quoted(draft.name)}", f"why = {_quoted(why(finding))}", f'match = "{draft.match}"']
    lines.append(f"pattern = {_quoted(draft.pattern)}")
    if finding.links:
        lines.append('block = "links"')
    if draft.match != "line" or len(finding.text) > 250:  # noqa: PLR2004 (near the default of 300)
        lines.append(f"max_chars = {_LONGEST_LINE}")
    for before, after in draft.examples:
        lines += ["[[rule.examples]]", f"before = {_block(before)}", f"after = {_block(after)}"]
    lines += ["[[rule.lookalikes]]", *_lookalike(draft)]
    return "\n".join([*lines, ""])


def _lookalike(draft: Draft) -> list[str]:
    """Draft a text that must stay: one from the inputs, one about the phrase, or the text that an example leaves."""
    finding = draft.finding
    if draft.match == "line" and finding.form == "line":
        if finding.inside.strip():
            return [f"text = {_block(finding.inside)}", 'why = "Running text that says the same."']
        text = (
            f"Some pages end with the line “{finding.examples[0].line}” and others do not, which readers hardly notice."
        )
        return [
            f"text = {_block(text)}",
            'why = "A sentence about such lines. Put in a better one: a line that only looks like it."',
        ]
    left = next((after for _, after in draft.examples if after.strip()), "The text itself stays as it is.")
    return [
        f"text = {_block(left)}",
        'why = "The text around it. Put in a better one: a line that only looks like it."',
    ]


def why(finding: Finding) -> str:
    """Say in a sentence or two where something stands."""
    first = finding.sites[0]
    places = f"on {first.documents:,} of {first.of:,} documents of {first.site}"
    if finding.site_count > 1:
        places = f"on {finding.documents:,} documents of {finding.site_count} sites, {places[3:]}"
    spots = {"head": "at the start", "middle": "in the middle", "tail": "at the end"}
    spot, share = max(finding.positions.items(), key=lambda item: item[1])
    what = {"line": "Stands", "start": "Opens lines", "end": "Ends lines", "word": "Stands"}[finding.form]
    return f"{what} {places}, {share:.0%} {spots[spot]}: {finding.reason}."


def _section(title: str, blocks: Iterable[str]) -> list[str]:
    """Comment blocks out, under a title; nothing if there are none."""
    lines = [f"# {_escaped(line)}".rstrip() for block in blocks for line in block.split("\n")]
    return ["\n".join([f"# ---- {title}", "#", *lines, ""])] if lines else []


def _mention(finding: Finding) -> str:
    by = f" ({', '.join(finding.covered_by)})" if finding.covered_by else ""
    return f"{finding.form} {_quoted(finding.text)}{by}: {why(finding)}"


def _quoted(text: str) -> str:
    """Write a text as a TOML string: in single quotes if it is a pattern, else as JSON does."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return _escaped(json.dumps(text, ensure_ascii=False))


def _block(text: str) -> str:
    """Write a text as a TOML string; several lines as several lines."""
    if "\n" not in text:
        return _quoted(text)
    lines = "\n".join(_escaped(json.dumps(line, ensure_ascii=False)[1:-1]) for line in text.split("\n"))
    return f'"""\n{lines}\n"""'


def _escaped(text: str) -> str:
    """Escape what JSON leaves alone and TOML, or an editor, does not: control characters and odd line ends."""
    return "".join(c if c.isprintable() or c in "\u3000\u00a0" else _code_point(c) for c in text)


def _code_point(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"  # noqa: PLR2004
