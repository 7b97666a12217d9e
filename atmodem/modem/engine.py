"""Joins a link and a dialogue: bytes in, outcomes applied, bytes out, timers kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from ..errors import AtmodemError, LinkError, LinkLost, SessionClosed
from ..link import Link
from ..wire.dialogue import Dialogue
from ..wire.event import Event
from ..wire.outcomes import Accepted, Completed, Down, Failed, Outcome, StreamData, Synchronized, Write
from ..wire.request import Request
from ..wire.states import State
from ..wire.ticket import Ticket

__all__ = ["Engine", "wire_log"]

#: Seconds by which adapters and networks may hold up what has left this host.
_LATENCY = 0.1

wire_log: logging.Logger = logging.getLogger("atmodem.wire")


class Engine:
    """Runs one dialogue over one link, in the event loop and without a task of its own.

    :param link: the byte pipe.
    :param dialogue: the protocol.
    :param on_outcome: told every outcome that is neither a write nor the end of a command.
    :param on_lost: told once that the link broke.
    """

    def __init__(
        self,
        link: Link,
        dialogue: Dialogue,
        on_outcome: Callable[[Outcome], None],
        on_lost: Callable[[LinkError], None],
    ) -> None:
        self.link = link
        self.dialogue = dialogue
        self._on_outcome = on_outcome
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._futures: dict[Ticket, asyncio.Future[Any]] = {}
        self._synchronized: list[asyncio.Future[None]] = []
        self._draining: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timed: float | None = None
        self._error: AtmodemError | None = None
        #: Bytes received and sent, and commands written so far.
        self.received: int = 0
        self.sent: int = 0
        self.commands: int = 0

    # The link's side

    def link_received(self, data: bytes) -> None:
        """Take the bytes of one read."""
        self.received += len(data)
        self._apply(self.dialogue.receive(data, self._loop.time()))

    def link_lost(self, cause: LinkError) -> None:
        """Fail everything that runs."""
        self.stop(cause if isinstance(cause, LinkLost) else LinkLost(str(cause), url=self.link.url))
        self._on_lost(cause)

    # The modem's side

    def submit(self, request: Request[Any]) -> tuple[Ticket, asyncio.Future[Any]]:
        """Queue a command; the future gets its reply or its error."""
        if self._error is not None:
            raise self._error
        future: asyncio.Future[Any] = self._loop.create_future()
        ticket, out = self.dialogue.submit(request, self._loop.time())
        self._futures[ticket] = future
        self.commands += 1
        self._apply(out)
        return ticket, future

    def cancel(self, ticket: Ticket) -> None:
        """Give up the outcome of a command."""
        self._futures.pop(ticket, None)
        self._apply(self.dialogue.cancel(ticket, self._loop.time()))

    async def synchronize(self, rounds: int | None = None) -> None:
        """Reach a known state; where a command runs, its own end tells the state.

        Cancelled, the attempt goes on by itself.

        :param rounds: how often to try; None for the dialect's own number.
        :raises OutOfSync: when the module does not answer.
        """
        if self._error is not None:
            raise self._error
        if not self.dialogue.startable:
            return
        future: asyncio.Future[None] = self._loop.create_future()
        self._synchronized.append(future)
        self._apply(self.dialogue.start(self._loop.time(), rounds))
        await future

    async def drained(self) -> None:
        """Wait until no command runs or waits.

        :raises AtmodemError: what has stopped the engine.
        """
        if self._error is not None:
            raise self._error
        if not self._at_rest:
            future: asyncio.Future[None] = self._loop.create_future()
            self._draining.append(future)
            await future

    @property
    def _at_rest(self) -> bool:
        return self.dialogue.idle or self.dialogue.state is State.DOWN

    def write(self, data: bytes) -> None:
        """Send bytes that nothing is expected for."""
        self.sent += len(data)
        self.link.write(data)

    def write_stream(self, data: bytes) -> None:
        """Send bare data into the stream."""
        self._apply(self.dialogue.write(data, self._loop.time()))

    async def leave_stream(self) -> None:
        """Leave the stream and return once the module takes commands again; at once where no stream is on.

        Cancelled, the stream is left all the same.

        :raises OutOfSync: when the module does not answer.
        """
        if self._error is not None:
            raise self._error
        if self.dialogue.state is not State.STREAM:
            return
        # The escape counts only behind a silence on the line itself, which begins later than it does here.
        await self.link.flush()
        escape = self.dialogue.grammar.stream_escape
        await asyncio.sleep(_LATENCY + (0 if escape is None else escape.before))
        if self._error is not None:
            raise self._error
        future: asyncio.Future[None] = self._loop.create_future()
        self._synchronized.append(future)
        self._apply(self.dialogue.leave(self._loop.time()))
        await future

    def stop(self, error: AtmodemError | None = None) -> None:
        """Fail everything that waits and take nothing more."""
        if self._error is not None:
            return
        self._error = SessionClosed("the modem is closed") if error is None else error
        if self._timer is not None:
            self._timer.cancel()
        futures: list[asyncio.Future[Any]] = [*self._futures.values(), *self._synchronized, *self._draining]
        self._futures.clear()
        self._synchronized.clear()
        self._draining.clear()
        for future in futures:
            if not future.done():
                future.set_exception(self._error)

    # Outcomes

    def _apply(self, outcomes: list[Outcome]) -> None:
        tracing = wire_log.isEnabledFor(logging.DEBUG)
        for outcome in outcomes:
            if tracing:
                _trace(self.link.url, outcome)
            if isinstance(outcome, Event):
                self._on_outcome(outcome)
            elif isinstance(outcome, Write):
                self.write(outcome.data)
            elif isinstance(outcome, Completed):
                future = self._futures.pop(outcome.ticket, None)
                if future is not None and not future.done():
                    future.set_result(outcome.reply)
            elif isinstance(outcome, Failed):
                future = self._futures.pop(outcome.ticket, None)
                if future is not None and not future.done():
                    future.set_exception(outcome.error)
            else:
                if isinstance(outcome, Synchronized | Down):
                    self._settle(outcome)
                self._on_outcome(outcome)
        if self._draining and self._at_rest:
            self._drained()
        self._arm()

    def _drained(self) -> None:
        waiting, self._draining = self._draining, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _settle(self, outcome: Synchronized | Down) -> None:
        waiting, self._synchronized = self._synchronized, []
        for future in waiting:
            if future.done():
                continue
            if isinstance(outcome, Down):
                future.set_exception(outcome.error)
            else:
                future.set_result(None)

    def _arm(self) -> None:
        """Set the one timer to the dialogue's deadline; nothing timed means no timer."""
        deadline = self.dialogue.deadline
        if deadline is None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = self._timed = None
        elif self._error is None and (self._timed is None or deadline < self._timed):
            # A timer that is too early merely looks again; setting it anew for each command would cost more.
            if self._timer is not None:
                self._timer.cancel()
            self._timed = deadline
            self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = self._timed = None
        self._apply(self.dialogue.tick(self._loop.time()))


def _trace(url: str, outcome: Outcome) -> None:
    """Tell one outcome to the log. Labels and reprs mask secrets already."""
    if isinstance(outcome, Write):
        wire_log.debug("%s > %s", url, outcome.label)
    elif isinstance(outcome, Completed):
        wire_log.debug("%s < %s: %r", url, outcome.ticket.request.label, outcome.reply)
    elif isinstance(outcome, Failed):
        wire_log.debug("%s < %s", url, outcome.error)
    elif isinstance(outcome, Accepted):
        wire_log.debug("%s < %s: accepted", url, outcome.ticket.request.label)
    elif isinstance(outcome, StreamData):
        wire_log.debug("%s < <%d bytes>", url, len(outcome.data))
    else:
        wire_log.debug("%s < %r", url, outcome)
