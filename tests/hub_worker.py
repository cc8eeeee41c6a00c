"""A process that does what a test tells it, a line of JSON at a time; see `hub_client`."""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    """Run each line's source; answer with what it leaves in `out`, or with the error."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds), 0.01))  # whoever waits between two tries need not wait long
    names: dict[str, Any] = {}
    for line in sys.stdin:
        names["out"] = None
        try:
            exec(json.loads(line), names)  # noqa: S102 (it is the test's own source)
            answer = {"out": names["out"]}
        except Exception as error:  # noqa: BLE001 (the test wants to see it)
            answer = {"error": type(error).__name__, "said": str(error), "hint": getattr(error, "hint", "")}
        answers.write(f"{json.dumps(answer)}\n")
        answers.flush()


main()
