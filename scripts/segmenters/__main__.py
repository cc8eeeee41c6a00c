"""Runs as `python scripts/segmenters`."""

from __future__ import annotations

import sys
from pathlib import Path

# Python puts this folder on its path; the packages and `scoring` are found in the folder above.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

if __name__ == "__main__":
    from segmenters.command import main

    sys.exit(main())
