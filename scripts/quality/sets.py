"""Measures on the development sets, with the evaluation's own scorer (`score.py` in the folder of the sets)."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import sys
import tempfile
from argparse import Namespace
from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quality.ledger import Pointers, again, strokes
from quality.measures import Part, neat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = dict[str, Any]

WORST = 5
FEWEST = 2
"""Documents that a language needs for a line of its own; those with fewer are measured together, as OTHERS."""

OTHERS = "others"

SHORT_CODES = {
    "amh": "am", "eng": "en", "fra": "fr", "hau": "ha", "ibo": "ig", "lin": "ln", "lug": "lg", "orm": "om",
    "run": "rn", "sna": "sn", "som": "so", "swa": "sw", "tir": "ti", "xho": "xh", "yor": "yo",
}  # fmt: skip
"""ISO 639-3 codes that sets use, as the ISO 639-1 codes that other sets and the corpus use."""

_TYPES = re.compile(r"removed (\S+) of (\d+); real lookalikes lost (\S+) of (\d+)")


class Sets:
    """The folder of development sets and its scorer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
        self._scorer: Any = importlib.import_module("score")

    def noise(self, name: str) -> Part:
        """Measure pages with gold texts: harm, noise gone, F1, beside leaving them alone; and a second run."""
        figures = self._noise(self.folder / name, "scoring:main_text")
        alone = self._score("score_noise", self.folder / name, baseline="keep")
        rows = self._rows(name)
        section = _section(name)
        figures.figures[section] |= neat({"F1_alone": alone["F1"]} | again(row["noisy"] for row in rows))
        disputed = self._scorer.load_suspect()
        figures.strokes = strokes((row["noisy"], row["gold"]) for row in rows if row["id"] not in disputed)
        return figures

    def clean(self, name: str) -> Part:
        """Measure clean texts, which must stay as they are; all, and by language."""
        part = self._clean(self.folder / name, _section(name))
        for language, path in self._by_language([name]):
            part.add(self._clean(path, f"clean/language/{language}"))
        return part

    def pages(self, _: str) -> Part:
        """Measure the pages of all sets that hold the article's container, by language."""
        names = [f"noise/{path.name}" for path in sorted((self.folder / "noise").glob("*.container.jsonl.gz"))]
        part = Part()
        for language, path in self._by_language(names):
            part.add(self._noise(path, "scoring:main_text", f"pages/language/{language}"))
        return part

    def snips(self, name: str) -> Part:
        """Measure snippets that must stay or go; all, and by language."""
        part = self._snips(self.folder / name, _section(name))
        for language, path in self._by_language([name]):
            part.add(self._snips(path, f"snips/language/{language}"))
        return part

    def types(self, name: str) -> Part:
        """Measure lines by kind of noise, and real lines that look like them."""
        with contextlib.redirect_stdout(io.StringIO()):
            found = self._score("score_types", self.folder / name, fn="scoring:main_text")
        return Part({f"types/{kind}": _type_figures(words) for kind, words in found.items()})

    def segment(self, name: str) -> Part:
        """Measure where documents are cut."""
        found = self._score("score_segment", self.folder / name, fn="scoring:segments")
        names = {
            "n": "n", "false_split": "false_cuts", "main_cut_early": "main_cut_early", "main_exact": "main_exact",
            "bF1": "boundary_F1", "exact": "exact", "Pk": "Pk",
        }  # fmt: skip
        return Part({_section(name): neat({ours: found[theirs] for theirs, ours in names.items() if theirs in found})})

    def emoji(self, name: str) -> Part:
        """Measure texts with emoji that must go or stay."""
        found = self._score("score_pairs", self.folder / name, fn="scoring:all_text")
        rows = self._rows(name)
        kinds = [row.get("kind", "fix") for row in rows]
        exact = sum(found[f"exact[{kind}]"] for kind in kinds) / len(kinds)
        return Part({_section(name): neat({"n": len(rows), "exact": exact})})

    def lang(self, name: str) -> Part:
        """Measure the languages that documents are said to be in."""
        found = self._score("score_lang", self.folder / name, fn="scoring:language")
        return Part({_section(name): neat({"n": found["n"], "accuracy": found["acc_micro"]})})

    def pointers(self, name: str) -> Part:
        """Measure pointers inside running lines, where their places were marked in this version of the set."""
        marked = Pointers.load()
        if sha256((self.folder / name).read_bytes()).hexdigest() != marked.digest:
            return Part()
        return Part({_section(name): neat(marked.measure({row["id"]: row["text"] for row in self._rows(name)}))})

    def _noise(self, path: Path, function: str, section: str | None = None) -> Part:
        found = self._score("score_noise", path, fn=function)
        section = section or _section(path.relative_to(self.folder).as_posix())
        return _part(section, found, {"harm": "harm_mi", "d1": "d1", "removed": "removed", "F1": "F1"})

    def _clean(self, path: Path, section: str) -> Part:
        found = self._score("score_noise", path, clean=True, fn="scoring:all_text")
        return _part(section, found, {"harm": "harm_mi", "d1": "d1", "same": "same"})

    def _snips(self, path: Path, section: str) -> Part:
        found = self._score("score_snips", path, fn="scoring:main_text")
        names = {"harm": "snip_harm", "removed": "snip_removed", "F1": "F1"}
        if not found["drop_in"]:
            del names["removed"]
        return _part(section, found, names)

    def _score(self, function: str, path: Path, *, clean: bool = False, **given: Any) -> dict[str, Any]:
        """Call a function of the scorer as its command line would."""
        usual = {"pred": None, "fn": None, "baseline": None, "split": None, "min_reach": 0.9, "keep_suspect": False}
        arguments = Namespace(**{**usual, "worst": WORST, **given})
        score: Callable[..., dict[str, Any]] = getattr(self._scorer, function)
        return score(str(path), arguments, clean=True) if clean else score(str(path), arguments)

    def _rows(self, name: str) -> list[Row]:
        return list(self._scorer.read_jsonl(str(self.folder / name)))

    def _by_language(self, names: Sequence[str]) -> Iterable[tuple[str, Path]]:
        """Give each language of some sets with a file of its rows, which is there until the next is asked for."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in (row for name in names for row in self._rows(name)):
            if code := str(row.get("lang") or ""):
                groups[SHORT_CODES.get(code, code)].append(row)
        for code in [code for code, rows in groups.items() if len(rows) < FEWEST]:
            groups[OTHERS] += groups.pop(code)
        for code, rows in sorted(groups.items()):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "rows.jsonl"
                path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
                yield code, path


def _section(name: str) -> str:
    return name.removesuffix(".jsonl.gz")


def _part(section: str, found: dict[str, Any], names: dict[str, str]) -> Part:
    if not found.get("n"):
        return Part()  # the scorer skips pages whose gold text is in doubt; of a small language that may be all
    figures = neat({"n": found["n"], **{ours: found[theirs] for ours, theirs in names.items() if theirs in found}})
    worst = found.get("worst")
    return Part({section: figures}, {section: worst} if worst else {})


def _type_figures(words: str) -> dict[str, float]:
    """Read the scorer's words on a kind of lines, which it gives in no other form."""
    found = _TYPES.fullmatch(words)
    if not found:
        message = f"the scorer says something new about kinds of lines: {words!r}"
        raise ValueError(message)
    removed, lines, lost, lookalikes = found.groups()
    return neat(
        {
            "n": float(lines),
            "lookalikes": float(lookalikes),
            "lookalikes_lost": float(lost),
            "removed": float(removed),
        }
    )
