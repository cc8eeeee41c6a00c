"""The recipe: every setting that decides what an edition holds, in one strict file.

A recipe is a TOML file with a table a step. Whatever it leaves out has the default below; whatever it holds that is not
a setting is an error that names the key and the nearest one that exists, so that a typing error never passes for a
default. Two recipes with the same settings have the same digest, and the digest stands on every row of an edition.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from copydesk import toml
from copydesk.errors import RecipeError
from copydesk.settings import refuse_unknown, section_from, setting, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = r"https?://[^\s<>\"]+"
"""What a link looks like."""

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
"""What a day looks like."""

LANGUAGE_ENGINES = ("cld2+lid176", "cld2", "lid176", "langdetect", "none")
"""Names under which `language.py` finds its engines; the first one is the default."""


@dataclass(frozen=True, slots=True)
class Input:
    """Where a record keeps its text."""

    text: str = setting("text", "The key or column that holds a record's text.")
    id: str = setting("id", "The key or column that holds a record's own identifier, if it has one.")
    legacy: str = setting(
        "reject",
        "What is done with text files and lines of JSON that are not UTF-8: reject them, or detect their encoding. "
        "Text files are restored byte for byte then too; of lines of JSON the text comes back, in UTF-8.",
        choices=("reject", "detect"),
    )


@dataclass(frozen=True, slots=True)
class Mend:
    """Repair of wrongly decoded letters, done by ftfy on the lines that need it."""

    ftfy: bool = setting(True, "Mend letters with ftfy.")
    uncurl_quotes: bool = setting(False, "Make curly quotation marks straight. A corpus should keep them.")
    fix_character_width: bool = setting(
        False, "Make full-width and half-width characters ordinary ones. It damages Chinese and Japanese punctuation."
    )
    normalization: str = setting(
        "NFC",
        "The Unicode normal form that every line is brought to; `none` leaves each in its own.",
        choices=("NFC", "NFKC", "NFD", "NFKD", "none"),
    )


@dataclass(frozen=True, slots=True)
class Emoji:
    """Emoji that do not belong to the text."""

    splinters: bool = setting(True, "Strike emoji that split a word; those between words and at their ends stay.")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules strike."""

    packs: tuple[str, ...] = setting((), "More rule packs: TOML files, or folders of them.")
    off: tuple[str, ...] = setting((), "Kinds (`share`) and single rules (`share.buttons`) that are not used.")


@dataclass(frozen=True, slots=True)
class Model:
    """The learned line model, which finds noise that no pattern names."""

    mode: str = setting(
        "strike",
        "`strike` strikes what the model is sure of; `off` leaves every line to the rules.",
        choices=("strike", "off"),
    )
    file: str = setting("", "A model file of your own, as `training/train.py` writes it; empty for the one shipped.")
    least: float = setting(
        0.5, "A line is struck from this probability of noise on; higher is more careful.", least=0.5, most=1.0
    )
    least_edge: float = setting(
        0.83,
        "A line that touches one that stays is struck only from this probability on: the last words of a text must not "
        "go with the menu behind them.",
        least=0.5,
        most=1.0,
    )
    least_sentence: float = setting(
        0.85,
        "A sentence (a line of body text) that touches text that stays is struck only from this probability on, or "
        "from `least_edge` if that is higher: one quoted in a story can sound like what readers write under it.",
        least=0.5,
        most=1.0,
    )
    whole_page: float = setting(
        0.45,
        "A document that is expected to hold this share of noise, by the model's own probabilities, is a whole page, "
        "menus and all: there `least` is enough. The nearer one comes to it, the nearer `least_edge` comes to `least`; "
        "not so where most of what is real is no body text, as in lists. 1 asks the same of every document.",
        least=0.2,
        most=1.0,
    )
    veto: float = setting(
        0.3,
        "A line that a built-in rule would strike stays if the model's probability of noise is under this. Rules of "
        "your own always win.",
        least=0.0,
        most=1.0,
    )
    max_risk: float = setting(
        1.0,
        "Strokes go, the least sure first, until a document has at most this share of its real text at risk, by the "
        "model's own probabilities; in documents of less than 2,000 characters of text less, in proportion.",
        least=0.0,
        most=1.0,
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """Protection of documents that the rules would eat."""

    annotate: bool = setting(
        False,
        "Label every line, with the model's probability of noise, and strike no line and cut nothing: to choose later "
        "what goes. Letters are still mended, and emoji inside words taken out.",
    )
    max_struck: float = setting(
        0.9,
        "A document of which more than this share of the characters would be struck is kept whole and flagged.",
        least=0.0,
        most=1.0,
    )


@dataclass(frozen=True, slots=True)
class Split:
    """Cutting documents into stories."""

    mode: str = setting(
        "full",
        "`full` cuts where the learned splitter is sure, and at end marks, datelines, separators and teaser rows; "
        "`structure` only at these marks; `off` never.",
        choices=("off", "structure", "full"),
    )
    file: str = setting("", "A splitter of your own, as `training/splitter.py` writes it; empty for the one shipped.")
    least: float = setting(
        0.9,
        "A document is cut only if one of its cuts has at least this score; higher is more careful.",
        least=0.5,
        most=1.0,
    )
    least_next: float = setting(
        0.5, "In a document that is cut, every cut has at least this score.", least=0.5, most=1.0
    )
    margin: float = setting(
        0.35,
        "A document is also cut if three or more of its breaks (one, in other languages than English) have "
        "`least_next` and all of them are so far above the others; 1 cuts none by that.",
        least=0.0,
        most=1.0,
    )
    least_length: int = setting(
        300,
        "A story shorter than this many characters is a teaser, and is cut off only in a row of teasers or by a cut as "
        "sure as `least`.",
        least=0,
        most=100_000,
    )
    digests: str = setting(
        "keep",
        "A headline over short items is one editorial product: `keep` leaves it one story, `cut` makes each item one.",
        choices=("keep", "cut"),
    )


@dataclass(frozen=True, slots=True)
class Language:
    """Naming the language of a story."""

    engine: str = setting(
        LANGUAGE_ENGINES[0],
        "What tells the language of a story: CLD2 and fastText's lid.176 together, either of them alone, langdetect "
        "(slow), or nothing, so that every story is `und`.",
        choices=LANGUAGE_ENGINES,
    )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is kept of each stroke."""

    removed_text: bool = setting(True, "Keep the text that was removed. Without it an edition cannot be restored.")


@dataclass(frozen=True, slots=True)
class Output:
    """How an edition lies on disk. These settings change files, never rows."""

    rows_per_group: int = setting(1000, "Rows in a Parquet row group.", least=1, most=1_000_000)
    chunk_mb: int = setting(
        0,
        "Megabytes of input that one worker takes at a time; 0 chooses by the size of the inputs.",
        least=0,
        most=4096,
    )
    shard_mb: int = setting(1024, "Megabytes of text after which a new shard begins.", least=1, most=65_536)
    compression_level: int = setting(3, "Level of the zstd compression.", least=1, most=19)


@dataclass(frozen=True, slots=True)
class Edition:
    """What the papers of an edition say about it. These settings change no row, and are not in the recipe's digest."""

    title: str = setting("", "What the dataset is called.")
    description: str = setting("", "What the texts are and where they are from, for the card; Markdown without HTML.")
    homepage: str = setting("", "An address with more about it.", form=ADDRESS, such_as="an address: https://...")
    license: str = setting(
        "",
        "The licence by the Hub's name for it, such as `cc-by-4.0` or `other`; empty says that none is stated.",
        form=r"[a-z0-9][a-z0-9.+-]*",
        such_as="a name such as cc-by-4.0, in small letters; the Hub's documentation lists them",
    )
    license_link: str = setting("", "Where the licence can be read.", form=ADDRESS, such_as="an address: https://...")
    creators: tuple[str, ...] = setting((), "Who put the collection together.")
    citation: str = setting("", "How to cite it, best as BibTeX.")
    published: str = setting("", "The day on which it is published.", form=DAY, such_as="a day: 2026-01-31")
    collection: str = setting("", "How and when the raw texts were collected.")
    personal: str = setting("", "What is known of personal and sensitive information in them.")


@dataclass(frozen=True, slots=True)
class Recipe:
    """All settings. `Recipe()` is the default; every table of the TOML file is one attribute."""

    input: Input = field(default_factory=Input)
    mend: Mend = field(default_factory=Mend)
    emoji: Emoji = field(default_factory=Emoji)
    rules: Rules = field(default_factory=Rules)
    model: Model = field(default_factory=Model)
    guard: Guard = field(default_factory=Guard)
    split: Split = field(default_factory=Split)
    language: Language = field(default_factory=Language)
    ledger: Ledger = field(default_factory=Ledger)
    output: Output = field(default_factory=Output)
    edition: Edition = field(default_factory=Edition)

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe from a TOML file. Rule packs and models are looked for from the file's own folder.

        Raises:
            RecipeError: The file cannot be read, is not TOML, or holds something that is not a setting.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                mapping = toml.load(file)
        except OSError as error:
            message = f"cannot read the recipe {path}: {error.strerror}"
            raise RecipeError(message, "give the path of a TOML file, or leave --recipe out for the default") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = f"{path} is not TOML: {error}"
            raise RecipeError(message) from None
        recipe = cls.from_mapping(mapping, origin=str(path))
        packs = tuple(str(path.parent / pack) for pack in recipe.rules.packs)
        model = replace(recipe.model, file=_beside(path, recipe.model.file))
        split = replace(recipe.split, file=_beside(path, recipe.split.file))
        return replace(recipe, rules=replace(recipe.rules, packs=packs), model=model, split=split)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], origin: str = "recipe") -> Recipe:
        """Make a recipe from nested mappings, such as `{"guard": {"max_struck": 0.3}}`.

        Args:
            mapping: Tables by name, each a mapping of settings.
            origin: What to call the mapping in errors.

        Raises:
            RecipeError: A key is unknown, or a value has the wrong type or is out of range.
        """
        sections = get_type_hints(cls)
        elsewhere = {item.name: name for name, section in sections.items() for item in fields(section)}
        refuse_unknown(mapping, list(sections), "", origin, elsewhere)
        return cls(**{name: section_from(sections[name], name, table, origin) for name, table in mapping.items()})

    def to_mapping(self) -> dict[str, dict[str, Any]]:
        """Give all settings as nested dictionaries, defaults included."""
        return asdict(self)

    def to_toml(self) -> str:
        """Give all settings as a TOML file that `load` reads back, each with its sentence."""
        return "\n".join(table_of(name, getattr(self, name)) for name in get_type_hints(type(self)))

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over all settings but those of `[edition]`, which decide no row.

        Of packs and models it holds the names; they have digests of their own.
        """
        settings = self.to_mapping()
        del settings["edition"]
        settings["rules"]["packs"] = [name_of(pack) for pack in self.rules.packs]
        for table in ("model", "split"):
            settings[table]["file"] = name_of(settings[table]["file"])
        canonical = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def name_of(file: str) -> str:
    """Give the name that a rule pack or a model has in an edition: its own, whatever way leads there; none for none."""
    path = Path(file)
    name = path.resolve().name if file and path.name in ("", "..") else path.name
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _beside(recipe: Path, file: str) -> str:
    """Give the path of a file that a recipe names; nothing for none."""
    return str(recipe.parent / file) if file else ""
