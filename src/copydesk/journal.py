"""What a build has done so far, kept beside its part files, so that it can go on after it was stopped.

The journal begins with the plan: all that decides which bytes a build writes. A build goes on only with a journal of
the very same plan. Then comes a line for each finished chunk, written when its files are complete; files that no line
names are leftovers of a chunk that was not finished, and are deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, fields
from typing import IO, TYPE_CHECKING, Any, Self

from copydesk.accounts import Account, Accounts
from copydesk.chunks import Done
from copydesk.errors import BuildError
from copydesk.release.shard import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

JOURNAL = "journal.jsonl"

Plan = dict[str, Any]
"""All that decides which bytes a build writes, by name: plain data, so that it can be compared and told."""

_AGAIN = "build again without --resume; what is there of the old build is deleted then"


class Journal:
    """The journal of one build.

    Args:
        folder: Where the part files lie.
        plan: The build's plan.
        resume: Go on where a build with the same plan was stopped, if there is one.

    Raises:
        BuildError: The build that was stopped had another plan.

    Attributes:
        folder: Where the part files lie.
        finished: What became of each finished chunk, by its number.
    """

    def __init__(self, folder: Path, plan: Plan, *, resume: bool) -> None:
        self.folder = folder
        self._path = folder / JOURNAL
        self.finished: dict[int, Done] = self._read(plan) if resume and self._path.exists() else {}
        self._sweep()
        self._file: IO[str] = self._path.open("w", encoding="utf-8")
        self._write({"plan": plan})
        for done in self.finished.values():
            self._write(_as_mapping(done))

    def add(self, done: Done) -> None:
        """Book a chunk whose files are complete."""
        self.finished[done.number] = done
        self._write(_as_mapping(done))

    def __enter__(self) -> Self:
        """Write to it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, facts: Mapping[str, Any]) -> None:
        """Write a line, and see to it that it is on the disk."""
        self._file.write(json.dumps(facts, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self, plan: Plan) -> dict[int, Done]:
        """Read the chunks that were finished. A line that was not written to its end counts for nothing."""
        lines = []
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
        if not lines:
            return {}
        if what := difference(lines[0].get("plan", {}), plan):
            message = f"cannot go on with the build in {self.folder.parent}: {what}"
            raise BuildError(message, _AGAIN)
        found = (_from_mapping(facts, self.folder) for facts in lines[1:])
        return {done.number: done for done in found if _is_whole(done)}

    def _sweep(self) -> None:
        """Delete what no finished chunk has written."""
        known = {part.path for done in self.finished.values() for parts in done.parts.values() for part in parts}
        for path in self.folder.iterdir():
            if path not in known and path != self._path:
                path.unlink()


def difference(old: Plan, new: Plan) -> str:
    """Say in words what differs between two plans; nothing if nothing does."""
    for name in (*new, *old):
        before, now = old.get(name), new.get(name)
        if name == "inputs" and before != now:
            return _input_difference(dict(before or {}), dict(now or {}))
        if before != now:
            return f"{name} was {before}, now it is {now}"
    return ""


def _input_difference(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    for name in new:
        if name not in old:
            return f"the input {name} was not among its inputs"
        if old[name] != new[name]:
            return f"the input {name} has changed"
    return f"the input {next(name for name in old if name not in new)} is missing"


def _is_whole(done: Done) -> bool:
    """Are a chunk's files what they were?"""
    for parts in done.parts.values():
        for part in parts:
            if not part.path.is_file() or part.path.stat().st_size != part.size:
                return False
            with part.path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                    return False
    return True


def _as_mapping(done: Done) -> dict[str, Any]:
    parts = {table: [{**asdict(part), "path": part.path.name} for part in parts] for table, parts in done.parts.items()}
    accounts: dict[str, Any] = {item.name: getattr(done.accounts, item.name) for item in fields(Accounts)}
    accounts["by_source"] = {source: asdict(account) for source, account in done.accounts.by_source.items()}
    return {"number": done.number, "parts": parts, "accounts": accounts, "seconds": done.seconds}


def _from_mapping(facts: Mapping[str, Any], folder: Path) -> Done:
    parts = {
        table: [Part(**{**part, "path": folder / part["path"]}) for part in parts]
        for table, parts in facts["parts"].items()
    }
    accounts = Accounts()
    for name, value in facts["accounts"].items():
        if name == "by_source":
            accounts.by_source = {source: Account(**account) for source, account in value.items()}
        else:
            setattr(accounts, name, type(getattr(accounts, name))(value))
    return Done(facts["number"], parts, accounts, facts["seconds"])
