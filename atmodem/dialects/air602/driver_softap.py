"""The Air602 access point under the portable session."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import SoftApDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Security as PortableSecurity
from ...portable.values import SoftApSettings, SoftApStatus, Station
from ...wire.command import Setting
from .commands.net import APLKSTT, LKSTT
from .commands.wifi import APCHL, APENCRY, APKEY, APSSID, APWJOIN, BRDSSID, SLIST, WJOIN, WLEAV, WPRT
from .driver_wifi import AirWifi, network_key, own_address, store
from .values import LeaveMode, NetworkType, Security, Selection

__all__ = ["AirSoftAp"]

_SECURITY = {PortableSecurity.WPA: Security.WPA_CCMP, PortableSecurity.WPA2: Security.WPA2_CCMP}


class AirSoftAp(SoftApDriver):
    """Starts, stops and watches the access point with the commands of the Air602."""

    def __init__(self, modem: ModemAPI, station: AirWifi) -> None:
        self._modem = modem
        self._station = station

    async def start(self, settings: SoftApSettings) -> None:
        """Set the access point up, beside the station where that has joined.

        Role, name and key are taken from flash, and are written there. Firmware of 2018 joins the station's network
        anew meanwhile, which ends its links.
        """
        security = _security(settings)
        if settings.stations is not None:
            raise InvalidArgument("stations", "None: the module's limit cannot be changed")
        joined = (await self._modem.send(LKSTT())).status
        wanted: list[Setting] = [
            WPRT(type=NetworkType.APSTA if joined else NetworkType.AP, save=True),
            APSSID(ssid=settings.ssid, save=True),
            # An open network erases the key: the security goes first.
            APENCRY(mode=security, save=True),
            APKEY(format=network_key(settings.password), index=0, key=settings.password or "", save=True),
            BRDSSID(enable=not settings.hidden, save=True),
        ]
        if settings.channel is not None:
            wanted.append(APCHL(mode=Selection.FIXED, channel=settings.channel, save=True))
        for setting in wanted:
            await store(self._modem, setting)
        if settings.ipv4 is not None:
            await self._modem.send(own_address(settings.ipv4))
        try:
            await self._modem.send(APWJOIN())
        except CommandError as error:
            if error.name != "UNSUPP":
                raise
            opened = await self._modem.send(WJOIN())
            if joined:
                await self._station.joined(opened)

    async def stop(self) -> None:
        """Stop it; the station goes on."""
        with suppress(CommandError):  # it does not run
            await self._modem.send(WLEAV(mode=LeaveMode.AP))

    async def status(self) -> SoftApStatus:
        """Return its state."""
        link = await self._modem.send(APLKSTT())
        if not link.status:
            return SoftApStatus(running=False)
        ssid = (await self._modem.send(APSSID.query())).ssid
        channel = (await self._modem.send(APCHL.query())).channel
        return SoftApStatus(running=True, ssid=ssid, channel=channel, address=link.ip)

    async def stations(self) -> tuple[Station, ...]:
        """Return the stations in it."""
        found = await self._modem.send(SLIST())
        return tuple(Station(mac=station.mac, address=station.ip) for station in found.stations)


def _security(settings: SoftApSettings) -> Security:
    if settings.password is None:
        if settings.security not in (None, PortableSecurity.OPEN):
            raise InvalidArgument("password", "given for a network that is not open")
        return Security.OPEN
    security = _SECURITY.get(settings.security or PortableSecurity.WPA2)
    if security is None:
        raise InvalidArgument("security", "WPA or WPA2 with a password")
    return security
