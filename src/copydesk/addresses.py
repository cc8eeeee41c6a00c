"""How an edition records where its inputs were: so that they can be found again, and nothing else is told."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

LOCAL = "file"


def recorded(address: str) -> str:
    """Give an input's address as a manifest may hold it.

    A relative path stays as the user wrote it, so that the same command gives the same manifest wherever it is run. Of
    an absolute one only the last part stays, as it is the machine's business where that is. A remote address loses
    names and passwords.
    """
    address = address.encode("utf-8", "backslashreplace").decode("utf-8")
    protocol, mark, _ = address.partition("://")
    if mark and protocol != LOCAL:
        parts = urlsplit(address)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    path = PurePosixPath(address.removeprefix(f"{LOCAL}://"))
    return path.name or "." if path.is_absolute() else str(path)
