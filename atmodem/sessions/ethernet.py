"""Raw frames of the wired network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from ..errors import (
    AtmodemError,
    CommandError,
    InvalidArgument,
    ModeConflict,
    ModuleReset,
    SessionBroken,
    SessionClosed,
)
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import EthernetDriver
from ..portable.events import EthernetFrame, ModuleRestarted, PortableEvent
from ..portable.opening import Opening
from .arrivals import Arrivals
from .background import Ending, open_whole

__all__ = ["Ethernet", "EthernetFrames"]


class EthernetFrames:
    """Frames of the wired network, both ways: an async context manager and an async iterator of the frames that come.

    It holds a bounded number of frames; the newest are dropped beyond it, and counted in :attr:`missed`. Frames go and
    come without their check sequence.
    """

    def __init__(
        self, core: ModemCore, driver: EthernetDriver, limit: int, released: Callable[[EthernetFrames], None]
    ) -> None:
        #: Frames lost so far because they were not read in time, or came incomplete.
        self.missed: int = 0
        self._core = core
        self._driver = driver
        self._released = released
        self._ending = Ending(core, self._close)
        self._arrived: Arrivals[bytes] = Arrivals(core, "stream of frames", "receiving from", limit, None, _nothing)

    async def receive(self) -> bytes:
        """Return the next frame. Cancelled, none is lost.

        :raises anyio.BusyResourceError: another task receives already.
        :raises SessionBroken: the module has started anew, or its line is lost.
        :raises SessionClosed: it was closed here.
        """
        return await self._arrived.next()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.receive()
        except SessionClosed:
            raise StopAsyncIteration from None

    async def send(self, frame: bytes) -> None:
        """Send one whole frame.

        Cancelled, a frame that the module has begun to take is sent all the same.

        :param frame: 14 to 1518 bytes.
        :raises InvalidArgument: a frame of another size; nothing was sent.
        :raises SessionBroken: the module has started anew, or does not take it.
        :raises SessionClosed: it was closed here.
        """
        self._arrived.check_open()
        if self._arrived.error is not None:
            raise self._arrived.error
        try:
            await self._driver.send_frame(bytes(frame))
        except (CommandError, ModuleReset) as error:
            raise SessionBroken(f"the frame was not sent: {error}", command=error.command) from error

    async def aclose(self) -> None:
        """Let frames pass no more; idempotent.

        Cancelled, that goes on in the background.
        """
        self._arrived.close()
        await self._ending.wait()

    # For Ethernet

    @property
    def closing(self) -> bool:
        """Whether it was closed here, or is broken."""
        return self._arrived.closed or self._arrived.error is not None

    def tell(self, event: EthernetFrame) -> None:
        """Take a frame that has come."""
        if event.damaged or self._arrived.full:
            self.missed += 1
        else:
            self._arrived.put(event.data)

    def fail(self, error: SessionBroken) -> None:
        """Break it; frames that are held can still be read."""
        self._arrived.fail(error)
        self._released(self)

    async def _close(self) -> None:
        try:
            if self._arrived.error is None:
                await self._driver.close()
        finally:
            self._released(self)


class Ethernet:
    """The raw frames of one modem: they pass to one session at a time."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._frames: EthernetFrames | None = None
        self._opening = asyncio.Lock()
        core.listen(self._event)
        core.on_end(self._ended)

    def open(self, limit: int) -> Opening[EthernetFrames]:
        """Let frames pass; see :meth:`atmodem.Modem.ethernet`."""
        return Opening(lambda: open_whole(self._core, lambda: self._open(limit)))

    async def _open(self, limit: int) -> EthernetFrames:
        core = self._core
        driver = core.require(core.driver.ethernet, Capability.ETHERNET)
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        # An opening that nobody waits for any more ends first.
        async with self._opening:
            if self._frames is not None:
                if not self._frames.closing:
                    raise ModeConflict("frames pass to another session already", advice="close that session first")
                await self._frames.aclose()
            frames = EthernetFrames(core, driver, limit, self._release)
            self._frames = frames
            try:
                await driver.open()
            except BaseException:
                self._frames = None
                raise
            return frames

    def _release(self, frames: EthernetFrames) -> None:
        if self._frames is frames:
            self._frames = None

    def _event(self, event: PortableEvent) -> None:
        if self._frames is None:
            return
        if isinstance(event, EthernetFrame):
            self._frames.tell(event)
        elif isinstance(event, ModuleRestarted):
            self._frames.fail(SessionBroken("the module started anew", advice="let frames pass again"))

    def _ended(self, error: AtmodemError) -> None:
        if self._frames is not None:
            self._frames.fail(SessionBroken(f"the modem has ended: {error}"))


async def _nothing() -> None:
    """Ask nothing: the module tells."""
