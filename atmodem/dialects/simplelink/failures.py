"""What a refusal means to the portable sessions."""

from __future__ import annotations

from typing import TypeVar

from ...errors import CommandError, LinkError, ModuleReset, SessionClosed

__all__ = ["GONE", "told"]

E = TypeVar("E", bound=CommandError)

#: The module has started anew, or is out of reach: its numbers are not what they were, and nothing is to be cleared up.
GONE = (ModuleReset, LinkError, SessionClosed)


def told(kind: type[E], error: CommandError, message: str, *, name: str | None = None) -> E:
    """Return *error* as one of *kind*.

    :param message: what could not be done.
    :param name: the reason, where it has a name that all dialects share.
    """
    return kind(
        f"{message}: {error.message}",
        code=error.code,
        name=name or error.name,
        text=error.text,
        command=error.command,
        advice=error.advice,
    )
