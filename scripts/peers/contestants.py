"""Who takes part, how each is installed, and on how much text each is measured."""

from __future__ import annotations

from dataclasses import dataclass

LIMIT = "limit"
COPYDESK = "copydesk"

EVERYTHING = "everything on: mending, all rules, both models, cutting, language, the ledger with the removed text"


@dataclass(frozen=True)
class Peer:
    """A way to treat a dump.

    Attributes:
        name: What it is called on the command line and in the results.
        title: What it is called in the table.
        does: What it does, in a few words.
        job: Its program in `jobs/`, without `run_` and `.py`.
        variant: Which of that program's variants.
        needs: What pip installs for it, into a folder named after the job; nothing for what copydesk itself needs.
        megabytes: MB of text that it is measured on, at most; 0 for all.
    """

    name: str
    title: str
    does: str
    job: str
    variant: str = ""
    needs: tuple[str, ...] = ()
    megabytes: float = 0.0


_NAIVE = ("ftfy", "langdetect", "zstandard")
# datatrove's filters import regex, and data-juicer aiohttp and ray, without asking for them.
_DATATROVE = ("datatrove", "ftfy", "orjson", "pyarrow", "regex", "spacy", "zstandard")
_DATA_JUICER = ("py-data-juicer", "aiohttp", "ftfy", "ray", "zstandard")
# Left to itself, pip looks for a boto3 that goes with dolma's s3fs for half an hour.
_DOLMA = ("dolma", "boto3==1.28.17", "zstandard")

PEERS = (
    Peer(LIMIT, "limit", "reads JSONL.zst and writes Parquet, nothing between", "limit"),
    Peer(COPYDESK, "**copydesk**", EVERYTHING, "copydesk"),
    Peer("naive", "a script", "json, ftfy, seven `re.sub`", "naive", "", _NAIVE, 8),
    Peer("naive-langdetect", "a script", "the same, and langdetect", "naive", "langdetect", _NAIVE, 3),
    Peer(
        "datatrove-identity", "datatrove", "JSONL to Parquet, nothing between", "datatrove", "identity", _DATATROVE, 64
    ),
    Peer("datatrove-ftfy", "datatrove", "ftfy", "datatrove", "ftfy", _DATATROVE, 8),
    Peer(
        "datatrove-filters",
        "datatrove",
        "ftfy and the filters of Gopher, C4 and FineWeb",
        "datatrove",
        "filters",
        _DATATROVE,
        1.5,
    ),
    Peer(
        "clean-text",
        "clean-text",
        "ftfy, white space, links, addresses",
        "clean_text",
        "",
        ("clean-text", "zstandard"),
        3,
    ),
    Peer(
        "data-juicer",
        "data-juicer",
        "five mappers: Unicode, white space, punctuation, links, addresses",
        "data_juicer",
        "",
        _DATA_JUICER,
        3,
    ),
    Peer("dolma", "dolma", "tags of C4, Gopher and personal data", "dolma", "", _DOLMA, 3),
)

ABSENT = {
    "NeMo Curator": "it brings Ray, Dask and some gigabytes of other packages, and starts a cluster to clean one file",
}
"""Who does not take part, and why."""


@dataclass(frozen=True)
class Published:
    """A figure that somebody published.

    Attributes:
        hours: CPU-hours a TB.
        derived: How the figure comes about.
        source: Where it stands.
    """

    title: str
    hours: float
    derived: str
    source: str


PUBLISHED = (
    Published(
        "dolma, language and C4 rules, and mixing",
        1286 * 8 / 23.92 * 1024 / 3600,
        "1,286 s × 8 cores ÷ 23.92 GB × 1,024 ÷ 3,600",
        "dolma's `examples/c4-like/README.md`; also arXiv 2402.00159",
    ),
    Published(
        "NeMo Curator, quality filters alone",
        0.2 * 30 * 48 / 2.8,
        "0.2 h × 30 nodes × 48 cores ÷ 2.8 TB",
        "NeMo Curator's README of 2024, nodes like c5.24xlarge",
    ),
    Published(
        "NeMo Curator, text cleaning and quality filters",
        1.2 * 30 * 48 / 2.8,
        "(1 h + 0.2 h) × 30 nodes × 48 cores ÷ 2.8 TB",
        "the same",
    ),
)
"""For other texts on other machines: for orientation only."""
