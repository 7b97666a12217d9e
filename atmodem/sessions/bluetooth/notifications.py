"""Values that a peer tells, on their way to their reader."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self

from ...errors import AtmodemError, DataLost, InvalidArgument
from ...modem.core import ModemCore
from ...portable.opening import Opening
from ...portable.values import GattHandle
from ..background import Ending

__all__ = ["Notifications", "NotificationsOpening"]


class Notifications:
    """Values of one characteristic as the peer tells them: an async iterator.

    When it is closed here, the iteration ends behind what is held; when the peer has gone, it raises that. Cancelling
    the wait for the next value loses none.
    """

    def __init__(
        self,
        core: ModemCore,
        handle: GattHandle,
        confirmed: bool,
        limit: int,
        closed: Callable[[Notifications], Awaitable[None]],
    ) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        #: Where the value is.
        self.handle: GattHandle = handle
        #: They are indications.
        self.confirmed: bool = confirmed
        self._limit = limit
        self._held: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._over = False
        self._error: AtmodemError | None = None
        self._lost = 0
        self._taker: Callable[[bytes], None] | None = None
        self._ending = Ending(core, lambda: closed(self))

    def put(self, value: bytes, lost: int = 0) -> None:
        """Take a value; one that is not whole, or has no room, is the end."""
        if self._over:
            self._lost += bool(self._lost)
            return
        if self._taker is not None:
            self._taker(value)
            return
        if lost or len(self._held) >= self._limit:
            self._lost = 1
            self.end(None)
            return
        self._held.append(value)
        self._changed.set()

    def hand_over(self, taker: Callable[[bytes], None]) -> None:
        """Give what is held, and what comes from now on, to *taker*."""
        while self._held:
            taker(self._held.popleft())
        self._taker = taker

    def end(self, error: AtmodemError | None) -> None:
        """Let the iteration end behind what is held, with an error where there is one."""
        if not self._over:
            self._over, self._error = True, error
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._held:
            if self._lost:
                lost, advice = self._lost, "read faster, or raise the limit"
                raise DataLost(f"{lost} values could not be held, or came in part", lost=lost, advice=advice)
            if self._over:
                raise StopAsyncIteration if self._error is None else self._error
            self._changed.clear()
            await self._changed.wait()
        return self._held.popleft()

    async def aclose(self) -> None:
        """Ask the peer to tell no more; idempotent. Cancelled, that goes on in the background."""
        self.end(None)
        await self._ending.wait()


class NotificationsOpening(Opening[Notifications]):
    """A subscription that can be entered or, for as long as the iteration lasts, iterated over."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with self as values:
            async for value in values:
                yield value
