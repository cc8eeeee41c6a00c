"""What a small Hugging Face Hub holds and how it answers, for the tests: datasets only, of one user, `me`.

All is kept in memory. Files that end in `.parquet` are large ones, as on the Hub.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

MINE = "me"


@dataclass(frozen=True)
class Stored:
    """A file at a commit; `large` ones are kept by their hash alone."""

    content: bytes
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def blob(self) -> str:
        content = self.pointer if self.large else self.content
        return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

    @property
    def pointer(self) -> bytes:
        lines = ("version https://git-lfs.github.com/spec/v1", f"oid sha256:{self.sha256}", f"size {len(self.content)}")
        return "".join(f"{line}\n" for line in lines).encode()

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.blob


@dataclass
class Repo:
    """A dataset: its commits, and what names them."""

    private: bool = False
    commits: dict[str, dict[str, Stored]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def commit(self, branch: str, files: dict[str, Stored], message: str) -> str:
        seed = json.dumps([len(self.commits), branch, message, sorted((p, f.sha256) for p, f in files.items())])
        oid = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
        self.commits[oid], self.messages[oid], self.branches[branch] = files, message, oid
        return oid

    def find(self, revision: str) -> str | None:
        return (
            self.branches.get(revision) or self.tags.get(revision) or (revision if revision in self.commits else None)
        )


@dataclass
class Fault:
    """What shall go wrong with the next `times` requests that fit: they get `status`, or no answer at all (0).

    With `after`, what was asked for is done, and only the answer is missing.
    """

    method: str
    path: str
    status: int = 0
    times: int = 1
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str = "", code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass
class Hub:
    """The whole Hub.

    Attributes:
        address: Where it listens.
        repos: Its datasets, by name.
        large: The large files that were uploaded, by hash.
        faults: What shall go wrong.
        asked: What was asked: method and path.
        tokens: Tokens that it takes, with what they may do: `read` or `write`.
        meanwhile: Is run once just before the next commit.
    """

    address: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=lambda: {"writer": "write", "reader": "read"})
    meanwhile: Callable[[], object] | None = None

    def count(self, method: str, part: str) -> int:
        return sum(asked == method and part in path for asked, path in self.asked)

    # What follows answers one kind of request each: `found` holds the parts of the path, `query` what stands behind it.

    def create(self, body: Any, **_: Any) -> Any:
        name = f"{body.get('organization') or MINE}/{body['name']}"
        if not name.startswith(f"{MINE}/"):
            raise RefusedError(403, "You don't have the rights to create a dataset there")
        if name in self.repos:
            raise RefusedError(409, "You already created this dataset repo")
        repo = self.repos[name] = Repo(body.get("visibility") == "private" or bool(body.get("private")))
        repo.commit(
            "main",
            {".gitattributes": Stored(b"*.parquet filter=lfs diff=lfs merge=lfs -text\n", large=False)},
            "initial",
        )
        return {"url": f"{self.address}/datasets/{name}", "name": name}

    def whoami(self, **_: Any) -> Any:
        return {"name": MINE, "type": "user"}

    def validate(self, body: Any, **_: Any) -> Any:
        assert body["content"].startswith("---\n")
        if "no-such-licence" in body["content"]:
            raise RefusedError(400, '"license" must be one of [apache-2.0, mit, ...]')
        return {"errors": [], "warnings": [{"message": "nothing to worry about"}]}

    def info(self, repo: Repo, found: dict[str, str], **_: Any) -> Any:
        oid = self._commit(repo, found.get("rev", "main"))
        files = [{"rfilename": path} for path in sorted(repo.commits[oid])]
        name = found["repo"]
        return {"id": name, "sha": oid, "private": repo.private, "siblings": files, "tags": [], "downloads": 0}

    def refs(self, repo: Repo, **_: Any) -> Any:
        named = {"branches": ("heads", repo.branches), "tags": ("tags", repo.tags)}
        return {
            kind: [{"name": n, "ref": f"refs/{under}/{n}", "targetCommit": oid} for n, oid in sorted(names.items())]
            for kind, (under, names) in named.items()
        } | {"converts": []}

    def tree(self, repo: Repo, found: dict[str, str], query: dict[str, list[str]], **_: Any) -> Any:
        files = repo.commits[self._commit(repo, found["rev"])]
        below = f"{unquote(found['path'])}/" if found.get("path") else ""
        inside = {path: file for path, file in files.items() if path.startswith(below)}
        if below and not inside:
            raise RefusedError(404, "no such folder", "EntryNotFound")
        folders = {
            path[: end + 1].rstrip("/")
            for path in inside
            for end, c in enumerate(path)
            if c == "/" and end > len(below)
        }
        rows = [_folder(path) for path in sorted(folders)]
        rows += [_entry(path, file) for path, file in sorted(inside.items())]
        if query.get("recursive", ["false"])[0].lower() not in {"true", "1"}:
            rows = [row for row in rows if "/" not in row["path"][len(below) :]]
        return rows

    def paths_info(self, repo: Repo, found: dict[str, str], body: Any, **_: Any) -> Any:
        files = repo.commits[self._commit(repo, found["rev"])]
        wanted = body["paths"]
        rows = [_entry(path, files[path]) for path in wanted if path in files]
        folders = [p for p in wanted if p not in files and any(path.startswith(f"{p}/") for path in files)]
        return rows + [_folder(path) for path in folders]

    def preupload(self, repo: Repo, found: dict[str, str], body: Any, **_: Any) -> Any:
        there = repo.commits[self._commit(repo, found["rev"])]
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(".parquet") else "regular",
                    "shouldIgnore": False,
                    "oid": there[file["path"]].etag if file["path"] in there else None,
                }
                for file in body["files"]
            ]
        }

    def lfs_batch(self, body: Any, **_: Any) -> Any:
        objects = []
        for wanted in body["objects"]:
            facts = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in self.large:
                upload = {"href": f"{self.address}/lfs/{wanted['oid']}"}
                facts["actions"] = {"upload": upload, "verify": {"href": f"{self.address}/lfs-verify"}}
            objects.append(facts)
        return {"transfer": "basic", "objects": objects}

    def lfs_put(self, found: dict[str, str], raw: bytes, **_: Any) -> Any:
        if hashlib.sha256(raw).hexdigest() != found["oid"]:
            raise RefusedError(400, "this is not what was announced")
        self.large[found["oid"]] = raw
        return {}

    def lfs_verify(self, body: Any, **_: Any) -> Any:
        assert len(self.large[body["oid"]]) == body["size"]
        return {}

    def commit(self, repo: Repo, found: dict[str, str], raw: bytes, **_: Any) -> Any:
        if self.meanwhile is not None:
            deed, self.meanwhile = self.meanwhile, None
            deed()
        branch = found["rev"]
        head = self._commit(repo, branch)
        files = dict(repo.commits[head])
        message = ""
        for operation in map(json.loads, raw.splitlines()):
            value = operation["value"]
            if operation["key"] == "header":
                message = value["summary"]
                if value.get("parentCommit") not in {None, head}:
                    raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
            elif operation["key"] == "file":
                files[value["path"]] = Stored(base64.b64decode(value["content"]), large=False)
            elif operation["key"] == "lfsFile":
                files[value["path"]] = Stored(self.large[value["oid"]], large=True)
            else:
                assert operation["key"] == "deletedFile"
                if files.pop(value["path"], None) is None:
                    raise RefusedError(404, "A file with this name doesn't exist", "EntryNotFound")
        oid = repo.commit(branch, files, message)
        return {"commitUrl": f"{self.address}/datasets/{found['repo']}/commit/{oid}", "commitOid": oid}

    def tag(self, repo: Repo, found: dict[str, str], body: Any, **_: Any) -> Any:
        if body["tag"] in repo.tags:
            raise RefusedError(409, "Tag already exists")
        repo.tags[body["tag"]] = self._commit(repo, found["rev"])
        return {}

    def branch(self, repo: Repo, found: dict[str, str], body: Any, **_: Any) -> Any:
        if found["rev"] in repo.branches:
            raise RefusedError(409, "Branch already exists")
        repo.branches[found["rev"]] = self._commit(repo, body.get("startingPoint", "main"))
        return {}

    def _commit(self, repo: Repo, revision: str) -> str:
        oid = repo.find(unquote(revision))
        if oid is None:
            raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return oid

    def stored(self, repo: Repo, found: dict[str, str]) -> tuple[str, Stored]:
        oid = self._commit(repo, found["rev"])
        path = unquote(found["path"])
        if path not in repo.commits[oid]:
            raise RefusedError(404, "Entry not found", "EntryNotFound")
        return oid, repo.commits[oid][path]


def _folder(path: str) -> dict[str, Any]:
    return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}


def _entry(path: str, file: Stored) -> dict[str, Any]:
    facts: dict[str, Any] = {"type": "file", "path": path, "oid": file.blob, "size": len(file.content)}
    if file.large:
        facts["lfs"] = {"oid": file.sha256, "size": len(file.content), "pointerSize": len(file.pointer)}
    return facts
