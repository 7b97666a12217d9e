"""The module's own access point."""

from __future__ import annotations

from ..errors import AtmodemError, InvalidArgument, ModeConflict, SessionBroken, SessionClosed
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import SoftApDriver
from ..portable.values import SoftApSettings, SoftApStatus, Station
from .background import Ending, open_whole
from .checks import check_address, check_bytes, check_mac, check_range

__all__ = ["AccessPoints", "SoftAp"]


class AccessPoints:
    """Opens the access point of one modem, one at a time."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._open: SoftAp | None = None

    async def open(self, settings: SoftApSettings) -> SoftAp:
        """Open it; see :meth:`atmodem.sessions.wifi.Wifi.access_point`."""
        core = self._core
        driver = core.require(core.driver.softap, Capability.SOFTAP_START)
        _check(settings)
        if self._open is not None and self._open.alive:
            raise ModeConflict("the module's access point is open already")
        opened = self._open = SoftAp(core, driver, settings)

        async def work() -> SoftAp:
            try:
                await driver.start(settings)
            except AtmodemError:
                self._open = None
                raise
            return opened

        return await open_whole(core, work)


def _check(settings: SoftApSettings) -> None:
    check_bytes("ssid", settings.ssid, 1, 32)
    if settings.password is not None:
        check_bytes("password", settings.password, 8, 63)
    if settings.channel is not None:
        check_range("channel", settings.channel, 1, 14)
    if settings.stations is not None and settings.stations < 1:
        raise InvalidArgument("stations", "1 or more")
    if settings.ipv4 is not None:
        for name in ("address", "netmask", "gateway"):
            check_address(name, getattr(settings.ipv4, name), 4)


class SoftAp:
    """The module's own access point, open until :meth:`aclose`. Events tell of its stations."""

    def __init__(self, core: ModemCore, driver: SoftApDriver, settings: SoftApSettings) -> None:
        #: What it was opened with.
        self.settings: SoftApSettings = settings
        self._core = core
        self._driver = driver
        self._generation = core.generation
        self._ending = Ending(core, driver.stop)
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether it is open still: not closed here, and the module has not started anew."""
        return not self._closed and self._generation == self._core.generation

    async def status(self) -> SoftApStatus:
        """Return its state.

        :raises SessionBroken: the module has started anew.
        :raises SessionClosed: it was closed here.
        :raises Unsupported: the module does not tell it.
        """
        return await self._use(Capability.SOFTAP_STATUS).status()

    async def stations(self) -> tuple[Station, ...]:
        """Return the stations in it; raises as :meth:`status`."""
        return await self._use(Capability.SOFTAP_STATIONS).stations()

    async def disconnect(self, mac: str | None = None) -> None:
        """Throw out one station, or all.

        :param mac: its hardware address; None for all stations.
        :raises InvalidArgument: another text; nothing was sent.
        :raises CommandError: there is no such station.
        """
        driver = self._use(Capability.SOFTAP_DISCONNECT)
        if mac is not None:
            check_mac("mac", mac)
        await driver.disconnect(mac)

    async def aclose(self) -> None:
        """Close it; idempotent. Cancelled, the close goes on in the background."""
        if self._generation == self._core.generation:
            self._closed = True
            await self._ending.wait()

    def _use(self, capability: Capability) -> SoftApDriver:
        driver = self._core.require(self._driver, capability)
        if self._closed:
            raise SessionClosed("the access point was closed here")
        if not self.alive:
            raise SessionBroken("the module started anew", advice="open the access point again")
        return driver
