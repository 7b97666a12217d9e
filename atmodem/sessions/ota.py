"""New firmware for the module."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Self

from ..errors import (
    AtmodemError,
    CommandTimeout,
    InvalidArgument,
    ModeConflict,
    ModuleReset,
    SessionClosed,
    UpdateFailed,
)
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import OtaDriver
from ..portable.events import ModuleReady, PortableEvent, UpdateProgress
from ..portable.opening import Opening
from ..portable.values import Identity, UpdateStep
from .http import check_url

__all__ = ["Ota", "Update"]

#: Seconds from the restart until the module is set up again; the first start of a firmware takes longer.
_START = 120.0
#: Steps that are held for a slow reader; the oldest give way.
_HELD = 1000


class Update:
    """New firmware on its way: an async iterator of its steps, which ends when the new firmware runs.

    What the module tells differs: some tell every step, some none.
    """

    def __init__(self) -> None:
        #: What the module is now, once the new firmware runs.
        self.identity: Identity | None = None
        self._steps: deque[UpdateProgress] = deque(maxlen=_HELD)
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._error: AtmodemError | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> UpdateProgress:
        while not self._steps:
            if self._over.is_set():
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._steps.popleft()

    async def wait(self) -> Identity:
        """Wait until the new firmware runs, and return what the module is now.

        Cancelled, the update goes on.

        :raises UpdateFailed: the old firmware runs on; the message tells why.
        :raises CommandTimeout: the module has not come back.
        :raises AtmodemError: the modem has ended meanwhile; whether the module has the new firmware is not known.
        """
        await self._over.wait()
        if self._error is not None:
            raise self._error
        assert self.identity is not None
        return self.identity

    async def aclose(self) -> None:
        """Look at it no more. No module can be stopped while it updates: that goes on. Idempotent."""

    # For Ota

    def tell(self, step: UpdateProgress) -> None:
        """Take a step."""
        self._steps.append(step)
        self._changed.set()

    def end(self, identity: Identity | None, error: AtmodemError | None = None) -> None:
        """Learn how it ended."""
        if not self._over.is_set():
            self.identity, self._error = identity, error
            self._over.set()
            self._changed.set()


class Ota:
    """New firmware for the module, from its maker, from a URL, or from this program."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._update: Update | None = None
        core.listen(self._event)
        core.on_end(self._ended)

    async def check(self) -> str:
        """Return the version that the maker's server offers.

        :raises UpdateFailed: the server does not answer.
        :raises Unsupported: the module cannot ask.
        """
        return await self._core.require(self._core.driver.ota, Capability.OTA_CHECK).check()

    def update(
        self, *, version: str | None = None, url: str | None = None, image: bytes | None = None
    ) -> Opening[Update]:
        """Update the firmware: ``async with modem.ota.update() as update: async for step in update: …``.

        The module restarts with the new firmware, is followed until it is set up again, and must then be another than
        before. Every session ends with the restart. Nothing stops an update that has begun, not even leaving its block:
        ``update.wait()`` waits for its end.

        :param version: a version of the maker's; None for the one that its server offers.
        :param url: where the firmware is, instead.
        :param image: the firmware itself, instead, which goes over the line.
        :raises InvalidArgument: more than one of these is given, or the module cannot carry it.
        :raises ModeConflict: an update is under way.
        :raises Unsupported: the module cannot be updated so.
        """

        async def open() -> Update:
            return self._begin(version, url, image)

        return Opening(open)

    def _begin(self, version: str | None, url: str | None, image: bytes | None) -> Update:
        core = self._core
        work: Callable[[], Awaitable[None]]
        if sum(source is not None for source in (version, url, image)) > 1:
            raise InvalidArgument("version, url and image", "given alone")
        if url is not None:
            driver = core.require(core.driver.ota, Capability.OTA_UPDATE_FROM_URL)
            check_url(url, "http", "https")
            work = partial(driver.update_from_url, url)
        elif image is not None:
            driver = core.require(core.driver.ota, Capability.OTA_UPLOAD)
            if not image:
                raise InvalidArgument("image", "1 byte or more")
            work = self._upload(driver, image)
        else:
            driver = core.require(core.driver.ota, Capability.OTA_UPDATE)
            if version is not None and not (version and version.isprintable()):
                raise InvalidArgument("version", "a name of a version")
            work = partial(driver.update, version)
        return self._start(work)

    def _upload(self, driver: OtaDriver, image: bytes) -> Callable[[], Awaitable[None]]:
        def progress(done: int, total: int | None) -> None:
            percent = 100 * done // (total or len(image))
            self._core.publish(UpdateProgress(step=UpdateStep.LOADING, percent=percent))

        return lambda: driver.upload(image, progress)

    def _start(self, work: Callable[[], Awaitable[None]]) -> Update:
        if self._update is not None:
            raise ModeConflict("an update is under way", advice="wait for its end")
        update = Update()
        self._update = update

        async def run() -> None:
            try:
                update.end(await self._follow(work))
            except AtmodemError as error:
                update.end(None, error)
            finally:
                self._update = None
                # Begun when the modem had ended already.
                update.end(None, SessionClosed("the modem is closed"))

        self._core.spawn(run, "update")
        return update

    async def rollback(self) -> Identity:
        """Go back to the firmware before, and return what the module is then.

        Cancelled, it goes back all the same.

        :raises UpdateFailed: there is none, or the module runs the same version as before.
        :raises CommandTimeout: the module has not come back.
        :raises ModeConflict: an update is under way.
        :raises Unsupported: the module cannot.
        """
        driver = self._core.require(self._core.driver.ota, Capability.OTA_ROLLBACK)
        return await self._start(driver.rollback).wait()

    async def _follow(self, work: Callable[[], Awaitable[None]]) -> Identity:
        """Load the firmware, and follow the restart until it runs."""
        core = self._core
        system = core.require(core.driver.system, Capability.IDENTITY)
        before = await system.identity()
        async with core.expect(ModuleReady) as ready:
            try:
                await work()
                await core.follow_restart()
            except ModuleReset:
                pass  # which firmware it has started is seen then
            try:
                await asyncio.wait_for(ready.get(), _START)
            except TimeoutError as error:
                raise CommandTimeout(
                    f"the module has not started within {_START:g} s", advice="power it off and on"
                ) from error
        after = await system.identity()
        if after == before:
            raise UpdateFailed(
                f"the module runs {after.firmware}, as before",
                code=after.firmware,
                name="SAME_FIRMWARE",
                advice="the update was refused at the start, or held the same version",
            )
        return after

    def _event(self, event: PortableEvent) -> None:
        if isinstance(event, UpdateProgress) and self._update is not None:
            self._update.tell(event)

    def _ended(self, error: AtmodemError) -> None:
        if self._update is not None:
            self._update.end(None, error)
