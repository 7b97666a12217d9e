"""The CC3220 station under the portable Wi-Fi session."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ...errors import CommandError, InvalidArgument, JoinFailed, SessionClosed
from ...portable.drivers import WifiDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, EapMethod, EnterpriseSettings, Security, StationStatus
from ...wire.secret import Secret
from .commands.netapp import NetAPPSet
from .commands.netcfg import NetCfgGet
from .commands.wlan import (
    WlanConnect,
    WlanDisconnect,
    WlanGet,
    WlanPolicySet,
    WlanProfileAdd,
    WlanProfileDel,
    WlanScan,
    WlanSet,
)
from .driver_role import Role
from .events import (
    EventNetAppDhcpIpv4AcquireTimeout,
    EventNetAppIpv4Acquired,
    EventWlanConnect,
    EventWlanDisconnect,
)
from .failures import told
from .values import wlan as v
from .values.netapp_options import DeviceUrn
from .values.netcfg import Ipv4StaAddr
from .values.wlan_options import ConnectionStatus, GeneralCountryCode, GeneralDisableEntServerAuth, WlanConnection
from .values.wlan_policies import ConnectionOption, ConnectionPolicy

__all__ = ["SlWifi"]

_SECURITY = {
    v.ScanSecurity.OPEN: Security.OPEN,
    v.ScanSecurity.WEP: Security.WEP,
    v.ScanSecurity.WPA: Security.WPA,
    v.ScanSecurity.WPA2: Security.WPA2,
    v.ScanSecurity.WPA_WPA2: Security.WPA_WPA2,
    v.ScanSecurity.WPA3: Security.WPA3,
}
#: How a network is joined with a password, where that is not as most are.
_JOINED_BY = {
    Security.WEP: v.Security.WEP,
    Security.WPA3: v.Security.WPA3,
    Security.ENTERPRISE: v.Security.WPA_ENT,
}
_EAP = {
    EapMethod.TLS: v.Eap.TLS,
    EapMethod.PEAP: v.Eap.PEAP0_MSCHAPV2,
    EapMethod.TTLS: v.Eap.TTLS_MSCHAPV2,
}

#: Entries of a scan that are asked for at once: the module's buffer for an answer holds no more for certain.
PAGE = 8
MOST_NETWORKS = 30
#: Attempts to read a scan, the first of which only starts it.
_SCANS = 5

#: What tells how an attempt to join fares.
_NEWS = (EventWlanConnect, EventWlanDisconnect, EventNetAppIpv4Acquired, EventNetAppDhcpIpv4AcquireTimeout)

_JOINING = "joining a network"
#: Reason of a disconnect that was asked for.
_OWN_WISH = 200
#: Reasons that tell a wrong key: a handshake that failed or timed out, by IEEE 802.11 and by the module's own word.
_WRONG_KEY = (2, 14, 15, 23, 202)

_JAPAN, _ELEVEN_CHANNELS = ("JP",), ("CA", "MX", "TW", "US")


class SlWifi(WifiDriver):
    """Scanning, joining and leaving with WLAN commands."""

    #: Seconds for a network to be joined and to give an address.
    patience: float = 30.0
    #: Seconds after which a network that has not answered is looked for by a scan.
    doubt: float = 10.0
    #: Seconds until a scan is asked for its results again.
    scan_pause: float = 1.0

    def __init__(self, modem: ModemAPI, role: Role) -> None:
        self._modem = modem
        self._role = role
        #: What the last scan told of the security of networks.
        self._seen: dict[str, Security] = {}
        self._joined: WlanConnect | None = None
        self._reconnects = False
        self._profile: int | None = None
        self._storing: asyncio.Future[v.ProfileIndex] | None = None

    def reset(self) -> None:
        """Forget what was joined: the module has started anew."""
        self._joined = None
        self._reconnects = False

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks that have a name, page by page."""
        await self._role.be_station()
        found: dict[str, v.WlanNetwork] = {}
        for index in range(0, MOST_NETWORKS, PAGE):
            page = await self._page(index, min(PAGE, MOST_NETWORKS - index))
            found.update((network.bssid, network) for network in page)
            if len(page) < PAGE:
                break
        points = [_point(network) for network in found.values()]
        self._seen = {point.ssid: point.security for point in points if point.security is not None}
        return tuple(point for point in points if ssid in (None, point.ssid))

    async def _page(self, index: int, count: int) -> tuple[v.WlanNetwork, ...]:
        for _ in range(_SCANS - 1):
            try:
                return await self._modem.send(WlanScan(index=index, count=count))
            except CommandError as error:
                if error.name != "SCAN_NOT_READY":
                    raise
                await asyncio.sleep(self.scan_pause)
        return await self._modem.send(WlanScan(index=index, count=count))

    async def join(self, ssid: str, password: str | Secret[str] | None, bssid: str | None) -> None:
        """Join a network by the security that a scan has told of it, else as most networks are."""
        await self._role.be_station()
        key = password.reveal() if isinstance(password, Secret) else password
        security = self._security(ssid) if key else v.Security.OPEN
        await self._join(WlanConnect(ssid=ssid, bssid=bssid, security=security, key=password if key else None))

    def _security(self, ssid: str) -> v.Security:
        return _JOINED_BY.get(self._seen.get(ssid, Security.WPA2), v.Security.WPA_WPA2)

    async def join_enterprise(self, settings: EnterpriseSettings) -> None:
        """Join an enterprise network. Its certificates are files of fixed names in the module."""
        if settings.client_certificate and settings.method is not EapMethod.TLS:
            raise InvalidArgument("client_certificate", "left out with PEAP and TTLS, which use none on this module")
        command = WlanConnect(
            ssid=settings.ssid,
            security=v.Security.WPA_ENT,
            key=settings.password or None,
            ext_user=settings.username or settings.identity or None,
            ext_anon_user=settings.identity or None,
            eap=_EAP[settings.method],
        )
        await self._role.be_station()
        await self._modem.send(WlanSet(option=GeneralDisableEntServerAuth(disable=not settings.verify)))
        await self._join(command)

    async def _join(self, command: WlanConnect) -> None:
        self._role.engaged.add(_JOINING)
        try:
            await self._try(command)
        finally:
            self._role.engaged.discard(_JOINING)

    async def _try(self, command: WlanConnect) -> None:
        await self.leave()
        try:
            reason = await self._outcome(command)
            if reason is not None and (other := await self._other_security(command)) is not None:
                command, reason = other, await self._outcome(other)
        except CommandError as error:
            raise told(JoinFailed, error, f"could not join {command.ssid!r}", name="CONNECT_FAILED") from error
        if reason is not None:
            await self.leave()
            raise reason
        self._joined = command
        if self._reconnects:
            await self._store()

    async def _outcome(self, command: WlanConnect) -> JoinFailed | None:
        """Begin to join and wait for the end; return why it failed."""
        associated = False
        limits = [self.doubt, max(0.0, self.patience - self.doubt)]
        async with self._modem.events(*_NEWS) as events:
            await self._modem.send(command)
            while limits:
                try:
                    async with asyncio.timeout(limits.pop(0)):
                        async for event in events:
                            # The module may join a stored network of its own accord.
                            if isinstance(event, EventWlanConnect):
                                associated = event.ssid == command.ssid
                            elif isinstance(event, EventNetAppIpv4Acquired):
                                if associated:
                                    return None
                            elif isinstance(event, EventNetAppDhcpIpv4AcquireTimeout):
                                return _failure(command, "TIMEOUT", event.status, "no DHCP server has answered")
                            elif isinstance(event, EventWlanDisconnect) and _ends(event, command):
                                return _refusal(command, event.reason, associated=associated)
                        raise SessionClosed("the modem is closed")
                except TimeoutError:
                    if not associated and not await self._is_there(command.ssid):
                        return _failure(command, "NO_SUCH_NETWORK", None, "there is no such network")
        return _failure(command, "TIMEOUT", None, "the network has not answered in time")

    async def _is_there(self, ssid: str) -> bool:
        """Tell whether a network is in reach; hidden ones join at once or not at all."""
        try:
            return bool(await self.scan(ssid))
        except CommandError:
            return True

    async def _other_security(self, command: WlanConnect) -> WlanConnect | None:
        """Return how to try again, where the network has another security than was thought."""
        if command.security != v.Security.WPA_WPA2:
            return None
        with suppress(CommandError):
            await self.scan(command.ssid)
        security = self._security(command.ssid)
        if security not in (v.Security.WEP, v.Security.WPA3):
            return None
        await self.leave()
        return WlanConnect(ssid=command.ssid, bssid=command.bssid, security=security, key=command.key)

    async def leave(self) -> None:
        """Leave the network."""
        self._joined = None
        with suppress(CommandError):  # none is joined
            await self._modem.send(WlanDisconnect())

    async def status(self) -> StationStatus:
        """Return the state of the station."""
        connection = await self._modem.send(WlanGet(option=WlanConnection))
        if connection.status != ConnectionStatus.STATION_CONNECTED:
            return StationStatus(joined=False)
        own = await self._modem.send(NetCfgGet(id=Ipv4StaAddr))
        return StationStatus(
            joined=True,
            ssid=connection.ssid,
            bssid=connection.bssid,
            address=own.address,
            gateway=own.gateway,
            netmask=own.mask,
        )

    async def set_auto_reconnect(self, on: bool) -> None:
        """Let the module join its stored networks by itself, the one that is joined among them, or none."""
        await self._role.be_station()
        self._reconnects = on
        await self._forget()
        if on and self._joined is not None:
            await self._store()
        policy = ConnectionPolicy(option=(ConnectionOption.AUTO,) if on else ())
        await self._modem.send(WlanPolicySet(option=policy))

    async def _store(self) -> None:
        """Store the network that is joined, in place of the one before it."""
        await self._forget()
        joined = self._joined
        if joined is not None:
            profile = WlanProfileAdd(
                ssid=joined.ssid,
                bssid=joined.bssid,
                security=joined.security,
                key=joined.key,
                ext_user=joined.ext_user,
                ext_anon_user=joined.ext_anon_user,
                eap=joined.eap,
                priority=0,
            )
            # Its number must be known although the caller has gone: it stays in flash until it is deleted by that.
            self._storing = asyncio.ensure_future(self._modem.send(profile))
            self._storing.add_done_callback(self._stored)
            await asyncio.shield(self._storing)

    def _stored(self, storing: asyncio.Future[v.ProfileIndex]) -> None:
        if not storing.cancelled() and storing.exception() is None:
            self._profile = storing.result().index

    async def _forget(self) -> None:
        if self._storing is not None:
            await asyncio.wait([self._storing])
        if self._profile is not None:
            with suppress(CommandError):  # it is gone
                await self._modem.send(WlanProfileDel(index=self._profile))
            self._profile = None

    async def set_hostname(self, name: str) -> None:
        """Set the name of the device."""
        await self._modem.send(NetAPPSet(option=DeviceUrn(name=name)))

    async def set_country(self, code: str) -> None:
        """Set the country to the one of the three that the module knows which has its channels."""
        known = "JP" if code in _JAPAN else "US" if code in _ELEVEN_CHANNELS else "EU"
        await self._modem.send(WlanSet(option=GeneralCountryCode(code=known)))


def _ends(event: EventWlanDisconnect, command: WlanConnect) -> bool:
    """Tell whether an attempt to join has ended by a disconnect that nobody here has asked for."""
    return event.reason != _OWN_WISH and event.ssid in (command.ssid, "")


def _point(network: v.WlanNetwork) -> AccessPoint:
    security = None if network.security is None else _SECURITY[network.security]
    if network.key_mgmt == v.KeyManagement.IEEE_802_1X:
        security = Security.ENTERPRISE
    return AccessPoint(
        ssid=network.ssid, rssi=network.rssi, channel=network.channel, bssid=network.bssid, security=security
    )


def _refusal(command: WlanConnect, reason: int, *, associated: bool) -> JoinFailed:
    if not associated and reason in _WRONG_KEY and command.key is not None:
        return _failure(command, "WRONG_PASSWORD", reason, "the password is wrong, or not accepted in time")
    return _failure(command, "CONNECT_FAILED", reason, "the access point has ended the connection")


def _failure(command: WlanConnect, name: str, code: int | None, why: str) -> JoinFailed:
    return JoinFailed(f"could not join {command.ssid!r}: {why}", code="" if code is None else str(code), name=name)
