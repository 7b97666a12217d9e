"""Addresses, names and reachability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....virtual.air import UnknownHost
from ....virtual.clock import sleep
from ....virtual.device import Part
from ....virtual.flash import Keep
from ....virtual.handlers import handles, queries
from ....virtual.results import Answer, Refused
from ....wire.command import Command
from .. import commands as c
from ..values.network import (
    AddressField,
    AddressKey,
    DnsMode,
    InterfaceAddress,
    InterfaceKey,
    IpPreference,
    MdnsMode,
    PingTime,
    ResolvedAddress,
)
from ..values.wifi import Netifs

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Addresses"]

_NONE = "0.0.0.0"  # noqa: S104 - how the firmware prints that there is no address
_MASK = "255.255.255.0"
_MULTICAST = 0x01
#: What a ping of this host is told to take, and how long one that is not answered takes.
_PING_MS = 1
_PING_LIMIT = 4.0


class Addresses(Part):
    """What the module is called, and whom it finds."""

    def __init__(self, module: Virtual) -> None:
        self._module = module

    @staticmethod
    def defaults() -> Mapping[Command[Any], Keep]:
        """Return the factory's settings."""
        return {
            c.CIPSTAMAC(mac="7c:df:a1:b3:8d:de"): Keep.ASKED,
            c.CIPAPMAC(mac="7c:df:a1:b3:8d:df"): Keep.ASKED,
            c.CIPSTA(ip=_NONE): Keep.ASKED,
            c.CIPAP(ip="192.168.4.1", gateway="192.168.4.1", netmask=_MASK): Keep.ASKED,
            c.CIPV6(enable=False): Keep.ASKED,
            c.CIPDNS(enable=DnsMode.AUTO): Keep.ASKED,
        }

    # Own addresses

    @handles(c.CIFSR)
    def list_all(self, _: c.CIFSR) -> tuple[InterfaceAddress, ...]:
        """List the addresses of the interfaces that run."""
        settings = self._module.settings
        found: list[tuple[InterfaceKey, str]] = []
        if self._module.softap.enabled:
            found += [(InterfaceKey.APIP, settings[c.CIPAP].ip), (InterfaceKey.APMAC, settings[c.CIPAPMAC].mac)]
        if self._module.wifi.enabled:
            addresses = dict(self._station())
            found.append((InterfaceKey.STAIP, addresses[AddressKey.IP]))
            if AddressKey.IP6LL in addresses:
                found.append((InterfaceKey.STAIP6LL, addresses[AddressKey.IP6LL]))
            found.append((InterfaceKey.STAMAC, settings[c.CIPSTAMAC].mac))
        return tuple(InterfaceAddress(key=key, value=value) for key, value in found)

    @handles(c.CIPSTA)
    def set_station(self, command: c.CIPSTA) -> None:
        """Give the station a fixed address, which switches its DHCP off."""
        self._module.settings.replace(command)
        mode = self._module.settings[c.CWDHCP].mode & ~Netifs.STATION
        self._module.settings.set(c.CWDHCP(operate=True, mode=mode))

    def forget_fixed(self) -> None:
        """Take the address of the network again."""
        self._module.settings.replace(c.CIPSTA(ip=_NONE))

    @queries(c.CIPSTA)
    def station(self) -> tuple[AddressField, ...]:
        """Tell the addresses of the station."""
        return tuple(AddressField(key=key, value=value) for key, value in self._station())

    def _station(self) -> list[tuple[AddressKey, str]]:
        fixed = self._module.settings[c.CIPSTA]
        point = self._module.wifi.point
        if not self._module.wifi.online or point is None:
            ip, gateway, netmask = (fixed.ip, fixed.gateway or _NONE, fixed.netmask or _NONE)
        elif fixed.ip != _NONE:
            ip, gateway, netmask = (fixed.ip, fixed.gateway or point.gateway, fixed.netmask or point.netmask)
        else:
            ip, gateway, netmask = (point.address, point.gateway, point.netmask)
        found = [(AddressKey.IP, ip), (AddressKey.GATEWAY, gateway), (AddressKey.NETMASK, netmask)]
        if self._module.settings[c.CIPV6].enable and self._module.wifi.online:
            found.append((AddressKey.IP6LL, _link_local(self._module.settings[c.CIPSTAMAC].mac)))
        return found

    @queries(c.CIPAP)
    def access_point(self) -> tuple[AddressField, ...]:
        """Tell the addresses of the own access point."""
        settings = self._module.settings[c.CIPAP]
        values = (
            (AddressKey.IP, settings.ip),
            (AddressKey.GATEWAY, settings.gateway or settings.ip),
            (AddressKey.NETMASK, settings.netmask or _MASK),
        )
        return tuple(AddressField(key=key, value=value) for key, value in values)

    @handles(c.CIPSTAMAC)
    def set_station_mac(self, command: c.CIPSTAMAC) -> None:
        """Set the station's hardware address."""
        self._set_mac(command, command.mac, self._module.settings[c.CIPAPMAC].mac)

    @handles(c.CIPAPMAC)
    def set_access_point_mac(self, command: c.CIPAPMAC) -> None:
        """Set the access point's hardware address."""
        self._set_mac(command, command.mac, self._module.settings[c.CIPSTAMAC].mac)

    def _set_mac(self, command: c.CIPSTAMAC | c.CIPAPMAC, mac: str, other: str) -> None:
        if int(mac[:2], 16) & _MULTICAST or mac == other:
            raise Refused
        self._module.settings.set(command)

    # Name servers

    @handles(c.CIPDNS)
    def set_dns(self, command: c.CIPDNS) -> None:
        """Keep the servers; names are looked up in the neighbourhood all the same."""
        given = [server for server in (command.dns1, command.dns2, command.dns3) if server is not None]
        if len(set(given)) < len(given) or (command.enable is DnsMode.MANUAL and not given):
            raise Refused
        self._module.settings.replace(command)

    @queries(c.CIPDNS)
    def dns(self) -> c.CIPDNS:
        """Tell the servers."""
        settings = self._module.settings[c.CIPDNS]
        unset = _NONE if self._module.profile.shows_unset_dns else None
        servers = [settings.dns1, settings.dns2, settings.dns3]
        if settings.enable is DnsMode.AUTO and self._module.wifi.online and self._module.wifi.point:
            servers[0] = self._module.wifi.point.gateway
        first, second, third = (unset if server is None else server for server in servers)
        return c.CIPDNS(enable=settings.enable, dns1=first, dns2=second, dns3=third)

    # Others

    @handles(c.CIPDOMAIN)
    async def resolve(self, command: c.CIPDOMAIN) -> tuple[ResolvedAddress, ...]:
        """Look a name up in the neighbourhood."""
        self.need_network()
        version = 6 if command.ip_network is IpPreference.IPV6 else 4
        try:
            found = await self._module.air.resolve(command.hostname, version)
        except UnknownHost:
            raise Refused from None
        return tuple(ResolvedAddress(ip=address) for address in (found if command.show_all else found[:1]))

    @handles(c.PING)
    async def ping(self, command: c.PING) -> PingTime:
        """Tell whether the neighbourhood knows the host; nothing is sent."""
        self.need_network()
        try:
            await self._module.air.resolve(command.host)
        except UnknownHost:
            await sleep(self._module.clock, _PING_LIMIT)
            raise Refused(lines=[b"+PING:TIMEOUT"]) from None
        return PingTime(time_ms=_PING_MS)

    @handles(c.MDNS)
    def announce(self, command: c.MDNS) -> Answer:
        """Take what is to be announced, and announce nothing; a query finds nobody."""
        self.need_network()
        if command.mode is MdnsMode.QUERY:
            raise Refused
        if command.mode is MdnsMode.PUBLISH and None in (command.hostname, command.service_type, command.port):
            raise Refused
        return None

    def need_network(self) -> None:
        """Refuse the command while the module is in no network."""
        if not self._module.wifi.online and not self._module.softap.enabled:
            raise Refused


def _link_local(mac: str) -> str:
    octets = [int(octet, 16) for octet in mac.split(":")]
    octets[0] ^= 0x02
    octets[3:3] = [0xFF, 0xFE]
    groups = [f"{high << 8 | low:x}" for high, low in zip(octets[::2], octets[1::2], strict=True)]
    return f"fe80::{':'.join(groups)}"
