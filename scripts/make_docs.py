"""Write the pages of the manual that are made from code: the reference and the rule book.

    python scripts/make_docs.py            # write them
    python scripts/make_docs.py --check    # only say which are stale, and leave with 1 if any is
    python scripts/make_docs.py --outputs  # also run the commands in tutorial and how-tos, and write what they print

The pages are made from the command line's parsers, the recipe's settings, the editions' schemas and the rule book; a
test runs `--check`, so none of them can say what the code does not.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from manual.command import main

    sys.exit(main())
