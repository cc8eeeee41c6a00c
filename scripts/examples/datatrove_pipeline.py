"""Clean documents within a pipeline of datatrove.

    python scripts/examples/datatrove_pipeline.py dump/ stories/

reads the JSON Lines of one folder and writes the stories to another, with language and ledger in their metadata.
"""

from __future__ import annotations

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from copydesk.integrations.datatrove import Copydesk


def run(dump: str, out: str, logs: str | None = None) -> None:
    """Clean a folder."""
    steps = [JsonlReader(dump), Copydesk(), JsonlWriter(out, compression=None)]
    LocalPipelineExecutor(steps, tasks=1, logging_dir=logs).run()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
