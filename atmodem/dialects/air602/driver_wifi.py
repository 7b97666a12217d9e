"""The Air602 station under the portable Wi-Fi session."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from ...errors import CommandError, InvalidArgument, JoinFailed
from ...portable.drivers import AddressDriver, WifiDriver
from ...portable.events import WifiAddressAcquired, WifiAssociated, WifiDisconnected
from ...portable.modem_api import ModemAPI
from ...portable.values import AccessPoint, Interface, InterfaceAddresses, Ipv4Settings, StationStatus
from ...portable.values import Security as PortableSecurity
from ...wire.command import Setting
from ...wire.secret import Secret, reveal
from .commands.net import APLKSTT, APNIP, LKSTT, NIP
from .commands.system import APMAC, MAC, QMAC
from .commands.wifi import BSSID, ENCRY, KEY, SSID, WJOIN, WLEAV, WPRT, WSCAN
from .records import JoinedNetwork, LinkStatus
from .values import AddressMode, KeyFormat, NetworkType, Protection, Security, Selection

__all__ = ["AirAddresses", "AirWifi", "network_key", "own_address", "store"]

#: Seconds for an address to be leased, and between two looks for it.
_LEASE_LIMIT = 20.0
_LEASE_PAUSE = 0.2
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 - how the firmware prints that there is none
_DIGITS = re.compile("[0-9A-Fa-f]{64}")


class AirWifi(WifiDriver):
    """Scanning, joining and leaving with the commands of the Air602."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        #: The network as the module told it when it was joined; None where it is not joined, or was before.
        self._joined: JoinedNetwork | None = None

    def reset(self) -> None:
        """Forget the network: the module has started anew."""
        self._joined = None

    async def scan(self, ssid: str | None) -> tuple[AccessPoint, ...]:
        """Return the networks in reach; how those with a key are protected the module does not tell."""
        return tuple(
            AccessPoint(
                ssid=found.ssid,
                rssi=-found.rssi,
                channel=found.channel,
                bssid=found.bssid,
                security=PortableSecurity.OPEN if found.encry == Protection.OPEN else None,
            )
            for found in await self._modem.send(WSCAN())
            if ssid in (None, found.ssid)
        )

    async def join(self, ssid: str, password: str | Secret[str] | None, bssid: str | None) -> None:
        """Join a network, and wait for its lease.

        The module joins with the role and the key that stand in its flash: they are written there where they differ.
        """
        with_own = (await self._modem.send(APLKSTT())).status
        await self._leave()
        role = NetworkType.APSTA if with_own else NetworkType.STA
        point = Selection.AUTO if bssid is None else Selection.FIXED
        for setting in (
            WPRT(type=role, save=True),
            SSID(ssid=ssid, save=True),
            BSSID(mode=point, bssid=bssid, save=True),
            # An open network erases the key: the security goes first.
            ENCRY(mode=Security.WPA2_CCMP if password else Security.OPEN, save=True),
            KEY(format=network_key(password), index=0, key=password or "", save=True),
        ):
            await store(self._modem, setting)
        try:
            joined = await self._modem.send(WJOIN())
        except CommandError as error:
            raise await self._failure(ssid, password, error) from error
        await self.joined(joined)

    async def joined(self, network: JoinedNetwork) -> None:
        """Learn that the station has joined a network, and wait for its address.

        :raises JoinFailed: none is given; the station has left again.
        """
        self._joined = network
        self._modem.publish(WifiAssociated())
        self._modem.publish(WifiAddressAcquired(address=await self._leased(network.ssid)))

    async def _leased(self, ssid: str) -> str | None:
        """Wait for the address, which comes after WJOIN has succeeded."""
        now = asyncio.get_running_loop().time
        end = now() + _LEASE_LIMIT
        while True:
            status = await self._modem.send(LKSTT())
            if status.status:
                return status.ip
            if now() >= end:
                break
            await asyncio.sleep(_LEASE_PAUSE)
        await self._leave()
        raise JoinFailed(f"could not join {ssid!r}: the network gives no address", code="LKSTT", name="TIMEOUT")

    async def _failure(self, ssid: str, password: str | Secret[str] | None, error: CommandError) -> JoinFailed:
        """Return why a network could not be joined: the module has one code for everything, but sees who is there."""
        name, why, advice = "CONNECT_FAILED", error.message, error.advice
        seen: tuple[AccessPoint, ...] = ()
        with suppress(CommandError):
            seen = await self.scan(None)
        named = [point for point in seen if point.ssid == ssid]
        if named:
            if all(point.security is None for point in named):
                name, why = "WRONG_PASSWORD", "the network is there and wants another password, or refuses"
                advice = "the module does not tell which" if password else "the network has a password"
        elif error.name == "JOIN" and all(point.ssid for point in seen):
            name, why, advice = "NO_SUCH_NETWORK", "no network of that name is in reach", None
        return JoinFailed(
            f"could not join {ssid!r}: {why}",
            code=error.code,
            name=name,
            text=error.text,
            command=error.command,
            advice=advice,
        )

    async def leave(self) -> None:
        """Leave the network, and join it no more by itself."""
        await self._leave()

    async def _leave(self) -> None:
        with suppress(CommandError):  # none is joined
            await self._modem.send(WLEAV())
        self._left()

    def _left(self) -> None:
        if self._joined is not None:
            self._joined = None
            self._modem.publish(WifiDisconnected())

    async def status(self) -> StationStatus:
        """Return the state of the station; channel and signal are those of its joining."""
        link = await self._modem.send(LKSTT())
        if not link.status:
            self._left()
            return StationStatus(joined=False)
        joined = self._joined
        return StationStatus(
            joined=True,
            ssid=(await self._modem.send(SSID.query())).ssid if joined is None else joined.ssid,
            bssid=None if joined is None else joined.bssid,
            channel=None if joined is None else joined.channel,
            rssi=None if joined is None else -joined.rssi,
            address=link.ip,
            gateway=link.gateway,
            netmask=link.netmask,
        )


async def store(modem: ModemAPI, wanted: Setting) -> None:
    """Send a setting that goes to flash, unless it is there: flash wears out."""
    names = [parameter.name for parameter in wanted.declaration.parameters if not parameter.flag]
    told = await modem.send(type(wanted).query())
    if any(reveal(getattr(told, name)) != reveal(getattr(wanted, name)) for name in names):
        await modem.send(wanted)


def network_key(password: str | Secret[str] | None) -> KeyFormat:
    """Return how a password is written: as text, unless its 64 digits are the key itself."""
    text = password.reveal() if isinstance(password, Secret) else password or ""
    return KeyFormat.HEX if _DIGITS.fullmatch(text) else KeyFormat.ASCII


class AirAddresses(AddressDriver):
    """Addresses of the Air602."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self, interface: Interface) -> InterfaceAddresses:
        """Return the addresses of an interface that is up, and its hardware address."""
        if interface is Interface.SOFTAP:
            link = await self._modem.send(APLKSTT())
            return _addresses(link, (await self._modem.send(APMAC())).mac, dhcp=False)
        link = await self._modem.send(LKSTT())
        mac = (await self._modem.send(QMAC())).mac
        held = await self._modem.send(NIP.query())
        return _addresses(link, mac, dhcp=held.type == AddressMode.DHCP)

    async def set_ipv4(self, interface: Interface, settings: Ipv4Settings | None) -> bool:
        """Set an address, which the next joining, or opening of the access point, brings."""
        if settings is None:
            await self._modem.send(NIP(type=AddressMode.DHCP))
        elif interface is Interface.SOFTAP:
            await self._modem.send(own_address(settings))
        else:
            link = await self._modem.send(LKSTT())
            dns = link.dns1 if link.status and link.dns1 not in (None, _NO_ADDRESS) else settings.gateway
            await self._modem.send(
                NIP(
                    type=AddressMode.STATIC,
                    ip=settings.address,
                    netmask=settings.netmask,
                    gateway=settings.gateway,
                    dns=dns,
                )
            )
        return False

    async def set_mac(self, interface: Interface, mac: str) -> None:
        """Set the station's hardware address in the factory data; that of the access point follows from it."""
        if interface is not Interface.STATION:
            raise InvalidArgument("interface", "the station: the address of the access point follows from it")
        await self._modem.send(MAC(mac=mac))


def own_address(settings: Ipv4Settings) -> APNIP:
    """Return what gives the access point an address, and its stations others of that network."""
    return APNIP(
        type=AddressMode.STATIC,
        ip=settings.address,
        netmask=settings.netmask,
        gateway=settings.gateway,
        dns=settings.dns[0] if settings.dns else settings.address,
    )


def _addresses(link: LinkStatus, mac: str, *, dhcp: bool) -> InterfaceAddresses:
    return InterfaceAddresses(
        mac=mac,
        address=link.ip,
        netmask=link.netmask,
        gateway=link.gateway,
        dns=tuple(server for server in (link.dns1, link.dns2) if server not in (None, _NO_ADDRESS)),
        dhcp=dhcp,
    )
