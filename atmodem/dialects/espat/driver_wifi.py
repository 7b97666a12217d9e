"""The ESP-AT station under the portable Wi-Fi session."""

from __future__ import annotations

from contextlib import suppress

from ...errors import CommandError, JoinFailed
from ...portable.drivers import WifiDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, EapMethod, EnterpriseSettings, Security, StationStatus
from ...wire.command import Command
from ...wire.secret import Secret
from .commands.net import CIPSTA
from .commands.wifi import CWCOUNTRY, CWHOSTNAME, CWJAP, CWJEAP, CWLAP, CWMODE, CWQAP, CWRECONNCFG
from .values import wifi as v
from .values.network import AddressKey

__all__ = ["EspWifi", "be_station"]

_SECURITY = {
    v.AuthMode.OPEN: Security.OPEN,
    v.AuthMode.WEP: Security.WEP,
    v.AuthMode.WPA_PSK: Security.WPA,
    v.AuthMode.WPA2_PSK: Security.WPA2,
    v.AuthMode.WPA_WPA2_PSK: Security.WPA_WPA2,
    v.AuthMode.WPA3_PSK: Security.WPA3,
    v.AuthMode.WPA2_WPA3_PSK: Security.WPA2_WPA3,
    v.AuthMode.WPA2_ENTERPRISE: Security.ENTERPRISE,
    v.AuthMode.WPA3_ENTERPRISE: Security.ENTERPRISE,
    v.AuthMode.WPA2_WPA3_ENTERPRISE: Security.ENTERPRISE,
}
_EAP = {EapMethod.TLS: v.EapMethod.TLS, EapMethod.PEAP: v.EapMethod.PEAP, EapMethod.TTLS: v.EapMethod.TTLS}

#: Channels at 2.4 GHz where they are not thirteen.
_CHANNELS = {"CA": 11, "JP": 14, "MX": 11, "TW": 11, "US": 11}
_MOST_CHANNELS = 13


class EspWifi(WifiDriver):
    """Scanning, joining and leaving with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        #: Seconds between attempts to join a lost network again; a join would bring back the module's own number.
        self._reconnect_interval: int | None = None

    def reset(self) -> None:
        """Forget what was set: the module has started anew."""
        self._reconnect_interval = None

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach."""
        await be_station(self._modem)
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
        await be_station(self._modem)
        command = CWJAP(ssid=ssid, password=password or "", bssid=bssid, reconnect_interval_s=self._reconnect_interval)
        await self._join(ssid, command)

    async def join_enterprise(self, settings: EnterpriseSettings) -> None:
        """Join an enterprise network, with the certificates of the manufacturing store."""
        security = v.EapSecurity(0)
        if settings.verify:
            security |= v.EapSecurity.VERIFY_CA
        if settings.client_certificate or settings.method is EapMethod.TLS:
            security |= v.EapSecurity.CLIENT_CERT
        command = CWJEAP(
            ssid=settings.ssid,
            method=_EAP[settings.method],
            identity=settings.identity,
            username=settings.username or None,
            password=settings.password or None,
            security=security,
        )
        await be_station(self._modem)
        await self._join(settings.ssid, command)

    async def _join(self, ssid: str, command: Command[None]) -> None:
        try:
            await self._modem.send(command)
        except CommandError as error:
            name = _reason(error.name or "")
            raise JoinFailed(
                f"could not join {ssid!r}: {error.message}",
                code=error.code,
                name=name,
                text=error.text,
                command=error.command,
                advice=error.advice,
            ) from error

    async def leave(self) -> None:
        """Leave the network."""
        with suppress(CommandError):  # the station is off
            await self._modem.send(CWQAP())

    async def status(self) -> StationStatus:
        """Return the state of the station."""
        try:
            joined = await self._modem.send(CWJAP.query())
        except CommandError:  # the station is off
            joined = None
        if joined is None:
            return StationStatus(joined=False)
        address = {entry.key: entry.value for entry in await self._modem.send(CIPSTA.query())}
        return StationStatus(
            joined=True,
            ssid=joined.ssid,
            bssid=joined.bssid,
            channel=joined.channel,
            rssi=joined.rssi,
            address=address.get(AddressKey.IP),
            gateway=address.get(AddressKey.GATEWAY),
            netmask=address.get(AddressKey.NETMASK),
        )

    async def set_auto_reconnect(self, on: bool) -> None:
        """Try again every second, for ever, or never."""
        await be_station(self._modem)
        await self._modem.send(CWRECONNCFG(interval_s=int(on), repeat_count=0))
        self._reconnect_interval = int(on)

    async def set_hostname(self, name: str) -> None:
        """Set the station's name."""
        await be_station(self._modem)
        await self._modem.send(CWHOSTNAME(hostname=name))

    async def set_country(self, code: str) -> None:
        """Set the country with its channels, whatever access points tell."""
        await self._modem.send(
            CWCOUNTRY(
                policy=v.CountryPolicy.FIXED,
                country_code=code,
                start_channel=1,
                channel_count=_CHANNELS.get(code, _MOST_CHANNELS),
            )
        )


def _reason(name: str) -> str:
    """Return the name that all families share, or that of a refused enterprise login."""
    if name == "JOIN_TIMEOUT":
        return "TIMEOUT"
    return name if name in ("WRONG_PASSWORD", "NO_SUCH_NETWORK") or name.startswith("EAP_") else "CONNECT_FAILED"


async def be_station(modem: ModemAPI) -> None:
    """Switch the station on, beside the access point where that runs."""
    mode = (await modem.send(CWMODE.query())).mode
    if mode not in (v.WifiMode.STATION, v.WifiMode.STATION_SOFTAP):
        wanted = v.WifiMode.STATION_SOFTAP if mode is v.WifiMode.SOFTAP else v.WifiMode.STATION
        await modem.send(CWMODE(mode=wanted))
