"""An edition: its files, its schema, its papers, and the checks that it is what it says."""
