"""What a dialogue tells its owner to do or to know. Events are outcomes too, as themselves."""

from __future__ import annotations

from attrs import frozen

from ..errors import AtmodemError, ProtocolError
from .event import Event
from .ticket import Ticket

__all__ = [
    "Accepted",
    "Completed",
    "Down",
    "Failed",
    "Fault",
    "Outcome",
    "Progress",
    "Restarted",
    "StreamData",
    "StreamEnded",
    "StreamStarted",
    "Synchronized",
    "Write",
]


@frozen
class Write:
    """Send these bytes now.

    :param label: how they may be shown; secrets are masked.
    """

    data: bytes
    label: str


@frozen
class Completed:
    """A command has its reply."""

    ticket: Ticket
    reply: object


@frozen
class Failed:
    """A command ended without success."""

    ticket: Ticket
    error: AtmodemError


@frozen
class Accepted:
    """A deferred command was taken by the module; its value comes later and the line is free."""

    ticket: Ticket


@frozen
class Progress:
    """A deferred command told how far it is; more is to come."""

    ticket: Ticket
    reply: object


@frozen
class StreamStarted:
    """From here on all bytes are data, until :meth:`Dialogue.leave` is done."""


@frozen
class StreamData:
    """Bare bytes of a stream."""

    data: bytes


@frozen
class StreamEnded:
    """The module takes commands again."""


@frozen
class Restarted:
    """The module has started anew: its links, modes and unsaved settings are gone.

    :param suspected: only an echo that had been switched off tells so.
    """

    suspected: bool = False


@frozen
class Synchronized:
    """A known state is reached: whatever ran before has ended, and nothing of it will be taken for a new reply."""


@frozen
class Down:
    """No known state could be reached; commands fail until the next attempt succeeds."""

    error: ProtocolError


@frozen
class Fault:
    """The module broke the rules of its dialect; the line goes on."""

    error: ProtocolError


Outcome = (
    Event
    | Write
    | Completed
    | Failed
    | Accepted
    | Progress
    | StreamStarted
    | StreamData
    | StreamEnded
    | Restarted
    | Synchronized
    | Down
    | Fault
)
