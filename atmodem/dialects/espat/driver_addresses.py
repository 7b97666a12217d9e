"""Addresses of the ESP-AT interfaces under the portable session."""

from __future__ import annotations

import ipaddress

from ...errors import InvalidArgument
from ...portable.drivers import AddressDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import Interface, InterfaceAddresses, Ipv4Settings
from .commands.net import CIPAP, CIPAPMAC, CIPDNS, CIPSTA, CIPSTAMAC, CIPV6
from .commands.softap import CWDHCP
from .driver_softap import set_own_address
from .values.network import AddressField, AddressKey, DnsMode
from .values.wifi import Netifs

__all__ = ["EspAddresses"]

_UNSET = ("0.0.0.0", "::")  # noqa: S104 - how the firmware prints that there is no address
_MOST_SERVERS = 3


class EspAddresses(AddressDriver):
    """Reads and sets addresses with ESP-AT commands."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def read(self, interface: Interface) -> InterfaceAddresses:
        """Return the addresses of an interface that runs."""
        send = self._modem.send
        if interface is Interface.SOFTAP:
            fields = await send(CIPAP.query())
            return _addresses(fields, (await send(CIPAPMAC.query())).mac, (), dhcp=False)
        fields = await send(CIPSTA.query())
        servers = await send(CIPDNS.query())
        mac = (await send(CIPSTAMAC.query())).mac
        dhcp = Netifs.STATION in (await send(CWDHCP.query())).state
        dns = tuple(server for server in (servers.dns1, servers.dns2, servers.dns3) if server and server not in _UNSET)
        return _addresses(fields, mac, dns, dhcp=dhcp)

    async def set_ipv4(self, interface: Interface, settings: Ipv4Settings | None) -> bool:
        """Set an address; all of it is in force at once."""
        if interface is Interface.SOFTAP and settings is not None:
            await set_own_address(self._modem, settings)
        elif settings is None:
            await self._modem.send(CWDHCP(operate=True, mode=Netifs.STATION))
        else:
            _check_servers(settings.dns)
            await self._modem.send(CIPSTA(ip=settings.address, gateway=settings.gateway, netmask=settings.netmask))
            if settings.dns:
                await self.set_dns(settings.dns)
        return True

    async def set_dns(self, servers: tuple[str, ...]) -> None:
        """Set up to three servers, or go back to those of DHCP."""
        _check_servers(servers)
        if not servers:
            await self._modem.send(CIPDNS(enable=DnsMode.AUTO))
            return
        first, second, third = (*servers, None, None)[:_MOST_SERVERS]
        await self._modem.send(CIPDNS(enable=DnsMode.MANUAL, dns1=first, dns2=second, dns3=third))

    async def set_ipv6(self, on: bool) -> None:
        """Switch IPv6 on or off."""
        await self._modem.send(CIPV6(enable=on))

    async def set_mac(self, interface: Interface, mac: str) -> None:
        """Set the hardware address."""
        await self._modem.send(CIPSTAMAC(mac=mac) if interface is Interface.STATION else CIPAPMAC(mac=mac))


def _check_servers(servers: tuple[str, ...]) -> None:
    if len(servers) > _MOST_SERVERS:
        raise InvalidArgument("servers", f"at most {_MOST_SERVERS}")


def _addresses(fields: tuple[AddressField, ...], mac: str, dns: tuple[str, ...], *, dhcp: bool) -> InterfaceAddresses:
    told = {field.key: field.value for field in fields if field.value not in _UNSET}
    six = (told[key] for key in (AddressKey.IP6LL, AddressKey.IP6GL) if key in told)
    return InterfaceAddresses(
        mac=mac,
        address=told.get(AddressKey.IP),
        netmask=told.get(AddressKey.NETMASK),
        gateway=told.get(AddressKey.GATEWAY),
        dns=dns,
        ipv6=tuple(str(ipaddress.ip_address(address)) for address in six),
        dhcp=dhcp,
    )
