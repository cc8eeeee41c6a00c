"""Measure copydesk beside other cleaners on the same file.

    python scripts/compare_peers.py --setup --dump dump.jsonl.zst --write

installs the others into `.venv-peers/` (once), runs each in a process of its own on one and the same core, in turn, and
prints a table; `--write` puts it into `docs/speed.md` and draws `docs/figures/peers.svg`.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from peers.command import main

    sys.exit(main())
