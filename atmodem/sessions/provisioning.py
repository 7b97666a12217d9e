"""Being told by a phone or a button what to join."""

from __future__ import annotations

from typing import Self

from ..errors import AtmodemError, InvalidArgument, ModeConflict, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..modem.hub import Subscription
from ..portable.capabilities import Capability
from ..portable.drivers import ProvisioningDriver
from ..portable.events import ModuleRestarted, PortableEvent, ProvisioningProgress, ProvisioningStep
from ..portable.values import ProvisioningMethod
from ..wire.secret import Secret
from .background import Ending, open_whole
from .checks import check_bytes, plain

__all__ = ["Provisioner", "Provisioning"]

_ENDS = (ProvisioningStep.JOINED, ProvisioningStep.FAILED)


class Provisioner:
    """Lets the module of one modem be told, by one method at a time."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._open: Provisioning | None = None

    async def open(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> Provisioning:
        """Begin to listen; see :meth:`atmodem.sessions.wifi.Wifi.provision`."""
        core = self._core
        driver = core.require(core.driver.provisioning, Capability(f"provisioning.{method.value}"))
        _check_key(method, key)
        if self._open is not None and self._open.alive:
            raise ModeConflict("the module is being told a network already")
        opened = self._open = Provisioning(core, driver)

        async def work() -> Provisioning:
            await opened.listen()
            try:
                await driver.start(method, key)
            except AtmodemError:
                self._open = None
                await opened.forget()
                raise
            return opened

        return await open_whole(core, work)


def _check_key(method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
    if key is None:
        return
    if method is ProvisioningMethod.WPS_PIN:
        if len(plain(key)) != 8 or not plain(key).isdecimal():
            raise InvalidArgument("key", "the eight digits of a PIN")
    elif method is ProvisioningMethod.ESPTOUCH_V2:
        check_bytes("key", key, 16, 16)
    else:
        raise InvalidArgument("key", f"None for {method.value}")


class Provisioning:
    """A module that listens until :meth:`aclose`: iterate over it for its progress.

    The iteration ends behind ``JOINED`` or ``FAILED``. Some modules tell no failure and listen or try on: set a time
    limit. Cancelling the wait for the next step loses none.
    """

    def __init__(self, core: ModemCore, driver: ProvisioningDriver) -> None:
        self._core = core
        self._driver = driver
        self._generation = core.generation
        self._ending = Ending(core, driver.stop)
        self._events: Subscription[PortableEvent] = core.events(ProvisioningProgress, ModuleRestarted)
        self._closed = False
        self._ended = False

    @property
    def alive(self) -> bool:
        """Whether the module listens still: not closed here, and the module has not started anew."""
        return not self._closed and self._generation == self._core.generation

    async def listen(self) -> None:
        """Take the events of the module from now on."""
        await self._events.__aenter__()

    async def forget(self) -> None:
        """Take no more events; whoever waits for one learns it."""
        self._events.end(SessionClosed("provisioning was stopped here"))
        await self._events.__aexit__(None, None, None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ProvisioningProgress:
        if self._ended:
            raise StopAsyncIteration
        async for event in self._events:
            if isinstance(event, ProvisioningProgress):
                self._ended = event.step in _ENDS
                return event
            raise SessionBroken("the module started anew", advice="begin to provision again")
        raise SessionClosed("provisioning was stopped here" if self._closed else "the modem is closed")

    async def aclose(self) -> None:
        """Stop listening; idempotent. A network that was joined stays.

        Where a phone waits for a word of success the module is given the time to say it. Cancelled, the stop goes on in
        the background.
        """
        alive = self._generation == self._core.generation
        self._closed = True
        await self.forget()
        if alive:
            await self._ending.wait()
