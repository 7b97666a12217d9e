"""How a family of modules behaves on its line, as data."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from attrs import frozen

__all__ = ["Busy", "Echo", "LineRules"]


class Busy(Enum):
    """What becomes of bytes that come while a command runs."""

    #: They are thrown away, and the module says so once for each piece.
    REFUSE = "refuse"
    #: They are thrown away silently.
    DISCARD = "discard"
    #: They wait until the command has ended.
    QUEUE = "queue"


class Echo(Enum):
    """What comes back of what is received."""

    #: The whole line with its end, when it is complete.
    LINE = "line"
    #: Each byte of the line as it comes; its end is echoed as the rules say.
    EACH = "each"


@frozen(kw_only=True)
class LineRules:
    """How a module takes its input.

    :param ends: what ends a command line, each by itself.
    :param limit: most bytes of a command line, its end included.
    :param guard: seconds of silence that set one piece of input apart from the next.
    :param busy: what becomes of bytes that come while a command runs.
    :param queue: most bytes that wait meanwhile; what is more is lost.
    :param echo: what comes back.
    :param echo_end: what :attr:`Echo.EACH` prints at the end of a line.
    :param workers: how many commands that are declared as workers run beside the others.
    """

    ends: Sequence[bytes]
    limit: int
    guard: float
    busy: Busy
    queue: int = 4096
    echo: Echo = Echo.LINE
    echo_end: bytes = b""
    workers: int = 0
