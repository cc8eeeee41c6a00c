"""How well and how fast languages are named. `python scripts/languages.py` measures it."""
