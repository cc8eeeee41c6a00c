"""What can go wrong, told so that a person knows what to do next.

Every error that a user's input, recipe or disk can cause is a `CopydeskError`; anything else that escapes is a bug in
copydesk. The message says what happened and where, the hint says what to do about it. The command line prints both and
no traceback.
"""


class CopydeskError(Exception):
    """Base of all errors that copydesk raises on purpose.

    Attributes:
        message: What happened, in one sentence, naming the file, key or row.
        hint: What to do next, in one sentence; empty when the message says it all.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Give the message, and the hint in parentheses when there is one."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class RecipeError(CopydeskError):
    """A recipe cannot be read: an unknown key, a wrong type, a value out of range."""


class RuleError(CopydeskError):
    """A rule pack cannot be read, or a rule in it is not well formed."""


class LedgerError(CopydeskError):
    """Edits overlap, leave the text, or do not fit the stories that they are said to have made."""


class SourceError(CopydeskError):
    """An input cannot be found or is of no known kind; a bad *record* is a reject instead."""


class BuildError(CopydeskError):
    """An edition cannot be built: the output exists, the accounts do not add up, a worker died."""


class StoppedError(BuildError):
    """A build was stopped by what happened around it: a worker died, an input went away. It can be resumed."""


class EditionError(CopydeskError):
    """An edition on disk is not what its manifest says, or is no edition at all."""


class HubError(CopydeskError):
    """The Hub cannot be reached, does not let one in, or holds something else than what was asked for."""
