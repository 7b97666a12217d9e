"""Every exception that this package raises, in one tree.

::

    AtmodemError
    ├── InvalidArgument (ValueError)          the caller's value cannot be sent
    ├── Unsupported                           module, dialect or firmware lacks it
    ├── ModeConflict                          another mode that is on excludes it
    ├── LinkError (OSError)                   the line to the module
    │   ├── PortNotFound
    │   ├── PortBusy
    │   ├── PortNotPermitted
    │   └── LinkLost (anyio.BrokenResourceError)
    ├── ProtocolError                         the module sent what its dialect does not allow
    │   └── OutOfSync                         no known state could be reached
    ├── CommandError                          the module refused a command
    │   ├── JoinFailed
    │   └── ConnectFailed (OSError)
    ├── CommandTimeout (TimeoutError)         no reply within the limit
    ├── ModuleReset                       the module started anew meanwhile
    ├── EventsMissed                          a subscriber fell behind and lost events
    ├── SessionBroken (anyio.BrokenResourceError)   the far end, the network or the module ended this session
    └── SessionClosed (anyio.ClosedResourceError)   this session was closed here

A command in an error is always its masked text: no password reaches a traceback.
"""

from __future__ import annotations

import anyio

__all__ = [
    "AtmodemError",
    "CommandError",
    "CommandTimeout",
    "ConnectFailed",
    "EventsMissed",
    "InvalidArgument",
    "JoinFailed",
    "LinkError",
    "LinkLost",
    "ModeConflict",
    "ModuleReset",
    "OutOfSync",
    "PortBusy",
    "PortNotFound",
    "PortNotPermitted",
    "ProtocolError",
    "SessionBroken",
    "SessionClosed",
    "Unsupported",
]


class AtmodemError(Exception):
    """Base of all errors of this package.

    :param message: what happened, in one sentence.
    :param command: masked text of the command that it happened on, if any.
    :param advice: what to do about it, if there is something to do.
    """

    def __init__(self, message: str, *, command: str | None = None, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.command = command
        self.advice = advice

    def __str__(self) -> str:
        text = self.message
        if self.command:
            text = f"{self.command}: {text}"
        if self.advice:
            text = f"{text} ({self.advice})"
        return text


class InvalidArgument(AtmodemError, ValueError):
    """A value that cannot be sent: out of range, or not writable in the dialect's syntax.

    Raised before a byte reaches the line.

    :param parameter: name of the parameter.
    :param allowed: what it takes.
    """

    def __init__(self, parameter: str, allowed: str, *, command: str | None = None, advice: str | None = None) -> None:
        super().__init__(f"{parameter} must be {allowed}", command=command, advice=advice)
        self.parameter = parameter
        self.allowed = allowed


class Unsupported(AtmodemError):
    """The dialect or this firmware lacks the capability. Raised before anything is sent."""


class ModeConflict(AtmodemError):
    """A mode that is switched on excludes what was asked for; the message names it."""


class LinkError(AtmodemError, OSError):
    """The byte pipe to the module cannot be opened or used.

    :param url: the link, without credentials.
    """

    def __init__(self, message: str, *, url: str | None = None, command: str | None = None, advice: str | None = None) -> None:
        super().__init__(message, command=command, advice=advice)
        self.url = url


class PortNotFound(LinkError):
    """There is no such device or host."""


class PortBusy(LinkError):
    """Another program holds the port; the message names it where it can be found out."""


class PortNotPermitted(LinkError):
    """This user may not open the port."""


class LinkLost(LinkError, anyio.BrokenResourceError):
    """The link broke while it was in use: unplugged, hung up, connection reset."""


class ProtocolError(AtmodemError):
    """The module sent something that its dialect does not allow.

    :param received: the offending bytes, at most 64 of them.
    """

    def __init__(
        self,
        message: str,
        *,
        received: bytes = b"",
        command: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, command=command, advice=advice)
        self.received: bytes = received[:64]


class OutOfSync(ProtocolError):
    """No known state could be reached: the module is silent or answers something else."""


class CommandError(AtmodemError):
    """The module refused a command.

    :param code: the dialect's code or word, as it stands on the wire.
    :param name: stable name of that code, such as ``"WRONG_PASSWORD"``; None where it has none.
    :param text: the module's own wording, if it sends one.
    :param reply: what was decoded before the refusal, if anything.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        name: str | None = None,
        text: str | None = None,
        reply: object = None,
        command: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, command=command, advice=advice)
        self.code = code
        self.name = name
        self.text = text
        self.reply = reply


class JoinFailed(CommandError):
    """The station could not join the network; ``name`` tells why."""


class ConnectFailed(CommandError, OSError):
    """A connection could not be opened by the module."""


class CommandTimeout(AtmodemError, TimeoutError):
    """No reply came within the time limit. The line is put in order before the next command."""


class ModuleReset(AtmodemError):
    """The module started anew: its links, modes and unsaved settings are gone."""


class EventsMissed(AtmodemError):
    """A subscriber fell behind and its queue overflowed.

    :param missed: number of events lost.
    """

    def __init__(self, message: str, *, missed: int, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.missed = missed


class SessionBroken(AtmodemError, anyio.BrokenResourceError):
    """This session was ended by the far end, the network, a restart or a lost link; the message says which."""


class SessionClosed(AtmodemError, anyio.ClosedResourceError):
    """This session was closed here and can no longer be used."""
