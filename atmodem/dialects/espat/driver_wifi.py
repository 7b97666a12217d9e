"""The ESP-AT station under the portable Wi-Fi session."""

from __future__ import annotations

from ...errors import CommandError, JoinFailed
from ...portable.drivers import WifiDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, Security, StationStatus
from ...wire.secret import Secret
from .commands.net import CIPSTA
from .commands.wifi import CWJAP, CWLAP, CWMODE, CWQAP, CWSTATE
from .values.network import AddressKey
from .values.wifi import AuthMode, StationState, WifiMode

__all__ = ["EspWifi"]

_SECURITY = {
    AuthMode.OPEN: Security.OPEN,
    AuthMode.WEP: Security.WEP,
    AuthMode.WPA_PSK: Security.WPA,
    AuthMode.WPA2_PSK: Security.WPA2,
    AuthMode.WPA_WPA2_PSK: Security.WPA_WPA2,
    AuthMode.WPA3_PSK: Security.WPA3,
    AuthMode.WPA2_WPA3_PSK: Security.WPA2_WPA3,
    AuthMode.WPA2_ENTERPRISE: Security.ENTERPRISE,
    AuthMode.WPA3_ENTERPRISE: Security.ENTERPRISE,
    AuthMode.WPA2_WPA3_ENTERPRISE: Security.ENTERPRISE,
}


class EspWifi(WifiDriver):
    """Scanning, joining and leaving with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach."""
        await self._be_station()
        found = await self._modem.send(CWLAP(ssid=ssid))
        return tuple(
            AccessPoint(
                ssid=point.ssid or "",
                rssi=point.rssi,
                channel=point.channel,
                bssid=point.mac,
                security=None if point.ecn is None else _SECURITY.get(point.ecn, Security.OTHER),
            )
            for point in found
        )

    async def join(self, ssid: str, password: str | Secret[str] | None, bssid: str | None) -> None:
        """Join a network; the module answers when it has an address."""
        await self._be_station()
        try:
            await self._modem.send(CWJAP(ssid=ssid, password=password or "", bssid=bssid))
        except CommandError as error:
            raise JoinFailed(
                f"could not join {ssid!r}: {error.message}",
                code=error.code,
                name=error.name,
                text=error.text,
                command=error.command,
                advice=error.advice,
            ) from error

    async def leave(self) -> None:
        """Leave the network."""
        await self._modem.send(CWQAP())

    async def status(self) -> StationStatus:
        """Return the state of the station."""
        state = await self._modem.send(CWSTATE.query())
        if state.state not in (StationState.ASSOCIATED, StationState.GOT_IP):
            return StationStatus(joined=False)
        joined = await self._modem.send(CWJAP.query())
        address = {entry.key: entry.value for entry in await self._modem.send(CIPSTA.query())}
        return StationStatus(
            joined=True,
            ssid=state.ssid,
            bssid=joined.bssid if joined else None,
            channel=joined.channel if joined else None,
            rssi=joined.rssi if joined else None,
            address=address.get(AddressKey.IP),
            gateway=address.get(AddressKey.GATEWAY),
            netmask=address.get(AddressKey.NETMASK),
        )

    async def _be_station(self) -> None:
        mode = (await self._modem.send(CWMODE.query())).mode
        if mode not in (WifiMode.STATION, WifiMode.STATION_SOFTAP):
            wanted = WifiMode.STATION_SOFTAP if mode is WifiMode.SOFTAP else WifiMode.STATION
            await self._modem.send(CWMODE(mode=wanted))
