"""What all links share: handing bytes on, holding them back, losing the line, closing."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import Callable

from ..errors import LinkError
from .base import Link, LinkReceiver

__all__ = ["HIGH_WATER", "LINGER", "LOW_WATER", "PushLink"]

#: Bytes in the send queue above which :meth:`Link.drain` waits, and down to which it does.
HIGH_WATER, LOW_WATER = 65536, 16384
#: Seconds that closing a link waits for queued bytes to leave; then they are discarded.
LINGER = 5.0


class PushLink(Link):
    """A link that keeps what arrives until there is somebody to take it.

    A subclass calls ``_deliver`` for bytes and ``_lose`` for the end of the line, and fills in the hooks below.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._loop = asyncio.get_running_loop()
        self._receiver: LinkReceiver | None = None
        self._kept: deque[bytes] = deque()
        #: The receiver's own method while bytes flow, so that they reach it without a detour.
        self._deliver: Callable[[bytes], None] = self._keep
        self._paused = False
        self._over = False
        self._catching_up = False
        self._lost: LinkError | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def start(self, receiver: LinkReceiver) -> None:
        if self._receiver is not None:
            raise RuntimeError("this link has been started before")
        self._receiver = receiver
        self._schedule()

    async def drain(self) -> None:
        await self._writable.wait()

    def pause_reading(self) -> None:
        self._paused = True
        self._deliver = self._keep
        self._hold()

    def resume_reading(self) -> None:
        self._paused = False
        self._schedule()

    async def aclose(self) -> None:
        self._end()
        deadline = self._loop.call_later(LINGER, self._abort)
        try:
            await self._finish()
        except asyncio.CancelledError:
            self._abort()
            raise
        finally:
            deadline.cancel()

    # What a subclass fills in.

    def _hold(self) -> None:
        """Read no more from the line. Called again and again."""

    def _release(self) -> None:
        """Read from the line again: everything kept has been delivered."""

    @abstractmethod
    async def _finish(self) -> None:
        """Send what is queued, close, and return once everything is released."""

    @abstractmethod
    def _abort(self) -> None:
        """Close at once, without waiting for queued bytes. Called again and again."""

    # What a subclass calls.

    def _lose(self, cause: LinkError) -> None:
        """Tell the receiver, after everything kept, that the line has gone; only the first cause counts."""
        if self._lost is None and not self._over:
            self._lost = cause
            self._writable.set()
            self._schedule()

    def _end(self) -> None:
        """Deliver nothing any more."""
        self._over = True
        self._kept.clear()
        self._deliver = self._keep
        self._writable.set()

    def _schedule(self) -> None:
        if not self._catching_up:
            self._catching_up = True
            self._loop.call_soon(self._catch_up)

    def _keep(self, data: bytes) -> None:
        if not self._over:
            self._kept.append(data)
            self._hold()

    def _catch_up(self) -> None:
        self._catching_up = False
        receiver = self._receiver
        if receiver is None:
            return
        while self._kept and not self._paused:
            receiver.link_received(self._kept.popleft())
        if self._over or self._kept:
            return
        if self._lost is not None:
            self._end()
            receiver.link_lost(self._lost)
        elif not self._paused:
            self._deliver = receiver.link_received
            self._release()
