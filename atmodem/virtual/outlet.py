"""What a virtual module prints, on its way to whoever is attached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..link.base import Link
from .clock import Clock
from .pacing import Pacer

__all__ = ["Outlet"]

#: Bytes that wait for a slow line above which the outlet is congested: a module's own buffer holds no more.
_LINE_BUFFER = 4096
#: Bytes handed to the link before it is asked whether it keeps up.
_LINK_BUFFER = 32768


class Outlet:
    """Prints to the link that is attached, at the speed of the line; with nobody attached, bytes are lost.

    :param cleared: called when it is congested no more.
    """

    def __init__(self, clock: Clock, baudrate: int | None, cleared: Callable[[], None]) -> None:
        self.pacer: Pacer = Pacer(clock, self._send, baudrate)
        self._cleared = cleared
        self._link: Link | None = None
        self._unasked = 0
        self._draining: asyncio.Task[None] | None = None
        self._was_congested = False

    @property
    def congested(self) -> bool:
        """Whether no more should be printed until it is cleared, unless it cannot wait."""
        if self.pacer.waiting > _LINE_BUFFER or self._draining is not None:
            self._was_congested = True
        return self._was_congested

    def attach(self, link: Link | None) -> None:
        """Print to *link* from now on, or to nobody."""
        self.stop()
        self._link = link

    def write(self, data: bytes) -> None:
        """Print *data*."""
        self.pacer.write(data)

    def stop(self) -> None:
        """Forget what was not sent."""
        self.pacer.clear()
        self._unasked = 0
        if self._draining is not None:
            self._draining.cancel()
            self._draining = None
        self._relieve()

    def _send(self, data: bytes) -> None:
        if self._link is not None:
            self._link.write(data)
            self._unasked += len(data)
            if self._unasked > _LINK_BUFFER and self._draining is None:
                self._draining = asyncio.get_running_loop().create_task(self._drain(self._link))
        self._relieve()

    async def _drain(self, link: Link) -> None:
        await link.drain()
        self._draining = None
        self._unasked = 0
        self._relieve()

    def _relieve(self) -> None:
        if self._was_congested and self._draining is None and self.pacer.waiting <= _LINE_BUFFER // 2:
            self._was_congested = False
            self._cleared()
