"""The small Hub of the tests over HTTP on this machine. It speaks what the real clients say, and fails on demand."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from hub_state import Fault, Hub, RefusedError, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator

REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
REV = r"(?P<rev>[^/]+)"

ROUTES = [
    ("POST", r"/api/repos/create", "create", "write"),
    ("POST", r"/api/validate-yaml", "validate", ""),
    ("GET", r"/api/whoami-v2", "whoami", "read"),
    ("GET", rf"/api/datasets/{REPO}", "info", ""),
    ("GET", rf"/api/datasets/{REPO}/revision/{REV}", "info", ""),
    ("GET", rf"/api/datasets/{REPO}/refs", "refs", ""),
    ("GET", rf"/api/datasets/{REPO}/tree/{REV}(?:/(?P<path>.+))?", "tree", ""),
    ("POST", rf"/api/datasets/{REPO}/paths-info/{REV}", "paths_info", ""),
    ("POST", rf"/api/datasets/{REPO}/preupload/{REV}", "preupload", "write"),
    ("POST", rf"/api/datasets/{REPO}/commit/{REV}", "commit", "write"),
    ("POST", rf"/api/datasets/{REPO}/tag/{REV}", "tag", "write"),
    ("POST", rf"/api/datasets/{REPO}/branch/{REV}", "branch", "write"),
    ("POST", rf"/datasets/{REPO}\.git/info/lfs/objects/batch", "lfs_batch", "write"),
    ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", "lfs_put", ""),
    ("POST", r"/lfs-verify", "lfs_verify", ""),
]
"""Method, path, the method of `Hub` that answers, and what a token must allow."""

RESOLVE = re.compile(rf"/datasets/{REPO}/resolve/{REV}/(?P<path>.+)")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.hub.asked.append((self.command, parts.path))
        fault = self._fault(parts.path)
        if fault is not None and not fault.after:
            self._fail(fault)
            return
        try:
            self._answer(parts.path, parse_qs(parts.query), raw, silent=fault is not None)
        except RefusedError as refused:
            self._send(
                refused.status,
                {"error": refused.message},
                {"X-Error-Code": refused.code, "X-Error-Message": refused.message},
            )
        if fault is not None:
            self._fail(fault)

    def _fault(self, path: str) -> Fault | None:
        for fault in self.hub.faults:
            if fault.times and fault.method == self.command and re.search(fault.path, path):
                fault.times -= 1
                return fault
        return None

    def _fail(self, fault: Fault) -> None:
        if fault.status:
            self._send(fault.status, {"error": "as the test wants it"}, fault.headers)
        else:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, path: str, query: dict[str, list[str]], raw: bytes, *, silent: bool) -> None:
        if found := RESOLVE.fullmatch(path):
            self._resolve(found.groupdict())
            return
        for method, form, name, right in ROUTES:
            if method == self.command and (found := re.fullmatch(form, path)):
                parts = {key: value for key, value in found.groupdict().items() if value is not None}
                self._check_right(right)
                values: dict[str, Any] = {"found": parts, "query": query, "raw": raw}
                values |= self._body(raw)
                if "repo" in parts:
                    values["repo"] = self._repo(parts["repo"])
                done = getattr(self.hub, name)(**values)
                if not silent:
                    self._send(200, done)
                return
        raise RefusedError(404, "no such dataset", "RepoNotFound")

    def _body(self, raw: bytes) -> dict[str, Any]:
        kind = self.headers.get("Content-Type", "")
        if "form" in kind:
            return {"body": parse_qs(raw.decode())}
        return {"body": json.loads(raw)} if "json" in kind and "ndjson" not in kind else {}

    def _token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _check_right(self, right: str) -> None:
        token = self._token()
        if token and token not in self.hub.tokens:
            raise RefusedError(401, "Invalid credentials in Authorization header")
        if right and not token:
            raise RefusedError(401, "Invalid username or password.")
        if right == "write" and self.hub.tokens[token] != "write":
            raise RefusedError(403, "This token has no write access")

    def _repo(self, name: str) -> Repo:
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and not self._token()):
            raise RefusedError(401 if not self._token() else 404, "Repository not found", "RepoNotFound")
        return repo

    def _resolve(self, found: dict[str, str]) -> None:
        oid, file = self.hub.stored(self._repo(found["repo"]), found)
        headers = {"ETag": f'"{file.etag}"', "X-Repo-Commit": oid, "Accept-Ranges": "bytes"}
        content, status = file.content, 200
        if (asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))) and content:
            first = int(asked[1])
            last = min(int(asked[2] or len(content) - 1), len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            content, status = content[first : last + 1], 206
        self._send_bytes(status, content, headers | {"Content-Type": "application/octet-stream"})

    def _send(self, status: int, facts: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(facts).encode()
        self._send_bytes(status, content, {"Content-Type": "application/json", **(headers or {})})

    def _send_bytes(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """Does not wait for connections that clients keep open, and does not complain of those that they close."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: dropped connections are what the tests are about."""


@contextmanager
def running() -> Iterator[Hub]:
    """Run a Hub on this machine."""
    hub = Hub()
    server = Server(("127.0.0.1", 0), type("HubHandler", (Handler,), {"hub": hub}))
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
