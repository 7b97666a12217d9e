"""Listening for advertisers of Bluetooth low energy."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self

from ...errors import AtmodemError, InvalidArgument
from ...modem.core import ModemCore
from ...portable.drivers import LeDriver
from ...portable.events import LeAdvertisement
from ...portable.opening import Opening
from ...portable.uuids import short_uuid
from ...portable.values import ScanSettings
from ..background import Ending
from .advertisement import Advertisement, parse_advertisement

__all__ = ["Scan", "ScanOpening"]


class Scan:
    """A module that scans until :meth:`aclose`: iterate over it for what it hears.

    An advertiser comes as often as the module tells it. A reader that falls behind misses the oldest, as the radio
    misses some itself; :attr:`missed` counts them. Cancelling the wait for the next one loses none.
    """

    def __init__(
        self,
        core: ModemCore,
        driver: LeDriver,
        settings: ScanSettings,
        name: str | None,
        service: str | None,
        limit: int,
        released: Callable[[Scan], Awaitable[None]],
    ) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        #: Advertisements that were dropped because they were not read.
        self.missed: int = 0
        self._core = core
        self._driver = driver
        self._settings = settings
        self._name = name
        self._service = None if service is None else short_uuid(service)
        self._released = released
        self._held: deque[Advertisement] = deque()
        self._limit = limit
        self._changed = asyncio.Event()
        self._over = False
        self._closed = False
        self._error: AtmodemError | None = None
        self._generation = core.generation
        self._ending = Ending(core, self._close)

    @property
    def closing(self) -> bool:
        """Whether it was closed here, although that may take its time."""
        return self._closed

    async def start(self) -> None:
        """Begin to scan."""
        await self._driver.start_scan(self._settings)

    def hear(self, event: LeAdvertisement) -> None:
        """Take what the module has heard."""
        if self._over:
            return
        wanted = self._settings.address
        if wanted is not None and wanted.lower() != event.address.lower():
            return
        heard = parse_advertisement(event)
        if self._name not in (None, heard.name):
            return
        if self._service is not None and self._service not in heard.service_uuids:
            return
        if len(self._held) >= self._limit:
            self._held.popleft()
            self.missed += 1
        self._held.append(heard)
        self._changed.set()

    def end(self, error: AtmodemError | None = None) -> None:
        """Let the iteration end behind what is held."""
        if not self._over:
            self._over, self._error = True, error
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Advertisement:
        while not self._held:
            if self._over:
                raise StopAsyncIteration if self._error is None else self._error
            self._changed.clear()
            await self._changed.wait()
        return self._held.popleft()

    async def aclose(self) -> None:
        """Scan no more; idempotent. Cancelled, that goes on in the background."""
        self._closed = True
        self.end()
        await self._ending.wait()

    async def _close(self) -> None:
        try:
            if self._generation == self._core.generation:
                await self._driver.stop_scan()
        finally:
            await self._released(self)


class ScanOpening(Opening[Scan]):
    """A scan that can be entered or, for as long as the iteration lasts, iterated over."""

    async def __aiter__(self) -> AsyncIterator[Advertisement]:
        async with self as scan:
            async for advertisement in scan:
                yield advertisement
