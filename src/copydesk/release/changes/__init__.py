"""What changed between two editions, and what did it.

`prints` reads an edition once and keeps a few numbers a document, `pairs` finds the documents of one edition in the
other, `shelf` reads those again of which something differs, `stories` compares them, `causes` compares what the
editions were made with, `tally` adds it all up, and `verdict` says how large a step of the version it takes. `values`
holds the result.
"""
