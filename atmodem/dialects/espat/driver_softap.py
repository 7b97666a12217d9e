"""The ESP-AT access point under the portable session."""

from __future__ import annotations

import ipaddress

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import SoftApDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Ipv4Settings, Security, SoftApSettings, SoftApStatus, Station
from .commands.net import CIPAP
from .commands.softap import CWDHCP, CWDHCPS, CWLIF, CWQIF, CWSAP
from .commands.wifi import CWMODE
from .values.network import AddressKey
from .values.wifi import Netifs, SoftApSecurity, WifiMode

__all__ = ["EspSoftAp", "set_own_address"]

_SECURITY = {
    Security.OPEN: SoftApSecurity.OPEN,
    Security.WPA: SoftApSecurity.WPA_PSK,
    Security.WPA2: SoftApSecurity.WPA2_PSK,
    Security.WPA_WPA2: SoftApSecurity.WPA_WPA2_PSK,
}
#: What runs once the access point is to run, and once it is not.
_WITH = {WifiMode.NULL: WifiMode.SOFTAP, WifiMode.STATION: WifiMode.STATION_SOFTAP}
_WITHOUT = {WifiMode.SOFTAP: WifiMode.NULL, WifiMode.STATION_SOFTAP: WifiMode.STATION}

_MOST_STATIONS = 10
_LEASE_MIN = 120
#: Addresses that the DHCP server gives out at most.
_POOL = 101
_UNSET = "0.0.0.0"  # noqa: S104 - how the firmware prints that there is no address


class EspSoftAp(SoftApDriver):
    """Starts, stops and watches the access point with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def start(self, settings: SoftApSettings) -> None:
        """Set the access point up, beside the station where that runs."""
        ecn = _security(settings)
        if settings.stations is not None and settings.stations > _MOST_STATIONS:
            raise InvalidArgument("stations", f"1 to {_MOST_STATIONS}")
        send = self._modem.send
        mode = (await send(CWMODE.query())).mode
        if mode in _WITH:
            await send(CWMODE(mode=_WITH[mode]))
        try:
            now = await send(CWSAP.query())
            await send(
                CWSAP(
                    ssid=settings.ssid,
                    password=settings.password or "",
                    channel=settings.channel or now.channel,
                    ecn=ecn,
                    max_conn=settings.stations or now.max_conn,
                    hidden=settings.hidden,
                )
            )
            if settings.ipv4 is not None:
                await set_own_address(self._modem, settings.ipv4)
        except CommandError:
            await send(CWMODE(mode=mode))
            raise

    async def stop(self) -> None:
        """Switch it off; the station goes on."""
        mode = (await self._modem.send(CWMODE.query())).mode
        if mode in _WITHOUT:
            await self._modem.send(CWMODE(mode=_WITHOUT[mode]))

    async def status(self) -> SoftApStatus:
        """Return its state."""
        mode = (await self._modem.send(CWMODE.query())).mode
        if mode not in _WITHOUT:
            return SoftApStatus(running=False)
        network = await self._modem.send(CWSAP.query())
        address = {entry.key: entry.value for entry in await self._modem.send(CIPAP.query())}
        return SoftApStatus(
            running=True, ssid=network.ssid, channel=network.channel, address=address.get(AddressKey.IP)
        )

    async def stations(self) -> tuple[Station, ...]:
        """Return the stations in it."""
        found = await self._modem.send(CWLIF())
        return tuple(
            Station(mac=station.mac, address=None if station.ip == _UNSET else station.ip) for station in found
        )

    async def disconnect(self, mac: str | None) -> None:
        """Throw out one station, or all."""
        await self._modem.send(CWQIF(mac=mac))


def _security(settings: SoftApSettings) -> SoftApSecurity:
    if settings.password is None:
        if settings.security not in (None, Security.OPEN):
            raise InvalidArgument("password", "given for a network that is not open")
        return SoftApSecurity.OPEN
    security = settings.security or Security.WPA2
    if security is Security.OPEN or security not in _SECURITY:
        raise InvalidArgument("security", "WPA, WPA2 or both with a password")
    return _SECURITY[security]


async def set_own_address(modem: ModemAPI, settings: Ipv4Settings) -> None:
    """Give the access point an address, and let its DHCP server give out others of that network."""
    network = ipaddress.IPv4Interface(f"{settings.address}/{settings.netmask}").network
    own = ipaddress.IPv4Address(settings.address)
    others = [network.network_address + n for n in range(1, min(network.num_addresses - 1, _POOL + 1))]
    pool = [address for address in others if address > own] or [address for address in others if address < own]
    await modem.send(CIPAP(ip=settings.address, gateway=settings.gateway, netmask=settings.netmask))
    # A fixed address switches the server off.
    await modem.send(CWDHCP(operate=True, mode=Netifs.SOFTAP))
    if pool:
        await modem.send(CWDHCPS(enable=True, lease_min=_LEASE_MIN, start_ip=str(pool[0]), end_ip=str(pool[-1])))
