"""The speed of the line: changed on both sides together, and found again when the module has started anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ..errors import AtmodemError, CommandTimeout, LinkError, OutOfSync
from ..link import Link
from .engine import Engine

__all__ = ["LineSpeed"]

#: Attempts to be heard at a new speed; the module answers the first unless the line does not carry it.
_ROUNDS = 2


class LineSpeed:
    """Lets one task have the line to itself while its speed changes.

    :param link: the line.
    :param engine: what talks over it.
    """

    def __init__(self, link: Link, engine: Engine) -> None:
        self._link = link
        self._engine = engine
        self._holder: asyncio.Task[Any] | None = None
        self._free = asyncio.Event()
        self._free.set()
        #: Speed now and speed of the module's starts, in bits per second, where they differ.
        self._differing: tuple[int, int] | None = None
        #: Nobody is heard at this speed, but may hear: commands are written and not waited for.
        self.blind: bool = False

    @property
    def volatile(self) -> bool:
        """Whether a module that starts anew would no longer be heard."""
        return self._differing is not None and self._holder is None

    async def turn(self) -> None:
        """Wait while another task has the line."""
        while self._holder not in (None, asyncio.current_task()):
            await self._free.wait()

    async def change(self, now: int, new: int, at_start: int, command: Callable[[bool], Awaitable[bool]]) -> None:
        """Change the speed of the module and of the link; one change at a time.

        :param now: the speed now, in bits per second.
        :param new: the speed wanted.
        :param at_start: the speed of the module's next start.
        :param command: sets the new speed with True, and the old one again with False; returns whether it is in
            force at once.
        :raises LinkError: the line does not carry the new speed; it has the old one again.
        :raises OutOfSync: the module is heard at neither.
        """
        self._holder = asyncio.current_task()
        self._free.clear()
        try:
            await self._engine.drained()
            # A port that does not take the speed says so before the module is told.
            await self._link.set_baudrate(new)
            await self._link.set_baudrate(now)
            try:
                at_once = await command(True)
            except CommandTimeout:
                at_once = True  # the reply may be what was lost, not the command
            if at_once:
                await self._follow(now, new, command)
                now = new
            self._differing = None if now == at_start else (now, at_start)
        finally:
            self._holder = None
            self._free.set()

    async def _follow(self, now: int, new: int, command: Callable[[bool], Awaitable[bool]]) -> None:
        await self._link.set_baudrate(new)
        try:
            await self._engine.synchronize(_ROUNDS)
        except OutOfSync as silent:
            self.blind = True
            try:
                await command(False)
            finally:
                self.blind = False
            await self._link.set_baudrate(now)
            await self._engine.synchronize()
            raise LinkError(
                f"the module was not heard at {new} bit/s; the line has {now} bit/s again",
                url=self._link.url,
                advice="choose a lower speed, and flow control only where its wires are there",
            ) from silent

    async def started(self) -> None:
        """Turn to the speed of the module's starts: it was told to start anew."""
        if self._differing is not None:
            await self._link.set_baudrate(self._differing[1])
            self._differing = None

    async def synchronize(self) -> None:
        """Reach a known state, at the speed of the module's starts where it may have started anew unheard.

        :raises OutOfSync: the module is not heard.
        """
        differing, self._differing = self._differing, None
        if differing is not None:
            now, at_start = differing
            await self._link.set_baudrate(at_start)
            try:
                await self._engine.synchronize()
            except AtmodemError:
                self._differing = differing
                await self._link.set_baudrate(now)
            else:
                return
        await self._engine.synchronize()
