"""The module itself: identity, restart, memory, sleep and power."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ..errors import CommandTimeout, InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.events import ModuleReady
from ..portable.values import Identity, Memory, PowerSaving
from .finishing import finish

__all__ = ["Power", "System"]

#: Seconds from the command until the module is set up again.
START = 30.0


class _Restarts:
    """Starts the module anew and follows it until it takes commands again."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    async def _follow(self, begin: Callable[[], Awaitable[None]], name: str, asleep: float = 0) -> None:
        core = self._core
        limit = asleep + START

        async def work() -> None:
            await begin()
            await core.follow_restart()

        async with core.expect(ModuleReady) as ready:
            await finish(core, work, name)
            try:
                await asyncio.wait_for(ready.get(), limit)
            except TimeoutError as error:
                raise CommandTimeout(
                    f"the module has not started within {limit:g} s", advice="power it off and on"
                ) from error


class System(_Restarts):
    """The module as a whole."""

    async def identity(self) -> Identity:
        """Return what the module is.

        :raises Unsupported: the dialect does not tell.
        """
        return await self._core.require(self._core.driver.system, Capability.IDENTITY).identity()

    async def restart(self) -> None:
        """Start the module anew and return when it was set up again. Every session has ended by then.

        Cancelled, the module starts anew all the same.

        :raises CommandTimeout: it has not come back.
        :raises Unsupported: the dialect has no such command.
        """
        await self._follow(self._core.require(self._core.driver.system, Capability.RESTART).restart, "restart")

    async def restore(self) -> None:
        """Bring back the settings of the factory, start anew, and return when the module was set up again.

        Cancelled, it goes on all the same.

        :raises CommandTimeout: the module has not come back; its line may have another speed from the factory.
        :raises Unsupported: the dialect has no such command.
        """
        await self._follow(self._core.require(self._core.driver.system, Capability.RESTORE).restore, "restore")

    async def memory(self) -> Memory:
        """Return how much memory is free.

        :raises Unsupported: the module does not tell.
        """
        return await self._core.require(self._core.driver.system, Capability.MEMORY).memory()

    async def temperature(self) -> float:
        """Return the chip's temperature in degrees Celsius.

        :raises Unsupported: the module does not measure it.
        """
        return await self._core.require(self._core.driver.system, Capability.TEMPERATURE).temperature()


class Power(_Restarts):
    """Sleep and radio power."""

    async def set_saving(self, mode: PowerSaving) -> None:
        """Let the radio sleep while the station stays joined, until the module starts anew.

        :raises CommandError: the module refuses the mode, as with its own access point open.
        :raises Unsupported: the module has no such modes.
        """
        await self._core.require(self._core.driver.power, Capability.POWER_SET_SAVING).set_saving(mode)

    async def sleep(self, seconds: float) -> None:
        """Let the module sleep deeply, and return when it has woken and was set up again; every session has ended.

        Cancelled, the module sleeps all the same.

        :param seconds: more than 0; each family has a limit of its own.
        :raises CommandTimeout: it has not woken.
        :raises InvalidArgument: a time that the module does not take; nothing was sent.
        :raises Unsupported: the module does not wake by itself.
        """
        driver = self._core.require(self._core.driver.power, Capability.POWER_SLEEP)
        if not 0 < seconds < float("inf"):
            raise InvalidArgument("seconds", "more than 0")
        await self._follow(lambda: driver.sleep(seconds), "sleep", seconds)

    async def sleep_until_pin(self) -> None:
        """Let the module sleep deeply until a pin wakes it. It starts anew then: ``ModuleReady`` tells.

        Cancelled, the module sleeps all the same.

        :raises Unsupported: the module cannot.
        """
        driver = self._core.require(self._core.driver.power, Capability.POWER_SLEEP_UNTIL_PIN)
        await finish(self._core, driver.sleep_until_pin, "sleep")

    async def set_transmit(self, attenuation: float) -> None:
        """Set how far the station's radio stays below its full power, until the module starts anew.

        :param attenuation: dB below full power, 0 or more.
        :raises InvalidArgument: more than the module takes; nothing was sent.
        :raises Unsupported: the module's power is fixed.
        """
        driver = self._core.require(self._core.driver.power, Capability.POWER_SET_TRANSMIT)
        if not attenuation >= 0:
            raise InvalidArgument("attenuation", "0 dB or more")
        await driver.set_transmit(attenuation)
