"""Mending: copydesk's letters are ftfy's letters, on every text, with the same settings."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import ftfy
import ftfy.badness
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import Desk, Recipe
from copydesk.document import apply
from copydesk.mend import Mender, to_rust
from copydesk.recipe import Emoji, Mend, Model, Split
from strategies import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.document import Edit

WINDOWS_MOJIBAKE = st.text(st.characters(min_codepoint=0xA0, max_codepoint=0x2FFF, codec="utf-8"), max_size=40).map(
    lambda text: text.encode().decode("windows-1252", "replace")
)
"""Text of many scripts, decoded by the wrong table: what ftfy is for."""

RECIPES = {
    "default": Mend(),
    "straight quotes": Mend(uncurl_quotes=True),
    "ordinary width": Mend(fix_character_width=True),
    "NFKC": Mend(normalization="NFKC"),
    "no normal form": Mend(normalization="none"),
}


def only_mending(mend: Mend) -> Desk:
    """Give a desk that mends letters and does nothing else."""
    from copydesk.rulebook import RuleBook

    kinds = tuple(kind.label for kind in RuleBook.load().kinds)
    recipe = replace(Recipe(), mend=mend, emoji=Emoji(splinters=False), split=Split(mode="off"), model=Model("off"))
    return Desk(
        replace(recipe, rules=replace(recipe.rules, off=kinds), language=replace(recipe.language, engine="none"))
    )


DESKS = {name: only_mending(mend) for name, mend in RECIPES.items()}


def mended(name: str, text: str) -> str:
    """Give the text after mending; of a text that becomes blank, the ledger keeps it as it was."""
    cleaned = DESKS[name].clean(text)
    return cleaned.text if cleaned.stories else ""


def wanted(name: str, text: str) -> str:
    fixed = ftfy.fix_text(text, Mender(RECIPES[name]).config)
    return fixed if fixed.strip() else ""


@pytest.mark.parametrize("name", RECIPES)
@given(st.one_of(TEXTS, WINDOWS_MOJIBAKE))
@example("a &amp; b < c &amp; d\n&amp;")
@example("&lt;b&gt; &amp;amp;")
@example("schÃ¶n\u2028Ã¼ber\r\nfin")
@example("e\u0301 \u1100\u1161 \u0344")
@example("Ã la carte, voilÃ ")
@settings(max_examples=150)
def test_equal_to_ftfy(name: str, text: str) -> None:
    assert mended(name, text) == wanted(name, text)


NESTING = st.lists(
    st.sampled_from(
        [
            *("amp;", "AMP;", "#38;", "#x26;", "#0038;", "lt;", "eacute;", "copy;", "#x301;", "&", "&amp;", "&eacute;"),
            *("am\0p;", "am&#127;p;", "\x1b[31m", "\x85", "\r", "“", "ﬁ", "Ã", "©", "é", "â€™", "a", " ", "─" * 70),
            *("e\u0301", "\u0301", "\u0323", "\u0301\u0323" * 40, "\u0301\u0323\u0345" * 30, "\u0f71\u0f72", "\u093c"),
        ]
    ),
    max_size=40,
).map("".join)
"""Entities in entities, and marks in heaps."""


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("unescape", [True, False])
@given(NESTING)
@example("&" + "amp;" * 30 + "Ã©")
@example("&" + "am\0p;" * 30)
@settings(max_examples=60)
def test_the_patient_way_is_ftfys_way(name: str, unescape: bool, text: str) -> None:
    """Segments on which ftfy would take long are mended otherwise, and come out the same."""
    mender = Mender(RECIPES[name])
    config = mender.config._replace(unescape_html=unescape)
    assert mender._patiently(text, unescape=unescape) == ftfy.fix_text(text, config)  # noqa: SLF001 (slow texts take it)


@pytest.mark.parametrize("text", ["&" + "amp;" * 300 + "Ã©", "e" + "\u0301\u0323" * 200, "&#x301;" * 400])
def test_what_would_take_ftfy_long_is_mended_as_it_would(text: str) -> None:
    assert mended("default", text) == wanted("default", text)


def test_equal_to_ftfy_over_its_segment_limit() -> None:
    text = "x" * 999_999 + "schÃ¶n &amp; " + "ﬁ" * 5 + "\nÃ©"
    assert mended("default", text) == wanted("default", text)


def test_equal_to_ftfy_on_real_pages(shared: Path) -> None:
    import gzip
    import json

    for path in sorted((shared / "eval" / "noise").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in list(lines)[:60]:
                text = json.loads(line)["noisy"]
                assert mended("default", text) == wanted("default", text)


def test_what_stays_by_default() -> None:
    text = "“Curly” ‘quotes’ stay, ｆｕｌｌ　ｗｉｄｔｈ：too。"
    assert mended("default", text) == text


def test_edits_are_as_small_as_the_damage() -> None:
    raw = "The CafÃ© by the lake serves crÃªpes &amp; tea to everyone who walks in."
    cleaned = DESKS["default"].clean(raw)
    assert apply(raw, cleaned.edits) == "The Café by the lake serves crêpes & tea to everyone who walks in."
    assert [covered(raw, edit) for edit in cleaned.edits] == [("Ã©", "é"), ("Ãª", "ê"), ("amp;", "")]


def covered(raw: str, edit: Edit) -> tuple[str, str]:
    return raw[edit.start : edit.end], edit.replacement


def test_expressions_are_carried_over() -> None:
    verbose = "[a &[~]  # comment [x]\n \\s \\] b"
    assert to_rust(verbose) == r"[a \&\[\~][\s\x1c-\x1f]\]b"
    assert re.compile(ftfy.badness.BADNESS_RE.pattern, re.VERBOSE)
