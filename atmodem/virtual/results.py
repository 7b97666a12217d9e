"""What obeying a command can come to, besides a plain reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from attrs import frozen

from .intake import Intake

__all__ = ["Answer", "Final", "Lines", "Payload", "Refused", "Silence", "Streaming"]

#: A reply as the command declares it, or one of the classes below.
Answer: TypeAlias = object


class Refused(Exception):
    """The command fails.

    :param code: what the dialect's error line says of the cause; None for nothing.
    :param lines: lines before the final that tell more.
    :param final: the final, where it is not the common failure.
    """

    def __init__(self, code: int | None = None, *, lines: Sequence[bytes] = (), final: bytes | None = None) -> None:
        super().__init__(code, lines, final)
        self.code = code
        self.lines: tuple[bytes, ...] = tuple(lines)
        self.final = final


@frozen
class Lines:
    """Answer lines as they stand on the wire, where the declaration cannot write them exactly."""

    lines: Sequence[bytes]


@frozen
class Final:
    """Success with another final than the common one.

    :param final: the final, without line ends.
    :param lines: lines before it.
    :param bare: nothing stands before the final.
    """

    final: bytes
    lines: Sequence[bytes] = ()
    bare: bool = False


@frozen
class Silence:
    """The command is obeyed and never answered."""


@frozen(kw_only=True)
class Payload:
    """The command wants data.

    :param intake: takes them.
    :param then: called with what was kept of them; returns or awaits the answer.
    :param cancelled: called when the escape comes in their place; None where the escape is data.
    :param limit: seconds from the prompt until *late* is called.
    :param late: called with what was kept when not everything has come in time; None where the command waits for ever.
    """

    intake: Intake
    then: Callable[[bytes], Answer | Awaitable[Answer]]
    cancelled: Callable[[], Answer] | None = None
    limit: float = 0.0
    late: Callable[[bytes], Answer | Awaitable[Answer]] | None = None


@frozen(kw_only=True)
class Streaming:
    """The line becomes a stream of bare data until it is escaped.

    :param received: gets what the host sends.
    :param escaped: called when the host has escaped.
    """

    received: Callable[[bytes], object]
    escaped: Callable[[], object]
