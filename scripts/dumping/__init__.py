"""A dump of any size, made of the pieces of `corpus/`. `python scripts/make_dump.py` writes one."""
