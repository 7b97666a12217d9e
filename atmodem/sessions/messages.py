"""Messages of MQTT on their way to consumers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import attrs

from ..errors import AtmodemError, InvalidArgument
from ..portable.drivers import MqttDriver
from ..portable.values import Message

__all__ = ["Joiner", "MessageStream"]

#: Seconds in which the next piece of a message follows, where the wire does not tell whether one does.
_PIECE_LIMIT = 1.0


class MessageStream:
    """Messages of a session: an async iterator, ended by :meth:`aclose` or by ``async with``.

    When the session is closed here, the iteration ends behind the messages that are held; when it broke, the iteration
    raises why. Cancelling the wait for the next message loses none.
    """

    def __init__(self, topic_filter: str, limit: int, closed: Callable[[MessageStream], None]) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        #: What the topics of its messages match.
        self.topic_filter: str = topic_filter
        self._limit = limit
        self._closed = closed
        self._held: deque[Message] = deque()
        self._changed = asyncio.Event()
        self._over = False
        self._why: Callable[[], AtmodemError | None] = lambda: None

    def put(self, message: Message) -> bool:
        """Take a message; return whether there was room."""
        if len(self._held) >= self._limit:
            return False
        self._held.append(message)
        self._changed.set()
        return True

    def end(self, why: Callable[[], AtmodemError | None]) -> None:
        """Let the iteration end behind what is held, with the error that *why* returns then, if any."""
        if not self._over:
            self._over, self._why = True, why
            self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        while not self._held:
            if self._over:
                error = self._why()
                raise StopAsyncIteration if error is None else error
            self._changed.clear()
            await self._changed.wait()
        return self._held.popleft()

    async def aclose(self) -> None:
        """Take no more messages; what is held can still be read. Idempotent."""
        self._closed(self)
        self.end(lambda: None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class Joiner:
    """Joins the pieces of messages.

    Where the wire does not mark them, consecutive pieces of one topic are taken for one message as long as each is of
    the size of a piece that others follow; silence ends it.

    :param driver: knows that size.
    :param joined: called with each message.
    """

    def __init__(self, driver: MqttDriver, joined: Callable[[Message], None]) -> None:
        self._driver = driver
        self._joined = joined
        self._begun: Message | None = None
        self._timer: asyncio.TimerHandle | None = None

    def take(self, piece: Message) -> None:
        """Take a piece."""
        begun = self._begun
        if begun is not None and (begun.topic, begun.filter) != (piece.topic, piece.filter):
            self.flush()
            begun = None
        self._stop()
        more = self._driver.may_continue(piece, begun is not None)
        if begun is not None:
            piece = attrs.evolve(piece, payload=begun.payload + piece.payload)
        self._begun = attrs.evolve(piece, continues=None)
        if not more:
            self.flush()
        elif piece.continues is None:
            self._timer = asyncio.get_running_loop().call_later(_PIECE_LIMIT, self.flush)

    def flush(self) -> None:
        """Take what there is for a whole message."""
        self._stop()
        begun, self._begun = self._begun, None
        if begun is not None:
            self._joined(begun)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
