"""Texts of every sort, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

SCALARS = st.characters(codec="utf-8")
"""Any character that UTF-8 can write."""

AWKWARD = st.sampled_from(
    [
        *"\0\t\n\r\x0b\x0c\x1b\x7f\x85\xa0\xad\u0301\u200d\u2028\u2029\ufb01\ufe0f\ufeff\ufffd",
        "\r\n", "é", "e\u0301", "Ã©", "â€™", "&amp;", "&lt;", "<", "|", "- ", "ﬁ",
        "🍌", "👩\u200d👩\u200d👧", "👍🏽", "🇻🇳", "3\ufe0f\u20e3", "❤️", "क", "ि", "中", "。", "ط",
    ]
)  # fmt: skip
"""Characters and sequences that have broken text tools before."""

NOISE = st.sampled_from(
    [
        "imgcenterwrap", "Read also:", "- Elsewhere, a bridge opens", "Advertisement", "Share this article", "./.",
        "###", "(Photo: A. Bee)", "| A boat on the lake. (Photo: A. Bee) |", "By Ada Bell", "Source", "Comments (0)",
        "HARBOUR (NPA) - The council met on Monday to talk about the ferry that no longer runs in winter.",
        "The ferry will run again in May, the harbour master said, if the ice has gone by then and the crew is found.",
        "***", "Ice on the lake", "ar🍌ms", "Read more", "Translated by Ida Moor", "5 min read",
    ]
)  # fmt: skip
"""Pieces of pages."""

LETTERS = st.lists(st.one_of(AWKWARD, SCALARS, st.sampled_from("abc ABC .")), max_size=60).map("".join)
"""Texts of awkward characters."""

PAGES = st.lists(st.one_of(NOISE, LETTERS, st.just("")), max_size=14).map("\n".join)
"""Texts of noise, prose and awkward lines."""

TEXTS = st.one_of(st.text(SCALARS, max_size=80), LETTERS, PAGES)
"""All of them."""
