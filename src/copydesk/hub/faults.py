"""What can go wrong between here and the Hub, in a sentence each; and which of it may pass."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from copydesk.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, PRECONDITION, TOO_MANY = 401, 403, 404, 409, 412, 429

PASSING = frozenset({408, TOO_MANY, 500, 502, 503, 504})
"""Answers after which the same request may do better."""

WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try."""

LOG_IN = "log in with `hf auth login`, or put an access token with the right to write into HF_TOKEN"
AGAIN = {
    "publishing to": "run it again: what was uploaded already is not sent twice",
    "loading": "try it again in a while",
}
"""What to do after a fault that may pass, by what was being done."""


def missing() -> HubError:
    """Say that what the Hub needs is not installed."""
    message = "the packages datasets and huggingface_hub are not installed"
    return HubError(message, "install them with: pip install 'copydesk[hub]'")


@contextmanager
def told(repo: str, doing: str) -> Iterator[None]:
    """Turn whatever the Hub's library raises into a `HubError` that says what to do.

    Args:
        repo: The repository, as `owner/name`.
        doing: What is being done: a key of `AGAIN`.
    """
    try:
        yield
    except (ImportError, HubError):
        raise
    except Exception as error:
        fault = explained(error, repo, doing)
        if fault is None:
            raise
        raise fault from error


def explained(error: BaseException, repo: str, doing: str) -> HubError | None:
    """Say what an error of the Hub's library means; None if it is none of its errors."""
    status = status_of(error)
    if status is not None:
        return _answered(error, status, repo, doing)
    for cause in _causes(error):
        for kinds, message, hint in _unanswered():
            if isinstance(cause, kinds):
                return HubError(message.format(repo=repo, doing=doing), hint.format(again=AGAIN[doing]))
    return None


def _answered(error: BaseException, status: int, repo: str, doing: str) -> HubError:
    """Say what an answer means."""
    from huggingface_hub.errors import RepositoryNotFoundError

    if status == UNAUTHORIZED and not any(isinstance(cause, RepositoryNotFoundError) for cause in _causes(error)):
        message = "the Hub did not accept your access token"
        return HubError(message, LOG_IN)
    message, hint = _ANSWERS.get(
        status, (f"the Hub answered with an error ({status}) when {{doing}} {{repo}}", "{again}")
    )
    return HubError(message.format(repo=repo, doing=doing), f"{hint.format(again=AGAIN[doing])}{_said(error)}")


def _unanswered() -> list[tuple[tuple[type[BaseException], ...], str, str]]:
    """List what can go wrong without an answer: the errors, what happened, and what to do about it."""
    from huggingface_hub import errors

    return [
        (
            (errors.HFValidationError,),
            "{repo} is no name of a repository",
            "write owner/name, as in its address on the Hub",
        ),
        (
            (errors.OfflineModeIsEnabled,),
            "{doing} {repo} needs the Hub, but HF_HUB_OFFLINE forbids it",
            "unset HF_HUB_OFFLINE",
        ),
        (
            (errors.LocalEntryNotFoundError,),
            "the Hub cannot be reached, and what was asked for of {repo} is not whole in the cache",
            "load it once while the Hub can be reached",
        ),
        (_transport(), "the connection to the Hub was lost while {doing} {repo}", "{again}"),
    ]


_ANSWERS = {
    400: ("the Hub did not accept what was sent when {doing} {repo}", "look at what it says"),
    UNAUTHORIZED: ("the Hub has no dataset {repo}, or not for you", f"look at the name; for a private one {LOG_IN}"),
    FORBIDDEN: ("you have no right to write to {repo}", "use an access token with the right to write there"),
    NOT_FOUND: ("the Hub has no dataset {repo}, or not for you", f"look at the name; for a private one {LOG_IN}"),
    CONFLICT: ("{repo} is being changed by somebody else", "look at what was committed there, then run it again"),
    PRECONDITION: ("{repo} was changed meanwhile", "look at what was committed there, then run it again"),
    TOO_MANY: ("the Hub takes no more requests from you for now", "wait some minutes, then {again}"),
}
"""By status: what happened, and what to do about it."""


def status_of(error: BaseException) -> int | None:
    """Give the status of the answer that an error is about; None if there was no answer."""
    for cause in _causes(error):
        response = getattr(cause, "response", None)
        status = getattr(response, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def is_network(error: BaseException) -> bool:
    """Say whether there was no answer at all."""
    return status_of(error) is None and any(isinstance(cause, _transport()) for cause in _causes(error))


def _transport() -> tuple[type[BaseException], ...]:
    """Give the errors of a connection. The library's HTTP package has had two names; the base of its errors is one."""
    from huggingface_hub.errors import HfHubHTTPError

    return (ConnectionError, TimeoutError, *HfHubHTTPError.__bases__[:1])


def may_pass(error: BaseException) -> bool:
    """Say whether the same request may do better later."""
    from huggingface_hub.errors import OfflineModeIsEnabled

    status = status_of(error)
    if status is not None:
        return status in PASSING
    return is_network(error) and not any(isinstance(cause, OfflineModeIsEnabled) for cause in _causes(error))


def insist(action: Callable[[], _T], tell: Callable[[str], None]) -> _T:
    """Do something, and do it again after a while when it fails for a reason that may pass.

    Raises:
        Exception: What it raised the last time.
    """
    for wait in WAITS:
        try:
            return action()
        except Exception as error:
            if not may_pass(error):
                raise
            tell(f"the Hub did not answer as it should; once more in {wait:.0f} s")
            time.sleep(wait)
    return action()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Go from an error to what it was raised for; chains of others may bite their own tails."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _said(error: BaseException) -> str:
    """Give what the Hub itself said, in a line."""
    for cause in _causes(error):
        said = getattr(cause, "server_message", None)
        if said:
            return f" (the Hub says: {' '.join(str(said).split())})"
    return ""
