"""copydesk and other cleaners on the same file in one run. `python scripts/compare_peers.py` runs it."""
