"""How well copydesk cleans: measured on the development sets and the corpus, held against a pinned floor.

    python scripts/quality                 # measure, print the tables, fail where a figure fell below the floor
    python scripts/quality --pin           # make what was measured the new floor, and write the tables
    python scripts/quality --readme        # only write the tables again, from the floor as it is

`measures.py` names what is measured and how far each figure may fall; `sets.py` has the measures on the development
sets, with the evaluation's own scorer, `corpus.py` those on the corpus and `ledger.py` those that look at single
strokes; `run.py` shares the work between processes; `floor.py` pins and compares; `tables.py` writes the tables.
"""
