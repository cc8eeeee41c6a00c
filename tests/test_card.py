"""The card: what its head promises is what the library finds, and no text of others can break or bend it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import CORPUS
from copydesk import Recipe, build
from copydesk.recipe import Edition, Guard, Ledger, Rules
from copydesk.release import markdown
from copydesk.release.columns import COLUMNS, paths
from copydesk.release.figures import measure
from copydesk.release.head import SIZES, SIZES_BY_TENS, _size
from copydesk.release.manifest import FileEntry
from copydesk.release.schema import CONFIGS, TABLES
from copydesk.release.shard import ShardWriter
from editions import NO_RULES, shards, write_records, write_texts
from strategies import SCALARS

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

    from conftest import Library

HOSTILE = (
    'Ferries"\n---\n# <script>alert(1)</script> | `x` \u2028 \x85 \x7f ![p](https://a.b/p) $x$ @all [l](javascript:0)'
)
"""Would end the YAML, begin a heading, run a script, leave a table, load a picture and call everybody."""

WORDS = Edition(
    title=HOSTILE,
    description=f"Two *good* years.\n\n{HOSTILE}",
    homepage="https://example.org/ferries",
    license="cc-by-4.0",
    license_link="https://example.org/licence",
    creators=(HOSTILE, "A. Bee"),
    published="2026-01-31",
    collection=HOSTILE,
    personal=HOSTILE,
)

PACK = """
kind = {{ label = "stamp", title = {title}, why = "A stamp is no news." }}
[[rule]]
name = "line"
why = "A stamp alone on its line."
match = "line"
pattern = 'SEEN AND FILED'
examples = [{{ before = "The boat left.\\nSEEN AND FILED", after = "The boat left." }}]
lookalikes = [{{ text = "The letter was seen and filed." }}]
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from files, packs and words of somebody who means no good."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in").mkdir()
    for name in ("---\n# pwned", "a|b`c``d", "<img src=x onerror=alert(1)>"):
        (folder / "in" / f"{name}.txt").write_text("The boat left.\nSEEN AND FILED\nIt came back.", encoding="utf-8")
    (folder / "st`a|mp").mkdir()
    (folder / "st`a|mp" / "stamp.toml").write_text(PACK.format(title=json.dumps(HOSTILE)), encoding="utf-8")
    rules = Rules(packs=(str(folder / "st`a|mp"),), off=NO_RULES.rules.off)
    build(folder / "in", folder / "out", recipe=Recipe(rules=rules, edition=WORDS))
    return folder / "out"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("card") / "corpus"
    build(CORPUS / "raw" / "de", out)
    return out


def card(edition: Path) -> str:
    return (edition / "README.md").read_text(encoding="utf-8")


def head(edition: Path) -> Any:
    from huggingface_hub import DatasetCard

    ours = yaml.safe_load(card(edition).split("---\n")[1])
    theirs: Any = DatasetCard(card(edition)).data
    assert theirs.to_dict() == ours
    return ours


def body(edition: Path) -> str:
    return card(edition).split("---\n", 2)[2]


def tokens(edition: Path) -> list[Token]:
    """Parse the card's text as Markdown, with everything inside lines too."""
    parsed = MarkdownIt("commonmark").enable("table").parse(body(edition))
    return [token for outer in parsed for token in (outer, *(outer.children or ()))]


# --- The head ---------------------------------------------------------------------------------------------------------


def test_the_head_holds_the_version_and_the_digest(edition: Path) -> None:
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    for config in head(edition)["configs"]:
        assert config["version"] == manifest["version"]
        assert config["description"] == f"{manifest['version']} sha256:{manifest['data_digest']}"


def test_the_head_says_what_the_library_finds(library: Library, edition: Path) -> None:
    infos = {info["config_name"]: info for info in head(edition)["dataset_info"]}
    assert set(infos) == {"stories", "text", "sources"}
    for name, info in infos.items():
        found = library.load(edition, name, split="train").info
        bare = library.datasets.Features.from_arrow_schema(next(c for c in CONFIGS if c.name == name).schema)
        assert found.features == {key: bare[key] for key in found.features}
        assert info["features"] == found.features._to_yaml_list()  # noqa: SLF001 (how the library itself writes it)
        assert info["splits"] == [
            {
                "name": "train",
                "num_bytes": found.splits["train"].num_bytes,
                "num_examples": found.splits["train"].num_examples,
            }
        ]
        assert (info["download_size"], info["dataset_size"]) == (found.download_size, found.dataset_size)


def test_the_bytes_are_right_over_many_row_groups(library: Library, tmp_path: Path) -> None:
    records = [{"text": f"Ferry {number} leaves.{' It waits.' * (number % 37)}"} for number in range(500)]
    recipe = replace(NO_RULES, output=replace(NO_RULES.output, rows_per_group=7))
    build(write_records(tmp_path / "a.jsonl", records), tmp_path / "out", recipe=recipe)
    infos = {info["config_name"]: info for info in head(tmp_path / "out")["dataset_info"]}
    for name, info in infos.items():
        found = library.load(tmp_path / "out", name, split="train").info
        assert info["splits"][0]["num_bytes"] == found.splits["train"].num_bytes


def test_where_row_groups_are_uneven_no_bytes_are_given(tmp_path: Path) -> None:
    """The library cuts larger groups in a way that cannot be reckoned; a wrong figure would be worse than none."""
    table = next(table for table in TABLES if table.name == "rejects")
    rows = pa.RecordBatch.from_pylist([{"source": "a", "position": 1, "reason": "empty"}] * 9, table.schema)
    for name, sizes in (("even", (4, 4, 1)), ("uneven", (1, 8))):
        writer = ShardWriter(tmp_path / name, table, Recipe().output)
        for size in sizes:
            writer.add_group(rows.slice(0, size))
        part = writer.close()
        entry = FileEntry(f"rejects/{name}", part.size, part.sha256, part.rows)
        (tmp_path / "rejects").mkdir(exist_ok=True)
        part.path.rename(tmp_path / entry.path)
        figures = measure(tmp_path, [entry])
        assert (figures.unweighed == {"rejects"}) == (name == "uneven")
        assert (figures.memory["rejects"] > 0) == (name == "even")


@pytest.mark.parametrize(
    ("stories", "size"),
    [
        *((0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (99_999, "10K<n<100K"), (10**6 - 1, "100K<n<1M")),
        *((10**6, "1M<n<10M"), (10**7 - 1, "1M<n<10M"), (10**7, "10M<n<100M"), (10**12, "100B<n<1T")),
    ],
)
def test_sizes(stories: int, size: str) -> None:
    assert _size(stories) == size
    assert size in {name for _, name in SIZES} | set(SIZES_BY_TENS)


def test_languages_are_those_that_the_hub_knows(tmp_path: Path) -> None:
    write_texts(
        tmp_path / "in", ["Das Schiff fährt heute nicht, weil der Hafen vereist ist und niemand ihn räumt.", "1 2"]
    )
    build(tmp_path / "in", tmp_path / "out", recipe=NO_RULES)
    assert head(tmp_path / "out")["language"] == ["de"]


# --- The text ---------------------------------------------------------------------------------------------------------


def test_each_column_is_explained(edition: Path) -> None:
    for table in TABLES:
        found = {path for path, _ in paths(table.schema)}
        assert found == set(COLUMNS[table.name])
        assert all(f"| `{path}` |" in body(edition) for path in found)


def test_the_card_says_how_to_load_restore_and_cite(edition: Path) -> None:
    for words in ('copydesk.load("', "load_dataset(", "copydesk restore", "copydesk verify", "@misc{copydesk-"):
        assert words in body(edition), words
    assert "No licence is stated" in body(edition)
    assert "| clean news (" in body(edition), "the measured harm"


def test_the_card_says_what_the_recipe_did(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", ["A ferry."])
    recipe = replace(NO_RULES, ledger=Ledger(removed_text=False), split=replace(NO_RULES.split, mode="off"))
    build(tmp_path / "in", tmp_path / "out", recipe=recipe)
    said = body(tmp_path / "out")
    assert "cannot be\nput together again" in said
    assert "copydesk restore" not in said
    assert "No document was cut." in said
    assert "differs from the one that was measured in `rules.off`, `split.mode`." in said
    build(tmp_path / "in", tmp_path / "labelled", recipe=replace(NO_RULES, guard=Guard(annotate=True)))
    assert "No line was struck and no document was cut" in body(tmp_path / "labelled")


def test_the_publishers_words_are_in_it(hostile: Path) -> None:
    facts = head(hostile)
    assert facts["pretty_name"] == HOSTILE
    assert (facts["license"], facts["license_link"]) == ("cc-by-4.0", "https://example.org/licence")
    assert "Two *good* years." in body(hostile), "a description may be Markdown"
    assert "More: <https://example.org/ferries>" in body(hostile)
    assert "year = {2026}" in body(hostile)


# --- Words of those who mean no good ----------------------------------------------------------------------------------


def test_the_library_opens_an_edition_with_hostile_words(library: Library, hostile: Path) -> None:
    stories = library.load(hostile, split="train")
    assert stories["text"][:] == ["The boat left.\nIt came back."] * 3


def test_no_word_becomes_html_a_heading_or_a_way_out_of_a_table(hostile: Path) -> None:
    found = tokens(hostile)
    html = [token.content for token in found if token.type in {"html_inline", "html_block"}]
    assert {re.sub(r"\s+", " ", tag).strip() for tag in html} == {
        "<details><summary>The columns</summary>",
        "</details>",
    }
    headings = [token for token in found if token.type == "heading_open" and token.tag == "h1"]
    assert len(headings) == 4, "the title, and one in each text that may be Markdown"
    for table in re.findall(r"(?:^\|.*\n)+", body(hostile), flags=re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1, table


def test_names_of_files_are_shown_as_they_are(hostile: Path) -> None:
    shown = {token.content for token in tokens(hostile) if token.type == "code_inline"}
    assert {"in/a|b`c``d.txt", "in/<img src=x onerror=alert(1)>.txt", "in/--- # pwned.txt"} <= shown


TEXTS = st.text(SCALARS, max_size=40)


@given(TEXTS)
def test_a_string_of_yaml_is_one_line_and_gives_the_text_back(text: str) -> None:
    line = f"name: {markdown.quoted(text)}"
    assert len(line.splitlines()) == 1
    assert yaml.safe_load(line) == {"name": text}


@given(TEXTS)
def test_plain_text_shows_just_itself(text: str) -> None:
    (paragraph,) = [t for t in MarkdownIt("commonmark").parse(f"x{markdown.plain(text)}x") if t.type == "inline"]
    assert {child.type for child in paragraph.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in paragraph.children or ()) == f"x{_seen(text)}x"


@given(TEXTS)
def test_code_shows_just_itself(text: str) -> None:
    span = markdown.code(text.replace("|", "/"))
    found = next(t for t in MarkdownIt("commonmark").parse(f"x {span} x") if t.type == "inline").children or []
    assert [child.content for child in found if child.type == "code_inline"] == (
        [_seen(text.replace("|", "/"))] if span else []
    )


@given(TEXTS)
def test_a_block_ends_where_it_must(text: str) -> None:
    parsed = MarkdownIt("commonmark").parse(f"{markdown.block(text)}\n\nafter")
    assert [token.type for token in parsed] == ["fence", "paragraph_open", "inline", "paragraph_close"]


def _seen(text: str) -> str:
    """Give a text as it may be shown in one line: spaces are spaces, and what would act is a sign."""
    return " ".join(
        "".join(c if c.isprintable() or c in "\u200c\u200d" else " " if c.isspace() else "\ufffd" for c in text).split()
    )


def test_every_table_has_its_file(edition: Path) -> None:
    assert all(shards(edition, table.name) for table in TABLES)
