"""A dump for `discover`, made up from nothing: sites with furniture and residue, and what must not be taken for it.

Sentences are put together from word lists, with a seed: there are enough of them, and no two documents share one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = ("the harbour", "the old mill", "the upper valley", "the ferry", "the school", "the market", "the library")
PEOPLE = ("the mayor", "a fisherman", "the director", "an engineer", "the council", "a neighbour", "the committee")
VERBS = ("said", "wrote", "believed", "announced", "explained", "found", "remembered", "reported")
THINGS = ("the bridge", "the international agreement", "the water", "a road", "the tower", "the restaurant", "the work")
STATES = ("is", "was", "has been", "will be", "would have been", "is to be", "ought to be")
WAYS = ("particularly", "approximately", "unfortunately", "hardly", "still", "undoubtedly", "only")
ENDS = ("finished", "part of the history of", "close to", "responsible for", "paid for by", "on the side of", "in")
WHEN = (
    "in the spring",
    "at the end of the week",
    "on the day of the fair",
    "after the flood",
    "by the time of the vote",
)

RESIDUE = "leftcenterrightdel"
GLUED = "bodywrapinnerflex"
BURIED = "mediaslotinlinecta"
CAMEL = "imgCaptionHolder"
FOOTER = "All weights and measures on this page come from the Tollgate Gazette weighing room."
TITLE_TAIL = "| Tollgate Gazette"
LAST_SENTENCE = "The Gazette van stops here daily."
MOST_READ = "Most read at the toll"
COUNTED = "Readers in the room: {}"
HEADINGS = ("Introduction", "Conclusion", "References", "Background", "What we saw")
REFRAIN = "Oh row, my lads, and row"
CODE = ("import rivers", "from locks import gate", "def main():", "    return level", "}", "getWaterLevel();")


@dataclass
class Writer:
    """Writes prose."""

    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 (no secret)

    def clause(self) -> str:
        pick = self.chance.choice
        number = self.chance.randint(2, 900_000)
        words = (pick(PEOPLE), pick(VERBS), "that", pick(THINGS), pick(STATES), pick(WAYS), pick(ENDS), pick(PLACES))
        return f"{' '.join(words)} {pick(WHEN)}, and the {self.ordinary()} {self.ordinary()} of it cost {number} crowns"

    def ordinary(self) -> str:
        """Make up a word of ordinary shape, as rare words are."""
        return "".join(self.chance.choice(("ba", "ren", "to", "mil", "ka", "sor", "vi", "den")) for _ in range(3))

    def sentence(self) -> str:
        clause = self.clause()
        return f"{clause[0].upper()}{clause[1:]}."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.chance.randint(2, 4)))

    def title(self) -> str:
        pick = self.chance.choice
        return f"{pick(PEOPLE).capitalize()} on {pick(PLACES)} and the {self.ordinary()} {self.ordinary()}"


def gazette(writer: Writer, number: int, titles: Sequence[str]) -> str:
    """Write a page of a newspaper with all that its site puts around a story."""
    paragraphs = [writer.paragraph() for _ in range(5)]
    if number % 2:
        paragraphs.insert(2, RESIDUE if number % 4 == 1 else f"{RESIDUE} The {writer.ordinary()} in the ice")
    if number % 3 == 0:
        paragraphs[1] = f"{paragraphs[1]}{GLUED}{writer.sentence()}"
    paragraphs[-1] += f" {LAST_SENTENCE}"
    if number % 5 < 3:
        words = paragraphs[0].split(" ")
        words.insert(writer.chance.randrange(2, len(words) - 1), BURIED)
        paragraphs[0] = " ".join(words)
    links = writer.chance.sample(titles, 3)
    top = [f"{writer.title()} {TITLE_TAIL}", *paragraphs]
    return "\n\n".join([*top, "\n".join([MOST_READ, *links]), COUNTED.format(3 * number), FOOTER])


def handbook(writer: Writer, number: int, heading: str) -> str:
    """Write a page of a manual: ordinary headings over running text."""
    parts = [writer.title()]
    for name in (*HEADINGS[:2], heading, *HEADINGS[3:]):
        parts += [name, writer.paragraph(), writer.paragraph()]
    parts += [HEADINGS[2], *(f"[{n}] {writer.ordinary().title()}, {writer.title()}, 19{n}4." for n in range(4))]
    if number % 2:
        parts.insert(5, CAMEL)
    return "\n\n".join(parts)


def song(writer: Writer) -> str:
    """Write a song with a refrain that other songs have too."""
    lines = [f"The {writer.ordinary()} of the {writer.ordinary()}"]
    for _ in range(4):
        lines += [f"{writer.chance.choice(VERBS)} the {writer.ordinary()} to the {writer.ordinary()}" for _ in range(3)]
        lines += [REFRAIN, ""]
    return "\n".join(lines)


def program(writer: Writer) -> str:
    """Write a listing."""
    body = [f"    {writer.ordinary()} = {writer.ordinary()}({writer.chance.randint(0, 9)});" for _ in range(6)]
    return "\n".join([*CODE[:3], *body, *CODE[3:]])


def dump(documents: int = 60) -> list[dict[str, Any]]:
    """Write a dump: so many documents on each of five sites."""
    writer = Writer(7)
    titles = [writer.title() for _ in range(6)]
    records = []
    for number in range(documents):
        heading = f"Part {number}"
        pages = {
            "tollgate.example": gazette(writer, number, titles),
            "handbook.example": handbook(writer, number, heading),
            "guide.example": handbook(writer, number, heading),
            "songs.example": song(writer),
            "code.example": program(writer),
        }
        records += [
            {"id": f"{host}-{number}", "url": f"https://www.{host}/{number}", "text": text}
            for host, text in pages.items()
        ]
    return records
