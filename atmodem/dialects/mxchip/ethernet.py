"""Raw Ethernet frames of the moc108 as a stream of frames."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Self

import anyio

from ...errors import (
    AtmodemError,
    CommandError,
    DataLost,
    EventsMissed,
    InvalidArgument,
    ModeConflict,
    SessionBroken,
    SessionClosed,
)
from ...portable.events import ModuleRestarted
from ...portable.modem_api import ModemAPI
from ...wire.event import Event
from .commands.ethernet import ENETRAWSEND
from .driver_ethernet import MxEthernet
from .events.sockets import EthernetFrame
from .writable import check

__all__ = ["EthernetFrames"]


class EthernetFrames:
    """Frames of the wired network, both ways, as long as it is entered: an async iterator of the frames that come.

    ::

        async with mxchip.EthernetFrames(modem) as frames:
            await frames.send(frame)
            async for frame in frames: ...

    Links, MQTT and name look-ups of the module do not work meanwhile. Frames go without their check sequence.

    :param modem: the module.
    :param limit: frames held for a slow reader; more are lost and counted.
    """

    def __init__(self, modem: ModemAPI, *, limit: int = 256) -> None:
        if limit < 1:
            raise InvalidArgument("limit", "1 or more")
        #: Frames that came incomplete, so far.
        self.damaged: int = 0
        self._modem = modem
        self._driver = MxEthernet(modem)
        self._events = modem.events(EthernetFrame, ModuleRestarted, limit=limit)
        self._open = False
        self._error: AtmodemError | None = None

    async def __aenter__(self) -> Self:
        """Let frames pass. Cancelled, or refused, they do not.

        :raises ModeConflict: links are open.
        :raises CommandError: the module has no such mode.
        """
        await self._events.__aenter__()
        try:
            await self._driver.open()
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self._leave(passing=not isinstance(error, ModeConflict | CommandError))
            raise
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let frames pass no more, cancelled or not."""
        self._open = False
        with anyio.CancelScope(shield=True):
            await self._leave(passing=self._error is None)

    async def _leave(self, *, passing: bool) -> None:
        """Stop listening, and let frames pass no more where they do."""
        await self._events.__aexit__(None, None, None)
        if passing:
            with suppress(AtmodemError):  # the module, or its line, is gone
                await self._driver.close()

    async def send(self, frame: bytes) -> None:
        """Send one whole frame, 14 to 1518 bytes.

        Cancelled, a frame that the module has begun to take is sent all the same.

        :raises InvalidArgument: a frame of another size; nothing was sent.
        :raises SessionBroken: the module has started anew, or does not take it.
        :raises SessionClosed: this was left.
        """
        check(ENETRAWSEND(data=frame))
        self._check_open()
        try:
            await self._driver.send_frame(frame)
        except AtmodemError as error:
            raise SessionBroken(f"the frame was not sent: {error}", command=error.command) from error

    async def receive(self) -> bytes:
        """Return the next frame. Cancelled, none is lost.

        :raises DataLost: frames were not read in time; it counts them, and later ones can be read.
        :raises SessionBroken: the module has started anew, or its line is lost.
        :raises SessionClosed: this was left.
        """
        self._check_open()
        try:
            async for event in self._events:
                frame = self._taken(event)
                if frame is not None:
                    return frame
        except EventsMissed as error:
            raise DataLost(f"{error.missed} frames were not read in time", lost=error.missed) from error
        raise SessionClosed("the modem is closed")

    def _taken(self, event: Event) -> bytes | None:
        if not isinstance(event, EthernetFrame):
            self._error = SessionBroken("the module started anew", advice="enter the mode again")
            raise self._error
        if event.short:
            self.damaged += 1
            return None
        return event.data

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """Return the next frame; the iteration ends when the modem is closed."""
        try:
            return await self.receive()
        except SessionClosed:
            raise StopAsyncIteration from None

    def _check_open(self) -> None:
        if self._error is not None:
            raise self._error
        if not self._open:
            raise SessionClosed("the frames were left")
