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
    │   ├── ConnectFailed (OSError)           a connection cannot be opened
    │   │   ├── LinkInUse
    │   │   ├── TlsError
    │   │   └── BrokerRefused
    │   ├── MqttError
    │   ├── GattError
    │   ├── PairingFailed
    │   ├── FileError
    │   │   ├── FileMissing
    │   │   ├── FileRefused
    │   │   └── StorageFull
    │   └── UpdateFailed
    ├── CommandTimeout (TimeoutError)         no reply within the limit
    ├── ModuleReset                       the module started anew meanwhile
    ├── EventsMissed                          a subscriber fell behind and lost events
    ├── SessionBroken (anyio.BrokenResourceError)   the far end, the network or the module ended this session
    │   ├── DataLost                          received data that are gone, counted
    │   └── TransferIncomplete                data to send of which only a part went
    └── SessionClosed (anyio.ClosedResourceError)   this session was closed here

A command in an error is always its masked text: no password reaches a traceback.
"""

from __future__ import annotations

import anyio

__all__ = [
    "AtmodemError",
    "BrokerRefused",
    "CommandError",
    "CommandTimeout",
    "ConnectFailed",
    "DataLost",
    "EventsMissed",
    "FileError",
    "FileMissing",
    "FileRefused",
    "GattError",
    "InvalidArgument",
    "JoinFailed",
    "LinkError",
    "LinkInUse",
    "LinkLost",
    "ModeConflict",
    "ModuleReset",
    "MqttError",
    "OutOfSync",
    "PairingFailed",
    "PortBusy",
    "PortNotFound",
    "PortNotPermitted",
    "ProtocolError",
    "SessionBroken",
    "SessionClosed",
    "StorageFull",
    "TlsError",
    "TransferIncomplete",
    "Unsupported",
    "UpdateFailed",
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

    def __init__(
        self, message: str, *, url: str | None = None, command: str | None = None, advice: str | None = None
    ) -> None:
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


class LinkInUse(ConnectFailed):
    """The module has this link open already; ``text`` holds its state."""


class TlsError(ConnectFailed):
    """TLS could not be set up: the certificate does not verify, or the two ends have nothing in common."""


class BrokerRefused(ConnectFailed):
    """The broker was reached and refused; ``name`` tells why, such as ``BAD_CREDENTIALS``."""


class MqttError(CommandError):
    """The module or the broker refused to publish, subscribe or unsubscribe."""


class GattError(CommandError):
    """A value is not there, or may not be read or written so."""


class PairingFailed(CommandError):
    """Two Bluetooth devices could not be paired."""


class FileError(CommandError):
    """The module's file system refused."""


class FileMissing(FileError):
    """There is no such file."""


class FileRefused(FileError):
    """The file may not be used so: its token, its flags or another use forbid it."""


class StorageFull(FileError):
    """There is no room left."""


class UpdateFailed(CommandError):
    """New firmware could not be loaded or installed; the old one runs on."""


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


class DataLost(SessionBroken):
    """Received data are gone: the module or this program could not hold them.

    :param lost: number of bytes, or of messages where the session has messages.
    """

    def __init__(self, message: str, *, lost: int, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.lost = lost


class TransferIncomplete(SessionBroken):
    """The session ended while data were being sent.

    :param transferred: bytes that the module has taken for certain.
    """

    def __init__(
        self, message: str, *, transferred: int, command: str | None = None, advice: str | None = None
    ) -> None:
        super().__init__(message, command=command, advice=advice)
        self.transferred = transferred


class SessionClosed(AtmodemError, anyio.ClosedResourceError):
    """This session was closed here and can no longer be used."""
