"""The serial line between this program and the module."""

from __future__ import annotations

import asyncio

from attrs import evolve

from ..errors import InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import UartDriver
from ..portable.values import FlowControl, Parity, UartSettings
from .finishing import finish

__all__ = ["Uart"]


class Uart:
    """The serial line. Its two ends are changed together, and a change that does not work is undone."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._one_by_one = asyncio.Lock()
        #: Speed of the module's next start, where it was changed for this one alone.
        self._at_start: tuple[int, int] | None = None

    async def read(self) -> UartSettings:
        """Return how the module has the line.

        :raises Unsupported: the module does not tell.
        """
        return await self._core.require(self._core.driver.uart, Capability.UART_READ).read()

    async def change(self, baudrate: int, *, rtscts: bool = False) -> UartSettings:
        """Change the speed of both ends until the module starts anew, and prove that it is heard.

        Other commands wait meanwhile. When the module starts anew the line has its old speed again, on both ends.
        Cancelled, the change goes on in the background.

        :param baudrate: bits per second; what module and port can do is theirs to say.
        :param rtscts: the module obeys and drives the lines of hardware flow control from now on; those of this end are
            chosen when the port is opened.
        :returns: the settings in use.
        :raises LinkError: the port does not take the speed, or the module was not heard at it; the line is as before.
        :raises CommandError: the module does not take it; the line is as before.
        :raises OutOfSync: the module is heard at neither speed.
        :raises Unsupported: the module changes its line for its next start alone.
        """
        driver = self._core.require(self._core.driver.uart, Capability.UART_READ, Capability.UART_CHANGE)
        if isinstance(baudrate, bool) or baudrate < 1:
            raise InvalidArgument("baudrate", "1 or more")

        flow = FlowControl.RTS | FlowControl.CTS if rtscts else FlowControl.NONE
        return await finish(self._core, lambda: self._change(driver, baudrate, flow), "line")

    async def _change(self, driver: UartDriver, baudrate: int, flow: FlowControl) -> UartSettings:
        async with self._one_by_one:
            old = await driver.read()
            new = evolve(old, baudrate=baudrate, flow_control=flow)

            async def command(wanted: bool) -> bool:
                await driver.change(new if wanted else old)
                return True

            at_start = self._speed_at_start(old)
            await self._core.change_speed(old.baudrate, baudrate, at_start, command)
            self._at_start = (self._core.generation, at_start)
            return new

    async def store(self, settings: UartSettings) -> bool:
        """Set the module's line for each of its starts; where that is in force at once, change this end too.

        Cancelled, the change goes on in the background.

        :param settings: eight data bits, no parity and one stop bit: this end has no others.
        :returns: whether they are in force at once; False where the next start brings them, which this end follows.
        :raises LinkError: as in :meth:`change`.
        :raises CommandError: the module does not take them.
        :raises OutOfSync: the module is heard at neither speed.
        :raises Unsupported: the module does not keep them.
        """
        driver = self._core.require(self._core.driver.uart, Capability.UART_READ, Capability.UART_STORE)
        if (settings.data_bits, settings.stop_bits, settings.parity) != (8, 1, Parity.NONE):
            raise InvalidArgument("settings", "eight data bits, no parity and one stop bit")
        return await finish(self._core, lambda: self._store(driver, settings), "line")

    async def _store(self, driver: UartDriver, settings: UartSettings) -> bool:
        at_once = False

        async def command(wanted: bool) -> bool:
            nonlocal at_once
            at_once = await driver.store(settings if wanted else old)
            return at_once

        async with self._one_by_one:
            old = await driver.read()
            await self._core.change_speed(old.baudrate, settings.baudrate, settings.baudrate, command)
            self._at_start = (self._core.generation, settings.baudrate)
        return at_once

    def _speed_at_start(self, now: UartSettings) -> int:
        """Return the speed of the next start: this one's, unless it was changed since."""
        if self._at_start is None or self._at_start[0] != self._core.generation:
            return now.baudrate
        return self._at_start[1]
