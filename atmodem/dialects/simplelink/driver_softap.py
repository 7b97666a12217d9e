"""The CC3220 access point under the portable session."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, InvalidArgument, ModeConflict
from ...portable.drivers import SoftApDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Security, SoftApSettings, SoftApStatus, Station
from .commands.netcfg import NetCfgGet, NetCfgSet
from .commands.system import Set
from .commands.wlan import WlanGet, WlanSet
from .driver_addresses import set_own_address
from .driver_role import Role
from .values.netcfg import ApStationDisconnect, ApStationsInfo, Ipv4ApAddr
from .values.system import GeneralPersistent
from .values.wlan import WlanRole
from .values.wlan_options import (
    ApChannel,
    ApHiddenSsid,
    ApMaxStations,
    ApPassword,
    ApSecurity,
    ApSecurityType,
    ApSsid,
    WlanSetting,
)

__all__ = ["SlSoftAp"]

_MOST_CHANNELS = 11
_MOST_STATIONS = 4


class SlSoftAp(SoftApDriver):
    """Starts, stops and watches the access point."""

    def __init__(self, modem: ModemAPI, role: Role) -> None:
        self._modem = modem
        self._role = role
        #: Stations that events told of: hardware address, and IPv4 address once there is one.
        self._stations: dict[str, str | None] = {}

    # What events tell

    def joined(self, mac: str, address: str | None = None) -> None:
        """Learn of a station, or of its address."""
        self._stations[mac] = address

    def left(self, mac: str) -> None:
        """Learn that a station has gone."""
        self._stations.pop(mac, None)

    def reset(self) -> None:
        """Forget the stations: the module has started anew."""
        self._stations.clear()

    # What the session asks for

    async def start(self, settings: SoftApSettings) -> None:
        """Set the access point up and become it; that takes a start of the network processor."""
        rows = _rows(settings)
        self._role.hosting = True
        try:
            await self._role.check_free()
            # What is volatile would be gone with the start.
            await self._modem.send(Set(option=GeneralPersistent(enabled=True)))
            for row in rows:
                await self._modem.send(WlanSet(option=row))
            if settings.ipv4 is not None:
                await set_own_address(self._modem, settings.ipv4)
            self.reset()
            await self._role.take(WlanRole.AP)
        except ModeConflict:
            self._role.hosting = False
            raise
        except CommandError:
            await self.stop()
            raise
        finally:
            await self._modem.send(Set(option=GeneralPersistent(enabled=False)))

    async def stop(self) -> None:
        """Become a station again."""
        self._stations.clear()
        try:
            if await self._role.current() == WlanRole.AP:
                await self._role.take(WlanRole.STA)
        finally:
            self._role.hosting = False

    async def status(self) -> SoftApStatus:
        """Return its state."""
        send = self._modem.send
        if await self._role.current() != WlanRole.AP:
            return SoftApStatus(running=False)
        return SoftApStatus(
            running=True,
            ssid=(await send(WlanGet(option=ApSsid))).ssid,
            channel=(await send(WlanGet(option=ApChannel))).channel,
            address=(await send(NetCfgGet(id=Ipv4ApAddr))).address,
        )

    async def stations(self) -> tuple[Station, ...]:
        """Return the stations of its list, in which the firmware has the first alone, and those of events."""
        known = dict(self._stations)
        with suppress(CommandError):  # there are none
            for station in (await self._modem.send(NetCfgGet(id=ApStationsInfo))).stations:
                known[station.mac] = station.address
        return tuple(Station(mac=mac, address=address) for mac, address in known.items())

    async def disconnect(self, mac: str | None) -> None:
        """Throw out one station, or all."""
        for one in [station.mac for station in await self.stations()] if mac is None else [mac.lower()]:
            await self._modem.send(NetCfgSet(option=ApStationDisconnect(mac=one)))


def _rows(settings: SoftApSettings) -> list[WlanSetting]:
    """Return the settings as rows.

    :raises InvalidArgument: the module has no such access point.
    """
    if settings.channel is not None and settings.channel > _MOST_CHANNELS:
        raise InvalidArgument("channel", f"1 to {_MOST_CHANNELS}")
    if settings.stations is not None and settings.stations > _MOST_STATIONS:
        raise InvalidArgument("stations", f"1 to {_MOST_STATIONS}")
    if settings.password is None:
        if settings.security not in (None, Security.OPEN):
            raise InvalidArgument("password", "given for a network that is not open")
        security: list[WlanSetting] = [ApSecurity(security=ApSecurityType.OPEN)]
    else:
        if settings.security not in (None, Security.WPA_WPA2):
            raise InvalidArgument("security", "WPA_WPA2 with a password: the module has no other")
        security = [ApSecurity(security=ApSecurityType.WPA_WPA2), ApPassword(password=settings.password)]
    rows: list[WlanSetting] = [
        ApSsid(ssid=settings.ssid),
        *security,
        ApHiddenSsid(mode=int(settings.hidden)),
        ApMaxStations(stations=settings.stations or _MOST_STATIONS),
    ]
    if settings.channel is not None:
        rows.append(ApChannel(channel=settings.channel))
    return rows
