"""copydesk's cuts beside those of published segmenters, on the same texts.

    python scripts/segmenters                   # a table on the terminal
    python scripts/segmenters --markdown        # the same table for the docs
    python scripts/segmenters --json FILE       # all figures, and digests of the sets

The segmenters are copydesk, TextTiling (Hearst 1997) as NLTK has it and with lines as its units, C99 (Choi 2000), and
one that never cuts. The unit is a line: a cut is the number of the line that begins a new story. `documents.py` reads
the sets and mixes one of the project's own corpus, `measures.py` has Pk, WindowDiff and the rest, `desk.py`,
`texttiling.py`, `blocks.py` and `c99.py` are the segmenters (`terms.py` counts words for the last two), `run.py` puts
one to the other, `tables.py` writes the tables.

The sets are public research data beside the project and are not shipped with it.
"""
